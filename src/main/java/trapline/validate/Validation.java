package trapline.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.machine.Simulator;
import trapline.theorem.Analysis;
import trapline.vmm.Bare;
import trapline.vmm.ControlProgram;
import trapline.vmm.Journal;
import trapline.vmm.Lockstep;
import trapline.vmm.Scramble;
import trapline.vmm.Tally;
import trapline.vmm.VirtualMachine;

/// Runs what supports or contradicts the exact criterion of one machine.
///
///     a gap        its witness, run as a guest, differs from the bare machine; with a gap in virtual
///                  supervisor mode only, it does not under a hybrid monitor
///     no gap       random programs of these instructions do the same bare and virtual, one monitor
///                  deep and two
///
/// A difference at an instruction that was decided to have no gap is a contradiction. Instructions
/// whose traps are not precise are left out with those that have gaps: a monitor that emulates them
/// finds half of their work done.
public final class Validation {
  /// Steps after which a random program has said what it has to say.
  private static final int LIFE = 200;

  /// As many steps in a row that trap.
  private static final int IDLE = 4;

  private final Machine machine;
  private final Analysis analysis;
  private final Simulator simulator;
  private final long steps;
  private final long seed;
  private final List<Check> checks = new ArrayList<>();

  private Validation(Analysis analysis, long steps, long seed) {
    machine = analysis.machine();
    this.analysis = analysis;
    this.steps = steps;
    this.seed = seed;
    simulator = Simulator.confined(machine);
  }

  /// All checks, with so many random steps for each kind of monitor. The machine must have a `vmm`
  /// block.
  public static List<Check> of(Analysis analysis, long steps, long seed) {
    return new Validation(analysis, steps, seed).checks();
  }

