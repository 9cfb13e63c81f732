package trapline.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.isa.Fetch;

/// Assembly text to storage.
///
///     line      = (label ':')* [statement] [(';' | '//') comment]
///     statement = instruction                     by the templates of the machine
///               | name '=' expression
///               | '.org' expression | '.align' expression | '.zero' expression
///               | '.word' expressions             one instruction word each, or one unit of several
///               | '.u8', '.u16', … expressions    so many bits each
///               | '.cell' expressions             what one address names, each (also '.byte')
///               | '.ascii' string | '.asciz' string       a character per address
///               | '.packed' string                7-bit characters, as many as fit a cell, left first
///               | '.sixbit' string                6-bit characters likewise
///
/// Expressions are those of [Expressions]; `.` is the address of the statement. Labels and names may
/// be used before they are defined, except where a place depends on them. Where an instruction may
/// be encoded in several lengths, each takes the shortest that reaches, by growing until all do. Mistakes are diagnostics
/// with their place in the text; nothing is thrown.
public final class Assembler {
  private static final long MOST = 1L << 24;

  /// How often instructions may grow before what is left is told as a mistake.
  private static final int ROUNDS = 200;

  private final Codec codec;
  private final InstructionText instructions;
  private final Fetch.Units units;
  private final int cellWidth;
  private final int unitWidth;
  private final int cellsPerWord;
  private final boolean isPiecewise;

  Assembler(Codec codec) {
    this.codec = codec;
    instructions = codec.text();
    units = codec.units();
    cellWidth = units.width();
    Fetch fetch = codec.machine().fetch();
    unitWidth = fetch.unit().width();
    cellsPerWord = Math.max(1, unitWidth / cellWidth);
    isPiecewise = fetch.isPiecewise();
  }

  /// What became of a text.
  public sealed interface Assembly {
    record Assembled(Image image) implements Assembly {}

    record Rejected(List<Diagnostic> diagnostics) implements Assembly {}
  }

  /// A line of assembly, and where its first character stands.
  public record Line(String text, Span start) {}

  /// Assembles `source` from the address `origin` on.
  public Assembly assemble(SourceFile source, long origin) {
    var lines = new ArrayList<Line>();
    int start = 0;
    for (String text : source.text().split("\n", -1)) {
      lines.add(new Line(text, new Span(source, start, start + text.length())));
      start += text.length() + 1;
    }
    return assemble(lines, origin, Map.of());
  }

  /// Assembles `lines` from the address `origin` on; `known` symbols are defined before.
  public Assembly assemble(List<Line> lines, long origin, Map<String, BigInteger> known) {
    return new Pass(origin, known).run(lines);
  }

  /// A statement and the address it goes to; of an instruction, how many bits it takes.
  private record Placed(Line line, String text, int column, long address, int length) {}

  private sealed interface Symbol {
    record Value(BigInteger value) implements Symbol {}

    record Expression(Placed at, int from) implements Symbol {}
  }

  private final class Pass {
    private final Map<String, Symbol> symbols = new LinkedHashMap<>();
    private final Map<String, Span> defined = new LinkedHashMap<>();
    private final Set<String> underway = new LinkedHashSet<>();
    private final List<Placed> statements = new ArrayList<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final List<Image.Cell> cells = new ArrayList<>();
    private final long origin;
    private final Map<String, BigInteger> known;

    /// How many bits each instruction takes, in order, so far.
    private final List<Integer> lengths = new ArrayList<>();

    /// What symbols stood for when instructions were last laid out.
    private Map<String, BigInteger> before = Map.of();

    private int instructionsMet;
    private long address;

    Pass(long origin, Map<String, BigInteger> known) {
      this.origin = origin;
      this.known = known;
    }

    Assembly run(List<Line> lines) {
      boolean grows = true;
      for (int round = 0; grows && round < ROUNDS; round++) {
        List<Integer> last = List.copyOf(lengths);
        layOut(lines);
        grows = isPiecewise && !last.equals(lengths);
      }
      if (diagnostics.isEmpty()) {
        statements.forEach(this::emit);
      }
      if (!diagnostics.isEmpty()) {
        return new Assembly.Rejected(List.copyOf(diagnostics));
      }
      var values = new LinkedHashMap<String, BigInteger>();
      symbols.forEach((name, symbol) -> value(name).ifPresent(v -> values.put(name, v)));
      return new Assembly.Assembled(new Image(cells, values));
    }

