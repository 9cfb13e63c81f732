package trapline.emit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.theorem.Exact;
import trapline.theorem.Verdict;
import trapline.vmm.Bare;
import trapline.vmm.ControlProgram;
import trapline.vmm.Journal;
import trapline.vmm.Timer;
import trapline.vmm.VirtualMachine;

/// What a monitor has to know that no line of the description says: found out by trying, once, when
/// it is written.
///
/// `interpreted` are the guest's modes that are never tried on the processor, and `why`; `states`
/// what the block says of others that are not; `ways` the real mode of each mode that is tried,
/// where `run` leaves it open; `setting` the lines that configure the processor.
record Plan(
    List<Mode> interpreted,
    String why,
    List<Way> ways,
    Optional<Expr> states,
    Optional<Timer> timer,
    long storage,
    long granule,
    List<String> setting) {

  /// Whether some of a guest's states are interpreted at once.
  boolean interprets() {
    return !interpreted.isEmpty() || states.isPresent();
  }

  /// A field of one element.
  record Place(Register register, int index, Field field) {}

  /// A guest's mode, and what the fields of the mode are to be while it runs.
  record Way(Mode mode, Map<Place, Bits> real) {}

  static Plan of(Vocabulary words, VirtualMachine.Kind kind, Optional<Exact> exact) {
    Machine machine = words.machine;
    Monitor monitor = machine.monitor().orElseThrow();
    Simulator simulator = Simulator.confined(machine);
    boolean isHybrid = kind == VirtualMachine.Kind.HYBRID;
    List<Mode> interpreted =
        machine.modes().stream()
            .filter(m ->
                monitor.levels().stream()
                    .noneMatch(l -> l.virtual() == m && !(isHybrid && l.isDeprivileged())))
            .toList();
    ControlProgram program = ControlProgram.on(Bare.of(simulator), new Journal());
    return new Plan(
        interpreted,
        isHybrid
            ? "the block deprivileges it, and this is a hybrid monitor"
            : "it has no real mode",
        ways(simulator, monitor),
        Optional.of(monitor.interpret())
            .filter(e -> Formulas.constant(e).filter(Bits::isZero).isEmpty()),
        Timer.of(simulator),
        Simulator.storage(simulator.blank()),
        program.granule(simulator),
        setting(words, exact));
  }

  private static List<Way> ways(Simulator simulator, Monitor monitor) {
    List<Place> free = new ArrayList<>();
    for (Register register : simulator.machine().registers()) {
      for (Field field : register.fields()) {
        for (int i = 0; i < register.count() && field.hasRole(Role.M); i++) {
          int index = i;
          boolean isFree =
              monitor.run().stream()
                  .noneMatch(a ->
                      a.register() == register
                          && a.index() == index
                          && a.low() <= field.high()
                          && field.low() <= a.high());
          if (isFree) {
            free.add(new Place(register, i, field));
          }
        }
      }
    }
    if (free.isEmpty()) {
      return List.of();
    }
    return monitor.levels().stream()
        .map(l -> new Way(l.virtual(), inMode(simulator, monitor, l.real(), free)))
        .toList();
  }

  /// Values of the free fields with which `mode` holds, by trying: modes are few.
  private static Map<Place, Bits> inMode(
      Simulator simulator, Monitor monitor, Mode mode, List<Place> free) {
    State state = simulator.blank();
    for (Monitor.Assignment a : monitor.run()) {
      Bits old = state.register(a.register(), a.index());
      Bits value = simulator.evaluate(a.value(), state);
      state.register(a.register(), a.index(), old.insert(a.high(), a.low(), value));
    }
    int bits = free.stream().mapToInt(p -> p.field.width()).sum();
    for (long trial = 0; trial < 1L << Math.min(bits, 16); trial++) {
      Map<Place, Bits> values = new LinkedHashMap<>();
      long rest = trial;
      for (Place place : free) {
        int width = place.field.width();
        Bits value = Bits.of(width, rest & ((1L << width) - 1));
        values.put(place, value);
        Bits old = state.register(place.register, place.index);
        state.register(
            place.register, place.index, old.insert(place.field.high(), place.field.low(), value));
        rest >>>= width;
      }
      if (simulator.evaluate(mode.holds(), state).isTrue()) {
        return values;
      }
    }
    throw new IllegalArgumentException("no state is in mode " + mode.name());
  }

  /// Lines that set what the exact criterion was found to hold under.
  private static List<String> setting(Vocabulary words, Optional<Exact> exact) {
    List<String> lines = new ArrayList<>();
    exact
        .flatMap(Exact::configuration)
        .filter(c -> c.verdict() == Verdict.HOLDS)
        .ifPresent(c -> {
          for (Register register : words.machine.registers()) {
            for (Field field : register.fields()) {
              String name =
                  register.fields().size() == 1
                      ? register.name()
                      : register.name() + "." + field.name();
              String value = c.setting().get(name);
              if (value != null && !register.isFile()) {
                Bits bits = read(field, value);
                lines.add(MonitorFile.set(words, "real", register, 0, field, bits));
              }
            }
          }
        });
    return lines;
  }

  /// A value as a setting prints it: an enumerator's name, or a number.
  private static Bits read(Field field, String text) {
    return field
        .type()
        .flatMap(t -> Optional.ofNullable(t.values().get(text)))
        .orElseGet(() -> new Bits(field.width(), new BigInteger(text)));
  }
}
