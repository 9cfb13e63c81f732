package trapline.codec;

import java.util.List;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;

/// Assembly text to storage.
public final class Assembler {
  Assembler() {}

  /// What became of a text.
  public sealed interface Assembly {
    record Assembled(Image image) implements Assembly {}

    record Rejected(List<Diagnostic> diagnostics) implements Assembly {}
  }

  /// Assembles `source` from `origin` on.
  public Assembly assemble(SourceFile source, long origin) {
    throw new UnsupportedOperationException();
  }
}
