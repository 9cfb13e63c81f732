package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import trapline.diag.SourceFile;

class ParserTest {
  static Stream<Path> goodFiles() throws IOException {
    return Files.list(Path.of("src/test/resources/golden/parse"))
        .filter(p -> p.toString().endsWith(".isa"))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("goodFiles")
  void examplesOfTheDesignHaveNoSyntaxError(Path path) throws IOException {
    var parsed = Parser.parse(new SourceFile(path.toString(), Files.readString(path)));
    assertEquals(
        List.of(),
        parsed.diagnostics().stream().map(d -> d.span().place() + " " + d.message()).toList());
  }
}
