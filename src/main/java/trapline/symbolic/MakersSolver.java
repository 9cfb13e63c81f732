package trapline.symbolic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.isa.Local;
import trapline.isa.UnspecifiedFunction;
import trapline.smt.Answer;
import trapline.smt.Effort;
import trapline.smt.Op;
import trapline.smt.Solver;
import trapline.smt.SolverLayer;
import trapline.smt.Term;
import trapline.smt.Terms;

/// Takes makers at their word: whatever a question applies an `unspecified` function to, the result
/// is as the function's `where` says. That is so on every way through an instruction, for every
/// choice and in both states of a pair, so it is said here, once, and no question needs to.
public final class MakersSolver extends SolverLayer {
  private final Terms terms;
  private final SymbolicState state;
  private final Map<String, UnspecifiedFunction> constrained;
  private final Map<Term, List<Term>> promises = new HashMap<>();

  private MakersSolver(
      Solver solver,
      Terms terms,
      SymbolicState state,
      Map<String, UnspecifiedFunction> constrained) {
    super(solver);
    this.terms = terms;
    this.state = state;
    this.constrained = constrained;
  }

  /// For questions in terms of that factory about the layout's machine.
  public static Solver of(Solver solver, Terms terms, Layout layout) {
    Map<String, UnspecifiedFunction> constrained = new LinkedHashMap<>();
    layout.machine().unspecified().stream()
        .filter(f -> f.constraint().isPresent())
        .forEach(f -> constrained.put(f.name(), f));
    return constrained.isEmpty()
        ? solver
        : new MakersSolver(solver, terms, Start.only(layout, terms).state(), constrained);
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    return solver.check(completed(assertions), effort);
  }

  @Override
  public List<Term> completed(List<Term> assertions) {
    Set<Term> all = new LinkedHashSet<>(assertions);
    assertions.forEach(a -> all.addAll(promises(a)));
    return List.copyOf(all);
  }

  /// What holds of every application in a term, and of those in what holds of them.
  private List<Term> promises(Term term) {
    List<Term> known = promises.get(term);
    if (known == null) {
      List<Term> found = new ArrayList<>();
      for (Term application : Terms.all(Op.APPLY, List.of(term))) {
        UnspecifiedFunction function = constrained.get(application.name());
        if (function != null) {
          Term promise = promise(function, application);
          found.add(promise);
          if (promise != term) {
            found.addAll(promises(promise));
          }
        }
      }
      known = List.copyOf(found);
      promises.put(term, known);
    }
    return known;
  }

  private Term promise(UnspecifiedFunction function, Term application) {
    Map<Local, Term> locals = new LinkedHashMap<>();
    for (int i = 0; i < function.parameters().size(); i++) {
      locals.put(function.parameters().get(i), application.argument(i));
    }
    locals.put(function.result(), application);
    return Executor.value(terms, function.constraint().orElseThrow(), state, locals);
  }
}
