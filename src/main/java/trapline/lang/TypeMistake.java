package trapline.lang;

/// Mistakes about the types and widths of expressions.
enum TypeMistake implements Mistake {
  /// Two widths that should be equal.
  WIDTH_MISMATCH,
  /// `int` mixed with `bits`.
  SIGN_MISMATCH,
  /// A value of one kind where another is asked for: a truth value for bits, an enum for a number.
  TYPE_MISMATCH,
  /// A literal, `zext` or `sext` in a place that gives it no width.
  NEEDS_WIDTH,
  /// A literal that its context is too narrow for.
  LITERAL_TOO_WIDE,
  /// `zext` or `sext` to fewer bits, `trunc` to more.
  BAD_EXTENSION,
  /// Slice bounds outside the value, or exchanged.
  SLICE_OUT_OF_RANGE,
  /// A constant index beyond the last element.
  INDEX_OUT_OF_RANGE,
  /// Something indexed that has no elements or bits.
  NOT_INDEXABLE,
  /// Something called that is no function, or used as a value though it is none.
  NOT_CALLABLE,
  /// Too many or too few arguments, or one named that there is not.
  BAD_ARGUMENTS,
  /// A call of a function without a result, used as a value.
  NO_RESULT,
  /// Assignment to what cannot change.
  NOT_ASSIGNABLE,
  /// A value of the match that no arm takes.
  MATCH_NOT_EXHAUSTIVE,
  /// A pattern that the subject of the match cannot have.
  BAD_MATCH_PATTERN,
  /// Division by a constant zero, or an elaboration-time number out of hand.
  BAD_CONSTANT,
}
