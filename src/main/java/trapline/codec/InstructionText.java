package trapline.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.OperandKind;
import trapline.isa.Register;
import trapline.isa.Template;

/// Instructions by their templates: read from text, and written as text.
///
/// Reading tries every instruction, every alternative of an operand kind and every way to read an
/// operand, until the whole text is used up and the word so made decodes to that instruction. Case
/// does not matter in what a template says. Blanks may stand around punctuation.
final class InstructionText {
  private static final int MNEMONICS = 20_000;

  /// A word and how many of its bits are the instruction, or the most telling of all the failures.
  sealed interface Read {
    record Encoded(Bits word, int length) implements Read {}

    /// `at` is an offset in the text. `known` tells whether any instruction begins like that.
    record Wrong(AssemblyCode code, String message, int at, boolean known) implements Read {}
  }

  private final Codec codec;
  private final Openings openings;
  private final boolean octal;

  InstructionText(Codec codec) {
    this.codec = codec;
    openings = new Openings(codec.machine().instructions());
    int width = codec.machine().fetch().word().width();
    octal = width % 3 == 0 && width % 8 != 0;
  }

  /// Where an instruction stands, and how many addresses it takes.
  private record Place(long address, int size) {
    BigInteger origin(int after, boolean fromNext) {
      return unsigned(address).add(BigInteger.valueOf(fromNext ? size : after));
    }
  }

  private int size(Encoding encoding) {
    return Math.max(1, encoding.length() / codec.units().width());
  }

  // Writing.

  /// A number of so many bits in the notation that suits the machine's words.
  String number(Bits value) {
    return octal ? octal(value) : value.toHex();
  }

  private static String octal(Bits value) {
    return value.isZero() ? "0" : "0o" + value.value().toString(8);
  }

  /// The text of `word` at `address`; empty if no instruction is encoded so, or if the text would
  /// not give the same instruction back.
  Optional<String> write(Bits word, long address) {
    int number = codec.number(word);
    if (number == codec.size()) {
      return Optional.empty();
    }
    Instruction instruction = codec.instruction(number);
    Encoding encoding = codec.encoding(number);
    var operands = Decoder.operands(encoding, word);
    String text = write(encoding.template(), operands, new Place(address, size(encoding)));
    Bits canonical = codec.encode(instruction, operands);
    return read(text, address, name -> Optional.empty(), l -> l == encoding.length())
                instanceof Read.Encoded(var again, int _)
            && again.equals(canonical)
        ? Optional.of(text)
        : Optional.empty();
  }

  private String write(Template template, Map<Local, Bits> operands, Place address) {
    var text = new StringBuilder();
    for (Template.Part part : template.parts()) {
      switch (part) {
        case Template.Text(var literal) -> text.append(literal);
        case Template.Slot(var operand, var style) -> {
          Bits value = operands.getOrDefault(operand, Bits.zero(operand.width()));
          text.append(write(style, value, address));
        }
      }
    }
    return text.toString();
  }

  private String write(Template.Style style, Bits value, Place address) {
    return switch (style) {
      case Template.Style.RegisterName(var register) ->
          value.value().compareTo(BigInteger.valueOf(register.count())) < 0
              ? register.elementName(value.toInt())
              : value.value().toString();
      case Template.Style.BankEntry(var bank) ->
          bank.entries().entrySet().stream()
              .filter(e -> e.getValue().value().equals(value.value()))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(number(value));
      case Template.Style.EnumName(var type) -> type.nameOf(value).orElse(value.value().toString());
      case Template.Style.Kind(var kind) ->
          alternative(kind, value)
              .map(a -> write(a.template(), Decoder.operands(a, value), address))
              .orElse(number(value));
      case Template.Style.Signed() -> value.signed().toString();
      case Template.Style.Unsigned(int radix) ->
          switch (radix) {
            case 16 -> value.toHex();
            case 8 -> octal(value);
            default -> value.value().toString();
          };
      case Template.Style.Label(int scale) ->
          scale == 1 ? number(value) : number(value.width(), scale, value.value(), address.address);
      case Template.Style.Relative(int scale, int after, boolean fromNext) ->
          address
              .origin(after, fromNext)
              .add(value.signed().multiply(BigInteger.valueOf(scale)))
              .toString();
    };
  }

  private static String number(int width, int scale, BigInteger value, long address) {
    BigInteger block = BigInteger.valueOf(scale).shiftLeft(width);
    BigInteger low = value.multiply(BigInteger.valueOf(scale));
    return "0x" + unsigned(address).divide(block).multiply(block).add(low).toString(16);
  }

  private static BigInteger unsigned(long address) {
    return new BigInteger(Long.toUnsignedString(address));
  }

