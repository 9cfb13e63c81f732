package trapline.classify;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.smt.Term;
import trapline.symbolic.Dimension;
import trapline.symbolic.Effects;

/// What is looked for: runs that start in `modes`, related so, of which `condition` holds.
///
/// A state found shows that `property` holds, or, when `refutes`, that it does not. `wantsWitness`:
/// it is worth making small and replaying.
record Question(
    Property property,
    boolean refutes,
    List<Mode> modes,
    Relation relation,
    boolean wantsWitness,
    Function<List<Effects>, Term> condition,
    Optional<Against> against) {
  Question(
      Property property,
      boolean refutes,
      List<Mode> modes,
      Relation relation,
      boolean wantsWitness,
      Function<List<Effects>, Term> condition) {
    this(property, refutes, modes, relation, wantsWitness, condition, Optional.empty());
  }

  /// What must hold whatever run number `run` chooses (`any`), not only for one of its choices: a
  /// comparison of sets of outcomes.
  record Against(int run, Function<List<Effects>, Term> claim) {}

  /// How many runs there are, and how their starts are related.
  sealed interface Relation {
    /// One run.
    record Alone() implements Relation {}

    /// A second that starts in `modes`, from a state that differs only in `free` dimensions.
    record Pair(Set<Dimension> free, List<Mode> modes, boolean windowsAgree) implements Relation {}

    /// A second from a state that differs in R only, the cause of a trap being mended there; and
    /// for each trap of the first that leaves things changed, one from what it leaves, mended
    /// likewise.
    record Again() implements Relation {}

    /// A second from the real state in which a monitor runs the first, a virtual one.
    record Direct() implements Relation {}
  }

  boolean windowsAgree() {
    return relation instanceof Relation.Pair pair && pair.windowsAgree();
  }
}
