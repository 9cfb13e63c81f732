package trapline.isa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import trapline.bits.Bits;
import trapline.diag.Span;

/// Builds machines without a description's text, for tests.
///
/// What is not given is as little as a machine can have: the instruction word is the single
/// register `ir`, which the test sets, advance and `after` do nothing, every other word is
/// unpredictable.
public final class MachineFixture {
  public final Local word;
  private final int width;
  private final List<Register> registers = new ArrayList<>();
  private final List<Memory> memories = new ArrayList<>();
  private final List<Port> ports = new ArrayList<>();
  private final List<Mode> modes = new ArrayList<>();
  private final List<Space> spaces = new ArrayList<>();
  private final List<Bank> banks = new ArrayList<>();
  private final List<TrapLine> traps = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private Statement.Block read;
  private Statement.Block advance = Statement.Block.EMPTY;
  private Statement.Block after = Statement.Block.EMPTY;
  private Instruction reserved;

  public MachineFixture(int width) {
    this.width = width;
    word = new Local("ir", width);
    Register ir = register("ir", 1, width, Role.E);
    read = block(new Statement.Assign(word, read(ir)));
    reserved = instruction("reserved", List.of(), block(new Statement.Unpredictable("reserved")));
    instructions.clear();
  }

  public Register register(String name, int count, int width, Role role) {
    return register(name, count, width, role, Bits.zero(width));
  }

  public Register register(String name, int count, int width, Role role, Bits reset) {
    var field =
        new Field(name, width - 1, 0, Optional.of(role), Optional.empty(), Optional.empty());
    return register(new Register(name, count, width, List.of(field), reset, List.of(), Span.NONE));
  }

  public Register register(Register register) {
    registers.add(register);
    return register;
  }

  public Memory memory(String name, long count, int width) {
    var memory = new Memory(name, java.math.BigInteger.valueOf(count), width, Role.E, Span.NONE);
    memories.add(memory);
    return memory;
  }

  public Port port(String name, boolean isInput, int width) {
    var port = new Port("device", name, isInput, width, Span.NONE);
    ports.add(port);
    return port;
  }

  public Mode mode(String name, Expr holds) {
    var mode = new Mode(name, holds);
    modes.add(mode);
    return mode;
  }

  public Space space(String name, Memory memory, Local address, Statement... body) {
    var space =
        new Space(name, memory, address, Optional.empty(), Map.of(), block(body), Span.NONE);
    spaces.add(space);
    return space;
  }

  public static Function function(
      String name, List<Local> parameters, OptionalInt width, Statement... body) {
    return new Function(name, parameters, width, block(body), Span.NONE);
  }

  public static TrapEntry entry(List<Local> parameters, Statement... body) {
    return new TrapEntry("entry", parameters, block(body), Span.NONE);
  }

  public Cause cause(String name, int code, Cause.Kind kind, TrapEntry entry, Local... parameters) {
    var cause = new Cause(name, Bits.of(8, code), List.of(parameters), kind, Span.NONE);
    traps.add(new TrapLine(cause, entry, Optional.empty(), Statement.Block.EMPTY));
    return cause;
  }

  public Cause interrupt(
      String name, int code, TrapEntry entry, Expr when, Statement... acknowledge) {
    var cause = new Cause(name, Bits.of(8, code), List.of(), Cause.Kind.INTERRUPT, Span.NONE);
    traps.add(new TrapLine(cause, entry, Optional.of(when), block(acknowledge)));
    return cause;
  }