  /// The longest alternative whose encoding the bits of an operand are, the first of equal ones.
  private static Optional<Encoding> alternative(OperandKind kind, Bits value) {
    Encoding longest = null;
    for (OperandKind.Alternative a : kind.alternatives()) {
      Encoding e = a.encoding();
      if (e.fits(value)
          && holds(e, Decoder.operands(e, value))
          && (longest == null || e.length() > longest.length())) {
        longest = e;
      }
    }
    return Optional.ofNullable(longest);
  }

  private static boolean holds(Encoding encoding, Map<Local, Bits> operands) {
    return encoding.condition().map(c -> Evaluation.of(c, operands).isTrue()).orElse(true);
  }

  // Reading.

  /// `lengths` says how long the instruction may be.
  Read read(
      String text,
      long address,
      Function<String, Optional<BigInteger>> symbols,
      IntPredicate lengths) {
    var hopeful = new Reading(text.strip(), address, symbols, lengths);
    // A number is a name's only where no instruction takes it as a number.
    for (boolean symbolic : List.of(true, false)) {
      hopeful.symbolic = symbolic;
      for (Instruction instruction : openings.of(hopeful.text)) {
        hopeful.tryInstruction(instruction);
        if (hopeful.word != null) {
          return new Read.Encoded(hopeful.word, hopeful.length);
        }
      }
    }
    // No instruction is written so; the others only say what comes closest.
    var reading = new Reading(text.strip(), address, symbols, lengths);
    int skipped = text.indexOf(reading.text);
    codec.machine().instructions().forEach(reading::tryInstruction);
    return new Read.Wrong(
        reading.code, reading.message, skipped + Math.max(0, reading.farthest), reading.begun);
  }

  /// One attempt to read one text.
  private final class Reading {
    private final String text;
    private final long address;
    private final Function<String, Optional<BigInteger>> symbols;
    private final IntPredicate lengths;
    private @Nullable Bits word;
    private int length;

    /// Whether a signed number may wrap, since it fits nowhere otherwise.
    private boolean isLenient;

    /// Whether signed numbers must be in the range of signed ones.
    private boolean strict;

    /// Whether registers go by their names alone, so that a number is no register.
    private boolean named;

    /// Whether a number stands for nothing that has a name: no register, entry of a bank, or value
    /// of an enumeration.
    private boolean symbolic;

    /// The instruction that is tried, by one of its encodings.
    private Place place = new Place(0, 0);

    private int farthest = -1;

    /// True if some template went past its mnemonic.
    private boolean begun;

    private AssemblyCode code = AssemblyCode.ASM_UNKNOWN_INSTRUCTION;
    private String message = "no instruction is written like this";

    Reading(
        String text,
        long address,
        Function<String, Optional<BigInteger>> symbols,
        IntPredicate lengths) {
      this.text = text;
      this.address = address;
      this.symbols = symbols;
      this.lengths = lengths;
    }

    void tryInstruction(Instruction instruction) {
      for (boolean lenient : List.of(false, true)) {
        isLenient = lenient;
        for (Encoding encoding : instruction.encodings()) {
          if (word == null
              && lengths.test(encoding.length())
              && !(lenient && instruction.encodings().size() == 1)) {
            tryEncoding(instruction, encoding);
          }
        }
      }
    }

    private void tryEncoding(Instruction instruction, Encoding encoding) {
      var operands = new HashMap<Local, Bits>();
      place = new Place(address, size(encoding));
      parts(
          encoding.template().parts(),
          0,
          0,
          operands,
          end -> {
            int at = blanks(end);
            if (at < text.length() && isWord(text.charAt(at)) && at == end) {
              return false;
            }
            begun = true;
            if (at < text.length()) {
              fail(at, AssemblyCode.ASM_BAD_OPERAND, "`" + text.substring(at) + "` is too much");
              return false;
            }
            Bits encoded = Codec.encode(encoding, operands);
            if (codec.encoding(codec.number(encoded)) != encoding
                || !keeps(encoding, operands, encoded)) {
              fail(
                  at,
                  AssemblyCode.ASM_BAD_OPERAND,
                  "`" + instruction.name() + "` cannot be encoded with these operands");
              return false;
            }
            word = encoded;
            length = encoding.length();
            return true;
          });
    }

    /// Whether the word holds the operands whole; one of several lengths need not.
    private static boolean keeps(Encoding encoding, Map<Local, Bits> operands, Bits word) {
      return encoding.operands().stream()
          .allMatch(o -> {
            Bits value = operands.get(o.local());
            return value == null || o.decode(word).equals(value);
          });
    }

