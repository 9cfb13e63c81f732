package trapline.classify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import trapline.bits.Bits;
import trapline.diag.Contradiction;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Port;
import trapline.isa.Property;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.TrapLine;
import trapline.machine.Outcome;
import trapline.machine.Simulator;
import trapline.machine.Snapshot;
import trapline.machine.State;
import trapline.machine.Visible;

/// Runs a claimed witness on the concrete machine and checks the definition there, state by state.
///
/// Shares nothing with the symbolic side but the claim. Window agreement is looked at wherever
/// storage is set and at every small address; that it holds at all others is the solver's word.
public final class Replay {
  /// What is to be confirmed. `addresses` are where else windows are worth comparing.
  public record Claim(
      Property property,
      boolean refutes,
      String row,
      Bits word,
      List<Snapshot> before,
      List<Bits> addresses,
      Optional<Region> region,
      Optional<String> executes) {}

  /// The real storage of a guest: virtual cell 0 is real cell `base`.
  public record Region(BigInteger base, BigInteger size) {}

  private record Run(State before, State after, Outcome outcome) {}

  private final Machine machine;
  private final Simulator simulator;
  private final Claim claim;
  private final Visible visible;

  private Replay(Simulator simulator, Claim claim) {
    this.machine = simulator.machine();
    this.simulator = simulator;
    this.claim = claim;
    visible = new Visible(simulator, claim.addresses());
  }

  /// The witness, with what the machine did.
  ///
  /// @throws Contradiction when the machine does otherwise than claimed
  public static Witness confirm(Simulator simulator, Claim claim) {
    return new Replay(simulator, claim).confirm();
  }

  /// As [#confirm], of a claim that nobody has proved: empty when the machine does otherwise.
  public static Optional<Witness> attempt(Simulator simulator, Claim claim) {
    try {
      return Optional.of(confirm(simulator, claim));
    } catch (Contradiction otherwise) {
      return Optional.empty();
    }
  }

  /// Whether a witness from elsewhere is one of this machine: the same claim is confirmed, and the
  /// machine does exactly what the witness says.
  public static boolean isConfirmed(Simulator simulator, Witness witness) {
    Claim claim =
        new Claim(
            witness.property(),
            witness.refutes(),
            witness.row(),
            witness.word(),
            witness.before(),
            witness.addresses(),
            witness.region(),
            witness.executes());
    return attempt(simulator, claim).filter(witness::equals).isPresent();
  }

  private Witness confirm() {
    List<Run> runs = new ArrayList<>();
    for (Snapshot snapshot : claim.before()) {
      State state = snapshot.toState(simulator);
      State before = state.copy();
      Outcome outcome = simulator.execute(state, claim.word());
      runs.add(new Run(before, state, outcome));
    }
    List<String> observed = observed(runs);
    List<Witness.Result> results =
        runs.stream()
            .map(r -> new Witness.Result(r.outcome, Snapshot.of(r.after), r.after.outputs()))
            .toList();
    return new Witness(
        claim.property(),
        claim.refutes(),
        claim.row(),
        claim.word(),
        claim.before(),
        results,
        observed,
        claim.executes(),
        claim.addresses(),
        claim.region());
  }

