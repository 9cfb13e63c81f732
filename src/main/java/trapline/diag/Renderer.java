package trapline.diag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import trapline.diag.Diagnostic.Label;

/// Shows a diagnostic to a person: the lines it is about, what is marked in them, and the way out.
///
///     error[width-mismatch]: '+' needs operands of equal width
///       ┌ isa-specs/toy.isa:14:10
///     14 │   acc := acc + imm8
///        │          ^^^ 16 bits
///        │                ---- 8 bits
///        = help: write zext(imm8, 16) or sext(imm8, 16)
///        = see:  trapline explain width-mismatch
///
/// The first label is underlined by `^`, the others by `-`. Lines come in the order of the text, a gap
/// between two of them as `⋮`; each further file has its own heading. Tabs are shown as blanks up to the
/// next multiple of four; a line too long to show is cut around its labels, with `…`.
public record Renderer(boolean color) {
  private static final int WIDEST = 100;
  private static final int TAB = 4;

  /// From, to: East Asian wide characters and pictographs, which a terminal shows in two columns.
  private static final int[] WIDE = {
    0x1100, 0x115f, 0x2e80, 0x303e, 0x3040, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f,
    0xff00, 0xff60, 0xffe0, 0xffe6, 0x1f300, 0x1faff, 0x20000, 0x3fffd
  };

  private static final String RED = "\u001b[1;31m";
  private static final String YELLOW = "\u001b[1;33m";
  private static final String BLUE = "\u001b[1;34m";
  private static final String CYAN = "\u001b[1;36m";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  public static String plain(Diagnostic diagnostic) {
    return new Renderer(false).render(diagnostic);
  }

  /// All of them, a blank line between two.
  public String render(List<Diagnostic> diagnostics) {
    return String.join("\n", diagnostics.stream().map(this::render).toList());
  }

  /// Some lines, the last one ended.
  public String render(Diagnostic diagnostic) {
    var text = new StringBuilder();
    String loud = diagnostic.isError() ? RED : YELLOW;
    text.append(
            paint(
                loud,
                (diagnostic.isError() ? "error[" : "warning[") + diagnostic.code().slug() + "]"))
        .append(paint(BOLD, ": " + diagnostic.message()))
        .append('\n');

    var files = new LinkedHashMap<SourceFile, List<Label>>();
    for (Label label : diagnostic.labels()) {
      files.computeIfAbsent(label.span().file(), f -> new ArrayList<>()).add(label);
    }
    int gutter =
        diagnostic.labels().stream()
            .mapToInt(l -> String.valueOf(l.span().line()).length())
            .max()
            .orElse(1);
    files.forEach(
        (file, labels) -> file(text, file, labels, diagnostic.labels().getFirst(), loud, gutter));

    diagnostic.notes().forEach(note -> line(text, gutter, "note: ", note));
    diagnostic.help().ifPresent(help -> line(text, gutter, "help: ", help));
    line(text, gutter, "see:  ", "trapline explain " + diagnostic.code().slug());
    return text.toString();
  }

  private void line(StringBuilder text, int gutter, String kind, String content) {
    String indent = " ".repeat(gutter + 1);
    text.append(indent).append(paint(BLUE, "= ")).append(paint(CYAN, kind));
    text.append(content.replace("\n", "\n" + indent + " ".repeat(2 + kind.length()))).append('\n');
  }

  private void file(
      StringBuilder text,
      SourceFile file,
      List<Label> labels,
      Label primary,
      String loud,
      int gutter) {
    Span first = labels.contains(primary) ? primary.span() : labels.getFirst().span();
    text.append(" ".repeat(gutter)).append(paint(BLUE, "┌ ")).append(file.name());
    String bar = " ".repeat(gutter + 1) + paint(BLUE, "│ ");
    if (file.text().isEmpty()) {
      text.append('\n');
      labels.forEach(label -> text.append(bar).append(label.text()).append('\n'));
      return;
    }
    text.append(":" + first.line() + ":" + first.column()).append('\n');

    Map<Integer, List<Label>> lines = new TreeMap<>();
    for (Label label : labels) {
      lines.computeIfAbsent(label.span().line(), n -> new ArrayList<>()).add(label);
    }
    int previous = 0;
    for (var entry : lines.entrySet()) {
      int number = entry.getKey();
      if (previous > 0 && number == previous + 2) {
        source(text, gutter, previous + 1, new Row(file, previous + 1, List.of()));
      } else if (previous > 0 && number > previous + 1) {
        text.append(" ".repeat(gutter + 1)).append(paint(BLUE, "⋮")).append('\n');
      }
      previous = number;
      var row = new Row(file, number, entry.getValue());
      source(text, gutter, number, row);
      for (Label label : entry.getValue()) {
        boolean isPrimary = label.equals(primary);
        String mark = (isPrimary ? "^" : "-").repeat(row.width(label.span()));
        String shown = label.text().isEmpty() ? mark : mark + " " + label.text();
        String start = " ".repeat(row.column(label.span().start()));
        text.append(bar)
            .append(start)
            .append(paint(isPrimary ? loud : BLUE, shown.replace("\n", "\n" + bar + start + " ")))
            .append('\n');
      }
    }
  }

