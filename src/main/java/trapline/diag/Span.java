package trapline.diag;

/// A stretch of source text: offsets `start` (included) to `end` (excluded).
public record Span(SourceFile file, int start, int end) {
  /// For things that no source text declares: machines built by tests.
  public static final Span NONE = new Span(new SourceFile("<built>", ""), 0, 0);

  public int line() {
    return file.lineAt(start);
  }

  public int column() {
    return file.columnAt(start);
  }

  /// From the start of this to the end of `that`, in one file.
  public Span to(Span that) {
    return new Span(file, start, Math.max(end, that.end));
  }

  /// `file:line`, as witnesses and tables print it.
  public String place() {
    return file.name() + ":" + line();
  }

  public String text() {
    return file.text().substring(start, end);
  }
}
