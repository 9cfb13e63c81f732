package trapline.machine;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Expr;
import trapline.isa.Space;
import trapline.isa.Statement;

/// How much code a piece of a description takes, in nodes; about eight bytes of bytecode each.
///
/// The JVM compiles no method of more than 8000 bytes and loads none of more than 65535, so what is
/// larger is spread over several: see [Body].
final class Sizes {
  private static final int MOST = 1 << 24;

  private final Map<Expr, Integer> exprs = new IdentityHashMap<>();
  private final Map<Statement.Block, Integer> blocks = new IdentityHashMap<>();

  int of(Statement.Block block) {
    Integer known = blocks.get(block);
    if (known != null) {
      return known;
    }
    int size = 0;
    for (Statement statement : block.statements()) {
      size = sum(size, of(statement));
    }
    blocks.put(block, size);
    return size;
  }

  int of(Statement statement) {
    return switch (statement) {
      case Statement.Assign(var _, var value) -> sum(1, of(value));
      case Statement.RegisterWrite(var _, var index, var value) ->
          sum(3, sum(of(index), of(value)));
      case Statement.MemoryWrite(var _, var index, var value) -> sum(3, sum(of(index), of(value)));
      case Statement.Load load -> sum(6 + devices(load.space()), of(load.address()));
      case Statement.Store(var space, var address, var value) ->
          sum(7 + devices(space), sum(of(address), of(value)));
      case Statement.Input _ -> 3;
      case Statement.Output(var _, var value) -> sum(2, of(value));
      case Statement.Call call -> sum(5, of(call.arguments()));
      case Statement.Choose(var _, var constraint) -> sum(6, constraint.map(this::of).orElse(0));
      case Statement.If(var condition, var then, var otherwise) ->
          sum(2, sum(of(condition), sum(of(then), of(otherwise))));
      case Statement.While(var condition, var body) -> sum(6, sum(of(condition), of(body)));
      case Statement.Raise(var _, var arguments) -> sum(3, of(arguments));
      case Statement.Return(var value) -> sum(1, value.map(this::of).orElse(0));
      case Statement.Execute(var word) -> sum(2, of(word));
      case Statement.Halt _, Statement.Commit _, Statement.Unpredictable _ -> 2;
    };
  }

  private static int devices(Space space) {
    return Math.min(space.devices().size(), MOST / 16) * 8;
  }

  int of(Expr expr) {
    return switch (expr) {
      case Expr.Constant _, trapline.isa.Local _, Expr.PortPeek _ -> 1;
      case Expr.RegisterRead _,
          Expr.MemoryRead _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Extract _,
          Expr.Concat _,
          Expr.Extend _,
          Expr.Conditional _,
          Expr.Unspecified _ -> {
        Integer known = exprs.get(expr);
        if (known == null) {
          known = inner(expr);
          exprs.put(expr, known);
        }
        yield known;
      }
    };
  }

  private int inner(Expr expr) {
    return switch (expr) {
      case Expr.RegisterRead read -> sum(1, of(read.index()));
      case Expr.MemoryRead read -> sum(1, of(read.index()));
      case Expr.Unary unary -> sum(1, of(unary.operand()));
      case Expr.Binary(var _, var left, var right) -> sum(1, sum(of(left), of(right)));
      case Expr.Extract extract -> sum(1, of(extract.operand()));
      case Expr.Concat(var left, var right) -> sum(1, sum(of(left), of(right)));
      case Expr.Extend extend -> sum(1, of(extend.operand()));
      case Expr.Conditional(var condition, var then, var otherwise) ->
          sum(1, sum(of(condition), sum(of(then), of(otherwise))));
      case Expr.Unspecified(var _, var arguments) -> sum(4, of(arguments));
      case Expr.Constant _, trapline.isa.Local _, Expr.PortPeek _ -> 1;
    };
  }

  private int of(List<? extends Expr> all) {
    int size = 0;
    for (Expr expr : all) {
      size = sum(size, sum(2, of(expr)));
    }
    return size;
  }

  private static int sum(int a, int b) {
    return Math.min(a + b, MOST);
  }
}
