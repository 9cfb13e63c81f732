package trapline.lang;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;

/// From files to the machines they describe, or to what is wrong with them.
///
///     files --read--> texts --Parser--> units --import--> definitions in sight --Elaborator--> isa.Machine
///
/// Only files inside the folders of the given files and inside the import roots are ever opened: a path
/// that leads out of them is refused before the file system is asked, and a link that does, when it is
/// resolved. Each file is read once. Whatever the files hold, nothing is thrown.
public final class Loader {
  /// Bytes in the largest file.
  public static final int LARGEST_FILE = 4 << 20;

  /// Files in the largest description.
  public static final int MOST_FILES = 256;

  /// What came of loading.
  public sealed interface Loaded {
    /// Every machine that the given files describe (not: their imports), in the order written.
    record Machines(List<Described> machines, List<Diagnostic> warnings) implements Loaded {}

    /// At least one error; warnings may stand among them.
    record Rejected(List<Diagnostic> diagnostics) implements Loaded {}
  }

  /// A machine as described: its definition and every definition in its sight, by name.
  public record Described(
      String name,
      SourceFile file,
      Syntax.Definition definition,
      Map<String, Syntax.Definition> definitions) {
    /// One machine per combination of parameters that `setting` leaves open, the preset ones first.
    public Elaborator.Elaboration instances(Map<String, String> setting) {
      return Elaborator.elaborate(definitions, definition, setting);
    }
  }

  /// A file and where its imports are looked for.
  private static final class Source {
    final SourceFile file;
    final Optional<Path> folder;
    final Syntax.Unit unit;

    Source(SourceFile file, Optional<Path> folder, Syntax.Unit unit) {
      this.file = file;
      this.folder = folder;
      this.unit = unit;
    }
  }

  private record Step(Source source, Syntax.Import declaration) {}

  private final Set<Path> allowed = new LinkedHashSet<>();
  private final List<Path> roots = new ArrayList<>();
  private final Map<Path, Source> sources = new LinkedHashMap<>();
  private final Map<Source, List<Source>> imports = new LinkedHashMap<>();
  private final List<Diagnostic> diagnostics = new ArrayList<>();

  private final Shelf shelf;

  private Loader(Shelf shelf) {
    this.shelf = shelf;
  }

  /// Loads `files` and what they import, from their own folders or from `importRoots`.
  public static Loaded load(List<Path> files, List<Path> importRoots) {
    return load(files, importRoots, Shelf.DISK);
  }

  /// The same from another shelf.
  public static Loaded load(List<Path> files, List<Path> importRoots, Shelf shelf) {
    var loader = new Loader(shelf);
    for (Path root : importRoots) {
      shelf.real(root).ifPresent(loader.roots::add);
    }
    loader.allowed.addAll(loader.roots);
    for (Path file : files) {
      loader.folder(file).ifPresent(loader.allowed::add);
    }
    var given = new LinkedHashSet<Source>();
    for (Path file : files) {
      loader.given(file).ifPresent(given::add);
    }
    given.forEach(loader::follow);
    return loader.loaded(given);
  }

  /// Loads one text, which has no folder to import from.
  public static Loaded loadText(SourceFile file) {
    var loader = new Loader(Shelf.EMPTY);
    var source = loader.parsed(file, Optional.empty());
    loader.follow(source);
    return loader.loaded(Set.of(source));
  }

  // Reading

