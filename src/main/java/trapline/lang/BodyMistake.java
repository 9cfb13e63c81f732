package trapline.lang;

/// Mistakes about bodies: functions, statements, effects.
enum BodyMistake implements Mistake {
  /// A function that calls itself, directly or through others.
  RECURSION,
  /// A way through a function with a result that does not return one.
  MISSING_RETURN,
  /// `return` with a value where none is due, or without one where one is.
  BAD_RETURN,
  /// A condition that would trap, consume or write: it must only look.
  EFFECT_IN_CONDITION,
  /// A statement where it has no meaning: `commit` in a space, `assert` outside a test.
  MISPLACED_STATEMENT,
  /// A loop with too many turns to be unrolled.
  LOOP_TOO_LONG,
  /// A body too deeply nested.
  TOO_DEEP,
  /// Statements that can never run.
  UNREACHABLE_CODE(Severity.WARNING),
  /// Bitwise and arithmetic operators mixed without parentheses.
  MIXED_OPERATORS(Severity.WARNING),
  /// A function, guard or operand that nothing uses.
  UNUSED(Severity.WARNING),
  /// A guard that is decided by a field of role E, which any program may write.
  GUARD_ON_STORAGE(Severity.WARNING),
  /// An arm of a match that an earlier arm has taken already.
  UNREACHABLE_ARM(Severity.WARNING);

  private final Severity severity;

  BodyMistake() {
    this(Severity.ERROR);
  }

  BodyMistake(Severity severity) {
    this.severity = severity;
  }

  @Override
  public Severity severity() {
    return severity;
  }
}
