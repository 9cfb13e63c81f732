package trapline.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import trapline.edit.Desk;
import trapline.lang.Loader;
import trapline.lang.Shelf;

/// The descriptions that a page can begin with: the machines in the jar, and files that the user
/// gave.
///
/// A text of the jar imports from the jar only; a given file from its own folder.
final class Library {
  private static final String SHIPPED = "/trapline/machines";

  /// Where the machines of the jar stand, which is nowhere on disk.
  private static final Path ROOT = Path.of("/").toAbsolutePath();

  private final Map<Path, String> shipped;
  private final Map<String, Path> given = new LinkedHashMap<>();
  private List<String> names = List.of();

  Library(List<Path> files) throws IOException {
    shipped = shipped();
    for (Path file : files) {
      given.put(file.toString(), file.toRealPath());
    }
  }

  private static Map<Path, String> shipped() throws IOException {
    URL url = Library.class.getResource(SHIPPED);
    if (url == null) {
      return Map.of();
    }
    try {
      URI uri = url.toURI();
      if (!uri.getScheme().equals("jar")) {
        return texts(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return texts(jar.getPath(SHIPPED));
      }
    } catch (URISyntaxException impossible) {
      throw new IOException(impossible);
    }
  }

  private static Map<Path, String> texts(Path folder) throws IOException {
    Map<Path, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".isa")).toList()) {
        texts.put(
            ROOT.resolve(folder.relativize(file).toString()).normalize(), Files.readString(file));
      }
    }
    return texts;
  }

  /// What describes a machine, the user's files first.
  synchronized List<String> names() {
    if (names.isEmpty()) {
      names = machines();
    }
    return names;
  }

  private List<String> machines() {
    Loader.Loaded loaded =
        Loader.load(List.copyOf(shipped.keySet()), List.of(), Shelf.of(shipped, Shelf.EMPTY));
    Stream<String> machines =
        loaded instanceof Loader.Loaded.Machines(var described, var _)
            ? described.stream()
                .map(machine -> ROOT.relativize(Path.of(machine.file().name())).toString())
                .distinct()
            : Stream.of();
    return Stream.concat(given.keySet().stream(), machines).toList();
  }

  /// The path of a text under its name; a name that is not known is the user's own text, without a
  /// folder.
  Path path(String name) {
    Path file = given.get(name);
    if (file != null) {
      return file;
    }
    Path inside = ROOT.resolve(name.replace('\\', '/')).normalize();
    return shipped.containsKey(inside) ? inside : ROOT.resolve("machine.isa");
  }

  String text(String name) {
    Path path = path(name);
    try {
      return given.containsKey(name) ? Files.readString(path) : shipped.getOrDefault(path, "");
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /// A desk on which a text of that name may stand.
  Desk desk(String name) {
    return new Desk(shelf(name));
  }

  private Shelf shelf(String name) {
    return given.containsKey(name) ? Shelf.DISK : Shelf.of(shipped, Shelf.EMPTY);
  }
}
