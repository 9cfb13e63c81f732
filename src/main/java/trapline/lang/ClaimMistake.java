package trapline.lang;

/// Mistakes about what is claimed: `expect`, `assume`, `vmm`, `test`.
enum ClaimMistake implements Mistake {
  /// A claim that is no property of an instruction, or none of a machine.
  UNKNOWN_CLAIM,
  /// A claim about something that there is not.
  UNKNOWN_SUBJECT,
  /// `under x` where no assumption is called `x`.
  UNKNOWN_ASSUMPTION,
  /// `when` that selects no row, or that rows do not decide.
  BAD_SELECTION,
  /// A `vmm` block that lacks something, or names what is no register.
  INCOMPLETE_MONITOR,
  /// A test with a step count or an address that makes no sense.
  BAD_TEST,
}
