package trapline.edit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import trapline.diag.Span;
import trapline.edit.Document.Known;
import trapline.lang.Shelf;

/// The texts that are open in an editor, and what is known of each.
///
/// Texts may change while questions are asked: a question sees the texts as they were when it was
/// asked.
public final class Desk {
  private static final Known NOTHING = Known.of("", Understanding.NONE);

  private final Shelf below;
  private final LinkedHashMap<Path, String> texts = new LinkedHashMap<>();
  private final Map<Path, Known> now = new LinkedHashMap<>();
  private final Map<Path, Known> whole = new LinkedHashMap<>();

  /// Texts that are not open come from `below`.
  public Desk(Shelf below) {
    this.below = below;
  }

  /// The path under which a text is known, without links.
  public Path path(Path path) {
    return below.real(path).orElseGet(() -> path.toAbsolutePath().normalize());
  }

  /// Opens a text, or changes it.
  public synchronized void put(Path path, String text) {
    texts.putLast(path, text);
  }

  public synchronized void close(Path path) {
    texts.remove(path);
    now.remove(path);
    whole.remove(path);
  }

  /// The texts that are open, the one that changed last first.
  public synchronized SequencedSet<Path> open() {
    return new LinkedHashSet<>(texts.sequencedKeySet().reversed());
  }

  public synchronized @Nullable String text(Path path) {
    return texts.get(path);
  }

  /// What is open, as it now is, and below it what is not.
  public synchronized Shelf shelf() {
    return Shelf.of(Map.copyOf(texts), below);
  }

  /// Understands an open text as it now is. Nothing if it is not open, or changes meanwhile.
  public Optional<Document> check(Path path) {
    String text = text(path);
    if (text == null) {
      return Optional.empty();
    }
    Understanding understanding = Understanding.of(path, others(path), shelf());
    Known known = Known.of(text, understanding);
    synchronized (this) {
      if (!text.equals(texts.get(path))) {
        return Optional.empty();
      }
      now.put(path, known);
      if (!understanding.hasErrors()) {
        whole.put(path, known);
      }
    }
    return document(path);
  }

  /// An open text with what was found out about it last.
  public synchronized Optional<Document> document(Path path) {
    String text = texts.get(path);
    if (text == null) {
      return Optional.empty();
    }
    Known last = now.getOrDefault(path, NOTHING);
    return Optional.of(
        new Document(
            path,
            text,
            last.text().equals(text) ? last : NOTHING,
            whole.getOrDefault(path, NOTHING)));
  }

  /// Every place, in whichever text describes a machine with it, that has to be spelled as the name
  /// at an offset, because it means the same.
  public List<Span> references(Document document, int offset) {
    Path path = document.path();
    Understanding wide = Understanding.wide(path, others(path), shelf());
    List<Span> found =
        document.word(offset).stream()
            .flatMap(word -> {
              Places places = new Places(wide.glossary());
              return places.at(path.toString(), word.start()).stream()
                  .flatMap(name -> places.alike(name).stream());
            })
            .toList();
    return found.isEmpty() ? document.references(offset) : found;
  }

  public Renaming rename(Document document, int offset, String name) {
    return Renaming.of(document, offset, name, others(document.path()), shelf());
  }

  /// The texts that may describe machines with what a text holds: its neighbours.
  public Set<Path> others(Path path) {
    Set<Path> others = new LinkedHashSet<>();
    Path folder = path.getParent();
    for (Path open : open()) {
      if (java.util.Objects.equals(open.getParent(), folder)) {
        others.add(open);
      }
    }
    if (below == Shelf.DISK && folder != null) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(f -> f.toString().endsWith(".isa")).sorted().forEach(others::add);
      } catch (IOException | java.io.UncheckedIOException | SecurityException unreadable) {
        // Then nothing on disk can have it.
      }
    }
    others.remove(path);
    return others;
  }
}
