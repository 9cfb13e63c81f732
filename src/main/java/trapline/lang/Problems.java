package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import trapline.diag.Diagnostic;

/// What is wrong with one instance of a machine, each mistake once, in the order found.
///
/// A silent collector drops everything: it serves questions of the kind "what type would this
/// have".
final class Problems {
  /// More than a person reads at once; a guard against floods from unrolled loops.
  private static final int LIMIT = 200;

  private final SequencedSet<Diagnostic> found = new LinkedHashSet<>();
  private final boolean silent;
  private int errors;
  private int contextsWanted;

  private Problems(boolean silent) {
    this.silent = silent;
  }

  static Problems collecting() {
    return new Problems(false);
  }

  static Problems silent() {
    return new Problems(true);
  }

  void report(Diagnostic diagnostic) {
    if (diagnostic.isError()) {
      errors++;
      boolean isHelped =
          diagnostic.code() == TypeMistake.NEEDS_WIDTH
              || diagnostic.code() == NameMistake.AMBIGUOUS_ENUMERATOR;
      contextsWanted += isHelped ? 1 : 0;
    }
    if (!silent && found.size() < LIMIT) {
      found.add(diagnostic);
    }
  }

  boolean isSilent() {
    return silent;
  }

  boolean hasErrors() {
    return errors > 0;
  }

  /// Are all errors of the kind that a context would have helped?
  boolean wantOnlyContext() {
    return errors > 0 && errors == contextsWanted;
  }

  /// How many errors were reported, repetitions included: two counts tell whether a stretch of work
  /// was clean.
  int errors() {
    return errors;
  }

  List<Diagnostic> all() {
    return new ArrayList<>(found);
  }
}
