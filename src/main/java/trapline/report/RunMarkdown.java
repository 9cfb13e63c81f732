package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/// A [RunRecord] as Markdown, its picture in characters.
public final class RunMarkdown {
  private static final int COLUMNS = 72;

  private final JsonObject json;
  private final Markdown out;

  private RunMarkdown(JsonObject json) {
    this.json = json;
    out = new Markdown(RunPage.headline(json));
  }

  public static String of(JsonObject json) {
    RunMarkdown markdown = new RunMarkdown(json);
    markdown.tell();
    return markdown.out.write();
  }

  private void tell() {
    out.paragraph(RunPage.setup(json));
    RunText.properties(json).forEach(this::sentence);
    RunText.measured(json).ifPresent(this::sentence);
    for (JsonElement guest : json.getAsJsonArray("guests")) {
      if (guest.getAsJsonObject().has("difference")) {
        out.heading("The first difference");
        difference(guest.getAsJsonObject().getAsJsonObject("difference"), out);
        break;
      }
    }
    out.heading("The run");
    out.line(
        "`-` runs directly; the monitor emulates (`e`), interprets (`i`), reflects (`r`), enters an");
    out.line(
        "interrupt (`t`), capital where that is half of the steps or more; blank: another runs.");
    pictures();
    out.heading("Guests");
    out.table(
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
    out.heading("What the monitor did");
    out.table(List.of("Virtual machine", "Act", "Of", "Because of", "Times"), RunPage.counts(json));
    JsonObject log = json.getAsJsonObject("log");
    out.code(RunRecord.texts(log.get("first")));
    out.line("");
    out.line("and in the end:");
    out.code(RunRecord.texts(log.get("last")));
    out.heading("To do it again");
    out.code(List.of(String.join(" ", RunRecord.texts(json.get("command")))));
  }

  private void sentence(RunText.Sentence sentence) {
    out.item(sentence.of(), sentence.says());
  }

  /// Where two machines first differ, and both states side by side.
  static void difference(JsonObject difference, Markdown out) {
    out.line(
        Words.capital(RunText.when(difference))
            + ", "
            + Markdown.escaped(RunText.text(difference, "instruction"))
            + ": "
            + Markdown.escaped(String.join(", ", RunRecord.texts(difference.get("places")))));
    out.line("");
    out.table(
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
    out.line("");
    out.line("The monitor's last actions:");
    out.code(RunRecord.texts(difference.get("acts")));
  }

  private void pictures() {
    JsonArray views = json.getAsJsonObject("picture").getAsJsonArray("views");
    for (int i = 0; i < views.size(); i++) {
      JsonObject view = views.get(i).getAsJsonObject();
      out.line("");
      out.line(RunPicture.title(view, i, views.size()) + ":");
      int width =
          view.getAsJsonArray("lanes").asList().stream()
              .mapToInt(l -> l.getAsJsonObject().get("name").getAsString().length())
              .max()
              .orElse(0);
      out.code(
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
}
