package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Monitor;
import trapline.smt.Answer;
import trapline.smt.Effort;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Dimension;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Shadow;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;

/// A piece of storage for a guest, addresses that a monitor has mapped for it, and the guest's R
/// that these translate by, by the names of their variables.
///
/// Found once for a machine whose monitor installs translation. Whether an instruction can run
/// directly at all is asked in it first: then the real translation is a few cases (decision 0040).
public record Allotment(Map<String, Bits> values) {

  /// One for user modes, the least.
  static Optional<Allotment> of(Layout layout, Terms terms, Solver solver) {
    if (layout.machine().monitor().flatMap(Monitor::mapping).isEmpty()) {
      return Optional.empty();
    }
    Composition f = Composition.of(terms, Start.only(layout, terms).state());
    Shadow.Filled filled = Shadow.of(terms, f).filled(f.real());
    List<Term> question = new ArrayList<>(f.constraints());
    question.add(Executor.isIn(terms, layout.machine().userModes(), f.virtual()));
    question.addAll(filled.step().constraints());
    question.add(filled.step().ends());
    if (!(solver.check(question, Effort.BRIEF) instanceof Answer.Sat(var model))) {
      return Optional.empty();
    }
    List<Term> wanted = variables(f, filled);
    Map<Term, Bits> least = Least.of(Least.Size.LEAST, terms, solver, question, wanted, model);
    Map<String, Bits> values = new LinkedHashMap<>();
    wanted.forEach(v -> values.put(v.name(), Objects.requireNonNull(least.get(v))));
    return Optional.of(new Allotment(values));
  }

  /// That it is so, of the variables of `f` and of what is filled.
  List<Term> holds(Terms terms, Composition f, Shadow.Filled filled) {
    List<Term> all = new ArrayList<>();
    for (Term variable : variables(f, filled)) {
      Bits value = values.get(variable.name());
      if (value != null) {
        all.add(terms.eq(variable, terms.constant(value)));
      }
    }
    return all;
  }

  private static List<Term> variables(Composition f, Shadow.Filled filled) {
    List<Term> variables = new ArrayList<>(List.of(f.base(), f.size(), f.tables()));
    Layout layout = f.virtual().layout();
    for (int i = 0; i < layout.slots().size(); i++) {
      Slot slot = layout.slots().get(i);
      Term value = f.virtual().get(i);
      if (layout.isTranslating(slot)
          && value.isVariable()
          && !value.isArray()
          && layout.isOf(slot, Dimension.R)) {
        variables.add(value);
      }
    }
    variables.addAll(filled.addresses());
    return variables;
  }
}