    /// Reads `parts` from number `i` on; `then` goes on where they end, and says whether it is
    /// done.
    private boolean parts(
        List<Template.Part> parts, int i, int at, Map<Local, Bits> operands, IntPredicate then) {
      if (i == parts.size()) {
        return then.test(at);
      }
      return switch (parts.get(i)) {
        case Template.Text(var literal) -> {
          int end = literal(literal, at);
          yield end >= 0 && parts(parts, i + 1, end, operands, then);
        }
        case Template.Slot(var operand, var style) -> {
          int start = at > 0 && !isWord(text.charAt(at - 1)) ? blanks(at) : at;
          yield slot(
              style,
              operand.width(),
              start,
              (value, end) -> {
                Bits before = operands.put(operand, value);
                boolean done =
                    (before == null || before.equals(value))
                        && parts(parts, i + 1, end, operands, then);
                if (before == null) {
                  operands.remove(operand);
                } else {
                  operands.put(operand, before);
                }
                if (done) {
                  operands.put(operand, value);
                }
                return done;
              });
        }
      };
    }

    /// Where `literal` ends when it stands at `at`, or -1.
    private int literal(String literal, int at) {
      for (int k = 0; k < literal.length(); k++) {
        char wanted = literal.charAt(k);
        if (Character.isWhitespace(wanted)) {
          int next = blanks(at);
          boolean apart =
              next > at
                  || at == 0
                  || next == text.length()
                  || !isWord(text.charAt(at - 1))
                  || !isWord(text.charAt(next));
          if (!apart) {
            fail(at, AssemblyCode.ASM_BAD_OPERAND, "a blank is missing");
            return -1;
          }
          at = next;
          begun = true;
        } else {
          if (!isWord(wanted)) {
            at = blanks(at);
          }
          if (at >= text.length() || lower(text.charAt(at)) != lower(wanted)) {
            fail(at, AssemblyCode.ASM_BAD_OPERAND, "`" + wanted + "` is missing");
            return -1;
          }
          at++;
        }
      }
      return at;
    }

    /// What goes on with the value of an operand and the place where its text ends.
    private interface Next {
      boolean test(Bits value, int end);
    }

    private boolean slot(Template.Style style, int width, int at, Next next) {
      return switch (style) {
        case Template.Style.RegisterName(var register) ->
            named(elements(register), width, at, next)
                || (!named && !symbolic && value(width, at, false, next));
        case Template.Style.BankEntry(var bank) ->
            named(bank.entries(), width, at, next) || (!symbolic && value(width, at, false, next));
        case Template.Style.EnumName(var type) ->
            named(type.values(), width, at, next) || (!symbolic && value(width, at, false, next));
        case Template.Style.Kind(var kind) -> {
          // Where a longer alternative has room for a number, a shorter one must not wrap it.
          boolean before = strict;
          boolean wasNamed = named;
          strict = strict || (kind.hasLengths() && !isLenient);
          named = named || kind.hasLengths();
          boolean done = false;
          for (var alternative : kind.alternatives()) {
            done = done || kind(kind, alternative.encoding(), at, next);
          }
          strict = before;
          named = wasNamed;
          yield done;
        }
        case Template.Style.Signed() -> value(width, at, strict, next);
        case Template.Style.Unsigned(int _) -> value(width, at, false, next);
        case Template.Style.Label(int scale) ->
            scale == 1 ? value(width, at, false, next) : label(scale, width, at, next);
        case Template.Style.Relative(int scale, int after, boolean fromNext) ->
            relative(scale, place.origin(after, fromNext), width, at, next);
      };
    }

    private boolean kind(OperandKind kind, Encoding alternative, int at, Next next) {
      var operands = new HashMap<Local, Bits>();
      return parts(
          alternative.template().parts(),
          0,
          at,
          operands,
          end -> {
            Bits bits = alternative.match();
            for (var operand : alternative.operands()) {
              Bits value = operands.get(operand.local());
              if (value != null) {
                bits = operand.encode(bits, value);
              }
            }
            return alternative(kind, bits).filter(e -> e == alternative).isPresent()
                && next.test(bits, end);
          });
    }

    /// The longest of `names` that stands at `at`, and shorter ones if that leads nowhere.
    private boolean named(Map<String, Bits> names, int width, int at, Next next) {
      var fitting = new ArrayList<String>();
      for (String name : names.keySet()) {
        if (text.regionMatches(true, at, name, 0, name.length())) {
          fitting.add(name);
        }
      }
      fitting.sort(Comparator.comparingInt(String::length).reversed());
      for (String name : fitting) {
        int end = at + name.length();
        boolean apart =
            end == text.length() || !isWord(text.charAt(end - 1)) || !isWord(text.charAt(end));
        Bits value = names.get(name);
        if (apart && value != null && fits(value.value(), width, false)) {
          if (next.test(Bits.wrap(width, value.value()), end)) {
            return true;
          }
        }
      }
      return false;
    }