  private List<Check> checks() {
    for (Classes row : analysis.rows()) {
      if (row.finding(Property.GAP) instanceof Finding.Holds(var witness) && witness.isPresent()) {
        gap(row, witness.get());
      }
    }
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      random(kind, 1);
      random(kind, 2);
    }
    return List.copyOf(checks);
  }

  private void gap(Classes row, trapline.classify.Witness witness) {
    String name = row.row().name();
    String what = name + ": gap";
    switch (Exhibit.of(simulator, witness, VirtualMachine.Kind.TRAP_AND_EMULATE)) {
      case Exhibit.Shown shown -> {
        String places = String.join(", ", shown.places());
        checks.add(
            shown.missing().isEmpty()
                ? new Check(
                    what,
                    Check.Result.SUPPORTED,
                    "seen in "
                        + places
                        + (shown.isAsPredicted() ? ", as predicted" : ", and more than predicted"),
                    shown.report())
                : Check.contradicted(
                    what,
                    "predicted "
                        + String.join(", ", witness.observed())
                        + ", but seen in "
                        + places,
                    shown.report()));
      }
      case Exhibit.Unseen() -> checks.add(Check.contradicted(what, "not seen", List.of()));
      case Exhibit.Unshowable(var why) -> checks.add(Check.open(what, why, List.of()));
    }
    Finding hybrid = row.finding(Property.HYBRID_GAP);
    Exhibit interpreted =
        Exhibit.of(
            simulator,
            hybrid instanceof Finding.Holds(var own) ? own.orElse(witness) : witness,
            VirtualMachine.Kind.HYBRID);
    String under = name + ": under a hybrid monitor";
    switch (interpreted) {
      case Exhibit.Shown shown when hybrid.isHolds() ->
          checks.add(
              new Check(
                  under,
                  Check.Result.SUPPORTED,
                  "seen in " + String.join(", ", shown.places()),
                  shown.report()));
      case Exhibit.Shown shown when hybrid.isFails() ->
          checks.add(
              Check.contradicted(
                  under, "seen in " + String.join(", ", shown.places()), shown.report()));
      case Exhibit.Shown shown ->
          checks.add(Check.open(under, "seen, and was undecided", shown.report()));
      case Exhibit.Unseen() ->
          checks.add(
              hybrid.isHolds()
                  ? Check.contradicted(under, "not seen", List.of())
                  : Check.supported(under, "the same as bare"));
      case Exhibit.Unshowable(var why) -> checks.add(Check.open(under, why, List.of()));
    }
  }

  /// Random programs of the instructions that were decided to have no gap, or all if nothing was
  /// decided.
  private void random(VirtualMachine.Kind kind, int depth) {
    Property property = kind == VirtualMachine.Kind.HYBRID ? Property.HYBRID_GAP : Property.GAP;
    Set<String> leaky = new TreeSet<>();
    Set<String> undecided = new TreeSet<>();
    for (Classes row : analysis.rows()) {
      if (row.finding(property).isHolds() || row.finding(Property.PRECISE).isFails()) {
        leaky.add(row.instruction().name());
      } else if (row.finding(property).isUndecided()) {
        undecided.add(row.instruction().name());
      }
    }
    String what =
        "random programs, "
            + (kind == VirtualMachine.Kind.HYBRID ? "hybrid" : "trap-and-emulate")
            + (depth == 1 ? "" : ", monitor under monitor")
            + (leaky.isEmpty() ? "" : ", without " + String.join(", ", leaky));
    Optional<Lockstep> made = pair(kind, depth);
    if (made.isEmpty()) {
      checks.add(Check.open(what, "no room for a virtual machine", List.of()));
      return;
    }
    Lockstep pair = made.get();
    Scramble scramble =
        Scramble.of(
            simulator,
            Math.min(4096, pair.virtual().region().size()),
            seed + depth,
            i -> !leaky.contains(i.name()));
    long wild = 0;
    int lives = 0;
    while (pair.steps() < steps && lives++ < steps) {
      scramble.next(pair.bare().state());
      pair.give();
      if (live(pair) instanceof Lockstep.Different(var difference)) {
        Instruction at =
            simulator.codec().decode(simulator.fetched(pair.bare().state())).instruction();
        if (undecided.contains(at.name())) {
          checks.add(
              Check.open(what, at.name() + " differs, and was undecided", difference.report()));
          return;
        }
        if (!leaky.contains(at.name())) {
          checks.add(
              Check.contradicted(
                  what, at.name() + " differs, and was to have no gap", difference.report()));
          return;
        }
        wild++;
        pair = pair(kind, depth).orElseThrow();
      }
    }
    Tally tally = pair.virtual().tally();
    String seen =
        String.format(
            Locale.ROOT,
            "%d steps the same; %.0f %% direct, %.0f traps per thousand%s",
            pair.steps(),
            100 * tally.share(),
            tally.trapsPerThousand(),
            wild == 0 ? "" : "; " + wild + " programs made a leaky instruction");
    checks.add(
        undecided.isEmpty()
            ? Check.supported(what, seen)
            : Check.open(
                what,
                seen
                    + "; undecided: "
                    + undecided.stream().limit(5).collect(Collectors.joining(", "))
                    + (undecided.size() > 5 ? ", …" : ""),
                List.of()));
  }

  /// One random program, until it only traps.
  private Lockstep.Outcome live(Lockstep pair) {
    Lockstep.Outcome outcome = pair.step();
    for (int i = 1;
        i < LIFE && pair.steps() < steps && pair.idle() < IDLE && Lockstep.goesOn(outcome);
        i++) {
      outcome = pair.step();
    }
    return outcome;
  }

  /// The machine and a virtual one in the middle of its storage.
  private Optional<Lockstep> pair(VirtualMachine.Kind kind, int depth) {
    var journal = new Journal();
    ControlProgram monitor = ControlProgram.on(Bare.of(simulator), journal);
    long all = Simulator.storage(monitor.host().state());
    long granule = monitor.granule(simulator);
    long size = Math.max(granule, all / 2 / granule * granule);
    for (int level = depth; level > 1; level--) {
      long with = size + (level - 1) * granule;
      Optional<VirtualMachine> between = monitor.admit("below", kind, simulator, with, granule);
      if (between.isEmpty()) {
        return Optional.empty();
      }
      monitor = ControlProgram.on(between.get(), journal);
    }
    return monitor
        .admit("guest", kind, simulator, size, granule)
        .map(virtual -> Lockstep.of(Bare.of(simulator), virtual));
  }
}
