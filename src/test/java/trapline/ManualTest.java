package trapline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import trapline.diag.Code;
import trapline.isa.Property;
import trapline.isa.Theorem;
import trapline.report.Ink;
import trapline.report.Manual;

/// The manual is whole: every page is there, every link leads somewhere.
final class ManualTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher links = LINK.matcher(withoutCode(Files.readString(page)));
      while (links.find()) {
        String target = links.group(1);
        Path folder = page.toAbsolutePath().getParent();
        if (!target.startsWith("http") && !Files.exists(folder.resolve(target))) {
          broken.add(page + " -> " + target);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void everyClassAndTheoremHasAPage() {
    Set<String> words = new TreeSet<>();
    Arrays.stream(Property.values()).map(Property::word).forEach(words::add);
    Arrays.stream(Theorem.values()).map(Theorem::word).forEach(words::add);
    words.addAll(List.of("configuration", "region"));
    assertEquals(words, new TreeSet<>(Manual.pages("definitions")));
  }

  @Test
  void everyDiagnosticHasAPageAndEveryPageADiagnostic() throws Exception {
    Set<String> slugs = new TreeSet<>();
    Path root = Path.of("target/classes");
    try (Stream<Path> files = Files.walk(root.resolve("trapline"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String path = root.relativize(file).toString();
        String name = path.substring(0, path.length() - 6).replace('/', '.').replace('\\', '.');
        Class<?> type = Class.forName(name, false, ManualTest.class.getClassLoader());
        if (type.isEnum() && Code.class.isAssignableFrom(type)) {
          for (Object constant : type.getEnumConstants()) {
            slugs.add(((Code) constant).slug());
          }
        }
      }
    }
    assertEquals(slugs, new TreeSet<>(Manual.pages("diagnostics")));
  }

  @Test
  void everyPageSaysWhatItIsInItsFirstSentence() {
    for (String shelf : List.of("definitions", "diagnostics")) {
      for (String name : Manual.pages(shelf)) {
        String page = Manual.page(shelf, name);
        assertTrue(
            page.startsWith("# " + name + "\n"), shelf + "/" + name + " begins with its name");
        assertTrue(Manual.summary(page).length() > 10, shelf + "/" + name + " has a summary");
        assertTrue(
            Manual.plain(page, Ink.PLAIN).lines().allMatch(l -> l.length() <= 100),
            shelf + "/" + name + " fits a terminal");
      }
    }
  }

  @Test
  void decisionsAreNumberedWithoutGapsOrTwins() throws IOException {
    List<String> numbers = new ArrayList<>();
    try (Stream<Path> entries = Files.list(Path.of("src/site/markdown/decisions"))) {
      entries
          .map(p -> p.getFileName().toString())
          .filter(n -> n.matches("\\d{4}-.*\\.md"))
          .sorted()
          .forEach(n -> numbers.add(n.substring(0, 4)));
    }
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= numbers.size(); i++) {
      expected.add(String.format("%04d", i));
    }
    assertEquals(expected, numbers);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String root : List.of("src/site/markdown", "isa-specs", "grammars", "reports")) {
      if (Files.isDirectory(Path.of(root))) {
        try (Stream<Path> files = Files.walk(Path.of(root))) {
          files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
      }
    }
    pages.add(Path.of("README.md"));
    return pages;
  }

  private static String withoutCode(String markdown) {
    return markdown.replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
  }
}
