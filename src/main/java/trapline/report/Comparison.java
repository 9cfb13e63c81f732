package trapline.report;

import static trapline.report.Html.element;
import static trapline.report.Wording.text;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.isa.Theorem;

/// Several machines in one table, which leads to the report of each.
///
///     Comparison = title, Entry..., pages that stand beside it: name -> what it is
///     Entry      = a record, and the stem of the names of its reports; or one that nothing was asked of
public final class Comparison {
  /// A record, and the name of its pages without `.html` or `.md`; none if it was not asked about.
  public record Entry(JsonObject record, Optional<String> stem) {}

  private final String title;
  private final List<Entry> entries;
  private final Map<String, String> also;

  public Comparison(String title, List<Entry> entries, Map<String, String> also) {
    this.title = title;
    this.entries = List.copyOf(entries);
    this.also = new LinkedHashMap<>(also);
  }

  /// Eight columns are more than a report has: the page is wider, and names of machines may break.
  private static final String STYLES =
      """
      main { max-width: 80rem; }
      @media (min-width: 64rem) { .cards tbody th { min-width: 22rem; } }
      @media (min-width: 40rem) and (max-width: 64rem) {
        th, td { padding-right: .5rem; font-size: .875rem; }
        .cards tbody th { overflow-wrap: anywhere; min-width: 11rem; }
        .cards td:last-child { min-width: 5rem; }
      }
      """;

  private static final List<String> HEADINGS =
      List.of(
          "Machine",
          "Rows",
          "Theorem 1",
          "Theorem 2",
          "Theorem 3",
          "Directly [ext]",
          "Third generation",
          "Because of",
          "Described in");

  private static final String LEGEND =
      "Theorem 1: a virtual machine monitor can be built; 2: a recursive one; 3: a hybrid one."
          + " Directly: running every instruction that does not trap directly does no harm, the exact"
          + " condition. Third generation: the machine is one that the theorems speak of. Because of:"
          + " the instructions that are sensitive and do not trap. A question mark: undecided, or the"
          + " theorem's condition holds, but it does not speak of this machine.";

  private static final String NOT_YET = "not decided yet";

  /// What a row of the table says behind the name of the machine.
  private static List<String> cells(Entry entry) {
    JsonObject json = entry.record();
    Wording wording = new Wording(json);
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(wording.rows().size()));
    if (entry.stem().isEmpty()) {
      cells.addAll(List.of(NOT_YET, "", "", "", "", ""));
    } else {
      wording.verdicts().forEach(v -> cells.add(v.answer().word()));
      cells.add(
          json.getAsJsonObject("exact").get(Theorem.VMM.word()) instanceof JsonObject exact
              ? Wording.Answer.of(text(exact, "verdict")).word()
              : "");
      List<String> broken =
          wording.preconditions().stream()
              .filter(p -> p.answer() == Wording.Answer.NO)
              .map(Wording.Precondition::name)
              .toList();
      boolean open =
          wording.preconditions().stream().anyMatch(p -> p.answer() == Wording.Answer.OPEN);
      cells.add(!broken.isEmpty() ? "no: " + String.join(", ", broken) : open ? "?" : "yes");
      cells.add(
          wording.named(
              SetsPicture.parts(wording).getOrDefault(SetsPicture.Part.ONLY_SENSITIVE, List.of())));
    }
    cells.add(text(json, "file"));
    return cells;
  }

  /// `ThirdGen Q=256`; the settings where the machine has several records.
  private String name(Entry entry) {
    String machine = text(entry.record(), "machine");
    String settings = new Wording(entry.record()).settings();
    long records =
        entries.stream()
            .filter(e -> text(e.record(), "machine").equals(machine))
            .filter(e -> text(e.record(), "file").equals(text(entry.record(), "file")))
            .count();
    return machine + (records > 1 && !settings.isEmpty() ? " " + settings : "");
  }

  /// How many of each kind, in a sentence.
  private String summary() {
    long asked = entries.stream().filter(e -> e.stem().isPresent()).count();
    long yes =
        entries.stream()
            .filter(e -> e.stem().isPresent())
            .filter(e ->
                new Wording(e.record())
                    .verdicts().stream()
                        .findFirst()
                        .filter(v -> v.answer() == Wording.Answer.YES)
                        .isPresent())
            .count();
    long left = entries.size() - asked;
    return asked
        + (asked == 1 ? " machine" : " machines")
        + ", of which "
        + yes
        + " can be virtualized by Theorem 1"
        + (left == 0
            ? "."
            : "; " + left + (left == 1 ? " more is" : " more are") + " not decided yet.");
  }

  public String page() {
    Page page = new Page(title).styles(STYLES);
    page.add(Page.paragraph(summary()));
    List<List<Html>> rows = new ArrayList<>();
    for (Entry entry : entries) {
      List<Html> row = new ArrayList<>();
      Html name =
          entry
              .stem()
              .<Html>map(stem -> element("a", name(entry)).with("href", stem + ".html"))
              .orElse(Html.text(name(entry)));
      // Its file stands below its name, where it takes no width.
      List<String> cells = cells(entry);
      row.add(element("div", name, element("div", cells.getLast()).ofClass("dim file")));
      for (String cell : cells.subList(0, cells.size() - 1)) {
        row.add(
            switch (cell) {
              case "yes" -> element("span", cell).ofClass("good");
              case "no" -> element("span", cell).ofClass("bad");
              case "?", NOT_YET -> element("span", cell).ofClass("unsure");
              default -> Html.text(cell);
            });
      }
      rows.add(row);
    }
    page.add(Page.cards(HEADINGS.subList(0, HEADINGS.size() - 1), rows));
    page.add(Page.paragraph(LEGEND).ofClass("dim"));
    if (!also.isEmpty()) {
      List<Html> items = new ArrayList<>();
      also.forEach((file, what) ->
          items.add(
              element("li", element("a", file).with("href", href(file)), Html.text(": " + what))));
      page.section("Also here", List.of(element("ul", items)));
    }
    return page.write();
  }

  public String markdown() {
    Markdown out = new Markdown(title);
    out.paragraph(summary());
    out.line(Markdown.row(HEADINGS.stream().map(Markdown::escaped).toList()));
    out.line("|" + " --- |".repeat(HEADINGS.size()));
    for (Entry entry : entries) {
      List<String> row = new ArrayList<>();
      String name = Markdown.escaped(name(entry));
      row.add(entry.stem().map(s -> "[" + name + "](" + s + ".md)").orElse(name));
      cells(entry).forEach(cell -> row.add(Markdown.escaped(cell)));
      out.line(Markdown.row(row));
    }
    out.paragraph(LEGEND);
    if (!also.isEmpty()) {
      out.heading("Also here");
      also.forEach((file, what) ->
          out.line(
              "- [" + Markdown.escaped(file) + "](" + href(file) + "): " + Markdown.escaped(what)));
    }
    return out.write();
  }

  /// A file beside the index: of characters that need no escape in a link.
  private static String href(String file) {
    return java.net.URLEncoder.encode(file, java.nio.charset.StandardCharsets.UTF_8)
        .replace("+", "%20");
  }
}
