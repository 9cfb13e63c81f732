package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `report` writes and `diff` tells of a machine of twelve rows, one per class of fault.
final class ReportTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/report");
  private static final Path TINY = GOLDEN.resolve("tiny.isa");

  /// Where a browser looks for SARIF's schema; here it comes out of another program's jar.
  private static final String SARIF = "/schema/sarif-schema-2.1.0.json";

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path saved;
  private static Path written;

  /// Asked once: an analysis takes seconds.
  @BeforeAll
  static void check() throws IOException {
    Session session =
        Session.of("check", TINY.toString(), "--set", "trapping=yes", "--format", "json");
    saved = Files.writeString(shared.resolve("tiny.json"), session.out());
    written = shared.resolve("out");
    Session report = Session.of("report", saved.toString(), "-o", written.toString());
    assertEquals(1, report.code(), report.err());
    assertTrue(report.err().contains("wrote 7 files"), report.err());
  }

  @Test
  void thePagesReadAsExpected() throws IOException {
    for (String name : List.of("Tiny.md", "TEST-Tiny.xml", "index.md")) {
      Path expected = GOLDEN.resolve("views").resolve(name);
      String actual = Files.readString(written.resolve(name));
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(expected.getParent());
        Files.writeString(expected, actual);
      }
      assertEquals(Files.readString(expected), actual, name);
    }
  }

  @Test
  void aDescriptionGivesTheSameBytesAsItsRecord() throws IOException {
    Path again = folder.resolve("again");
    Session session =
        Session.of(
            "report",
            TINY.toString(),
            "--set",
            "trapping=yes",
            "--jobs",
            "1",
            "-o",
            again.toString());
    assertEquals(1, session.code(), session.err());
    try (Stream<Path> files = Files.list(written)) {
      for (Path file : files.toList()) {
        assertEquals(Files.readString(file), Files.readString(again.resolve(file.getFileName())));
      }
    }
  }

  @Test
  void theRecordNamesWhatItWasMadeFrom() throws Exception {
    JsonObject source = record().getAsJsonArray("sources").get(0).getAsJsonObject();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(TINY));
    assertEquals(HexFormat.of().formatHex(digest), source.get("sha256").getAsString());
    List<String> command = new ArrayList<>();
    record().getAsJsonArray("command").forEach(w -> command.add(w.getAsString()));
    assertEquals("trapline", command.removeFirst());
    command.addAll(List.of("--format", "json"));
    assertEquals(Files.readString(saved), Session.of(command.toArray(String[]::new)).out());
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>trapline</artifactId>\\s*<version>(.*?)</version>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertTrue(version.find());
    assertEquals(version.group(1), record().get("trapline").getAsString());
  }

  // SARIF

  @Test
  void sarifKeepsItsSchema() throws IOException {
    String sarif = Files.readString(written.resolve("trapline.sarif"));
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(resource(SARIF), InputFormat.JSON);
    assertEquals(List.of(), schema.validate(sarif, InputFormat.JSON));
    assertFalse(
        schema.validate(sarif.replace("\"ruleId\"", "\"rule\""), InputFormat.JSON).isEmpty(),
        "the schema refuses something");
  }

  @Test
  void sarifHasEveryOffenderAtItsPlaceWithItsWitness() throws IOException {
    JsonArray results =
        JsonParser.parseString(Files.readString(written.resolve("trapline.sarif")))
            .getAsJsonObject()
            .getAsJsonArray("runs")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("results");
    List<String> offenders = new ArrayList<>();
    for (JsonElement element : results) {
      JsonObject result = element.getAsJsonObject();
      if (result.get("ruleId").getAsString().equals("sensitive-not-privileged")) {
        JsonObject location = result.getAsJsonArray("locations").get(0).getAsJsonObject();
        String name =
            location
                .getAsJsonArray("logicalLocations")
                .get(0)
                .getAsJsonObject()
                .get("name")
                .getAsString();
        offenders.add(name);
        JsonObject physical = location.getAsJsonObject("physicalLocation");
        assertEquals(
            TINY.toString(), physical.getAsJsonObject("artifactLocation").get("uri").getAsString());
        int line = physical.getAsJsonObject("region").get("startLine").getAsInt();
        String text = Files.readAllLines(TINY).get(line - 1);
        assertTrue(text.contains(name.split(" ", 2)[0]), () -> name + " is not in " + text);
        JsonObject flow = result.getAsJsonArray("codeFlows").get(0).getAsJsonObject();
        for (JsonElement thread : flow.getAsJsonArray("threadFlows")) {
          JsonArray steps = thread.getAsJsonObject().getAsJsonArray("locations");
          assertEquals(2, steps.size(), "before and after");
          assertFalse(steps.get(0).getAsJsonObject().getAsJsonObject("state").isEmpty(), "a state");
        }
      }
    }
    List<String> because = new ArrayList<>();
    record()
        .getAsJsonObject("theorems")
        .getAsJsonObject("vmm")
        .getAsJsonArray("because")
        .forEach(b -> because.add(b.getAsString()));
    assertEquals(because, offenders);
    assertTrue(offenders.size() > 2);
  }

  // JUnit

  @Test
  void aReaderOfJUnitFindsEveryExpectation() {
    List<ReportTestSuite> suites =
        new SurefireReportParser(List.of(written.toFile()), new NullConsoleLogger())
            .parseXMLReportFiles();
    assertEquals(1, suites.size());
    ReportTestSuite suite = suites.getFirst();
    JsonArray expectations = record().getAsJsonArray("expectations");
    assertEquals(expectations.size(), suite.getNumberOfTests());
    for (int i = 0; i < expectations.size(); i++) {
      ReportTestCase test = suite.getTestCases().get(i);
      boolean held =
          expectations.get(i).getAsJsonObject().get("verdict").getAsString().equals("held");
      assertEquals(held, test.isSuccessful(), test.getName());
      if (!held) {
        assertTrue(test.hasFailure(), test.getName());
        assertTrue(test.getFailureMessage().contains("is expected"), test.getFailureMessage());
      }
    }
    assertTrue(suite.getNumberOfFailures() > 0, "one is refuted");
  }

  // HTML

  @Test
  void thePageHoldsOneScriptWhichItsPolicyNames() throws Exception {
    String page = Files.readString(written.resolve("Tiny.html"));
    Matcher script = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL).matcher(page);
    assertTrue(script.find());
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(script.group(1).getBytes(StandardCharsets.UTF_8));
    String policy = "script-src &#39;sha256-" + Base64.getEncoder().encodeToString(digest);
    assertTrue(page.contains(policy), "the policy names the script");
    assertFalse(script.find(), "no other script");
    assertFalse(page.contains("http://") || page.contains("https://"), "nothing from elsewhere");
  }

  @Test
  void theScriptFiltersInABrowser() throws IOException, InterruptedException {
    String browser =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .map(name -> Path.of("/usr/bin", name))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse("");
    org.junit.jupiter.api.Assumptions.assumeFalse(browser.isEmpty(), "no Chromium here");
    Path page = folder.resolve("typed.html");
    // What a person would type is there from the beginning.
    String typed =
        Files.readString(written.resolve("Tiny.html"))
            .replace("<input name=\"words\"", "<input name=\"words\" value=\"getm\"");
    Files.writeString(page, typed);
    Process process =
        new ProcessBuilder(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--dump-dom",
                page.toUri().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String dom = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    int rows = record().getAsJsonArray("instructions").size();
    assertTrue(dom.contains(">1 of " + rows + " rows<"), "one row is shown");
    assertEquals(rows - 1, dom.split("<tr[^>]*hidden=\"\"", -1).length - 1);
  }

  @Test
  void whatADescriptionSaysStaysText() throws IOException {
    String evil = "<script>alert(1)</script>";
    Path hostile = folder.resolve("\"><img src=x onerror=alert(1)>.isa");
    String text =
        Files.readString(TINY)
            .replaceFirst("///.*", "/// Evil " + evil + ". And [so](javascript:on).")
            .replace("cite \"", "cite \"" + evil + " ");
    Files.writeString(hostile, text);
    Path out = folder.resolve("out");
    Session session =
        Session.of("report", hostile.toString(), "-s", "trapping=yes", "-o", out.toString());
    assertEquals(1, session.code(), session.err());
    String page = Files.readString(out.resolve("Tiny.html"));
    assertEquals(2, page.split("Evil &lt;script&gt;alert", -1).length - 1, "it is there");
    assertEquals(1, page.split("<script", -1).length - 1, "only ours");
    assertFalse(page.contains("<img"));
    assertFalse(Files.readString(out.resolve("index.html")).contains("<img"));
    for (String name : List.of("Tiny.md", "index.md")) {
      String markdown = Files.readString(out.resolve(name));
      for (String line : markdown.lines().filter(l -> !l.startsWith("    ")).toList()) {
        assertFalse(Pattern.compile("(?<!\\\\)<(script|img)").matcher(line).find(), line);
        assertFalse(line.contains("](javascript"), line);
      }
    }
    assertFalse(Files.readString(out.resolve("TEST-Tiny.xml")).contains("<script"));
    JsonObject sarif =
        JsonParser.parseString(Files.readString(out.resolve("trapline.sarif"))).getAsJsonObject();
    assertFalse(sarif.toString().contains("\"uri\":\"\\\""), "a place is escaped");
  }

  @Test
  void aDescriptionReadsNothingOutsideItsFolder() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("secret.isa"), "machine Secret { }");
    Path out = folder.resolve("out");
    for (String path : List.of("../secret.isa", folder.resolve("secret.isa").toString())) {
      Path file = folder.resolve("in/top.isa");
      Files.writeString(
          file, "language 1;\nimport \"" + path + "\";\nmachine Top extends Secret { }\n");
      Session session = Session.of("report", file.toString(), "-o", out.toString());
      assertEquals(3, session.code(), session.err());
      assertTrue(session.err().contains("import-outside"), session.err());
      assertFalse(Files.exists(out), "nothing is written");
    }
  }

  @Test
  void aRecordThatIsNoneIsRefused() throws IOException {
    Path file = folder.resolve("record.json");
    String json = Files.readString(saved);
    for (String text :
        List.of(
            "nonsense",
            "[1]",
            "{}",
            json.replace("\"encodings\"", "\"other\""),
            json.replace("\"sha256\"", "\"sha\""))) {
      Files.writeString(file, text);
      Session session =
          Session.of("report", file.toString(), "-o", folder.resolve("out").toString());
      assertEquals(2, session.code(), session.err());
      assertTrue(session.err().contains("check --format json"), session.err());
    }
  }

  @Test
  void aRecordNamesNoFileOutsideTheFolder() throws IOException {
    Path file = folder.resolve("record.json");
    Files.writeString(
        file, Files.readString(saved).replace("\"machine\": \"Tiny\"", "\"machine\": \"../../x\""));
    Path out = folder.resolve("deep/out");
    Session.of("report", file.toString(), file.toString(), "-o", out.toString());
    try (Stream<Path> files = Files.walk(folder)) {
      assertTrue(
          files
              .filter(f -> f.toString().endsWith(".html"))
              .allMatch(f -> out.equals(f.getParent())));
    }
    assertTrue(Files.exists(out.resolve("______x-2.html")), "two of a name are numbered");
  }

  @Test
  void whatWasNotAskedStandsInTheIndex() throws IOException {
    Path out = folder.resolve("out");
    Session session =
        Session.of(
            "report",
            saved.toString(),
            "isa-specs/ibm-370.isa",
            "--skip",
            "IBM370",
            "--format",
            "html,markdown",
            "--readme",
            "--also",
            "scale.md=what size costs",
            "-o",
            out.toString());
    assertEquals(1, session.code(), session.err());
    String index = Files.readString(out.resolve("README.md"));
    assertTrue(index.contains("[Tiny](Tiny.md)"), index);
    assertTrue(index.contains("| IBM370 |"), index);
    assertTrue(
        index.contains("1 machine, of which 0 can be virtualized by Theorem 1; 1 more is not"));
    assertTrue(index.contains("[scale.md](scale.md): what size costs"), index);
    assertTrue(Files.readString(out.resolve("index.html")).contains("not decided yet"));
    assertEquals(
        List.of("README.md", "Tiny.html", "Tiny.md", "Tiny.svg", "index.html"),
        Arrays.stream(Objects.requireNonNull(out.toFile().list())).sorted().toList());
  }

  @Test
  void whatIsSkippedMustBeThere() {
    Session session =
        Session.of("report", saved.toString(), "--skip", "IBM730", "-o", folder.toString());
    assertEquals(2, session.code());
    assertTrue(session.err().contains("no machine 'IBM730'"), session.err());
  }

  @Test
  void aFileIsNoFolder() {
    Session session = Session.of("report", saved.toString(), "-o", saved.toString());
    assertEquals(2, session.code());
    assertTrue(session.err().contains("is no folder"), session.err());
  }

  // diff

  @Test
  void aMachineDiffersNotFromItself() {
    Session session = Session.of("diff", saved.toString(), saved.toString());
    assertEquals(0, session.code(), session.err());
    assertTrue(session.out().contains("nothing that was decided has changed"), session.out());
  }

  @Test
  void whatChangedIsTold() throws IOException {
    Path file = folder.resolve("tiny.isa");
    String text = Files.readString(TINY);
    assertTrue(text.contains("instr getm"), "there is something to take out");
    Files.writeString(file, text.replaceAll("(?m)^ *instr getm.*$|^ *expect getm.*$", ""));
    Session session =
        Session.of("diff", saved.toString(), file.toString(), "--set", "trapping=yes");
    assertEquals(1, session.code(), session.err());
    assertTrue(
        session.out().contains("getm is gone, was: behavior-sensitive (mode)"), session.out());
    assertTrue(session.out().contains("virtual machine monitor: no, because of"), session.out());
    Session json =
        Session.of("diff", saved.toString(), file.toString(), "--set", "trapping=yes", "--json");
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(resource("/trapline/diff.schema.json"), InputFormat.JSON);
    assertEquals(List.of(), schema.validate(json.out(), InputFormat.JSON));
  }

  @Test
  void aRowThatChangesItsClassIsTold() throws IOException {
    JsonObject changed = record();
    for (JsonElement element : changed.getAsJsonArray("instructions")) {
      JsonObject row = element.getAsJsonObject();
      if (row.get("row").getAsString().equals("inc")) {
        row.getAsJsonObject("classes").getAsJsonObject("precise").addProperty("verdict", "fails");
      }
      if (row.get("row").getAsString().equals("getm")) {
        row.getAsJsonObject("classes")
            .getAsJsonObject("privileged")
            .addProperty("verdict", "holds");
      }
    }
    Path file = Files.writeString(folder.resolve("changed.json"), changed.toString());
    Session session = Session.of("diff", saved.toString(), file.toString());
    assertEquals(1, session.code(), session.err());
    assertTrue(session.out().contains("  inc, precise: holds -> fails\n"), session.out());
    assertTrue(session.out().contains("-> privileged,"), "the classes in words: " + session.out());
    assertFalse(session.out().contains("getm, privileged"), "and only so: " + session.out());
  }

  @Test
  void machinesWithNothingInCommonAreRefused() throws IOException {
    Path file = folder.resolve("other.json");
    Files.writeString(file, Files.readString(saved).replace("\"yes\"", "\"perhaps\""));
    Session session = Session.of("diff", saved.toString(), file.toString());
    assertEquals(2, session.code());
    assertTrue(session.err().contains("in common"), session.err());
  }

  private static JsonObject record() {
    try {
      return JsonParser.parseString(Files.readString(saved)).getAsJsonObject();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ReportTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
