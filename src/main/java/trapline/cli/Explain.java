package trapline.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import trapline.report.Manual;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    header = "Explains a diagnostic, a class of instructions, or a theorem.",
    description = {"", "Without a topic, lists all there are.", ""},
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline explain width-mismatch",
      "  trapline explain control_sensitive",
      "  trapline explain vmm",
      "",
      "Exit codes: 0 explained, 2 no such topic."
    })
final class Explain implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "TOPIC",
      description = "A diagnostic's slug, a class, or a theorem.")
  @Nullable String topic;

  Explain(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (topic == null) {
      terminal.println("Classes and theorems:");
      list("definitions");
      terminal.println("");
      terminal.println("Diagnostics:");
      list("diagnostics");
      return Exit.OK.code;
    }
    String asked = topic.strip().toLowerCase(Locale.ROOT);
    List<String> spellings =
        List.of(asked, asked.replace('-', '_'), asked.replace('_', '-'), asked.replace(' ', '_'));
    List<String> all = new ArrayList<>();
    for (String shelf : List.of("definitions", "diagnostics")) {
      List<String> names = Manual.pages(shelf);
      all.addAll(names);
      for (String spelling : spellings) {
        if (names.contains(spelling)) {
          terminal.print(Manual.plain(Manual.page(shelf, spelling), terminal.ink()));
          return Exit.OK.code;
        }
      }
    }
    Optional<String> near = Sentences.nearest(asked, all);
    throw Mistake.usage(
        "nothing to explain under '"
            + topic
            + "'"
            + near.map(n -> "; did you mean '" + n + "'?").orElse("")
            + "\n  help: trapline explain, without a topic, lists all there are");
  }

  private void list(String shelf) {
    for (String name : Manual.pages(shelf)) {
      String summary = Manual.summary(Manual.page(shelf, name));
      String line = String.format("  %-24s %s", name, summary);
      terminal.println(line.length() > 80 ? line.substring(0, 79) + "…" : line.stripTrailing());
    }
  }
}
