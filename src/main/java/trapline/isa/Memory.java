package trapline.isa;

import java.math.BigInteger;
import trapline.bits.Bits;
import trapline.diag.Span;

/// Physical storage: `count` cells of `width` bits, zero at reset.
///
/// At most 2^64 cells, so that a `long` names each of them when it is read as unsigned.
public record Memory(String name, BigInteger count, int width, Role role, Span span) {
  public static final BigInteger MOST = BigInteger.ONE.shiftLeft(Long.SIZE);

  public Memory {
    if (count.signum() <= 0 || count.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(name + " of " + count + " cells");
    }
  }

  /// The width of an index expression that can name every cell.
  public int indexWidth() {
    return Bits.indexWidth(count);
  }

  /// The index of the last cell, an unsigned number.
  public long last() {
    return count.longValue() - 1;
  }

  /// Whether there is a cell of this unsigned number.
  public boolean has(long index) {
    return Long.compareUnsigned(index, last()) <= 0;
  }

  public boolean has(BigInteger index) {
    return index.signum() >= 0 && index.compareTo(count) < 0;
  }

  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
