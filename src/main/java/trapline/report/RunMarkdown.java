package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/// A [RunRecord] as Markdown, its picture in characters. What is not ours is escaped or stands in a
/// block of code that it cannot end.
public final class RunMarkdown {
  private static final int COLUMNS = 72;

  private final JsonObject json;
  private final StringBuilder out = new StringBuilder();

  private RunMarkdown(JsonObject json) {
    this.json = json;
  }

  public static String of(JsonObject json) {
    RunMarkdown markdown = new RunMarkdown(json);
    markdown.write();
    return markdown.out.toString();
  }

  private void write() {
    line("# " + escaped(RunPage.headline(json)));
    line("");
    line(escaped(RunPage.setup(json)));
    line("");
    RunText.properties(json).forEach(this::sentence);
    RunText.measured(json).ifPresent(this::sentence);
    for (JsonElement guest : json.getAsJsonArray("guests")) {
      if (guest.getAsJsonObject().has("difference")) {
        difference(guest.getAsJsonObject().getAsJsonObject("difference"));
        break;
      }
    }
    heading("The run");
    line(
        "`-` runs directly; the monitor emulates (`e`), interprets (`i`), reflects (`r`), enters an");
    line("interrupt (`t`), capital where that is half of the steps or more; blank: another runs.");
    pictures();
    heading("Guests");
    table(
        List.of("Guest", "Steps", "Direct", "Emulated", "Interpreted", "Reflected", "Outcome"),
        json.getAsJsonArray("guests").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .map(g -> {
              JsonObject work = g.getAsJsonObject("work");
              return List.of(
                  RunText.text(g, "name"),
                  RunPage.grouped(g, "steps"),
                  RunText.percent(work.get("direct_share").getAsDouble()),
                  RunPage.grouped(work, "emulated"),
                  RunPage.grouped(work, "interpreted"),
                  RunPage.grouped(work, "reflected"),
                  RunPage.outcome(g));
            })
            .toList());
    heading("What the monitor did");
    table(List.of("Virtual machine", "Act", "Of", "Because of", "Times"), RunPage.counts(json));
    JsonObject log = json.getAsJsonObject("log");
    code(RunRecord.texts(log.get("first")));
    line("");
    line("and in the end:");
    code(RunRecord.texts(log.get("last")));
    heading("To do it again");
    code(List.of(String.join(" ", RunRecord.texts(json.get("command")))));
  }

  private void sentence(RunText.Sentence sentence) {
    line("- **" + sentence.of() + "**: " + escaped(sentence.says()));
  }

  private void difference(JsonObject difference) {
    heading("The first difference");
    line(
        Words.capital(RunText.when(difference))
            + ", "
            + escaped(RunText.text(difference, "instruction"))
            + ": "
            + escaped(String.join(", ", RunRecord.texts(difference.get("places")))));
    line("");
    table(
        List.of("Place", "Bare", "Virtual", ""),
        difference.getAsJsonArray("rows").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .map(r ->
                List.of(
                    RunText.text(r, "place"),
                    RunText.text(r, "bare"),
                    RunText.text(r, "virtual"),
                    r.get("differs").getAsBoolean() ? "differs" : ""))
            .toList());
    line("");
    line("The monitor's last actions:");
    code(RunRecord.texts(difference.get("acts")));
  }

  private void pictures() {
    JsonArray views = json.getAsJsonObject("picture").getAsJsonArray("views");
    for (int i = 0; i < views.size(); i++) {
      JsonObject view = views.get(i).getAsJsonObject();
      line("");
      line(RunPicture.title(view, i, views.size()) + ":");
      int width =
          view.getAsJsonArray("lanes").asList().stream()
              .mapToInt(l -> l.getAsJsonObject().get("name").getAsString().length())
              .max()
              .orElse(0);
      code(
          view.getAsJsonArray("lanes").asList().stream()
              .map(JsonElement::getAsJsonObject)
              .map(lane -> {
                String name = lane.get("name").getAsString();
                return name
                    + " ".repeat(width - name.length() + 2)
                    + RunPicture.line(lane, view, COLUMNS).stripTrailing();
              })
              .toList());
    }
  }

  private void heading(String text) {
    line("");
    line("## " + text);
    line("");
  }

  private void table(List<String> headings, List<List<String>> rows) {
    line("| " + String.join(" | ", headings) + " |");
    line("|" + " --- |".repeat(headings.size()));
    for (List<String> row : rows) {
      line(row.stream().map(RunMarkdown::escaped).collect(Collectors.joining(" | ", "| ", " |")));
    }
  }

  /// Indented, so that nothing in it ends it.
  private void code(List<String> lines) {
    line("");
    lines.stream().flatMap(String::lines).forEach(l -> line("    " + harmless(l)));
    line("");
  }

  private static String escaped(String text) {
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

  private void line(String line) {
    out.append(line).append('\n');
  }
}
