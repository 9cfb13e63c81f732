package trapline.mutants;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// One change to one source file that makes the engine wrong: `original`, which must occur exactly
/// once, becomes `replaced`.
record Mutant(
    String breaks, Path file, List<String> tests, List<String> original, List<String> replaced) {
  private static final Path LIST = Path.of("src/test/resources/mutants/mutants.txt");
  private static final Path SOURCES = Path.of("src/main/java/trapline");

  static List<Mutant> all() throws IOException {
    List<Mutant> all = new ArrayList<>();
    for (String block : Files.readString(LIST).split("\n\n")) {
      if (!block.startsWith("#")) {
        List<String> lines = block.lines().toList();
        all.add(
            new Mutant(
                after("mutant ", lines.get(0)),
                SOURCES.resolve(after("file   ", lines.get(1))),
                List.of(after("tests  ", lines.get(2)).split(" ")),
                lines.stream().filter(l -> l.startsWith("-")).map(l -> l.substring(1)).toList(),
                lines.stream().filter(l -> l.startsWith("+")).map(l -> l.substring(1)).toList()));
      }
    }
    return all;
  }

  private static String after(String word, String line) {
    if (!line.startsWith(word)) {
      throw new IllegalArgumentException("'" + word + "' expected: " + line);
    }
    return line.substring(word.length());
  }

  /// The changed source.
  String source() throws IOException {
    String text = Files.readString(file);
    String wanted = join(original);
    int at = text.indexOf(wanted);
    if (at < 0 || text.indexOf(wanted, at + 1) >= 0) {
      throw new AssertionError(
          "mutant '"
              + breaks
              + "': its original must occur exactly once in "
              + file
              + ", where it occurs "
              + (at < 0 ? "not at all" : "more than once")
              + "; change "
              + LIST
              + " along with the source:\n"
              + wanted);
    }
    return text.substring(0, at) + join(replaced) + text.substring(at + wanted.length());
  }

  private static String join(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /// Compiles the changed source, and nothing else, into a folder.
  void compile(Path into) throws IOException {
    String source = source();
    var compiler = ToolProvider.getSystemJavaCompiler();
    var complaints = new DiagnosticCollector<JavaFileObject>();
    var object =
        new SimpleJavaFileObject(
            URI.create("string:///" + file.getFileName()), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "-proc:none",
            "-parameters",
            "-d",
            into.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    boolean compiled =
        compiler.getTask(null, null, complaints, options, null, List.of(object)).call();
    if (!compiled) {
      throw new AssertionError(
          "mutant '"
              + breaks
              + "' does not compile: "
              + complaints.getDiagnostics().stream()
                  .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
                  .map(d -> d.getMessage(Locale.ROOT))
                  .toList());
    }
  }
}
