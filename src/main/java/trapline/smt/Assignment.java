package trapline.smt;

import java.util.List;
import trapline.bits.Bits;

/// A value for every free name of a term: the variables, the cells of array variables, and the
/// uninterpreted functions.
public interface Assignment {
  Bits variable(Term variable);

  Bits cell(Term array, Bits index);

  Bits apply(String function, int width, List<Bits> arguments);

  /// What a solver's model assigns, completed where the model leaves a choice.
  static Assignment of(Model model, Terms terms) {
    return new Assignment() {
      @Override
      public Bits variable(Term variable) {
        return model.value(variable);
      }

      @Override
      public Bits cell(Term array, Bits index) {
        return model.value(terms.select(array, terms.constant(index)));
      }

      @Override
      public Bits apply(String function, int width, List<Bits> arguments) {
        return model.value(
            terms.apply(function, width, arguments.stream().map(terms::constant).toList()));
      }
    };
  }
}
