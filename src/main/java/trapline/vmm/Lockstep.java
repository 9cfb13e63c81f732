package trapline.vmm;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.StatePrinter;

/// Runs a guest on the bare machine and on a virtual one, step by step, and compares what its
/// programs can see: f of theory section 4, read backwards.
///
///     after every step   (or stretch: as far as the guest runs until its next trap or interrupt)
///                        the same stop (completed, trapped with these arguments, interrupted, ...)
///                        the same registers, virtual M and R included, and the same `halted`
///                        the same cells, wherever either wrote; all cells every [#WHOLE] steps
///                        the same outputs and as many inputs waiting
///                        the virtual machine kept to its allocation and changed nothing of its host
///
/// Storage that the virtual machine was not given is no difference but a limit, as in the paper; and
/// where the bare machine's description makes no promise, there is nothing to compare with.
public final class Lockstep {
  /// Steps between two comparisons of the whole storage.
  private static final int WHOLE = 1 << 16;

  /// The longest stretch: not so long that too many cells are written to remember which.
  private static final long STRETCH = 2_000;

  /// One place, bare and virtual.
  public record Row(String place, String bare, String virtual, boolean differs) {}

  /// The first comparison at which the two are not the same, in `places`, and all that helps to see
  /// why: the instruction, what both hold, what the monitor did last. `since` is the last step at
  /// which they were the same.
  public record Difference(
      String guest,
      long since,
      long step,
      String instruction,
      String word,
      List<String> places,
      List<Row> rows,
      List<String> acts) {

    /// For a person, a line an element.
    public List<String> report() {
      List<String> lines = new ArrayList<>();
      lines.add(
          (step - since == 1 ? "after step " + step : "between steps " + since + " and " + step)
              + ", "
              + instruction
              + " ("
              + word
              + "), the virtual machine "
              + guest
              + " differs: "
              + String.join(", ", places));
      lines.add("  " + line("", "bare", "virtual"));
      for (Row row : rows) {
        lines.add(
            "  " + line(row.place, row.bare, row.virtual) + (row.differs ? "   <- differs" : ""));
      }
      lines.add("  the monitor's last actions:");
      acts.forEach(act -> lines.add("    " + act));
      return List.copyOf(lines);
    }

    private static String line(String name, String one, String two) {
      return String.format("%-16s %-18s %-18s", name, one, two).stripTrailing();
    }

    @Override
    public String toString() {
      return String.join("\n", report());
    }
  }

  /// What became of a step.
  public sealed interface Outcome {}

  public record Same() implements Outcome {}

  public record Waits() implements Outcome {}

  /// Both have come to an end, by halting or because no more is promised.
  public record Ended(Stop stop) implements Outcome {}

  /// The virtual machine has less storage than the program reaches for.
  public record Limited(String reason) implements Outcome {}

  public record Different(Difference difference) implements Outcome {}

  private static final Outcome SAME = new Same();
  private static final Outcome WAITS = new Waits();

  private final Computer bare;
  private final VirtualMachine virtual;
  private final Machine machine;
  private final List<Port> inputs;
  private final long cells;
  private long steps;

  /// How much each had written to outputs when they were last made the same.
  private int mineGiven;

  private int itsGiven;

  /// How many steps before this one completed no instruction.
  private int idle;

  /// Who measures the stretches, and the processor that they run on.
  private record Metering(Meter meter, MeteredComputer processor) {}

  private Optional<Metering> metering = Optional.empty();

  private Lockstep(Computer bare, VirtualMachine virtual) {
    this.bare = bare;
    this.virtual = virtual;
    machine = bare.simulator().machine();
    inputs = machine.ports().stream().filter(Port::isInput).toList();
    cells = Simulator.storage(virtual.state());
    virtual.lead();
  }

  /// Has [#stretch] measured, on that processor.
  void measure(Meter meter, MeteredComputer processor) {
    metering = Optional.of(new Metering(meter, processor));
  }

  /// The two must hold the same: see [#give].
  public static Lockstep of(Bare bare, VirtualMachine virtual) {
    if (bare.simulator() != virtual.simulator()) {
      throw new IllegalArgumentException("two different machines");
    }
    return new Lockstep(bare, virtual);
  }

  /// Gives the virtual machine all that the bare one holds, as far as it has storage. What either
  /// has written to outputs is not touched, and not compared any more.
  public void give() {
    State mine = bare.state();
    State its = virtual.state();
    its.takeRegisters(mine);
    its.takeMemories(mine);
    for (Port port : inputs) {
      its.refill(port, mine.waiting(port));
    }
    mineGiven = mine.written();
    itsGiven = its.written();
    its.halted(mine.halted());
    its.choosesAs(mine);
  }

