package trapline.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.report.Changes;
import trapline.report.Record;

@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    header = "Tells what changed between two versions of a machine.",
    description = {
      "",
      "Of what is decided: the classes of every row and for which encodings they hold, the verdicts"
          + " and what they are because of, the assumptions of the theorems. Rows are matched by"
          + " name, machines by name and setting; if each side describes one machine, whatever they"
          + " are called.",
      "",
      "A and B are descriptions, or what `check --format json` has written.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline diff old/pdp-10.isa isa-specs/pdp-10.isa",
      "  trapline diff released.json isa-specs/pdp-10.isa --json",
      "",
      "Exit codes: 0 nothing changed, 1 something did, 2 usage,",
      "3 description rejected, 4 something undecided on both sides alike,",
      "5 contradiction, 70 internal error."
    })
final class DiffCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Descriptions descriptions = new Descriptions();
  @Mixin Engine engine = new Engine();

  @Parameters(index = "0", paramLabel = "A", description = "The version before.")
  Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "The version after.")
  Path after = Path.of("");

  @Option(names = "--json", description = "As JSON; the schema is diff.schema.json.")
  boolean json;

  DiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Asking asking = new Asking(terminal, engine);
    List<JsonObject> old = Records.of(List.of(before), descriptions, asking, terminal);
    List<JsonObject> young = Records.of(List.of(after), descriptions, asking, terminal);
    List<JsonObject> differences = Changes.of(old, young);
    List<String> gone = Changes.unmatched(old, young);
    List<String> added = Changes.unmatched(young, old);
    if (differences.isEmpty()) {
      throw Mistake.usage(
          before + " and " + after + " have no machine, or no setting of one, in common");
    }
    if (json) {
      JsonArray all = new JsonArray();
      differences.forEach(all::add);
      terminal.print(Record.text(all));
    } else {
      terminal.print(Changes.told(differences, terminal.ink()));
    }
    gone.forEach(name -> terminal.tell("only in " + before + ": " + name));
    added.forEach(name -> terminal.tell("only in " + after + ": " + name));
    boolean changed =
        !gone.isEmpty()
            || !added.isEmpty()
            || differences.stream().anyMatch(d -> !Changes.isEmpty(d));
    Exit exit = changed ? Exit.REFUTED : Exit.OK;
    for (JsonObject record : young) {
      exit = Asking.exit(record) == Exit.UNDECIDED ? exit.or(Exit.UNDECIDED) : exit;
    }
    return exit.code;
  }
}
