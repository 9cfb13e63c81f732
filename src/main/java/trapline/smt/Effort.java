package trapline.smt;

/// How much may be spent on a question.
public enum Effort {
  /// A few seconds, counted in steps of the search and not by a clock: what is answered so is
  /// answered in every run.
  BRIEF,

  /// All the time that the solver has for a question.
  FULL
}
