package trapline.vmm;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Register;
import trapline.isa.Statement;
import trapline.machine.Selection;

/// The bits of registers that expressions and statements read, whether or not they get there.
final class Mentions {
  private final List<Selection.Part> parts;
  private boolean storage;

  /// Adds to `parts`.
  Mentions(List<Selection.Part> parts) {
    this.parts = parts;
  }

  /// Whether something else is read as well: storage, a port, an unspecified function.
  boolean hasStorage() {
    return storage;
  }

  void of(Statement.Block block) {
    block.statements().forEach(this::of);
  }

  private void of(Statement statement) {
    switch (statement) {
      case Statement.Assign(_, var value) -> of(value);
      case Statement.RegisterWrite(_, var index, var value) -> of(index, value);
      case Statement.MemoryWrite(_, var index, var value) -> of(index, value);
      case Statement.Load(_, var space, var address, _) -> {
        storage = true;
        of(address);
        of(space.body());
      }
      case Statement.Store(var space, var address, var value) -> {
        of(address, value);
        of(space.body());
      }
      case Statement.Input _ -> storage = true;
      case Statement.Output(_, var value) -> of(value);
      case Statement.Call(_, _, var arguments) -> arguments.forEach(this::of);
      case Statement.Choose(_, var constraint) -> constraint.ifPresent(this::of);
      case Statement.If(var condition, _, _) -> of(condition);
      case Statement.While(var condition, _) -> of(condition);
      case Statement.Raise(_, var arguments) -> arguments.forEach(this::of);
      case Statement.Return(Optional<Expr> value) -> value.ifPresent(this::of);
      case Statement.Halt _, Statement.Commit _, Statement.Unpredictable _ -> {}
      case Statement.Execute(var word) -> of(word);
    }
    statement.blocks().forEach(this::of);
  }

  private void of(Expr one, Expr two) {
    of(one);
    of(two);
  }

  void of(Expr expr) {
    switch (expr) {
      case Expr.Extract(Expr.RegisterRead(var register, var index), int high, int low) ->
          read(register, index, high, low);
      case Expr.RegisterRead(var register, var index) ->
          read(register, index, register.width() - 1, 0);
      case Expr.Extract(var operand, _, _) -> of(operand);
      case Expr.MemoryRead(_, var index) -> {
        storage = true;
        of(index);
      }
      case Expr.PortPeek _ -> storage = true;
      case Expr.Unspecified(_, var arguments) -> {
        storage = true;
        arguments.forEach(this::of);
      }
      case Expr.Constant _, Local _ -> {}
      case Expr.Unary(_, var operand) -> of(operand);
      case Expr.Binary(_, var left, var right) -> of(left, right);
      case Expr.Concat(var left, var right) -> of(left, right);
      case Expr.Extend(var operand, _, _) -> of(operand);
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        of(condition);
        of(then, otherwise);
      }
    }
  }

  private void read(Register register, Expr index, int high, int low) {
    of(index);
    parts.addAll(parts(register, index, high, low));
  }

  /// Bits of the elements that `index` may name.
  static List<Selection.Part> parts(Register register, Expr index, int high, int low) {
    return IntStream.range(0, register.count())
        .filter(i -> !(index instanceof Expr.Constant(Bits at)) || at.value().intValue() == i)
        .mapToObj(i -> new Selection.Part(register, i, high, low))
        .toList();
  }
}
