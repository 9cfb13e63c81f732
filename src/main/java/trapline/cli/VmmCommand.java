package trapline.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import trapline.codec.Image;
import trapline.diag.Contradiction;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.StatePrinter;
import trapline.report.Record;
import trapline.report.RunMarkdown;
import trapline.report.RunPage;
import trapline.report.RunRecord;
import trapline.report.RunText;
import trapline.report.Trial;
import trapline.vmm.Experiment;
import trapline.vmm.Journal;
import trapline.vmm.Lockstep;
import trapline.vmm.Tally;
import trapline.vmm.VirtualMachine;

@Command(
    name = "vmm",
    mixinStandardHelpOptions = true,
    header = "Runs a program on virtual machines under the generated monitor.",
    description = {
      "",
      "Makes the monitor from the description's vmm block, runs the program on each virtual"
          + " machine and on the bare machine, and compares the two after every step. Says whether"
          + " they did the same, and where they part if not; whether a guest reached for what is not"
          + " its own; how much ran directly; and what a trap costs, in instructions that run"
          + " directly.",
      "",
      "A program is assembly text in the syntax that the description gives its instructions. It is"
          + " put into storage from --at on, and starts as after reset. A virtual machine has less"
          + " storage than the real one: --guest-set makes it another instance of the description,"
          + " one with so much storage as it has.",
      "",
      "With --emit it runs nothing, but writes the monitor as readable Java source: a dispatcher, an"
          + " allocator, and a routine for each instruction that traps, which says why. It needs no"
          + " trapline; what it needs of your machine is one interface, Host. The machine is analysed"
          + " first, so that Monitor.java can say whether it is sound.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  One guest, a million steps, the result also as a page with a picture of the run:",
      "    trapline vmm isa-specs/third-generation.isa --set Q=512 --guest-set Q=256 \\",
      "        --guest isa-specs/guests/third-generation/system.asm --report run.html",
      "  Two guests side by side, each under three monitors on top of each other:",
      "    trapline vmm isa-specs/third-generation.isa --set Q=512 --guest-set Q=256 \\",
      "        --guest isa-specs/guests/third-generation/system.asm --guests 2 --nest 3",
      "  An instruction that gives the monitor away, and a hybrid monitor that it cannot fool:",
      "    trapline vmm isa-specs/pdp-10.isa --guest isa-specs/guests/pdp-10/calls.asm",
      "    trapline vmm isa-specs/pdp-10.isa --guest isa-specs/guests/pdp-10/calls.asm --hybrid",
      "  What the monitor does, line by line:",
      "    trapline vmm isa-specs/third-generation.isa --trace --steps 2000 \\",
      "        --guest isa-specs/guests/third-generation/kernel.asm",
      "  The monitor as Java source, in src/thirdgen:",
      "    trapline vmm isa-specs/third-generation.isa --emit src",
      "",
      "Exit codes: 0 all as on the bare machine, 1 not so, 2 usage, 3 description or program",
      "rejected, 5 contradiction, 70 internal error. With --emit: 0 the monitor is sound, 1 it is",
      "not, 4 undecided; it is written in any case."
    })
