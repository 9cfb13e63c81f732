package trapline.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.isa.Machine;
import trapline.report.Bench;
import trapline.report.Evidence;
import trapline.report.TextView;

@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    header = "Runs a witness again on the concrete machine and shows what happens.",
    description = {
      "",
      "Compares with what happened when the witness was found; no solver is asked.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline witness isa-specs/pdp-10.isa 'jrst 1' --as json -o jrst-1.json",
      "  trapline replay jrst-1.json isa-specs/pdp-10.isa",
      "",
      "Exit codes: 0 the same happens, 2 usage, 3 description rejected,",
      "5 something else happens, 70 internal error."
    })
final class Replay implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "WITNESS", description = "A file that witness wrote.")
  Path witness = Path.of("");

  @Parameters(index = "1", paramLabel = "FILE", description = "The description it is of.")
  Path file = Path.of("");

  @Option(
      names = {"-I", "--import-root"},
      paramLabel = "DIR",
      description = "A folder that imports may come from, besides the file's own.")
  List<Path> importRoots = new java.util.ArrayList<>();

  Replay(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Descriptions.mustBeReadable(witness, ".json");
    Evidence.Reading.Read read =
        switch (Evidence.read(Files.readString(witness))) {
          case Evidence.Reading.Read ok -> ok;
          case Evidence.Reading.Unreadable(var why) ->
              throw Mistake.usage(witness + " is not a witness: " + why);
        };
    Descriptions descriptions = new Descriptions();
    descriptions.machine = read.machine();
    descriptions.set = new LinkedHashMap<>(read.setting());
    descriptions.importRoots = importRoots;
    Machine machine = descriptions.loadOne(terminal, List.of(file));
    Bench bench = Bench.of(machine);
    return switch (Evidence.match(read, bench)) {
      case Evidence.Match.Mismatch(var why) ->
          throw Mistake.usage(witness + " does not fit " + file + ": " + why);
      case Evidence.Match.Matched matched -> {
        JsonObject again = matched.toJson(bench, read);
        terminal.print(TextView.ofWitness(again, terminal.ink()));
        terminal.println("");
        terminal.println(
            matched.agrees()
                ? "Replayed: the same as when it was found."
                : "Replayed: NOT the same as when it was found.");
        yield (matched.agrees() ? Exit.OK : Exit.CONTRADICTION).code;
      }
    };
  }
}
