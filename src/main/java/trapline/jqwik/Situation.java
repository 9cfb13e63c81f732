package trapline.jqwik;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Assume;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Machine;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.machine.Event;
import trapline.machine.Outcome;
import trapline.machine.Simulator;
import trapline.machine.Snapshot;
import trapline.machine.State;
import trapline.machine.StatePrinter;
import trapline.report.TestText;
import trapline.vmm.Bare;
import trapline.vmm.ControlProgram;
import trapline.vmm.Journal;
import trapline.vmm.Lockstep;
import trapline.vmm.VirtualMachine;

/// A state, and a program that is to run from it. Immutable: whatever runs, runs on a copy.
///
/// The program is not part of the state until it is put there, so that instructions can be asked
/// about in states from which nothing could be fetched. At most one value waits at an input port.
public final class Situation {
  /// The most cells that a guest is given: all of them are compared.
  private static final long GUEST = 4096;

  private final Workbench bench;
  private final Snapshot snapshot;
  private final Program program;

  Situation(Workbench bench, Snapshot snapshot, Program program) {
    this.bench = bench;
    this.snapshot = snapshot;
    this.program = program;
  }

  public Machine machine() {
    return bench.machine();
  }

  /// A copy of the state.
  public State state() {
    return snapshot.toState(bench.simulator());
  }

  public Program program() {
    return program;
  }

  /// What a place holds: `r1`, `r[1]`, `psw`, `psw.mode`, `E[16]`.
  ///
  /// @throws IllegalArgumentException if the machine has no such place
  public Bits value(String place) {
    return Places.read(state(), place);
  }

  /// Executes the instructions one after the other as functions i(S), up to the first that traps or
  /// stops: nothing is fetched, no interrupt comes, no trap is entered, and a jump only moves P.
  /// What a trap undoes is undone.
  public Run execute() {
    State state = state();
    int completed = 0;
    for (Bits word : program.words()) {
      switch (bench.simulator().execute(state, word)) {
        case Outcome.Completed _ -> completed++;
        case Outcome.Trapped(var cause, var _) -> {
          return new Run(state(), state, completed, Optional.of(cause), Optional.empty());
        }
        case Outcome.Stopped(var why, var _) -> {
          return new Run(state(), state, completed, Optional.empty(), Optional.of(why));
        }
      }
    }
    return new Run(state(), state, completed, Optional.empty(), Optional.empty());
  }

  /// Puts the program where P leads and lets the machine take so many steps: traps and interrupts
  /// are entered, and run on in whatever stands there. A situation from which the program cannot be
  /// fetched is discarded, as by [Assume].
  public Run run(int steps) {
    State before = loaded().state();
    State state = before.copy();
    int completed = 0;
    Optional<Cause> trap = Optional.empty();
    for (int i = 0; i < steps && !state.halted(); i++) {
      switch (bench.simulator().step(state)) {
        case Event.Executed _ -> completed++;
        case Event.Trapped(var cause, var _, var _) -> trap = trap.or(() -> Optional.of(cause));
        case Event.Stopped(var why) -> {
          return new Run(before, state, completed, trap, Optional.of(why));
        }
        case Event.Interrupted _, Event.Halted _ -> {}
      }
    }
    return new Run(before, state, completed, trap, Optional.empty());
  }

