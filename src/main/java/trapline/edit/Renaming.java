package trapline.edit;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.lang.Shelf;
import trapline.lang.Vocabulary;

/// Giving a name another spelling, wherever it means the same: all places, or why not.
///
/// Guaranteed: the renamed texts are checked before they are given. They have no mistake, and what
/// was spelled alike still is, so that no name has got or lost a meaning.
public sealed interface Renaming {
  /// The places, by file, in order.
  record Edits(Map<Path, List<Span>> places) implements Renaming {}

  record Refused(String reason) implements Renaming {}

  /// Of the name at an offset of a file, in every machine that has anything from it.
  static Renaming of(
      Document document, int offset, String name, Collection<Path> others, Shelf shelf) {
    Optional<Span> word = document.word(offset);
    if (word.isEmpty()) {
      return new Refused("no name stands here");
    }
    if (!Vocabulary.isName(name)) {
      return new Refused(
          Vocabulary.keywords().contains(name)
              ? "`" + name + "` is a keyword"
              : "`" + name + "` is no name: letters, digits and `_`, a letter first");
    }
    Understanding before = Understanding.wide(document.path(), others, shelf);
    Optional<Diagnostic> wrong =
        before.diagnostics().stream().filter(Diagnostic::isError).findFirst();
    if (wrong.isPresent()) {
      return new Refused("the description has a mistake: " + wrong.get().message());
    }
    Places places = new Places(before.glossary());
    Optional<Span> known = places.at(document.file().name(), word.get().start());
    if (known.isEmpty()) {
      return new Refused("`" + word.get().text() + "` is not declared in any description");
    }
    Set<Span> alike = places.alike(known.get());
    Map<Path, List<Span>> edits = new LinkedHashMap<>();
    alike.stream()
        .collect(
            Collectors.groupingBy(s -> Path.of(s.file().name()), TreeMap::new, Collectors.toList()))
        .forEach((path, spans) ->
            edits.put(
                path,
                spans.stream().sorted(java.util.Comparator.comparingInt(Span::start)).toList()));
    return refusal(document, known.get(), name, edits, others, shelf)
        .<Renaming>map(Refused::new)
        .orElseGet(() -> new Edits(edits));
  }

  private static Optional<String> refusal(
      Document document,
      Span known,
      String name,
      Map<Path, List<Span>> edits,
      Collection<Path> others,
      Shelf shelf) {
    Map<Path, String> texts = new LinkedHashMap<>();
    int shift = 0;
    int count = 0;
    for (Map.Entry<Path, List<Span>> e : edits.entrySet()) {
      StringBuilder text = new StringBuilder();
      String old = e.getValue().getFirst().file().text();
      int end = 0;
      for (Span span : e.getValue()) {
        boolean isBefore = e.getKey().equals(document.path()) && span.start() < known.start();
        shift += isBefore ? name.length() - (span.end() - span.start()) : 0;
        text.append(old, end, span.start()).append(name);
        end = span.end();
        count++;
      }
      texts.put(e.getKey(), text.append(old, end, old.length()).toString());
    }
    Understanding after = Understanding.wide(document.path(), others, Shelf.of(texts, shelf));
    Optional<Diagnostic> wrong =
        after.diagnostics().stream().filter(Diagnostic::isError).findFirst();
    if (wrong.isPresent()) {
      return Optional.of(wrong.get().message());
    }
    Places places = new Places(after.glossary());
    int now =
        places
            .at(document.file().name(), known.start() + shift)
            .map(s -> places.alike(s).size())
            .orElse(0);
    return now == count
        ? Optional.empty()
        : Optional.of("`" + name + "` means something else here already");
  }
}
