package trapline.validate;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.codec.Image;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.theorem.Analysis;
import trapline.theorem.Configuration;
import trapline.theorem.Exact;
import trapline.theorem.Verdict;
import trapline.vmm.Bare;
import trapline.vmm.ControlProgram;
import trapline.vmm.Experiment;
import trapline.vmm.Journal;
import trapline.vmm.Lockstep;
import trapline.vmm.Scramble;
import trapline.vmm.Tally;
import trapline.vmm.VirtualMachine;

/// Runs what supports or contradicts the exact criterion of one machine.
///
///     a gap        its witness, run as a guest, differs from the bare machine; with a gap in virtual
///                  supervisor mode only, it does not under a hybrid monitor
///     no gap       random programs of these instructions, and the programs that are given, do the same
///                  bare and virtual, one monitor deep and two; a given one may differ at a gap
///     a block that is wrong: nothing is run: that `shadow` composes is proved or refuted before
///     a setting    under a monitor that keeps the setting that was found for it, neither is a gap's
///                  witness seen to differ nor are programs of all instructions
///
/// A difference at an instruction that was decided to have no gap is a contradiction. Instructions
/// whose traps are not precise are left out with those that have gaps: a monitor that emulates them
/// finds half of their work done.
public final class Validation {
  /// Steps after which a random program has said what it has to say.
  private static final int LIFE = 200;

  /// As many steps in a row that trap.
  private static final int IDLE = 4;

  /// A program to run as a guest: its image for this machine, and an instance with at least as much
  /// storage to be its host.
  public record Program(String name, Image image, Machine host) {}

  /// How much to run, and what: so many steps for each kind of monitor and depth, random programs
  /// from a seed on, and these programs. `maker` makes the virtual machines.
  public record Request(long steps, long seed, List<Program> programs, ControlProgram.Maker maker) {
    public static Request of(long steps, long seed) {
      return new Request(steps, seed, List.of(), ControlProgram.SOUND);
    }

    public Request with(List<Program> programs) {
      return new Request(steps, seed, programs, maker);
    }

    public Request madeBy(ControlProgram.Maker maker) {
      return new Request(steps, seed, programs, maker);
    }
  }

  /// Instructions that may differ, and those of which nothing is known.
  private record Suspects(Set<String> leaky, Set<String> undecided) {}

  private final Machine machine;
  private final Analysis analysis;
  private final Simulator simulator;
  private final Request request;
  private final long steps;
  private final long seed;
  private final Consumer<Check> listener;
  private final List<Check> checks = new ArrayList<>();

  /// By the guest's simulator and the host's machine.
  private final Map<Simulator, Map<Machine, Simulator>> hosts = new IdentityHashMap<>();

  private Validation(Analysis analysis, Request request, Consumer<Check> listener) {
    machine = analysis.machine();
    this.analysis = analysis;
    this.request = request;
    this.listener = listener;
    steps = request.steps;
    seed = request.seed;
    simulator = Simulator.confined(machine);
  }

  /// All checks, with so many random steps for each kind of monitor. The machine must have a `vmm`
  /// block.
  public static List<Check> of(Analysis analysis, long steps, long seed) {
    return of(analysis, Request.of(steps, seed), check -> {});
  }

  /// All checks; `listener` is told of each when it is done.
  public static List<Check> of(Analysis analysis, Request request, Consumer<Check> listener) {
    return new Validation(analysis, request, listener).checks();
  }

  private void add(Check check) {
    checks.add(check);
    listener.accept(check);
  }

