package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import trapline.smt.Op;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Effects;
import trapline.symbolic.Slot;
import trapline.symbolic.SymbolicState;

/// Whether a run leaves M and R as they were.
final class Resources {
  private Resources() {}

  /// By the form of the effects alone.
  static boolean areUntouched(Effects run) {
    List<Slot> slots = run.before().layout().slots();
    for (int i = 0; i < slots.size(); i++) {
      if (run.before().layout().isControl(slots.get(i))
          && run.before().get(i) != run.after().get(i)) {
        return false;
      }
    }
    return true;
  }

  static Term kept(Terms terms, Effects run) {
    List<Slot> slots = run.before().layout().slots();
    List<Term> all = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      if (run.before().layout().isControl(slots.get(i))) {
        all.add(same(terms, run.before().get(i), run.after().get(i)));
      }
    }
    return terms.and(all);
  }

  /// The state after a run that leaves M and R as they were, with those written as they were.
  static SymbolicState restored(Effects run) {
    return run.after().with(run.before(), run.before().layout()::isControl);
  }

  /// That two values of one slot, made from the same initial value, are equal. Arrays that come
  /// from one are equal exactly when they are so wherever something was stored.
  static Term same(Terms terms, Term a, Term b) {
    if (a == b) {
      return terms.truth(true);
    }
    if (!a.isArray()) {
      return terms.eq(a, b);
    }
    Set<Term> stored = new LinkedHashSet<>();
    collectStores(a, stored, new LinkedHashSet<>());
    collectStores(b, stored, new LinkedHashSet<>());
    return terms.and(
        stored.stream().map(i -> terms.eq(terms.select(a, i), terms.select(b, i))).toList());
  }

  private static void collectStores(Term array, Set<Term> indices, Set<Term> seen) {
    List<Term> work = new ArrayList<>(List.of(array));
    while (!work.isEmpty()) {
      Term term = work.removeLast();
      if (term.isArray() && seen.add(term)) {
        if (term.op() == Op.STORE) {
          indices.add(term.argument(1));
        }
        work.addAll(term.arguments());
      }
    }
  }
}
