// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

/// Arithmetic on words. A word of up to 64 bits is an unsigned number in a `long`.
final class Words {
  private Words() {}

  /// The low `width` bits of a.
  static long low(int width, long a) {
    return a & -1L >>> Long.SIZE - width;
  }

  /// Bits high..low of a, both included.
  static long bits(long a, int high, int low) {
    return low(high - low + 1, a >>> low);
  }

  /// `a`, where bits high..low are `part`.
  static long with(long a, int high, int low, long part) {
    long mask = low(high - low + 1, -1) << low;
    return a & ~mask | part << low & mask;
  }

  /// The low `width` bits of a, as a signed number.
  static long signed(long a, int width) {
    return a << Long.SIZE - width >> Long.SIZE - width;
  }
}
