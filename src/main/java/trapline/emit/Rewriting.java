package trapline.emit;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Statement;

/// The same statements with other constants and locals, which are met in order.
record Rewriting(Function<Expr.Constant, Expr> constants, UnaryOperator<Local> locals) {
  List<Statement> statements(List<Statement> statements) {
    return statements.stream().map(this::statement).toList();
  }

  private Statement.Block block(Statement.Block block) {
    return new Statement.Block(statements(block.statements()), block.span());
  }

  private Statement statement(Statement statement) {
    return switch (statement) {
      case Statement.Assign(var target, var value) ->
          new Statement.Assign(locals.apply(target), expr(value));
      case Statement.RegisterWrite(var register, var index, var value) ->
          new Statement.RegisterWrite(register, expr(index), expr(value));
      case Statement.MemoryWrite(var memory, var index, var value) ->
          new Statement.MemoryWrite(memory, expr(index), expr(value));
      case Statement.Load(var target, var space, var address, var access) ->
          new Statement.Load(locals.apply(target), space, expr(address), access);
      case Statement.Store(var space, var address, var value) ->
          new Statement.Store(space, expr(address), expr(value));
      case Statement.Input(var target, var port) -> new Statement.Input(locals.apply(target), port);
      case Statement.Output(var port, var value) -> new Statement.Output(port, expr(value));
      case Statement.Call(var target, var function, var arguments) ->
          new Statement.Call(target.map(locals), function, exprs(arguments));
      case Statement.Choose(var target, var constraint) ->
          new Statement.Choose(locals.apply(target), constraint.map(this::expr));
      case Statement.If(var condition, var then, var otherwise) ->
          new Statement.If(expr(condition), block(then), block(otherwise));
      case Statement.While(var condition, var body) ->
          new Statement.While(expr(condition), block(body));
      case Statement.Raise(var cause, var arguments) ->
          new Statement.Raise(cause, exprs(arguments));
      case Statement.Return(var value) -> new Statement.Return(value.map(this::expr));
      case Statement.Execute(var word) -> new Statement.Execute(expr(word));
      case Statement.Halt _, Statement.Commit _, Statement.Unpredictable _ -> statement;
    };
  }

  private List<Expr> exprs(List<Expr> exprs) {
    return exprs.stream().map(this::expr).toList();
  }

  private Expr expr(Expr expr) {
    return switch (expr) {
      case Expr.Constant constant -> constants.apply(constant);
      case Local local -> locals.apply(local);
      case Expr.RegisterRead(var register, var index) ->
          new Expr.RegisterRead(register, expr(index));
      case Expr.MemoryRead(var memory, var index) -> new Expr.MemoryRead(memory, expr(index));
      case Expr.PortPeek _ -> expr;
      case Expr.Unary(var op, var operand) -> new Expr.Unary(op, expr(operand));
      case Expr.Binary(var op, var left, var right) -> new Expr.Binary(op, expr(left), expr(right));
      case Expr.Extract(var operand, int high, int low) ->
          new Expr.Extract(expr(operand), high, low);
      case Expr.Concat(var left, var right) -> new Expr.Concat(expr(left), expr(right));
      case Expr.Extend(var operand, int width, boolean signed) ->
          new Expr.Extend(expr(operand), width, signed);
      case Expr.Conditional(var condition, var then, var otherwise) ->
          new Expr.Conditional(expr(condition), expr(then), expr(otherwise));
      case Expr.Unspecified(var function, var arguments) ->
          new Expr.Unspecified(function, exprs(arguments));
    };
  }
}
