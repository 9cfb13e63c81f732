package trapline.smt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import trapline.bits.Bits;

/// An assignment of finitely many values, and of zero to everything else; ours, so it outlives the
/// solver's next question.
///
///     FiniteModel = variable -> Bits, (array, index) -> Bits, (function, Bits*) -> Bits
///
/// Taken from a solver's model it holds what the value of the assertions depends on, so they have
/// the same value in both.
public final class FiniteModel implements Model {
  private record Cell(Term array, Bits index) {}

  private record Application(String function, List<Bits> arguments) {}

  private final Map<Term, Bits> variables = new HashMap<>();
  private final Map<Cell, Bits> cells = new HashMap<>();
  private final Map<Application, Bits> applications = new HashMap<>();
  private final Evaluation evaluation = new Evaluation(new Known());

  private FiniteModel() {}

  /// Zero everywhere.
  static FiniteModel zero() {
    return new FiniteModel();
  }

  /// What `assertions` depend on in `model`.
  static FiniteModel of(Model model, List<Term> assertions, Terms factory) {
    FiniteModel finite = new FiniteModel();
    Assignment asked = Assignment.of(model, factory);
    Evaluation recorded =
        new Evaluation(
            new Assignment() {
              @Override
              public Bits variable(Term variable) {
                return finite.variables.computeIfAbsent(variable, asked::variable);
              }

              @Override
              public Bits cell(Term array, Bits index) {
                return finite.cells.computeIfAbsent(
                    new Cell(array, index), cell -> asked.cell(array, index));
              }

              @Override
              public Bits apply(String function, int width, List<Bits> arguments) {
                return finite.applications.computeIfAbsent(
                    new Application(function, arguments),
                    application -> asked.apply(function, width, arguments));
              }
            });
    assertions.forEach(recorded::of);
    return finite;
  }

  @Override
  public Bits value(Term term) {
    return evaluation.of(term);
  }

  private final class Known implements Assignment {
    @Override
    public Bits variable(Term variable) {
      return variables.getOrDefault(variable, Bits.zero(variable.width()));
    }

    @Override
    public Bits cell(Term array, Bits index) {
      return cells.getOrDefault(
          new Cell(array, index), Bits.zero(((Sort.Array) array.sort()).width()));
    }

    @Override
    public Bits apply(String function, int width, List<Bits> arguments) {
      return applications.getOrDefault(new Application(function, arguments), Bits.zero(width));
    }
  }
}
