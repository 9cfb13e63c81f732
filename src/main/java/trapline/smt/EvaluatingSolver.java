package trapline.smt;

import java.util.List;
import java.util.stream.Collectors;
import trapline.diag.Contradiction;

/// Evaluates: answers what is constant without asking, and believes a model only after computing
/// that every assertion is true in it.
///
/// Its models are [FiniteModel]s, so they stay valid. A model that does not satisfy is a
/// [Contradiction] between the solver and `trapline.bits.Bits`.
public final class EvaluatingSolver extends SolverLayer {
  public EvaluatingSolver(Solver solver) {
    super(solver);
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    List<Term> open = assertions.stream().filter(assertion -> !assertion.isTrue()).toList();
    if (open.stream().anyMatch(Term::isFalse)) {
      return new Answer.Unsat();
    }
    if (open.isEmpty()) {
      return new Answer.Sat(FiniteModel.zero());
    }
    return switch (solver.check(open, effort)) {
      case Answer.Sat(Model model) -> new Answer.Sat(validated(open, model));
      case Answer.Unsat unsat -> unsat;
      case Answer.Unknown unknown -> unknown;
    };
  }

  private FiniteModel validated(List<Term> assertions, Model model) {
    Terms factory = assertions.getFirst().factory();
    FiniteModel finite = FiniteModel.of(model, assertions, factory);
    for (Term assertion : assertions) {
      if (!finite.value(assertion).isTrue()) {
        throw new Contradiction(
            assertions.stream().map(Term::toString).collect(Collectors.joining(" and ")),
            name() + " says sat with " + shown(assertion, finite, factory),
            "evaluation says that in this model it is false: " + assertion);
      }
    }
    return finite;
  }

  private static String shown(Term assertion, Model model, Terms factory) {
    return factory.variables(assertion).stream()
        .filter(variable -> !variable.isArray())
        .map(variable -> variable.name() + " = " + model.value(variable))
        .collect(Collectors.joining(", "));
  }
}
