package trapline.smt;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What follows at once from a truth being known: the conjuncts of a true one, the disjuncts of a
/// false one.
///
///     facts(a and b, true)  = facts(a, true)  + facts(b, true)
///     facts(a or b, false)  = facts(a, false) + facts(b, false)
///     facts(not a, value)   = facts(a, not value)
///     facts(a, value)       = { a is value }
final class Facts {
  /// How many parts of the known truth are looked at.
  private static final int LIMIT = 32;

  private record Fact(Term term, boolean value) {}

  private Facts() {}

  /// The value of `asked` when `known` has `value`; null where that is not seen at once.
  static @Nullable Boolean decide(Term known, boolean value, Term asked) {
    boolean flipped = asked.op() == Op.NOT;
    Term core = flipped ? asked.argument(0) : asked;
    Boolean direct = find(known, value, core);
    if (direct == null && (core.op() == Op.AND || core.op() == Op.OR)) {
      direct =
          ofParts(
              core.op() == Op.OR,
              find(known, value, core.argument(0)),
              find(known, value, core.argument(1)));
    }
    return direct == null ? null : direct != flipped;
  }

  /// A disjunction is true when one part is (a conjunction false), else what both parts are.
  private static @Nullable Boolean ofParts(
      boolean deciding, @Nullable Boolean one, @Nullable Boolean other) {
    boolean isDecided = (one != null && one == deciding) || (other != null && other == deciding);
    if (isDecided) {
      return deciding;
    }
    return (one == null || other == null) ? null : !deciding;
  }

  private static @Nullable Boolean find(Term known, boolean value, Term asked) {
    boolean flipped = asked.op() == Op.NOT;
    Term core = flipped ? asked.argument(0) : asked;
    ArrayDeque<Fact> pending = new ArrayDeque<>();
    pending.push(new Fact(known, value));
    for (int i = 0; i < LIMIT && !pending.isEmpty(); i++) {
      Fact fact = pending.pop();
      Term term = fact.term();
      if (term == core) {
        return fact.value() != flipped;
      }
      if (fact.value() && excludes(term, core)) {
        return flipped;
      }
      if (term.op() == Op.NOT) {
        pending.push(new Fact(term.argument(0), !fact.value()));
      } else if (term.op() == (fact.value() ? Op.AND : Op.OR)) {
        pending.push(new Fact(term.argument(1), fact.value()));
        pending.push(new Fact(term.argument(0), fact.value()));
      }
    }
    return null;
  }

  /// Two equations of one term with two constants.
  private static boolean excludes(Term a, Term b) {
    return a.op() == Op.EQ
        && b.op() == Op.EQ
        && a.argument(0) == b.argument(0)
        && a.argument(1).isConstant()
        && b.argument(1).isConstant()
        && a.argument(1) != b.argument(1);
  }
}