final class VmmCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Description description = new Description();
  @Mixin Preparation preparation = new Preparation();

  @Option(
      names = "--guest",
      paramLabel = "PROGRAM",
      description = "Assembly text: what runs on each virtual machine.")
  Path guest = Path.of("");

  @Option(
      names = "--emit",
      paramLabel = "DIR",
      description =
          "Writes the monitor as Java source, a package in this folder, and runs nothing. Replaces"
              + " only what it wrote itself.")
  @Nullable Path emit;

  @Mixin Engine engine = new Engine();

  @Option(
      names = "--guests",
      paramLabel = "N",
      defaultValue = "1",
      description = "Virtual machines side by side. Default: 1.")
  int guests = 1;

  @Option(
      names = "--nest",
      paramLabel = "D",
      defaultValue = "1",
      description = "Monitors on top of each other. Default: 1.")
  int nest = 1;

  @Option(
      names = "--hybrid",
      description = "Interprets all of virtual supervisor mode, as a hybrid monitor.")
  boolean hybrid;

  @Option(
      names = "--size",
      paramLabel = "CELLS",
      description = "Storage of each virtual machine. Default: as much as there is for each.")
  String size = "";

  @Option(
      names = "--guest-set",
      paramLabel = "P=V",
      description = "Params of the virtual machines, where they are not the host's.")
  Map<String, String> guestSet = new LinkedHashMap<>();

  @Option(
      names = "--slice",
      paramLabel = "STEPS",
      defaultValue = "1000",
      description = "A time slice, in steps of the host. Default: 1000.")
  String slice = "1000";

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "At most so many steps of each guest. Default: 1000000.")
  String steps = "1000000";

  @Option(
      names = "--fast",
      description = {
        "Lets guests run until their next trap before the two are compared, instead of comparing after"
            + " every step: faster, above all under nested monitors. If there is a difference, it is done"
            + " again step by step, to find the first."
      })
  boolean fast;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Writes a report as well: .html with a picture of the run, .md, or .json; into a folder"
              + " as PROGRAM-on-MACHINE.html.")
  @Nullable Path report;

  @Mixin Output output = new Output();

  @Option(
      names = "--times",
      negatable = true,
      description =
          "Whether to tell measured times, which are others on every run. Default: where it is"
              + " printed, not in a report.")
  @Nullable Boolean times;

  @Option(names = "--trace", description = "Shows what the monitor does, on standard error.")
  boolean trace;

  VmmCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (guests < 1 || nest < 1) {
      throw Mistake.usage("--guests and --nest must be at least 1");
    }
    if (emit != null) {
      return Emitting.run(terminal, engine, description.load(terminal), hybrid, emit).code;
    }
    if (guest.toString().isEmpty()) {
      throw Mistake.usage("--guest PROGRAM is missing: what is to run (or --emit DIR)");
    }
    Optional<Path> target = target();
    List<String> command = command();
    Machine machine = description.load(terminal);
    if (machine.monitor().isEmpty()) {
      throw new Mistake(
          Exit.REJECTED,
          "machine " + machine.name() + " has no `vmm` block, so no monitor can be made for it");
    }
    Simulator hosts = Simulator.confined(machine);
    Simulator theirs = hosts;
    if (!guestSet.isEmpty()) {
      description.descriptions.set.putAll(guestSet);
      theirs = Simulator.confined(description.load(terminal));
    }
    Image image = preparation.assemble(terminal, theirs.machine(), guest);
    var kind = hybrid ? VirtualMachine.Kind.HYBRID : VirtualMachine.Kind.TRAP_AND_EMULATE;
    var plan =
        Experiment.Plan.of(hosts, theirs, kind)
            .sideBySide(guests)
            .nested(nest)
            .slicedBy(Programs.number("--slice", slice));
    Trial trial = run(size.isEmpty() ? plan : plan.sized(Programs.number("--size", size)), image);
    JsonObject json =
        RunRecord.of(
            new Trial(
                String.valueOf(guest.getFileName()),
                command,
                trial.watched(),
                trial.comparison(),
                trial.measured(),
                trial.speeds()));
    if (output.isJson()) {
      terminal.print(Record.text(told(json, true)));
    } else {
      terminal.print(RunText.of(told(json, true), terminal.ink()));
    }
    terminal.flush();
    if (target.isPresent()) {
      write(target.get(), told(json, false));
    }
    return (json.get("verdict").getAsString().equals("same") ? Exit.OK : Exit.REFUTED).code;
  }

  /// Compared first, then once more, unwatched, to see what it costs.
  private Trial run(Experiment.Plan plan, Image image) {
    long limit = Programs.number("--steps", steps);
    Experiment.Comparison comparison =
        fast ? Experiment.Comparison.STRETCHES : Experiment.Comparison.LOCKSTEP;
    Experiment watched = experiment(plan, image, Optional.empty());
    watched.chronicle();
    if (trace) {
      StatePrinter printer = new StatePrinter(plan.hosts().machine());
      watched
          .journal()
          .listener(
              e -> terminal.err().println(Journal.describe(e, plan.hosts().codec(), printer)));
    }
    double lockstep = speed(watched, limit, comparison);
    if (differs(watched) && comparison == Experiment.Comparison.STRETCHES) {
      terminal.tell("there is a difference: once more, step by step");
      comparison = Experiment.Comparison.LOCKSTEP;
      watched = experiment(plan, image, Optional.empty());
      watched.chronicle();
      lockstep = speed(watched, limit, comparison);
    }
    boolean isLockstep = comparison == Experiment.Comparison.LOCKSTEP;
    if (differs(watched)) {
      return new Trial("", List.of(), watched, comparison, Optional.empty(), Optional.empty());
    }
    Experiment measured = experiment(plan, image, Optional.of(System::nanoTime));
    double stretches = speed(measured, limit, Experiment.Comparison.STRETCHES);
    for (int i = 0; i < plan.count(); i++) {
      same(watched, measured, i);
    }
    return new Trial(
        "",
        List.of(),
        watched,
        comparison,
        Optional.of(measured),
        Optional.of(
            new Trial.Speeds(isLockstep ? Optional.of(lockstep) : Optional.empty(), stretches)));
  }

  private static boolean differs(Experiment experiment) {
    return experiment.guests().stream()
        .anyMatch(g -> experiment.outcome(g) instanceof Lockstep.Different);
  }

  /// Two ways to run the same guest.
  private static void same(Experiment watched, Experiment measured, int number) {
    Experiment.Guest one = watched.guests().get(number);
    Experiment.Guest two = measured.guests().get(number);
    String first = summary(watched, one);
    String second = summary(measured, two);
    if (!first.equals(second)) {
      throw new Contradiction(
          "what becomes of " + one.virtual().name(), "watched: " + first, "unwatched: " + second);
    }
  }

  private static String summary(Experiment experiment, Experiment.Guest guest) {
    Tally tally = guest.virtual().tally();
    return guest.pair().steps()
        + " steps, "
        + experiment.outcome(guest).getClass().getSimpleName().replace("Waits", "Same")
        + ": "
        + tally.direct()
        + " direct, "
        + tally.emulated()
        + " emulated, "
        + tally.interpreted()
        + " interpreted, "
        + tally.reflected()
        + " reflected, "
        + tally.interrupts()
        + " interrupts";
  }

  private Experiment experiment(Experiment.Plan plan, Image image, Optional<LongSupplier> clock) {
    Simulator theirs = plan.guests();
    Consumer<State> program =
        state -> {
          Programs.load(theirs, image, state);
          preparation.prepare(theirs.machine(), state);
        };
    Experiment.Made made =
        clock.isPresent()
            ? Experiment.of(plan, program, clock.get())
            : Experiment.of(plan, program);
    return switch (made) {
      case Experiment.Made.Ready(var experiment) -> experiment;
      case Experiment.Made.Full(var why) ->
          throw Mistake.usage(why + "; give less with --size or --guest-set");
    };
  }

  /// Runs it, and tells how many steps a second that made.
  private double speed(Experiment experiment, long limit, Experiment.Comparison comparison) {
    long began = Terminal.milliseconds();
    long all = limit * experiment.guests().size();
    long[] last = {began};
    experiment.run(
        limit,
        comparison,
        done -> {
          long now = Terminal.milliseconds();
          if (now - last[0] >= 200) {
            last[0] = now;
            long left = (now - began) * (all - done) / Math.max(1, done) / 1000;
            terminal.progress(
                guest.getFileName()
                    + ": "
                    + done
                    + " of at most "
                    + all
                    + " steps, "
                    + done / (now - began)
                    + " thousand a second"
                    + (now - began > 1000 ? ", about " + (left + 1) + " s left" : ""));
          }
        });
    terminal.clearProgress();
    long time = Math.max(1, Terminal.milliseconds() - began);
    double speed = 1000.0 * experiment.steps() / time;
    if (times == null || times) {
      terminal.tell(
          experiment.steps()
              + " steps compared "
              + (comparison == Experiment.Comparison.LOCKSTEP ? "one by one" : "in stretches")
              + " ("
              + (long) speed
              + " steps/s)");
    }
    return speed;
  }

  /// Without times where they are not wanted.
  private JsonObject told(JsonObject json, boolean unless) {
    if (times == null ? unless : times) {
      return json;
    }
    JsonObject without = json.deepCopy();
    without.remove("measured");
    return without;
  }

  // The report.

  /// Where the report goes; looked at before anything runs.
  private Optional<Path> target() {
    if (report == null) {
      return Optional.empty();
    }
    Path path = report;
    if (Files.isDirectory(path)) {
      return Optional.of(path);
    }
    String name = String.valueOf(path.getFileName());
    if (!name.matches(".*\\.(html|md|json)")) {
      throw Mistake.usage("--report wants a file that ends in .html, .md or .json, not " + path);
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw Mistake.usage("--report: there is no folder " + path.getParent());
    }
    return Optional.of(path);
  }

  private void write(Path target, JsonObject json) throws IOException {
    Path path = target;
    if (Files.isDirectory(path)) {
      String stem = String.valueOf(guest.getFileName()).replaceFirst("\\.[^.]*$", "");
      path = path.resolve(stem + "-on-" + json.get("machine").getAsString() + ".html");
    }
    String name = path.toString();
    String text =
        name.endsWith(".json")
            ? Record.text(json)
            : name.endsWith(".md") ? RunMarkdown.of(json) : RunPage.of(json);
    try {
      Files.writeString(path, text);
    } catch (IOException e) {
      throw Mistake.usage("--report: cannot write " + path + ": " + e.getMessage());
    }
    terminal.tell("wrote " + path);
  }

  /// The options that decide what a run is like, as one would type them.
  private List<String> command() {
    List<String> words = new ArrayList<>(List.of("trapline", "vmm", description.file.toString()));
    description.descriptions.words().forEach(words::add);
    words.addAll(List.of("--guest", guest.toString()));
    guestSet.forEach((name, value) -> words.addAll(List.of("--guest-set", name + "=" + value)));
    preparation.words().forEach(words::add);
    if (guests != 1) {
      words.addAll(List.of("--guests", Integer.toString(guests)));
    }
    if (nest != 1) {
      words.addAll(List.of("--nest", Integer.toString(nest)));
    }
    if (hybrid) {
      words.add("--hybrid");
    }
    if (!size.isEmpty()) {
      words.addAll(List.of("--size", size));
    }
    if (!slice.equals("1000")) {
      words.addAll(List.of("--slice", slice));
    }
    words.addAll(List.of("--steps", steps));
    if (fast) {
      words.add("--fast");
    }
    return words.stream().map(Sentences::quoted).toList();
  }
}
