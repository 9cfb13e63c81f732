package trapline.classify;

import java.util.Optional;
import java.util.function.Supplier;

/// An answer with its evidence.
public sealed interface Finding {
  /// It holds; with a witness when it says that something exists.
  record Holds(Optional<Witness> witness) implements Finding {}

  /// It does not hold; with a counterexample when it says that something is always so.
  record Fails(Grounds grounds, Optional<Witness> counterexample) implements Finding {}

  /// No answer, and why.
  record Undecided(String why) implements Finding {}

  /// What a negative answer rests on.
  enum Grounds {
    /// The form of the effects alone.
    STRUCTURE,
    /// A solver's refutation.
    REFUTATION,
    /// States that would do exist, but the instruction cannot be fetched in any of them.
    NEVER_FETCHED,
    /// A state that shows the opposite.
    COUNTEREXAMPLE,
    /// Other findings.
    DERIVED
  }

  static Finding holds() {
    return new Holds(Optional.empty());
  }

  static Finding fails(Grounds grounds) {
    return new Fails(grounds, Optional.empty());
  }

  default boolean isHolds() {
    return this instanceof Holds;
  }

  default boolean isFails() {
    return this instanceof Fails;
  }

  /// Whether it fails because of a state that exists.
  default boolean isCountered() {
    return this instanceof Fails(var grounds, var counterexample)
        && grounds == Grounds.COUNTEREXAMPLE;
  }

  default boolean isUndecided() {
    return this instanceof Undecided;
  }

  /// The witness or counterexample, if there is one.
  default Optional<Witness> evidence() {
    return switch (this) {
      case Holds(var witness) -> witness;
      case Fails(var grounds, var counterexample) -> counterexample;
      case Undecided undecided -> Optional.empty();
    };
  }

  /// `holds`, `fails` or `undecided`.
  default String verdict() {
    return switch (this) {
      case Holds holds -> "holds";
      case Fails fails -> "fails";
      case Undecided undecided -> "undecided";
    };
  }

  default Finding negate() {
    return switch (this) {
      case Holds(var witness) -> new Fails(Grounds.COUNTEREXAMPLE, witness);
      case Fails(var grounds, var counterexample) -> new Holds(counterexample);
      case Undecided undecided -> undecided;
    };
  }

  /// This or that: the first that holds; undecided when only that stands between it and a no.
  default Finding or(Supplier<Finding> that) {
    if (isHolds()) {
      return this;
    }
    Finding other = that.get();
    return other.isHolds() ? other : isUndecided() ? this : other;
  }

  /// This and that: the first that fails; undecided when only that stands between it and a yes.
  default Finding and(Supplier<Finding> that) {
    if (isFails()) {
      return this;
    }
    Finding other = that.get();
    return other.isFails() ? other : isUndecided() ? this : other;
  }
}
