package trapline.cli;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.isa.Theorem;
import trapline.report.Record;
import trapline.report.TextView;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    header = "Classifies every instruction and concludes what monitors can be built.",
    description = {
      "",
      "For every machine that the files describe, in every setting of its params and choices:"
          + " the classes of each instruction with a replayed witness, Theorems 1 to 3, and"
          + " whether each expectation holds.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline check isa-specs/pdp-10.isa",
      "  trapline check isa-specs/third-generation.isa --machine ThirdGen --set Q=256",
      "  trapline check isa-specs/third-generation.isa --require vmm --format json",
      "  trapline check isa-specs/pdp-10.isa --cross-check --timeout 60",
      "",
      "An interruption (Ctrl-C) prints what is known by then, marked as partial;"
          + " a second one prints nothing.",
      "",
      "Exit codes: 0 all expectations hold, 1 one is refuted (or --require is),",
      "2 usage, 3 description rejected, 4 something undecided, 5 contradiction,",
      "70 internal error."
    })
final class Check implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Descriptions descriptions = new Descriptions();
  @Mixin Engine engine = new Engine();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Descriptions of machines.")
  List<Path> files = new ArrayList<>();

  @Mixin Output output = new Output();

  @Option(
      names = "--require",
      paramLabel = "THEOREM",
      split = ",",
      description = "Fails unless this holds of every machine: vmm, hvmm or recursive.")
  List<Theorem> required = new ArrayList<>();

  Check(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<JsonObject> records = new ArrayList<>();
    Exit exit = Exit.OK;
    Asking asking = new Asking(terminal, engine);
    for (Descriptions.Family family : descriptions.load(terminal, files)) {
      List<JsonObject> found = asking.about(family);
      if (!output.isJson()) {
        if (!records.isEmpty()) {
          terminal.println("");
        }
        terminal.print(TextView.of(found, terminal.ink()));
        terminal.flush();
      }
      records.addAll(found);
    }
    if (output.isJson()) {
      terminal.print(Record.text(records));
    }
    for (JsonObject json : records) {
      exit = exit.or(Asking.exit(json)).or(requirements(json));
    }
    return (asking.isInterrupted() ? exit.or(Exit.UNDECIDED) : exit).code;
  }

  private Exit requirements(JsonObject json) {
    Exit exit = Exit.OK;
    for (Theorem theorem : required) {
      JsonObject conclusion = json.getAsJsonObject("theorems").getAsJsonObject(theorem.word());
      String verdict = verdict(conclusion);
      String applies = conclusion.get("applies").getAsString();
      if (verdict.equals("holds") && applies.equals("holds")) {
        continue;
      }
      if (verdict.equals("holds")) {
        terminal.tell(
            "required: "
                + theorem.word()
                + ", whose condition holds, but "
                + json.get("machine").getAsString()
                + (applies.equals("fails")
                    ? " is no third-generation machine, which it assumes"
                    : " is not known to be a third-generation machine, which it assumes"));
        exit = exit.or(applies.equals("fails") ? Exit.REFUTED : Exit.UNDECIDED);
        continue;
      }
      terminal.tell(
          "required: "
              + theorem.word()
              + ", but for "
              + json.get("machine").getAsString()
              + " it "
              + (verdict.equals("fails") ? "fails" : "is undecided"));
      exit = exit.or(verdict.equals("fails") ? Exit.REFUTED : Exit.UNDECIDED);
    }
    return exit;
  }

  private static String verdict(JsonObject json) {
    return json.get("verdict").getAsString();
  }
}
