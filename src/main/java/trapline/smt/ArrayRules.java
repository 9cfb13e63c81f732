package trapline.smt;

import org.jspecify.annotations.Nullable;

/// Rules for arrays. Null: no rule applies.
final class ArrayRules {
  private ArrayRules() {}

  static @Nullable Term select(Terms t, Term array, Term index) {
    Term at = array;
    while (at.op() == Op.STORE && at.argument(1) != index && apart(t, at.argument(1), index)) {
      at = at.argument(0);
    }
    if (at.op() == Op.STORE && at.argument(1) == index) {
      return at.argument(2);
    }
    if (at.op() == Op.CONSTANT_ARRAY) {
      return at.argument(0);
    }
    return at == array ? null : t.select(at, index);
  }

  static @Nullable Term store(Terms t, Term array, Term index, Term value) {
    return array.op() == Op.STORE && array.argument(1) == index
        ? t.store(array.argument(0), index, value)
        : null;
  }

  private static boolean apart(Terms t, Term a, Term b) {
    return t.eq(a, b).isFalse();
  }
}
