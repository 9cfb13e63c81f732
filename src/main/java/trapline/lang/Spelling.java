package trapline.lang;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The known name that a misspelt one was meant to be.
///
/// Distance is Damerau-Levenshtein's, case counting half; a third of the letters may be wrong.
final class Spelling {
  private Spelling() {}

  /// Names of one or two letters are near to everything, so only their case may be wrong.
  static Optional<String> nearest(String wrong, Collection<String> known) {
    return known.stream()
        .filter(k -> wrong.equalsIgnoreCase(k) || Math.max(wrong.length(), k.length()) > 2)
        .filter(k ->
            !k.isEmpty()
                && distance(wrong, k) <= Math.max(1, Math.max(wrong.length(), k.length()) / 3))
        .min(
            Comparator.<String>comparingInt(k -> distance(wrong, k))
                .thenComparing(Comparator.naturalOrder()));
  }

  /// "did you mean `psw`?", or the list of what is known when it is short, or `otherwise`.
  static String advice(String wrong, Collection<String> known, String otherwise) {
    return nearest(wrong, known)
        .map(k -> "did you mean `" + k + "`?")
        .orElseGet(() ->
            known.isEmpty() || known.size() > 24 ? otherwise : "known here: " + listed(known));
  }

  static String listed(Collection<String> names) {
    return String.join(", ", names.stream().map(n -> "`" + n + "`").toList());
  }

  /// "a", "a and b", "a, b and c".
  static String joined(List<String> parts) {
    return parts.size() <= 1
        ? String.join("", parts)
        : String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.getLast();
  }

  private static int distance(String a, String b) {
    if (a.equalsIgnoreCase(b)) {
      return a.equals(b) ? 0 : 1;
    }
    if (Math.abs(a.length() - b.length()) > 8) {
      return Integer.MAX_VALUE;
    }
    String x = a.toLowerCase(Locale.ROOT);
    String y = b.toLowerCase(Locale.ROOT);
    int[][] d = new int[x.length() + 1][y.length() + 1];
    for (int i = 0; i <= x.length(); i++) {
      for (int j = 0; j <= y.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = x.charAt(i - 1) == y.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && x.charAt(i - 1) == y.charAt(j - 2)
            && x.charAt(i - 2) == y.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[x.length()][y.length()];
  }
}
