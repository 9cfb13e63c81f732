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

  private final Map<Term, Bits> variables;
  private final Map<Cell, Bits> cells;
  private final Map<Application, Bits> applications;
  private final Evaluation evaluation = new Evaluation(new Known());

  private FiniteModel() {
    this(new HashMap<>(), new HashMap<>(), new HashMap<>());
  }

  private FiniteModel(
      Map<Term, Bits> variables, Map<Cell, Bits> cells, Map<Application, Bits> applications) {
    this.variables = variables;
    this.cells = cells;
    this.applications = applications;
  }

  /// Zero everywhere.
  static FiniteModel zero() {
    return new FiniteModel();
  }

  /// What `assertions` depend on in `model`.
  public static FiniteModel of(Model model, List<Term> assertions, Terms factory) {
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

  /// The model itself where it outlives the solver's next question, else what `assertions` depend
  /// on in it.
  static FiniteModel lasting(Model model, List<Term> assertions, Terms factory) {
    return model instanceof FiniteModel finite ? finite : of(model, assertions, factory);
  }

  /// The same, but for the value of a variable, of a cell that it reaches now, or of a function
  /// where it is applied now.
  public FiniteModel with(Term term, Bits value) {
    var changed =
        new FiniteModel(
            new HashMap<>(variables), new HashMap<>(cells), new HashMap<>(applications));
    switch (term.op()) {
      case VARIABLE -> changed.variables.put(term, value);
      case SELECT -> changed.cells.put(new Cell(term.argument(0), value(term.argument(1))), value);
      case APPLY ->
          changed.applications.put(
              new Application(term.name(), term.arguments().stream().map(this::value).toList()),
              value);
      default -> throw new IllegalArgumentException("free in no model: " + term);
    }
    return changed;
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
