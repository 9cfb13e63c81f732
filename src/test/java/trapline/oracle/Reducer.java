package trapline.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes a text smaller while it stays interesting: for showing a person the least machine that
/// fails.
///
/// Knows of the language only lines, braces and brackets; a text that the front end rejects must
/// not be interesting.
final class Reducer {
  private static final Pattern GROUP = Pattern.compile("\\([^()]*\\)");
  private static final Pattern RIGHT_SIDE = Pattern.compile("= [^;{}]+;");
  private static final Pattern CONDITION = Pattern.compile("(?<=if )[^{}]+(?= \\{)");
  private static final Pattern OPERATION =
      Pattern.compile("(?<=[\\w\\])]) [-+*/%&|^<>=!]+ [\\w\\[\\]().]+");

  private Reducer() {}

  static String reduce(String text, Predicate<String> interesting) {
    String now = text;
    while (true) {
      String smaller = pass(now, interesting);
      if (smaller.equals(now)) {
        return now;
      }
      now = smaller;
    }
  }

  private static String pass(String text, Predicate<String> interesting) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (int i = lines.size() - 1; i > 0; i--) {
      if (i >= lines.size()) {
        continue;
      }
      for (List<String> candidate : without(lines, i)) {
        if (interesting.test(join(candidate))) {
          lines = candidate;
          break;
        }
      }
    }
    for (int i = 0; i < lines.size(); i++) {
      for (boolean again = true; again; ) {
        again = false;
        for (String simpler : simpler(lines.get(i))) {
          List<String> candidate = new ArrayList<>(lines);
          candidate.set(i, simpler);
          if (interesting.test(join(candidate))) {
            lines = candidate;
            again = true;
            break;
          }
        }
      }
    }
    return join(lines);
  }

  private static String join(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  /// The lines without line `i`, or without the block that it opens, or without the braces round
  /// it.
  private static List<List<String>> without(List<String> lines, int i) {
    String line = lines.get(i).strip();
    List<List<String>> found = new ArrayList<>();
    if (!line.contains("{") && !line.contains("}") || depth(line) == 0 && !line.startsWith("}")) {
      found.add(cut(lines, i, i));
    } else if (line.endsWith("{") && !line.startsWith("}")) {
      int end = i;
      int middle = -1;
      for (int depth = 1; depth > 0 && end + 1 < lines.size(); ) {
        end++;
        String next = lines.get(end).strip();
        if (next.startsWith("}") && next.endsWith("{") && depth == 1) {
          middle = end;
        }
        depth += depth(next);
      }
      found.add(cut(lines, i, end));
      if (middle < 0) {
        found.add(cut(cut(lines, end, end), i, i));
      } else {
        found.add(cut(cut(lines, middle, end), i, i));
        found.add(cut(cut(lines, end, end), i, middle));
        List<String> oneArm = cut(lines, middle, end - 1);
        found.add(oneArm);
      }
    }
    return found;
  }

  private static int depth(String line) {
    return (int)
        (line.chars().filter(c -> c == '{').count() - line.chars().filter(c -> c == '}').count());
  }

  private static List<String> cut(List<String> lines, int from, int to) {
    List<String> rest = new ArrayList<>(lines.subList(0, from));
    rest.addAll(lines.subList(to + 1, lines.size()));
    return rest;
  }

  /// The line with one piece of it replaced by something shorter.
  private static List<String> simpler(String line) {
    List<String> found = new ArrayList<>();
    replace(found, line, RIGHT_SIDE, "= 0;");
    replace(found, line, RIGHT_SIDE, "= 1;");
    for (Matcher m = GROUP.matcher(line); m.find(); ) {
      String inside = line.substring(m.start() + 1, m.end() - 1);
      found.add(line.substring(0, m.start()) + inside + line.substring(m.end()));
      for (String operand : inside.split(" [-+*/%&|^]+ | then | else |if ")) {
        if (!operand.equals(inside) && !operand.isBlank()) {
          found.add(line.substring(0, m.start()) + operand + line.substring(m.end()));
        }
      }
    }
    replace(found, line, OPERATION, "");
    replace(found, line, CONDITION, "true");
    for (String clause : List.of(" requires sup", " split \\w+", " if \\w+ != \\d+")) {
      replace(found, line, Pattern.compile(clause + "(?= \\{)"), "");
    }
    found.removeIf(s -> s.length() >= line.length());
    return found;
  }

  private static void replace(List<String> found, String line, Pattern pattern, String by) {
    for (Matcher m = pattern.matcher(line); m.find(); ) {
      found.add(line.substring(0, m.start()) + by + line.substring(m.end()));
    }
  }
}
