package trapline.report;

import static trapline.report.Html.element;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Property;

/// The two sets of Theorem 1, one laid over the other: what traps in user mode, what is sensitive, and
/// what of the second falls outside the first.
///
///     +- all ----------------------+
///     | +- A: traps in user ----+  |
///     | |   only A              |  |
///     | |  +- B: sensitive -----+-+|
///     | |  |  both              | ||
///     | +--+--------------------+ ||
///     |    |  only B: why it fails ||
///     |    +-----------------------+|
///     |  neither                   |
///     +----------------------------+
///
/// It is 340 units wide, which is a phone, and is never drawn much larger.
final class SetsPicture {
  static final String CAPTION =
      "Theorem 1: on a third-generation machine, a virtual machine monitor can be built if all that are"
          + " sensitive trap in user mode.";

  private static final int WIDTH = 340;
  private static final int LINE = 16;

  /// Characters in a line of names, and lines before the rest is only counted.
  private static final int COLUMNS = 40;

  private static final int LINES = 4;

  /// Where a row belongs.
  enum Part {
    ONLY_TRAPS("trap in user mode, not sensitive"),
    BOTH("sensitive, and trap in user mode"),
    ONLY_SENSITIVE("sensitive, and do not trap"),
    NEITHER("neither"),
    OPEN("undecided");

    final String words;

    Part(String words) {
      this.words = words;
    }
  }

  private SetsPicture() {}

  /// The rows of every part, in the order of the description; a part may be empty.
  static Map<Part, List<String>> parts(Wording wording) {
    Map<Part, List<String>> parts = new LinkedHashMap<>();
    for (Part part : Part.values()) {
      parts.put(part, new ArrayList<>());
    }
    for (JsonObject row : wording.rows()) {
      parts
          .getOrDefault(part(row.getAsJsonObject("classes")), List.of())
          .add(Wording.text(row, "row"));
    }
    return parts;
  }

  private static Part part(JsonObject classes) {
    boolean traps =
        Wording.holds(classes, Property.PRIVILEGED)
            || Wording.holds(classes, Property.TRAPS_IN_USER)
            || Wording.holds(classes, Property.TRAPS_ALWAYS);
    if (Wording.holds(classes, Property.SENSITIVE)) {
      return traps ? Part.BOTH : Part.ONLY_SENSITIVE;
    }
    if (!Wording.holds(classes, Property.INNOCUOUS)
        && !Wording.holds(classes, Property.TRAPS_ALWAYS)) {
      return Part.OPEN;
    }
    return traps ? Part.ONLY_TRAPS : Part.NEITHER;
  }

  /// In a page, with what it shows below it.
  static Html of(Wording wording) {
    return element(
        "figure",
        picture(wording).ofClass("sets"),
        element("figcaption", CAPTION + " A: privileged, or trap in user mode. B: sensitive."));
  }

  /// As a file, for what cannot hold a picture itself.
  static String file(Wording wording) {
    Html.Element svg = picture(wording);
    List<Html> parts = new ArrayList<>();
    parts.add(new Html.Style(CSS));
    parts.addAll(svg.children());
    return Html.picture(
        new Html.Element(svg.name(), svg.attributes(), parts)
            .with("width", Integer.toString(WIDTH * 3 / 2)));
  }

  private static final String CSS =
      """
      text { font: 12px system-ui, sans-serif; fill: #1b1f24; } .head { font-weight: 600; }
      .dim { fill: #57606a; } .all { fill: #fff; stroke: #d0d7de; }
      .privileged { fill: #7fb8dd; fill-opacity: .22; stroke: #7fb8dd; }
      .sensitive { fill: #c46a00; fill-opacity: .18; stroke: #c46a00; }
      .outside { fill: #b42318; fill-opacity: .16; stroke: #b42318; stroke-width: 2;
        stroke-dasharray: 5 3; }
      """;

