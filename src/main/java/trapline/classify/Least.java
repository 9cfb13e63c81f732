package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.bits.Bits;
import trapline.smt.AdjustableModel;
import trapline.smt.Answer;
import trapline.smt.Effort;
import trapline.smt.Model;
import trapline.smt.Op;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;

/// The least solution of a question: the variables in order, then the cells that the question
/// reads.
///
/// Least is lexicographic, each value as an unsigned number, so the solution does not depend on
/// what a solver happens to prefer. What the question does not read is zero by whoever builds the
/// state.
final class Least {
  /// With more cells than that, as tables in storage make them, a smaller solution is only sought
  /// by trying.
  private static final int CELLS = 64;

  /// How small a solution is to be: `SMALL` is as small as trying makes it, without a solver.
  enum Size {
    ANY,
    SMALL,
    LEAST
  }

  private final Terms terms;
  private final Solver solver;
  private final List<Term> fixed;
  private final List<Term> tracked;
  private final boolean proves;
  private AdjustableModel found;

  private Least(
      Terms terms,
      Solver solver,
      List<Term> question,
      List<Term> tracked,
      boolean proves,
      Model model) {
    this.terms = terms;
    this.solver = solver;
    this.fixed = new ArrayList<>(solver.completed(question));
    this.tracked = tracked;
    this.proves = proves;
    this.found = taken(model);
  }

  /// The values of the variables, the cells, and the cells' indices in a solution of that size;
  /// least as far as the solver is asked, and answers briefly.
  ///
  /// `model` is of `question`, and the solver has not been asked anything since.
  static Map<Term, Bits> of(
      Size size,
      Terms terms,
      Solver solver,
      List<Term> question,
      List<Term> variables,
      Model model) {
    List<Term> cells = cells(terms, question);
    List<Term> applications = applications(question);
    List<Term> tracked = tracked(variables, cells, applications);
    Model found = model;
    if (size != Size.ANY) {
      boolean proves = size == Size.LEAST && cells.size() <= CELLS;
      Least least = new Least(terms, solver, question, tracked, proves, model);
      least.minimize(variables);
      cells.forEach(cell -> least.minimize(List.of(cell)));
      applications.forEach(application -> least.minimize(List.of(application)));
      found = least.found;
    }
    Map<Term, Bits> values = new LinkedHashMap<>();
    for (Term term : tracked) {
      values.put(term, found.value(term));
    }
    return values;
  }

  private static List<Term> tracked(
      List<Term> variables, List<Term> cells, List<Term> applications) {
    List<Term> tracked = new ArrayList<>(variables);
    cells.forEach(c -> tracked.addAll(List.of(c.argument(1), c)));
    applications.forEach(a -> tracked.addAll(a.arguments()));
    tracked.addAll(applications);
    return tracked;
  }

  private AdjustableModel taken(Model model) {
    return AdjustableModel.of(model, fixed, tracked, terms);
  }

  private Bits value(Term term) {
    return found.value(term);
  }

  /// The variables of a question but arrays, by name.
  static List<Term> variables(Terms terms, List<Term> question) {
    Set<Term> used = new LinkedHashSet<>();
    question.forEach(t -> used.addAll(terms.variables(t)));
    return used.stream()
        .filter(v -> !v.isArray())
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
  }

  /// Every use of an `unspecified` function in a question, inner ones first.
  private static List<Term> applications(List<Term> question) {
    return Terms.all(Op.APPLY, question);
  }

  /// Every read of an array in a term, inner reads first.
  static List<Term> reads(Term term) {
    return Terms.all(Op.SELECT, List.of(term));
  }

  /// Every read of initial storage in a question, inner reads first.
  static List<Term> cells(Terms terms, List<Term> question) {
    Set<Term> cells = new LinkedHashSet<>();
    Terms.all(Op.SELECT, question)
        .forEach(s ->
            terms.variables(s.argument(0)).stream()
                .filter(v -> v.isArray() && v.sort().equals(s.argument(0).sort()))
                .sorted((a, b) -> Integer.compare(a.id(), b.id()))
                .forEach(v -> cells.add(terms.select(v, s.argument(1)))));
    return List.copyOf(cells);
  }

  /// Groups of variables at once: all zero is the least there is.
  private void minimize(List<Term> variables) {
    List<Term> nonzero = variables.stream().filter(v -> !value(v).isZero()).toList();
    if (nonzero.isEmpty()) {
      variables.forEach(v -> fix(v, Bits.zero(v.width())));
      return;
    }
    if (variables.size() == 1) {
      minimize(variables.getFirst());
      return;
    }
    List<Term> zeros =
        variables.stream().map(v -> terms.eq(v, terms.constant(v.width(), 0))).toList();
    Map<Term, Bits> allZero = new LinkedHashMap<>();
    nonzero.forEach(v -> allZero.put(v, Bits.zero(v.width())));
    if (ask(terms.and(zeros), allZero)) {
      variables.forEach(v -> fix(v, Bits.zero(v.width())));
      return;
    }
    int middle = variables.size() / 2;
    minimize(variables.subList(0, middle));
    minimize(variables.subList(middle, variables.size()));
  }

  private void minimize(Term variable) {
    int width = variable.width();
    Bits zero = Bits.zero(width);
    if (value(variable).isZero()
        || ask(terms.eq(variable, terms.constant(zero)), Map.of(variable, zero))) {
      fix(variable, zero);
      return;
    }
    for (int bit = width - 1; bit >= 0; bit--) {
      Bits prefix = value(variable).extract(width - 1, bit);
      if (prefix.bit(0)) {
        Bits lower = prefix.insert(0, 0, Bits.FALSE);
        ask(
            terms.eq(terms.extract(variable, width - 1, bit), terms.constant(lower)),
            Map.of(variable, value(variable).insert(bit, bit, Bits.FALSE)));
      }
    }
    fix(variable, value(variable));
  }

  private void fix(Term variable, Bits value) {
    Term equation = terms.eq(variable, terms.constant(value));
    if (!equation.isTrue()) {
      fixed.add(equation);
      found.require(equation);
    }
  }

  /// Whether what is fixed and `more` hold together; if so, in the model found from now on. A
  /// solver is asked only where the guess is none, and not about many cells.
  private boolean ask(Term more, Map<Term, Bits> guess) {
    if (more.isFalse()) {
      return false;
    }
    if (found.adjust(guess, more)) {
      return true;
    }
    if (!proves) {
      return false;
    }
    List<Term> question = new ArrayList<>(fixed);
    question.add(more);
    return switch (solver.check(question, Effort.BRIEF)) {
      case Answer.Sat(var model) -> {
        found = taken(model);
        yield true;
      }
      case Answer.Unsat unsat -> false;
      case Answer.Unknown unknown -> false;
    };
  }
}
