package trapline.lang;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where the texts of descriptions are found: on disk, or in an editor that has not saved them.
public interface Shelf {
  /// The files of this computer.
  Shelf DISK =
      new Shelf() {
        @Override
        public Optional<Path> real(Path path) {
          try {
            return Optional.of(path.toRealPath());
          } catch (IOException | SecurityException absent) {
            return Optional.empty();
          }
        }

        @Override
        public Kind kind(Path real) {
          return Files.isRegularFile(real)
              ? Kind.FILE
              : Files.isDirectory(real) ? Kind.FOLDER : Kind.OTHER;
        }

        @Override
        public InputStream open(Path real) throws IOException {
          return Files.newInputStream(real);
        }
      };

  /// No file at all.
  Shelf EMPTY =
      new Shelf() {
        @Override
        public Optional<Path> real(Path path) {
          return Optional.empty();
        }

        @Override
        public Kind kind(Path real) {
          return Kind.OTHER;
        }

        @Override
        public InputStream open(Path real) throws IOException {
          throw new NoSuchFileException(real.toString());
        }
      };

  /// What stands at a place.
  enum Kind {
    FILE,
    FOLDER,
    OTHER
  }

  /// The one path of what `path` leads to, without links; empty if nothing is there.
  Optional<Path> real(Path path);

  Kind kind(Path real);

  InputStream open(Path real) throws IOException;

  /// These texts, by absolute normal path, and what `below` holds elsewhere.
  static Shelf of(Map<Path, String> texts, Shelf below) {
    return new Shelf() {
      @Override
      public Optional<Path> real(Path path) {
        Path normal = path.toAbsolutePath().normalize();
        return texts.keySet().stream().anyMatch(t -> t.startsWith(normal))
            ? Optional.of(normal)
            : below.real(path);
      }

      @Override
      public Kind kind(Path real) {
        return texts.containsKey(real)
            ? Kind.FILE
            : texts.keySet().stream().anyMatch(t -> t.startsWith(real))
                ? Kind.FOLDER
                : below.kind(real);
      }

      @Override
      public InputStream open(Path real) throws IOException {
        String text = texts.get(real);
        return text == null
            ? below.open(real)
            : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
      }
    };
  }
}
