package trapline.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Statement;

/// Between instruction words, operands and assembly text, by the patterns of one machine.
public final class Codec {
  private final Machine machine;
  private final Decoder decoder;
  private final Lengths lengths;
  private final InstructionText text;

  private Codec(Machine machine) {
    this.machine = machine;
    decoder = new Decoder(machine.instructions());
    lengths = new Lengths(machine.fetch(), decoder);
    text = new InstructionText(this);
  }

  public static Codec of(Machine machine) {
    return new Codec(machine);
  }

  public Machine machine() {
    return machine;
  }

  public Decoded decode(Bits word) {
    int number = number(word);
    return new Decoded(instruction(number), Decoder.operands(encoding(number), word));
  }

  /// How long instructions are.
  public Lengths lengths() {
    return lengths;
  }

  /// How many numbers there are for instructions other than `reserved`.
  public int size() {
    return decoder.size();
  }

  /// The number of the encoding of `word`, counted in the machine's order; `reserved` is last.
  public int number(Bits word) {
    return decoder.decode(word);
  }

  /// As [#number(Bits)], for machines whose words have at most 64 bits.
  public int number(long word) {
    return decoder.decode(word, machine.fetch().word().width());
  }

  public Instruction instruction(int number) {
    return number < decoder.size() ? decoder.instruction(number) : machine.reserved();
  }

  /// The encoding with a number; the first of `reserved` for all words that are reserved.
  public Encoding encoding(int number) {
    return number < decoder.size() ? decoder.encoding(number) : machine.reserved().encoding();
  }

  /// The shortest word of `instruction` with these operand values; ignored bits are zero.
  public Bits encode(Instruction instruction, Map<Local, Bits> operands) {
    Bits first = null;
    for (Encoding encoding : instruction.encodings()) {
      Bits word = encode(encoding, operands);
      if (instruction.encodings().size() == 1 || encoding(number(word)) == encoding) {
        return word;
      }
      first = first == null ? word : first;
    }
    return java.util.Objects.requireNonNull(first);
  }

  static Bits encode(Encoding encoding, Map<Local, Bits> operands) {
    Bits word = encoding.match();
    for (var operand : encoding.operands()) {
      Bits value = operands.get(operand.local());
      if (value != null) {
        word = operand.encode(word, value);
      }
    }
    return word;
  }

  /// `word` in assembly, at `address` (for operands relative to it). A word that encodes nothing,
  /// or that no text gives back, is written as data: `.word 0x…`. Bits that decoding ignores are
  /// lost.
  public String disassemble(Bits word, long address) {
    return text.write(word, address).orElseGet(() -> ".word " + units(word));
  }

  /// The units that are fetched of a word, with commas between them.
  private String units(Bits word) {
    List<String> units = new ArrayList<>();
    Bits fetched = lengths.fetched(word);
    int unit = machine.fetch().unit().width();
    for (int high = fetched.width() - 1; high >= 0; high -= unit) {
      units.add(text.number(fetched.extract(high, high - unit + 1)));
    }
    return String.join(", ", units);
  }

  /// Instructions by their templates.
  InstructionText text() {
    return text;
  }

  public Assembler assembler() {
    return new Assembler(this);
  }

  /// The memory that instructions are fetched from; empty if they come from elsewhere.
  public Optional<Memory> storage() {
    return memory(machine.fetch().read());
  }

  private static Optional<Memory> memory(Statement.Block block) {
    return block.statements().stream().flatMap(s -> memory(s).stream()).findFirst();
  }

  private static Optional<Memory> memory(Statement statement) {
    return switch (statement) {
      case Statement.Load load -> Optional.of(load.space().memory());
      case Statement.Assign(var _, Expr.MemoryRead(var memory, var _)) -> Optional.of(memory);
      case Statement.If(var _, var then, var otherwise) -> memory(then).or(() -> memory(otherwise));
      case Statement.While loop -> memory(loop.body());
      case Statement.Call call -> memory(call.function().body());
      default -> Optional.empty();
    };
  }

  /// What an address of a program counts. Where the fetch does not say, it is a cell of storage, if
  /// words are made of cells, and else a word.
  public Fetch.Units units() {
    int word = machine.fetch().word().width();
    int cell = storage().map(Memory::width).orElse(word);
    return machine
        .fetch()
        .units()
        .orElseGet(() -> new Fetch.Units(word % cell == 0 ? cell : word, fetchesHighFirst()));
  }

  /// True if, of the cells that make up a word, the first fetched holds the high bits.
  private boolean fetchesHighFirst() {
    Local first = null;
    for (Statement statement : machine.fetch().read().statements()) {
      if (statement instanceof Statement.Load load && first == null) {
        first = load.target();
      }
      if (statement instanceof Statement.Assign(var target, Expr.Concat concat)
          && target == machine.fetch().word()) {
        Expr high = concat;
        while (high instanceof Expr.Concat(var left, var _)) {
          high = left;
        }
        return high == first;
      }
    }
    return false;
  }
}
