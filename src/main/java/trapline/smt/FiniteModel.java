package trapline.smt;

import java.util.List;
import trapline.bits.Bits;

/// An assignment of finitely many values, and of zero to everything else; ours, so it outlives the
/// solver's next question.
///
///     FiniteModel = variable -> Bits, (array, index) -> Bits, (function, Bits*) -> Bits
///
/// Taken from a solver's model it holds what the value of the assertions depends on, so they have
/// the same value in both.
public final class FiniteModel implements Model {
  private final FiniteAssignment assignment = new FiniteAssignment();
  private final Evaluation evaluation = new Evaluation(assignment);

  private FiniteModel() {}

  /// Zero everywhere.
  static FiniteModel zero() {
    return new FiniteModel();
  }

  /// What `assertions` depend on in `model`.
  public static FiniteModel of(Model model, List<Term> assertions, Terms factory) {
    FiniteModel finite = new FiniteModel();
    finite.assignment.record(Assignment.of(model, factory), assertions);
    return finite;
  }

  /// The model itself where it outlives the solver's next question, else what `assertions` depend
  /// on in it.
  static FiniteModel lasting(Model model, List<Term> assertions, Terms factory) {
    return model instanceof FiniteModel finite ? finite : of(model, assertions, factory);
  }

  @Override
  public Bits value(Term term) {
    return evaluation.of(term);
  }
}
