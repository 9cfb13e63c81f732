package trapline.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.UnspecifiedFunction;

/// The value of a pure expression over locals, by walking it: decode conditions, constraints.
///
/// Not for expressions that read state: those are an `IllegalArgumentException`.
public final class Evaluation {
  /// What an unspecified function gives.
  @FunctionalInterface
  public interface Maker {
    Bits choose(UnspecifiedFunction function, List<Bits> arguments);
  }

  private final Map<Local, Bits> locals;
  private final Maker maker;

  private Evaluation(Map<Local, Bits> locals, Maker maker) {
    this.locals = locals;
    this.maker = maker;
  }

  public static Bits of(Expr expr, Map<Local, Bits> locals) {
    return of(
        expr,
        locals,
        (function, arguments) -> {
          throw new IllegalArgumentException(function + " in a condition");
        });
  }

  public static Bits of(Expr expr, Map<Local, Bits> locals, Maker maker) {
    return new Evaluation(locals, maker).value(expr);
  }

  private Bits value(Expr expr) {
    return switch (expr) {
      case Expr.Constant(var value) -> value;
      case Local local -> {
        Bits value = locals.get(local);
        if (value == null) {
          throw new IllegalArgumentException("unbound " + local);
        }
        yield value;
      }
      case Expr.Unary(var op, var operand) -> unary(op, value(operand));
      case Expr.Binary(var op, var left, var right) -> binary(op, value(left), value(right));
      case Expr.Extract(var operand, int high, int low) -> value(operand).extract(high, low);
      case Expr.Concat(var left, var right) -> value(left).concat(value(right));
      case Expr.Extend(var operand, int width, boolean signed) ->
          signed ? value(operand).sext(width) : value(operand).zext(width);
      case Expr.Conditional(var condition, var then, var otherwise) ->
          value(condition).isTrue() ? value(then) : value(otherwise);
      case Expr.Unspecified(var function, var arguments) -> {
        var values = new ArrayList<Bits>();
        arguments.forEach(a -> values.add(value(a)));
        yield maker.choose(function, values);
      }
      case Expr.RegisterRead read -> throw new IllegalArgumentException("reads " + read.register());
      case Expr.MemoryRead read -> throw new IllegalArgumentException("reads " + read.memory());
      case Expr.PortPeek peek -> throw new IllegalArgumentException("reads " + peek.port());
    };
  }

  public static Bits unary(Expr.UnaryOp op, Bits a) {
    return switch (op) {
      case NOT -> a.not();
      case NEG -> a.neg();
    };
  }

  public static Bits binary(Expr.BinaryOp op, Bits a, Bits b) {
    return switch (op) {
      case ADD -> a.add(b);
      case SUB -> a.sub(b);
      case MUL -> a.mul(b);
      case UDIV -> a.udiv(b);
      case UREM -> a.urem(b);
      case SDIV -> a.sdiv(b);
      case SREM -> a.srem(b);
      case AND -> a.and(b);
      case OR -> a.or(b);
      case XOR -> a.xor(b);
      case SHL -> a.shl(b);
      case LSHR -> a.lshr(b);
      case ASHR -> a.ashr(b);
      case EQ -> Bits.of(a.equals(b));
      case ULT -> Bits.of(a.ult(b));
      case ULE -> Bits.of(!b.ult(a));
      case SLT -> Bits.of(a.slt(b));
      case SLE -> Bits.of(!b.slt(a));
    };
  }
}