  private List<String> observed(List<Run> runs) {
    return switch (claim.property()) {
      case PRIVILEGED, TRAPS_IN_USER, TRAPS_ALWAYS -> {
        for (Run run : runs) {
          require(!(run.outcome instanceof Outcome.Trapped), "it traps", run);
        }
        yield List.of();
      }
      case CONTROL_SENSITIVE, USER_SENSITIVE, SUPERVISOR_SENSITIVE, SENSITIVE -> {
        Run run = runs.getFirst();
        require(run.outcome instanceof Outcome.Completed, "it does not complete", run);
        List<String> changes = controlChanges(run);
        require(!changes.isEmpty(), "neither mode nor resources change", run);
        yield changes;
      }
      case BEHAVIOR_SENSITIVE,
          LOCATION_SENSITIVE,
          MODE_SENSITIVE,
          RESOURCE_SENSITIVE,
          CLOCK_SENSITIVE -> {
        Run one = runs.getFirst();
        Run two = runs.getLast();
        for (Run run : runs) {
          require(run.outcome instanceof Outcome.Completed, "it does not complete", run);
          require(controlChanges(run).isEmpty(), "it changes " + controlChanges(run), run);
        }
        List<String> before = visible.differences(one.before, two.before);
        require(before.isEmpty(), "the two states look different at " + before, one);
        List<String> after = visible.differences(one.after, two.after);
        require(!after.isEmpty(), "nothing visible differs afterwards", one);
        yield after;
      }
      case GAP, HYBRID_GAP -> goesWrong(runs.getFirst(), runs.getLast());
      case WELL_DEFINED -> {
        Run run = runs.getFirst();
        require(
            run.outcome instanceof Outcome.Stopped && !isUnpredictable(run),
            "it ends as described",
            run);
        yield List.of();
      }
      case PREDICTABLE -> {
        Run run = runs.getFirst();
        require(isUnpredictable(run), "the architecture says what happens", run);
        yield List.of();
      }
      case SUBSUMED -> {
        Run user = runs.getFirst();
        Run supervisor = runs.getLast();
        require(user.outcome instanceof Outcome.Completed, "it does not complete", user);
        require(!(supervisor.outcome instanceof Outcome.Completed), "it completes", supervisor);
        yield List.of();
      }
      case CONFINED -> {
        Run run = runs.getFirst();
        require(run.outcome instanceof Outcome.Completed, "it does not complete", run);
        yield List.of();
      }
      case GUARDED -> {
        Run run = runs.getFirst();
        require(run.outcome instanceof Outcome.Completed, "it does not complete", run);
        List<String> misled = misled(run);
        require(!misled.isEmpty(), "traps load, and addresses lead, as before", run);
        yield misled;
      }
      case TRAPS_ALIKE -> {
        Run one = runs.getFirst();
        Run two = runs.getLast();
        require(one.outcome instanceof Outcome.Completed, "it does not complete", one);
        require(
            two.outcome instanceof Outcome.Trapped(var cause, var _)
                && cause.kind() != Cause.Kind.MEMORY,
            "it does not trap",
            two);
        List<String> before = visible.differences(one.before, two.before);
        require(before.isEmpty(), "the two states look different at " + before, one);
        yield List.of();
      }
      case RESTARTABLE -> {
        Run run = runs.getFirst();
        Run whole = runs.getLast();
        require(run.outcome instanceof Outcome.Trapped, "it does not trap", run);
        require(whole.outcome instanceof Outcome.Completed, "it does not complete", whole);
        State left = run.after.copy();
        for (Register register : machine.registers()) {
          for (int i = 0; i < register.count(); i++) {
            for (Field field : register.fields()) {
              if (field.hasRole(Role.R)) {
                Bits value = whole.before.register(register, i).extract(field.high(), field.low());
                left.register(
                    register,
                    i,
                    left.register(register, i).insert(field.high(), field.low(), value));
              }
            }
          }
        }
        for (Port port : machine.ports()) {
          if (port.isInput()) {
            int taken = run.before.waiting(port).size() - run.after.waiting(port).size();
            List<Bits> waiting = whole.before.waiting(port);
            left.refill(port, waiting.subList(Math.min(taken, waiting.size()), waiting.size()));
          }
        }
        Outcome again = simulator.execute(left, claim.word());
        require(again instanceof Outcome.Completed, "it does not complete again", run);
        List<String> differs = visible.differences(whole.after, left);
        differs.addAll(controlDifferences(whole.after, left));
        differs.addAll(deviceDifferences(whole.after, left));
        for (Memory memory : machine.memories()) {
          if (!whole.after.nonzero(memory).equals(left.nonzero(memory))
              && differs.stream().noneMatch(d -> d.startsWith(memory.name()))) {
            differs.add(memory.name());
          }
        }
        require(!differs.isEmpty(), "it does what it would have done", run);
        yield differs;
      }
      case PRECISE -> {
        Run run = runs.getFirst();
        require(run.outcome instanceof Outcome.Trapped, "it does not trap", run);
        List<String> changes = differencesOfAProgram(run.before, run.after);
        require(!changes.isEmpty(), "nothing visible has changed", run);
        yield changes;
      }
      case ENTERS_USER -> {
        Run run = runs.getFirst();
        require(run.outcome instanceof Outcome.Completed, "it does not complete", run);
        boolean inUserMode =
            machine.userModes().stream()
                .anyMatch(m -> simulator.evaluate(m.holds(), run.after).isTrue());
        require(inUserMode, "it does not end in user mode", run);
        yield controlChanges(run);
      }
      case INNOCUOUS -> List.of();
    };
  }

