package trapline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every Java source is as google-java-format writes it. To format them all:
///
///     mvn -q -Dfast test -Dtest=FormatTest -Dformat.update=true
///
/// and with `-Dformat.under=src/main/java/trapline/isa` only those of one folder.
final class FormatTest {
  @Test
  void everySourceIsFormatted() throws Exception {
    boolean update = Boolean.getBoolean("format.update");
    Formatter formatter = new Formatter();
    List<String> unformatted = new ArrayList<>();
    for (Path file : sources()) {
      String text = Files.readString(file);
      String formatted =
          formatter.formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(text),
                  JavaFormatterOptions.Style.GOOGLE));
      if (!formatted.equals(text)) {
        if (update) {
          Files.writeString(file, formatted);
        } else {
          unformatted.add(file.toString());
        }
      }
    }
    assertEquals(
        List.of(),
        unformatted,
        "to format: mvn -q -Dfast test -Dtest=FormatTest -Dformat.update=true");
  }

  private static List<Path> sources() throws Exception {
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("format.under", "src")))) {
      return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
    }
  }
}
