package trapline.smt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.smt.Term.Bounds;
import trapline.smt.Term.Shape;

/// The value of terms under one assignment, by `trapline.bits.Bits`, each computed once. Total.
final class Evaluation {
  private final Assignment assignment;
  private final Map<Term, Bits> values = new HashMap<>();
  private final Set<Term> arrays = new HashSet<>();

  Evaluation(Assignment assignment) {
    this.assignment = assignment;
  }

  /// The value of a bit-vector term.
  Bits of(Term term) {
    Traversal.argumentsFirst(List.of(term), this::isDone, this::visit);
    return value(term);
  }

  /// The value of an operation on constants; null when an argument is not constant, or free.
  static @Nullable Bits fold(Shape shape) {
    if (!(shape.sort() instanceof Sort.BitVector) || shape.arguments().isEmpty()) {
      return null;
    }
    for (Term argument : shape.arguments()) {
      if (!argument.isConstant()) {
        return null;
      }
    }
    return shape.op() == Op.APPLY
        ? null
        : compute(shape, shape.arguments().stream().map(Term::value).toList());
  }

  private boolean isDone(Term term) {
    return term.isArray() ? arrays.contains(term) : values.containsKey(term);
  }

  private void visit(Term term) {
    if (term.isArray()) {
      arrays.add(term);
    } else {
      values.put(term, step(term, this::value, assignment));
    }
  }

  private Bits value(Term term) {
    Bits value = values.get(term);
    if (value == null) {
      throw new IllegalStateException("no value yet: " + term);
    }
    return value;
  }

  /// The value of a bit-vector term where those that it is made of have these values.
  static Bits step(Term term, Function<Term, Bits> value, Assignment assignment) {
    return switch (term.op()) {
      case VARIABLE -> assignment.variable(term);
      case SELECT -> cell(term.argument(0), value.apply(term.argument(1)), value, assignment);
      case APPLY -> assignment.apply(term.name(), term.width(), all(term.arguments(), value));
      default -> compute(term.shape(), all(term.arguments(), value));
    };
  }

  private static List<Bits> all(List<Term> terms, Function<Term, Bits> value) {
    List<Bits> values = new ArrayList<>(terms.size());
    for (Term term : terms) {
      values.add(value.apply(term));
    }
    return values;
  }

  private static Bits cell(
      Term array, Bits index, Function<Term, Bits> value, Assignment assignment) {
    Term term = array;
    while (true) {
      switch (term.op()) {
        case STORE -> {
          if (value.apply(term.argument(1)).equals(index)) {
            return value.apply(term.argument(2));
          }
          term = term.argument(0);
        }
        case ITE -> term = term.argument(value.apply(term.argument(0)).isTrue() ? 1 : 2);
        case CONSTANT_ARRAY -> {
          return value.apply(term.argument(0));
        }
        case VARIABLE -> {
          return assignment.cell(term, index);
        }
        default -> throw new IllegalStateException("not an array: " + term);
      }
    }
  }

  private static Bits compute(Shape shape, List<Bits> a) {
    return switch (shape.op()) {
      case CONSTANT -> shape.value();
      case NOT -> a.get(0).not();
      case NEG -> a.get(0).neg();
      case ADD -> a.get(0).add(a.get(1));
      case SUB -> a.get(0).sub(a.get(1));
      case MUL -> a.get(0).mul(a.get(1));
      case UDIV -> a.get(0).udiv(a.get(1));
      case UREM -> a.get(0).urem(a.get(1));
      case SDIV -> a.get(0).sdiv(a.get(1));
      case SREM -> a.get(0).srem(a.get(1));
      case AND -> a.get(0).and(a.get(1));
      case OR -> a.get(0).or(a.get(1));
      case XOR -> a.get(0).xor(a.get(1));
      case SHL -> a.get(0).shl(a.get(1));
      case LSHR -> a.get(0).lshr(a.get(1));
      case ASHR -> a.get(0).ashr(a.get(1));
      case EQ -> Bits.of(a.get(0).equals(a.get(1)));
      case ULT -> Bits.of(a.get(0).ult(a.get(1)));
      case SLT -> Bits.of(a.get(0).slt(a.get(1)));
      case ITE -> a.get(a.get(0).isTrue() ? 1 : 2);
      case EXTRACT -> {
        Bounds bounds = shape.bounds();
        yield a.get(0).extract(bounds.high(), bounds.low());
      }
      case CONCAT -> a.get(0).concat(a.get(1));
      case SEXT -> a.get(0).sext(((Sort.BitVector) shape.sort()).width());
      case VARIABLE, APPLY, SELECT, STORE, CONSTANT_ARRAY ->
          throw new IllegalStateException("no arithmetic: " + shape.op());
    };
  }
}
