package trapline.smt;

import static trapline.smt.BitwiseRules.complements;
import static trapline.smt.BitwiseRules.isZero;

import org.jspecify.annotations.Nullable;

/// Rules for `=` and `<`. Null: no rule applies. A constant operand of `=` comes last.
final class ComparisonRules {
  private ComparisonRules() {}

  static @Nullable Term eq(Terms t, Term a, Term b) {
    if (a == b) {
      return t.truth(true);
    }
    if (complements(a, b)) {
      return t.truth(false);
    }
    if (a.width() == 1 && b.isConstant()) {
      return b.isTrue() ? a : t.not(a);
    }
    return null;
  }

  static @Nullable Term ult(Terms t, Term a, Term b) {
    if (a == b || isZero(b)) {
      return t.truth(false);
    }
    return null;
  }

  static @Nullable Term slt(Terms t, Term a, Term b) {
    return a == b ? t.truth(false) : null;
  }
}
