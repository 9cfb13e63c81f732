package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import trapline.isa.Access;
import trapline.isa.Assumption;
import trapline.isa.Mode;
import trapline.isa.Space;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Executor;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// The hypothesis that a space keeps to itself: what a program reaches is storage, and what it can
/// store to is nothing that translation reads.
///
///     apart(V) in S   iff   for all addresses a, b:  V[a] can be stored to  =>
///                             its cell is none that the translation of b reads
///                     and   for all addresses a:     V translates a  =>  its cell is no device's
///
/// Where page tables lie in storage, a store may move what all addresses mean, and so is sensitive to
/// where they lie. Systems do not let programs do that, and the paper's machine, whose relocation is a
/// register, cannot; but no property of a single cell says so. It is the same with devices that are reached
/// as cells. As in [Windows] no quantifier is needed:
/// it is asserted of the addresses that a question mentions, and a solution is checked everywhere and
/// sent back otherwise.
final class Apart {
  private static final String STORED = "stored address";
  private static final String TRANSLATED = "translated address";
  private static final String REACHED = "reached address";

  private final Terms terms;
  private final Windows windows;
  private final List<Assumption> assumptions;

  Apart(Terms terms, Windows windows, List<Assumption> assumptions) {
    this.terms = terms;
    this.windows = windows;
    this.assumptions = assumptions.stream().filter(a -> !a.apart().isEmpty()).toList();
  }

  /// That the hypotheses hold of a state, as far as these addresses tell.
  List<Term> at(SymbolicState state, Set<Windows.Instance> mentioned) {
    List<Term> all = new ArrayList<>();
    for (Assumption assumption : assumptions) {
      Set<Windows.Instance> stored = new LinkedHashSet<>();
      Term elsewhere = elsewhere(assumption, state);
      for (Windows.Instance i : mentioned) {
        if (assumption.apart().contains(i.space())) {
          stored.add(new Windows.Instance(i.space(), Access.STORE, i.address()));
          all.add(terms.or(elsewhere, terms.not(reachesDevice(state, i))));
        }
      }
      for (Windows.Instance translated : mentioned) {
        for (Windows.Instance s : stored) {
          all.add(terms.or(elsewhere, terms.not(hits(state, s, translated))));
        }
      }
    }
    return all;
  }

  /// Where a solution breaks a hypothesis about this start; an empty set if it does not, nothing if
  /// that could not be found out.
  Optional<Set<Windows.Instance>> broken(SymbolicState start, Solution solution, Solver solver) {
    for (Assumption assumption : assumptions) {
      Term applies = terms.not(elsewhere(assumption, start));
      for (Windows.Instance reached : windows.everywhere(REACHED)) {
        if (assumption.apart().contains(reached.space())) {
          Term broken = terms.and(applies, reachesDevice(start, reached));
          var found = instances(broken, List.of(reached), solution, solver);
          if (found.isEmpty() || !found.get().isEmpty()) {
            return found;
          }
        }
      }
      for (Windows.Instance translated : windows.everywhere(TRANSLATED)) {
        for (Space space : assumption.apart()) {
          Windows.Instance stored =
              new Windows.Instance(space, Access.STORE, windows.variable(STORED, space));
          Term broken = terms.and(applies, hits(start, stored, translated));
          var found = instances(broken, List.of(stored, translated), solution, solver);
          if (found.isEmpty() || !found.get().isEmpty()) {
            return found;
          }
        }
      }
    }
    return Optional.of(Set.of());
  }

  /// The least addresses at which it is so in the solution.
  private Optional<Set<Windows.Instance>> instances(
      Term broken, List<Windows.Instance> unknowns, Solution solution, Solver solver) {
    Set<Term> addresses = new LinkedHashSet<>();
    unknowns.forEach(i -> addresses.add(i.address()));
    Map<Term, Term> known = solution.constants(List.of(broken), addresses);
    List<Term> question = new ArrayList<>(solution.functions());
    question.add(terms.substitute(broken, known));
    return windows.ask(solver, question, unknowns, Least.Size.LEAST);
  }

  private Term reachesDevice(SymbolicState state, Windows.Instance i) {
    Translation reached = i.in(state, terms);
    return terms.and(
        reached.translates(),
        Executor.isOneOf(
            terms, state.layout().machine().devices(i.space().memory()), reached.index()));
  }

  /// Whether nothing stored through these spaces, from these modes, changes where addresses lead.
  /// `known` is the state with what a mode fixes.
  boolean covers(Set<Space> spaces, List<Mode> modes, Function<Mode, SymbolicState> known) {
    return assumptions.stream()
        .filter(a -> a.apart().containsAll(spaces))
        .anyMatch(a -> modes.stream().allMatch(m -> elsewhere(a, known.apply(m)).isFalse()));
  }

  private Term elsewhere(Assumption assumption, SymbolicState state) {
    return Executor.value(terms, assumption.holds(), state, Map.of());
  }

  private Term hits(SymbolicState state, Windows.Instance stored, Windows.Instance translated) {
    Translation reading = translated.in(state, terms);
    if (reading.reads().isEmpty()) {
      return terms.truth(false);
    }
    Translation reached = stored.in(state, terms);
    return terms.and(
        reached.translates(), reading.reads(terms, stored.space().memory(), reached.index()));
  }
}