  private void source(StringBuilder text, int gutter, int number, Row row) {
    String digits = String.valueOf(number);
    text.append(paint(BLUE, " ".repeat(gutter - digits.length()) + digits + " │"));
    if (!row.shown().isEmpty()) {
      text.append(' ').append(row.shown());
    }
    text.append('\n');
  }

  private String paint(String with, String text) {
    return color ? with + text + PLAIN : text;
  }

  /// A line as shown: where each of its characters stands on the screen, and the part that fits.
  private static final class Row {
    private final int offset;
    private final int[] columns;
    private final int from;
    private final int to;
    private final String shown;

    Row(SourceFile file, int number, List<Label> labels) {
      String whole = file.line(number);
      int begin = file.startOfLine(number);
      // Of a very long line only what surrounds its labels is ever looked at.
      int first =
          labels.stream().mapToInt(l -> l.span().start() - begin).min().orElse(0) - 2 * WIDEST;
      int cut = whole.length() <= 8 * WIDEST ? 0 : Math.clamp(first, 0, whole.length());
      String line = whole.substring(cut, Math.min(whole.length(), cut + 8 * WIDEST));
      offset = begin + cut;
      columns = new int[line.length() + 1];
      var cells = new ArrayList<String>();
      int column = 0;
      for (int i = 0; i < line.length(); ) {
        int point = line.codePointAt(i);
        String cell = cell(point, column);
        int length = Character.charCount(point);
        for (int k = 0; k < length; k++) {
          columns[i + k] = column;
        }
        i += length;
        int width = width(point, cell);
        column += width;
        if (width == 0 && !cells.isEmpty()) {
          cells.set(cells.size() - 1, cells.getLast() + cell);
        } else {
          cells.add(cell);
          for (int k = 1; k < width; k++) {
            cells.add("");
          }
        }
      }
      columns[line.length()] = column;

      int leftmost = labels.stream().mapToInt(l -> at(l.span().start())).min().orElse(0);
      int rightmost = labels.stream().mapToInt(l -> at(l.span().end())).max().orElse(0);
      boolean fits = cut == 0 && (column <= WIDEST || rightmost <= WIDEST - 2);
      from = fits ? 0 : Math.max(cut == 0 ? 0 : 1, leftmost - 20);
      to = Math.min(column, from + WIDEST);
      shown =
          ((from > 0 ? "…" : "")
                  + String.join(
                      "", cells.subList(Math.min(from, cells.size()), Math.min(to, cells.size())))
                  + (to < column || cut + line.length() < whole.length() ? "…" : ""))
              .stripTrailing();
    }

    private static String cell(int point, int column) {
      if (point == '\t') {
        return " ".repeat(TAB - column % TAB);
      }
      return Character.isISOControl(point)
              || Character.getType(point) == Character.FORMAT
              || Character.getType(point) == Character.SURROGATE
          ? "·"
          : Character.toString(point);
    }

    private static int width(int point, String cell) {
      if (point == '\t') {
        return cell.length();
      }
      return switch (Character.getType(point)) {
        case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
        default -> isWide(point) ? 2 : 1;
      };
    }

    private static boolean isWide(int point) {
      for (int i = 0; i < WIDE.length; i += 2) {
        if (WIDE[i] <= point && point <= WIDE[i + 1]) {
          return true;
        }
      }
      return false;
    }

    private int at(int position) {
      return columns[Math.clamp(position - offset, 0, columns.length - 1)];
    }

    String shown() {
      return shown;
    }

    /// The column on the screen of an offset into the file.
    int column(int position) {
      return Math.clamp(at(position) - from, 0, WIDEST) + (from > 0 ? 1 : 0);
    }

    /// How many marks underline `span`: up to the end of this line, and one at least.
    int width(Span span) {
      return Math.clamp(Math.min(at(span.end()), to) - Math.max(at(span.start()), from), 1, WIDEST);
    }
  }
}
