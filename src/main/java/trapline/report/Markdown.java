package trapline.report;

import java.util.List;
import java.util.stream.Collectors;

/// A report as Markdown. What is not ours is escaped or stands in a block of code that it cannot
/// end.
final class Markdown {
  private final StringBuilder out = new StringBuilder();

  Markdown(String title) {
    line("# " + escaped(title));
    line("");
  }

  /// The file.
  String write() {
    return out.toString().stripTrailing().replaceAll("\n{3,}", "\n\n") + "\n";
  }

  /// A line of ours, marks included.
  void line(String line) {
    out.append(line).append('\n');
  }

  void paragraph(String text) {
    line("");
    line(escaped(text));
    line("");
  }

  void item(String text) {
    line("- " + escaped(text));
  }

  /// `- **of**: text`
  void item(String of, String text) {
    line("- **" + escaped(of) + "**: " + escaped(text));
  }

  void heading(String text) {
    heading(2, text);
  }

  void heading(int level, String text) {
    line("");
    line("#".repeat(level) + " " + escaped(text));
    line("");
  }

  void table(List<String> headings, List<List<String>> rows) {
    line("");
    line("| " + String.join(" | ", headings) + " |");
    line("|" + " --- |".repeat(headings.size()));
    for (List<String> row : rows) {
      line(row(row.stream().map(Markdown::escaped).toList()));
    }
    line("");
  }

  /// Of cells that are Markdown already.
  static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  /// Indented, so that nothing in it ends it.
  void code(List<String> lines) {
    line("");
    lines.stream().flatMap(String::lines).forEach(l -> line("    " + harmless(l)));
    line("");
  }

  static String escaped(String text) {
    return harmless(text.replaceAll("\\s+", " "))
        .replaceAll("([\\\\`*_{}\\[\\]<>#|!&~])", "\\\\$1");
  }

  private static String harmless(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      out.append(Html.isHarmless(text.charAt(i)) ? text.charAt(i) : '\ufffd');
    }
    return out.toString();
  }
}
