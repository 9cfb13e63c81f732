package trapline.lang;

/// Mistakes about state: registers, fields, memories, devices, modes, translation.
enum StateMistake implements Mistake {
  /// A register, or a field of one, without a role.
  MISSING_ROLE,
  /// A role that is none of E, M, P, R, clock.
  UNKNOWN_ROLE,
  /// A role on the register and on its fields as well.
  ROLE_TWICE,
  /// Two fields of a struct share a bit.
  OVERLAPPING_FIELDS,
  /// A field beyond the width of its struct, or with its bounds exchanged.
  FIELD_OUT_OF_RANGE,
  /// A field narrower or wider than its type.
  FIELD_WIDTH,
  /// Two enumerators with one value.
  DUPLICATE_VALUE,
  /// A size that no machine has: zero, negative, or beyond the limit.
  BAD_SIZE,
  /// More names than a register file has elements, or fewer.
  NAME_COUNT,
  /// A value that is needed now but known only when the machine runs.
  NOT_CONSTANT,
  /// No modes: neither `mode` items nor one enumeration field of role M.
  NO_MODES,
  /// An `enum` for a space's second parameter that lacks `Fetch`, `Load` or `Store`.
  BAD_ACCESS,
  /// A view whose elements, cells and addresses do not go into each other, or without a byte order.
  BAD_VIEW,
  /// A machine without `fetch`, `reserved`, or `traps`.
  MISSING_PART,
  /// A second `fetch`, `reserved`, `after` or `vmm` in one body.
  DUPLICATE_PART,
  /// A space that changes state while it looks an address up.
  SPACE_EFFECT,
  /// A cell that is a device's register and cannot be both read and written, or that no program
  /// reaches.
  INCOMPLETE_DEVICE,
  /// A device's register whose code traps, reaches storage, or does what only instructions do.
  DEVICE_EFFECT,
  /// A device's register reached by physical address.
  DEVICE_CELL,
}
