package trapline.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.isa.Machine;
import trapline.machine.TestRunner;
import trapline.report.Ink;

@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    header = "Runs the description's own tests on the concrete machine.",
    description = {
      "",
      "Every test block starts from reset; all settings of params and choices are run.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline test isa-specs/pdp-10.isa",
      "  trapline test isa-specs/third-generation.isa --only svc",
      "",
      "Exit codes: 0 all pass, 1 one fails, 2 usage, 3 description rejected,",
      "70 internal error."
    })
final class TestCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Descriptions descriptions = new Descriptions();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Descriptions of machines.")
  List<Path> files = new ArrayList<>();

  @Option(names = "--only", paramLabel = "TEXT", description = "Tests whose names contain this.")
  @Nullable String only;

  @Option(
      names = {"-v", "--verbose"},
      description = "Names the tests that pass, too.")
  boolean verbose;

  private int passed;
  private int failed;

  TestCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    for (Descriptions.Family family : descriptions.load(terminal, files)) {
      for (Machine machine : family.instances()) {
        for (TestRunner.Result result : TestRunner.run(machine)) {
          if (only == null || result.test().name().contains(only)) {
            tell(machine, result);
          }
        }
      }
    }
    terminal.println(passed + " passed, " + failed + " failed");
    if (passed + failed == 0 && only != null) {
      throw Mistake.usage("no test's name contains '" + only + "'");
    }
    return (failed == 0 ? Exit.OK : Exit.REFUTED).code;
  }

  private void tell(Machine machine, TestRunner.Result result) {
    Ink ink = terminal.ink();
    String name = Descriptions.title(machine) + ": " + result.test().name();
    switch (result.verdict()) {
      case TestRunner.Verdict.Passed() -> {
        passed++;
        if (verbose) {
          terminal.println(ink.good("ok") + "      " + name);
        }
      }
      case TestRunner.Verdict.Failed(var where, var message, var values) -> {
        failed++;
        terminal.println(ink.bad("FAILED") + "  " + name);
        terminal.println("        " + where.place() + ": " + message);
        values.forEach(value -> terminal.println("          " + value));
      }
      case TestRunner.Verdict.Rejected(var diagnostics) -> {
        failed++;
        terminal.println(ink.bad("FAILED") + "  " + name);
        terminal.flush();
        Descriptions.show(terminal, diagnostics);
      }
    }
  }
}
