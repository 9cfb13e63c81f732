package trapline.smt;

import java.util.List;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// An expression over bit vectors and arrays, interned: within one [Terms], two terms are equal
/// exactly when they are the same object.
///
///     Term = constant(Bits) | variable(name, Sort) | apply(name, Term*) | op(Term*)
///          | extract(Term, high, low)
///
/// Terms form a graph with shared parts, so whoever walks one uses [Traversal], never recursion. Why
/// not records: hashing a shared record graph takes time exponential in its depth.
public final class Term {
  /// Everything that tells one term of a factory from another.
  record Shape(Op op, Sort sort, @Nullable Object payload, List<Term> arguments) {
    Bits value() {
      return (Bits) held();
    }

    String name() {
      return (String) held();
    }

    Bounds bounds() {
      return (Bounds) held();
    }

    private Object held() {
      if (payload == null) {
        throw new IllegalStateException(op + " holds no constant, name or bounds");
      }
      return payload;
    }
  }

  /// The bounds of an extract, both included.
  record Bounds(int high, int low) {}

  private static final int SHOWN_DEPTH = 8;

  private final Terms factory;
  private final Shape shape;
  private final int id;

  Term(Terms factory, Shape shape, int id) {
    this.factory = factory;
    this.shape = shape;
    this.id = id;
  }

  Terms factory() {
    return factory;
  }

  Shape shape() {
    return shape;
  }

  public Op op() {
    return shape.op();
  }

  public Sort sort() {
    return shape.sort();
  }

  /// The width of a bit vector; an array has none.
  public int width() {
    return switch (shape.sort()) {
      case Sort.BitVector(int width) -> width;
      case Sort.Array array -> throw new IllegalArgumentException("an array: " + this);
    };
  }

  public boolean isArray() {
    return shape.sort() instanceof Sort.Array;
  }

  public List<Term> arguments() {
    return shape.arguments();
  }

  public Term argument(int index) {
    return shape.arguments().get(index);
  }

  /// The order of creation within the factory; arguments come before what is made of them.
  public int id() {
    return id;
  }

  public boolean isConstant() {
    return shape.op() == Op.CONSTANT;
  }

  public boolean isVariable() {
    return shape.op() == Op.VARIABLE;
  }

  public boolean isTrue() {
    return isConstant() && width() == 1 && value().isTrue();
  }

  public boolean isFalse() {
    return isConstant() && width() == 1 && value().isZero();
  }

  /// The value of a constant.
  public Bits value() {
    return shape.value();
  }

  /// The name of a variable, or of the function of an `apply`.
  public String name() {
    return shape.name();
  }

  /// The highest bit of an `extract`.
  public int high() {
    return shape.bounds().high();
  }

  /// The lowest bit of an `extract`.
  public int low() {
    return shape.bounds().low();
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public boolean equals(@Nullable Object that) {
    return this == that;
  }

  /// SMT-LIB text, with `…` for what lies too deep to read.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    show(text, SHOWN_DEPTH);
    return text.toString();
  }

  private void show(StringBuilder text, int depth) {
    switch (shape.op()) {
      case CONSTANT -> text.append(width() == 1 ? (isTrue() ? "true" : "false") : literal());
      case VARIABLE -> text.append(name());
      default -> {
        if (depth == 0) {
          text.append('…');
          return;
        }
        text.append('(').append(head());
        for (Term argument : arguments()) {
          text.append(' ');
          argument.show(text, depth - 1);
        }
        text.append(')');
      }
    }
  }

  private String literal() {
    return width() % 4 == 0
        ? "#x" + value().toHex().substring(2)
        : "(_ bv" + value().value() + " " + width() + ")";
  }

  private String head() {
    return switch (shape.op()) {
      case APPLY -> name();
      case EXTRACT -> "(_ extract " + high() + " " + low() + ")";
      case SEXT -> "(_ sign_extend " + (width() - argument(0).width()) + ")";
      case CONSTANT_ARRAY -> "(as const " + shape.sort() + ")";
      default -> shape.op().symbol();
    };
  }
}
