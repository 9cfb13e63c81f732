package trapline.smt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Leaves out assertions of which few matter, until a model breaks them.
///
/// What cannot hold without them cannot hold with them, and a model that breaks none is one of all.
/// It pays where there is one for every pair of addresses.
public final class LazySolver extends SolverLayer {
  private final int few;
  private final Set<Term> deferred = new HashSet<>();

  /// Leaves nothing out where there are only so many that could be.
  public LazySolver(Solver solver, int few) {
    super(solver);
    this.few = few;
  }

  /// The same terms, which from now on are asserted only where they have to be.
  public List<Term> defer(List<Term> assertions) {
    deferred.addAll(assertions);
    return assertions;
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    List<Term> asked =
        new ArrayList<>(assertions.stream().filter(a -> !deferred.contains(a)).toList());
    if (assertions.size() - asked.size() <= few) {
      return solver.check(assertions, effort);
    }
    Set<Term> waiting = new LinkedHashSet<>(completed(assertions));
    asked.forEach(waiting::remove);
    while (true) {
      switch (solver.check(asked, effort)) {
        case Answer.Unsat unsat -> {
          return unsat;
        }
        case Answer.Unknown unknown -> {
          return Thread.currentThread().isInterrupted()
              ? unknown
              : solver.check(assertions, effort);
        }
        case Answer.Sat(var model) -> {
          FiniteModel finite = FiniteModel.lasting(model, asked, assertions.getFirst().factory());
          List<Term> broken = waiting.stream().filter(a -> finite.value(a).isZero()).toList();
          if (broken.isEmpty()) {
            return new Answer.Sat(finite);
          }
          asked.addAll(broken);
          waiting.removeAll(broken);
        }
      }
    }
  }
}
