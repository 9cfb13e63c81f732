package trapline.smt;

import static trapline.smt.ArithmeticRules.isOne;
import static trapline.smt.BitwiseRules.complements;
import static trapline.smt.BitwiseRules.isOnes;
import static trapline.smt.BitwiseRules.isZero;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

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
    if (a.width() == 1) {
      return eqOfTruths(t, a, b);
    }
    if (b.isConstant() && !Range.of(a).contains(b.value())) {
      return t.truth(false);
    }
    Term balanced = Sum.eq(t, a, b);
    if (balanced != null) {
      return balanced;
    }
    Term result = b.isConstant() ? eqWithConstant(t, a, b) : eqOfTerms(t, a, b);
    if (result == null) {
      result = eqOneSided(t, a, b);
    }
    return result == null ? eqOneSided(t, b, a) : result;
  }

  private static @Nullable Term eqOfTruths(Terms t, Term a, Term b) {
    if (b.isConstant()) {
      return b.isTrue() ? a : t.not(a);
    }
    if (a.op() == Op.NOT) {
      return t.not(t.eq(a.argument(0), b));
    }
    return b.op() == Op.NOT ? t.not(t.eq(a, b.argument(0))) : null;
  }

  private static @Nullable Term eqWithConstant(Terms t, Term a, Term b) {
    Bits value = b.value();
    return switch (a.op()) {
      case NOT -> t.eq(a.argument(0), t.not(b));
      case XOR -> {
        if (a.argument(1).isConstant()) {
          yield t.eq(a.argument(0), t.xor(a.argument(1), b));
        }
        yield value.isZero() ? t.eq(a.argument(0), a.argument(1)) : null;
      }
      case AND -> {
        if (a.argument(1).isConstant() && !isZero(t.and(t.not(a.argument(1)), b))) {
          yield t.truth(false);
        }
        yield isOnes(b) ? t.and(t.eq(a.argument(0), b), t.eq(a.argument(1), b)) : null;
      }
      case OR -> {
        if (a.argument(1).isConstant() && !isZero(t.and(a.argument(1), t.not(b)))) {
          yield t.truth(false);
        }
        yield isZero(b) ? t.and(t.eq(a.argument(0), b), t.eq(a.argument(1), b)) : null;
      }
      case CONCAT -> eqOfParts(t, a, b);
      case SEXT -> {
        Term from = a.argument(0);
        Bits low = value.extract(from.width() - 1, 0);
        yield low.sext(a.width()).equals(value) ? t.eq(from, t.constant(low)) : t.truth(false);
      }
      case ITE -> {
        Term condition = a.argument(0);
        if (a.argument(1).isConstant()) {
          Term rest = t.eq(a.argument(2), b);
          yield a.argument(1) == b ? t.or(condition, rest) : t.and(t.not(condition), rest);
        }
        if (a.argument(2).isConstant()) {
          Term rest = t.eq(a.argument(1), b);
          yield a.argument(2) == b ? t.or(t.not(condition), rest) : t.and(condition, rest);
        }
        yield null;
      }
      case MUL ->
          isOdd(a.argument(1)) ? t.eq(a.argument(0), t.mul(b, inverse(t, a.argument(1)))) : null;
      case CONSTANT, VARIABLE, NEG, ADD, SUB, UDIV, UREM, SDIV, SREM -> null;
      case SHL, LSHR, ASHR, EQ, ULT, SLT -> null;
      case EXTRACT, SELECT, STORE, CONSTANT_ARRAY, APPLY -> null;
    };
  }

  private static @Nullable Term eqOfTerms(Terms t, Term a, Term b) {
    if (a.op() == Op.CONCAT && b.op() == Op.CONCAT) {
      return eqOfParts(t, a, b);
    }
    if (a.op() != b.op()) {
      return null;
    }
    return switch (a.op()) {
      case NOT -> t.eq(a.argument(0), b.argument(0));
      case SEXT ->
          a.argument(0).width() == b.argument(0).width()
              ? t.eq(a.argument(0), b.argument(0))
              : null;
      case XOR -> {
        for (int i = 0; i < 2; i++) {
          for (int j = 0; j < 2; j++) {
            if (a.argument(i) == b.argument(j)) {
              yield t.eq(a.argument(1 - i), b.argument(1 - j));
            }
          }
        }
        yield null;
      }
      case ITE ->
          a.argument(0) == b.argument(0)
              ? t.ite(
                  a.argument(0),
                  t.eq(a.argument(1), b.argument(1)),
                  t.eq(a.argument(2), b.argument(2)))
              : null;
      case CONSTANT, VARIABLE, NEG, ADD, SUB, AND, OR, MUL, UDIV, UREM, SDIV, SREM -> null;
      case SHL, LSHR, ASHR -> null;
      case EQ, ULT, SLT, EXTRACT, CONCAT, SELECT, STORE, CONSTANT_ARRAY, APPLY -> null;
    };
  }

  /// Where `b` is an operand of `a`.
  private static @Nullable Term eqOneSided(Terms t, Term a, Term b) {
    return switch (a.op()) {
      case ITE -> {
        if (a.argument(1) == b) {
          yield t.or(a.argument(0), t.eq(a.argument(2), b));
        }
        yield a.argument(2) == b ? t.or(t.not(a.argument(0)), t.eq(a.argument(1), b)) : null;
      }
      case XOR -> {
        if (a.argument(0) == b || a.argument(1) == b) {
          Term rest = a.argument(a.argument(0) == b ? 1 : 0);
          yield t.eq(rest, t.constant(Bits.zero(a.width())));
        }
        yield null;
      }
      case CONSTANT, VARIABLE, NOT, NEG, ADD, SUB, AND, OR, MUL, UDIV, UREM, SDIV, SREM -> null;
      case SHL, LSHR, ASHR, EQ, ULT, SLT, EXTRACT, CONCAT, SEXT -> null;
      case SELECT, STORE, CONSTANT_ARRAY, APPLY -> null;
    };
  }

  private static boolean isOdd(Term a) {
    return a.isConstant() && a.value().bit(0);
  }

  private static Term inverse(Terms t, Term odd) {
    BigInteger modulus = BigInteger.ONE.shiftLeft(odd.width());
    return t.constant(new Bits(odd.width(), odd.value().value().modInverse(modulus)));
  }

  /// The equality of a concatenation and a term that splits at its cut.
  private static Term eqOfParts(Terms t, Term a, Term b) {
    int cut = a.argument(1).width();
    return t.and(
        t.eq(a.argument(0), t.extract(b, b.width() - 1, cut)),
        t.eq(a.argument(1), t.extract(b, cut - 1, 0)));
  }

  static @Nullable Term ult(Terms t, Term a, Term b) {
    if (a == b || isZero(b) || isOnes(a)) {
      return t.truth(false);
    }
    if (a.width() == 1) {
      return t.and(t.not(a), b);
    }
    if (isZero(a)) {
      return t.distinct(b, a);
    }
    if (isOnes(b)) {
      return t.distinct(a, b);
    }
    if (isOne(b)) {
      return t.eq(a, t.constant(Bits.zero(a.width())));
    }
    if (a.isConstant() && isOnes(t.add(a, t.constant(a.width(), 1)))) {
      return t.eq(b, t.constant(Bits.ones(b.width())));
    }
    Range left = Range.of(a);
    Range right = Range.of(b);
    if (left.most().compareTo(right.least()) < 0) {
      return t.truth(true);
    }
    if (left.least().compareTo(right.most()) >= 0) {
      return t.truth(false);
    }
    if (b.isConstant() && b.value().value().bitCount() == 1) {
      int low = b.value().value().getLowestSetBit();
      Term above = t.extract(a, a.width() - 1, low);
      return t.eq(above, t.constant(Bits.zero(above.width())));
    }
    return ultOfParts(t, a, b);
  }

  /// Decided by the high parts, or by the low parts alone.
  private static @Nullable Term ultOfParts(Terms t, Term a, Term b) {
    Term whole = a.op() == Op.CONCAT ? a : b;
    Term other = whole == a ? b : a;
    if (whole.op() != Op.CONCAT || !(other.op() == Op.CONCAT || other.isConstant())) {
      return null;
    }
    int cut = whole.argument(1).width();
    int top = a.width() - 1;
    Term aHigh = t.extract(a, top, cut);
    Term bHigh = t.extract(b, top, cut);
    Term aLow = t.extract(a, cut - 1, 0);
    Term bLow = t.extract(b, cut - 1, 0);
    if (aHigh == bHigh) {
      return t.ult(aLow, bLow);
    }
    if (aLow == bLow || isZero(bLow) || isOnes(aLow)) {
      return t.ult(aHigh, bHigh);
    }
    return aHigh.isConstant() && bHigh.isConstant() ? t.ult(aHigh, bHigh) : null;
  }

  static @Nullable Term slt(Terms t, Term a, Term b) {
    int top = a.width() - 1;
    if (a == b) {
      return t.truth(false);
    }
    if (top == 0) {
      return t.and(a, t.not(b));
    }
    if (isZero(b)) {
      return t.extract(a, top, top);
    }
    if (isOnes(a)) {
      return t.not(t.extract(b, top, top));
    }
    boolean least = b.isConstant() && b.value().value().equals(BigInteger.ONE.shiftLeft(top));
    boolean most = a.isConstant() && a.value().value().equals(Bits.mask(top));
    if (least || most) {
      return t.truth(false);
    }
    if (a.op() == Op.SEXT && b.op() == Op.SEXT && a.argument(0).width() == b.argument(0).width()) {
      return t.slt(a.argument(0), b.argument(0));
    }
    Term aSign = sign(t, a);
    Term bSign = sign(t, b);
    if (aSign == null || bSign == null) {
      return null;
    }
    return aSign == bSign ? t.ult(a, b) : aSign;
  }

  /// The sign bit, where it is constant.
  private static @Nullable Term sign(Terms t, Term a) {
    boolean known = a.isConstant() || (a.op() == Op.CONCAT && a.argument(0).isConstant());
    return known ? t.extract(a, a.width() - 1, a.width() - 1) : null;
  }
}
