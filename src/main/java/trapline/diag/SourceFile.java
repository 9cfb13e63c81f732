package trapline.diag;

import java.util.Arrays;
import java.util.stream.IntStream;

/// A text under test and the name a person knows it by (the path as the user gave it).
///
/// Knows where its lines begin, so that asking for the line of every instruction of a long text
/// costs no more than reading it.
public final class SourceFile {
  private final String name;
  private final String text;
  private final int[] starts;

  public SourceFile(String name, String text) {
    this.name = name;
    this.text = text;
    this.starts =
        IntStream.concat(
                IntStream.of(0),
                IntStream.range(0, text.length())
                    .filter(i -> text.charAt(i) == '\n')
                    .map(i -> i + 1))
            .toArray();
  }

  public String name() {
    return name;
  }

  public String text() {
    return text;
  }

  /// Offset of the first character of the 1-based `line`.
  public int startOfLine(int line) {
    return line <= starts.length ? starts[Math.max(line, 1) - 1] : 0;
  }

  /// The 1-based line that holds `offset`.
  public int lineAt(int offset) {
    int at = Arrays.binarySearch(starts, offset);
    return at >= 0 ? at + 1 : Math.max(1, -at - 1);
  }

  /// The 1-based column, in characters, of `offset`.
  public int columnAt(int offset) {
    return offset - (text.lastIndexOf('\n', offset - 1) + 1) + 1;
  }

  /// The text of the 1-based `line`, without its end.
  public String line(int line) {
    int start = startOfLine(line);
    int end = text.indexOf('\n', start);
    return text.substring(start, end < 0 ? text.length() : end).stripTrailing();
  }

  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
