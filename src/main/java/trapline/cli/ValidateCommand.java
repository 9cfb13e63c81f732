package trapline.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.Analyzer;
import trapline.isa.Machine;
import trapline.theorem.Analysis;
import trapline.validate.Check;
import trapline.validate.Validation;

@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    header = "Runs what supports or contradicts the verdicts.",
    description = {
      "",
      "Decides where instructions have gaps, and then looks: every gap's witness is run as a guest"
          + " under the generated monitor and must be seen to differ from the bare machine; random"
          + " programs of all other instructions must do the same bare and virtual, under a"
          + " trap-and-emulate and a hybrid monitor, one and two monitors deep.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline validate isa-specs/third-generation.isa",
      "  trapline validate isa-specs/third-generation-leaky.isa -m ThirdGenReadsMode --show",
      "",
      "Exit codes: 0 all that was decided was seen, 2 usage, 3 description rejected,",
      "4 something is undecided, 5 the opposite was seen, 70 internal error."
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

  ValidateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    Exit exit = Exit.OK;
    for (Descriptions.Family family : descriptions.load(terminal, files)) {
      for (Machine machine : family.instances()) {
        exit = exit.or(validate(machine));
      }
    }
    return exit.code;
  }

  private Exit validate(Machine machine) throws InterruptedException {
    if (machine.monitor().isEmpty()) {
      terminal.println(Descriptions.title(machine) + ": no `vmm` block, so nothing to run");
      return Exit.UNDECIDED;
    }
    Analysis analysis =
        Analyzer.analyze(
            machine, engine.options(terminal, Set.of()), Engine.progress(terminal, machine.name()));
    terminal.clearProgress();
    terminal.println(Descriptions.title(machine));
    analysis
        .exactly()
        .ifPresent(e -> terminal.println("  gaps decided: " + decided(e.note().orElse(""))));
    Exit exit = Exit.OK;
    for (Check check :
        Validation.of(
            analysis, Programs.number("--steps", steps), Programs.number("--seed", seed))) {
      terminal.println("  " + check.result().word() + "  " + check.what());
      terminal.println("    " + check.detail());
      if (show || check.result() == Check.Result.CONTRADICTED) {
        check.report().forEach(line -> terminal.println("      " + line));
      }
      exit =
          exit.or(
              switch (check.result()) {
                case SUPPORTED -> Exit.OK;
                case OPEN -> Exit.UNDECIDED;
                case CONTRADICTED -> Exit.CONTRADICTION;
              });
    }
    terminal.flush();
    return exit;
  }

  private static String decided(String note) {
    return note.isEmpty() ? "yes" : "no, " + note;
  }
}