  /// How many steps have been compared.
  public long steps() {
    return steps;
  }

  /// How many of the last steps in a row completed no instruction.
  public int idle() {
    return idle;
  }

  public VirtualMachine virtual() {
    return virtual;
  }

  public Computer bare() {
    return bare;
  }

  /// Up to so many steps; stops early when preempted.
  public Outcome run(long most) {
    for (long i = 0; i < most; i++) {
      Outcome outcome = step();
      if (outcome != SAME) {
        return outcome;
      }
    }
    return SAME;
  }

  /// As [#run], in stretches ([#stretch]).
  public Outcome runInStretches(long most) {
    long end = steps + most;
    while (steps < end) {
      Outcome outcome = stretch(end - steps);
      if (outcome != SAME) {
        return outcome;
      }
    }
    return SAME;
  }

  /// True for an outcome after which there is more to compare.
  public static boolean goesOn(Outcome outcome) {
    return outcome == SAME || outcome == WAITS;
  }

  public Outcome step() {
    State mine = bare.state();
    State its = virtual.state();
    mine.forgetWrites();
    its.forgetWrites();
    int mineOutputs = mine.written();
    Stop got = virtual.step();
    if (got == Stop.PREEMPTED) {
      return WAITS;
    }
    Stop wanted = bare.step();
    steps++;
    idle = wanted == Stop.DONE ? 0 : idle + 1;
    return compared(wanted, got, steps - 1, mineOutputs);
  }

  /// Runs the guest until its next trap or interrupt, the end of its time slice, or for so many
  /// steps; then the bare machine for as many; and compares the two.
  public Outcome stretch(long most) {
    State mine = bare.state();
    State its = virtual.state();
    mine.forgetWrites();
    its.forgetWrites();
    int mineOutputs = mine.written();
    long since = steps;
    Tally tally = virtual.tally();
    long traps = tally.traps();
    long direct = tally.direct();
    long interpreted = tally.interpreted();
    long interrupts = tally.interrupts();
    long began = metering.map(m -> m.meter.now()).orElse(0L);
    long onProcessor = metering.map(m -> m.processor.time()).orElse(0L);
    Stop got =
        virtual.run(
            Math.min(most, STRETCH),
            () ->
                tally.traps() != traps
                    || (tally.interpreted() != interpreted && tally.direct() != direct));
    long taken = virtual.taken();
    virtual.deliver(got);
    long between = metering.map(m -> m.meter.now()).orElse(0L);
    Stop wanted = taken == 0 ? Stop.DONE : bare.run(taken);
    steps += taken;
    if (wanted != Stop.DONE) {
      steps -= taken - bare.taken();
      return compared(wanted, got, since, mineOutputs);
    }
    if (got != Stop.PREEMPTED && got != Stop.DONE) {
      wanted = bare.step();
      steps++;
    }
    if (metering.isPresent()) {
      Meter meter = metering.get().meter;
      meter.add(
          new Meter.Stretch(
              between - began,
              metering.get().processor.time() - onProcessor,
              tally.traps() - traps + tally.interrupts() - interrupts,
              tally.direct() - direct,
              tally.interpreted() - interpreted,
              meter.now() - between,
              steps - since));
    }
    if (steps == since) {
      return WAITS;
    }
    Outcome outcome = compared(wanted, got == Stop.PREEMPTED ? Stop.DONE : got, since, mineOutputs);
    return outcome == SAME && got == Stop.PREEMPTED ? WAITS : outcome;
  }

  /// Compares the two, which were the same after step `since`.
  private Outcome compared(Stop wanted, Stop got, long since, int mineOutputs) {
    State mine = bare.state();
    State its = virtual.state();
    List<String> places = new ArrayList<>();
    if (got instanceof Stop.Stopped(var reason) && reason.contains("of which there are only")) {
      return new Limited(reason);
    }
    if (wanted instanceof Stop.Stopped) {
      return new Ended(wanted);
    }
    if (!wanted.equals(got)) {
      places.add(describe(wanted) + " / " + describe(got));
    }
    if (!mine.agreesInRegisters(its)) {
      registers(mine, its, places);
    }
    storage(mine, its, since, places);
    outputs(mine, its, mineOutputs, places);
    for (Port port : inputs) {
      if (mine.waits(port) != its.waits(port)) {
        places.add(port.fullName());
      }
    }
    places.addAll(virtual.breaches());
    if (!places.isEmpty()) {
      return new Different(difference(wanted, got, since, places));
    }
    return wanted instanceof Stop.Halted ? new Ended(wanted) : SAME;
  }

