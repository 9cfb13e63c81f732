package trapline.cli;

/// What the shell is told. When several apply, the worst.
enum Exit {
  /// Answered, and everything expected or required holds.
  OK(0),
  /// Something is undecided.
  UNDECIDED(4),
  /// An `expect`, a `--require`, or a test is refuted.
  REFUTED(1),
  /// The command line is wrong.
  USAGE(2),
  /// The description is wrong.
  REJECTED(3),
  /// Two engines that must agree do not.
  CONTRADICTION(5),
  /// Trapline itself is wrong.
  INTERNAL(70);

  /// Enumerators go from good to bad.
  final int code;

  Exit(int code) {
    this.code = code;
  }

  Exit or(Exit that) {
    return compareTo(that) >= 0 ? this : that;
  }
}