    // First: where everything goes.

    private void layOut(List<Line> lines) {
      var values = new LinkedHashMap<String, BigInteger>();
      if (!lengths.isEmpty()) {
        List<Diagnostic> kept = List.copyOf(diagnostics);
        symbols.keySet().forEach(name -> value(name).ifPresent(v -> values.put(name, v)));
        diagnostics.clear();
        diagnostics.addAll(kept);
      }
      before = values;
      symbols.clear();
      defined.clear();
      statements.clear();
      diagnostics.clear();
      instructionsMet = 0;
      address = origin;
      known.forEach((name, value) -> symbols.put(name, new Symbol.Value(value)));
      lines.forEach(this::place);
    }

    /// How many bits the next instruction takes: at least as many as in the last round, and as it
    /// takes with what symbols stood for then.
    private int length(Placed placed) {
      int number = instructionsMet++;
      int least = number < lengths.size() ? lengths.get(number) : unitWidth;
      if (isPiecewise) {
        String text = placed.text.substring(placed.column);
        Function<String, Optional<BigInteger>> guess =
            name -> Optional.of(before.getOrDefault(name, BigInteger.valueOf(placed.address)));
        if (instructions.read(text, placed.address, guess, l -> l >= least)
            instanceof InstructionText.Read.Encoded(var _, int length)) {
          set(number, length);
          return length;
        }
      }
      set(number, least);
      return least;
    }

    private void set(int number, int length) {
      if (number < lengths.size()) {
        lengths.set(number, length);
      } else {
        lengths.add(length);
      }
    }

    private void place(Line line) {
      String text = withoutComment(line.text());
      int at = blanks(text, 0);
      while (true) {
        int end = Expressions.endOfName(text, at);
        int colon = blanks(text, end);
        if (end == at || colon >= text.length() || text.charAt(colon) != ':') {
          break;
        }
        define(line, text.substring(at, end), at, new Symbol.Value(BigInteger.valueOf(address)));
        at = blanks(text, colon + 1);
      }
      if (at == text.length()) {
        return;
      }
      var placed = new Placed(line, text, at, address, 0);
      int end = Expressions.endOfName(text, at);
      int equals = blanks(text, end);
      if (end > at && equals < text.length() && text.charAt(equals) == '=') {
        define(line, text.substring(at, end), at, new Symbol.Expression(placed, equals + 1));
        return;
      }
      if (text.charAt(at) == '.') {
        directive(placed);
      } else {
        int length = length(placed);
        statements.add(new Placed(line, text, at, address, length));
        address += Math.max(1, length / cellWidth);
      }
    }

    private void define(Line line, String name, int at, Symbol symbol) {
      Span span = span(line, at, at + name.length());
      Span before = defined.putIfAbsent(name, span);
      if (before != null) {
        diagnostics.add(
            Diagnostic.of(
                    AssemblyCode.ASM_DUPLICATE_SYMBOL,
                    "`" + name + "` is defined twice",
                    span,
                    "again here")
                .with(before, "first here")
                .help("give one of them another name"));
        return;
      }
      symbols.put(name, symbol);
    }

    private void directive(Placed placed) {
      String name = word(placed);
      int at = placed.column + name.length();
      switch (name) {
        case ".org" -> now(placed, at).ifPresent(to -> address = to);
        case ".align" ->
            now(placed, at)
                .ifPresent(to -> address = to == 0 ? address : (address + to - 1) / to * to);
        case ".zero", ".space" -> {
          statements.add(placed);
          now(placed, at).ifPresent(count -> address += count);
        }
        case ".word" -> sized(placed, (long) listed(placed.text, at) * cellsPerWord);
        case ".cell", ".byte" -> sized(placed, listed(placed.text, at));
        case ".ascii", ".asciz", ".packed", ".sixbit" ->
            sized(placed, characters(placed, name, at).size());
        default -> {
          if (sizeOf(name) > 0) {
            sized(placed, (long) listed(placed.text, at) * (sizeOf(name) / cellWidth));
          } else {
            wrong(
                placed,
                AssemblyCode.ASM_UNKNOWN_DIRECTIVE,
                "there is no directive `" + name + "`",
                placed.column,
                at,
                Nearest.to(name, DIRECTIVES).map(n -> "did you mean `" + n + "`?"));
          }
        }
      }
    }

