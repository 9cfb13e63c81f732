package trapline.report;

import java.math.BigInteger;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Machine;

/// How the values of one machine are written: in octal where its words are made of three-bit digits
/// and not of bytes, else in hexadecimal; values of up to four bits in decimal.
public record Numerals(int radix) {
  public static Numerals of(Machine machine) {
    int width = machine.fetch().word().width();
    return new Numerals(width % 3 == 0 && width % 8 != 0 ? 8 : 16);
  }

  public String show(Bits value) {
    if (value.width() <= 4 || value.value().compareTo(BigInteger.TEN) < 0) {
      return value.value().toString();
    }
    return prefix() + value.value().toString(radix);
  }

  /// All digits of `value`, leading zeros too.
  public String full(Bits value) {
    int bitsPerDigit = radix == 8 ? 3 : 4;
    String digits = value.value().toString(radix);
    int length = (value.width() + bitsPerDigit - 1) / bitsPerDigit;
    return prefix() + "0".repeat(Math.max(0, length - digits.length())) + digits;
  }

  public String show(Field field, Bits value) {
    return field.type().flatMap(t -> t.nameOf(value)).orElseGet(() -> show(value));
  }

  public String index(long index) {
    return Long.compareUnsigned(index, 10) < 0
        ? Long.toString(index)
        : prefix() + Long.toUnsignedString(index, radix);
  }

  /// A number without a width.
  static String hex(BigInteger value) {
    return "0x" + value.toString(16);
  }

  static String plain(BigInteger value) {
    return value.compareTo(BigInteger.TEN) < 0 ? value.toString() : hex(value);
  }

  /// Reads what any of these wrote.
  public static Optional<BigInteger> parse(String text) {
    try {
      String lower = text.replace("_", "").toLowerCase(java.util.Locale.ROOT);
      if (lower.startsWith("0x")) {
        return Optional.of(new BigInteger(lower.substring(2), 16));
      }
      if (lower.startsWith("0o")) {
        return Optional.of(new BigInteger(lower.substring(2), 8));
      }
      if (lower.startsWith("0b")) {
        return Optional.of(new BigInteger(lower.substring(2), 2));
      }
      return Optional.of(new BigInteger(lower));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private String prefix() {
    return radix == 8 ? "0o" : "0x";
  }
}