  private Optional<Path> folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? Optional.empty() : shelf.real(parent);
  }

  private Optional<Source> given(Path path) {
    Optional<Path> real = shelf.real(path);
    var nowhere = new SourceFile(path.toString(), "");
    if (real.isEmpty()) {
      diagnostics.add(unreadable(new Span(nowhere, 0, 0), path, "there is no such file"));
      return Optional.empty();
    }
    Source known = sources.get(real.get());
    return known != null
        ? Optional.of(known)
        : read(path.toString(), real.get(), folder(path), new Span(nowhere, 0, 0));
  }

  private static Diagnostic unreadable(Span span, Path path, String why) {
    return Diagnostic.of(FileError.UNREADABLE_FILE, "cannot read `" + path + "`", span, why);
  }

  /// Reads and parses a file; `asked` is where it is asked for.
  private Optional<Source> read(String name, Path real, Optional<Path> folder, Span asked) {
    if (sources.size() >= MOST_FILES) {
      if (diagnostics.stream().noneMatch(d -> d.code() == FileError.TOO_MANY_FILES)) {
        diagnostics.add(
            Diagnostic.of(
                FileError.TOO_MANY_FILES,
                "too many files",
                asked,
                "a description has at most " + MOST_FILES + " files"));
      }
      return Optional.empty();
    }
    byte[] bytes;
    try {
      Shelf.Kind kind = shelf.kind(real);
      if (kind != Shelf.Kind.FILE) {
        diagnostics.add(
            unreadable(
                asked,
                Path.of(name),
                kind == Shelf.Kind.FOLDER ? "this is a folder" : "this is no ordinary file"));
        return Optional.empty();
      }
      try (var in = shelf.open(real)) {
        bytes = in.readNBytes(LARGEST_FILE + 1);
      }
    } catch (NoSuchFileException gone) {
      diagnostics.add(unreadable(asked, Path.of(name), "there is no such file"));
      return Optional.empty();
    } catch (IOException | SecurityException refused) {
      diagnostics.add(unreadable(asked, Path.of(name), "the system refuses to open it"));
      return Optional.empty();
    }
    if (bytes.length > LARGEST_FILE) {
      diagnostics.add(
          Diagnostic.of(
                  FileError.FILE_TOO_LARGE,
                  "`" + name + "` is too large",
                  asked,
                  "a file has at most " + (LARGEST_FILE >> 20) + " MiB")
              .help("split it with `import`"));
      return Optional.empty();
    }
    Optional<SourceFile> file = decode(name, bytes);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Source source = parsed(file.get(), folder);
    sources.put(real, source);
    return Optional.of(source);
  }

  private Optional<SourceFile> decode(String name, byte[] bytes) {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length + 1);
    var result = decoder.decode(in, out, true);
    int end = out.position();
    if (!result.isError()) {
      return Optional.of(new SourceFile(name, out.flip().toString()));
    }
    int bad = bytes[in.position()] & 0xff;
    var file = new SourceFile(name, new String(bytes, StandardCharsets.UTF_8));
    diagnostics.add(
        Diagnostic.of(
                FileError.NOT_UTF_8,
                "`" + name + "` is not written in UTF-8",
                new Span(file, end, Math.min(end + 1, file.text().length())),
                "the byte 0x%02x cannot stand here".formatted(bad))
            .help(
                bad >= 0xa0
                    ? "save the file as UTF-8 (it looks like Latin-1)"
                    : "save the file as UTF-8"));
    return Optional.empty();
  }

  private Source parsed(SourceFile file, Optional<Path> folder) {
    var parsed = Parser.parse(file);
    diagnostics.addAll(parsed.diagnostics());
    return new Source(file, folder, parsed.unit());
  }

  // Imports

  private void follow(Source source) {
    follow(source, new ArrayDeque<>());
  }

  /// Depth first; `path` holds the imports that lead here.
  private void follow(Source source, Deque<Step> path) {
    if (imports.containsKey(source)) {
      return;
    }
    var found = new ArrayList<Source>();
    imports.put(source, found);
    for (var declaration : source.unit.imports()) {
      path.addLast(new Step(source, declaration));
      Source imported = resolve(source, declaration);
      if (imported != null) {
        if (path.stream().anyMatch(step -> step.source == imported)) {
          cycle(imported, path);
        } else {
          found.add(imported);
          follow(imported, path);
        }
      }
      path.removeLast();
    }
  }

  private void cycle(Source start, Deque<Step> path) {
    var cycle = path.stream().dropWhile(step -> step.source != start).toList();
    Step last = cycle.getLast();
    Diagnostic diagnostic =
        Diagnostic.of(
            FileError.IMPORT_CYCLE,
            cycle.size() == 1
                ? "a file cannot import itself"
                : "these files import each other in a circle",
            last.declaration.span(),
            "imports `"
                + start.file.name()
                + "`"
                + (cycle.size() == 1 ? ", which is this file" : " again"));
    for (Step step : cycle.subList(0, cycle.size() - 1)) {
      diagnostic = diagnostic.with(step.declaration.span(), "which imports this");
    }
    diagnostics.add(
        diagnostic.help(
            cycle.size() == 1
                ? "remove the import"
                : "move what both need into a file of its own, and import that"));
  }

  private @Nullable Source resolve(Source source, Syntax.Import declaration) {
    if (source.folder.isEmpty()) {
      diagnostics.add(
          notFound(declaration, "this text is in no folder, so there is nothing to import from"));
      return null;
    }
    Path asked;
    try {
      asked = Path.of(declaration.path());
    } catch (InvalidPathException impossible) {
      diagnostics.add(notFound(declaration, "no file can have this name"));
      return null;
    }
    if (declaration.path().isBlank()) {
      diagnostics.add(notFound(declaration, "the name of a file is missing"));
      return null;
    }
    var places = new ArrayList<Path>(List.of(source.folder.get()));
    places.addAll(roots);
    boolean outside = false;
    for (Path place : places) {
      Path candidate = place.resolve(asked).normalize();
      if (!isAllowed(candidate)) {
        outside = true;
        continue;
      }
      Optional<Path> real = shelf.real(candidate);
      if (real.isEmpty()) {
        continue;
      }
      if (!isAllowed(real.get())) {
        outside = true;
        continue;
      }
      Source known = sources.get(real.get());
      if (known != null) {
        return known;
      }
      return read(shown(source, asked, place), real.get(), folder(candidate), declaration.span())
          .orElse(null);
    }
    diagnostics.add(
        outside ? outside(declaration) : notFound(declaration, "there is no such file here"));
    return null;
  }

  private boolean isAllowed(Path path) {
    return allowed.stream().anyMatch(path::startsWith);
  }

  /// The name by which a person knows an imported file: relative to the file that imports it, as
  /// given.
  private static String shown(Source source, Path asked, Path place) {
    if (!source.folder.equals(Optional.of(place))) {
      return place.resolve(asked).normalize().toString();
    }
    Path parent = Path.of(source.file.name()).getParent();
    return (parent == null ? asked : parent.resolve(asked)).normalize().toString();
  }

  private static Diagnostic notFound(Syntax.Import declaration, String why) {
    return Diagnostic.of(
            FileError.IMPORT_NOT_FOUND,
            "cannot find `" + declaration.path() + "`",
            declaration.span(),
            why)
        .help(
            "paths are relative to the importing file; further folders are named with --import-root");
  }

  private static Diagnostic outside(Syntax.Import declaration) {
    return Diagnostic.of(
            FileError.IMPORT_OUTSIDE,
            "`" + declaration.path() + "` leads out of the folders in use",
            declaration.span(),
            "not in the folder of a given file, nor in an import folder")
        .help("name its folder on the command line with --import-root, if you trust it");
  }

  // Definitions

  private Loaded loaded(Set<Source> given) {
    var machines = new ArrayList<Described>();
    var clashes = new LinkedHashSet<Span>();
    for (Source source : given) {
      var definitions = inSight(source, clashes);
      for (var definition : source.unit.definitions()) {
        if (!definition.isExtension()) {
          machines.add(
              new Described(definition.name().text(), source.file, definition, definitions));
        }
      }
    }
    if (machines.isEmpty() && diagnostics.isEmpty()) {
      noMachine(given);
    }
    return diagnostics.stream().anyMatch(Diagnostic::isError)
        ? new Loaded.Rejected(List.copyOf(diagnostics))
        : new Loaded.Machines(List.copyOf(machines), List.copyOf(diagnostics));
  }

  private Map<String, Syntax.Definition> inSight(Source source, Set<Span> clashes) {
    var definitions = new LinkedHashMap<String, Syntax.Definition>();
    var seen = new LinkedHashSet<Source>();
    gather(source, seen);
    for (Source each : seen) {
      for (var definition : each.unit.definitions()) {
        var earlier = definitions.putIfAbsent(definition.name().text(), definition);
        if (earlier != null && clashes.add(definition.name().span())) {
          diagnostics.add(
              Diagnostic.of(
                      FileError.DUPLICATE_DEFINITION,
                      "`" + definition.name().text() + "` is defined twice",
                      definition.name().span(),
                      "defined again here")
                  .with(earlier.name().span(), "defined first here")
                  .help("give one of the two another name, or import only one of them"));
        }
      }
    }
    return Collections.unmodifiableMap(definitions);
  }

  /// Imports before what imports them.
  private void gather(Source source, Set<Source> seen) {
    if (seen.contains(source)) {
      return;
    }
    imports.getOrDefault(source, List.of()).forEach(each -> gather(each, seen));
    seen.add(source);
  }

  private void noMachine(Set<Source> given) {
    for (Source source : given) {
      diagnostics.add(
          Diagnostic.of(
                  FileError.NO_MACHINE,
                  "`" + source.file.name() + "` describes no machine",
                  new Span(source.file, 0, 0),
                  source.unit.definitions().isEmpty()
                      ? "nothing is defined here"
                      : "there are only extensions here")
              .help("write `machine Name { … }`"));
    }
  }
}
