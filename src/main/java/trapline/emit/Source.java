package trapline.emit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

  /// What a line may be broken at, those first that hold together least.
  private enum Joint {
    COMMA,
    CHOICE,
    EITHER,
    BOTH,
    OPERATOR,
    ASSIGNMENT,
    PARENTHESIS
  }

  private record Place(int at, int depth, Joint joint) {}

  /// The line, broken if it is too long: outside as many parentheses as may be, at all the joints
  /// that hold together least there.
  private static List<String> broken(String line, int width) {
    String indent = line.substring(0, line.length() - line.stripLeading().length());
    if (line.length() <= width || line.stripLeading().startsWith("//")) {
      return List.of(line);
    }
    List<Place> places = places(line, indent.length());
    int depth = places.stream().mapToInt(Place::depth).min().orElse(0);
    Joint joint =
        places.stream()
            .filter(p -> p.depth == depth)
            .map(Place::joint)
            .min(Comparator.naturalOrder())
            .orElse(Joint.PARENTHESIS);
    List<Integer> at =
        places.stream().filter(p -> p.depth == depth && p.joint == joint).map(Place::at).toList();
    List<String> lines = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    int start = 0;
    for (int i = 0; i <= at.size(); i++) {
      int end = i < at.size() ? at.get(i) : line.length();
      String next = line.substring(start, end);
      boolean joins =
          joint == Joint.COMMA && piece.length() + next.stripTrailing().length() <= width;
      if (!piece.isEmpty() && !joins) {
        lines.addAll(
            piece.length() < line.length()
                ? broken(trimmed(piece), width)
                : List.of(trimmed(piece)));
        piece.setLength(0);
        piece.append(indent).append("    ").append(next.stripLeading());
      } else {
        piece.append(next);
      }
      start = end;
    }
    lines.addAll(
        piece.length() < line.length() ? broken(trimmed(piece), width) : List.of(trimmed(piece)));
    return lines;
  }

  private static String trimmed(StringBuilder piece) {
    return piece.toString().stripTrailing();
  }

  private static List<Place> places(String line, int from) {
    List<Place> places = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && (i == 0 || line.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (!quoted && c == '(') {
        depth++;
        if (i + 1 < line.length() && line.charAt(i + 1) != ')' && i > from + 4) {
          places.add(new Place(i + 1, depth, Joint.PARENTHESIS));
        }
      } else if (!quoted && c == ')') {
        depth--;
      } else if (!quoted && c == ' ' && i > from) {
        int at = i + 1;
        int here = depth;
        joint(line.charAt(i - 1), line.substring(at))
            .ifPresent(joint -> places.add(new Place(at, here, joint)));
      }
    }
    return places;
  }

  /// What the blank between `before` and `rest` stands at.
  private static Optional<Joint> joint(char before, String rest) {
    if (before == ',') {
      return Optional.of(Joint.COMMA);
    }
    return before == '='
        ? Optional.of(Joint.ASSIGNMENT)
        : switch (rest.substring(0, Math.max(0, rest.indexOf(' ')))) {
          case "?", ":" -> Optional.of(Joint.CHOICE);
          case "||" -> Optional.of(Joint.EITHER);
          case "&&" -> Optional.of(Joint.BOTH);
          case "+", "-", "*", "|", "&", "^" -> Optional.of(Joint.OPERATOR);
          default -> Optional.empty();
        };
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