  private List<Check> checks() {
    for (Classes row : analysis.rows()) {
      if (row.finding(Property.GAP) instanceof Finding.Holds(var witness) && witness.isPresent()) {
        gap(row, witness.get());
      }
    }
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      Optional<String> wrong = refuted(kind);
      if (wrong.isPresent()) {
        add(
            new Check(
                "the vmm block, " + word(kind),
                Check.Result.REFUTED,
                "proved wrong before any run: " + wrong.get(),
                List.of()));
        continue;
      }
      Suspects suspects = suspects(kind);
      runs(kind, simulator, suspects, "");
      configuration(kind).ifPresent(found -> configured(kind, found));
    }
    return List.copyOf(checks);
  }

  /// Everything that runs, under one kind of monitor.
  private void runs(
      VirtualMachine.Kind kind, Simulator simulator, Suspects suspects, String setting) {
    random(kind, 1, simulator, suspects, setting);
    random(kind, 2, simulator, suspects, setting);
    for (Program program : request.programs) {
      program(kind, 1, program, simulator, suspects, setting);
      program(kind, 2, program, simulator, suspects, setting);
    }
  }

  private Suspects suspects(VirtualMachine.Kind kind) {
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
    return new Suspects(leaky, undecided);
  }

  private Optional<Exact> exactly(VirtualMachine.Kind kind) {
    return switch (kind) {
      case TRAP_AND_EMULATE -> analysis.exactly();
      case HYBRID -> analysis.exactlyHybrid();
    };
  }

  /// In which state `shadow` does not lead where it should, if that was proved.
  private Optional<String> refuted(VirtualMachine.Kind kind) {
    return exactly(kind).filter(e -> e.verdict() == Verdict.FAILS).flatMap(Exact::note);
  }

  /// The setting that makes direct execution sound, if one was looked for and found.
  private Optional<Configuration> configuration(VirtualMachine.Kind kind) {
    return exactly(kind)
        .flatMap(Exact::configuration)
        .filter(c -> c.verdict() == Verdict.HOLDS && !c.setting().isEmpty());
  }

  /// The same under a monitor that keeps the setting: no gap is left.
  private void configured(VirtualMachine.Kind kind, Configuration found) {
    Simulator set = Simulator.confined(Setting.kept(machine, found.setting()));
    String setting =
        ", with "
            + found.setting().entrySet().stream()
                .map(e -> e.getKey() + " = " + e.getValue())
                .collect(Collectors.joining(", "));
    Suspects suspects = suspects(kind);
    for (Classes row : analysis.rows()) {
      if (row.finding(Property.PRECISE).isFails()) {
        continue;
      }
      suspects.leaky.remove(row.instruction().name());
      if (row.finding(Property.GAP) instanceof Finding.Holds(var witness) && witness.isPresent()) {
        String what = row.row().name() + ": gap, " + word(kind) + setting;
        switch (Exhibit.of(set, witness.get(), kind)) {
          case Exhibit.Shown shown ->
              add(
                  Check.contradicted(
                      what, "seen in " + String.join(", ", shown.places()), shown.report()));
          case Exhibit.Unseen _ -> add(Check.supported(what, "the same as bare"));
          case Exhibit.Unshowable(var why) -> add(Check.open(what, why, List.of()));
        }
      }
    }
    runs(kind, set, suspects, setting);
  }

  private static String word(VirtualMachine.Kind kind) {
    return switch (kind) {
      case TRAP_AND_EMULATE -> "trap-and-emulate";
      case HYBRID -> "hybrid";
    };
  }

  private void gap(Classes row, trapline.classify.Witness witness) {
    String name = row.row().name();
    String what = name + ": gap";
    switch (Exhibit.of(simulator, witness, VirtualMachine.Kind.TRAP_AND_EMULATE)) {
      case Exhibit.Shown shown -> {
        String places = String.join(", ", shown.places());
        add(
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
      case Exhibit.Unseen(var asFound) -> add(unseen(what, asFound, isLoose(row)));
      case Exhibit.Unshowable(var why) -> add(Check.open(what, why, List.of()));
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
          add(
              new Check(
                  under,
                  Check.Result.SUPPORTED,
                  "seen in " + String.join(", ", shown.places()),
                  shown.report()));
      case Exhibit.Shown shown when hybrid.isFails() ->
          add(
              Check.contradicted(
                  under, "seen in " + String.join(", ", shown.places()), shown.report()));
      case Exhibit.Shown shown -> add(Check.open(under, "seen, and was undecided", shown.report()));
      case Exhibit.Unseen(var asFound) ->
          add(
              hybrid.isHolds()
                  ? unseen(under, asFound, isLoose(row))
                  : Check.supported(under, "the same as bare"));
      case Exhibit.Unshowable(var why) -> add(Check.open(under, why, List.of()));
    }
  }

  /// A gap that no run shows. Where the architecture makes no promise, a processor may do the same
  /// by chance, as the simulator does.
  private static Check unseen(String what, boolean asFound, boolean isLoose) {
    return isLoose
        ? Check.open(
            what, "the architecture leaves open what happens; here it is the same", List.of())
        : asFound
            ? Check.contradicted(what, "not seen", List.of())
            : Check.open(what, "an interrupt comes first", List.of());
  }

  /// Whether it has a gap only where the architecture makes no promise.
  private boolean isLoose(Classes row) {
    return analysis.exactly().filter(e -> e.loosely().contains(row.row().name())).isPresent();
  }

  /// A program that is given.
  private void program(
      VirtualMachine.Kind kind,
      int depth,
      Program program,
      Simulator simulator,
      Suspects suspects,
      String setting) {
    String what = program.name + ", " + word(kind) + under(depth) + setting;
    Simulator host = host(program, simulator);
    var plan = Experiment.Plan.of(host, simulator, kind).nested(depth).madeBy(request.maker);
    Experiment.Made made;
    try {
      made = Experiment.of(plan, state -> load(simulator, program.image, state));
    } catch (TooLarge e) {
      add(Check.open(what, "does not fit into the storage of a virtual machine", List.of()));
      return;
    }
    switch (made) {
      case Experiment.Made.Full(var why) -> add(Check.open(what, why, List.of()));
      case Experiment.Made.Ready(var experiment) -> {
        experiment.run(steps, Experiment.Comparison.LOCKSTEP, done -> {});
        Experiment.Guest guest = experiment.guests().getFirst();
        Lockstep pair = guest.pair();
        add(
            switch (experiment.outcome(guest)) {
              case Lockstep.Same _, Lockstep.Waits _ ->
                  same(what, told(pair.steps(), pair.virtual().tally(), ""), suspects.undecided);
              case Lockstep.Ended(var stop) ->
                  same(
                      what,
                      told(
                          pair.steps(),
                          pair.virtual().tally(),
                          ", to its end: " + Lockstep.describe(stop)),
                      suspects.undecided);
              case Lockstep.Limited(var reason) ->
                  Check.open(what, "reaches for more than it was given: " + reason, List.of());
              case Lockstep.Different(var difference) ->
                  differs(what, at(pair), difference, suspects);
            });
      }
    }
  }

  /// Made once for each machine and setting: to compile one takes time.
  private Simulator host(Program program, Simulator guest) {
    Machine machine = guest.machine();
    if (program.host == this.machine) {
      return guest;
    }
    return hosts
        .computeIfAbsent(guest, g -> new IdentityHashMap<>())
        .computeIfAbsent(
            program.host,
            h -> Simulator.confined(machine == this.machine ? h : Setting.like(machine, h)));
  }

  private static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static void load(Simulator simulator, Image image, State state) {
    if (simulator.load(state, image).isPresent()) {
      throw new TooLarge();
    }
  }

  private static Instruction at(Lockstep pair) {
    Simulator simulator = pair.bare().simulator();
    return simulator.codec().decode(simulator.fetched(pair.bare().state())).instruction();
  }

  private static Check differs(
      String what, Instruction at, Lockstep.Difference difference, Suspects suspects) {
    String where = at.name() + " differs after " + difference.step() + " steps";
    if (suspects.leaky.contains(at.name())) {
      return new Check(
          what,
          Check.Result.SUPPORTED,
          where + ", and has a gap: " + String.join(", ", difference.places()),
          difference.report());
    }
    return suspects.undecided.contains(at.name())
        ? Check.open(what, where + ", and was undecided", difference.report())
        : Check.contradicted(what, where + ", and was to have no gap", difference.report());
  }

  private static String told(long steps, Tally tally, String end) {
    return String.format(
        Locale.ROOT,
        "%d steps the same%s; %.0f %% direct, %.0f traps per thousand",
        steps,
        end,
        100 * tally.share(),
        tally.trapsPerThousand());
  }

  private static Check same(String what, String seen, Set<String> undecided) {
    return undecided.isEmpty()
        ? Check.supported(what, seen)
        : Check.open(
            what,
            seen
                + "; undecided: "
                + undecided.stream().limit(5).collect(Collectors.joining(", "))
                + (undecided.size() > 5 ? ", …" : ""),
            List.of());
  }

  private static String under(int depth) {
    return depth == 1 ? "" : ", monitor under monitor";
  }

  /// Random programs of the instructions that were decided to have no gap, or all if nothing was
  /// decided.
  private void random(
      VirtualMachine.Kind kind, int depth, Simulator simulator, Suspects suspects, String setting) {
    Set<String> leaky = suspects.leaky;
    Set<String> undecided = suspects.undecided;
    String what =
        "random programs, "
            + word(kind)
            + under(depth)
            + setting
            + (leaky.isEmpty() ? "" : ", without " + String.join(", ", leaky));
    Optional<Lockstep> made = pair(kind, depth, simulator);
    if (made.isEmpty()) {
      add(Check.open(what, "no room for a virtual machine", List.of()));
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
    long same = 0;
    Tally tally = Tally.sum(List.of());
    while (same + pair.steps() < steps && lives++ < steps) {
      scramble.next(pair.bare().state());
      pair.give();
      if (live(pair, steps - same) instanceof Lockstep.Different(var difference)) {
        Instruction at = at(pair);
        if (undecided.contains(at.name())) {
          add(Check.open(what, at.name() + " differs, and was undecided", difference.report()));
          return;
        }
        if (!leaky.contains(at.name())) {
          add(
              Check.contradicted(
                  what, at.name() + " differs, and was to have no gap", difference.report()));
          return;
        }
        wild++;
        same += pair.steps() - 1;
        tally = Tally.sum(List.of(tally, pair.virtual().tally()));
        pair = pair(kind, depth, simulator).orElseThrow();
      }
    }
    add(
        same(
            what,
            told(same + pair.steps(), Tally.sum(List.of(tally, pair.virtual().tally())), "")
                + (wild == 0 ? "" : "; " + wild + " programs made a leaky instruction"),
            undecided));
  }

  /// One random program, until it only traps, or so many steps have been compared.
  private Lockstep.Outcome live(Lockstep pair, long steps) {
    Lockstep.Outcome outcome = pair.step();
    for (int i = 1;
        i < LIFE && pair.steps() < steps && pair.idle() < IDLE && Lockstep.goesOn(outcome);
        i++) {
      outcome = pair.step();
    }
    return outcome;
  }

  /// The machine and a virtual one in the middle of its storage.
  private Optional<Lockstep> pair(VirtualMachine.Kind kind, int depth, Simulator simulator) {
    var journal = new Journal();
    ControlProgram monitor = ControlProgram.on(Bare.of(simulator), journal, request.maker);
    long all = Simulator.storage(monitor.host().state());
    long granule = monitor.granule(simulator);
    long size = Math.max(granule, all / 2 / granule * granule);
    Optional<List<Long>> sizes = monitor.sizes(simulator, size, granule + monitor.tables(), depth);
    if (sizes.isEmpty()) {
      return Optional.empty();
    }
    for (long with : sizes.get().subList(0, depth - 1)) {
      Optional<VirtualMachine> between = monitor.admit("below", kind, simulator, with, granule);
      if (between.isEmpty()) {
        return Optional.empty();
      }
      monitor = ControlProgram.on(between.get(), journal, request.maker);
    }
    return monitor
        .admit("guest", kind, simulator, sizes.get().getLast(), granule)
        .map(virtual -> Lockstep.of(Bare.of(simulator), virtual));
  }
}
