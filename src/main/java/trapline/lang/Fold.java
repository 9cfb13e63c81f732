package trapline.lang;

import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Expr.UnaryOp;

/// Builds expressions of the model, computing what is constant and dropping what has no effect.
///
/// Guaranteed: the result has the width and the value of the plain constructor's.
final class Fold {
  static final Expr TRUE = new Expr.Constant(Bits.TRUE);
  static final Expr FALSE = new Expr.Constant(Bits.FALSE);

  private Fold() {}

  static Expr constant(int width, long value) {
    return new Expr.Constant(Bits.of(width, value));
  }

  static Expr not(Expr e) {
    return switch (e) {
      case Expr.Constant(Bits v) -> new Expr.Constant(v.not());
      case Expr.Unary(UnaryOp op, Expr inner) when op == UnaryOp.NOT -> inner;
      default -> new Expr.Unary(UnaryOp.NOT, e);
    };
  }

  static Expr negate(Expr e) {
    return e instanceof Expr.Constant(Bits v)
        ? new Expr.Constant(v.neg())
        : new Expr.Unary(UnaryOp.NEG, e);
  }

  static Expr binary(BinaryOp op, Expr a, Expr b) {
    if (a instanceof Expr.Constant(Bits x) && b instanceof Expr.Constant(Bits y)) {
      return new Expr.Constant(compute(op, x, y));
    }
    return new Expr.Binary(op, a, b);
  }

  static Bits compute(BinaryOp op, Bits x, Bits y) {
    return switch (op) {
      case ADD -> x.add(y);
      case SUB -> x.sub(y);
      case MUL -> x.mul(y);
      case UDIV -> x.udiv(y);
      case UREM -> x.urem(y);
      case SDIV -> x.sdiv(y);
      case SREM -> x.srem(y);
      case AND -> x.and(y);
      case OR -> x.or(y);
      case XOR -> x.xor(y);
      case SHL -> x.shl(y);
      case LSHR -> x.lshr(y);
      case ASHR -> x.ashr(y);
      case EQ -> Bits.of(x.equals(y));
      case ULT -> Bits.of(x.ult(y));
      case ULE -> Bits.of(!y.ult(x));
      case SLT -> Bits.of(x.slt(y));
      case SLE -> Bits.of(!y.slt(x));
    };
  }

  static Expr equal(Expr a, Expr b) {
    if (a.width() == 1 && b instanceof Expr.Constant(Bits v)) {
      return v.isTrue() ? a : not(a);
    }
    return binary(BinaryOp.EQ, a, b);
  }

  static Expr equal(Expr a, Bits b) {
    return equal(a, new Expr.Constant(b));
  }

  static Expr and(Expr a, Expr b) {
    if (isFalse(a) || isFalse(b)) {
      return FALSE;
    }
    return isTrue(a) ? b : isTrue(b) ? a : new Expr.Binary(BinaryOp.AND, a, b);
  }

  static Expr or(Expr a, Expr b) {
    if (isTrue(a) || isTrue(b)) {
      return TRUE;
    }
    return isFalse(a) ? b : isFalse(b) ? a : new Expr.Binary(BinaryOp.OR, a, b);
  }

  static boolean isTrue(Expr e) {
    return e instanceof Expr.Constant(Bits v) && v.width() == 1 && v.isTrue();
  }

  static boolean isFalse(Expr e) {
    return e instanceof Expr.Constant(Bits v) && v.width() == 1 && v.isZero();
  }

  static Expr conditional(Expr condition, Expr then, Expr otherwise) {
    if (isTrue(condition) || then.equals(otherwise)) {
      return then;
    }
    return isFalse(condition) ? otherwise : new Expr.Conditional(condition, then, otherwise);
  }

  static Expr extract(Expr e, int high, int low) {
    if (low == 0 && high == e.width() - 1) {
      return e;
    }
    return switch (e) {
      case Expr.Constant(Bits v) -> new Expr.Constant(v.extract(high, low));
      case Expr.Extract(Expr inner, int _, int below) -> extract(inner, high + below, low + below);
      case Expr.Concat(Expr _, Expr right) when high < right.width() -> extract(right, high, low);
      case Expr.Concat(Expr left, Expr right) when low >= right.width() ->
          extract(left, high - right.width(), low - right.width());
      case Expr.Concat(Expr left, Expr right) ->
          concat(extract(left, high - right.width(), 0), extract(right, right.width() - 1, low));
      default -> new Expr.Extract(e, high, low);
    };
  }

  static Expr concat(Expr a, Expr b) {
    return switch (a) {
      case Expr.Constant(Bits x) when b instanceof Expr.Constant(Bits y) ->
          new Expr.Constant(x.concat(y));
      case Expr.Extract(Expr e, int high, int low)
          when b instanceof Expr.Extract(Expr f, int next, int last)
              && next == low - 1
              && e.equals(f) ->
          extract(e, high, last);
      default -> new Expr.Concat(a, b);
    };
  }

  static Expr extend(Expr e, int width, boolean signed) {
    if (width == e.width()) {
      return e;
    }
    return e instanceof Expr.Constant(Bits v)
        ? new Expr.Constant(signed ? v.sext(width) : v.zext(width))
        : new Expr.Extend(e, width, signed);
  }

  /// The same unsigned value in `width` bits: zeros in front, or the low bits.
  static Expr resize(Expr e, int width) {
    return width < e.width() ? extract(e, width - 1, 0) : extend(e, width, false);
  }

  /// `whole` with bits `high..low` replaced by `part`.
  static Expr insert(Expr whole, int high, int low, Expr part) {
    Expr result = part;
    if (high < whole.width() - 1) {
      result = concat(extract(whole, whole.width() - 1, high + 1), result);
    }
    return low > 0 ? concat(result, extract(whole, low - 1, 0)) : result;
  }
}
