package trapline.classify;

import java.util.Set;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.symbolic.Dimension;
import trapline.symbolic.Effects;

/// Decides whether an instruction is *privileged*.
///
///     for all e, p, r:  if i<e,s,p,r> completes and i<e,u,p,r> does not memory-trap, then i<e,u,p,r> traps
///     for some e, p, r: i<e,s,p,r> completes
///
/// The literal reading asks of every pair without memory traps that the user run traps and the supervisor
/// run completes; it calls an instruction that may fault on an operand in supervisor mode unprivileged.
///
/// Source: p. 415. `unpredictable` is never a trap.
final class Privileged {
  private Privileged() {}

  static Finding decide(Inquiry inquiry, Definitions definitions, boolean wantsWitness) {
    Finding unless =
        inquiry.exists(exception(inquiry, definitions, wantsWitness)).finding().negate();
    return unless.and(() -> inhabited(inquiry, definitions));
  }

  /// A pair that differs only in mode, and in which the user run does not trap.
  static Question exception(Inquiry inquiry, Definitions definitions, boolean wantsWitness) {
    var terms = inquiry.terms;
    return pair(
        inquiry.machine,
        true,
        wantsWitness && definitions == Definitions.STANDARD,
        runs -> {
          Effects s = runs.getFirst();
          Effects u = runs.getLast();
          return switch (definitions) {
            case STANDARD -> terms.and(goesOn(inquiry, s), goesOn(inquiry, u));
            case LITERAL ->
                terms.and(
                    withoutMemoryTraps(inquiry, s, u),
                    terms.not(terms.and(u.trapsOtherwise(terms), goesOn(inquiry, s))));
          };
        });
  }

  private static Finding inhabited(Inquiry inquiry, Definitions definitions) {
    return switch (definitions) {
      case STANDARD ->
          inquiry
              .exists(
                  new Question(
                      Property.PRIVILEGED,
                      false,
                      inquiry.machine.supervisorModes(),
                      new Question.Relation.Alone(),
                      false,
                      runs -> runs.getFirst().completes()))
              .finding();
      case LITERAL ->
          inquiry
              .exists(
                  pair(
                      inquiry.machine,
                      false,
                      false,
                      runs -> withoutMemoryTraps(inquiry, runs.getFirst(), runs.getLast())))
              .finding();
    };
  }

  private static Question pair(
      Machine machine,
      boolean refutes,
      boolean wantsWitness,
      java.util.function.Function<java.util.List<Effects>, trapline.smt.Term> condition) {
    return new Question(
        Property.PRIVILEGED,
        refutes,
        machine.supervisorModes(),
        new Question.Relation.Pair(Set.of(Dimension.MODE), machine.userModes(), false),
        wantsWitness,
        condition);
  }

  static trapline.smt.Term goesOn(Inquiry inquiry, Effects run) {
    return inquiry.terms.or(run.completes(), run.unpredictable());
  }

  private static trapline.smt.Term withoutMemoryTraps(Inquiry inquiry, Effects s, Effects u) {
    var terms = inquiry.terms;
    return terms.not(
        terms.or(
            s.traps(terms, trapline.isa.Cause.Kind.MEMORY),
            u.traps(terms, trapline.isa.Cause.Kind.MEMORY)));
  }
}
