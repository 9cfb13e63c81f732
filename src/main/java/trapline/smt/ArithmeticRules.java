package trapline.smt;

import static trapline.smt.BitwiseRules.complements;
import static trapline.smt.BitwiseRules.isOnes;
import static trapline.smt.BitwiseRules.isZero;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Rules for arithmetic and shifts. Null: no rule applies.
///
/// A constant operand of `add` and `mul` comes last, and constants of sums move outwards, so that
/// addresses read as base plus offset. What moves bits by a constant becomes a `concat` of an
/// `extract`.
final class ArithmeticRules {
  private ArithmeticRules() {}

  static @Nullable Term neg(Terms t, Term a) {
    if (a.op() == Op.NEG) {
      return a.argument(0);
    }
    if (a.op() == Op.SUB) {
      return t.sub(a.argument(1), a.argument(0));
    }
    return isSumWithConstant(a)
        ? t.sub(t.constant(a.argument(1).value().neg()), a.argument(0))
        : null;
  }

  static @Nullable Term add(Terms t, Term a, Term b) {
    if (a.width() == 1) {
      return t.xor(a, b);
    }
    if (isZero(b)) {
      return a;
    }
    if (b.isConstant()) {
      if (isSumWithConstant(a)) {
        return t.add(a.argument(0), t.add(a.argument(1), b));
      }
      return a.op() == Op.SUB && a.argument(0).isConstant()
          ? t.sub(t.add(a.argument(0), b), a.argument(1))
          : null;
    }
    if (isSumWithConstant(a)) {
      return t.add(t.add(a.argument(0), b), a.argument(1));
    }
    if (isSumWithConstant(b)) {
      return t.add(t.add(a, b.argument(0)), b.argument(1));
    }
    if (a.op() == Op.NEG) {
      return t.sub(b, a.argument(0));
    }
    if (b.op() == Op.NEG) {
      return t.sub(a, b.argument(0));
    }
    if (complements(a, b)) {
      return t.constant(Bits.ones(a.width()));
    }
    if (a.op() == Op.SUB && a.argument(1) == b) {
      return a.argument(0);
    }
    return b.op() == Op.SUB && b.argument(1) == a ? b.argument(0) : null;
  }

  static @Nullable Term sub(Terms t, Term a, Term b) {
    if (a == b) {
      return t.constant(Bits.zero(a.width()));
    }
    if (a.width() == 1) {
      return t.xor(a, b);
    }
    if (b.isConstant()) {
      return t.add(a, t.constant(b.value().neg()));
    }
    if (isZero(a)) {
      return t.neg(b);
    }
    if (b.op() == Op.NEG) {
      return t.add(a, b.argument(0));
    }
    if (isSumWithConstant(b)) {
      return a.isConstant()
          ? t.sub(t.sub(a, b.argument(1)), b.argument(0))
          : t.add(t.sub(a, b.argument(0)), t.neg(b.argument(1)));
    }
    if (isSumWithConstant(a)) {
      return t.add(t.sub(a.argument(0), b), a.argument(1));
    }
    if (a.op() == Op.ADD && (a.argument(0) == b || a.argument(1) == b)) {
      return a.argument(a.argument(0) == b ? 1 : 0);
    }
    if (b.op() == Op.ADD && (b.argument(0) == a || b.argument(1) == a)) {
      return t.neg(b.argument(b.argument(0) == a ? 1 : 0));
    }
    if (a.op() == Op.SUB && a.argument(0) == b) {
      return t.neg(a.argument(1));
    }
    return b.op() == Op.SUB && b.argument(0) == a ? b.argument(1) : null;
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

  static boolean isSumWithConstant(Term a) {
    return a.op() == Op.ADD && a.argument(1).isConstant();
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
