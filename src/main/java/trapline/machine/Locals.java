package trapline.machine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Statement;

/// The locals that a piece of a description mentions, in order of appearance.
final class Locals {
  private final Set<Local> found = new LinkedHashSet<>();

  private Locals() {}

  static List<Local> of(Statement.Block block, Optional<? extends Expr> expr) {
    var locals = new Locals();
    locals.block(block);
    expr.ifPresent(locals::expr);
    return new ArrayList<>(locals.found);
  }

  private void block(Statement.Block block) {
    block.statements().forEach(this::statement);
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Statement.Assign(var target, var value) -> {
        found.add(target);
        expr(value);
      }
      case Statement.RegisterWrite(var _, var index, var value) -> {
        expr(index);
        expr(value);
      }
      case Statement.MemoryWrite(var _, var index, var value) -> {
        expr(index);
        expr(value);
      }
      case Statement.Load(var target, var _, var address, var _) -> {
        found.add(target);
        expr(address);
      }
      case Statement.Store(var _, var address, var value) -> {
        expr(address);
        expr(value);
      }
      case Statement.Input(var target, var _) -> found.add(target);
      case Statement.Output(var _, var value) -> expr(value);
      case Statement.Call(var target, var _, var arguments) -> {
        target.ifPresent(found::add);
        arguments.forEach(this::expr);
      }
      case Statement.Choose(var target, var constraint) -> {
        found.add(target);
        constraint.ifPresent(this::expr);
      }
      case Statement.If(var condition, var then, var otherwise) -> {
        expr(condition);
        block(then);
        block(otherwise);
      }
      case Statement.While(var condition, var body) -> {
        expr(condition);
        block(body);
      }
      case Statement.Raise(var _, var arguments) -> arguments.forEach(this::expr);
      case Statement.Return(var value) -> value.ifPresent(this::expr);
      case Statement.Execute(var word) -> expr(word);
      case Statement.Halt _, Statement.Commit _, Statement.Unpredictable _ -> {}
    }
  }

  private void expr(Expr expr) {
    switch (expr) {
      case Local local -> found.add(local);
      case Expr.RegisterRead read -> expr(read.index());
      case Expr.MemoryRead read -> expr(read.index());
      case Expr.Unary unary -> expr(unary.operand());
      case Expr.Binary(var _, var left, var right) -> {
        expr(left);
        expr(right);
      }
      case Expr.Extract extract -> expr(extract.operand());
      case Expr.Concat(var left, var right) -> {
        expr(left);
        expr(right);
      }
      case Expr.Extend extend -> expr(extend.operand());
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        expr(condition);
        expr(then);
        expr(otherwise);
      }
      case Expr.Unspecified(var _, var arguments) -> arguments.forEach(this::expr);
      case Expr.Constant _, Expr.PortPeek _ -> {}
    }
  }
}
