package trapline.smt;

import org.jspecify.annotations.Nullable;

/// Rules for `ite`. Null: no rule applies.
final class ChoiceRules {
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
    if (a.op() == Op.ITE && a.argument(0) == c) {
      return t.ite(c, a.argument(1), b);
    }
    if (b.op() == Op.ITE && b.argument(0) == c) {
      return t.ite(c, a, b.argument(2));
    }
    if (!a.isArray() && a.width() == 1) {
      if (a.isConstant()) {
        return a.isTrue() ? t.or(c, b) : t.and(t.not(c), b);
      }
      if (b.isConstant()) {
        return b.isTrue() ? t.or(t.not(c), a) : t.and(c, a);
      }
    }
    return null;
  }
}
