package trapline.report;

import static trapline.report.Html.element;
import static trapline.report.Wording.text;
import static trapline.report.Wording.texts;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trapline.isa.Property;

/// A [Record] as an HTML file: at a glance whether a monitor can be built and why not, below that
/// everything it rests on.
public final class ReportPage {
  /// Shows the rows of the class that is chosen whose name, class or source has what is typed.
  private static final Html.Script FILTER =
      new Html.Script(
          """
          'use strict';
          (function () {
            const form = document.getElementById('filter');
            const rows = Array.from(document.querySelectorAll('#rows tbody tr'));
            const words = form.elements.namedItem('words');
            const kind = form.elements.namedItem('kind');
            const shown = document.getElementById('shown');
            function filter() {
              const wanted = words.value.trim().toLowerCase();
              let count = 0;
              for (const row of rows) {
                const is = (kind.value === '' || row.dataset.is.split(' ').includes(kind.value))
                  && row.textContent.toLowerCase().includes(wanted);
                row.hidden = !is;
                count += is ? 1 : 0;
              }
              shown.textContent = count + ' of ' + rows.length + ' rows';
            }
            form.addEventListener('input', filter);
            form.addEventListener('submit', event => event.preventDefault());
            form.hidden = false;
            filter();
          })();
          """);

  private final JsonObject json;
  private final Wording wording;

  private ReportPage(JsonObject json) {
    this.json = json;
    this.wording = new Wording(json);
  }

  public static String of(JsonObject record) {
    return new ReportPage(record).write();
  }

  /// The verdicts and what stands against them.
  static String glance(JsonObject record) {
    ReportPage page = new ReportPage(record);
    List<Html> parts = new ArrayList<>();
    page.interruption().ifPresent(parts::add);
    parts.addAll(page.verdicts());
    parts.addAll(page.offences());
    return Html.fragment(parts);
  }

  private String write() {
    Page page = new Page(wording.title());
    page.add(Page.paragraph(wording.subtitle()).ofClass("dim"));
    wording.summary().ifPresent(summary -> page.add(Page.paragraph(summary)));
    interruption().ifPresent(page::add);
    page.section("verdicts", "Verdicts", verdicts());
    page.section("sets", "The two sets", List.of(SetsPicture.of(wording)));
    List<Html> offences = offences();
    if (!offences.isEmpty()) {
      page.section("why", "Why", offences);
    }
    page.section("instructions", "Instructions", instructions());
    page.section("machine", "Is it a third-generation machine?", preconditions());
    if (!wording.expectations().isEmpty()) {
      page.section("expectations", "Expectations", expectations());
    }
    page.section("rests", "What it rests on", rests());
    page.section("again", "To do it again", again());
    return page.script(FILTER).write();
  }

  private Optional<Html> interruption() {
    return wording
        .interrupted()
        .map(rows ->
            Page.paragraph("Interrupted: " + rows + ". What depends on the others is undecided.")
                .ofClass("verdict unsure"));
  }

  // Verdicts

  private List<Html> verdicts() {
    List<Html> cards = new ArrayList<>();
    for (Wording.Verdict verdict : wording.verdicts()) {
      List<Html> card = new ArrayList<>();
      card.add(element("div", Words.capital(Words.of(verdict.theorem()))).ofClass("dim"));
      card.add(
          element(
                  "div",
                  verdict.answer().word() + " (Theorem " + Words.number(verdict.theorem()) + ")")
              .ofClass("answer " + ink(verdict.answer())));
      if (!verdict.reason().isEmpty()) {
        card.add(element("div", verdict.reason()));
      }
      verdict.notes().forEach(note -> card.add(element("div", note).ofClass("dim")));
      cards.add(
          element("li", card)
              .ofClass(verdict.answer() == Wording.Answer.OPEN ? "open" : verdict.answer().word()));
    }
    List<Html> html = new ArrayList<>();
    html.add(element("ul", cards).ofClass("verdicts"));
    wording.remarks().forEach(remark -> html.add(Page.paragraph(remark)));
    return html;
  }

