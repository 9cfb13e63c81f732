package trapline.edit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.lang.Glossary;

/// A text as it stands in an editor, and what is known of it.
///
/// While the text has mistakes, what was known of it before them still answers, moved along by what
/// was typed since.
public final class Document {
  private final Path path;
  private final SourceFile file;
  private final Understanding now;
  private final Places places;
  private final Places earlier;
  private final Moved moved;

  /// What was found out about a text.
  record Known(String text, Understanding understanding, Places places) {
    static Known of(String text, Understanding understanding) {
      return new Known(text, understanding, new Places(understanding.glossary()));
    }
  }

  Document(Path path, String text, Known now, Known before) {
    this.path = path;
    this.file = new SourceFile(path.toString(), text);
    this.now = now.understanding;
    this.places = now.places;
    this.earlier = before.places;
    this.moved = Moved.between(before.text, text);
  }

  public Path path() {
    return path;
  }

  public SourceFile file() {
    return file;
  }

  public Understanding understanding() {
    return now;
  }

  /// What is to be told of a name. `instruction` is its name where it is one.
  public record Note(Span span, List<Meant> meant, Optional<String> instruction) {
    /// One of the things that a name means: `register`, `psw : PSW`, and the line that declares it.
    public record Meant(String noun, String what, String line) {}

    public String markdown() {
      return meant.stream()
          .map(m -> m.noun() + " `" + plain(m.what()) + "`\n\n```isa\n" + plain(m.line()) + "\n```")
          .collect(Collectors.joining("\n\n"));
    }

    /// What cannot end the code that it stands in.
    private static String plain(String text) {
      return text.replace('`', '\'');
    }

    public String text() {
      return meant.stream()
          .map(m -> m.noun() + " " + m.what() + "\n" + m.line())
          .collect(Collectors.joining("\n\n"));
    }
  }

  /// The name that holds or ends at the offset.
  public Optional<Span> word(int offset) {
    String text = file.text();
    int start = Math.clamp(offset, 0, text.length());
    int end = start;
    while (start > 0 && isOfWord(text.charAt(start - 1))) {
      start--;
    }
    while (end < text.length() && isOfWord(text.charAt(end))) {
      end++;
    }
    return start == end ? Optional.empty() : Optional.of(new Span(file, start, end));
  }

  static boolean isOfWord(char c) {
    return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
  }

  /// A name that is known, and where: now, or before the text had mistakes.
  private record Named(Places places, Span span) {}

  private Optional<Named> known(int offset) {
    Optional<Span> word = word(offset);
    if (word.isEmpty()) {
      return Optional.empty();
    }
    Optional<Span> current = places.at(file.name(), word.get().start());
    if (current.isPresent()) {
      return Optional.of(new Named(places, current.get()));
    }
    OptionalInt then = moved.back(word.get().start());
    return then.isEmpty()
        ? Optional.empty()
        : earlier
            .at(file.name(), then.getAsInt())
            .filter(s -> s.text().equals(word.get().text()))
            .map(s -> new Named(earlier, s));
  }

  /// Where a place of what was known before is now.
  private Optional<Span> current(Places of, Span span) {
    if (of == places || !span.file().name().equals(file.name())) {
      return Optional.of(span);
    }
    OptionalInt start = moved.forward(span.start());
    return start.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Span(file, start.getAsInt(), start.getAsInt() + span.end() - span.start()));
  }

  /// Where the name at an offset is declared; several places where machines differ.
  public List<Span> definitions(int offset) {
    return known(offset).stream()
        .flatMap(k ->
            k.places.entries(k.span).stream().flatMap(e -> current(k.places, e.span()).stream()))
        .toList();
  }

  /// Every place that is spelled alike because it means the same.
  public List<Span> references(int offset) {
    return known(offset).stream()
        .flatMap(k -> k.places.alike(k.span).stream().flatMap(s -> current(k.places, s).stream()))
        .toList();
  }

  public Optional<Note> note(int offset) {
    Optional<Span> word = word(offset);
    Optional<Named> known = known(offset);
    if (word.isEmpty() || known.isEmpty()) {
      return Optional.empty();
    }
    Set<Note.Meant> meant = new LinkedHashSet<>();
    Optional<String> instruction = Optional.empty();
    for (Glossary.Entry e : known.get().places.entries(known.get().span)) {
      String name = (e.owner().isEmpty() ? "" : e.owner() + ".") + e.name();
      String type = e.type().isEmpty() ? "" : " : " + e.type();
      meant.add(
          new Note.Meant(e.noun(), name + type, e.span().file().line(e.span().line()).strip()));
      if (e.noun().equals(Glossary.INSTRUCTION)) {
        instruction = Optional.of(e.name());
      }
    }
    return Optional.of(new Note(word.get(), List.copyOf(meant), instruction));
  }

  /// What is declared, as now known and as known before.
  List<Glossary.Entry> entries() {
    return Stream.concat(places.entries().stream(), earlier.entries().stream()).toList();
  }

  /// What is declared between two offsets of this text.
  List<Glossary.Entry> entries(int start, int end) {
    List<Glossary.Entry> found = new ArrayList<>();
    for (Places known : List.of(places, earlier)) {
      for (Glossary.Entry e : known.entries()) {
        if (e.span().file().name().equals(file.name())
            && current(known, e.span())
                .filter(s -> s.start() >= start && s.end() <= end)
                .isPresent()) {
          found.add(e);
        }
      }
    }
    return found;
  }
}
