package trapline.smt;

import org.jspecify.annotations.Nullable;

/// Rules for `ite`. Null: no rule applies.
final class ChoiceRules {
  /// So many constants at the leaves of nested choices are still computed with one by one.
  private static final int LEAVES = 8;

  private ChoiceRules() {}

  static @Nullable Term ite(Terms t, Term c, Term a, Term b) {
    if (c.isConstant()) {
      return c.isTrue() ? a : b;
    }
    if (a == b) {
      return a;
    }
    if (c.op() == Op.NOT) {
      return t.ite(c.argument(0), b, a);
    }
    if (a.op() == Op.ITE) {
      Boolean inner = Facts.decide(c, true, a.argument(0));
      if (inner != null) {
        return t.ite(c, a.argument(inner ? 1 : 2), b);
      }
      if (a.argument(2) == b) {
        return t.ite(t.and(c, a.argument(0)), a.argument(1), b);
      }
      if (a.argument(1) == b) {
        return t.ite(t.and(c, t.not(a.argument(0))), a.argument(2), b);
      }
    }
    if (b.op() == Op.ITE) {
      Boolean inner = Facts.decide(c, false, b.argument(0));
      if (inner != null) {
        return t.ite(c, a, b.argument(inner ? 1 : 2));
      }
      if (b.argument(1) == a) {
        return t.ite(t.or(c, b.argument(0)), a, b.argument(2));
      }
      if (b.argument(2) == a) {
        return t.ite(t.or(c, t.not(b.argument(0))), a, b.argument(1));
      }
    }
    if (a.isArray()) {
      return ArrayRules.ite(t, c, a, b);
    }
    if (a.width() == 1) {
      return iteOfTruths(t, c, a, b);
    }
    if (c.op() == Op.EQ
        && (c.argument(0) == a || c.argument(0) == b)
        && (c.argument(1) == a || c.argument(1) == b)) {
      return b;
    }
    Term shared = sharedPart(t, c, a, b);
    return shared == null ? sharedPart(t, t.not(c), b, a) : shared;
  }

  private static @Nullable Term iteOfTruths(Terms t, Term c, Term a, Term b) {
    if (a.isConstant()) {
      return a.isTrue() ? t.or(c, b) : t.and(t.not(c), b);
    }
    if (b.isConstant()) {
      return b.isTrue() ? t.or(t.not(c), a) : t.and(c, a);
    }
    Boolean whenTrue = Facts.decide(c, true, a);
    if (whenTrue != null) {
      return t.ite(c, t.truth(whenTrue), b);
    }
    Boolean whenFalse = Facts.decide(c, false, b);
    if (whenFalse != null) {
      return t.ite(c, a, t.truth(whenFalse));
    }
    return BitwiseRules.complements(a, b) ? t.eq(c, a) : null;
  }

  /// Takes out the high or the low part that both branches share, cutting where `a` is put
  /// together.
  private static @Nullable Term sharedPart(Terms t, Term c, Term a, Term b) {
    if (a.op() != Op.CONCAT) {
      return null;
    }
    int cut = a.argument(1).width();
    Term high = t.extract(b, b.width() - 1, cut);
    Term low = t.extract(b, cut - 1, 0);
    return a.argument(0) == high || a.argument(1) == low
        ? t.concat(t.ite(c, a.argument(0), high), t.ite(c, a.argument(1), low))
        : null;
  }

  /// Whether `term` is a constant, or a choice between few of them.
  static boolean isChoiceOfConstants(Term term) {
    return leaves(term, LEAVES) <= LEAVES;
  }

  private static int leaves(Term term, int atMost) {
    if (term.isConstant()) {
      return 1;
    }
    if (term.op() != Op.ITE || term.isArray() || atMost < 2) {
      return atMost + 1;
    }
    int first = leaves(term.argument(1), atMost - 1);
    return first + leaves(term.argument(2), atMost - first);
  }
}