  private static String ink(Wording.Answer answer) {
    return switch (answer) {
      case YES -> "good";
      case NO -> "bad";
      case OPEN -> "unsure";
    };
  }

  // Offences

  private List<Html> offences() {
    List<Html> html = new ArrayList<>();
    for (Wording.Offence offence : wording.offencesAndGaps()) {
      JsonObject row = offence.row();
      String name = text(row, "row");
      html.add(element("h3", element("code", name)).with("id", id(name)));
      html.add(Page.paragraph(Wording.place(row)).ofClass("dim"));
      html.add(Page.paragraph(Words.capital(offence.consequences()) + "."));
      if (!offence.likewise().isEmpty()) {
        html.add(Page.paragraph("Likewise: " + String.join(", ", offence.likewise()) + "."));
      }
      wording.regions(name).forEach(r -> html.add(Page.paragraph(Words.capital(r) + ".")));
      List<Property> evidence = wording.evidence(row);
      for (Property property : evidence) {
        List<Html> story =
            Wording.witness(row, property).map(w -> story(w, property)).orElse(List.of());
        if (property == evidence.getFirst()) {
          html.addAll(story);
        } else {
          List<Html> more = new ArrayList<>();
          more.add(element("summary", "It is " + Words.of(property) + ", too"));
          more.addAll(story);
          html.add(element("details", more));
        }
      }
      Wording.monitorRun(row).ifPresent(run -> html.addAll(monitorRun(row, run)));
    }
    return html;
  }

  private List<Html> monitorRun(JsonObject row, JsonObject run) {
    List<Html> html = new ArrayList<>();
    html.add(element("h4", "The monitor run"));
    html.add(Page.paragraph(wording.ofRun(row, run)));
    if (run.get("difference") instanceof JsonObject difference) {
      html.addAll(RunPage.difference(difference));
    }
    return html;
  }

  /// The states side by side, and the reason in words.
  private static List<Html> story(JsonObject witness, Property property) {
    JsonObject story = witness.getAsJsonObject("story");
    List<String> columns = texts(story, "columns");
    List<Html> rows = new ArrayList<>();
    rows.add(line("instruction", List.of(text(witness, "word"), text(witness, "assembly")), ""));
    if (witness.has("executes")) {
      rows.add(line("which executes", List.of(text(witness, "executes"), ""), ""));
    }
    lines(story, "before", rows);
    if (!columns.getFirst().equals("before")) {
      rows.add(
          element(
              "tr",
              element("th", "then").with("scope", "rowgroup").with("colspan", "4").ofClass("dim")));
    }
    lines(story, "after", rows);
    Html table =
        element(
            "table",
            element("caption", "A witness that it is " + Words.of(property) + ", replayed"),
            element(
                "thead",
                element(
                    "tr",
                    element("th", "Place").with("scope", "col"),
                    element("th", columns.getFirst()).with("scope", "col"),
                    element("th", columns.getLast()).with("scope", "col"),
                    element("th", "Remark").with("scope", "col"))),
            element("tbody", rows));
    return List.of(
        element("div", table).ofClass("wide").with("tabindex", "0"),
        Page.paragraph(text(story, "reason")));
  }

  private static void lines(JsonObject story, String part, List<Html> rows) {
    for (JsonElement element : story.getAsJsonArray(part)) {
      JsonObject line = element.getAsJsonObject();
      rows.add(
          line(
              text(line, "name"),
              texts(line, "values"),
              line.has("remark") ? text(line, "remark") : ""));
    }
  }

  private static Html line(String name, List<String> values, String remark) {
    boolean differs = remark.startsWith("<-");
    Html.Element row =
        element(
            "tr",
            element("th", name).with("scope", "row").ofClass("code"),
            element("td", values.getFirst()).ofClass("code"),
            element("td", values.getLast()).ofClass("code"),
            element("td", differs ? remark.substring(2).strip() : remark));
    return differs ? row.ofClass("differs") : row;
  }

