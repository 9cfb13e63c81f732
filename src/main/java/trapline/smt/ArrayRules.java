package trapline.smt;

import org.jspecify.annotations.Nullable;

/// Rules for arrays. Null: no rule applies.
///
/// Stores at indices that are provably apart are put in order of their indices' creation.
final class ArrayRules {
  /// A choice is pushed into so many stores, and a select looks through so many if all is known.
  private static final int STORES = 64;

  /// A select looks through fewer stores than this that may be to its cell.
  private static final int EAGER = 8;

  private ArrayRules() {}

  static @Nullable Term select(Terms t, Term array, Term index) {
    Stretch stretch = Stretch.of(array);
    if (stretch != null) {
      return stretch.select(t, index);
    }
    Term at = array;
    while (at.op() == Op.STORE && apart(t, at.argument(1), index)) {
      at = at.argument(0);
    }
    return switch (at.op()) {
      case STORE -> {
        if (at.argument(1) == index) {
          yield at.argument(2);
        }
        if (isShort(t, at, index) || isKnown(at)) {
          yield t.ite(t.eq(at.argument(1), index), at.argument(2), t.select(at.argument(0), index));
        }
        yield at == array ? null : t.select(at, index);
      }
      case CONSTANT_ARRAY -> at.argument(0);
      case ITE ->
          t.ite(at.argument(0), t.select(at.argument(1), index), t.select(at.argument(2), index));
      case VARIABLE -> at == array ? null : t.select(at, index);
      case CONSTANT, NOT, NEG, ADD, SUB, MUL, UDIV, UREM, SDIV, SREM, AND, OR, XOR ->
          throw new IllegalStateException("not an array: " + at);
      case SHL, LSHR, ASHR, EQ, ULT, SLT, EXTRACT, CONCAT, SEXT, SELECT, APPLY ->
          throw new IllegalStateException("not an array: " + at);
    };
  }

  static @Nullable Term store(Terms t, Term array, Term index, Term value) {
    if (value.op() == Op.SELECT && value.argument(0) == array && value.argument(1) == index) {
      return array;
    }
    if (array.op() == Op.CONSTANT_ARRAY && array.argument(0) == value) {
      return array;
    }
    if (array.op() != Op.STORE) {
      return null;
    }
    Term below = array.argument(1);
    if (below == index) {
      return t.store(array.argument(0), index, value);
    }
    return below.id() > index.id() && apart(t, below, index)
        ? t.store(t.store(array.argument(0), index, value), below, array.argument(2))
        : null;
  }

  static @Nullable Term ite(Terms t, Term c, Term a, Term b) {
    if (a.op() == Op.STORE && b.op() == Op.STORE && a.argument(1) == b.argument(1)) {
      Term index = a.argument(1);
      return t.store(
          t.ite(c, a.argument(0), b.argument(0)), index, t.ite(c, a.argument(2), b.argument(2)));
    }
    if (isStoredInto(b, a)) {
      return sometimesStored(t, c, a, b);
    }
    return isStoredInto(a, b) ? sometimesStored(t, t.not(c), b, a) : null;
  }

  /// `ite(c, store(s, i, v), base)` where `s` is `base` with stores: always stores, but what is
  /// there already when `c` is false.
  private static Term sometimesStored(Terms t, Term c, Term stored, Term base) {
    Term below = t.ite(c, stored.argument(0), base);
    Term index = stored.argument(1);
    return t.store(below, index, t.ite(c, stored.argument(2), t.select(below, index)));
  }

  private static boolean isStoredInto(Term base, Term array) {
    Term at = array;
    for (int i = 0; i < STORES && at.op() == Op.STORE; i++) {
      at = at.argument(0);
      if (at == base) {
        return true;
      }
    }
    return false;
  }

  /// Whether a select of `array` becomes a choice between what may have been stored there: better
  /// for the solver, as long as it stays small.
  private static boolean isShort(Terms t, Term array, Term index) {
    int open = 0;
    for (Term at = array; at.op() == Op.STORE; at = at.argument(0)) {
      if (at.argument(1) == index || Stretch.of(at) != null) {
        return true;
      }
      if (!apart(t, at.argument(1), index)) {
        open++;
      }
      if (open == EAGER) {
        return false;
      }
    }
    return true;
  }

  /// Whether what is where is known of the whole array, as it is in a witness.
  private static boolean isKnown(Term array) {
    Term at = array;
    for (int i = 0; i < STORES; i++) {
      if (at.op() != Op.STORE) {
        return at.op() == Op.CONSTANT_ARRAY && at.argument(0).isConstant();
      }
      if (!at.argument(1).isConstant() || !at.argument(2).isConstant()) {
        return false;
      }
      at = at.argument(0);
    }
    return false;
  }

  private static boolean apart(Terms t, Term a, Term b) {
    return t.eq(a, b).isFalse();
  }
}
