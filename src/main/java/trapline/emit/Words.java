package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The arithmetic that emitted code calls, method by method; of these a file gets what it needs.
final class Words {
  private static final Map<String, String> NARROW = new LinkedHashMap<>();
  private static final Map<String, String> WIDE = new LinkedHashMap<>();

  static {
    NARROW.put(
        "low",
        """
        /// The low `width` bits of a.
        static long low(int width, long a) {
          return a & -1L >>> Long.SIZE - width;
        }
        """);
    NARROW.put(
        "bits",
        """
        /// Bits high..low of a, both included.
        static long bits(long a, int high, int low) {
          return low(high - low + 1, a >>> low);
        }
        """);
    NARROW.put(
        "with",
        """
        /// `a`, where bits high..low are `part`.
        static long with(long a, int high, int low, long part) {
          long mask = low(high - low + 1, -1) << low;
          return a & ~mask | part << low & mask;
        }
        """);
    NARROW.put(
        "bit",
        """
        static long bit(boolean truth) {
          return truth ? 1 : 0;
        }
        """);
    NARROW.put(
        "signed",
        """
        /// The low `width` bits of a, as a signed number.
        static long signed(long a, int width) {
          return a << Long.SIZE - width >> Long.SIZE - width;
        }
        """);
    NARROW.put(
        "shl",
        """
        static long shl(long a, long amount, int width) {
          return Long.compareUnsigned(amount, width) >= 0 ? 0 : low(width, a << amount);
        }
        """);
    NARROW.put(
        "lshr",
        """
        static long lshr(long a, long amount) {
          return Long.compareUnsigned(amount, Long.SIZE) >= 0 ? 0 : a >>> amount;
        }
        """);
    NARROW.put(
        "ashr",
        """
        static long ashr(long a, long amount, int width) {
          int by = Long.compareUnsigned(amount, Long.SIZE) >= 0 ? Long.SIZE - 1 : (int) amount;
          return low(width, signed(a, width) >> by);
        }
        """);
    NARROW.put(
        "udiv",
        """
        /// Unsigned; by zero: all ones.
        static long udiv(long a, long b, int width) {
          return b == 0 ? low(width, -1) : Long.divideUnsigned(a, b);
        }
        """);
    NARROW.put(
        "urem",
        """
        /// Unsigned; by zero: a.
        static long urem(long a, long b) {
          return b == 0 ? a : Long.remainderUnsigned(a, b);
        }
        """);
    NARROW.put(
        "sdiv",
        """
        /// Signed, towards zero; by zero: 1 if a is negative, else -1.
        static long sdiv(long a, long b, int width) {
          if (b == 0) {
            return signed(a, width) < 0 ? 1 : low(width, -1);
          }
          return low(width, signed(a, width) / signed(b, width));
        }
        """);
    NARROW.put(
        "srem",
        """
        /// Signed, with the sign of a; by zero: a.
        static long srem(long a, long b, int width) {
          return b == 0 ? a : low(width, signed(a, width) % signed(b, width));
        }
        """);
    WIDE.put(
        "wide",
        """
        /// A value of up to 64 bits, in more.
        static BigInteger wide(long a) {
          return new BigInteger(Long.toUnsignedString(a));
        }

        static BigInteger wide(BigInteger a) {
          return a;
        }
        """);
    WIDE.put(
        "low",
        """
        static BigInteger low(int width, BigInteger a) {
          return a.and(BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE));
        }
        """);
    WIDE.put(
        "bits",
        """
        /// Bits high..low of a, at most 64.
        static long bits(BigInteger a, int high, int low) {
          return low(high - low + 1, a.shiftRight(low)).longValue();
        }
        """);
    WIDE.put(
        "wideBits",
        """
        /// Bits high..low of a, more than 64.
        static BigInteger wideBits(BigInteger a, int high, int low) {
          return low(high - low + 1, a.shiftRight(low));
        }
        """);
    WIDE.put(
        "with",
        """
        static BigInteger with(BigInteger a, int high, int low, BigInteger part) {
          BigInteger mask = low(high - low + 1, BigInteger.ONE.negate()).shiftLeft(low);
          return a.andNot(mask).or(part.shiftLeft(low).and(mask));
        }
        """);
    WIDE.put(
        "signed",
        """
        static BigInteger signed(BigInteger a, int width) {
          return a.testBit(width - 1) ? a.subtract(BigInteger.ONE.shiftLeft(width)) : a;
        }
        """);
    WIDE.put(
        "shl",
        """
        static BigInteger shl(BigInteger a, long amount, int width) {
          return Long.compareUnsigned(amount, width) >= 0
              ? BigInteger.ZERO
              : low(width, a.shiftLeft((int) amount));
        }
        """);
    WIDE.put(
        "lshr",
        """
        static BigInteger lshr(BigInteger a, long amount, int width) {
          return Long.compareUnsigned(amount, width) >= 0
              ? BigInteger.ZERO
              : a.shiftRight((int) amount);
        }
        """);
    WIDE.put(
        "ashr",
        """
        static BigInteger ashr(BigInteger a, long amount, int width) {
          int by = Long.compareUnsigned(amount, width) >= 0 ? width : (int) amount;
          return low(width, signed(a, width).shiftRight(by));
        }
        """);
    WIDE.put(
        "udiv",
        """
        static BigInteger udiv(BigInteger a, BigInteger b, int width) {
          return b.signum() == 0 ? low(width, BigInteger.ONE.negate()) : a.divide(b);
        }
        """);
    WIDE.put(
        "urem",
        """
        static BigInteger urem(BigInteger a, BigInteger b) {
          return b.signum() == 0 ? a : a.mod(b);
        }
        """);
    WIDE.put(
        "sdiv",
        """
        static BigInteger sdiv(BigInteger a, BigInteger b, int width) {
          if (b.signum() == 0) {
            return a.testBit(width - 1) ? BigInteger.ONE : low(width, BigInteger.ONE.negate());
          }
          return low(width, signed(a, width).divide(signed(b, width)));
        }
        """);
    WIDE.put(
        "srem",
        """
        static BigInteger srem(BigInteger a, BigInteger b, int width) {
          return b.signum() == 0 ? a : low(width, signed(a, width).remainder(signed(b, width)));
        }
        """);
    WIDE.put(
        "toIndex",
        """
        /// As an index: what is too large for any is the largest.
        static long toIndex(BigInteger a) {
          return a.bitLength() > Long.SIZE ? -1 : a.longValue();
        }
        """);
  }