  // Instructions

  private List<Html> instructions() {
    List<Html> options = new ArrayList<>();
    options.add(element("option", "all").with("value", ""));
    for (Kind kind : Kind.values()) {
      long count = wording.rows().stream().filter(kind::holds).count();
      if (count > 0) {
        options.add(
            element("option", kind.words() + " (" + count + ")").with("value", kind.word()));
      }
    }
    Html form =
        element(
                "form",
                element(
                    "label", Html.text("Class"), element("select", options).with("name", "kind")),
                element(
                    "label",
                    Html.text("Has the words"),
                    element("input").with("name", "words").with("type", "search")),
                element("output", "").with("id", "shown").with("aria-live", "polite"))
            .ofClass("filter")
            .with("id", "filter")
            .with("hidden", "");
    List<Html> rows = new ArrayList<>();
    Set<String> told = new LinkedHashSet<>();
    wording.offencesAndGaps().forEach(o -> told.add(text(o.row(), "row")));
    for (JsonObject row : wording.rows()) {
      rows.add(instruction(row, told.contains(text(row, "row"))));
    }
    Html table =
        element(
                "table",
                element(
                    "thead",
                    element(
                        "tr",
                        element("th", "Instruction").with("scope", "col"),
                        element("th", "Classes").with("scope", "col"),
                        element("th", "Encoding").with("scope", "col"),
                        element("th", "Source").with("scope", "col"))),
                element("tbody", rows))
            .ofClass("cards")
            .with("id", "rows");
    return List.of(form, element("div", table).ofClass("wide").with("tabindex", "0"));
  }

