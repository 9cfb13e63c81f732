package trapline.smt;

import static trapline.smt.BitwiseRules.isZero;

import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Rules for arithmetic and shifts. Null: no rule applies. A constant operand of `add` and `mul`
/// comes last.
final class ArithmeticRules {
  private ArithmeticRules() {}

  static @Nullable Term neg(Terms t, Term a) {
    return a.op() == Op.NEG ? a.argument(0) : null;
  }

  static @Nullable Term add(Terms t, Term a, Term b) {
    if (isZero(b)) {
      return a;
    }
    if (b.isConstant() && a.op() == Op.ADD && a.argument(1).isConstant()) {
      return t.add(a.argument(0), t.add(a.argument(1), b));
    }
    return null;
  }

  static @Nullable Term sub(Terms t, Term a, Term b) {
    if (a == b) {
      return t.constant(Bits.zero(a.width()));
    }
    if (b.isConstant()) {
      return t.add(a, t.constant(b.value().neg()));
    }
    return isZero(a) ? t.neg(b) : null;
  }

  static @Nullable Term mul(Terms t, Term a, Term b) {
    if (isZero(b)) {
      return b;
    }
    return isOne(b) ? a : null;
  }

  static @Nullable Term udiv(Terms t, Term a, Term b) {
    return isOne(b) ? a : null;
  }

  static @Nullable Term urem(Terms t, Term a, Term b) {
    return isOne(b) ? t.constant(Bits.zero(a.width())) : null;
  }

  static @Nullable Term sdiv(Terms t, Term a, Term b) {
    return a.width() > 1 && isOne(b) ? a : null;
  }

  static @Nullable Term srem(Terms t, Term a, Term b) {
    return a.width() > 1 && isOne(b) ? t.constant(Bits.zero(a.width())) : null;
  }

  static @Nullable Term shl(Terms t, Term a, Term amount) {
    return isZero(amount) || isZero(a) ? a : null;
  }

  static @Nullable Term lshr(Terms t, Term a, Term amount) {
    return isZero(amount) || isZero(a) ? a : null;
  }

  static @Nullable Term ashr(Terms t, Term a, Term amount) {
    return isZero(amount) || isZero(a) ? a : null;
  }

  static boolean isOne(Term a) {
    return a.isConstant() && a.value().value().equals(java.math.BigInteger.ONE);
  }
}
