package trapline.peer;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a program sees, by name: `x[5]`, `pc`, `E[1024]` (the description's names, elements and
/// cells by decimal number). What is not named is zero, and values are at most 64 bits.
record Cells(SortedMap<String, Long> values) {
  Cells {
    TreeMap<String, Long> kept = new TreeMap<>(values);
    kept.values().removeIf(value -> value == 0);
    values = Collections.unmodifiableSortedMap(kept);
  }

  long at(String name) {
    return values.getOrDefault(name, 0L);
  }

  long at(String file, long index) {
    return at(file + "[" + index + "]");
  }

  /// `name=value …`, hexadecimal; only what differs from `base`.
  String text(Cells base) {
    StringBuilder out = new StringBuilder();
    TreeMap<String, Long> all = new TreeMap<>(values);
    base.values.keySet().forEach(name -> all.putIfAbsent(name, 0L));
    all.forEach((name, value) -> {
      if (value != base.at(name)) {
        out.append(out.isEmpty() ? "" : " ").append(name).append('=');
        out.append(Long.toHexString(value));
      }
    });
    return out.toString();
  }

  String text() {
    return text(new Cells(new TreeMap<>(Map.of())));
  }

  static Cells parse(String text, Cells base) {
    TreeMap<String, Long> values = new TreeMap<>(base.values);
    for (String part : text.trim().split(" ")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        values.put(
            part.substring(0, equals), Long.parseUnsignedLong(part.substring(equals + 1), 16));
      }
    }
    return new Cells(values);
  }
}
