package trapline.report;

import static trapline.report.Html.element;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// A [RunRecord] as an HTML file.
public final class RunPage {
  private RunPage() {}

  public static String of(JsonObject json) {
    Page page = new Page(headline(json));
    page.add(Page.paragraph(setup(json)).ofClass("dim"));
    page.add(verdict(json));
    page.section("Three properties", List.of(properties(json)));
    for (JsonElement guest : json.getAsJsonArray("guests")) {
      if (guest.getAsJsonObject().has("difference")) {
        page.section(
            "The first difference",
            difference(guest.getAsJsonObject().getAsJsonObject("difference")));
        break;
      }
    }
    page.section("The run", RunPicture.of(json));
    page.section("Guests", List.of(guests(json)));
    page.section("What the monitor did", log(json));
    RunText.measured(json)
        .ifPresent(measured ->
            page.section(
                "Times, which are others each time",
                List.of(Page.paragraph(measured.of() + ": " + measured.says()))));
    page.section(
        "To do it again",
        List.of(Page.pre(List.of(String.join(" ", RunRecord.texts(json.get("command")))))));
    return page.write();
  }

  /// `system.asm on ThirdGen: the same as on the bare machine`
  static String headline(JsonObject json) {
    return RunText.text(json, "program")
        + " on "
        + RunText.text(json, "machine")
        + ": "
        + switch (RunText.text(json, "verdict")) {
          case "same" -> "the same as on the bare machine";
          case "limited" -> "more than the guest was given";
          default -> "not the same as on the bare machine";
        };
  }

  /// Who runs on what.
  static String setup(JsonObject json) {
    JsonObject monitor = json.getAsJsonObject("monitor");
    int guests = monitor.get("guests").getAsInt();
    int nest = monitor.get("nest").getAsInt();
    return (guests == 1 ? "One guest" : guests + " guests side by side")
        + " under a "
        + RunText.text(monitor, "kind")
        + " monitor"
        + (nest == 1 ? "" : ", " + nest + " monitors on top of each other")
        + (guests == 1
            ? ""
            : ", time slices of " + RunText.count(monitor, "slice") + " steps of the real machine")
        + ". Host "
        + machine(json, "setting")
        + ", guests "
        + machine(json, "guest_setting")
        + ", from "
        + RunText.text(json, "file")
        + ". Compared with the bare machine "
        + RunText.text(json, "compared")
        + ".";
  }

  private static String machine(JsonObject json, String key) {
    List<String> pairs = new ArrayList<>();
    json.getAsJsonObject(key)
        .entrySet()
        .forEach(e -> pairs.add(e.getKey() + "=" + e.getValue().getAsString()));
    return RunText.text(json, "machine")
        + (pairs.isEmpty() ? "" : " (" + String.join(", ", pairs) + ")");
  }

  private static Html verdict(JsonObject json) {
    String word = RunText.text(json, "verdict");
    String steps = RunPicture.grouped(json.get("steps").getAsLong());
    return switch (word) {
      case "same" ->
          Page.paragraph("The same as on the bare machine in all " + steps + " steps.")
              .ofClass("verdict good");
      case "limited" ->
          Page.paragraph("A guest reaches for more storage than it was given.")
              .ofClass("verdict unsure");
      default -> Page.paragraph("Not the same as on the bare machine.").ofClass("verdict bad");
    };
  }

  private static Html properties(JsonObject json) {
    List<Html> items = new ArrayList<>();
    for (RunText.Sentence property : RunText.properties(json)) {
      items.add(
          element("li", element("strong", property.of() + ":"), Html.text(" " + property.says())));
    }
    return element("ul", items);
  }

