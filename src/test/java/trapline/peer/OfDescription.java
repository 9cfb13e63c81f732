package trapline.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.machine.Event;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Steps of a described machine. All registers start as the situation says, or as zero; those that
/// are `watched`, and the cells of storage that are, make the situation afterwards.
final class OfDescription implements Stepper {
  /// A situation may ask for more steps than one, under this name: as long as `pc` counts up by 4.
  static final String STEPS = "steps";

  private record Place(Optional<Register> register, Optional<Memory> memory, long index) {}

  private final Simulator simulator;
  private final State state;
  private final Map<String, Place> watched = new LinkedHashMap<>();
  private final List<Place> unfinished;

  OfDescription(Machine machine, List<String> names) {
    this(machine, names, List.of());
  }

  /// Goes on as long as one of the registers named `unfinished` is not zero.
  OfDescription(Machine machine, List<String> names, List<String> unfinished) {
    this.unfinished = unfinished.stream().map(n -> place(machine, n)).toList();
    simulator = Simulator.of(machine);
    state = simulator.blank();
    names.forEach(name -> watched.put(name, place(machine, name)));
  }

  static Machine machine(Path file, String name, Map<String, String> setting) {
    return LoaderFixture.machine(Loader.load(List.of(file), List.of()), name, setting);
  }

  private static Place place(Machine machine, String name) {
    int bracket = name.indexOf('[');
    String file = bracket < 0 ? name : name.substring(0, bracket);
    long index = bracket < 0 ? 0 : Long.parseLong(name.substring(bracket + 1, name.length() - 1));
    var register = machine.registers().stream().filter(r -> r.name().equals(file)).findFirst();
    var memory = machine.memories().stream().filter(m -> m.name().equals(file)).findFirst();
    if (register.isEmpty() && memory.isEmpty()) {
      throw new AssertionError("the description has no " + file);
    }
    return new Place(register, memory, index);
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) {
    List<Optional<Cells>> results = new ArrayList<>();
    situations.forEach(situation -> results.add(step(situation)));
    return results;
  }

  /// Whether another step is due after so many, which have led to this `pc`.
  static boolean goesOn(Cells before, long taken, long pc) {
    return taken == 0 || (taken < before.at(STEPS) && pc == before.at("pc") + 4 * taken);
  }

  private boolean isUnfinished() {
    return unfinished.stream()
        .anyMatch(p -> !state.register(p.register.orElseThrow(), (int) p.index).isZero());
  }

  private long pc() {
    Place pc = watched.get("pc");
    return pc == null ? 0 : state.register(pc.register.orElseThrow(), 0).toLong();
  }

  /// A state is large: one serves all trials. It forgets what is watched; nothing else is touched.
  Optional<Cells> step(Cells before) {
    for (Register register : simulator.machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        state.register(register, i, Bits.zero(register.width()));
      }
    }
    watched.forEach((name, place) -> {
      place.register.ifPresent(
          r -> state.register(r, (int) place.index, Bits.of(r.width(), before.at(name))));
      place.memory.ifPresent(
          m -> state.memory(m, place.index, Bits.of(m.width(), before.at(name))));
    });
    for (long taken = 0; goesOn(before, taken, pc()) || isUnfinished(); taken++) {
      if (simulator.step(state) instanceof Event.Stopped) {
        return Optional.empty();
      }
    }
    TreeMap<String, Long> after = new TreeMap<>();
    after.put(STEPS, before.at(STEPS));
    watched.forEach((name, place) -> {
      place.register.ifPresent(r -> after.put(name, state.register(r, (int) place.index).toLong()));
      place.memory.ifPresent(m -> after.put(name, state.memory(m, place.index).toLong()));
    });
    return Optional.of(new Cells(after));
  }
}
