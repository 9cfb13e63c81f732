package trapline.classify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import trapline.isa.Memory;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
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
    return starts(terms, starts, slot -> anywhere(terms, slot));
  }

  /// The same with these cells of that memory.
  static List<Start> starts(Terms terms, List<Start> starts, Memory memory, Set<Long> cells) {
    List<Term> indices = cells.stream().map(c -> terms.constant(memory.indexWidth(), c)).toList();
    return starts(
        terms,
        starts,
        slot -> slot.equals(new Slot.OfMemory(memory)) ? indices : anywhere(terms, slot));
  }

  private static List<Start> starts(
      Terms terms, List<Start> starts, Function<Slot, List<Term>> cells) {
    Map<Term, Term> sparse =
        instead(starts.getFirst().state(), (slot, _) -> storage(terms, slot, cells.apply(slot)));
    return sharing(starts, s -> s.sort() instanceof Sort.Array).stream()
        .map(s -> s.replacing(sparse))
        .toList();
  }

  /// What each storage of a state is to be instead.
  static Map<Term, Term> instead(SymbolicState state, BiFunction<Slot, Term, Term> storage) {
    Map<Term, Term> instead = new LinkedHashMap<>();
    List<Slot> slots = state.layout().slots();
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).isStorage()) {
        instead.put(state.get(i), storage.apply(slots.get(i), state.get(i)));
      }
    }
    return instead;
  }

  /// A storage with any value in any one cell, variables of these names.
  static Term storing(Terms terms, Term storage, String index, String cell) {
    return storing(terms, storage, index(terms, (Sort.Array) storage.sort(), index), cell);
  }

  private static Term storing(Terms terms, Term storage, Term index, String cell) {
    int width = ((Sort.Array) storage.sort()).width();
    return terms.store(storage, index, terms.variable(cell, new Sort.BitVector(width)));
  }

  private static Term index(Terms terms, Sort.Array sort, String name) {
    return terms.variable(name, new Sort.BitVector(sort.indexWidth()));
  }

  private static List<Term> anywhere(Terms terms, Slot slot) {
    return IntStream.range(0, CELLS)
        .mapToObj(i -> index(terms, (Sort.Array) slot.sort(), slot.name() + " index " + i))
        .toList();
  }

  private static Term storage(Terms terms, Slot slot, List<Term> cells) {
    Sort.Array sort = (Sort.Array) slot.sort();
    Term storage = terms.constantArray(sort.indexWidth(), terms.constant(sort.width(), 0));
    for (int i = 0; i < cells.size(); i++) {
      storage = storing(terms, storage, cells.get(i), slot.name() + " cell " + i);
    }
    return storage;
  }
}
