package trapline.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// What a program sees, by name: `x[5]`, `pc`, `E[1024]` (the description's names, elements and
/// cells by decimal number). What is not named is zero, and values are at most 64 bits.
///
/// What has become of others ([#with]) holds only what differs from them.
final class Cells {
  static final Cells NOTHING = new Cells(Map.of());

  private record Element(String file, long index) {}

  private static final Map<Element, String> NAMES = new ConcurrentHashMap<>();

  private final Map<String, Long> origin;

  /// No value is the origin's.
  private final Map<String, Long> changes;

  private Cells(Map<String, Long> origin, Map<String, Long> changes) {
    this.origin = origin;
    this.changes = changes;
  }

  Cells(Map<String, Long> values) {
    this(nonzero(values), Map.of());
  }

  private static Map<String, Long> nonzero(Map<String, Long> values) {
    Map<String, Long> kept = new HashMap<>(values);
    kept.values().removeIf(value -> value == 0);
    return kept;
  }

  /// `file[index]`
  static String element(String file, long index) {
    return NAMES.computeIfAbsent(new Element(file, index), e -> e.file + "[" + e.index + "]");
  }

  Cells with(Map<String, Long> values) {
    Map<String, Long> all = new HashMap<>(changes);
    all.putAll(values);
    all.entrySet().removeIf(e -> e.getValue().equals(origin.getOrDefault(e.getKey(), 0L)));
    return new Cells(origin, all);
  }

  /// All that are not zero.
  Map<String, Long> values() {
    Map<String, Long> all = new HashMap<>(origin);
    all.putAll(changes);
    return nonzero(all);
  }

  long at(String name) {
    Long changed = changes.get(name);
    return changed == null ? origin.getOrDefault(name, 0L) : changed;
  }

  long at(String file, long index) {
    return at(element(file, index));
  }

  /// The names of all that may differ.
  SortedSet<String> apart(Cells that) {
    SortedSet<String> names = new TreeSet<>(changes.keySet());
    names.addAll(that.changes.keySet());
    if (origin != that.origin) {
      names.addAll(origin.keySet());
      names.addAll(that.origin.keySet());
    }
    return names;
  }

  /// `name=value …`, hexadecimal; only what differs from `base`.
  String text(Cells base) {
    StringBuilder out = new StringBuilder();
    for (String name : apart(base)) {
      if (at(name) != base.at(name)) {
        out.append(out.isEmpty() ? "" : " ").append(name).append('=');
        out.append(Long.toHexString(at(name)));
      }
    }
    return out.toString();
  }

  String text() {
    return text(NOTHING);
  }

  static Cells parse(String text, Cells base) {
    Map<String, Long> values = new HashMap<>();
    for (String part : text.trim().split(" ")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        values.put(
            part.substring(0, equals), Long.parseUnsignedLong(part.substring(equals + 1), 16));
      }
    }
    return base.with(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cells that
        && (origin == that.origin ? changes.equals(that.changes) : values().equals(that.values()));
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }
}
