package trapline.lang;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import trapline.diag.Diagnostic;
import trapline.diag.Renderer;
import trapline.diag.SourceFile;
import trapline.lang.grammar.IsaLexer;

/// Descriptions broken at random: the whole front end answers each, with a machine or with
/// diagnostics that can be shown; it throws nothing, and takes at most [#LONGEST] for one.
///
/// 2,000 inputs by default, 100,000 with `mvn -Plong`. Each input is a function of its number, so a
/// failure names the input that shows it.
class FrontEndFuzzTest {
  private static final long LONGEST = 10_000;

  /// What a thread has by default: the front end must not need more.
  private static final long STACK = 1 << 20;

  private record Input(int number, String text) {}

  private record Failure(Input input, Throwable thrown) {}

  @Test
  void brokenDescriptionsAreAnswered() throws Exception {
    run(0, 2_000);
  }

  @Test
  @Tag("slow")
  void manyBrokenDescriptionsAreAnswered() throws Exception {
    run(2_000, 100_000);
  }

  private static void run(int from, int to) throws Exception {
    List<String> seeds = seeds();
    var current = new AtomicReference<Input>();
    var failure = new AtomicReference<Failure>();
    var worker =
        new Thread(
            null,
            () -> {
              for (int i = from; i < to && failure.get() == null; i++) {
                var input = new Input(i, mutant(seeds, new Random(i)));
                current.set(input);
                try {
                  answer(input.text);
                } catch (Throwable thrown) {
                  failure.set(new Failure(input, thrown));
                }
              }
              current.set(null);
            },
            "fuzz",
            STACK);
    worker.setDaemon(true);
    worker.start();
    Input watched = null;
    long since = System.nanoTime();
    while (worker.isAlive()) {
      worker.join(100);
      Input now = current.get();
      if (now != watched) {
        watched = now;
        since = System.nanoTime();
      } else if (now != null && (System.nanoTime() - since) / 1_000_000 > LONGEST) {
        StackTraceElement[] where = worker.getStackTrace();
        fail("input " + now.number + " takes too long, at " + List.of(where) + "\n" + now.text);
      }
    }
    if (failure.get() != null) {
      Input input = failure.get().input;
      fail("input " + input.number + ":\n" + input.text, failure.get().thrown);
    }
  }

  private static void answer(String text) {
    var file = new SourceFile("fuzz.isa", text);
    List<Diagnostic> diagnostics =
        new ArrayList<>(
            switch (Loader.loadText(file)) {
              case Loader.Loaded.Rejected(var reasons) -> reasons;
              case Loader.Loaded.Machines(var machines, var warnings) -> {
                var all = new ArrayList<>(warnings);
                machines.forEach(machine -> all.addAll(machine.instances(Map.of()).diagnostics()));
                yield all;
              }
            });
    for (Diagnostic diagnostic : diagnostics) {
      new Renderer(true).render(diagnostic);
    }
    if (Parser.parse(file).isComplete() && text.hashCode() % 4 == 0) {
      FormatterTest.laws(text);
    }
  }

  // Mutants

  /// The golden texts, and the machines that are shipped, with what they import left out.
  private static List<String> seeds() throws IOException {
    var seeds = new ArrayList<String>();
    for (String folder : List.of("src/test/resources/golden", "isa-specs")) {
      for (Path file : GoldenTest.inputs(Path.of(folder))) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        seeds.add(text.replaceAll("(?m)^import .*$", ""));
      }
    }
    return seeds;
  }

  private static String mutant(List<String> seeds, Random random) {
    String text = piece(seeds.get(random.nextInt(seeds.size())), random);
    int changes = 1 + random.nextInt(random.nextInt(10) == 0 ? 30 : 4);
    for (int i = 0; i < changes; i++) {
      text = random.nextInt(5) == 0 ? noise(text, random) : tokens(text, seeds, random);
    }
    return text;
  }

  /// Of a long text mostly a part: whole lines, from somewhere to somewhere.
  private static String piece(String text, Random random) {
    if (text.length() < 6_000 || random.nextInt(20) == 0) {
      return text;
    }
    String[] lines = text.split("\n", -1);
    int start = random.nextInt(lines.length);
    int end = Math.min(lines.length, start + 1 + random.nextInt(100));
    String part = String.join("\n", List.of(lines).subList(start, end));
    return random.nextBoolean() ? "machine Part {\n" + part + "\n}\n" : part;
  }

  private static String noise(String text, Random random) {
    var result = new StringBuilder(text);
    int at = random.nextInt(text.length() + 1);
    switch (random.nextInt(4)) {
      case 0 -> result.insert(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
      case 1 -> result.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
      case 2 -> result.insert(at, "\"'{}[]();/*\\_".charAt(random.nextInt(13)));
      default -> result.insert(at, "([{-!~if ".repeat(random.nextInt(300)));
    }
    return result.toString();
  }

  private static String tokens(String text, List<String> seeds, Random random) {
    var words = words(text);
    if (words.isEmpty()) {
      return text;
    }
    int at = random.nextInt(words.size());
    switch (random.nextInt(6)) {
      case 0 -> words.remove(at);
      case 1 -> words.add(at, words.get(at));
      case 2 -> words.set(at, words.set(random.nextInt(words.size()), words.get(at)));
      case 3 -> words.set(at, words.get(random.nextInt(words.size())));
      case 4 -> {
        var other = words(seeds.get(random.nextInt(seeds.size())));
        if (!other.isEmpty()) {
          int from = random.nextInt(other.size());
          int to = Math.min(other.size(), from + 1 + random.nextInt(40));
          words.addAll(at, other.subList(from, to));
        }
      }
      default -> words.subList(at, Math.min(words.size(), at + 1 + random.nextInt(12))).clear();
    }
    return String.join("", words);
  }

  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    var lexer = new IsaLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    for (Token token : lexer.getAllTokens()) {
      words.add(token.getText());
    }
    return words;
  }
}
