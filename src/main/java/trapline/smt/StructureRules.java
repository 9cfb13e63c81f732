package trapline.smt;

import org.jspecify.annotations.Nullable;

/// Rules for `extract`, `concat` and `sign_extend`. Null: no rule applies.
final class StructureRules {
  private StructureRules() {}

  static @Nullable Term extract(Terms t, Term a, int high, int low) {
    if (high - low + 1 == a.width()) {
      return a;
    }
    return switch (a.op()) {
      case EXTRACT -> t.extract(a.argument(0), high + a.low(), low + a.low());
      case CONCAT -> {
        Term upper = a.argument(0);
        Term lower = a.argument(1);
        int cut = lower.width();
        if (high < cut) {
          yield t.extract(lower, high, low);
        }
        yield low >= cut
            ? t.extract(upper, high - cut, low - cut)
            : t.concat(t.extract(upper, high - cut, 0), t.extract(lower, cut - 1, low));
      }
      default -> null;
    };
  }

  static @Nullable Term concat(Terms t, Term a, Term b) {
    if (a.op() == Op.EXTRACT
        && b.op() == Op.EXTRACT
        && a.argument(0) == b.argument(0)
        && a.low() == b.high() + 1) {
      return t.extract(a.argument(0), a.high(), b.low());
    }
    return null;
  }

  static @Nullable Term sext(Terms t, Term a, int width) {
    return a.op() == Op.SEXT ? t.sext(a.argument(0), width) : null;
  }
}
