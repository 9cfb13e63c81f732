package trapline.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Small turns of phrase.
final class Sentences {
  private Sentences() {}

  static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  /// A word as a shell reads it back.
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./=:,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /// `; did you mean 'x'?` if one of `names` is near, else nothing.
  static String didYouMean(String wanted, Collection<String> names) {
    return nearest(wanted, names).map(n -> "; did you mean '" + n + "'?").orElse("");
  }

  /// The name that the fewest edits make of `wanted`, if they are few enough to be a slip.
  static Optional<String> nearest(String wanted, Collection<String> names) {
    int best = Math.max(2, wanted.length() / 3) + 1;
    String found = null;
    for (String name : names) {
      int distance = distance(wanted.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        found = name;
      }
    }
    return Optional.ofNullable(found);
  }

  /// Levenshtein's distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
        diagonal = row[j];
        row[j] = Math.min(cost, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
