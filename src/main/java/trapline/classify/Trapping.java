package trapline.classify;

import java.util.List;
import trapline.isa.Mode;
import trapline.isa.Property;

/// Decides whether an instruction *traps* in every state of some modes, storage references left out.
///
///     for all S with M in modes: i(S) traps, or memory-traps;   for some such S it traps
///
/// What a monitor needs: in all user modes, it always gets control. In all modes (SVC): neither
/// privileged nor sensitive.
final class Trapping {
  private Trapping() {}

  static Finding decide(
      Inquiry inquiry, Property property, List<Mode> modes, boolean wantsWitness) {
    Finding unless =
        inquiry
            .exists(
                new Question(
                    property,
                    true,
                    modes,
                    new Question.Relation.Alone(),
                    wantsWitness,
                    runs -> Privileged.goesOn(inquiry, runs.getFirst())))
            .finding()
            .negate();
    return unless.and(() ->
        inquiry
            .exists(
                new Question(
                    property,
                    false,
                    modes,
                    new Question.Relation.Alone(),
                    false,
                    runs -> runs.getFirst().trapsOtherwise(inquiry.terms)))
            .finding());
  }
}
