package trapline.bits;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/// A bit vector: an unsigned value of a known width.
///
///     Bits = (width, value)   with   1 <= width   and   0 <= value < 2^width
///
/// Arithmetic wraps. Both operands of a binary operation have the same width; anything else is a
/// caller's error (`IllegalArgumentException`), because the type checker has ruled it out. Division
/// by zero follows SMT-LIB (`FixedSizeBitVectors`): `x / 0` is all ones, `x % 0` is `x`, so that every
/// operation is total and all executors agree on it. A shift by the width or more gives zero, or
/// the sign for [#ashr].
public record Bits(int width, BigInteger value) implements Comparable<Bits> {
  public static final Bits FALSE = new Bits(1, BigInteger.ZERO);
  public static final Bits TRUE = new Bits(1, BigInteger.ONE);

  /// Of the widths that are usual.
  private static final List<BigInteger> MASKS =
      IntStream.rangeClosed(0, 256).mapToObj(Bits::newMask).toList();

  public Bits {
    if (width < 1) {
      throw new IllegalArgumentException("width " + width);
    }
    if (value.signum() < 0 || value.bitLength() > width) {
      throw new IllegalArgumentException(value + " does not fit " + width + " bits");
    }
  }

  /// The low `width` bits of `value`, negative values in two's complement.
  public static Bits of(int width, long value) {
    return wrap(width, BigInteger.valueOf(value));
  }

  /// The low `width` bits of `value`, negative values in two's complement.
  public static Bits wrap(int width, BigInteger value) {
    boolean fits = value.signum() >= 0 && value.bitLength() <= width;
    return new Bits(width, fits ? value : value.and(mask(width)));
  }

  public static Bits zero(int width) {
    return new Bits(width, BigInteger.ZERO);
  }

  public static Bits ones(int width) {
    return new Bits(width, mask(width));
  }

  public static Bits of(boolean truth) {
    return truth ? TRUE : FALSE;
  }

  /// 2^width - 1.
  public static BigInteger mask(int width) {
    return width < MASKS.size() ? MASKS.get(width) : newMask(width);
  }

  private static BigInteger newMask(int width) {
    return BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
  }

  /// The number of bits needed to index `count` elements; at least 1.
  public static int indexWidth(long count) {
    return count <= 2 ? 1 : 64 - Long.numberOfLeadingZeros(count - 1);
  }

  /// The number of bits needed to index `count` elements; at least 1.
  public static int indexWidth(BigInteger count) {
    return Math.max(1, count.subtract(BigInteger.ONE).bitLength());
  }

  public boolean isZero() {
    return value.signum() == 0;
  }

  public boolean isTrue() {
    return value.signum() != 0;
  }

  public boolean bit(int index) {
    return value.testBit(index);
  }

  /// The low 64 bits as a `long`; for widths up to 63 this is the unsigned value.
  public long toLong() {
    return value.longValue();
  }

  /// The value as an `int`; an `ArithmeticException` when it does not fit.
  public int toInt() {
    return value.intValueExact();
  }

  /// The value read as two's complement.
  public BigInteger signed() {
    return value.testBit(width - 1) ? value.subtract(BigInteger.ONE.shiftLeft(width)) : value;
  }

  public Bits add(Bits that) {
    return wrap(same(that), value.add(that.value));
  }

  public Bits sub(Bits that) {
    return wrap(same(that), value.subtract(that.value));
  }

  public Bits mul(Bits that) {
    return wrap(same(that), value.multiply(that.value));
  }

  public Bits udiv(Bits that) {
    same(that);
    return that.isZero() ? ones(width) : new Bits(width, value.divide(that.value));
  }

  public Bits urem(Bits that) {
    same(that);
    return that.isZero() ? this : new Bits(width, value.mod(that.value));
  }

  /// Signed division, towards zero. `x / 0` is 1 for a negative `x`, else all ones (SMT-LIB
  /// `bvsdiv`).
  public Bits sdiv(Bits that) {
    same(that);
    if (that.isZero()) {
      return bit(width - 1) ? of(width, 1) : ones(width);
    }
    return wrap(width, signed().divide(that.signed()));
  }

  /// Signed remainder with the sign of the dividend. `x % 0` is `x` (SMT-LIB `bvsrem`).
  public Bits srem(Bits that) {
    same(that);
    return that.isZero() ? this : wrap(width, signed().remainder(that.signed()));
  }

  public Bits and(Bits that) {
    return new Bits(same(that), value.and(that.value));
  }

  public Bits or(Bits that) {
    return new Bits(same(that), value.or(that.value));
  }

  public Bits xor(Bits that) {
    return new Bits(same(that), value.xor(that.value));
  }

  public Bits not() {
    return new Bits(width, value.xor(mask(width)));
  }

  public Bits neg() {
    return wrap(width, value.negate());
  }

  public Bits shl(Bits amount) {
    return clamped(amount) >= width ? zero(width) : wrap(width, value.shiftLeft(clamped(amount)));
  }

  public Bits lshr(Bits amount) {
    return new Bits(width, value.shiftRight(clamped(amount)));
  }

  public Bits ashr(Bits amount) {
    return wrap(width, signed().shiftRight(clamped(amount)));
  }

  public boolean ult(Bits that) {
    same(that);
    return value.compareTo(that.value) < 0;
  }

  public boolean slt(Bits that) {
    same(that);
    return signed().compareTo(that.signed()) < 0;
  }

  /// `this ++ low`: this in the high bits.
  public Bits concat(Bits low) {
    return new Bits(width + low.width, value.shiftLeft(low.width).or(low.value));
  }

  /// Bits `high..low`, both included.
  public Bits extract(int high, int low) {
    if (high >= width || low < 0 || high < low) {
      throw new IllegalArgumentException(high + ".." + low + " of " + width + " bits");
    }
    return wrap(high - low + 1, value.shiftRight(low));
  }

  /// This with bits `high..low` replaced by `part`.
  public Bits insert(int high, int low, Bits part) {
    BigInteger hole = mask(high - low + 1).shiftLeft(low);
    return new Bits(width, value.andNot(hole).or(part.value.shiftLeft(low)));
  }

  /// The same value in `to` bits: extended with zeros, or the low bits.
  public Bits zext(int to) {
    return wrap(to, value);
  }

  /// The same signed value in `to` bits: extended with the sign, or the low bits.
  public Bits sext(int to) {
    return wrap(to, signed());
  }

  @Override
  public int compareTo(Bits that) {
    return value.compareTo(that.value);
  }

  public String toHex() {
    String digits = value.toString(16);
    return "0x" + "0".repeat(Math.max(0, (width + 3) / 4 - digits.length())) + digits;
  }

  @Override
  public String toString() {
    return value + ":" + width;
  }

  private int same(Bits that) {
    if (that.width != width) {
      throw new IllegalArgumentException("widths differ: " + width + " and " + that.width);
    }
    return width;
  }

  private int clamped(Bits amount) {
    return amount.value.bitLength() > 30 ? width : Math.min(amount.value.intValue(), width);
  }
}
