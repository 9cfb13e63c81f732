package trapline.lang;

/// Mistakes about encodings, operands, templates and rows.
enum EncodingMistake implements Mistake {
  /// A pattern that is not as wide as the instruction word.
  PATTERN_WIDTH,
  /// A kind whose hole is not at one place in all alternatives, or is filled with the wrong bits.
  KIND_HOLE,
  /// An operand that stands twice in a pattern.
  DUPLICATE_OPERAND,
  /// Pieces of an operand that overlap, or that leave a bit out.
  INCOMPLETE_OPERAND,
  /// A word that two instructions claim.
  OVERLAPPING_ENCODINGS,
  /// `overrides x` that cannot be expressed, or that overrides nothing.
  BAD_OVERRIDE,
  /// A decode condition on more than the operands.
  BAD_DECODE_CONDITION,
  /// A template with an unclosed `{`.
  BAD_TEMPLATE,
  /// A template's slot that names no operand.
  UNKNOWN_OPERAND,
  /// An operand that the template does not print, so that no assembler could know it.
  OPERAND_NOT_PRINTED,
  /// A style that is neither a number style nor a register file, bank, enum or kind.
  UNKNOWN_STYLE,
  /// `split` by something that has no rows.
  BAD_SPLIT,
  /// A row of one instruction with the name of another.
  DUPLICATE_ROW,
  /// An alternative of an operand kind that zeros behind it turn into a longer one.
  KIND_WIDTH,
  /// An operand kind without alternatives, or with an accessor in some of them only.
  INCOMPLETE_KIND,
}
