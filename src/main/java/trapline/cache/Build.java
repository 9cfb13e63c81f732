package trapline.cache;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Which program this is: the hash of its own code, and the names of what it runs with.
///
/// A version number would not do: findings must not outlive the code that made them, not even while
/// it is being written.
final class Build {
  private Build() {}

  /// Empty when its own code cannot be read.
  static Optional<String> identity() {
    try {
      var source = Build.class.getProtectionDomain().getCodeSource();
      if (source == null || source.getLocation() == null) {
        return Optional.empty();
      }
      Path code = Path.of(source.getLocation().toURI());
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<Path> files;
      try (Stream<Path> all = Files.walk(code)) {
        files = all.filter(Files::isRegularFile).sorted().toList();
      }
      for (Path file : files) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
          in.transferTo(java.io.OutputStream.nullOutputStream());
        }
      }
      StringBuilder others = new StringBuilder();
      for (String element :
          System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
        others.append(Path.of(element).getFileName()).append('\n');
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()) + "\n" + others);
    } catch (IOException
        | URISyntaxException
        | NoSuchAlgorithmException
        | IllegalArgumentException
        | SecurityException e) {
      return Optional.empty();
    }
  }
}
