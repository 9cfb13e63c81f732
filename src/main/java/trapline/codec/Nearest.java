package trapline.codec;

import java.util.Collection;
import java.util.Optional;

/// The name that a misspelt one was most likely meant to be.
final class Nearest {
  private Nearest() {}

  static Optional<String> to(String name, Collection<String> names) {
    int most = name.length() < 3 ? 1 : 2;
    String best = null;
    for (String candidate : names) {
      int distance = distance(name, candidate, most);
      if (distance <= most && !candidate.equals(name)) {
        best = candidate;
        most = distance - 1;
      }
    }
    return Optional.ofNullable(best);
  }

  /// Insertions, deletions and substitutions from `a` to `b`; more than `most` if it is more.
  private static int distance(String a, String b, int most) {
    if (Math.abs(a.length() - b.length()) > most) {
      return most + 1;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
