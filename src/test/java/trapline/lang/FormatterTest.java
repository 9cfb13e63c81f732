package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import trapline.diag.SourceFile;

/// Golden folder `fmt`: a text, and beside it the same text laid out. The laws are held by every
/// text here.
class FormatterTest {
  static List<Path> untidy() throws IOException {
    return GoldenTest.inputs(Path.of("src/test/resources/golden/fmt"));
  }

  /// Everything that parses: the golden texts and the machines that are shipped.
  static List<Path> complete() throws IOException {
    var files = new ArrayList<Path>();
    for (String folder : List.of("src/test/resources/golden", "isa-specs")) {
      if (Files.isDirectory(Path.of(folder))) {
        files.addAll(GoldenTest.inputs(Path.of(folder)));
      }
    }
    var complete = new ArrayList<Path>();
    for (Path file : files) {
      if (!file.toString().contains("not-utf-8") && parse(Files.readString(file)).isComplete()) {
        complete.add(file);
      }
    }
    return complete;
  }

  static List<Path> shipped() throws IOException {
    Path folder = Path.of("isa-specs");
    return Files.isDirectory(folder) ? GoldenTest.inputs(folder) : List.of();
  }

  @ParameterizedTest
  @MethodSource("untidy")
  void anUntidyTextIsLaidOutAsExpected(Path input) throws IOException {
    GoldenTest.compare(input, format(Files.readString(input)));
  }

  @Test
  void theMachinesThatAreShippedAreLaidOutAlready() throws IOException {
    var changed = new ArrayList<String>();
    for (Path file : shipped()) {
      String text = Files.readString(file);
      if (parse(text).isComplete() && !format(text).equals(text)) {
        changed.add(file.toString());
      }
    }
    assertEquals(List.of(), changed, "run `trapline fmt` on them");
  }

  @ParameterizedTest
  @MethodSource("complete")
  void layoutKeepsTheTreeAndTheCommentsAndIsFinal(Path input) throws IOException {
    String text = Files.readString(input);
    laws(text);
    Random random = new Random(7);
    for (int i = 0; i < 5; i++) {
      String disturbed = disturb(text, random);
      if (parse(disturbed).isComplete()) {
        laws(disturbed);
      }
    }
  }

  static void laws(String text) {
    String once = format(text);
    assertEquals(Outline.of(parse(text).unit()), Outline.of(parse(once).unit()), text);
    assertEquals(comments(text), comments(once), text);
    assertEquals(once, format(once), text);
  }

  private static Parser.Parsed parse(String text) {
    return Parser.parse(new SourceFile("text", text));
  }

  private static String format(String text) {
    return switch (Formatter.format(new SourceFile("text", text))) {
      case Formatter.Formatted.Text(var formatted) -> formatted;
      case Formatter.Formatted.Rejected(var diagnostics) ->
          throw new AssertionError(diagnostics + "\n" + text);
    };
  }

  private static List<String> comments(String text) {
    var lexer =
        new trapline.lang.grammar.IsaLexer(org.antlr.v4.runtime.CharStreams.fromString(text));
    return lexer.getAllTokens().stream()
        .filter(t -> t.getChannel() != 0 && t.getType() != trapline.lang.grammar.IsaLexer.WS)
        .map(t -> t.getText().replace("\r", "").stripTrailing())
        .toList();
  }

  /// Other white space between the words.
  private static String disturb(String text, Random random) {
    var result = new StringBuilder();
    String[] blanks = {" ", "  ", "\n", "\n\n\n", "\t", "     ", "\r\n", " \n  "};
    boolean inComment = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      inComment =
          c == '/' && i + 1 < text.length() && text.charAt(i + 1) == '/' || inComment && c != '\n';
      if (!inComment && Character.isWhitespace(c) && random.nextInt(3) == 0) {
        result.append(c == '\n' ? "\n" : "").append(blanks[random.nextInt(blanks.length)]);
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }

  @Test
  void aBrokenTextIsNotLaidOut() {
    assertTrue(
        Formatter.format(new SourceFile("text", "machine A {"))
            instanceof Formatter.Formatted.Rejected);
  }

  @Test
  void anEmptyTextStaysEmpty() {
    assertEquals("", format(""));
    assertEquals("", format(" \n\n"));
    assertTrue(Stream.of("// a", "\n// a \n\n").allMatch(t -> format(t).equals("// a\n")));
  }
}
