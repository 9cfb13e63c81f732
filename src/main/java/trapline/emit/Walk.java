package trapline.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Register;
import trapline.isa.Statement;

/// Looks at all of a body.
final class Walk {
  private Walk() {}

  /// Every statement, inner ones after outer ones; functions that are called are not entered.
  static void statements(Statement.Block block, Consumer<Statement> each) {
    for (Statement statement : block.statements()) {
      each.accept(statement);
      if (!(statement instanceof Statement.Call)) {
        statement.blocks().forEach(inner -> statements(inner, each));
      }
    }
  }

  /// The local that a statement sets.
  static List<Local> sets(Statement statement) {
    return switch (statement) {
      case Statement.Assign(var target, var _) -> List.of(target);
      case Statement.Load(var target, var _, var _, var _) -> List.of(target);
      case Statement.Input(var target, var _) -> List.of(target);
      case Statement.Choose(var target, var _) -> List.of(target);
      case Statement.Call(var target, var _, var _) -> target.map(List::of).orElse(List.of());
      case Statement.RegisterWrite _,
          Statement.MemoryWrite _,
          Statement.Store _,
          Statement.Output _,
          Statement.If _,
          Statement.While _,
          Statement.Raise _,
          Statement.Return _,
          Statement.Halt _,
          Statement.Commit _,
          Statement.Unpredictable _,
          Statement.Execute _ ->
          List.of();
    };
  }

  /// How often a local is read; more than once counts as two.
  static int uses(Local local, Expr expr) {
    if (expr == local) {
      return 1;
    }
    int uses = 0;
    for (Expr part : expr.parts()) {
      uses += uses(local, part);
      if (uses > 1) {
        return 2;
      }
    }
    return uses;
  }

  /// Whether a local is read for certain, and nothing of the state before it.
  static boolean comesFirst(Local local, Expr expr) {
    return place(local, expr) == Place.HERE;
  }

  private enum Place {
    /// The local is read, and nothing before.
    HERE,
    /// Nothing of the state is read, nor the local.
    NOT_YET,
    /// Something else is read first, or perhaps.
    TOO_LATE
  }

  private static Place place(Local local, Expr expr) {
    if (expr == local) {
      return Place.HERE;
    }
    List<Expr> before =
        expr instanceof Expr.Conditional(var condition, var _, var _)
            ? List.of(condition)
            : expr instanceof Expr.Binary(var _, var left, var _) && left.width() == 1
                ? List.of(left)
                : expr.parts();
    for (Expr part : before) {
      Place place = place(local, part);
      if (place != Place.NOT_YET) {
        return place;
      }
    }
    boolean looks =
        switch (expr) {
          case Expr.RegisterRead _, Expr.MemoryRead _, Expr.PortPeek _, Expr.Unspecified _ -> true;
          case Expr.Conditional _ -> true;
          case Expr.Binary(var _, var left, var _) -> left.width() == 1;
          case Expr.Constant _,
              Local _,
              Expr.Unary _,
              Expr.Extract _,
              Expr.Concat _,
              Expr.Extend _ ->
              false;
        };
    return looks ? Place.TOO_LATE : Place.NOT_YET;
  }

  /// Whether an expression can be evaluated in every state: no index in it can be out of range.
  static boolean isFaultless(Expr expr) {
    boolean itself =
        switch (expr) {
          case Expr.RegisterRead(var register, var index) -> fits(index, register);
          case Expr.MemoryRead _, Expr.Unspecified _ -> false;
          case Expr.Constant _,
              Local _,
              Expr.PortPeek _,
              Expr.Unary _,
              Expr.Binary _,
              Expr.Extract _,
              Expr.Concat _,
              Expr.Extend _,
              Expr.Conditional _ ->
              true;
        };
    return itself && expr.parts().stream().allMatch(Walk::isFaultless);
  }

  private static boolean fits(Expr index, Register register) {
    return !register.isFile()
        || Formulas.constant(index)
            .filter(v -> v.value().bitLength() < 31 && v.toInt() < register.count())
            .isPresent()
        || (index.width() < 31 && 1L << index.width() <= register.count());
  }

  /// Whether control never comes to the end of a block.
  static boolean ends(Statement.Block block) {
    return block.statements().stream().anyMatch(Walk::ends);
  }

  static boolean ends(Statement statement) {
    return switch (statement) {
      case Statement.Return _, Statement.Raise _, Statement.Unpredictable _, Statement.Execute _ ->
          true;
      case Statement.If(var _, var then, var otherwise) -> ends(then) && ends(otherwise);
      case Statement.While(var condition, var _) ->
          Formulas.constant(condition).filter(trapline.bits.Bits::isTrue).isPresent();
      case Statement.Assign _,
          Statement.RegisterWrite _,
          Statement.MemoryWrite _,
          Statement.Load _,
          Statement.Store _,
          Statement.Input _,
          Statement.Output _,
          Statement.Call _,
          Statement.Choose _,
          Statement.Halt _,
          Statement.Commit _ ->
          false;
    };
  }

  /// The locals that a statement, or one inside it, sets, in that order.
  static List<Local> locals(Statement statement) {
    List<Local> locals = new ArrayList<>();
    statements(
        alone(statement),
        s -> sets(s).stream().filter(l -> !locals.contains(l)).forEach(locals::add));
    return locals;
  }

  private static Statement.Block alone(Statement statement) {
    return new Statement.Block(List.of(statement), Span.NONE);
  }

  /// Whether a local is mentioned by a statement itself, or by more than one of its blocks.
  static boolean isShared(Statement statement, Local local) {
    return statement.expressions().stream().anyMatch(e -> uses(local, e) > 0)
        || (statement instanceof Statement.If(var _, var then, var otherwise)
            && mentions(then, local)
            && mentions(otherwise, local));
  }

  private static boolean mentions(Statement.Block block, Local local) {
    return block.statements().stream().anyMatch(s -> mentions(s, local));
  }

  /// Tells every read of a local.
  static void reads(Expr expr, Consumer<Local> each) {
    if (expr instanceof Local local) {
      each.accept(local);
    }
    expr.parts().forEach(part -> reads(part, each));
  }

  /// Whether a local is read whatever the state.
  static boolean isCertain(Local local, Expr expr) {
    return expr == local
        || switch (expr) {
          case Expr.Conditional(var condition, var _, var _) -> isCertain(local, condition);
          case Expr.Binary(var _, var left, var _) when left.width() == 1 -> isCertain(local, left);
          default -> expr.parts().stream().anyMatch(part -> isCertain(local, part));
        };
  }

  /// Whether an expression reads state.
  static boolean looks(Expr expr) {
    return expr instanceof Expr.RegisterRead
        || expr instanceof Expr.MemoryRead
        || expr instanceof Expr.PortPeek
        || expr.parts().stream().anyMatch(Walk::looks);
  }

  static boolean mentions(Statement statement, Local local) {
    boolean[] found = {false};
    statements(
        alone(statement),
        s ->
            found[0] |=
                sets(s).contains(local)
                    || s.expressions().stream().anyMatch(e -> uses(local, e) > 0));
    return found[0];
  }
}
