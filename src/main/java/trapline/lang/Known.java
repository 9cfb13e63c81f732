package trapline.lang;

import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Local;

/// What is known of an expression's value when some bits of a word are not: the bits of `mask`, and
/// what they are.
///
/// Sound, not complete: a bit that is not known may be the same whatever the word is.
record Known(Bits mask, Bits value) {
  private static Known all(Bits value) {
    return new Known(Bits.ones(value.width()), value);
  }

  private static Known nothing(int width) {
    return new Known(Bits.zero(width), Bits.zero(width));
  }

  private boolean isWhole() {
    return mask.equals(Bits.ones(mask.width()));
  }

  boolean isTrue() {
    return mask.equals(Bits.TRUE) && value.isTrue();
  }

  boolean isFalse() {
    return mask.equals(Bits.TRUE) && !value.isTrue();
  }

  /// Of an expression over `local`, of which this much is known.
  static Known of(Expr e, Local local, Known word) {
    return switch (e) {
      case Local l -> l == local ? word : nothing(l.width());
      case Expr.Constant(Bits v) -> all(v);
      case Expr.Extract(Expr x, int high, int low) -> {
        Known k = of(x, local, word);
        yield new Known(k.mask.extract(high, low), k.value.extract(high, low));
      }
      case Expr.Concat(Expr x, Expr y) -> {
        Known high = of(x, local, word);
        Known low = of(y, local, word);
        yield new Known(high.mask.concat(low.mask), high.value.concat(low.value));
      }
      case Expr.Unary(Expr.UnaryOp op, Expr x) -> {
        Known k = of(x, local, word);
        yield op == Expr.UnaryOp.NOT
            ? new Known(k.mask, k.value.not().and(k.mask))
            : k.isWhole() ? all(k.value.neg()) : nothing(x.width());
      }
      case Expr.Binary(Expr.BinaryOp op, Expr x, Expr y) -> binary(op, x, y, e, local, word);
      case Expr.Extend(Expr x, int width, boolean signed) -> {
        Known k = of(x, local, word);
        yield signed
            ? new Known(k.mask.sext(width), k.value.sext(width))
            : new Known(k.mask.not().zext(width).not(), k.value.zext(width));
      }
      case Expr.Conditional(Expr c, Expr x, Expr y) -> {
        Known k = of(c, local, word);
        yield k.isTrue()
            ? of(x, local, word)
            : k.isFalse() ? of(y, local, word) : either(of(x, local, word), of(y, local, word));
      }
      case Expr.RegisterRead _, Expr.MemoryRead _, Expr.PortPeek _, Expr.Unspecified _ ->
          nothing(e.width());
    };
  }

  private static Known either(Known x, Known y) {
    Bits same = x.mask.and(y.mask).and(x.value.xor(y.value).not());
    return new Known(same, x.value.and(same));
  }

  private static Known binary(
      Expr.BinaryOp op, Expr x, Expr y, Expr whole, Local local, Known word) {
    Known a = of(x, local, word);
    if ((op == Expr.BinaryOp.AND && a.isFalse()) || (op == Expr.BinaryOp.OR && a.isTrue())) {
      return a;
    }
    Known b = of(y, local, word);
    Bits both = a.mask.and(b.mask);
    return switch (op) {
      case AND -> {
        Bits zero = a.mask.and(a.value.not()).or(b.mask.and(b.value.not()));
        yield new Known(both.or(zero), a.value.and(b.value));
      }
      case OR -> {
        Bits one = a.value.or(b.value);
        yield new Known(both.or(one), one);
      }
      case XOR -> new Known(both, a.value.xor(b.value).and(both));
      case EQ -> {
        Bits differ = a.value.xor(b.value).and(both);
        yield !differ.isZero()
            ? all(Bits.FALSE)
            : a.isWhole() && b.isWhole() ? all(Bits.TRUE) : nothing(1);
      }
      default ->
          a.isWhole() && b.isWhole()
              ? all(Fold.compute(op, a.value, b.value))
              : nothing(whole.width());
    };
  }
}
