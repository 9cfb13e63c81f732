package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.smt.Answer;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;

/// What a run may choose (`any`), where two sets of outcomes are compared.
///
/// That a claim holds whatever the other run chooses is asserted for some choices, and a solution
/// is looked through for one that spoils it, which is asserted in turn. Two are asserted from the
/// start: the one that the question has anyway, and the same as in the first run: a difference that
/// is only due to different choices is none.
///
/// A claim may hold at another address for each choice, so each choice has addresses of its own.
final class Choices {
  private final Terms terms;
  private final Windows windows;
  private int instances;

  Choices(Terms terms, Windows windows) {
    this.terms = terms;
    this.windows = windows;
  }

  /// A claim for some choice: that it holds, and where it looks at the windows.
  record Instance(Term holds, Set<Windows.Instance> observed) {}

  /// A choice that makes a claim false in a solution.
  sealed interface Spoiler {
    record None() implements Spoiler {}

    /// By the variables of the run.
    record Other(Map<Term, Term> values) implements Spoiler {}

    record Unclear(String why) implements Spoiler {}
  }

  /// The choices of the run that are the same as the other run's.
  Map<Term, Term> alike(List<Effects> runs, Question.Against against) {
    Map<Integer, Term> others = new LinkedHashMap<>();
    Effects run = runs.get(against.run());
    runs.stream()
        .filter(r -> r != run)
        .forEach(r -> r.choices().forEach(c -> others.put(c.number(), c.value())));
    Map<Term, Term> values = new LinkedHashMap<>();
    for (Effects.Choice choice : run.choices()) {
      Term other = others.get(choice.number());
      if (other != null && other.sort().equals(choice.value().sort())) {
        values.put(choice.value(), other);
      }
    }
    return values;
  }

  Instance instance(List<Effects> runs, Question.Against against, Map<Term, Term> values) {
    instances++;
    Map<Term, Term> replaced = new LinkedHashMap<>(values);
    Set<Windows.Instance> observed = new LinkedHashSet<>();
    for (Term place : places(runs, against)) {
      replaced.put(place, terms.variable(place.name() + " " + instances, place.sort()));
    }
    // What a loop makes of another choice, and whether it traps then, is another unknown.
    for (Term variable : terms.variables(claim(runs, against))) {
      if (variable.name().startsWith(Executor.LOOP)) {
        replaced.put(variable, terms.variable(variable.name() + " " + instances, variable.sort()));
      }
    }
    for (Windows.Instance one : windows.observed()) {
      observed.add(
          new Windows.Instance(
              one.space(), one.access(), terms.substitute(one.address(), replaced)));
    }
    return new Instance(terms.substitute(claim(runs, against), replaced), observed);
  }

  /// For every choice that is allowed, the claim.
  private Term claim(List<Effects> runs, Question.Against against) {
    return terms.implies(terms.and(runs.get(against.run()).constraints()), followed(runs, against));
  }

  /// The claim, of an outcome that was followed to its end: of another, nothing is known.
  private Term followed(List<Effects> runs, Question.Against against) {
    Effects run = runs.get(against.run());
    return terms.and(
        terms.not(terms.or(run.unresolved(), run.handed())), against.claim().apply(runs));
  }

  /// The addresses and cells at which the claim says that something differs.
  private Set<Term> places(List<Effects> runs, Question.Against against) {
    Set<Term> places = new LinkedHashSet<>();
    for (Term variable : terms.variables(against.claim().apply(runs))) {
      if (variable.name().startsWith(Windows.DIFFERING)) {
        places.add(variable);
      }
    }
    return places;
  }

  /// A choice for which, in the states of a solution, the claim holds nowhere.
  Spoiler spoiling(List<Effects> runs, Question.Against against, Solution solution, Solver solver) {
    Map<Term, Term> free = new LinkedHashMap<>();
    runs.get(against.run()).choices().forEach(c -> free.put(c.value(), c.value()));
    Set<Term> places = places(runs, against);
    Term claim = followed(runs, against);
    Term allowed = terms.and(runs.get(against.run()).constraints());
    Set<Term> kept = new LinkedHashSet<>(free.keySet());
    kept.addAll(places);
    Map<Term, Term> values = solution.constants(List.of(claim, allowed), kept);
    Term concrete = terms.substitute(claim, values);
    Map<Term, Term> somewhere = new LinkedHashMap<>();
    places.forEach(p -> somewhere.put(p, terms.constant(solution.value(p))));
    List<Term> functions = solution.functions();
    List<Term> asked = new ArrayList<>(functions);
    asked.add(terms.substitute(allowed, values));
    asked.add(terms.not(terms.substitute(concrete, somewhere)));
    while (true) {
      if (asked.stream().anyMatch(Term::isFalse)) {
        return new Spoiler.None();
      }
      switch (solver.check(asked)) {
        case Answer.Unsat unsat -> {
          return new Spoiler.None();
        }
        case Answer.Unknown(var why) -> {
          return new Spoiler.Unclear(why);
        }
        case Answer.Sat(var model) -> {
          Map<Term, Term> choice = new LinkedHashMap<>();
          free.keySet().forEach(v -> choice.put(v, terms.constant(model.value(v))));
          Term elsewhere = terms.substitute(concrete, choice);
          List<Term> there = new ArrayList<>(functions);
          there.add(elsewhere);
          switch (solver.check(there)) {
            case Answer.Unsat unsat -> {
              return new Spoiler.Other(choice);
            }
            case Answer.Unknown(var why) -> {
              return new Spoiler.Unclear(why);
            }
            case Answer.Sat(var found) -> {
              Map<Term, Term> place = new LinkedHashMap<>();
              places.forEach(p -> place.put(p, terms.constant(found.value(p))));
              Term spoilt = terms.not(terms.substitute(concrete, place));
              if (asked.contains(spoilt)) {
                // What a maker chose, of which the solution says nothing, decides.
                return new Spoiler.Other(choice);
              }
              asked.add(spoilt);
            }
          }
        }
      }
    }
  }
}
