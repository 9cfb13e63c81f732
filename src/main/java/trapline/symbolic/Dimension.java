package trapline.symbolic;

import java.util.Set;

/// A way in which two states may differ while the running program's own resources look alike.
///
/// Every initial variable belongs to one dimension or is shared by both states (role E registers,
/// P, the window).
public enum Dimension {
  /// Role M.
  MODE,
  /// The part of R on which the index that a space returns depends: where storage lies.
  RELOCATION,
  /// The rest of R, and what devices hold. Beyond the paper, whose R is base and bound only.
  CONTROL,
  /// Role clock.
  CLOCK,
  /// Physical storage outside the window.
  STORAGE;

  /// All of R.
  public static final Set<Dimension> R = Set.of(RELOCATION, CONTROL);
}
