package trapline.smt;

/// What a solver says of a conjunction of assertions.
public sealed interface Answer {
  /// They hold together, as in `model`.
  record Sat(Model model) implements Answer {}

  /// No assignment makes all of them true.
  record Unsat() implements Answer {}

  /// No answer: out of time, interrupted, or beyond the solver.
  record Unknown(String why) implements Answer {}
}
