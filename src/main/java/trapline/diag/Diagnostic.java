package trapline.diag;

import java.util.List;
import java.util.Optional;

/// What to tell the author of a description: one mistake, where it is, the other side of it, and a
/// fix.
///
/// The first label is the place of the mistake; the others point at what it conflicts with.
public record Diagnostic(
    Code code, String message, List<Label> labels, Optional<String> help, List<String> notes) {

  /// A place and what is to be seen there.
  public record Label(Span span, String text) {}

  public Diagnostic {
    labels = List.copyOf(labels);
    notes = List.copyOf(notes);
  }

  public static Diagnostic of(Code code, String message, Span span, String label) {
    return new Diagnostic(
        code, message, List.of(new Label(span, label)), Optional.empty(), List.of());
  }

  public Diagnostic with(Span span, String label) {
    var more = new java.util.ArrayList<>(labels);
    more.add(new Label(span, label));
    return new Diagnostic(code, message, more, help, notes);
  }

  public Diagnostic help(String fix) {
    return new Diagnostic(code, message, labels, Optional.of(fix), notes);
  }

  public Diagnostic note(String note) {
    var more = new java.util.ArrayList<>(notes);
    more.add(note);
    return new Diagnostic(code, message, labels, help, more);
  }

  public Span span() {
    return labels.getFirst().span();
  }

  public boolean isError() {
    return code.severity() == Code.Severity.ERROR;
  }
}
