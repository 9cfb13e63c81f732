package trapline.classify;

import java.util.List;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;

/// Decides whether an instruction is *control-sensitive*: can it change the mode or the resources?
///
///     i(<e1, m1, p1, r1>) = <e2, m2, p2, r2>   with   m1 != m2  or  r1 != r2,   m1 in modes
///
/// Asked of completing runs only: a trap is the machine's act, not the instruction's. Consuming an
/// input, writing an output and halting change R.
///
/// Source: p. 416.
final class ControlSensitive {
  private ControlSensitive() {}

  static Finding decide(Inquiry inquiry, List<Mode> modes) {
    Effects effects = inquiry.effects(Executor.Storage.PHYSICAL, Executor.Loops.ABSTRACTED);
    if (Resources.areUntouched(effects) && effects.unresolved().isFalse()) {
      inquiry.answeredByStructure();
      return Finding.fails(Finding.Grounds.STRUCTURE);
    }
    return inquiry.exists(question(inquiry, modes)).finding();
  }

  static Question question(Inquiry inquiry, List<Mode> modes) {
    return new Question(
        Property.CONTROL_SENSITIVE,
        false,
        modes,
        new Question.Relation.Alone(),
        true,
        runs ->
            inquiry.terms.and(
                runs.getFirst().completes(),
                inquiry.terms.not(Resources.kept(inquiry.terms, runs.getFirst()))));
  }
}