    /// The bits of each value of `.u16` and its like; zero for anything else.
    private int sizeOf(String directive) {
      int bits =
          directive.matches("\\.u[1-9][0-9]{0,3}") ? Integer.parseInt(directive.substring(2)) : 0;
      return bits % cellWidth == 0 ? bits : 0;
    }

    private void sized(Placed placed, long size) {
      statements.add(placed);
      address += size;
    }

    /// A value that places depend on: known from what stands before.
    private Optional<Long> now(Placed placed, int at) {
      return whole(placed, at)
          .filter(value -> {
            boolean fits = value.signum() >= 0 && value.bitLength() < Long.SIZE;
            if (!fits) {
              wrong(
                  placed,
                  AssemblyCode.ASM_VALUE_TOO_LARGE,
                  value + " is no place and no size",
                  blanks(placed.text, at),
                  placed.text.stripTrailing().length(),
                  Optional.empty());
            }
            return fits;
          })
          .map(BigInteger::longValue);
    }

    // Second: what goes there.

    private void emit(Placed placed) {
      if (placed.text.charAt(placed.column) != '.') {
        instruction(placed);
        return;
      }
      String name = word(placed);
      int at = placed.column + name.length();
      switch (name) {
        case ".zero", ".space" -> {
          long count = now(placed, at).orElse(0L);
          if (count > MOST) {
            wrong(
                placed,
                AssemblyCode.ASM_VALUE_TOO_LARGE,
                count + " cells are too many for one directive",
                placed.column,
                at,
                Optional.empty());
            return;
          }
          for (long i = 0; i < count; i++) {
            cells.add(new Image.Cell(placed.address + i, Bits.zero(cellWidth), spanOf(placed)));
          }
        }
        case ".word" -> values(placed, at, cellWidth * cellsPerWord);
        case ".cell", ".byte" -> values(placed, at, cellWidth);
        default -> {
          if (sizeOf(name) > 0) {
            values(placed, at, sizeOf(name));
            return;
          }
          long to = placed.address;
          for (Bits value : characters(placed, name, at)) {
            cells.add(new Image.Cell(to++, value, spanOf(placed)));
          }
        }
      }
    }

    private void instruction(Placed placed) {
      String text = placed.text.substring(placed.column);
      IntPredicate exactly = l -> l == placed.length || !isPiecewise;
      InstructionText.Read read = instructions.read(text, placed.address, lookUp(placed), exactly);
      if (read instanceof InstructionText.Read.Wrong && isPiecewise) {
        // What is wrong may be told better where any length will do.
        var any = instructions.read(text, placed.address, lookUp(placed), l -> true);
        read = any instanceof InstructionText.Read.Wrong ? any : read;
      }
      switch (read) {
        case InstructionText.Read.Encoded(var word, int length) -> putUnits(placed, word, length);
        case InstructionText.Read.Wrong(var code, var message, int at, boolean known) -> {
          if (!known) {
            String mnemonic = text.split("\\s", 2)[0];
            wrong(
                placed,
                AssemblyCode.ASM_UNKNOWN_INSTRUCTION,
                "there is no instruction `" + mnemonic + "`",
                placed.column,
                placed.column + mnemonic.length(),
                Nearest.to(mnemonic.toLowerCase(Locale.ROOT), instructions.mnemonics())
                    .map(n -> "did you mean `" + n + "`?"));
          } else {
            at += placed.column;
            int end = Math.max(at + 1, Expressions.endOfName(placed.text, at));
            wrong(placed, code, message, at, end, help(code, placed, at));
          }
        }
      }
    }

    private Optional<String> help(AssemblyCode code, Placed placed, int at) {
      if (code != AssemblyCode.ASM_UNKNOWN_SYMBOL) {
        return Optional.empty();
      }
      var names = new LinkedHashSet<>(symbols.keySet());
      for (var register : codec.machine().registers()) {
        names.addAll(register.names());
      }
      String name = placed.text.substring(at, Expressions.endOfName(placed.text, at));
      return Nearest.to(name, names).map(n -> "did you mean `" + n + "`?");
    }

