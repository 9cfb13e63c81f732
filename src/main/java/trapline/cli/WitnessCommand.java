package trapline.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.Analyzer;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.classify.Witness;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.report.Bench;
import trapline.report.Evidence;
import trapline.report.Record;
import trapline.report.TestText;
import trapline.report.TextView;

@Command(
    name = "witness",
    mixinStandardHelpOptions = true,
    header = "Finds the states in which one instruction shows a property.",
    description = {
      "",
      "A row is an instruction, or one value of its split operands: getm, 'jrst 1'."
          + " Without --property, the property that matters most to a monitor.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline witness isa-specs/pdp-10.isa 'jrst 1'",
      "  trapline witness isa-specs/pdp-10.isa 'jrst 1' --as json -o jrst-1.json",
      "  trapline replay jrst-1.json isa-specs/pdp-10.isa",
      "",
      "Exit codes: 0 found, 1 there is none, 2 usage, 3 description rejected,",
      "4 undecided, 5 contradiction, 70 internal error."
    })
final class WitnessCommand implements Callable<Integer> {
  enum Form {
    TEXT,
    JSON,
    TEST
  }

  /// What is shown when no property is asked for: the first of these that has a witness.
  private static final List<Property> ORDER =
      List.of(
          Property.CONTROL_SENSITIVE,
          Property.LOCATION_SENSITIVE,
          Property.MODE_SENSITIVE,
          Property.BEHAVIOR_SENSITIVE,
          Property.RESOURCE_SENSITIVE,
          Property.CLOCK_SENSITIVE,
          Property.PRIVILEGED,
          Property.TRAPS_IN_USER);

  private final Terminal terminal;

  @Mixin Description description = new Description();
  @Mixin Engine engine = new Engine();

  @Parameters(index = "1", paramLabel = "ROW", description = "An instruction or one of its rows.")
  String row = "";

  @Option(
      names = {"-p", "--property"},
      paramLabel = "NAME",
      description = "The property to show, such as control_sensitive.")
  @Nullable String property;

  @Option(
      names = "--as",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text (default), json (for replay), or test (a test block).")
  Form form = Form.TEXT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write it. Default: standard output.")
  @Nullable Path output;

  WitnessCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Optional<Property> wanted = Optional.empty();
    if (property != null) {
      List<String> words = java.util.Arrays.stream(Property.values()).map(Property::word).toList();
      String named = property;
      wanted =
          Optional.of(
              Property.of(named.replace('-', '_'))
                  .orElseThrow(() ->
                      Mistake.usage(
                          "no property '" + named + "'" + Sentences.didYouMean(named, words))));
    }
    Machine machine = description.load(terminal);
    Instruction.Row found = row(machine);
    Classes classes =
        Analyzer.analyze(
                machine,
                engine.options(terminal, Set.of(found.name())),
                Engine.progress(terminal, machine.name()))
            .classes(found);
    terminal.clearProgress();
    return show(machine, classes, wanted).code;
  }

  private Instruction.Row row(Machine machine) {
    List<Instruction.Row> rows =
        java.util.stream.Stream.concat(
                machine.instructions().stream(), java.util.stream.Stream.of(machine.reserved()))
            .flatMap(i -> i.rows().stream())
            .toList();
    Optional<Instruction.Row> exact = rows.stream().filter(r -> r.name().equals(row)).findFirst();
    if (exact.isPresent()) {
      return exact.get();
    }
    List<String> names = rows.stream().map(Instruction.Row::name).toList();
    List<String> within = names.stream().filter(n -> n.startsWith(row + " ")).toList();
    if (!within.isEmpty()) {
      throw Mistake.usage(
          "'" + row + "' has several rows; name one: '" + String.join("', '", within) + "'");
    }
    throw Mistake.usage(
        "machine "
            + machine.name()
            + " has no row '"
            + row
            + "'"
            + Sentences.didYouMean(row, names));
  }

  private Exit show(Machine machine, Classes classes, Optional<Property> wanted)
      throws IOException {
    String name = classes.row().name();
    Optional<Property> chosen =
        wanted.or(() ->
            ORDER.stream().filter(p -> classes.finding(p).evidence().isPresent()).findFirst());
    if (chosen.isEmpty()) {
      terminal.tell(name + " has nothing to show: " + verdicts(classes));
      return Exit.REFUTED;
    }
    Property shown = chosen.get();
    Finding finding = classes.finding(shown);
    Optional<Witness> witness = finding.evidence();
    if (witness.isEmpty()) {
      String why = finding instanceof Finding.Undecided(var reason) ? ": " + reason : "";
      terminal.tell(shown.word() + " " + finding.verdict() + " for " + name + why);
      if (finding.isHolds()) {
        terminal.tell("  it speaks of all states, so there is no single one to show");
      }
      return finding.isUndecided() ? Exit.UNDECIDED : finding.isHolds() ? Exit.OK : Exit.REFUTED;
    }
    Bench bench = Bench.of(machine);
    JsonObject evidence = Evidence.of(bench, classes, witness.get());
    String text =
        switch (form) {
          case JSON -> Record.text(evidence);
          case TEXT ->
              name
                  + ": "
                  + shown.word()
                  + " "
                  + finding.verdict()
                  + "\n\n"
                  + TextView.ofWitness(
                      evidence, output == null ? terminal.ink() : trapline.report.Ink.PLAIN);
          case TEST -> TestText.of(bench, witness.get());
        };
    if (output == null) {
      terminal.print(text);
    } else {
      Files.writeString(output, text);
    }
    return finding.isHolds() || wanted.isEmpty() ? Exit.OK : Exit.REFUTED;
  }

  private static String verdicts(Classes classes) {
    return String.join(
        ", ",
        classes.findings().entrySet().stream()
            .filter(e -> e.getValue().isHolds())
            .map(e -> e.getKey().word())
            .toList());
  }
}
