package trapline.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The manual's pages (`src/site/markdown`, packaged under `trapline/manual`) as plain text.
public final class Manual {
  private static final String ROOT = "/trapline/manual/";

  private Manual() {}

  /// The names of the pages on a shelf, in order: `diagnostics`, `definitions`.
  public static List<String> pages(String shelf) {
    URL url = Manual.class.getResource(ROOT + shelf);
    if (url == null) {
      return List.of();
    }
    try {
      URI uri = url.toURI();
      if (uri.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
          return names(jar.getPath(ROOT + shelf));
        }
      }
      return names(Path.of(uri));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(p -> p.getFileName().toString())
          .filter(n -> n.endsWith(".md"))
          .map(n -> n.substring(0, n.length() - 3))
          .sorted()
          .toList();
    }
  }

  /// The Markdown of a page that [#pages] names.
  public static String page(String shelf, String name) {
    try (InputStream in = Manual.class.getResourceAsStream(ROOT + shelf + "/" + name + ".md")) {
      if (in == null) {
        throw new IllegalArgumentException(shelf + "/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The first sentence of a page's first paragraph.
  public static String summary(String markdown) {
    String paragraph =
        markdown
            .lines()
            .dropWhile(l -> l.isBlank() || l.startsWith("#"))
            .takeWhile(l -> !l.isBlank())
            .reduce("", (a, b) -> a + " " + b.strip())
            .strip();
    int end = paragraph.indexOf(". ");
    return inline(end < 0 ? paragraph : paragraph.substring(0, end + 1));
  }

  /// Markdown for a terminal: headings marked, code indented, the rest wrapped at 80 columns.
  public static String plain(String markdown, Ink ink) {
    StringBuilder out = new StringBuilder();
    StringBuilder paragraph = new StringBuilder();
    boolean code = false;
    for (String line : markdown.lines().toList()) {
      if (line.startsWith("```")) {
        flush(paragraph, out);
        code = !code;
      } else if (code) {
        out.append("    ").append(line).append('\n');
      } else if (line.startsWith("    ") && paragraph.isEmpty()) {
        out.append(line).append('\n');
      } else if (line.startsWith("#")) {
        flush(paragraph, out);
        out.append(ink.bold(inline(line.replaceFirst("^#+ *", "")))).append('\n');
      } else if (line.isBlank()) {
        flush(paragraph, out);
        out.append('\n');
      } else if (line.startsWith("|")) {
        flush(paragraph, out);
        out.append(inline(line)).append('\n');
      } else if (line.startsWith("- ") || line.startsWith("* ") || line.matches("\\d+\\. .*")) {
        flush(paragraph, out);
        paragraph.append(line);
      } else {
        paragraph.append(paragraph.isEmpty() ? "" : " ").append(line.strip());
      }
    }
    flush(paragraph, out);
    return out.toString().stripTrailing().replaceAll("\n{3,}", "\n\n") + "\n";
  }

  private static void flush(StringBuilder paragraph, StringBuilder out) {
    if (!paragraph.isEmpty()) {
      String text = inline(paragraph.toString());
      String rest =
          text.startsWith("- ") || text.startsWith("* ")
              ? "  "
              : text.matches("\\d+\\. .*") ? "   " : "";
      Paragraphs.wrap(text, "", rest, 80).forEach(l -> out.append(l).append('\n'));
      paragraph.setLength(0);
    }
  }

  /// Without the marks of emphasis, code and links.
  private static String inline(String text) {
    return text.replaceAll("\\[([^\\]]+)\\]\\([^)]*\\)", "$1")
        .replaceAll("`([^`]*)`", "$1")
        .replaceAll("\\*\\*([^*]+)\\*\\*", "$1")
        .replaceAll("(?<![\\w*])\\*([^*\\s][^*]*)\\*(?![\\w*])", "$1");
  }
}
