package trapline.oracle;

import java.util.Optional;

/// Whether a property holds of a row, and the states that show it.
///
/// For `privileged`, `traps_in_user` and `traps_always`, which say "in every state", the witness is
/// of the failure; for the others it is of the property.
record Verdict(boolean holds, Optional<Witness> witness) {
  static final Verdict HOLDS = new Verdict(true, Optional.empty());
  static final Verdict FAILS = new Verdict(false, Optional.empty());

  /// One state, or two, as codes of the machine's [Layout], and the instruction word run on them.
  record Witness(long word, int first, Optional<Integer> second) {
    String show(Layout layout) {
      return "word "
          + word
          + " on "
          + layout.show(first)
          + second.map(s -> "\n        and on " + layout.show(s)).orElse("");
    }
  }
}
