package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Loader;
import trapline.machine.TestRunner;

/// The manual's examples are what they say.
///
///     ```isa file=F      is the whole file F from here on; it is accepted, unless a command says
///                        otherwise
///     ```isa into=F      are items that the machine in F gets from here on, before its last brace
///     ```isa instead=F   is a line that takes the place of those in F that begin with the same two words
///     ```isa             are definitions, or items that `Base` of the page may be extended with
///     ```isa rejected=C  is rejected, with the code C
///     ```asm file=F      is the whole file F
///     ```console         commands after `$ `, with all that they print, or with `…` for some lines;
///                        `echo $?` prints how the last one ended
///     ```yaml            every line `run: trapline …` comes to a good end
///     ```java            stands so in the example project of the kit
///
/// `-Dgolden.update=true` writes what is printed where it is something else.
final class ManualExamplesTest {
  private static final Path MANUAL = Path.of("src/site/markdown");
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^```(\\w+)([^\n]*)\n(.*?)^```$", Pattern.DOTALL);
  private static final String SOME = "…";
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  @TestFactory
  Stream<DynamicTest> everyExampleIsAsItSays(@TempDir Path folder) {
    return Stream.of(
            "tutorial", "language", "reading-a-report", "theory", "recipes", "storage", "lengths")
        .filter(name -> Files.exists(MANUAL.resolve(name + ".md")))
        .map(name -> DynamicTest.dynamicTest(name, () -> page(name, folder.resolve(name))));
  }

  private static void page(String name, Path folder) throws IOException {
    Path file = MANUAL.resolve(name + ".md");
    Files.createDirectories(folder);
    String text = Files.readString(file);
    var page = new Page(folder);
    Matcher block = BLOCK.matcher(text);
    var written = new StringBuilder();
    while (block.find()) {
      String again = page.example(block.group(1), block.group(2).strip(), block.group(3));
      block.appendReplacement(
          written,
          Matcher.quoteReplacement("```" + block.group(1) + block.group(2) + "\n" + again + "```"));
    }
    block.appendTail(written);
    if (UPDATE) {
      Files.writeString(file, written);
    }
    assertTrue(page.faults.isEmpty(), () -> String.join("\n", page.faults));
  }

  @Test
  void outputMayBeLeftOut() {
    assertTrue(matches("a\n…\nc\n", "a\nb\nb\nc\n"));
    assertTrue(matches("a\n  …\n", "a\n  b\n"));
    assertFalse(matches("a\n…\nd\n", "a\nb\nc\n"));
    assertFalse(matches("a\n", "a\nb\n"));
  }

  /// Every construct of the language is shown in the reference.
  @Test
  void everyKeywordStandsInAnExampleOfTheReference() throws IOException {
    Set<String> missing = new TreeSet<>();
    String grammar = Files.readString(Path.of("grammars/Isa.g4"));
    String rules = grammar.substring(0, grammar.indexOf("\nsoft "));
    StringBuilder examples = new StringBuilder();
    for (String name : List.of("language", "storage", "lengths")) {
      Matcher block = BLOCK.matcher(Files.readString(MANUAL.resolve(name + ".md")));
      while (block.find()) {
        examples.append(block.group(1).equals("isa") ? block.group(3) : "");
      }
    }
    Matcher keyword = Pattern.compile("'([a-z]+)'").matcher(rules);
    while (keyword.find()) {
      if (!Pattern.compile("\\b" + keyword.group(1) + "\\b").matcher(examples).find()) {
        missing.add(keyword.group(1));
      }
    }
    assertEquals(Set.of(), missing);
  }

  private static boolean matches(String pattern, String text) {
    String regex =
        pattern
            .lines()
            .map(l -> l.strip().equals(SOME) ? "(?:[^\n]*\n)*?" : Pattern.quote(l) + "\n")
            .collect(Collectors.joining());
    return Pattern.matches(regex, text);
  }

  /// One page: its files, and the last exit code.
  private static final class Page {
    private final Path folder;
    private final List<String> faults = new ArrayList<>();
    private String base = "";
    private int code;

    Page(Path folder) {
      this.folder = folder;
    }

    String example(String kind, String about, String text) throws IOException {
      switch (kind) {
        case "isa" -> description(about, text);
        case "asm" -> Files.writeString(folder.resolve(about.replace("file=", "")), text);
        case "console" -> {
          return console(text);
        }
        case "yaml" -> yaml(text);
        case "java" -> java(text);
        default -> {}
      }
      return text;
    }

