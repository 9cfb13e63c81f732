package trapline.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.report.Comparison;
import trapline.report.JUnit;
import trapline.report.ReportMarkdown;
import trapline.report.ReportPage;
import trapline.report.Sarif;

@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    header = "Writes what `check` finds out as pages, and for build servers.",
    description = {
      "",
      "For every machine a page in HTML, one file that needs nothing else, and in Markdown; the same"
          + " as SARIF 2.1.0 for editors and code review, and as JUnit XML, where each expectation"
          + " is a test case. An index compares the machines.",
      "",
      "A FILE is a description, or what `check --format json` has written.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline report isa-specs/pdp-10.isa -o pdp-10",
      "  trapline report isa-specs/rings.isa -m RingsReadsRing -o out --format html",
      "  trapline check isa-specs/pdp-10.isa --format json > pdp-10.json",
      "  trapline report pdp-10.json -o pdp-10",
      "",
      "DIR/index.html, DIR/MACHINE.html, DIR/index.md, DIR/MACHINE.md with its picture,",
      "DIR/trapline.sarif, DIR/TEST-MACHINE.xml. What depends on the computer or the day is in none of them.",
      "",
      "Exit codes: 0 all expectations hold, 1 one is refuted, 2 usage,",
      "3 description rejected, 4 something undecided, 5 contradiction,",
      "70 internal error."
    })
final class ReportCommand implements Callable<Integer> {
  enum Format {
    HTML,
    MARKDOWN,
    SARIF,
    JUNIT
  }

  private final Terminal terminal;

  @Mixin Descriptions descriptions = new Descriptions();
  @Mixin Engine engine = new Engine();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Descriptions, or saved records.")
  List<Path> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to write to; made if it is not there.")
  Path output = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      split = ",",
      description = "html, markdown, sarif, junit: one or more of them. Default: all.")
  @Nullable Set<Format> formats;

  @Option(
      names = "--skip",
      paramLabel = "NAME",
      description =
          "A machine that nothing is asked about: it stands in the index as not decided yet; may be"
              + " given several times.")
  List<String> skipped = new ArrayList<>();

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      defaultValue = "Machines",
      description = "The heading of the index. Default: ${DEFAULT-VALUE}.")
  String title = "Machines";

  @Option(
      names = "--readme",
      description = "Names the index in Markdown README.md, which forges show.")
  boolean readme;

  @Option(
      names = "--also",
      paramLabel = "FILE=TEXT",
      description = "Another file in DIR that the index leads to; may be given several times.")
  Map<String, String> also = new LinkedHashMap<>();

  private int written;

  ReportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw Mistake.usage("--output: " + output + " is no folder");
    }
    Set<Format> wanted = formats == null ? EnumSet.allOf(Format.class) : formats;
    Asking asking = new Asking(terminal, engine).skipping(skipped);
    List<JsonObject> records = Records.of(files, descriptions, asking, terminal);
    asking
        .neverMet()
        .ifPresent(name -> {
          throw Mistake.usage("--skip: no machine '" + name + "' is described");
        });
    List<Comparison.Entry> entries = named(records);
    for (JsonObject record : asking.skipped()) {
      entries.add(new Comparison.Entry(record, Optional.empty()));
    }
    try {
      Files.createDirectories(output);
      write(wanted, records, entries);
    } catch (IOException e) {
      throw Mistake.usage("--output: cannot write to " + output + ": " + e.getMessage());
    }
    terminal.tell("wrote " + written + " files to " + output);
    Exit exit = asking.isInterrupted() ? Exit.UNDECIDED : Exit.OK;
    for (JsonObject json : records) {
      exit = exit.or(Asking.exit(json));
    }
    return exit.code;
  }

  private void write(Set<Format> wanted, List<JsonObject> records, List<Comparison.Entry> entries)
      throws IOException {
    Comparison comparison = new Comparison(title, entries, also);
    for (Comparison.Entry entry : entries) {
      if (entry.stem().isPresent()) {
        String stem = entry.stem().get();
        if (wanted.contains(Format.HTML)) {
          write(stem + ".html", ReportPage.of(entry.record()));
        }
        if (wanted.contains(Format.MARKDOWN)) {
          write(stem + ".md", ReportMarkdown.of(entry.record(), stem + ".svg"));
          write(stem + ".svg", ReportMarkdown.picture(entry.record()));
        }
        if (wanted.contains(Format.JUNIT)) {
          write("TEST-" + stem + ".xml", JUnit.of(entry.record()));
        }
      }
    }
    if (wanted.contains(Format.HTML)) {
      write("index.html", comparison.page());
    }
    if (wanted.contains(Format.MARKDOWN)) {
      write(readme ? "README.md" : "index.md", comparison.markdown());
    }
    if (wanted.contains(Format.SARIF)) {
      write("trapline.sarif", Sarif.of(records));
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(output.resolve(name), text);
    written++;
  }

  /// Machines by name, numbered where there are several of that name, and never named like an
  /// index.
  private static List<Comparison.Entry> named(List<JsonObject> records) {
    Set<String> taken = new HashSet<>(Set.of("index", "readme"));
    List<Comparison.Entry> entries = new ArrayList<>();
    for (JsonObject json : records) {
      String name = json.get("machine").getAsString().replaceAll("[^A-Za-z0-9_-]", "_");
      String stem = name;
      // Some file systems do not tell cases apart.
      for (int i = 2; !taken.add(stem.toLowerCase(Locale.ROOT)); i++) {
        stem = name + "-" + i;
      }
      entries.add(new Comparison.Entry(json, Optional.of(stem)));
    }
    return entries;
  }
}
