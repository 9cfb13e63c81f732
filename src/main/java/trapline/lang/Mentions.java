package trapline.lang;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The names that code mentions, whatever they mean.
final class Mentions {
  private final Set<String> names = new LinkedHashSet<>();

  private Mentions() {}

  static Set<String> of(Syntax.Block block) {
    Mentions m = new Mentions();
    m.block(block);
    return m.names;
  }

  static Set<String> of(Syntax.Expression e) {
    Mentions m = new Mentions();
    m.expression(e);
    return m.names;
  }

  private void block(Syntax.Block block) {
    block.statements().forEach(this::statement);
  }

  private void statement(Syntax.Statement s) {
    switch (s) {
      case Syntax.Statement.Bind b -> expression(b.value());
      case Syntax.Statement.Any a -> a.where().ifPresent(this::expression);
      case Syntax.Statement.Assign(var target, var value, var _) -> {
        expression(target);
        expression(value);
      }
      case Syntax.Statement.Evaluate(var call, var _) -> expression(call);
      case Syntax.Statement.Trap t -> t.arguments().forEach(this::expression);
      case Syntax.Statement.If(
              var condition,
              var then,
              Optional<Syntax.Block> otherwise,
              var _) -> {
        expression(condition);
        block(then);
        otherwise.ifPresent(this::block);
      }
      case Syntax.Statement.Match(var subject, List<Syntax.MatchArm> arms, var _) -> {
        expression(subject);
        arms.forEach(a -> block(a.body()));
      }
      case Syntax.Statement.For(var _, var from, var to, var body, var _) -> {
        expression(from);
        expression(to);
        block(body);
      }
      case Syntax.Statement.While(var condition, var body, var _) -> {
        expression(condition);
        block(body);
      }
      case Syntax.Statement.Return(var value, var _) -> value.ifPresent(this::expression);
      case Syntax.Statement.Execute(var word, var _) -> expression(word);
      case Syntax.Statement.Assert(var condition, var _) -> expression(condition);
      case Syntax.Statement.Halt _,
          Syntax.Statement.Commit _,
          Syntax.Statement.Unpredictable _ -> {}
    }
  }

  private void expression(Syntax.Expression e) {
    switch (e) {
      case Syntax.Expression.Number _, Syntax.Expression.Truth _ -> {}
      case Syntax.Expression.Reference(var name, var _) -> names.add(name.text());
      case Syntax.Expression.Unary(var _, var operand, var _) -> expression(operand);
      case Syntax.Expression.Binary b -> {
        expression(b.left());
        expression(b.right());
      }
      case Syntax.Expression.Conditional(var condition, var then, var otherwise, var _) -> {
        expression(condition);
        expression(then);
        expression(otherwise);
      }
      case Syntax.Expression.Match(var subject, var arms, var _) -> {
        expression(subject);
        arms.forEach(a -> expression(a.value()));
      }
      case Syntax.Expression.Index(var base, var index, var _) -> {
        expression(base);
        expression(index);
      }
      case Syntax.Expression.Slice(var base, var _, var _, var _) -> expression(base);
      case Syntax.Expression.Member(var base, var _, var _) -> expression(base);
      case Syntax.Expression.Call(var callee, var arguments, var _) -> {
        expression(callee);
        arguments.forEach(a -> expression(a.value()));
      }
    }
  }
}