  private Html instruction(JsonObject row, boolean isTold) {
    String name = text(row, "row");
    Wording.Label label = Wording.label(row);
    List<Html> classes = new ArrayList<>();
    Html.Element words = element("div", label.words());
    classes.add(label.mark() == Wording.Mark.OFFENDS ? words.ofClass("offends") : words);
    wording.regions(name).forEach(region -> classes.add(element("div", region).ofClass("dim")));
    List<Html> encodings = new ArrayList<>();
    for (JsonElement encoding : row.getAsJsonArray("encodings")) {
      encodings.add(bits(encoding.getAsJsonObject()));
    }
    List<String> kinds = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kind.holds(row)) {
        kinds.add(kind.word());
      }
    }
    Html.Element code = element("code", name);
    return element(
            "tr",
            element("th", isTold ? element("a", code).with("href", "#" + id(name)) : code)
                .with("scope", "row"),
            element("td", classes),
            element("td", encodings),
            element("td", wording.source(row)))
        .with("data-is", String.join(" ", kinds));
  }

  /// The word from its first bit to its last, each part under the numbers of its bits.
  private static Html bits(JsonObject encoding) {
    List<Html> parts = new ArrayList<>();
    int high = encoding.get("length").getAsInt() - 1;
    for (JsonElement element : encoding.getAsJsonArray("parts")) {
      JsonObject part = element.getAsJsonObject();
      int bits = part.get("bits").getAsInt();
      String range = bits == 1 ? "" + high : high + "–" + (high - bits + 1);
      Html.Element span =
          element("span", element("small", range), Html.text(Wording.part(part)))
              .with("style", "flex-grow:" + bits);
      parts.add(part.has("constant") ? span.ofClass("constant") : span);
      high -= bits;
    }
    return element("div", parts).ofClass("bits code");
  }

  /// What rows can be filtered by.
  private enum Kind {
    OFFENDING,
    SENSITIVE,
    PRIVILEGED,
    TRAPS_IN_USER,
    TRAPS_ALWAYS,
    INNOCUOUS,
    GAP,
    UNDECIDED;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    String words() {
      return switch (this) {
        case OFFENDING -> "sensitive, not trapping";
        case UNDECIDED -> "something undecided";
        case GAP -> "unsound to run directly";
        case SENSITIVE, PRIVILEGED, TRAPS_IN_USER, TRAPS_ALWAYS, INNOCUOUS ->
            property().map(Words::of).orElseThrow();
      };
    }

    private Optional<Property> property() {
      return Property.of(word());
    }

    boolean holds(JsonObject row) {
      return switch (this) {
        case OFFENDING -> Wording.label(row).mark() == Wording.Mark.OFFENDS;
        case UNDECIDED -> Wording.label(row).mark() == Wording.Mark.OPEN;
        case SENSITIVE, PRIVILEGED, TRAPS_IN_USER, TRAPS_ALWAYS, INNOCUOUS, GAP ->
            Wording.holds(row.getAsJsonObject("classes"), property().orElseThrow());
      };
    }
  }

  /// A name as an anchor: of characters that need no escape anywhere.
  private static String id(String row) {
    StringBuilder id = new StringBuilder("row");
    row.chars()
        .forEach(c -> {
          if (c < 128 && Character.isLetterOrDigit(c)) {
            id.append('-').append((char) c);
          } else {
            id.append("--").append(Integer.toHexString(c));
          }
        });
    return id.toString();
  }

  // The machine

  private List<Html> preconditions() {
    List<Html> html = new ArrayList<>();
    html.add(Page.table(Wording.ASSUMPTION, wording.assumptions()));
    for (Wording.Precondition precondition : wording.preconditions()) {
      if (precondition.refutation().isPresent()) {
        JsonObject witness = precondition.refutation().get();
        html.add(
            element(
                "h3", Words.capital(precondition.name()) + ", broken by " + text(witness, "row")));
        html.addAll(refutation(witness));
      }
    }
    return html;
  }

  private static List<Html> refutation(JsonObject witness) {
    return Property.of(text(witness, "property"))
        .map(property -> story(witness, property))
        .orElse(List.of());
  }

  private List<Html> expectations() {
    List<JsonObject> all = wording.expectations();
    List<Html> html = new ArrayList<>();
    html.add(Page.paragraph(Wording.counts(all) + "."));
    html.add(
        Page.table(
            List.of("Expected", "Is", "Where"),
            all.stream()
                .map(e -> List.of(Wording.claims(e), text(e, "verdict"), Wording.place(e)))
                .toList()));
    for (JsonObject expectation : all) {
      for (JsonObject dissent : Wording.dissents(expectation)) {
        html.add(Page.paragraph(Wording.dissent(expectation, dissent) + ".").ofClass("bad"));
        if (dissent.get("witness") instanceof JsonObject witness) {
          html.addAll(refutation(witness));
        }
      }
    }
    return html;
  }

  private List<Html> rests() {
    List<Html> html = new ArrayList<>();
    List<Html> remarks = new ArrayList<>();
    texts(json, "remarks").forEach(remark -> remarks.add(element("li", remark)));
    html.add(element("ul", remarks));
    if (!wording.description().isEmpty()) {
      html.add(element("h3", "What is described, and what is left out"));
      html.add(Page.pre(wording.description()));
    }
    html.add(element("h3", "The paper and what goes past it"));
    html.add(Page.paragraph(Wording.PAPER));
    html.add(Page.table(Wording.TERM, wording.terms()));
    Set<String> cited = wording.citations();
    if (!cited.isEmpty()) {
      html.add(element("h3", "Sources cited"));
      html.add(element("ul", cited.stream().map(c -> element("li", c)).toList()));
    }
    return html;
  }

  private List<Html> again() {
    return List.of(
        Page.pre(List.of(String.join(" ", texts(json, "command")))),
        Page.paragraph("With trapline " + text(json, "trapline") + ", from these files:"),
        Page.table(List.of("File", "SHA-256"), wording.sources()));
  }
}