    private void values(Placed placed, int at, int width) {
      long to = placed.address;
      String text = placed.text;
      while (true) {
        switch (Expressions.read(text, at, lookUp(placed))) {
          case Expressions.Read.Wrong(var code, var message, int where) -> {
            wrong(placed, code, message, where, where + 1, help(code, placed, where));
            return;
          }
          case Expressions.Read.Value(var value, int end) -> {
            int start = blanks(text, at);
            if (value.signum() < 0 ? value.bitLength() >= width : value.bitLength() > width) {
              wrong(
                  placed,
                  AssemblyCode.ASM_VALUE_TOO_LARGE,
                  value + " does not fit " + width + " bits",
                  start,
                  end,
                  Optional.empty());
              return;
            }
            put(placed, to, Bits.wrap(width, value));
            to += width / cellWidth;
            at = blanks(text, end);
            if (at == text.length()) {
              return;
            }
            if (text.charAt(at) != ',') {
              wrong(
                  placed,
                  AssemblyCode.ASM_BAD_DIRECTIVE,
                  "values are separated by commas",
                  at,
                  at + 1,
                  Optional.of("write `,` before `" + text.substring(at).strip() + "`"));
              return;
            }
            at++;
          }
        }
      }
    }

    /// Puts an instruction where it belongs, unit by unit from the high bits down.
    private void putUnits(Placed placed, Bits word, int length) {
      for (int from = 0; from < length; from += unitWidth) {
        int high = word.width() - from - 1;
        put(placed, placed.address + from / cellWidth, word.extract(high, high - unitWidth + 1));
      }
    }

    /// Puts a word, or a cell, at an address; the cells of a word run from its low bits up, unless
    /// the machine fetches the other way round.
    private void put(Placed placed, long to, Bits word) {
      int count = word.width() / cellWidth;
      for (int i = 0; i < count; i++) {
        int low = (units.highFirst() ? count - 1 - i : i) * cellWidth;
        cells.add(new Image.Cell(to + i, word.extract(low + cellWidth - 1, low), spanOf(placed)));
      }
    }

    private List<Bits> characters(Placed placed, String directive, int at) {
      String text = placed.text;
      int i = blanks(text, at);
      var characters = new ArrayList<Integer>();
      boolean closed = false;
      if (i < text.length() && text.charAt(i) == '"') {
        i++;
        while (i < text.length() && !closed) {
          char c = text.charAt(i);
          if (c == '"') {
            closed = true;
          } else if (c == '\\' && i + 1 < text.length()) {
            int escaped = Expressions.escaped(text.charAt(++i));
            if (escaped < 0) {
              break;
            }
            characters.add(escaped);
          } else {
            characters.add((int) c);
          }
          i++;
        }
      }
      if (!closed || blanks(text, i) < text.length()) {
        wrong(
            placed,
            AssemblyCode.ASM_BAD_DIRECTIVE,
            "`" + directive + "` takes one string",
            placed.column,
            text.length(),
            Optional.of("write " + directive + " \"…\", with \\n, \\t, \\0, \\\\ or \\\" inside"));
        return List.of();
      }
      return switch (directive) {
        case ".asciz" -> {
          characters.add(0);
          yield packed(placed, characters, cellWidth, 0);
        }
        case ".packed" -> packed(placed, characters, 7, 0);
        case ".sixbit" -> packed(placed, characters, 6, 32);
        default -> packed(placed, characters, cellWidth, 0);
      };
    }