    private void description(String about, String text) throws IOException {
      if (about.startsWith("file=")) {
        String name = about.substring(5);
        Files.writeString(folder.resolve(name), text);
        base = text.contains("machine Base ") ? name : base;
      } else if (about.startsWith("into=")) {
        Path file = folder.resolve(about.substring(5));
        String before = Files.readString(file);
        int end = before.lastIndexOf('}');
        Files.writeString(file, before.substring(0, end) + text.indent(2) + "}\n");
      } else if (about.startsWith("instead=")) {
        Path file = folder.resolve(about.substring(8));
        String line = text.strip();
        String head = line.replaceFirst("^(\\S+\\s+\\S+).*", "$1 ");
        assertTrue(Files.readString(file).contains(head), "nothing to replace: " + head);
        Files.writeString(
            file,
            Files.readString(file)
                .lines()
                .map(l -> l.strip().startsWith(head) ? "  " + line : l)
                .collect(Collectors.joining("\n", "", "\n")));
      } else {
        accepted(about.replace("rejected=", ""), text);
      }
    }

    /// Also runs the tests that stand in it.
    private void accepted(String code, String text) {
      String definitions =
          text.lines().anyMatch(l -> l.matches("(machine|extension) .*"))
              ? text
              : "machine Example extends Base with {\n" + text + "}\n";
      boolean needsBase = definitions.contains("extends Base");
      String rest = needsBase ? read(folder.resolve(base)) + "\n" : "language 1;\n";
      var loaded = Loader.loadText(new SourceFile("example.isa", rest + definitions));
      List<Diagnostic> problems = new ArrayList<>();
      if (loaded instanceof Loader.Loaded.Rejected(var diagnostics)) {
        problems.addAll(diagnostics);
      } else if (loaded instanceof Loader.Loaded.Machines(var machines, var warnings)) {
        problems.addAll(warnings);
        for (Loader.Described described : machines) {
          var made = described.instances(Map.of());
          problems.addAll(made.diagnostics());
          made.machines().forEach(this::tested);
        }
      }
      Set<String> codes =
          problems.stream()
              .map(d -> d.code().slug())
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> wanted = code.isEmpty() ? Set.of() : Set.of(code);
      if (!codes.equals(wanted)) {
        faults.add(
            text
                + problems.stream()
                    .map(trapline.diag.Renderer::plain)
                    .collect(Collectors.joining()));
      }
    }

    private void tested(Machine machine) {
      TestRunner.run(machine).stream()
          .filter(result -> !result.passed())
          .forEach(result -> faults.add(result.toString()));
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private String console(String text) {
      var written = new StringBuilder();
      for (String one : text.split("(?m)^(?=\\$ )")) {
        int end = one.indexOf('\n');
        String command = one.substring(2, end);
        String printed = run(command);
        String said = one.substring(end + 1);
        boolean isSo = matches(said, printed);
        if (!isSo && !UPDATE) {
          faults.add("$ " + command + " prints\n" + printed);
        }
        written.append(one, 0, end + 1).append(isSo ? said : printed);
      }
      return written.toString();
    }

    private String run(String command) {
      if (command.equals("echo $?")) {
        return code + "\n";
      }
      if (command.startsWith("cat ")) {
        return read(folder.resolve(command.substring(4)));
      }
      List<String> words = new ArrayList<>();
      Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(command);
      while (word.find()) {
        words.add(word.group(1) != null ? word.group(1) : word.group(2));
      }
      assertEquals("trapline", words.removeFirst(), command);
      Path to = null;
      int redirection = words.indexOf(">");
      if (redirection >= 0) {
        to = folder.resolve(words.get(redirection + 1));
        words.subList(redirection, redirection + 2).clear();
      }
      for (int i = 1; i < words.size(); i++) {
        if (words.get(i).matches("[\\w.-]+\\.(isa|asm|json)|report|monitor|site")) {
          words.set(i, folder.resolve(words.get(i)).toString());
        }
      }
      words.addAll(cached(words.getFirst()));
      Session session = Session.of(words.toArray(String[]::new));
      code = session.code();
      String out = session.out();
      if (to != null) {
        try {
          Files.writeString(to, out);
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
        out = "";
      }
      return (out + session.err())
          .replace(folder + "/", "")
          .lines()
          .map(l -> l.stripTrailing() + "\n")
          .collect(Collectors.joining());
    }

    private List<String> cached(String command) {
      return Set.of("check", "report", "diff", "witness", "validate", "vmm").contains(command)
          ? List.of("--cache", folder.resolve("cache").toString())
          : List.of();
    }

    private void yaml(String text) {
      Matcher command = Pattern.compile("(?m)^.*run: (trapline .*)$").matcher(text);
      while (command.find()) {
        String printed = run(command.group(1));
        if (code != 0) {
          faults.add(command.group(1) + " ends with " + code + "\n" + printed);
        }
      }
    }

    private void java(String text) throws IOException {
      StringBuilder all = new StringBuilder();
      try (Stream<Path> files = Files.walk(Path.of("src/it/kit"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          all.append(Files.readString(file));
        }
      }
      if (!plain(all.toString()).contains(plain(text))) {
        faults.add("not in src/it/kit:\n" + text);
      }
    }

    private static String plain(String text) {
      return text.replaceAll("\\s+", " ").strip();
    }
  }
}
