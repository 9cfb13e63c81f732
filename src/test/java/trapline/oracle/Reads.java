package trapline.oracle;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Statement;
import trapline.isa.UnspecifiedFunction;

/// Which bits of a state's code a body or an expression may read: an upper bound, from the text
/// alone.
final class Reads {
  private final Layout layout;
  private final Set<UnspecifiedFunction> functions = new LinkedHashSet<>();
  private int bits;

  private Reads(Layout layout) {
    this.layout = layout;
  }

  static int of(Layout layout, Expr expr) {
    Reads reads = new Reads(layout);
    reads.visit(expr);
    return reads.bits;
  }

  static int of(Layout layout, Statement.Block block) {
    Reads reads = new Reads(layout);
    reads.visit(block);
    return reads.bits;
  }

  /// The functions that a body may ask.
  static Set<UnspecifiedFunction> functions(Layout layout, Statement.Block block) {
    Reads reads = new Reads(layout);
    reads.visit(block);
    return reads.functions;
  }

  private void visit(Statement.Block block) {
    block.statements().forEach(this::visit);
  }

  private void visit(Statement statement) {
    switch (statement) {
      case Statement.Assign(var _, var value) -> visit(value);
      case Statement.RegisterWrite(var _, var index, var value) -> visit(index, value);
      case Statement.MemoryWrite(var _, var index, var value) -> visit(index, value);
      case Statement.Load(var _, var space, var address, var _) -> {
        visit(address);
        visit(space.body());
        space.devices().forEach(d -> visit(d.get().body()));
        bits |= layout.bitsOf(space.memory());
      }
      case Statement.Store(var space, var address, var value) -> {
        visit(address, value);
        visit(space.body());
        space.devices().forEach(d -> visit(d.set().body()));
      }
      case Statement.Input(var _, var port) -> bits |= layout.bitsOf(port);
      case Statement.Output(var _, var value) -> visit(value);
      case Statement.Call(var _, var function, var arguments) -> {
        visit(arguments);
        visit(function.body());
      }
      case Statement.Choose(var _, var constraint) -> constraint.ifPresent(this::visit);
      case Statement.If(var condition, var then, var otherwise) -> {
        visit(condition);
        visit(then);
        visit(otherwise);
      }
      case Statement.While(var condition, var body) -> {
        visit(condition);
        visit(body);
      }
      case Statement.Raise(var _, var arguments) -> visit(arguments);
      case Statement.Return(var value) -> value.ifPresent(this::visit);
      case Statement.Halt() -> {}
      case Statement.Commit() -> {}
      case Statement.Unpredictable(var _) -> {}
      case Statement.Execute(var word) -> {
        visit(word);
        bits = -1;
      }
    }
  }

  private void visit(List<Expr> exprs) {
    exprs.forEach(this::visit);
  }

  private void visit(Expr one, Expr two) {
    visit(one);
    visit(two);
  }

  private void visit(Expr expr) {
    switch (expr) {
      case Local _ -> {}
      case Expr.Constant(var _) -> {}
      case Expr.RegisterRead(var register, var index) -> {
        visit(index);
        bits |= layout.bitsOf(register, -1L);
      }
      case Expr.MemoryRead(var memory, var index) -> {
        visit(index);
        bits |= layout.bitsOf(memory);
      }
      case Expr.PortPeek(var port) -> bits |= layout.bitsOf(port);
      case Expr.Unary(var _, var operand) -> visit(operand);
      case Expr.Binary(var _, var left, var right) -> visit(left, right);
      case Expr.Extract(Expr.RegisterRead(var register, var index), var high, var low) -> {
        visit(index);
        bits |= layout.bitsOf(register, Layout.mask(high - low + 1) << low);
      }
      case Expr.Extract(var operand, var _, var _) -> visit(operand);
      case Expr.Concat(var left, var right) -> visit(left, right);
      case Expr.Extend(var operand, var _, var _) -> visit(operand);
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        visit(condition);
        visit(then, otherwise);
      }
      case Expr.Unspecified(var function, var arguments) -> {
        functions.add(function);
        visit(arguments);
      }
    }
  }
}