  /// Runs as [#run], and beside it on a virtual machine under the generated monitor, for so many
  /// steps; what the guest could first tell the two apart by. Empty if there is nothing, and as
  /// soon as the program reaches for more storage than the virtual machine has. A situation from
  /// which the program cannot be fetched is discarded.
  ///
  /// @throws IllegalStateException if there is no monitor, or no room for a guest
  public Optional<Lockstep.Difference> monitored(VirtualMachine.Kind kind, long steps) {
    if (machine().monitor().isEmpty()) {
      throw new IllegalStateException("machine " + machine().name() + " has no `vmm` block");
    }
    Simulator simulator = bench.confined();
    State start = Snapshot.of(loaded().state()).toState(simulator);
    ControlProgram monitor = ControlProgram.on(Bare.of(simulator), new Journal());
    long granule = monitor.granule(simulator);
    long half = Simulator.storage(monitor.host().state()) / 2;
    long size = Math.max(granule, Math.min(GUEST, half) / granule * granule);
    VirtualMachine guest =
        monitor
            .sizes(simulator, size, 0, 1)
            .flatMap(sizes -> monitor.admit("guest", kind, simulator, sizes.getFirst(), granule))
            .orElseThrow(() -> new IllegalStateException("no room for a virtual machine"));
    Lockstep pair = Lockstep.of(Bare.of(simulator, start), guest);
    pair.give();
    for (long i = 0; i < steps; i++) {
      Lockstep.Outcome outcome = pair.step();
      if (outcome instanceof Lockstep.Different(var difference)) {
        return Optional.of(difference);
      }
      if (!Lockstep.goesOn(outcome)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /// Whether the machine could fetch the program.
  boolean isFetched() {
    return Loaded.of(bench, state(), program).isPresent();
  }

  private Loaded loaded() {
    Optional<Loaded> loaded = Loaded.of(bench, state(), program);
    Assume.that(loaded.isPresent());
    return loaded.orElseThrow();
  }

  /// A `test` block of the description that brings this about and takes a step for each
  /// instruction; to add to the machine, with what should hold then. Where the program cannot be
  /// fetched, or something waits at an input, it says so.
  public String test(String name) {
    Snapshot reset = Snapshot.of(bench.simulator().reset());
    List<String> lines = new ArrayList<>(TestText.assignments(bench.bench(), snapshot, reset));
    snapshot
        .inputs()
        .forEach(
            (port, values) -> lines.add("// which a test cannot say: " + arriving(port, values)));
    Optional<Loaded> loaded = Loaded.of(bench, state(), program);
    lines.add(
        loaded
            .map(l -> "asm at " + l.address() + " { " + quoted(l.address()) + " }")
            .orElseGet(() -> "// P does not lead to where this could stand: " + quoted(0)));
    lines.add("step " + program.instructions().size() + ";");
    return "test \""
        + name
        + "\" {\n"
        + lines.stream().map(l -> "  " + l + "\n").collect(Collectors.joining())
        + "}";
  }

  private String quoted(long address) {
    return program.lines(address).stream()
        .map(l -> '"' + l.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(" "));
  }

  /// The modes that the state is in.
  private String modes() {
    return String.join(", ", bench.modes(state()));
  }

  /// The state and the program in a line.
  @Override
  public String toString() {
    return "in mode " + modes() + ", " + String.join(", ", nonzero()) + ": " + program;
  }

  /// The state, and what comes of the program there.
  String account(String who) {
    StringBuilder text = new StringBuilder(who + "in mode " + modes() + "\n");
    lines(text, "  in state  ", nonzero());
    lines(text, "  and then  ", execute().lines());
    return text.toString();
  }

  /// All that [#account] says, after the program.
  String report() {
    return program.listing() + account("") + test("found by jqwik").indent(2);
  }

  private static void lines(StringBuilder text, String head, List<String> lines) {
    String margin = head;
    for (String line : lines) {
      text.append(margin).append(line).append('\n');
      margin = " ".repeat(head.length());
    }
  }

  private String arriving(Port port, List<Bits> values) {
    StatePrinter printer = new StatePrinter(machine());
    return values.stream().map(printer::number).collect(Collectors.joining(", "))
        + " waits at "
        + port.fullName();
  }

  /// The cells that are not zero, and what waits.
  private List<String> nonzero() {
    StatePrinter printer = new StatePrinter(machine());
    State state = state();
    List<String> lines = new ArrayList<>();
    for (Register register : machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        if (!state.register(register, i).isZero()) {
          lines.add(register.elementName(i) + " = " + printer.value(state, register, i));
        }
      }
    }
    snapshot
        .memory()
        .forEach((memory, cells) ->
            cells.forEach((i, value) ->
                lines.add(new Slot.Cell(memory, i).place() + " = " + printer.number(value))));
    snapshot.inputs().forEach((port, values) -> lines.add(arriving(port, values)));
    return lines.isEmpty() ? List.of("all zero") : lines;
  }
}
