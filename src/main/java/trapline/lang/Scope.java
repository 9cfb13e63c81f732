package trapline.lang;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names in sight and what they mean; inner scopes hide outer ones.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Meaning> names = new LinkedHashMap<>();

  /// A scope that shows through to `outer`.
  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /// Declares a name; the previous meaning in this very scope is returned and kept.
  Optional<Meaning> declare(String name, Meaning meaning) {
    return Optional.ofNullable(names.putIfAbsent(name, meaning));
  }

  Optional<Meaning> lookup(String name) {
    for (Scope s = this; s != null; s = s.outer) {
      Meaning found = s.names.get(name);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  Optional<Meaning> here(String name) {
    return Optional.ofNullable(names.get(name));
  }

  /// All names in sight, innermost first.
  Set<String> all() {
    Set<String> all = new LinkedHashSet<>();
    for (Scope s = this; s != null; s = s.outer) {
      all.addAll(s.names.keySet());
    }
    return all;
  }
}
