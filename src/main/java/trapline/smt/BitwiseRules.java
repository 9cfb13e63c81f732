package trapline.smt;

import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Rules for `not`, `and`, `or`, `xor`, on words as on truths. Null: no rule applies. A constant
/// comes last.
final class BitwiseRules {
  private BitwiseRules() {}

  static @Nullable Term not(Terms t, Term a) {
    return a.op() == Op.NOT ? a.argument(0) : null;
  }

  static @Nullable Term and(Terms t, Term a, Term b) {
    if (a == b || isOnes(b)) {
      return a;
    }
    if (isZero(b)) {
      return b;
    }
    if (complements(a, b)) {
      return t.constant(Bits.zero(a.width()));
    }
    return null;
  }

  static @Nullable Term or(Terms t, Term a, Term b) {
    if (a == b || isZero(b)) {
      return a;
    }
    if (isOnes(b)) {
      return b;
    }
    if (complements(a, b)) {
      return t.constant(Bits.ones(a.width()));
    }
    return null;
  }

  static @Nullable Term xor(Terms t, Term a, Term b) {
    if (a == b) {
      return t.constant(Bits.zero(a.width()));
    }
    if (isZero(b)) {
      return a;
    }
    if (isOnes(b)) {
      return t.not(a);
    }
    if (complements(a, b)) {
      return t.constant(Bits.ones(a.width()));
    }
    return null;
  }

  static boolean complements(Term a, Term b) {
    return (a.op() == Op.NOT && a.argument(0) == b) || (b.op() == Op.NOT && b.argument(0) == a);
  }

  static boolean isZero(Term a) {
    return a.isConstant() && a.value().isZero();
  }

  static boolean isOnes(Term a) {
    return a.isConstant() && a.value().value().bitCount() == a.width();
  }
}
