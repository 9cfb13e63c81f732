package trapline.isa;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a description may claim of an instruction, and what is decided of every one.
///
/// Definitions: Popek and Goldberg, CACM 17(7), 1974, section 4; `definitions` in the manual.
public enum Property {
  PRIVILEGED,
  /// Traps in every user state.
  TRAPS_IN_USER,
  /// Traps in every state of every mode.
  TRAPS_ALWAYS,
  CONTROL_SENSITIVE,
  BEHAVIOR_SENSITIVE,
  LOCATION_SENSITIVE,
  MODE_SENSITIVE,
  RESOURCE_SENSITIVE,
  CLOCK_SENSITIVE,
  USER_SENSITIVE,
  SUPERVISOR_SENSITIVE,
  SENSITIVE,
  INNOCUOUS,
  /// In some virtual state, running it directly goes wrong: the exact criterion, beyond the paper.
  GAP,
  /// The same from virtual user modes only: what a hybrid monitor runs directly.
  HYBRID_GAP,
  /// What completes in user mode completes in supervisor mode too.
  SUBSUMED,
  /// In user mode, it reaches storage through translation only.
  CONFINED,
  /// In user mode, it leaves alone what trap entries load M, P and R from, and what translation
  /// reads.
  GUARDED,
  /// In user mode, whether it traps, other than by memory, does not depend on where its storage
  /// lies.
  TRAPS_ALIKE,
  /// When it traps, what the program sees is as it was: it can be resumed or restarted.
  PRECISE,
  /// When it traps and the cause is mended, it does on starting again what it would have done.
  RESTARTABLE,
  /// The architecture says what happens in every state.
  PREDICTABLE,
  /// From supervisor mode it enters user mode at an address that it is given.
  ENTERS_USER,
  /// The description says what happens: no state in which it indexes out of range.
  WELL_DEFINED;

  /// As in descriptions and JSON: `control_sensitive`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Property> of(String word) {
    return Arrays.stream(values()).filter(p -> p.word().equals(word)).findFirst();
  }
}
