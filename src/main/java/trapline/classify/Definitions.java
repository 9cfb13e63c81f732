package trapline.classify;

import java.util.Locale;

/// Which reading of *privileged*. The other definitions have one.
public enum Definitions {
  /// Where the instruction completes in supervisor mode, it traps in user mode (if not for
  /// storage).
  STANDARD,
  /// It traps in user mode and does not in supervisor mode, in every pair of states without memory
  /// traps.
  LITERAL;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
