package trapline.edit;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.diag.Span;
import trapline.lang.Glossary;

/// The names of a glossary by where they stand.
final class Places {
  private final Glossary glossary;
  private final Map<String, Map<Integer, Span>> byFile = new HashMap<>();
  private final Map<Span, Set<Span>> mentioned = new LinkedHashMap<>();

  Places(Glossary glossary) {
    this.glossary = glossary;
    glossary.entries().forEach(e -> place(e.span()));
    glossary
        .mentions()
        .forEach((at, of) -> {
          place(at);
          of.forEach(d -> mentioned.computeIfAbsent(d, _ -> new LinkedHashSet<>()).add(at));
        });
  }

  private void place(Span span) {
    byFile.computeIfAbsent(span.file().name(), _ -> new HashMap<>()).put(span.start(), span);
  }

  /// The name that begins there.
  Optional<Span> at(String file, int start) {
    return Optional.ofNullable(byFile.getOrDefault(file, Map.of()).get(start));
  }

  /// What a name means; a declaration means itself, and what it replaces.
  List<Glossary.Entry> entries(Span name) {
    Set<Span> declarations = new LinkedHashSet<>(glossary.mentions().getOrDefault(name, Set.of()));
    if (glossary.entry(name) != null) {
      declarations.add(name);
    }
    return declarations.stream()
        .flatMap(d -> Optional.ofNullable(glossary.entry(d)).stream())
        .toList();
  }

  /// Every place that has to be spelled alike: whatever means, in any machine, what this name
  /// means, and what replaces it or is replaced.
  Set<Span> alike(Span name) {
    Set<Span> all = new LinkedHashSet<>();
    Deque<Span> open = new ArrayDeque<>(List.of(name));
    while (!open.isEmpty()) {
      Span next = open.pop();
      if (all.add(next)) {
        open.addAll(glossary.mentions().getOrDefault(next, Set.of()));
        open.addAll(mentioned.getOrDefault(next, Set.of()));
      }
    }
    return all;
  }

  Collection<Glossary.Entry> entries() {
    return glossary.entries();
  }
}
