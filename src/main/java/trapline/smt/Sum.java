package trapline.smt;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// A term as a linear combination, modulo 2^width.
///
///     Sum = c1 * a1 + ... + cn * an + constant      ai: terms that are no sums, by age
///
/// Equal sums are one term, however they were added up: an address computed from a real base and
/// one computed from a virtual base and an offset are seen to be equal without asking a solver.
///
///     term = (positive part - negative part) + constant
final class Sum {
  /// A sum of more atoms stays as it was put together, so that sharing is not lost.
  private static final int ATOMS = 12;

  /// So many operations are looked through.
  private static final int OPERATIONS = 64;

  private record Atom(Term term, BigInteger factor) {}

  private final int width;
  private final Map<Integer, Atom> atoms = new TreeMap<>();
  private BigInteger constant = BigInteger.ZERO;
  private int operations;

  private Sum(int width) {
    this.width = width;
  }

  /// The sum of `a` and `b`; null when it has too many atoms.
  static @Nullable Term add(Terms t, Term a, Term b) {
    return combined(a, b, BigInteger.ONE).term(t);
  }

  static @Nullable Term sub(Terms t, Term a, Term b) {
    return combined(a, b, BigInteger.ONE.negate()).term(t);
  }

  static @Nullable Term neg(Terms t, Term a) {
    Sum sum = new Sum(a.width());
    sum.take(a, BigInteger.ONE.negate());
    return sum.term(t);
  }

  /// The equation of `a` and `b` with every atom on one side only; null when it is so already.
  static @Nullable Term eq(Terms t, Term a, Term b) {
    if (!isSum(a) && !isSum(b)) {
      return null;
    }
    Sum difference = combined(a, b, BigInteger.ONE.negate());
    if (difference.atoms.size() > ATOMS) {
      return null;
    }
    if (difference.atoms.isEmpty()) {
      return t.truth(difference.constant.signum() == 0);
    }
    if (difference.isNegative(difference.atoms.values().iterator().next())) {
      difference = combined(b, a, BigInteger.ONE.negate());
    }
    Sum left = new Sum(a.width());
    Sum right = new Sum(a.width());
    for (Atom atom : difference.atoms.values()) {
      if (difference.isNegative(atom)) {
        right.put(atom.term(), atom.factor().negate());
      } else {
        left.put(atom.term(), atom.factor());
      }
    }
    right.constant = difference.wrapped(difference.constant.negate());
    Term one = left.term(t);
    Term other = right.term(t);
    if (one == null || other == null || (one == a && other == b) || (one == b && other == a)) {
      return null;
    }
    return t.eq(one, other);
  }

  private static boolean isSum(Term a) {
    return a.op() == Op.ADD || a.op() == Op.SUB || a.op() == Op.NEG;
  }

  private static Sum combined(Term a, Term b, BigInteger factor) {
    Sum sum = new Sum(a.width());
    sum.take(a, BigInteger.ONE);
    sum.take(b, factor);
    return sum;
  }

  private void take(Term term, BigInteger factor) {
    if (operations++ > OPERATIONS) {
      put(term, factor);
      return;
    }
    switch (term.op()) {
      case CONSTANT -> constant = wrapped(constant.add(factor.multiply(term.value().value())));
      case ADD -> {
        take(term.argument(0), factor);
        take(term.argument(1), factor);
      }
      case SUB -> {
        take(term.argument(0), factor);
        take(term.argument(1), factor.negate());
      }
      case NEG -> take(term.argument(0), factor.negate());
      case MUL -> {
        if (term.argument(1).isConstant()) {
          take(term.argument(0), factor.multiply(term.argument(1).value().value()));
        } else {
          put(term, factor);
        }
      }
      case VARIABLE, NOT, UDIV, UREM, SDIV, SREM, AND, OR, XOR, SHL, LSHR, ASHR ->
          put(term, factor);
      case EQ, ULT, SLT, ITE, EXTRACT, CONCAT, SEXT, SELECT, APPLY -> put(term, factor);
      case STORE, CONSTANT_ARRAY -> throw new IllegalArgumentException("an array: " + term);
    }
  }

  private void put(Term term, BigInteger factor) {
    Atom known = atoms.get(term.id());
    BigInteger total = wrapped(known == null ? factor : known.factor().add(factor));
    if (total.signum() == 0) {
      atoms.remove(term.id());
    } else {
      atoms.put(term.id(), new Atom(term, total));
    }
  }

  private BigInteger wrapped(BigInteger value) {
    return value.and(Bits.mask(width));
  }

  private boolean isNegative(Atom atom) {
    return atom.factor().compareTo(BigInteger.ONE.shiftLeft(width - 1)) > 0;
  }

  private @Nullable Term term(Terms t) {
    if (atoms.size() > ATOMS) {
      return null;
    }
    Term positive = part(t, false);
    Term negative = part(t, true);
    Term fixed = t.constant(new Bits(width, constant));
    if (positive == null) {
      if (negative == null) {
        return fixed;
      }
      return constant.signum() == 0
          ? t.written(Op.NEG, negative)
          : t.written(Op.SUB, fixed, negative);
    }
    Term sum = negative == null ? positive : t.written(Op.SUB, positive, negative);
    return constant.signum() == 0 ? sum : t.written(Op.ADD, sum, fixed);
  }

  private @Nullable Term part(Terms t, boolean negative) {
    Term sum = null;
    for (Atom atom : atoms.values()) {
      if (isNegative(atom) == negative) {
        BigInteger factor = negative ? wrapped(atom.factor().negate()) : atom.factor();
        Term product =
            factor.equals(BigInteger.ONE)
                ? atom.term()
                : t.mul(atom.term(), t.constant(new Bits(width, factor)));
        sum = sum == null ? product : t.written(Op.ADD, sum, product);
      }
    }
    return sum;
  }
}