  private List<String> controlDifferences(State one, State two) {
    List<String> places = new ArrayList<>();
    Visible.compareRegisters(one, two, List.of(Role.M, Role.R), places::add);
    return places;
  }

  /// The ports that have been used differently, and the halt.
  private List<String> deviceDifferences(State one, State two) {
    List<String> places = new ArrayList<>();
    machine.ports().stream()
        .filter(p -> p.isInput() && !one.waiting(p).equals(two.waiting(p)))
        .forEach(p -> places.add(p.fullName()));
    if (!one.outputs().equals(two.outputs())) {
      places.add("device output");
    }
    if (one.halted() != two.halted()) {
      places.add("halted");
    }
    return places;
  }

  /// What the next trap of some cause loads otherwise than if nothing had been stored, and the
  /// addresses that lead elsewhere.
  private List<String> misled(Run run) {
    State unstored = run.after.copy();
    for (Memory memory : machine.memories()) {
      Set<Long> cells = new TreeSet<>(run.before.nonzero(memory).keySet());
      cells.addAll(run.after.nonzero(memory).keySet());
      cells.forEach(i -> unstored.memory(memory, i, run.before.memory(memory, i)));
    }
    Set<String> misled = new LinkedHashSet<>();
    for (TrapLine line : machine.traps()) {
      State one = run.after.copy();
      State other = unstored.copy();
      List<Bits> arguments =
          line.cause().parameters().stream().map(p -> Bits.zero(p.width())).toList();
      if (simulator.enter(one, line.cause(), arguments).isEmpty()
          && simulator.enter(other, line.cause(), arguments).isEmpty()) {
        Visible.compareRegisters(
            one, other, List.of(Role.M, Role.P, Role.R), p -> misled.add("the next trap's " + p));
      }
    }
    for (Space space : machine.spaces()) {
      for (Bits address : visible.addresses(space)) {
        for (Access access : Access.values()) {
          if (!simulator
              .translate(run.after, space, address, access)
              .equals(simulator.translate(unstored, space, address, access))) {
            misled.add("where " + space.name() + "[" + address.value() + "] leads");
          }
        }
      }
    }
    return misled.stream().limit(8).toList();
  }

  private boolean isIn(Mode mode, State state) {
    return simulator.evaluate(mode.holds(), state).isTrue();
  }

  private static boolean isUnpredictable(Run run) {
    return run.outcome instanceof Outcome.Stopped(var _, boolean unpredictable) && unpredictable;
  }

  /// What is wrong when the second run is the first, a virtual one, run directly.
  private List<String> goesWrong(Run virtual, Run real) {
    List<String> wrong = new ArrayList<>();
    machine
        .monitor()
        .ifPresent(m ->
            m.levels()
                .forEach(l ->
                    require(
                        !isIn(l.virtual(), virtual.before) || isIn(l.real(), real.before),
                        "`" + l.virtual().name() + "` does not run in such a state",
                        real)));
    if (isUnpredictable(real)) {
      wrong.add("under the monitor, the architecture makes no promise");
      return wrong;
    }
    require(real.outcome instanceof Outcome.Completed, "the real run does not complete", real);
    require(!isUnpredictable(virtual), "the architecture promises nothing anyway", virtual);
    if (!(virtual.outcome instanceof Outcome.Completed)) {
      wrong.add("bare, it does not complete");
      return wrong;
    }
    controlChanges(virtual).forEach(place -> wrong.add("virtual " + place));
    controlChanges(real).forEach(place -> wrong.add("real " + place));
    List<Role> clocks = List.of(Role.CLOCK);
    Visible.compareRegisters(virtual.before, virtual.after, clocks, p -> wrong.add("virtual " + p));
    Visible.compareRegisters(real.before, real.after, clocks, p -> wrong.add("real " + p));
    Visible.compareRegisters(virtual.after, real.after, List.of(Role.E, Role.P), wrong::add);
    claim.region().ifPresent(region -> compareStorage(virtual, real, region, wrong));
    require(!wrong.isEmpty(), "nothing goes wrong", real);
    return wrong;
  }