  /// An instruction by its pattern, in the language's own order: high bits first. A part is
  /// `constant/width` or the name of an operand and its width: `0x01/8`, `a:3`, `_:5`.
  public Instruction instruction(String name, String pattern, Body body) {
    Bits mask = Bits.zero(width);
    Bits match = Bits.zero(width);
    var operands = new LinkedHashMap<String, Encoding.Operand>();
    var slots = new ArrayList<Template.Part>();
    slots.add(new Template.Text(name));
    int at = width;
    for (String part : pattern.split(" ")) {
      boolean constant = part.contains("/");
      String[] sides = part.split("[/:]");
      int size = Integer.parseInt(sides[1]);
      at -= size;
      if (constant) {
        mask = mask.insert(at + size - 1, at, Bits.ones(size));
        match = match.insert(at + size - 1, at, Bits.of(size, Long.decode(sides[0])));
      } else if (!sides[0].equals("_")) {
        var local = new Local(sides[0], size);
        slots.add(new Template.Text(operands.isEmpty() ? " " : ", "));
        slots.add(new Template.Slot(local, new Template.Style.Unsigned(10)));
        operands.put(
            sides[0], new Encoding.Operand(local, List.of(new Encoding.Piece(0, at, size))));
      }
    }
    var encoding =
        new Encoding(
            mask, match, List.copyOf(operands.values()), Optional.empty(), new Template(slots));
    var block = block(body.of(o -> operands.get(o).local()).toArray(new Statement[0]));
    return add(name, encoding, block);
  }

  /// The statements of an instruction, given its operands by name.
  @FunctionalInterface
  public interface Body {
    List<Statement> of(java.util.function.Function<String, Local> operands);
  }

  public Instruction add(String name, Encoding encoding, Statement.Block body) {
    var row = new Instruction.Row(name, Map.of(), Optional.empty());
    var instruction =
        new Instruction(name, encoding, body, List.of(row), Optional.empty(), "", Span.NONE);
    instructions.add(instruction);
    return instruction;
  }

  private Instruction instruction(
      String name, List<Encoding.Operand> operands, Statement.Block body) {
    var template = new Template(List.of(new Template.Text(name)));
    return add(
        name,
        new Encoding(Bits.zero(width), Bits.zero(width), operands, Optional.empty(), template),
        body);
  }

  public MachineFixture read(Statement... statements) {
    read = block(statements);
    return this;
  }

  public MachineFixture advance(Statement... statements) {
    advance = block(statements);
    return this;
  }

  public MachineFixture after(Statement... statements) {
    after = block(statements);
    return this;
  }

  /// What every other word does.
  public MachineFixture reserved(Statement... statements) {
    instructions.remove(instruction("reserved", List.of(), Statement.Block.EMPTY));
    reserved = instruction("reserved", List.of(), block(statements));
    instructions.remove(reserved);
    return this;
  }

  public Machine machine() {
    return new Machine(
        "Fixture",
        Map.of(),
        List.copyOf(registers),
        List.copyOf(memories),
        List.copyOf(ports),
        List.copyOf(modes),
        List.copyOf(spaces),
        List.copyOf(banks),
        List.of(),
        List.copyOf(traps),
        new Fetch(word, read, advance, Optional.empty()),
        after,
        List.copyOf(instructions),
        reserved,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        "",
        Span.NONE);
  }

  // Short ways to write statements and expressions.

  public static Statement.Block block(Statement... statements) {
    return new Statement.Block(List.of(statements), Span.NONE);
  }

  public static Expr constant(int width, long value) {
    return new Expr.Constant(Bits.of(width, value));
  }

  public static Expr read(Register register) {
    return new Expr.RegisterRead(register, constant(1, 0));
  }

  public static Expr read(Register register, Expr index) {
    return new Expr.RegisterRead(register, index);
  }

  public static Statement write(Register register, Expr value) {
    return new Statement.RegisterWrite(register, constant(1, 0), value);
  }

  public static Statement write(Register register, Expr index, Expr value) {
    return new Statement.RegisterWrite(register, index, value);
  }

  public static Expr binary(Expr.BinaryOp op, Expr left, Expr right) {
    return new Expr.Binary(op, left, right);
  }

  public static Expr equal(Expr left, Expr right) {
    return binary(Expr.BinaryOp.EQ, left, right);
  }

  public static Expr plus(Expr left, Expr right) {
    return binary(Expr.BinaryOp.ADD, left, right);
  }

  public static Statement when(Expr condition, Statement... then) {
    return new Statement.If(condition, block(then), Statement.Block.EMPTY);
  }
}
