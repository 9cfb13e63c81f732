package trapline.diag;

/// A text under test and the name a person knows it by (the path as the user gave it).
public record SourceFile(String name, String text) {
  /// Offset of the first character of the 1-based `line`.
  public int startOfLine(int line) {
    int offset = 0;
    for (int i = 1; i < line; i++) {
      offset = text.indexOf('\n', offset) + 1;
    }
    return offset;
  }

  /// The 1-based line that holds `offset`.
  public int lineAt(int offset) {
    return 1
        + (int)
            text.substring(0, Math.min(offset, text.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
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