    private static Map<String, Bits> elements(Register register) {
      var names = new LinkedHashMap<String, Bits>();
      for (int i = 0; i < register.count(); i++) {
        names.put(register.elementName(i), Bits.of(Integer.SIZE, i));
      }
      return names;
    }

    private boolean value(int width, int at, boolean signed, Next next) {
      begun = true;
      return switch (Expressions.read(text, at, symbols)) {
        case Expressions.Read.Wrong(var why, var what, int where) -> {
          fail(where, why, what);
          yield false;
        }
        case Expressions.Read.Value(var value, int end) -> {
          if (!fits(value, width, signed)) {
            fail(at, AssemblyCode.ASM_VALUE_TOO_LARGE, value + " does not fit " + width + " bits");
            yield false;
          }
          yield next.test(Bits.wrap(width, value), end);
        }
      };
    }

    private boolean label(int scale, int width, int at, Next next) {
      return switch (Expressions.read(text, at, symbols)) {
        case Expressions.Read.Wrong(var why, var what, int where) -> {
          fail(where, why, what);
          yield false;
        }
        case Expressions.Read.Value(var value, int end) -> {
          BigInteger[] parts = value.divideAndRemainder(BigInteger.valueOf(scale));
          if (parts[1].signum() != 0) {
            fail(at, AssemblyCode.ASM_BAD_OPERAND, value + " is no multiple of " + scale);
            yield false;
          }
          BigInteger block = BigInteger.valueOf(scale).shiftLeft(width);
          if (!value.divide(block).equals(unsigned(address).divide(block))) {
            fail(at, AssemblyCode.ASM_VALUE_TOO_LARGE, value + " is too far away from " + address);
            yield false;
          }
          yield next.test(Bits.wrap(width, parts[0]), end);
        }
      };
    }

    private boolean relative(int scale, BigInteger origin, int width, int at, Next next) {
      return switch (Expressions.read(text, at, symbols)) {
        case Expressions.Read.Wrong(var why, var what, int where) -> {
          fail(where, why, what);
          yield false;
        }
        case Expressions.Read.Value(var value, int end) -> {
          BigInteger[] distance =
              value.subtract(origin).divideAndRemainder(BigInteger.valueOf(scale));
          if (distance[1].signum() != 0) {
            fail(
                at,
                AssemblyCode.ASM_BAD_OPERAND,
                value + " is no multiple of " + scale + " away from " + origin);
            yield false;
          }
          if (!fits(distance[0], width, true)) {
            fail(at, AssemblyCode.ASM_VALUE_TOO_LARGE, value + " is too far away from " + origin);
            yield false;
          }
          yield next.test(Bits.wrap(width, distance[0]), end);
        }
      };
    }

    private void fail(int at, AssemblyCode why, String what) {
      boolean better = at > farthest || (at == farthest && code == AssemblyCode.ASM_BAD_OPERAND);
      if (better) {
        farthest = at;
        code = why;
        message = what;
      }
    }

    private int blanks(int at) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at;
    }
  }

  static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '$' || c == '%';
  }

  private static char lower(char c) {
    return Character.toLowerCase(c);
  }

  private static boolean fits(BigInteger value, int width, boolean signed) {
    if (value.signum() < 0) {
      return value.bitLength() < width;
    }
    return value.bitLength() <= (signed ? width - 1 : width);
  }

  // Mnemonics, for messages.

  /// What instructions begin with: their templates up to the first blank.
  Set<String> mnemonics() {
    var found = new LinkedHashSet<String>();
    for (Instruction instruction : codec.machine().instructions()) {
      mnemonics("", instruction.encoding().template().parts(), 0, found);
    }
    return found;
  }

  private static void mnemonics(
      String prefix, List<Template.Part> parts, int i, Set<String> found) {
    if (i == parts.size() || found.size() > MNEMONICS) {
      found.add(prefix);
      return;
    }
    switch (parts.get(i)) {
      case Template.Text(var literal) -> {
        int blank = 0;
        while (blank < literal.length() && !Character.isWhitespace(literal.charAt(blank))) {
          blank++;
        }
        String longer = prefix + literal.substring(0, blank).toLowerCase(Locale.ROOT);
        if (blank < literal.length()) {
          found.add(longer);
        } else {
          mnemonics(longer, parts, i + 1, found);
        }
      }
      case Template.Slot(var _, var style) -> {
        if (style instanceof Template.Style.Kind(var kind)) {
          for (var alternative : kind.alternatives()) {
            var whole = new ArrayList<>(alternative.encoding().template().parts());
            whole.addAll(parts.subList(i + 1, parts.size()));
            mnemonics(prefix, whole, 0, found);
          }
        } else if (!prefix.isEmpty()) {
          found.add(prefix);
        }
      }
    }
  }
}
