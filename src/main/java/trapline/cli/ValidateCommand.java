package trapline.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.Analyzer;
import trapline.codec.Image;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.report.Record;
import trapline.report.ValidationRecord;
import trapline.theorem.Analysis;
import trapline.theorem.Exact;
import trapline.validate.Check;
import trapline.validate.Validation;

@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    header = "Runs what supports or contradicts the verdicts.",
    description = {
      "",
      "Decides where instructions have gaps, and then looks. The witness of every gap is run as a"
          + " guest under the generated monitor and must be seen to differ from the bare machine."
          + " Random programs of all other instructions, and the programs given, must do the same"
          + " bare and virtual, under a trap-and-emulate and a hybrid monitor, one and two monitors"
          + " deep. Where the monitor may configure what traps and a setting was found, all of that is"
          + " done once more under a monitor that keeps it, and no gap may be left.",
      "",
      "That the shadow of the vmm block composes is proved, not run: if it does not, this is said"
          + " first, with the instructions that it breaks.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline validate isa-specs/third-generation.isa",
      "  trapline validate isa-specs/third-generation.isa --steps 1000000 \\",
      "      --guest isa-specs/guests/third-generation/kernel.asm",
      "  trapline validate isa-specs/third-generation-leaky.isa -m ThirdGenReadsMode --show",
      "  trapline validate isa-specs/third-generation-configured.isa --format json",
      "",
      "supported     what was decided has been seen",
      "contradicted  the opposite has been seen: Trapline or the description is wrong",
      "refuted       the vmm block is proved wrong, before any run",
      "open          nothing was decided that could be contradicted, or nothing could be run",
      "",
      "Exit codes: 0 all that was decided was seen, 1 the vmm block is refuted, 2 usage,",
      "3 description or program rejected, 4 something is undecided, 5 the opposite was seen,",
      "70 internal error."
    })
final class ValidateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Descriptions descriptions = new Descriptions();
  @Mixin Engine engine = new Engine();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Descriptions.")
  List<Path> files = new ArrayList<>();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Random steps under each kind of monitor. Default: 100000.")
  String steps = "100000";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1974",
      description = "Where random programs begin. Default: 1974.")
  String seed = "1974";

  @Option(names = "--show", description = "Shows both states wherever a difference was seen.")
  boolean show;

  @Option(
      names = "--guest",
      paramLabel = "PROGRAM",
      description = {
        "Assembly text to run as a guest as well; may be given several times. Default: what lies in"
            + " guests/NAME beside a description NAME.isa, if anything does."
      })
  List<Path> guests = new ArrayList<>();

  @Mixin Output output = new Output();

  ValidateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    Exit exit = Exit.OK;
    guests.forEach(guest -> Descriptions.mustBeReadable(guest, ".asm"));
    List<JsonObject> records = new ArrayList<>();
    Set<Path> placed = new LinkedHashSet<>();
    for (Descriptions.Family family : descriptions.load(terminal, files)) {
      for (Machine machine : family.instances()) {
        exit = exit.or(validate(machine, family, records, placed));
      }
    }
    if (output.isJson()) {
      terminal.print(Record.text(records));
    }
    for (Path guest : guests) {
      if (!placed.contains(guest)) {
        terminal.tell(guest + " fits no machine that was validated, and has not been run");
        exit = exit.or(Exit.UNDECIDED);
      }
    }
    return exit.code;
  }

  private Exit validate(
      Machine machine, Descriptions.Family family, List<JsonObject> records, Set<Path> placed)
      throws InterruptedException, IOException {
    String title = Descriptions.title(machine);
    if (machine.monitor().isEmpty()) {
      if (output.isJson()) {
        records.add(ValidationRecord.of(machine, Optional.of("there is no vmm block"), List.of()));
      } else {
        terminal.println(title + ": no `vmm` block, so nothing to run");
      }
      return Exit.UNDECIDED;
    }
    Analysis analysis =
        Analyzer.analyze(
            machine, engine.options(terminal, Set.of()), Engine.progress(terminal, machine.name()));
    terminal.clearProgress();
    Optional<String> note = analysis.exactly().flatMap(Exact::note);
    if (!output.isJson()) {
      terminal.println(terminal.ink().bold(title));
      terminal.println("  gaps decided: " + (note.isEmpty() ? "yes" : "no, " + note.get()));
      terminal.flush();
    }
    Validation.Request request =
        Validation.Request.of(Programs.number("--steps", steps), Programs.number("--seed", seed))
            .with(programs(machine, family, placed));
    terminal.progress(title + ": running");
    List<Check> checks =
        Validation.of(
            analysis,
            request,
            check -> {
              terminal.clearProgress();
              if (!output.isJson()) {
                print(check);
              }
              terminal.progress(title + ": " + check.what() + ": " + check.result().word());
            });
    terminal.clearProgress();
    records.add(ValidationRecord.of(machine, note, checks));
    Exit exit = Exit.OK;
    for (Check check : checks) {
      exit =
          exit.or(
              switch (check.result()) {
                case SUPPORTED -> Exit.OK;
                case REFUTED -> Exit.REFUTED;
                case OPEN -> Exit.UNDECIDED;
                case CONTRADICTED -> Exit.CONTRADICTION;
              });
    }
    terminal.flush();
    return exit;
  }

  private void print(Check check) {
    String word = check.result().word();
    terminal.println(
        "  "
            + switch (check.result()) {
              case SUPPORTED -> terminal.ink().good(word);
              case OPEN -> terminal.ink().unsure(word);
              case REFUTED, CONTRADICTED -> terminal.ink().bad(word);
            }
            + "  "
            + check.what());
    terminal.println("    " + check.detail());
    if (show || check.result() == Check.Result.CONTRADICTED) {
      check.report().forEach(line -> terminal.println("      " + line));
    }
    terminal.flush();
  }

  /// The programs that can be put into a virtual machine of this setting.
  private List<Validation.Program> programs(
      Machine machine, Descriptions.Family family, Set<Path> placed) throws IOException {
    Machine host = machine;
    Simulator simulator = Simulator.confined(machine);
    long own = Simulator.storage(simulator.blank());
    long most = own;
    for (Machine instance : family.instances()) {
      long cells = Simulator.storage(Simulator.confined(instance).blank());
      if (cells > most && instance.monitor().isPresent()) {
        most = cells;
        host = instance;
      }
    }
    List<Validation.Program> programs = new ArrayList<>();
    for (Path path : guests.isEmpty() ? beside(machine) : guests) {
      Image image = Programs.assemble(terminal, machine, path, 0);
      if (simulator.load(simulator.blank(), image).isEmpty()) {
        placed.add(path);
        programs.add(new Validation.Program(String.valueOf(path.getFileName()), image, host));
      }
    }
    return programs;
  }

  /// The programs that come with a description.
  private static List<Path> beside(Machine machine) throws IOException {
    Path file = Path.of(machine.span().file().name());
    Path folder =
        file.resolveSibling("guests")
            .resolve(String.valueOf(file.getFileName()).replaceFirst("\\.isa$", ""));
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(f -> f.toString().endsWith(".asm")).sorted().toList();
    }
  }
}
