package trapline.smt;

import java.math.BigInteger;
import trapline.bits.Bits;

/// Bounds of a term's unsigned value, both included, as far as its first few levels tell.
record Range(BigInteger least, BigInteger most) {
  private static final int LEVELS = 4;

  static Range of(Term term) {
    return of(term, LEVELS);
  }

  boolean contains(Bits value) {
    return least.compareTo(value.value()) <= 0 && value.value().compareTo(most) <= 0;
  }

  private static Range of(Term term, int levels) {
    BigInteger all = Bits.mask(term.width());
    if (term.isConstant()) {
      return new Range(term.value().value(), term.value().value());
    }
    if (levels > 0) {
      if (term.op() == Op.CONCAT) {
        Range high = of(term.argument(0), levels - 1);
        Range low = of(term.argument(1), levels - 1);
        int cut = term.argument(1).width();
        return new Range(
            high.least.shiftLeft(cut).or(low.least), high.most.shiftLeft(cut).or(low.most));
      }
      if (term.op() == Op.ITE) {
        Range one = of(term.argument(1), levels - 1);
        Range other = of(term.argument(2), levels - 1);
        return new Range(one.least.min(other.least), one.most.max(other.most));
      }
      if (term.op() == Op.AND) {
        Range one = of(term.argument(0), levels - 1);
        Range other = of(term.argument(1), levels - 1);
        return new Range(BigInteger.ZERO, one.most.min(other.most));
      }
      if (term.op() == Op.UREM && !BitwiseRules.isZero(term.argument(1))) {
        Range dividend = of(term.argument(0), levels - 1);
        Range divisor = of(term.argument(1), levels - 1);
        return divisor.least.signum() == 0
            ? new Range(BigInteger.ZERO, dividend.most)
            : new Range(BigInteger.ZERO, dividend.most.min(divisor.most.subtract(BigInteger.ONE)));
      }
      if (term.op() == Op.UDIV || term.op() == Op.LSHR) {
        Range dividend = of(term.argument(0), levels - 1);
        boolean grows =
            term.op() == Op.UDIV && of(term.argument(1), levels - 1).least.signum() == 0;
        return new Range(BigInteger.ZERO, grows ? all : dividend.most);
      }
    }
    return new Range(BigInteger.ZERO, all);
  }
}
