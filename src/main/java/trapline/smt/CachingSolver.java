package trapline.smt;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Remembers answers by the set of assertions, for the terms of one factory at a time.
///
/// A remembered model is a [FiniteModel]. What is unknown is not remembered: it may be known with
/// more effort.
public final class CachingSolver extends SolverLayer {
  private final Map<Set<Term>, Answer> answers = new HashMap<>();
  private @Nullable Terms factory;

  public CachingSolver(Solver solver) {
    super(solver);
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    if (assertions.isEmpty()) {
      return solver.check(assertions, effort);
    }
    Terms asked = assertions.getFirst().factory();
    if (asked != factory) {
      answers.clear();
      factory = asked;
    }
    Set<Term> question = new HashSet<>(assertions);
    Answer known = answers.get(question);
    if (known != null) {
      return known;
    }
    return switch (solver.check(assertions, effort)) {
      case Answer.Sat(Model model) -> {
        Answer lasting = new Answer.Sat(FiniteModel.lasting(model, assertions, asked));
        answers.put(question, lasting);
        yield lasting;
      }
      case Answer.Unsat unsat -> {
        answers.put(question, unsat);
        yield unsat;
      }
      case Answer.Unknown unknown -> unknown;
    };
  }
}
