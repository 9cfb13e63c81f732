package trapline.lang;

/// Mistakes about the table of causes.
enum TrapMistake implements Mistake {
  /// A kind that is none of memory, privilege, illegal, program, call, interrupt.
  UNKNOWN_TRAP_KIND,
  /// An interrupt without `when`, or `when`, `ack` or arguments where they have no meaning.
  BAD_INTERRUPT,
  /// Arguments of a cause that the trap sequence has no room for.
  TRAP_ARGUMENTS,
}