  /// The ports to which the two wrote otherwise. `from`: of the bare machine's, those before have
  /// been compared.
  private void outputs(State mine, State its, int from, List<String> places) {
    int mineWritten = mine.written() - mineGiven;
    int itsWritten = its.written() - itsGiven;
    Set<String> ports = new LinkedHashSet<>();
    for (int i = from - mineGiven; i < Math.max(mineWritten, itsWritten); i++) {
      boolean isOfBoth = i < mineWritten && i < itsWritten;
      if (isOfBoth && mine.output(mineGiven + i).equals(its.output(itsGiven + i))) {
        continue;
      }
      if (i < mineWritten) {
        ports.add(mine.output(mineGiven + i).port().fullName());
      }
      if (i < itsWritten) {
        ports.add(its.output(itsGiven + i).port().fullName());
      }
    }
    places.addAll(ports);
  }

  private void storage(State mine, State its, long since, List<String> places) {
    Optional<long[]> one = mine.writes();
    Optional<long[]> two = its.writes();
    if (one.isEmpty() || two.isEmpty() || since / WHOLE != steps / WHOLE) {
      for (long i = 0; i < cells; i++) {
        cell(mine, its, i, places);
      }
      return;
    }
    for (long index : one.get()) {
      cell(mine, its, index, places);
    }
    for (long index : two.get()) {
      cell(mine, its, index, places);
    }
  }

  private void cell(State mine, State its, long index, List<String> places) {
    if (index >= 0 && index < cells && !mine.agreesAt(its, index)) {
      for (Memory memory : machine.memories()) {
        String place = memory.name() + "[" + index + "]";
        if (!places.contains(place)
            && !mine.memory(memory, index).equals(its.memory(memory, index))) {
          places.add(place);
        }
      }
    }
  }

  private static void registers(State mine, State its, List<String> places) {
    for (Register register : mine.machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        Bits a = mine.register(register, i);
        Bits b = its.register(register, i);
        for (Field field : register.fields()) {
          if (!a.extract(field.high(), field.low()).equals(b.extract(field.high(), field.low()))) {
            places.add(
                register.elementName(i)
                    + (register.fields().size() == 1 ? "" : "." + field.name()));
          }
        }
      }
    }
    if (mine.halted() != its.halted()) {
      places.add("halted");
    }
  }

  private Difference difference(Stop wanted, Stop got, long since, List<String> places) {
    List<Row> rows = new ArrayList<>();
    Bits word = bare.simulator().fetched(bare.state());
    rows.add(new Row("outcome", describe(wanted), describe(got), !wanted.equals(got)));
    StatePrinter printer = new StatePrinter(machine);
    State mine = bare.state();
    State its = virtual.state();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        Bits a = mine.register(register, i);
        Bits b = its.register(register, i);
        for (Field field : register.fields()) {
          Bits one = a.extract(field.high(), field.low());
          Bits two = b.extract(field.high(), field.low());
          if (field.fixed().isEmpty() && (!one.isZero() || !two.isZero())) {
            String name =
                register.elementName(i) + (register.fields().size() == 1 ? "" : "." + field.name());
            rows.add(
                new Row(
                    name, printer.value(field, one), printer.value(field, two), !one.equals(two)));
          }
        }
      }
    }
    var cells = new TreeSet<String>(places);
    for (Memory memory : machine.memories()) {
      for (String place : cells) {
        String prefix = memory.name() + "[";
        if (place.startsWith(prefix)) {
          long index = Long.parseLong(place.substring(prefix.length(), place.length() - 1));
          rows.add(
              new Row(
                  place,
                  printer.number(mine.memory(memory, index)),
                  printer.number(its.memory(memory, index)),
                  true));
        }
      }
    }
    return new Difference(
        virtual.name(),
        since,
        steps,
        bare.simulator().codec().disassemble(word, 0),
        word.toHex(),
        List.copyOf(places),
        List.copyOf(rows),
        virtual.owner().journal().last().stream()
            .map(entry -> Journal.describe(entry, bare.simulator().codec(), printer))
            .toList());
  }

  /// A stop in words.
  public static String describe(Stop stop) {
    return switch (stop) {
      case Stop.Done() -> "completes";
      case Stop.Preempted() -> "is preempted";
      case Stop.Trapped(var cause, var arguments) ->
          "traps: "
              + cause.name()
              + arguments.stream().map(Bits::toHex).collect(Collectors.joining(", ", "(", ")"));
      case Stop.Interrupted(var cause) -> "interrupt: " + cause.name();
      case Stop.Halted() -> "halted";
      case Stop.Stopped(var reason) -> "stops: " + reason;
    };
  }
}
