package trapline.report;

import static trapline.report.Wording.text;
import static trapline.report.Wording.texts;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A [Record] beside the description it was made from: what an editor has room for.
public final class Glance {
  private Glance() {}

  /// The verdicts and what stands against them, as elements of a page that has [#styles].
  public static String page(JsonObject record) {
    return ReportPage.glance(record);
  }

  /// The look of reports.
  public static String styles() {
    return Page.CSS;
  }

  /// What an instruction is, in Markdown: the classes and regions of its rows, and by what state
  /// the first finding that needs one is shown.
  public static String instruction(JsonObject record, String name) {
    Wording wording = new Wording(record);
    List<String> paragraphs = new ArrayList<>();
    for (JsonObject row : wording.rows()) {
      if (!text(row, "name").equals(name)) {
        continue;
      }
      List<String> lines = new ArrayList<>();
      String title = text(row, "row").equals(name) ? "" : text(row, "row") + ": ";
      lines.add("**" + escaped(title + Wording.label(row).words()) + "**");
      wording.regions(text(row, "row")).forEach(region -> lines.add(escaped(region)));
      wording.evidence(row).stream()
          .flatMap(property -> Wording.witness(row, property).stream())
          .findFirst()
          .ifPresent(witness -> lines.add(witness(witness)));
      paragraphs.add(String.join("  \n", lines));
    }
    return String.join("\n\n", paragraphs);
  }

  /// `rtm r0: timer 0 or 1 (the only difference); r0 becomes …`
  private static String witness(JsonObject witness) {
    JsonObject story = witness.getAsJsonObject("story");
    String differences =
        String.join(
            ", ",
            story.getAsJsonArray("before").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .flatMap(line -> difference(line).stream())
                .toList());
    return "`"
        + text(witness, "assembly").replace('`', '\'')
        + "`"
        + (differences.isEmpty() ? "" : " with " + escaped(differences))
        + ": "
        + escaped(text(story, "reason"));
  }

  private static Optional<String> difference(JsonObject line) {
    if (!line.has("remark") || !text(line, "remark").startsWith("<-")) {
      return Optional.empty();
    }
    return Optional.of(text(line, "name") + " = " + String.join(" or ", texts(line, "values")));
  }

  /// As text that Markdown leaves alone.
  private static String escaped(String text) {
    return text.replaceAll("([\\\\`*_\\[\\]<>#|])", "\\\\$1");
  }
}
