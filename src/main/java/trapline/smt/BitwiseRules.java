package trapline.smt;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Rules for `not`, `and`, `or`, `xor`, on words as on truths. Null: no rule applies. A constant
/// comes last.
final class BitwiseRules {
  /// A mask of so many runs of equal bits is read as a choice of fields.
  private static final int RUNS = 4;

  private BitwiseRules() {}

  static @Nullable Term not(Terms t, Term a) {
    return switch (a.op()) {
      case NOT -> a.argument(0);
      case CONCAT -> t.concat(t.not(a.argument(0)), t.not(a.argument(1)));
      case CONSTANT, VARIABLE, NEG, ADD, SUB, MUL, UDIV, UREM, SDIV, SREM -> null;
      case AND, OR, XOR, SHL, LSHR, ASHR, EQ, ULT, SLT, ITE -> null;
      case EXTRACT, SEXT, SELECT, STORE, CONSTANT_ARRAY, APPLY -> null;
    };
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
    if (b.isConstant() && a.op() == Op.AND && a.argument(1).isConstant()) {
      return t.and(a.argument(0), t.and(a.argument(1), b));
    }
    if (a.op() == Op.NOT && b.op() == Op.NOT) {
      return t.not(t.or(a.argument(0), b.argument(0)));
    }
    if (isOneOf(a, Op.AND, b) || isOneOf(b, Op.OR, a)) {
      return a;
    }
    if (isOneOf(b, Op.AND, a) || isOneOf(a, Op.OR, b)) {
      return b;
    }
    Term split = split(t, Op.AND, a, b);
    if (split != null) {
      return split;
    }
    return a.width() == 1 ? truthAnd(t, a, b) : null;
  }

  private static @Nullable Term truthAnd(Terms t, Term a, Term b) {
    Boolean second = Facts.decide(a, true, b);
    if (second != null) {
      return second ? a : t.truth(false);
    }
    Boolean first = Facts.decide(b, true, a);
    if (first != null) {
      return first ? b : t.truth(false);
    }
    Term less = given(t, a, true, b);
    if (less != null) {
      return t.and(a, less);
    }
    less = given(t, b, true, a);
    return less == null ? null : t.and(less, b);
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
    if (b.isConstant() && a.op() == Op.OR && a.argument(1).isConstant()) {
      return t.or(a.argument(0), t.or(a.argument(1), b));
    }
    if (a.op() == Op.NOT && b.op() == Op.NOT) {
      return t.not(t.and(a.argument(0), b.argument(0)));
    }
    if (isOneOf(a, Op.OR, b) || isOneOf(b, Op.AND, a)) {
      return a;
    }
    if (isOneOf(b, Op.OR, a) || isOneOf(a, Op.AND, b)) {
      return b;
    }
    Term split = split(t, Op.OR, a, b);
    if (split != null) {
      return split;
    }
    return a.width() == 1 ? truthOr(t, a, b) : null;
  }

  private static @Nullable Term truthOr(Terms t, Term a, Term b) {
    Boolean second = Facts.decide(a, false, b);
    if (second != null) {
      return second ? t.truth(true) : a;
    }
    Boolean first = Facts.decide(b, false, a);
    if (first != null) {
      return first ? t.truth(true) : b;
    }
    Term less = given(t, a, false, b);
    if (less != null) {
      return t.or(a, less);
    }
    less = given(t, b, false, a);
    return less == null ? null : t.or(less, b);
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
    if (a.width() == 1) {
      return t.not(t.eq(a, b));
    }
    if (a.op() == Op.NOT) {
      return t.not(t.xor(a.argument(0), b));
    }
    if (b.op() == Op.NOT) {
      return t.not(t.xor(a, b.argument(0)));
    }
    if (b.isConstant() && a.op() == Op.XOR && a.argument(1).isConstant()) {
      return t.xor(a.argument(0), t.xor(a.argument(1), b));
    }
    if (a.op() == Op.XOR && (a.argument(0) == b || a.argument(1) == b)) {
      return a.argument(a.argument(0) == b ? 1 : 0);
    }
    if (b.op() == Op.XOR && (b.argument(0) == a || b.argument(1) == a)) {
      return b.argument(b.argument(0) == a ? 1 : 0);
    }
    return split(t, Op.XOR, a, b);
  }

  /// `whole`, an `and` or `or`, with the parts left out that `known` being `value` decides; null
  /// when it decides none.
  static @Nullable Term given(Terms t, Term known, boolean value, Term whole) {
    if (whole.op() == Op.NOT) {
      Term less = given(t, known, value, whole.argument(0));
      return less == null ? null : t.not(less);
    }
    if (whole.op() != Op.AND && whole.op() != Op.OR) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      Boolean part = Facts.decide(known, value, whole.argument(i));
      if (part != null) {
        Term rest = whole.argument(1 - i);
        return whole.op() == Op.AND ? t.and(t.truth(part), rest) : t.or(t.truth(part), rest);
      }
    }
    return null;
  }

  /// Splits at the cut of a concatenation, where the other operand is one too or constant; and
  /// reads a mask of few runs as a choice of fields.
  private static @Nullable Term split(Terms t, Op op, Term a, Term b) {
    Term whole = a.op() == Op.CONCAT ? a : b;
    Term other = whole == a ? b : a;
    if (whole.op() == Op.CONCAT && (other.op() == Op.CONCAT || other.isConstant())) {
      int cut = whole.argument(1).width();
      return t.concat(
          bitwise(t, op, whole.argument(0), t.extract(other, other.width() - 1, cut)),
          bitwise(t, op, whole.argument(1), t.extract(other, cut - 1, 0)));
    }
    return b.isConstant() && op != Op.XOR && runs(b.value()) <= RUNS
        ? fields(t, op, a, b.value())
        : null;
  }

  private static Term bitwise(Terms t, Op op, Term a, Term b) {
    return switch (op) {
      case AND -> t.and(a, b);
      case OR -> t.or(a, b);
      case XOR -> t.xor(a, b);
      case CONSTANT, VARIABLE, NOT, NEG, ADD, SUB, MUL, UDIV, UREM, SDIV, SREM ->
          throw new IllegalArgumentException(op.toString());
      case SHL, LSHR, ASHR, EQ, ULT, SLT, ITE, EXTRACT, CONCAT, SEXT ->
          throw new IllegalArgumentException(op.toString());
      case SELECT, STORE, CONSTANT_ARRAY, APPLY ->
          throw new IllegalArgumentException(op.toString());
    };
  }

  private static int runs(Bits mask) {
    BigInteger edges = mask.value().xor(mask.value().shiftRight(1));
    return edges.clearBit(mask.width() - 1).bitCount() + 1;
  }

  private static Term fields(Terms t, Op op, Term a, Bits mask) {
    boolean kept = op == Op.AND;
    Term result = null;
    int high = mask.width() - 1;
    while (high >= 0) {
      int low = high;
      while (low > 0 && mask.bit(low - 1) == mask.bit(high)) {
        low--;
      }
      Term field =
          mask.bit(high) == kept ? t.extract(a, high, low) : t.constant(mask.extract(high, low));
      result = result == null ? field : t.concat(result, field);
      high = low - 1;
    }
    if (result == null) {
      throw new IllegalStateException("a mask of no bits");
    }
    return result;
  }

  private static boolean isOneOf(Term whole, Op op, Term part) {
    return whole.op() == op && (whole.argument(0) == part || whole.argument(1) == part);
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
