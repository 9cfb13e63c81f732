package trapline.oracle;

import java.util.List;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.TrapLine;

/// Checks that a machine keeps what the model promises of widths: both operands of a binary
/// operation have one width, a condition has one bit, what is written is as wide as its place.
final class WellFormed {
  private WellFormed() {}

  /// Throws when the machine is not well formed.
  static void check(Machine machine) {
    machine.modes().forEach(m -> bit(m.holds()));
    for (Space s : machine.spaces()) {
      block(s.body());
    }
    for (TrapLine t : machine.traps()) {
      block(t.entry().body());
      block(t.acknowledge());
      t.when().ifPresent(WellFormed::bit);
    }
    block(machine.fetch().read());
    block(machine.fetch().advance());
    block(machine.after());
    machine.instructions().forEach(WellFormed::instruction);
    instruction(machine.reserved());
    disjoint(machine.instructions());
  }

  private static void disjoint(List<Instruction> instructions) {
    for (Instruction i : instructions) {
      for (Instruction j : instructions) {
        Encoding a = i.encoding();
        Encoding b = j.encoding();
        boolean apart = !a.mask().and(b.mask()).and(a.match().xor(b.match())).isZero();
        if (i != j && !apart && a.condition().isEmpty() && b.condition().isEmpty()) {
          throw new IllegalArgumentException(i + " and " + j + " overlap");
        }
      }
    }
  }

  private static void instruction(Instruction instruction) {
    Encoding encoding = instruction.encoding();
    encoding.condition().ifPresent(WellFormed::bit);
    for (Encoding.Operand operand : encoding.operands()) {
      int width = operand.pieces().stream().mapToInt(Encoding.Piece::width).sum();
      width = encoding.length() < encoding.width() ? operand.local().width() : width;
      same(width, operand.local().width(), operand.local());
    }
    for (Instruction.Row row : instruction.rows()) {
      row.condition().ifPresent(WellFormed::bit);
      row.fixed().forEach((local, value) -> same(local.width(), value.width(), local));
    }
    block(instruction.body());
  }

  private static void block(Statement.Block block) {
    block.statements().forEach(WellFormed::statement);
  }

  private static void statement(Statement statement) {
    switch (statement) {
      case Statement.Assign(var target, var value) -> wide(value, target.width());
      case Statement.RegisterWrite(var register, var index, var value) -> {
        width(index);
        wide(value, register.width());
      }
      case Statement.MemoryWrite(var memory, var index, var value) -> {
        width(index);
        wide(value, memory.width());
      }
      case Statement.Load(var target, var space, var address, var _) -> {
        same(target.width(), space.memory().width(), statement);
        wide(address, space.address().width());
        space.devices().forEach(d -> block(d.get().body()));
      }
      case Statement.Store(var space, var address, var value) -> {
        wide(value, space.memory().width());
        wide(address, space.address().width());
        space.devices().forEach(d -> block(d.set().body()));
      }
      case Statement.Input(var target, var port) -> same(target.width(), port.width(), statement);
      case Statement.Output(var port, var value) -> wide(value, port.width());
      case Statement.Call(var target, Function f, var arguments) -> {
        same(arguments.size(), f.parameters().size(), statement);
        for (int i = 0; i < arguments.size(); i++) {
          wide(arguments.get(i), f.parameters().get(i).width());
        }
        target.ifPresent(t -> same(t.width(), f.width().orElseThrow(), statement));
        block(f.body());
      }
      case Statement.Choose(var _, var constraint) -> constraint.ifPresent(WellFormed::bit);
      case Statement.If(var condition, var then, var otherwise) -> {
        bit(condition);
        block(then);
        block(otherwise);
      }
      case Statement.While(var condition, var body) -> {
        bit(condition);
        block(body);
      }
      case Statement.Raise(var cause, var arguments) -> {
        same(arguments.size(), cause.parameters().size(), statement);
        for (int i = 0; i < arguments.size(); i++) {
          wide(arguments.get(i), cause.parameters().get(i).width());
        }
      }
      case Statement.Return(var value) -> value.ifPresent(WellFormed::width);
      case Statement.Halt() -> {}
      case Statement.Commit() -> {}
      case Statement.Unpredictable(var _) -> {}
      case Statement.Execute(var word) -> width(word);
    }
  }

  private static void bit(Expr expr) {
    wide(expr, 1);
  }

  private static void wide(Expr expr, int width) {
    same(width(expr), width, expr);
  }

  private static void same(int one, int two, Object where) {
    if (one != two) {
      throw new IllegalArgumentException(one + " and " + two + " in " + where);
    }
  }

  /// The width of an expression, all its parts checked.
  private static int width(Expr expr) {
    switch (expr) {
      case Local _ -> {}
      case Expr.Constant(var _) -> {}
      case Expr.RegisterRead(var _, var index) -> width(index);
      case Expr.MemoryRead(var _, var index) -> width(index);
      case Expr.PortPeek(var _) -> {}
      case Expr.Unary(var _, var operand) -> width(operand);
      case Expr.Binary(var op, var left, var right) -> {
        int one = width(left);
        int two = width(right);
        if (!List.of(Expr.BinaryOp.SHL, Expr.BinaryOp.LSHR, Expr.BinaryOp.ASHR).contains(op)) {
          same(one, two, expr);
        }
      }
      case Expr.Extract(var operand, var high, var low) -> {
        if (low < 0 || high < low || high >= width(operand)) {
          throw new IllegalArgumentException(expr.toString());
        }
      }
      case Expr.Concat(var left, var right) -> {
        width(left);
        width(right);
      }
      case Expr.Extend(var operand, var width, var _) -> {
        if (width < width(operand)) {
          throw new IllegalArgumentException(expr.toString());
        }
      }
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        bit(condition);
        same(width(then), width(otherwise), expr);
      }
      case Expr.Unspecified(var function, var arguments) -> {
        for (int i = 0; i < arguments.size(); i++) {
          wide(arguments.get(i), function.parameters().get(i).width());
        }
      }
    }
    return expr.width();
  }
}
