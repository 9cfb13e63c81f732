package trapline.lang;

import trapline.diag.SourceFile;
import trapline.diag.Span;

/// From ANTLR's positions, which count code points, to a Java string's, which count UTF-16 units.
final class Offsets {
  /// Per code point its offset; empty where the two counts agree.
  private final int[] units;

  Offsets(String text) {
    units = text.chars().anyMatch(c -> Character.isSurrogate((char) c)) ? starts(text) : new int[0];
  }

  private static int[] starts(String text) {
    int[] starts = new int[text.codePointCount(0, text.length()) + 1];
    for (int i = 0, offset = 0; i < starts.length; i++) {
      starts[i] = offset;
      offset += offset < text.length() ? Character.charCount(text.codePointAt(offset)) : 0;
    }
    return starts;
  }

  int unit(int codePoint) {
    return units.length == 0 ? codePoint : units[Math.min(codePoint, units.length - 1)];
  }

  Span span(SourceFile file, int start, int end) {
    return new Span(file, unit(start), unit(Math.max(start, end)));
  }
}
