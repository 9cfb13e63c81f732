package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import trapline.diag.Code;
import trapline.diag.Diagnostic;
import trapline.diag.Renderer;
import trapline.diag.SourceFile;

/// The golden folders of the language: one input, one `.expected` beside it.
///
///     golden/parse/NAME.isa           its tree
///     golden/reject/SLUG/NAME.isa     its diagnostics: one, of that slug; NAME `many-…` may have more
///     golden/reject/SLUG/with-….isa   imported by others, no case itself
///
/// `-Dgolden.update=true` rewrites the expectations; a person reads the difference.
class GoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path PAGES = Path.of("src/site/markdown/diagnostics");

  static List<Path> good() throws IOException {
    return inputs(GOLDEN.resolve("parse"));
  }

  static List<Path> broken() throws IOException {
    return inputs(GOLDEN.resolve("reject"));
  }

  static List<Path> inputs(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".isa") && Files.isRegularFile(f))
          .filter(f -> !f.getFileName().toString().startsWith("with-"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void aGoodTextHasTheExpectedTree(Path input) throws IOException {
    var parsed = Parser.parse(new SourceFile(input.toString(), Files.readString(input)));
    assertEquals("", new Renderer(false).render(parsed.diagnostics()));
    compare(input, Outline.of(parsed.unit()));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenTextHasTheExpectedDiagnostics(Path input) throws IOException {
    List<Diagnostic> diagnostics = diagnose(input);
    compare(input, new Renderer(false).render(diagnostics));
    Path name = input.getFileName();
    String slug = input.getParent().getFileName().toString();
    if (!name.toString().startsWith("many-")) {
      assertEquals(
          List.of(slug),
          diagnostics.stream().map(d -> d.code().slug()).toList(),
          "one mistake, one message");
    }
    assertTrue(diagnostics.stream().anyMatch(d -> d.code().slug().equals(slug)));
  }

  /// Of the front end as a whole: what loading says, and what each machine's instances are told.
  private static List<Diagnostic> diagnose(Path input) {
    return switch (Loader.load(List.of(input), List.of())) {
      case Loader.Loaded.Rejected(var diagnostics) -> diagnostics;
      case Loader.Loaded.Machines(var machines, var warnings) -> {
        var diagnostics = new ArrayList<>(warnings);
        machines.forEach(m -> diagnostics.addAll(m.instances(Map.of()).diagnostics()));
        yield diagnostics;
      }
    };
  }

  static void compare(Path input, String actual) throws IOException {
    Path expected = Path.of(input.toString().replaceAll("\\.isa$", ".expected"));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(expected, actual);
    }
    assertTrue(Files.exists(expected), () -> "no " + expected + "; it would be\n" + actual);
    assertEquals(Files.readString(expected, StandardCharsets.UTF_8), actual);
  }

  @Test
  void everyCodeHasAPageAndThoseOfTheLanguageAGoldenFolder() throws Exception {
    var missing = new ArrayList<String>();
    for (Code code : codes()) {
      Path folder = GOLDEN.resolve("reject").resolve(code.slug());
      boolean isOfTheLanguage = code.getClass().getPackageName().equals("trapline.lang");
      if (isOfTheLanguage && !Files.isDirectory(folder)) {
        missing.add(folder.toString());
      }
      Path page = PAGES.resolve(code.slug() + ".md");
      if (!Files.exists(page)) {
        missing.add(page.toString());
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void everyGoldenFolderAndEveryPageIsOfACode() throws Exception {
    var slugs = codes().stream().map(Code::slug).toList();
    var extra = new ArrayList<String>();
    for (Path folder : List.of(GOLDEN.resolve("reject"), PAGES)) {
      try (Stream<Path> entries = Files.list(folder)) {
        entries
            .filter(e -> !slugs.contains(e.getFileName().toString().replaceAll("\\.md$", "")))
            .forEach(e -> extra.add(e.toString()));
      }
    }
    assertEquals(List.of(), extra);
  }

  /// Every constant of every enum of the project that is a [Code].
  private static List<Code> codes() throws Exception {
    var codes = new ArrayList<Code>();
    Path classes =
        Path.of(Parser.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes.resolve("trapline"))) {
      for (Path file : files.sorted().toList()) {
        String name = classes.relativize(file).toString().replace('/', '.');
        if (name.endsWith(".class") && !name.contains("$") && !name.contains("-info")) {
          Class<?> type =
              Class.forName(name.replaceAll("\\.class$", ""), false, Parser.class.getClassLoader());
          if (type.isEnum() && Code.class.isAssignableFrom(type)) {
            for (Object constant : type.getEnumConstants()) {
              codes.add((Code) constant);
            }
          }
        }
      }
    }
    return codes;
  }
}
