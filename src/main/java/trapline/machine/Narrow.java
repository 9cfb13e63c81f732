package trapline.machine;

import java.math.BigInteger;

/// Operations on values of at most 64 bits, held zero-extended in a `long`, that take more than a
/// few bytecodes. Shift amounts have been clamped to the width by [#amount] or [Wide#amount].
final class Narrow {
  private Narrow() {}

  static long mask(int width) {
    return -1L >>> (Long.SIZE - width);
  }

  /// The signed value of the low `width` bits.
  static long signed(long a, int width) {
    int unused = Long.SIZE - width;
    return a << unused >> unused;
  }

  static long udiv(long a, long b, int width) {
    return b == 0 ? mask(width) : Long.divideUnsigned(a, b);
  }

  static long urem(long a, long b) {
    return b == 0 ? a : Long.remainderUnsigned(a, b);
  }

  static long sdiv(long a, long b, int width) {
    long dividend = signed(a, width);
    if (b == 0) {
      return dividend < 0 ? 1 : mask(width);
    }
    return dividend / signed(b, width) & mask(width);
  }

  static long srem(long a, long b, int width) {
    return b == 0 ? a : signed(a, width) % signed(b, width) & mask(width);
  }

  static long shl(long a, int amount, int width) {
    return amount >= width ? 0 : a << amount & mask(width);
  }

  static long lshr(long a, int amount) {
    return amount >= Long.SIZE ? 0 : a >>> amount;
  }

  static long ashr(long a, int amount, int width) {
    return signed(a, width) >> Math.min(amount, Long.SIZE - 1) & mask(width);
  }

  static int amount(long amount, int width) {
    return amount < 0 || amount > width ? width : (int) amount;
  }

  // Indices: unsigned, up to `last`.

  static int index(long index, long last, String of) {
    return (int) longIndex(index, last, of);
  }

  static long longIndex(long index, long last, String of) {
    if (Long.compareUnsigned(index, last) > 0) {
      throw outOfRange(Long.toUnsignedString(index), last, of);
    }
    return index;
  }

  static long index(BigInteger index, long last, String of) {
    if (index.bitLength() > Long.SIZE || Long.compareUnsigned(index.longValue(), last) > 0) {
      throw outOfRange(index.toString(), last, of);
    }
    return index.longValue();
  }

  static Fault unpredictable(String message) {
    return Fault.unpredictable(message);
  }

  static Fault endless(String what) {
    return new Fault("does not end: " + what);
  }

  private static Fault outOfRange(String index, long last, String of) {
    return new Fault(
        "index " + index + " is out of range of `" + of + "`, 0.." + Long.toUnsignedString(last));
  }
}