  /// What the methods are called: no name for anything else.
  static final Set<String> NAMES =
      java.util.stream.Stream.concat(NARROW.keySet().stream(), WIDE.keySet().stream())
          .collect(java.util.stream.Collectors.toUnmodifiableSet());

  private Words() {}

  /// The class, with the methods that `users` call and those that these call.
  static String of(List<String> users) {
    boolean wide = users.stream().anyMatch(u -> u.contains("BigInteger"));
    String text = String.join("\n", users);
    List<String> parts = new ArrayList<>();
    String all = text;
    for (boolean grows = true; grows; ) {
      List<String> needed = new ArrayList<>();
      add(NARROW, all, needed);
      if (wide) {
        add(WIDE, all, needed);
      }
      grows = needed.size() > parts.size();
      parts = needed;
      all = text + String.join("\n", needed);
    }
    Source source = new Source();
    source.doc(
        "Arithmetic on words. A word of up to 64 bits is an unsigned number in a `long`"
            + (wide ? ", a wider one a `BigInteger`." : "."));
    source.open("final class Words");
    source.line("private Words() {}");
    for (String part : parts) {
      source.blank().lines(part);
    }
    source.close();
    return source.toString();
  }

  private static void add(Map<String, String> methods, String text, List<String> to) {
    methods.forEach((name, method) -> {
      if (text.matches("(?s).*\\b" + name + "\\(.*")) {
        to.add(method);
      }
    });
  }
}
