package trapline.report;

import java.util.ArrayList;
import java.util.List;

/// Words into lines of a given width.
public final class Paragraphs {
  private Paragraphs() {}

  /// `text` in lines of at most `width` characters (longer words excepted), the first after
  /// `first`, the others after `rest`.
  public static List<String> wrap(String text, String first, String rest, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    boolean blank = true;
    for (String word : text.strip().split("\\s+", -1)) {
      if (!blank && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(rest);
        blank = true;
      }
      if (!blank) {
        line.append(' ');
      }
      line.append(word);
      blank = false;
    }
    lines.add(line.toString());
    return lines;
  }
}