  private static Html.Element picture(Wording wording) {
    Map<Part, List<String>> parts = parts(wording);
    Sheet sheet = new Sheet(wording, parts);
    int a = sheet.y;
    sheet.head(18, "A: privileged, or trap in user mode");
    sheet.names(18, Part.ONLY_TRAPS);
    int b = sheet.y;
    sheet.head(46, "B: sensitive");
    sheet.names(46, Part.BOTH);
    int endOfA = sheet.y;
    sheet.skip(4);
    boolean fails = !parts.getOrDefault(Part.ONLY_SENSITIVE, List.of()).isEmpty();
    sheet.head(46, fails ? "in B, not in A" : "in B, not in A: none");
    if (fails) {
      sheet.names(46, Part.ONLY_SENSITIVE);
    }
    int endOfB = sheet.y;
    sheet.skip(4);
    sheet.head(18, "in neither");
    sheet.names(18, Part.NEITHER);
    if (!parts.getOrDefault(Part.OPEN, List.of()).isEmpty()) {
      sheet.head(18, "undecided");
      sheet.names(18, Part.OPEN);
    }
    int end = sheet.y;
    List<Html> drawn = new ArrayList<>();
    drawn.add(element("title", "The two sets of Theorem 1").with("id", "sets-title"));
    drawn.add(element("desc", description(parts)).with("id", "sets-desc"));
    drawn.add(box("all", 1, 1, WIDTH - 2, end - 2));
    drawn.add(box("privileged", 8, a, WIDTH - 36, endOfA - a));
    drawn.add(box("sensitive", 36, b, WIDTH - 44, endOfB - b));
    if (fails) {
      drawn.add(box("outside", 36, endOfA, WIDTH - 44, endOfB - endOfA));
    }
    drawn.addAll(sheet.texts);
    return element("svg", drawn)
        .with("viewBox", "0 0 " + WIDTH + " " + end)
        .with("role", "img")
        .with("aria-labelledby", "sets-title sets-desc");
  }

  private static String description(Map<Part, List<String>> parts) {
    List<String> counts = new ArrayList<>();
    parts.forEach((part, rows) -> {
      if (!rows.isEmpty() || part == Part.ONLY_SENSITIVE) {
        counts.add(rows.size() + " " + part.words);
      }
    });
    return "Rows: " + String.join("; ", counts) + ".";
  }

  private static Html box(String kind, int x, int y, int width, int height) {
    return element("rect")
        .ofClass(kind)
        .with("x", Integer.toString(x))
        .with("y", Integer.toString(y))
        .with("width", Integer.toString(width))
        .with("height", Integer.toString(height))
        .with("rx", "8");
  }

  /// What is written, from the top down.
  private static final class Sheet {
    final Wording wording;
    final Map<Part, List<String>> parts;
    final List<Html> texts = new ArrayList<>();
    int y = 8;

    Sheet(Wording wording, Map<Part, List<String>> parts) {
      this.wording = wording;
      this.parts = parts;
    }

    void skip(int units) {
      y += units;
    }

    void head(int x, String words) {
      skip(4);
      write(x, words, "head");
    }

    /// How many, and which, in a few lines.
    void names(int x, Part part) {
      List<String> rows = parts.getOrDefault(part, List.of());
      if (rows.isEmpty()) {
        write(x, "none", "dim");
      } else {
        List<String> lines =
            Paragraphs.wrap(String.join(", ", wording.compress(rows)), "", "", COLUMNS);
        int shown = lines.size() <= LINES ? LINES : LINES - 1;
        lines.stream().limit(shown).forEach(line -> write(x, cut(line), "names"));
        if (lines.size() > shown) {
          write(x, "… " + rows.size() + " rows in all", "dim");
        }
      }
      skip(6);
    }

    private void write(int x, String words, String kind) {
      y += LINE;
      texts.add(
          element("text", words)
              .ofClass(kind)
              .with("x", Integer.toString(x))
              .with("y", Integer.toString(y - 4)));
    }

    /// A name that is longer than a line.
    private static String cut(String line) {
      return line.length() <= COLUMNS + 4 ? line : line.substring(0, COLUMNS + 2) + "…";
    }
  }
}
