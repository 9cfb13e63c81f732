package trapline.codec;

import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Function;

/// Numbers in assembly text.
///
///     sum     = and (('|' | '^') and)*        and = shift ('&' shift)*
///     shift   = add (('<<' | '>>') add)*      add = mul (('+' | '-') mul)*
///     mul     = unary (('*' | '/' | '%') unary)*
///     unary   = ('-' | '~') unary | number | symbol | '.' | 'c' | '(' sum ')'
///
/// Numbers are decimal, `0x…`, `0o…` or `0b…`, with `_` between digits. Values are unbounded; the
/// place they go to has a width.
final class Expressions {
  /// A value and where its text ends, or what is wrong and where.
  sealed interface Read {
    record Value(BigInteger value, int end) implements Read {}

    record Wrong(AssemblyCode code, String message, int at) implements Read {}
  }

  private static final class Failure extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Read.Wrong wrong;

    Failure(AssemblyCode code, String message, int at) {
      super(message, null, false, false);
      wrong = new Read.Wrong(code, message, at);
    }
  }

  private static final int DEPTH = 200;

  private final String text;
  private final Function<String, Optional<BigInteger>> symbols;
  private int at;
  private int depth;

  private Expressions(String text, int at, Function<String, Optional<BigInteger>> symbols) {
    this.text = text;
    this.at = at;
    this.symbols = symbols;
  }

  /// Reads the longest expression at `at`; `symbols` knows names, and `.`.
  static Read read(String text, int at, Function<String, Optional<BigInteger>> symbols) {
    var expressions = new Expressions(text, at, symbols);
    try {
      BigInteger value = expressions.or();
      return new Read.Value(value, expressions.at);
    } catch (Failure failure) {
      return failure.wrong;
    }
  }

  static boolean startsName(char c) {
    return Character.isLetter(c) || c == '_' || c == '$' || c == '%';
  }

  static boolean inName(char c) {
    return startsName(c) || Character.isDigit(c) || c == '.';
  }

  /// Where the name at `at` ends; `at` itself if there is none.
  static int endOfName(String text, int at) {
    int end = at;
    if (end < text.length() && startsName(text.charAt(end))) {
      while (end < text.length() && inName(text.charAt(end))) {
        end++;
      }
    }
    return end;
  }

  private BigInteger or() throws Failure {
    BigInteger value = and();
    while (true) {
      if (operator("|")) {
        value = value.or(and());
      } else if (operator("^")) {
        value = value.xor(and());
      } else {
        return value;
      }
    }
  }

  private BigInteger and() throws Failure {
    BigInteger value = shift();
    while (operator("&")) {
      value = value.and(shift());
    }
    return value;
  }

  private BigInteger shift() throws Failure {
    BigInteger value = add();
    while (true) {
      if (operator("<<")) {
        value = value.shiftLeft(amount(add()));
      } else if (operator(">>")) {
        value = value.shiftRight(amount(add()));
      } else {
        return value;
      }
    }
  }

  private int amount(BigInteger by) throws Failure {
    if (by.signum() < 0 || by.bitLength() > 10) {
      throw wrong("a shift by " + by);
    }
    return by.intValue();
  }

  private BigInteger add() throws Failure {
    BigInteger value = multiply();
    while (true) {
      if (operator("+")) {
        value = value.add(multiply());
      } else if (operator("-")) {
        value = value.subtract(multiply());
      } else {
        return value;
      }
    }
  }

  private BigInteger multiply() throws Failure {
    BigInteger value = unary();
    while (true) {
      if (operator("*")) {
        value = value.multiply(unary());
      } else if (operator("/")) {
        value = value.divide(divisor());
      } else if (operator("%")) {
        value = value.remainder(divisor());
      } else {
        return value;
      }
    }
  }

  private BigInteger divisor() throws Failure {
    BigInteger by = unary();
    if (by.signum() == 0) {
      throw wrong("a division by zero");
    }
    return by;
  }

  private BigInteger unary() throws Failure {
    if (++depth > DEPTH) {
      throw wrong("an expression nested too deep");
    }
    try {
      blanks();
      int start = at;
      if (at >= text.length()) {
        throw wrong("a number or a label is missing");
      }
      char c = text.charAt(at);
      if (c == '-') {
        at++;
        return unary().negate();
      }
      if (c == '~') {
        at++;
        return unary().not();
      }
      if (c == '(') {
        at++;
        BigInteger value = or();
        if (!operator(")")) {
          throw wrong("a `)` is missing");
        }
        return value;
      }
      if (c == '\'') {
        return character();
      }
      if (Character.isDigit(c)) {
        return number();
      }
      int end = c == '.' ? at + 1 : endOfName(text, at);
      if (end == start) {
        throw wrong("`" + c + "` begins no number and no label");
      }
      String name = text.substring(start, end);
      at = end;
      Optional<BigInteger> value = symbols.apply(name);
      if (value.isEmpty()) {
        throw new Failure(AssemblyCode.ASM_UNKNOWN_SYMBOL, "`" + name + "` is not defined", start);
      }
      return value.get();
    } finally {
      depth--;
    }
  }

  private BigInteger character() throws Failure {
    if (at + 2 < text.length() && text.charAt(at + 1) == '\\' && at + 3 < text.length()) {
      int value = escaped(text.charAt(at + 2));
      if (value >= 0 && text.charAt(at + 3) == '\'') {
        at += 4;
        return BigInteger.valueOf(value);
      }
    } else if (at + 2 < text.length() && text.charAt(at + 2) == '\'') {
      at += 3;
      return BigInteger.valueOf(text.charAt(at - 2));
    }
    throw wrong("a character is written 'c'");
  }

  /// What `\c` stands for in a character or string, or -1.
  static int escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '0' -> 0;
      case '\\', '\'', '"' -> c;
      default -> -1;
    };
  }

  private BigInteger number() throws Failure {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    String digits = text.substring(start, at).replace("_", "").toLowerCase(java.util.Locale.ROOT);
    int radix =
        digits.startsWith("0x")
            ? 16
            : digits.startsWith("0o") ? 8 : digits.startsWith("0b") ? 2 : 10;
    try {
      return new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    } catch (NumberFormatException e) {
      throw new Failure(
          AssemblyCode.ASM_BAD_EXPRESSION,
          "`" + text.substring(start, at) + "` is not a number",
          start);
    }
  }

  private boolean operator(String operator) {
    int before = at;
    blanks();
    if (text.startsWith(operator, at)) {
      at += operator.length();
      return true;
    }
    at = before;
    return false;
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private Failure wrong(String message) {
    return new Failure(AssemblyCode.ASM_BAD_EXPRESSION, message, at);
  }
}
