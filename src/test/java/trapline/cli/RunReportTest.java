package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `vmm` prints and writes of a run.
final class RunReportTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/run");
  private static final String GUESTS = "isa-specs/guests/";
  private static final String MACHINE = "isa-specs/third-generation.isa";
  private static final String KERNEL = GUESTS + "third-generation/kernel.asm";
  private static final String SYSTEM = GUESTS + "third-generation/system.asm";

  @TempDir Path folder;

  @Test
  void aShortRunReadsAsExpected() throws IOException {
    Session text = vmm("--set", "Q=512", "--guest", KERNEL, "--no-times");
    assertEquals(0, text.code(), text::toString);
    golden("kernel.txt", text.out());
    golden("kernel.md", report("kernel.md", "--set", "Q=512", "--guest", KERNEL));
    golden("kernel.html", report("kernel.html", "--set", "Q=512", "--guest", KERNEL));
  }

  @Test
  void aDifferenceReadsAsExpected() throws IOException {
    String calls = GUESTS + "pdp-10/calls.asm";
    Path file = folder.resolve("calls.md");
    Session session =
        Session.of(
            "vmm", "isa-specs/pdp-10.isa", "--guest", calls, "--report", file.toString(), "--fast");
    assertEquals(1, session.code(), session::toString);
    golden("calls.md", Files.readString(file));
  }

  @Test
  void aReportIsTheSameBytesEachTime() throws IOException {
    for (String name : List.of("run.html", "run.md", "run.json")) {
      String[] line = {
        "--set",
        "Q=512",
        "--guest",
        SYSTEM,
        "--guest-set",
        "Q=256",
        "--guests",
        "2",
        "--nest",
        "2",
        "--steps",
        "3000"
      };
      assertEquals(report(name, line), report(name, line), name);
    }
  }

  @Test
  void theJsonKeepsItsSchema() throws IOException {
    String[][] lines = {
      {"--set", "Q=512", "--guest", SYSTEM, "--guest-set", "Q=256", "--steps", "20000"},
      {"--set", "Q=512", "--guest", KERNEL, "--hybrid", "--fast"},
      {"--set", "Q=512", "--guest", KERNEL, "--size", "434"},
    };
    for (String[] line : lines) {
      List<String> all = new ArrayList<>(List.of(line));
      all.addAll(List.of("--format", "json"));
      Session json = vmm(all.toArray(String[]::new));
      List<Error> errors = schema().validate(json.out(), InputFormat.JSON);
      assertTrue(errors.isEmpty(), () -> errors + json.out());
    }
  }

  @Test
  void whatATrapCostsIsMeasuredAndCanBeLeftOut() {
    String[] line = {
      "--set",
      "Q=512",
      "--guest",
      SYSTEM,
      "--guest-set",
      "Q=256",
      "--format",
      "json",
      "--steps",
      "100000"
    };
    JsonObject measured =
        JsonParser.parseString(vmm(line).out()).getAsJsonObject().getAsJsonObject("measured");
    JsonObject cost = measured.getAsJsonObject("total").getAsJsonObject("cost_of_a_trap");
    assertTrue(cost.get("low").getAsDouble() <= cost.get("median").getAsDouble());
    assertTrue(cost.get("median").getAsDouble() <= cost.get("high").getAsDouble());
    assertTrue(cost.get("parts").getAsInt() >= 8);
    String[] without = java.util.Arrays.copyOf(line, line.length + 1);
    without[line.length] = "--no-times";
    assertFalse(vmm(without).out().contains("measured"));
  }

  @Test
  void whatADescriptionSaysStaysText() throws IOException {
    String evil = "\"><img src=x onerror=alert(1)>";
    Path description = folder.resolve(evil + ".isa");
    Files.writeString(
        description,
        Files.readString(Path.of(MACHINE)).replace("\"stm {a:r}\"", "\"stm <script>{a:r}\""));
    Path program = folder.resolve(evil + ".asm");
    Files.writeString(
        program, Files.readString(Path.of(KERNEL)).replace("stm r1", "stm <script>r1"));
    Path html = folder.resolve("evil.html");
    Session session =
        Session.of(
            "vmm",
            description.toString(),
            "--set",
            "Q=512",
            "--guest",
            program.toString(),
            "--report",
            html.toString());
    assertEquals(0, session.code(), session::toString);
    String page = Files.readString(html);
    assertTrue(page.contains("stm &lt;script&gt;r1"));
    assertFalse(page.contains("<script"), "no script");
    assertFalse(page.contains("<img"), "no image");
    assertTrue(page.contains("default-src &#39;none&#39;"), "a policy");
  }

  @Test
  void aWrongNameOfAReportIsToldBeforeAnythingRuns() {
    assertRefused("ends in .html, .md or .json", folder.resolve("run.pdf"));
    assertRefused("there is no folder", folder.resolve("nowhere/run.html"));
  }

  @Test
  void aReportForAFolderGetsAName() {
    Session session = vmm("--set", "Q=512", "--guest", KERNEL, "--report", folder.toString());
    assertEquals(0, session.code(), session::toString);
    assertTrue(Files.exists(folder.resolve("kernel-on-ThirdGen.html")), session::toString);
  }

  @Test
  void aProgramThatDoesNotFitIsTold() {
    Session session = vmm("--set", "Q=512", "--guest", KERNEL, "--size", "128");
    assertEquals(3, session.code(), session::toString);
    assertTrue(session.err().contains("has 128 cells"), session::toString);
  }

  private void assertRefused(String why, Path report) {
    Session session = vmm("--set", "Q=512", "--guest", KERNEL, "--report", report.toString());
    assertEquals(2, session.code(), session::toString);
    assertTrue(session.err().contains(why), session::toString);
  }

  private String report(String name, String... line) throws IOException {
    Path file = folder.resolve(name);
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(List.of("--report", file.toString()));
    Session session = vmm(all.toArray(String[]::new));
    assertEquals(0, session.code(), session::toString);
    return Files.readString(file);
  }

  private static Session vmm(String... line) {
    List<String> all = new ArrayList<>(List.of("vmm", MACHINE));
    all.addAll(List.of(line));
    return Session.of(all.toArray(String[]::new));
  }

  private static Schema schema() throws IOException {
    try (InputStream in = RunReportTest.class.getResourceAsStream("/trapline/run.schema.json")) {
      String text =
          new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text);
    }
  }

  private static void golden(String name, String actual) throws IOException {
    Path expected = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(expected, actual);
    }
    assertEquals(Files.readString(expected), actual, name);
  }
}
