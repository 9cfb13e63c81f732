package trapline.lang;

import java.math.BigInteger;
import java.util.List;
import trapline.isa.Expr;
import trapline.isa.Statement;

/// What code of the model may do to state, and what expressions depend on it.
final class Effects {
  private Effects() {}

  /// May it change state that an expression can read: registers, memory, what a port holds?
  static boolean writes(Draft draft, List<Statement> statements) {
    return statements.stream().anyMatch(s -> writes(draft, s));
  }

  static boolean writes(Draft draft, Statement statement) {
    return switch (statement) {
      case Statement.RegisterWrite _,
          Statement.MemoryWrite _,
          Statement.Store _,
          Statement.Input _,
          Statement.Output _,
          Statement.Halt _,
          Statement.Execute _ ->
          true;
      case Statement.Assign _,
          Statement.Choose _,
          Statement.Raise _,
          Statement.Return _,
          Statement.Commit _,
          Statement.Unpredictable _ ->
          false;
      case Statement.Load load ->
          load.space().devices().stream().anyMatch(d -> writes(draft, d.get().body().statements()));
      case Statement.Call(var _, var function, var _) -> {
        Boolean known = draft.writers.get(function);
        if (known == null) {
          known = writes(draft, function.body().statements());
          draft.writers.put(function, known);
        }
        yield known;
      }
      case Statement.If(var _, var then, var otherwise) ->
          writes(draft, then.statements()) || writes(draft, otherwise.statements());
      case Statement.While(var _, var body) -> writes(draft, body.statements());
    };
  }

  /// Does its value depend on state that statements can change?
  static boolean reads(Expr e) {
    return switch (e) {
      case trapline.isa.Local _, Expr.Constant _ -> false;
      case Expr.RegisterRead _, Expr.MemoryRead _, Expr.PortPeek _ -> true;
      case Expr.Unary(var _, Expr x) -> reads(x);
      case Expr.Binary(var _, Expr x, Expr y) -> reads(x) || reads(y);
      case Expr.Extract(Expr x, int _, int _) -> reads(x);
      case Expr.Concat(Expr x, Expr y) -> reads(x) || reads(y);
      case Expr.Extend(Expr x, int _, boolean _) -> reads(x);
      case Expr.Conditional(Expr c, Expr x, Expr y) -> reads(c) || reads(x) || reads(y);
      case Expr.Unspecified(var _, List<Expr> arguments) ->
          arguments.stream().anyMatch(Effects::reads);
    };
  }

  /// How many parts it has, shared ones counted as often as they stand; counting stops past
  /// `limit`.
  static int size(Expr e, int limit) {
    if (limit <= 0) {
      return 1;
    }
    return switch (e) {
      case trapline.isa.Local _, Expr.Constant _, Expr.PortPeek _ -> 1;
      case Expr.RegisterRead(var _, Expr x) -> 1 + size(x, limit - 1);
      case Expr.MemoryRead(var _, Expr x) -> 1 + size(x, limit - 1);
      case Expr.Unary(var _, Expr x) -> 1 + size(x, limit - 1);
      case Expr.Extract(Expr x, int _, int _) -> 1 + size(x, limit - 1);
      case Expr.Extend(Expr x, int _, boolean _) -> 1 + size(x, limit - 1);
      case Expr.Binary(var _, Expr x, Expr y) -> size(List.of(x, y), limit);
      case Expr.Concat(Expr x, Expr y) -> size(List.of(x, y), limit);
      case Expr.Conditional(Expr c, Expr x, Expr y) -> size(List.of(c, x, y), limit);
      case Expr.Unspecified(var _, List<Expr> arguments) -> size(arguments, limit);
    };
  }

  private static int size(List<Expr> parts, int limit) {
    int size = 1;
    for (Expr part : parts) {
      if (size > limit) {
        break;
      }
      size += size(part, limit - size);
    }
    return size;
  }

  /// Could evaluating it reach beyond the last element of a file or memory?
  static boolean isRisky(Expr e) {
    return switch (e) {
      case trapline.isa.Local _, Expr.Constant _, Expr.PortPeek _ -> false;
      case Expr.RegisterRead(var r, Expr i) ->
          isRisky(i) || !inRange(i, BigInteger.valueOf(r.count()));
      case Expr.MemoryRead(var m, Expr i) -> isRisky(i) || !inRange(i, m.count());
      case Expr.Unary(var _, Expr x) -> isRisky(x);
      case Expr.Binary(var _, Expr x, Expr y) -> isRisky(x) || isRisky(y);
      case Expr.Extract(Expr x, int _, int _) -> isRisky(x);
      case Expr.Concat(Expr x, Expr y) -> isRisky(x) || isRisky(y);
      case Expr.Extend(Expr x, int _, boolean _) -> isRisky(x);
      case Expr.Conditional(Expr c, Expr x, Expr y) -> isRisky(c) || isRisky(x) || isRisky(y);
      case Expr.Unspecified(var _, List<Expr> arguments) ->
          arguments.stream().anyMatch(Effects::isRisky);
    };
  }

  private static boolean inRange(Expr index, BigInteger count) {
    return index instanceof Expr.Constant
        || BigInteger.ONE.shiftLeft(index.width()).compareTo(count) <= 0;
  }
}
