package trapline.classify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// States with one storage between them, zero but for a few cells anywhere, and with one of each
/// other array.
///
/// Where tables lie in storage, a pair of such states is what a solver finds best: an address leads
/// to one of few entries or to zero, by the same segments, and two states hardly ever differ where
/// the question does not mention an address (decision 0032).
final class Sparse {
  /// An instruction of a few units, its operand, and entries for two translations.
  private static final int CELLS = 6;

  private Sparse() {}

  /// The starts with these slots as the first one has them.
  private static List<Start> sharing(List<Start> starts, Predicate<Slot> slots) {
    SymbolicState first = starts.getFirst().state();
    return starts.stream().map(s -> new Start(s.state().with(first, slots), s.mark())).toList();
  }

  /// Whether it is a pair with one storage anyway.
  static boolean areSharing(List<Start> starts) {
    SymbolicState last = starts.getLast().state();
    return starts.size() > 1
        && sharing(starts, Slot::isStorage).getLast().state().values().equals(last.values());
  }

  /// The starts with one of each array, and storage that is zero but for a few cells.
  static List<Start> starts(Terms terms, List<Start> starts) {
    Layout layout = starts.getFirst().state().layout();
    Map<Term, Term> sparse = new LinkedHashMap<>();
    for (int i = 0; i < layout.slots().size(); i++) {
      if (layout.slots().get(i).isStorage()) {
        sparse.put(starts.getFirst().state().get(i), storage(terms, layout.slots().get(i)));
      }
    }
    return sharing(starts, s -> s.sort() instanceof Sort.Array).stream()
        .map(s -> new Start(s.state().map(t -> sparse.getOrDefault(t, t)), s.mark()))
        .toList();
  }

  private static Term storage(Terms terms, Slot slot) {
    Sort.Array sort = (Sort.Array) slot.sort();
    Term storage = terms.constantArray(sort.indexWidth(), terms.constant(sort.width(), 0));
    for (int i = 0; i < CELLS; i++) {
      storage =
          terms.store(
              storage,
              terms.variable(slot.name() + " index " + i, new Sort.BitVector(sort.indexWidth())),
              terms.variable(slot.name() + " cell " + i, new Sort.BitVector(sort.width())));
    }
    return storage;
  }
}
