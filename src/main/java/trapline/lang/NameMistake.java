package trapline.lang;

/// Mistakes about names.
enum NameMistake implements Mistake {
  /// A name that nothing in sight declares.
  UNKNOWN_NAME,
  /// A type name that nothing declares.
  UNKNOWN_TYPE,
  /// `x.y` where `x` has no field, port, or entry `y`.
  UNKNOWN_FIELD,
  /// Two declarations of one name.
  DUPLICATE_NAME,
  /// A name of another kind than its place asks for: a memory where a value is wanted.
  WRONG_KIND_OF_NAME,
  /// An enumerator that several enums declare, where the context does not tell which.
  AMBIGUOUS_ENUMERATOR,
  /// A constant, type or alias that is defined by itself.
  CIRCULAR_DEFINITION,
  /// `trap x` where no table lists `x`.
  UNKNOWN_CAUSE,
  /// A mode that the machine does not have.
  UNKNOWN_MODE,
  /// A name after `requires` that is no guard.
  UNKNOWN_GUARD,
  /// The instruction word mentioned where no instruction is at hand.
  NO_INSTRUCTION_HERE,
}
