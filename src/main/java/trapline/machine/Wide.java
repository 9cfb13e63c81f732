package trapline.machine;

import java.math.BigInteger;
import trapline.bits.Bits;

/// Operations on values of more than 64 bits, held as unsigned `BigInteger`s, and the ways between
/// them and narrow ones. The names are those of [Bits], whose arithmetic this is.
final class Wide {
  private Wide() {}

  static BigInteger of(long narrow) {
    return Layout.unsigned(narrow);
  }

  static BigInteger signed(BigInteger a, int width) {
    return a.testBit(width - 1) ? a.subtract(BigInteger.ONE.shiftLeft(width)) : a;
  }

  static BigInteger not(BigInteger a, int width) {
    return a.xor(Bits.mask(width));
  }

  static BigInteger neg(BigInteger a, int width) {
    return wrap(a.negate(), width);
  }

  static BigInteger add(BigInteger a, BigInteger b, int width) {
    return wrap(a.add(b), width);
  }

  static BigInteger sub(BigInteger a, BigInteger b, int width) {
    return wrap(a.subtract(b), width);
  }

  static BigInteger mul(BigInteger a, BigInteger b, int width) {
    return wrap(a.multiply(b), width);
  }

  static BigInteger udiv(BigInteger a, BigInteger b, int width) {
    return b.signum() == 0 ? Bits.mask(width) : a.divide(b);
  }

  static BigInteger urem(BigInteger a, BigInteger b, int width) {
    return b.signum() == 0 ? a : a.mod(b);
  }

  static BigInteger sdiv(BigInteger a, BigInteger b, int width) {
    if (b.signum() == 0) {
      return a.testBit(width - 1) ? BigInteger.ONE : Bits.mask(width);
    }
    return wrap(signed(a, width).divide(signed(b, width)), width);
  }

  static BigInteger srem(BigInteger a, BigInteger b, int width) {
    return b.signum() == 0 ? a : wrap(signed(a, width).remainder(signed(b, width)), width);
  }

  static BigInteger and(BigInteger a, BigInteger b, int width) {
    return a.and(b);
  }

  static BigInteger or(BigInteger a, BigInteger b, int width) {
    return a.or(b);
  }

  static BigInteger xor(BigInteger a, BigInteger b, int width) {
    return a.xor(b);
  }

  static BigInteger shl(BigInteger a, int amount, int width) {
    return amount >= width ? BigInteger.ZERO : wrap(a.shiftLeft(amount), width);
  }

  static BigInteger lshr(BigInteger a, int amount, int width) {
    return a.shiftRight(amount);
  }

  static BigInteger ashr(BigInteger a, int amount, int width) {
    return wrap(signed(a, width).shiftRight(amount), width);
  }

  /// Negative, zero or positive, as for a comparator.
  static int compare(BigInteger a, BigInteger b) {
    return a.compareTo(b);
  }

  static int compareSigned(BigInteger a, BigInteger b, int width) {
    return signed(a, width).compareTo(signed(b, width));
  }

  static int amount(BigInteger amount, int width) {
    return amount.bitLength() > 31 ? width : (int) Math.min(amount.longValue(), width);
  }

  static long extractNarrow(BigInteger a, int low, int width) {
    return a.shiftRight(low).longValue() & Narrow.mask(width);
  }

  static BigInteger extract(BigInteger a, int low, int width) {
    return wrap(a.shiftRight(low), width);
  }

  static BigInteger concat(BigInteger high, BigInteger low, int lowWidth) {
    return high.shiftLeft(lowWidth).or(low);
  }

  static BigInteger sext(BigInteger a, int from, int to) {
    return wrap(signed(a, from), to);
  }

  static BigInteger sext(long a, int from, int to) {
    return wrap(BigInteger.valueOf(Narrow.signed(a, from)), to);
  }

  private static BigInteger wrap(BigInteger a, int width) {
    return a.and(Bits.mask(width));
  }
}