    private List<Bits> packed(Placed placed, List<Integer> characters, int size, int base) {
      var packed = new ArrayList<Bits>();
      int perCell = Math.max(1, cellWidth / size);
      for (int i = 0; i < characters.size(); i += perCell) {
        Bits cell = Bits.zero(cellWidth);
        for (int k = 0; k < perCell && i + k < characters.size(); k++) {
          int c = characters.get(i + k) - base;
          if (base > 0 && c >= 64) {
            c -= 32;
          }
          if (c < 0 || (size < 31 && c >= 1 << size) || size > cellWidth) {
            wrong(
                placed,
                AssemblyCode.ASM_VALUE_TOO_LARGE,
                "a character does not fit " + Math.min(size, cellWidth) + " bits",
                placed.column,
                placed.text.length(),
                Optional.empty());
            return packed;
          }
          int high = cellWidth - k * size - 1;
          cell =
              perCell == 1
                  ? Bits.of(cellWidth, c)
                  : cell.insert(high, high - size + 1, Bits.of(size, c));
        }
        packed.add(cell);
      }
      return packed;
    }

    // Symbols and expressions.

    private Function<String, Optional<BigInteger>> lookUp(Placed placed) {
      return name ->
          name.equals(".") ? Optional.of(BigInteger.valueOf(placed.address)) : value(name);
    }

    private Optional<BigInteger> value(String name) {
      return switch (symbols.get(name)) {
        case null -> Optional.empty();
        case Symbol.Value(var value) -> Optional.of(value);
        case Symbol.Expression(var placed, int from) -> {
          if (!underway.add(name)) {
            wrong(
                placed,
                AssemblyCode.ASM_CIRCULAR_SYMBOL,
                "`" + name + "` is defined by itself",
                placed.column,
                placed.text.length(),
                Optional.empty());
            symbols.put(name, new Symbol.Value(BigInteger.ZERO));
            yield Optional.of(BigInteger.ZERO);
          }
          Optional<BigInteger> value = whole(placed, from);
          underway.remove(name);
          symbols.put(name, new Symbol.Value(value.orElse(BigInteger.ZERO)));
          yield Optional.of(value.orElse(BigInteger.ZERO));
        }
      };
    }

    /// The expression from `at` to the end of the statement.
    private Optional<BigInteger> whole(Placed placed, int at) {
      return switch (Expressions.read(placed.text, at, lookUp(placed))) {
        case Expressions.Read.Wrong(var code, var message, int where) -> {
          int end = Math.max(where + 1, Expressions.endOfName(placed.text, where));
          wrong(placed, code, message, where, end, help(code, placed, where));
          yield Optional.empty();
        }
        case Expressions.Read.Value(var value, int end) -> {
          int rest = blanks(placed.text, end);
          if (rest < placed.text.length()) {
            wrong(
                placed,
                AssemblyCode.ASM_BAD_EXPRESSION,
                "`" + placed.text.substring(rest).strip() + "` is too much",
                rest,
                placed.text.length(),
                Optional.empty());
            yield Optional.empty();
          }
          yield Optional.of(value);
        }
      };
    }

    private void wrong(
        Placed placed, AssemblyCode code, String message, int from, int to, Optional<String> help) {
      var diagnostic = Diagnostic.of(code, message, span(placed.line, from, to), "here");
      diagnostics.add(help.map(diagnostic::help).orElse(diagnostic));
    }
  }

  private static final Set<String> DIRECTIVES =
      new TreeSet<>(
          List.of(
              ".org", ".align", ".zero", ".space", ".word", ".cell", ".byte", ".ascii", ".asciz",
              ".packed", ".sixbit"));

  private static String word(Placed placed) {
    int end = placed.column + 1;
    while (end < placed.text.length() && Expressions.inName(placed.text.charAt(end))) {
      end++;
    }
    return placed.text.substring(placed.column, end);
  }

  private static int listed(String text, int at) {
    return 1 + (int) text.substring(at).chars().filter(c -> c == ',').count();
  }

  /// The text up to its comment, which no string or character may hold.
  private static String withoutComment(String text) {
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\"'
          || (c == '\'' && i + 2 < text.length() && text.indexOf('\'', i + 1) > 0)) {
        quote = c;
      } else if (c == ';' || text.startsWith("//", i)) {
        return text.substring(0, i).stripTrailing();
      }
    }
    return text.stripTrailing();
  }

  private static int blanks(String text, int at) {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static Span spanOf(Placed placed) {
    return span(placed.line, placed.column, placed.text.length());
  }

  private static Span span(Line line, int from, int to) {
    int start = line.start().start();
    return new Span(line.start().file(), start + from, start + Math.max(to, from + 1));
  }
}