  private void compareStorage(Run virtual, Run real, Region region, List<String> wrong) {
    for (Memory memory : machine.memories()) {
      if (!machine.isTranslated(memory)) {
        continue;
      }
      for (BigInteger cell : cells(virtual, real, region, memory)) {
        BigInteger offset = cell.subtract(region.base);
        boolean guests = offset.signum() >= 0 && offset.compareTo(region.size) < 0;
        Bits after = real.after.memory(memory, cell.longValue());
        Bits wanted =
            guests
                ? virtual.after.memory(memory, offset.longValue())
                : real.before.memory(memory, cell.longValue());
        if (!after.equals(wanted)) {
          wrong.add(
              guests
                  ? memory.name() + "[" + offset + "]"
                  : "the monitor's " + memory.name() + "[" + cell + "]");
        }
      }
    }
  }

  /// The real cells that hold anything, or whose virtual cells do, before or after.
  private static Set<BigInteger> cells(Run virtual, Run real, Region region, Memory memory) {
    Set<BigInteger> cells = new TreeSet<>(cells(real.before, memory));
    cells.addAll(cells(real.after, memory));
    for (State state : List.of(virtual.before, virtual.after)) {
      cells(state, memory).stream()
          .filter(i -> i.compareTo(region.size) < 0)
          .forEach(i -> cells.add(i.add(region.base)));
    }
    return cells;
  }

  private static List<BigInteger> cells(State state, Memory memory) {
    return state.nonzero(memory).keySet().stream().map(i -> Bits.of(Long.SIZE, i).value()).toList();
  }

  private void require(boolean truth, String otherwise, Run run) {
    if (!truth) {
      String asked =
          "is '" + claim.row() + "' " + (claim.refutes() ? "not " : "") + claim.property().word();
      throw new Contradiction(
          asked,
          "symbolic execution: yes, with " + claim.word().toHex() + " from " + claim.before(),
          "the concrete machine: no, " + otherwise + " (" + run.outcome + ")");
    }
  }

  /// The places of role M and R that changed, devices and the halt included.
  private List<String> controlChanges(Run run) {
    List<String> places = new ArrayList<>();
    Visible.compareRegisters(run.before, run.after, List.of(Role.M, Role.R), places::add);
    for (Memory memory : machine.memories()) {
      if ((memory.role() == Role.M || memory.role() == Role.R)
          && !run.before.nonzero(memory).equals(run.after.nonzero(memory))) {
        places.add(memory.name());
      }
    }
    machine.ports().stream()
        .filter(p -> p.isInput() && !run.before.waiting(p).equals(run.after.waiting(p)))
        .forEach(p -> places.add(p.fullName()));
    run.after.outputs().stream()
        .skip(run.before.outputs().size())
        .forEach(o -> places.add(o.port().fullName()));
    if (run.before.halted() != run.after.halted()) {
      places.add("halted");
    }
    return places;
  }

  /// What of all that a program has differs: what it would see, or else storage that no address of
  /// its leads to at the time.
  private List<String> differencesOfAProgram(State one, State two) {
    List<String> seen = visible.differences(one, two);
    return seen.isEmpty()
        ? machine.memories().stream()
            .filter(m -> m.role() == Role.E && !one.nonzero(m).equals(two.nonzero(m)))
            .map(Memory::name)
            .toList()
        : seen;
  }
}
