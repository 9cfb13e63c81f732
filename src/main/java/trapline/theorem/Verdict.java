package trapline.theorem;

import java.util.Locale;

/// An answer without its evidence.
public enum Verdict {
  HOLDS,
  FAILS,
  UNDECIDED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
