package trapline.lang;

/// Where control is after a stretch of code.
enum Flow {
  GOES_ON,
  /// It has left: by `return`, a trap, `unpredictable`, `execute`.
  ENDS,
  /// It has left in this instance of the machine, because of a condition known now; what follows is
  /// not dead code to its author.
  ENDS_HERE;

  /// Control after one of two ways was taken.
  Flow or(Flow that) {
    if (this == GOES_ON || that == GOES_ON) {
      return GOES_ON;
    }
    return this == ENDS && that == ENDS ? ENDS : ENDS_HERE;
  }
}
