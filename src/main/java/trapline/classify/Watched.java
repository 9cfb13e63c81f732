package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trapline.isa.Access;
import trapline.isa.Space;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// What a monitor that installs translation sees to where tables lie in storage: while a guest runs
/// directly, no cell can be stored to by which an installed mapping was found.
///
///     watched in S, T   iff   for all addresses a, b:  V translates a for a store, and b, in T  =>
///                               the cell of a in S is none that the translation of b reads in S
///
/// So however far a real run gets, its guest's tables are as they were, and what is installed is
/// right. As in [Apart], it is said of the addresses that a question mentions, and a solution is
/// checked everywhere.
final class Watched {
  private static final String STORED = "stored address";
  private static final String TRANSLATED = "translated address";

  private final Terms terms;
  private final Windows windows;

  Watched(Terms terms, Windows windows) {
    this.terms = terms;
    this.windows = windows;
  }

  /// That it is so of these addresses.
  List<Term> at(SymbolicState virtual, SymbolicState real, Set<Windows.Instance> mentioned) {
    Set<Windows.Instance> stored = new LinkedHashSet<>();
    mentioned.forEach(i -> stored.add(new Windows.Instance(i.space(), Access.STORE, i.address())));
    List<Term> all = new ArrayList<>();
    for (Windows.Instance translated : mentioned) {
      for (Windows.Instance s : stored) {
        Term hit = hits(virtual, real, s, translated);
        if (!hit.isFalse()) {
          all.add(terms.not(hit));
        }
      }
    }
    return all;
  }

  /// Where a solution breaks it; an empty set if it does not, nothing if that could not be found
  /// out.
  Optional<Set<Windows.Instance>> broken(Composition f, Solution solution, Solver solver) {
    SymbolicState virtual = solution.concrete(0);
    SymbolicState real = solution.concrete(1);
    for (Windows.Instance translated : windows.everywhere(TRANSLATED)) {
      for (Space space : f.virtual().layout().machine().spaces()) {
        var stored = new Windows.Instance(space, Access.STORE, windows.variable(STORED, space));
        Term hit = hits(virtual, real, stored, translated);
        var found =
            windows.ask(solver, List.of(hit), List.of(stored, translated), Least.Size.LEAST);
        if (found.isEmpty() || !found.get().isEmpty()) {
          return found;
        }
      }
    }
    return Optional.of(Set.of());
  }

  private Term hits(
      SymbolicState virtual,
      SymbolicState real,
      Windows.Instance stored,
      Windows.Instance translated) {
    Translation reading = translated.in(virtual, terms);
    if (reading.reads().isEmpty()) {
      return terms.truth(false);
    }
    Translation reached = stored.in(virtual, terms);
    return terms.and(
        List.of(
            stored.in(real, terms).translates(),
            translated.in(real, terms).translates(),
            reading.reads(terms, stored.space().memory(), reached.index())));
  }
}
