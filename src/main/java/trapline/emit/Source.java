package trapline.emit;

import java.util.ArrayList;
import java.util.List;

/// Java text under construction: lines, indented by two, none longer than 100 characters if there
/// is a place to break it.
final class Source {
  private static final int WIDTH = 100;

  private final StringBuilder text = new StringBuilder();
  private int depth;

  Source line(String line) {
    if (line.isEmpty()) {
      text.append('\n');
      return this;
    }
    List<String> lines = broken(line, WIDTH - 2 * depth);
    for (String part : lines) {
      text.append("  ".repeat(depth)).append(part).append('\n');
    }
    return this;
  }

  Source blank() {
    return line("");
  }

  /// `line {`, and what follows is inside.
  Source open(String line) {
    line(line + " {");
    depth++;
    return this;
  }

  Source close() {
    return close("");
  }

  Source close(String after) {
    depth--;
    return line("}" + after);
  }

  /// `} line {`
  Source next(String line) {
    depth--;
    line("} " + line + " {");
    depth++;
    return this;
  }

  /// A documentation comment, a line each; long lines of prose are wrapped.
  Source doc(List<String> lines) {
    for (String line : lines) {
      for (String part : line.startsWith("    ") ? List.of(line) : wrapped(line)) {
        text.append("  ".repeat(depth)).append(("/// " + part).stripTrailing()).append('\n');
      }
    }
    return this;
  }

  Source doc(String... lines) {
    return doc(List.of(lines));
  }

  Source note(String line) {
    for (String part : wrapped(line)) {
      text.append("  ".repeat(depth)).append("// ").append(part).append('\n');
    }
    return this;
  }

  /// Lines that stand as they are, but for the indentation.
  Source lines(String block) {
    block.lines().forEach(l -> line(l.isBlank() ? "" : l));
    return this;
  }

  private List<String> wrapped(String prose) {
    int width = WIDTH - 4 - 2 * depth;
    if (prose.length() <= width) {
      return List.of(prose);
    }
    List<String> lines = new ArrayList<>();
    String indent = prose.startsWith("- ") ? "  " : "";
    StringBuilder line = new StringBuilder();
    for (String word : prose.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(indent).append(word);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /// The line, broken where the fewest parentheses are open, if it is too long.
  private static List<String> broken(String line, int width) {
    String indent = line.substring(0, line.length() - line.stripLeading().length());
    if (line.length() <= width || line.stripLeading().startsWith("//")) {
      return List.of(line);
    }
    int best = -1;
    int least = Integer.MAX_VALUE;
    int open = 0;
    boolean quoted = false;
    for (int i = indent.length(); i < line.length() && i < width; i++) {
      char c = line.charAt(i);
      if (c == '"' && line.charAt(i - 1) != '\\') {
        quoted = !quoted;
      } else if (!quoted && (c == '(' || c == '{' || c == '[')) {
        open++;
        if (c == '('
            && i + 1 < line.length()
            && line.charAt(i + 1) != ')'
            && open < least
            && i > 20) {
          best = i + 1;
          least = open;
        }
      } else if (!quoted && (c == ')' || c == '}' || c == ']')) {
        open--;
      } else if (!quoted
          && c == ' '
          && i > indent.length() + 8
          && isPlace(line, i)
          && open <= least) {
        best = i + 1;
        least = open;
      }
    }
    if (best < 0) {
      return List.of(line);
    }
    List<String> lines = new ArrayList<>();
    lines.add(line.substring(0, best).stripTrailing());
    lines.addAll(broken(indent + "    " + line.substring(best).strip(), width).stream().toList());
    if (lines.size() > 2) {
      for (int i = 2; i < lines.size(); i++) {
        String deeper = lines.get(i);
        if (deeper.startsWith(indent + "        ")) {
          lines.set(i, deeper.substring(4));
        }
      }
    }
    return lines;
  }

  /// Whether a line may end before the blank at `i`.
  private static boolean isPlace(String line, int i) {
    char before = line.charAt(i - 1);
    String rest = line.substring(i + 1);
    return before == ','
        || rest.startsWith("+ ")
        || rest.startsWith("- ")
        || rest.startsWith("| ")
        || rest.startsWith("^ ")
        || rest.startsWith("& ")
        || rest.startsWith("|| ")
        || rest.startsWith("&& ")
        || rest.startsWith("? ")
        || rest.startsWith(": ")
        || (before == '=' && line.charAt(i - 2) == ' ');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
