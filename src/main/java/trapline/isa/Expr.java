package trapline.isa;

import java.util.List;
import trapline.bits.Bits;

/// A pure, total expression over the current state and locals.
///
/// Widths are consistent by construction of the type checker: both operands of a binary operation
/// have one width (a shift amount and a concatenation excepted), conditions are one bit wide.
///
/// An index out of range (a file or memory whose count is no power of two) reads zero and is
/// reported: see [Statement].
public sealed interface Expr
    permits Local,
        Expr.Constant,
        Expr.RegisterRead,
        Expr.MemoryRead,
        Expr.PortPeek,
        Expr.Unary,
        Expr.Binary,
        Expr.Extract,
        Expr.Concat,
        Expr.Extend,
        Expr.Conditional,
        Expr.Unspecified {

  int width();

  /// The expressions that it is made of, in the order in which they are evaluated.
  default List<Expr> parts() {
    return switch (this) {
      case Constant _, Local _, PortPeek _ -> List.of();
      case RegisterRead(_, var index) -> List.of(index);
      case MemoryRead(_, var index) -> List.of(index);
      case Unary(_, var operand) -> List.of(operand);
      case Binary(_, var left, var right) -> List.of(left, right);
      case Extract(var operand, _, _) -> List.of(operand);
      case Concat(var high, var low) -> List.of(high, low);
      case Extend(var operand, _, _) -> List.of(operand);
      case Conditional(var condition, var then, var otherwise) ->
          List.of(condition, then, otherwise);
      case Unspecified(_, var arguments) -> arguments;
    };
  }

  record Constant(Bits value) implements Expr {
    @Override
    public int width() {
      return value.width();
    }
  }

  /// A whole element. The index of a single register is the one-bit constant 0.
  record RegisterRead(Register register, Expr index) implements Expr {
    @Override
    public int width() {
      return register.width();
    }
  }

  /// A physical cell: storage by absolute address, outside the window.
  record MemoryRead(Memory memory, Expr index) implements Expr {
    @Override
    public int width() {
      return memory.width();
    }
  }

  /// What an input port holds, without consuming it.
  record PortPeek(Port port) implements Expr {
    @Override
    public int width() {
      return port.width();
    }
  }

  record Unary(UnaryOp op, Expr operand) implements Expr {
    @Override
    public int width() {
      return operand.width();
    }
  }

  record Binary(BinaryOp op, Expr left, Expr right) implements Expr {
    @Override
    public int width() {
      return op.isComparison() ? 1 : left.width();
    }
  }

  /// Bits `high..low`, both included.
  record Extract(Expr operand, int high, int low) implements Expr {
    @Override
    public int width() {
      return high - low + 1;
    }
  }

  /// `left` in the high bits.
  record Concat(Expr left, Expr right) implements Expr {
    @Override
    public int width() {
      return left.width() + right.width();
    }
  }

  /// The operand in `width` bits, at least as many as it has.
  record Extend(Expr operand, int width, boolean signed) implements Expr {}

  record Conditional(Expr condition, Expr then, Expr otherwise) implements Expr {
    @Override
    public int width() {
      return then.width();
    }
  }

  /// The value of a function that the architecture leaves to the maker: same input, same output.
  record Unspecified(UnspecifiedFunction function, List<Expr> arguments) implements Expr {
    @Override
    public int width() {
      return function.width();
    }
  }

  enum UnaryOp {
    /// Bitwise complement; on one bit, logical negation.
    NOT,
    NEG
  }

  /// As the methods of [Bits] of the same names.
  enum BinaryOp {
    ADD,
    SUB,
    MUL,
    UDIV,
    UREM,
    SDIV,
    SREM,
    AND,
    OR,
    XOR,
    SHL,
    LSHR,
    ASHR,
    EQ,
    ULT,
    ULE,
    SLT,
    SLE;

    public boolean isComparison() {
      return compareTo(EQ) >= 0;
    }
  }
}