  /// Where two machines first differ, and both states side by side.
  static List<Html> difference(JsonObject difference) {
    List<Html> html = new ArrayList<>();
    html.add(
        element(
            "p",
            Html.text(Words.capital(RunText.when(difference)) + ", "),
            element("code", RunText.text(difference, "instruction")),
            Html.text(
                " ("
                    + RunText.text(difference, "word")
                    + "), "
                    + RunText.text(difference, "guest")
                    + " differs in "
                    + String.join(", ", RunRecord.texts(difference.get("places")))
                    + ".")));
    List<Html> rows = new ArrayList<>();
    for (JsonElement element : difference.getAsJsonArray("rows")) {
      JsonObject row = element.getAsJsonObject();
      boolean differs = row.get("differs").getAsBoolean();
      Html.Element cells =
          element(
              "tr",
              element("th", RunText.text(row, "place")).with("scope", "row").ofClass("code"),
              element("td", RunText.text(row, "bare")).ofClass("code"),
              element("td", RunText.text(row, "virtual")).ofClass("code"),
              element("td", differs ? "differs" : ""));
      rows.add(differs ? cells.ofClass("differs") : cells);
    }
    html.add(
        element(
                "div",
                element(
                    "table",
                    element("caption", "Both states, side by side"),
                    element(
                        "thead",
                        element(
                            "tr",
                            element("th", "Place").with("scope", "col"),
                            element("th", "Bare").with("scope", "col"),
                            element("th", "Virtual").with("scope", "col"),
                            element("td", ""))),
                    element("tbody", rows)))
            .ofClass("wide")
            .with("tabindex", "0"));
    html.add(Page.paragraph("The monitor's last actions:"));
    html.add(Page.pre(RunRecord.texts(difference.get("acts"))));
    return html;
  }

  private static Html guests(JsonObject json) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray("guests")) {
      JsonObject guest = element.getAsJsonObject();
      JsonObject work = guest.getAsJsonObject("work");
      List<String> places = new ArrayList<>();
      for (JsonElement level : guest.getAsJsonArray("levels")) {
        places.add(RunText.cells(level.getAsJsonObject()));
      }
      rows.add(
          List.of(
              RunText.text(guest, "name"),
              String.join(" of ", places),
              grouped(guest, "steps"),
              RunText.percent(work.get("direct_share").getAsDouble()),
              grouped(work, "emulated"),
              grouped(work, "interpreted"),
              grouped(work, "reflected"),
              grouped(work, "interrupts"),
              grouped(work, "slices"),
              outcome(guest),
              RunText.text(guest, "printed")));
    }
    return Page.table(
        List.of(
            "Guest",
            "Storage",
            "Steps#",
            "Direct#",
            "Emulated#",
            "Interpreted#",
            "Reflected#",
            "Interrupts#",
            "Slices#",
            "Outcome",
            "Printed"),
        rows);
  }

  static String outcome(JsonObject guest) {
    return switch (RunText.text(guest, "outcome")) {
      case "same" -> "same so far";
      case "ended" -> "same to its end: " + RunText.text(guest, "end");
      case "limited" -> RunText.text(guest, "limit");
      default -> "different";
    };
  }

  private static List<Html> log(JsonObject json) {
    JsonObject log = json.getAsJsonObject("log");
    List<Html> html = new ArrayList<>();
    html.add(
        Page.table(List.of("Virtual machine", "Act", "Of", "Because of", "Times#"), counts(json)));
    html.add(element("h3", "How it begins"));
    html.add(Page.pre(RunRecord.texts(log.get("first"))));
    html.add(element("h3", "How it ends"));
    html.add(Page.pre(RunRecord.texts(log.get("last"))));
    html.add(
        Page.paragraph("A line: the guest's own time in steps, who, what was done.")
            .ofClass("dim"));
    return html;
  }

  static List<List<String>> counts(JsonObject json) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonElement element : json.getAsJsonObject("log").getAsJsonArray("counts")) {
      JsonObject count = element.getAsJsonObject();
      rows.add(
          List.of(
              RunText.text(count, "lane"),
              RunText.text(count, "act"),
              RunText.text(count, "what"),
              RunText.text(count, "why"),
              grouped(count, "count")));
    }
    return rows;
  }

  static String grouped(JsonObject json, String key) {
    return RunPicture.grouped(json.get(key).getAsLong());
  }
}
