package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A real process, started by the launcher, that the user interrupts while it works on rows that
/// would take it a very long time.
@DisabledOnOs(OS.WINDOWS)
final class InterruptionTest {
  /// The two rows that hang need the factors of a product of two primes of 31 bits.
  private static final String MACHINE =
      """
      language 1;
      machine Slow {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode     role M reset S;
        reg pc   : bits(8)  role P reset 0;
        reg r[2] : bits(64) role E reset 0;
        memory E[256] : bits(8) role E;
        space V(a: bits(8)) on E { return a; }
        trap enter(code: bits(2)) { mode = S; pc = 0; }
        traps via enter { 2 wrong() : illegal; 3 denied() : privilege; }
        fetch ir : bits(8) = V[pc] then pc = pc + 1;
        guard supervisor { if mode != S { trap denied(); } }
        fn hard() -> bool {
          let a = zext(r[0][30..0], 64);
          let b = zext(r[1][30..0], 64);
          return a * b == 3000900501487842683 && a != 1 && b != 1;
        }
        instr one   [0x01] "one"   { r[0] = r[0] + 1; }
        instr two   [0x02] "two"   { r[0] = r[1]; }
        instr three [0x03] "three" { r[1] = zext(raw(mode)); }
        instr four  [0x04] "four" requires supervisor { mode = U; }
        instr slow  [0x05] "slow"  { if hard() { mode = U; } }
        instr slower [0x06] "slower" { if hard() { mode = S; pc = 5; } }
        reserved { trap wrong(); }
        expect four : privileged;
        expect machine : !vmm;
      }
      """;

  private static final int ROWS = 7;
  private static final int HANGING = 2;

  /// What the cache holds when all others are answered: the premises, and these rows.
  private static final int KEPT = 1 + ROWS - HANGING;

  /// The rows that hang take one each; another answers the rest.
  private static final int JOBS = HANGING + 1;

  private record Ran(int code, String out, String err) {}

  @TempDir Path folder;

  @Test
  void whatIsKnownIsTold() throws Exception {
    Ran ran = interrupted();
    assertEquals(Exit.UNDECIDED.code, ran.code(), ran.out() + ran.err());
    assertTrue(ran.err().contains("Slow: interrupted: 5 of 7 rows"), ran.err());
    assertTrue(ran.out().contains("INTERRUPTED: "), ran.out());
    assertTrue(
        ran.out().contains("virtual machine monitor (Theorem 1)  no  because of three"), ran.out());
    assertTrue(ran.out().contains("slow"), ran.out());
  }

  @Test
  void jsonIsWholeAndMarked() throws Exception {
    Ran ran = interrupted("--format", "json", "--require", "hvmm");
    assertEquals(Exit.UNDECIDED.code, ran.code(), ran.out() + ran.err());
    JsonObject json = JsonParser.parseString(ran.out()).getAsJsonObject();
    assertTrue(json.get("partial").getAsBoolean());
    assertEquals(HANGING, json.getAsJsonObject("statistics").get("rows_unanswered").getAsInt());
    assertEquals("undecided", verdict(json.getAsJsonObject("theorems").get("hvmm")));
    JsonArray rows = json.getAsJsonArray("instructions");
    assertEquals(ROWS, rows.size());
    for (JsonElement row : rows) {
      JsonObject classes = row.getAsJsonObject().getAsJsonObject("classes");
      String name = row.getAsJsonObject().get("row").getAsString();
      if (name.startsWith("slow")) {
        assertEquals("undecided", verdict(classes.get("control_sensitive")));
        assertEquals("undecided", verdict(classes.get("privileged")));
      } else {
        assertFalse(verdict(classes.get("control_sensitive")).equals("undecided"), name);
      }
    }
  }

  private static String verdict(JsonElement json) {
    return json.getAsJsonObject().get("verdict").getAsString();
  }

  /// Runs `check`, waits until all quick rows are answered, interrupts it, and waits for its end.
  private Ran interrupted(String... options) throws Exception {
    Path machine = Files.writeString(folder.resolve("slow.isa"), MACHINE);
    Path cache = folder.resolve("cache");
    List<String> command =
        new ArrayList<>(
            List.of(
                install().toString(),
                "check",
                machine.toString(),
                "--cache",
                cache.toString(),
                "--timeout",
                "600",
                "--jobs",
                Integer.toString(JOBS)));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = new HashMap<>(builder.environment());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      for (int i = 0; i < 1200 && kept(cache) < KEPT && process.isAlive(); i++) {
        Thread.sleep(50);
      }
      assertTrue(process.isAlive(), () -> "it has ended: " + out.join() + err.join());
      assumeFalse(ignoresInterruptions(process), "interruptions are ignored here");
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not stop");
      return new Ran(process.exitValue(), out.join(), err.join());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(java.io.InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static long kept(Path cache) throws IOException {
    if (!Files.exists(cache)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(f -> f.toString().endsWith(".json")).count();
    }
  }

  /// A process that a shell put in the background inherits that.
  private static boolean ignoresInterruptions(Process process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(l -> l.startsWith("SigIgn:"))
            .anyMatch(l -> (Long.parseUnsignedLong(l.substring(7).strip(), 16) & 2) != 0);
  }

  /// The launcher beside a jar that only points to the classes under test.
  private Path install() throws IOException {
    Path target = Files.createDirectories(folder.resolve("target"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    List<String> places = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      places.add(Path.of(element).toUri().toString());
    }
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", places));
    new JarOutputStream(Files.newOutputStream(target.resolve("trapline.jar")), manifest).close();
    Path launcher = target.resolve("trapline");
    Files.copy(Path.of("src/main/launcher/trapline"), launcher);
    assertTrue(launcher.toFile().setExecutable(true));
    return launcher;
  }
}
