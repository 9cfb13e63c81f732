package trapline.smt;

import static trapline.smt.BitwiseRules.complements;
import static trapline.smt.BitwiseRules.isOnes;
import static trapline.smt.BitwiseRules.isZero;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Rules for arithmetic and shifts. Null: no rule applies.
///
/// What adds and subtracts is a [Sum]. A constant factor comes last. What moves bits by a constant
/// becomes a `concat` of an `extract`.
final class ArithmeticRules {
  private ArithmeticRules() {}

  static @Nullable Term neg(Terms t, Term a) {
    return a.width() == 1 ? a : Sum.neg(t, a);
  }

  static @Nullable Term add(Terms t, Term a, Term b) {
    if (a.width() == 1) {
      return t.xor(a, b);
    }
    return complements(a, b) ? t.constant(Bits.ones(a.width())) : Sum.add(t, a, b);
  }

  static @Nullable Term sub(Terms t, Term a, Term b) {
    return a.width() == 1 ? t.xor(a, b) : Sum.sub(t, a, b);
  }

  static @Nullable Term mul(Terms t, Term a, Term b) {
    if (a.width() == 1) {
      return t.and(a, b);
    }
    if (isZero(b)) {
      return b;
    }
    if (isOnes(b)) {
      return t.neg(a);
    }
    if (isPowerOfTwo(b)) {
      return t.shl(a, t.constant(a.width(), exponent(b)));
    }
    return b.isConstant() && a.op() == Op.MUL && a.argument(1).isConstant()
        ? t.mul(a.argument(0), t.mul(a.argument(1), b))
        : null;
  }

  static @Nullable Term udiv(Terms t, Term a, Term b) {
    if (isZero(b)) {
      return t.constant(Bits.ones(a.width()));
    }
    return isPowerOfTwo(b) ? t.lshr(a, t.constant(a.width(), exponent(b))) : null;
  }

  static @Nullable Term urem(Terms t, Term a, Term b) {
    if (isZero(b) || isZero(a)) {
      return a;
    }
    if (a == b) {
      return t.constant(Bits.zero(a.width()));
    }
    return isPowerOfTwo(b)
        ? t.and(a, t.constant(Bits.wrap(a.width(), b.value().value().subtract(BigInteger.ONE))))
        : null;
  }

  static @Nullable Term sdiv(Terms t, Term a, Term b) {
    return isOne(b) ? a : null;
  }

  static @Nullable Term srem(Terms t, Term a, Term b) {
    if (isZero(b) || isZero(a)) {
      return a;
    }
    return a == b || isOne(b) ? t.constant(Bits.zero(a.width())) : null;
  }

  static @Nullable Term shl(Terms t, Term a, Term amount) {
    if (isZero(amount) || isZero(a)) {
      return a;
    }
    if (!amount.isConstant()) {
      return null;
    }
    int by = atMostWidth(a, amount);
    return by == a.width()
        ? t.constant(Bits.zero(by))
        : t.concat(t.extract(a, a.width() - 1 - by, 0), t.constant(Bits.zero(by)));
  }

  static @Nullable Term lshr(Terms t, Term a, Term amount) {
    if (isZero(amount) || isZero(a)) {
      return a;
    }
    if (!amount.isConstant()) {
      return null;
    }
    int by = atMostWidth(a, amount);
    return by == a.width()
        ? t.constant(Bits.zero(by))
        : t.zext(t.extract(a, a.width() - 1, by), a.width());
  }

  static @Nullable Term ashr(Terms t, Term a, Term amount) {
    if (isZero(amount) || isZero(a) || isOnes(a)) {
      return a;
    }
    if (!amount.isConstant()) {
      return null;
    }
    int by = Math.min(atMostWidth(a, amount), a.width() - 1);
    return t.sext(t.extract(a, a.width() - 1, by), a.width());
  }

  static boolean isOne(Term a) {
    return a.isConstant() && a.value().value().equals(BigInteger.ONE);
  }

  private static boolean isPowerOfTwo(Term a) {
    return a.isConstant() && a.value().value().bitCount() == 1;
  }

  private static int exponent(Term powerOfTwo) {
    return powerOfTwo.value().value().getLowestSetBit();
  }

  private static int atMostWidth(Term a, Term amount) {
    return amount.value().value().min(BigInteger.valueOf(a.width())).intValue();
  }
}
