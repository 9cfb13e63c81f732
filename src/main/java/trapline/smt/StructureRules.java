package trapline.smt;

import org.jspecify.annotations.Nullable;

/// Rules for `extract`, `concat` and `sign_extend`. Null: no rule applies.
///
/// A concatenation of more than two parts nests to the right: `a ++ (b ++ c)`.
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
      case SEXT -> {
        Term from = a.argument(0);
        int top = from.width() - 1;
        yield high <= top
            ? t.extract(from, high, low)
            : t.sext(t.extract(from, top, Math.min(low, top)), high - low + 1);
      }
      case NOT -> t.not(t.extract(a.argument(0), high, low));
      case AND -> t.and(t.extract(a.argument(0), high, low), t.extract(a.argument(1), high, low));
      case OR -> t.or(t.extract(a.argument(0), high, low), t.extract(a.argument(1), high, low));
      case XOR -> t.xor(t.extract(a.argument(0), high, low), t.extract(a.argument(1), high, low));
      case ITE ->
          isPutTogether(a.argument(1)) || isPutTogether(a.argument(2))
              ? t.ite(
                  a.argument(0),
                  t.extract(a.argument(1), high, low),
                  t.extract(a.argument(2), high, low))
              : null;
      case ADD ->
          low == 0
              ? t.add(t.extract(a.argument(0), high, 0), t.extract(a.argument(1), high, 0))
              : null;
      case SUB ->
          low == 0
              ? t.sub(t.extract(a.argument(0), high, 0), t.extract(a.argument(1), high, 0))
              : null;
      case MUL ->
          low == 0
              ? t.mul(t.extract(a.argument(0), high, 0), t.extract(a.argument(1), high, 0))
              : null;
      case NEG -> low == 0 ? t.neg(t.extract(a.argument(0), high, 0)) : null;
      case CONSTANT, VARIABLE, UDIV, UREM, SDIV, SREM, SHL, LSHR, ASHR, EQ, ULT, SLT -> null;
      case SELECT, STORE, CONSTANT_ARRAY, APPLY -> null;
    };
  }

  /// Whether an extract of it is simpler than it.
  private static boolean isPutTogether(Term a) {
    return a.isConstant() || a.op() == Op.CONCAT || a.op() == Op.SEXT;
  }

  static @Nullable Term concat(Terms t, Term a, Term b) {
    if (a.op() == Op.CONCAT) {
      return t.concat(a.argument(0), t.concat(a.argument(1), b));
    }
    if (b.op() == Op.CONCAT) {
      Term joined = joined(t, a, b.argument(0));
      return joined == null ? null : t.concat(joined, b.argument(1));
    }
    return joined(t, a, b);
  }

  /// Two parts that are one term; null when they are two.
  private static @Nullable Term joined(Terms t, Term a, Term b) {
    if (a.isConstant() && b.isConstant()) {
      return t.constant(a.value().concat(b.value()));
    }
    if (a.op() == Op.NOT && b.op() == Op.NOT) {
      Term joined = joined(t, a.argument(0), b.argument(0));
      return joined == null ? null : t.not(joined);
    }
    return a.op() == Op.EXTRACT
            && b.op() == Op.EXTRACT
            && a.argument(0) == b.argument(0)
            && a.low() == b.high() + 1
        ? t.extract(a.argument(0), a.high(), b.low())
        : null;
  }

  static @Nullable Term sext(Terms t, Term a, int width) {
    if (a.op() == Op.SEXT) {
      return t.sext(a.argument(0), width);
    }
    return a.op() == Op.CONCAT && a.argument(0).isConstant()
        ? t.concat(t.sext(a.argument(0), width - a.argument(1).width()), a.argument(1))
        : null;
  }
}
