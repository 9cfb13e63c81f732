package trapline.jqwik;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `src/it/kit`, somebody else's project, built by Maven with the jar that was packaged: what its
/// author would see.
///
/// Maven gets a repository of its own, in which only this jar is installed. All else it takes from
/// the one that this build has filled, as from a remote one, so that nothing is asked of the
/// network.
final class ExampleProjectIT {
  private static final Path FOLDER = Path.of("target/it/kit").toAbsolutePath();
  private static final Pattern SHRUNK =
      Pattern.compile("Shrunk Sample .*?\n-+\n(.*?)\n\\s*\nOriginal Sample", Pattern.DOTALL);

  private static String output = "";
  private static final List<ReportTestCase> CASES = new ArrayList<>();

  @BeforeAll
  static void build() throws Exception {
    copy(Path.of("src/it/kit"), FOLDER.resolve("project"));
    Files.deleteIfExists(FOLDER.resolve("project/.jqwik-database"));
    install();
    Path settings = FOLDER.resolve("settings.xml");
    Files.writeString(
        settings,
        """
        <settings><mirrors><mirror>
          <id>built</id><mirrorOf>*</mirrorOf><url>%s</url>
        </mirror></mirrors></settings>
        """
            .formatted(Path.of(property("maven.repository")).toUri()));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(property("maven.home"), "bin", onWindows() ? "mvn.cmd" : "mvn").toString(),
                "-B",
                "-ntp",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + FOLDER.resolve("repository"),
                "test")
            .directory(FOLDER.resolve("project").toFile())
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process maven = builder.start();
    maven.getOutputStream().close();
    output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(maven.waitFor(10, TimeUnit.MINUTES));
    File reports = FOLDER.resolve("project/target/surefire-reports").toFile();
    var parser = new SurefireReportParser(List.of(reports), new NullConsoleLogger());
    parser.parseXMLReportFiles().forEach(suite -> CASES.addAll(suite.getTestCases()));
  }

  @Test
  void whatHoldsPassesAndWhatIsWrongFails() {
    var failed = new TreeSet<String>();
    CASES.stream().filter(c -> !c.isSuccessful()).forEach(c -> failed.add(c.getClassName()));
    assertEquals(8, CASES.size(), output);
    assertEquals(List.of("NewInstructionProperties"), List.copyOf(failed), output);
    assertEquals(3, CASES.stream().filter(c -> !c.isSuccessful()).count(), output);
  }

  @Test
  void aBugIsShrunkToOneInstructionAndThreeCells() {
    String sample = shrunk("userProgramsLeaveResourcesAlone");
    assertEquals(List.of("executes    inc r0"), lines(sample, "executes .*"), sample);
    assertEquals(
        List.of(
            "in state  psw = (mode=User, ie=0, carry=0, pc=0, base=0, bound=1)", "r0 = 0xffffffff"),
        lines(sample, "in state .*|r0 = .*"),
        sample);
    assertTrue(sample.contains("asm at 0 { \"inc r0\" }"), sample);
  }

  @Test
  void aLeakIsShrunkToOneInstructionAndReplayed() throws IOException {
    String sample = shrunk("userProgramsCannotTellTwoPlacementsApart");
    assertEquals(List.of("executes    lea r0, 0x00"), lines(sample, "executes .*"), sample);
    Path witness = FOLDER.resolve("witness.json");
    Files.writeString(witness, String.join("", lines(sample, "\\{\"machine\".*")));
    ProcessBuilder replay =
        new ProcessBuilder(
                Path.of("target/trapline").toAbsolutePath().toString(),
                "replay",
                witness.toString(),
                "src/it/kit/src/main/isa/counter.isa")
            .redirectErrorStream(true);
    Process process = replay.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(text.contains("Replayed: the same as when it was found."), text);
  }

  @Test
  void aDifferenceUnderTheMonitorIsShrunkToOneInstruction() {
    String sample = shrunk("programsDoUnderTheMonitorWhatTheyDoBare");
    assertTrue(
        Set.of("executes    lea r0, 0x00", "executes    inc r0")
            .contains(lines(sample, "executes .*").getFirst()),
        sample);
    assertEquals(
        1, Pattern.compile("asm at 0 \\{ \"[^\"]*\" \\}").matcher(sample).results().count());
  }

  /// What jqwik printed of the smallest sample of a property.
  private static String shrunk(String property) {
    int from = output.indexOf(":" + property + " =");
    assertTrue(from >= 0, output);
    Matcher sample = SHRUNK.matcher(output);
    assertTrue(sample.find(from), output);
    return sample.group(1);
  }

  private static List<String> lines(String text, String pattern) {
    return text.lines().map(String::strip).filter(l -> l.matches(pattern)).toList();
  }

  private static String property(String name) {
    String value = System.getProperty(name, "");
    assertTrue(!value.isEmpty(), name + " is not set: run `mvn verify`");
    return value;
  }

  private static boolean onWindows() {
    return File.separatorChar == '\\';
  }

  /// As `mvn install` would, without touching the user's repository.
  private static void install() throws IOException {
    Path folder = FOLDER.resolve("repository/io/github/trapline/trapline/0.1.0-SNAPSHOT");
    Files.createDirectories(folder);
    Path file = folder.resolve("trapline-0.1.0-SNAPSHOT");
    Files.writeString(Path.of(file + ".pom"), Files.readString(Path.of("pom.xml")));
    Files.write(Path.of(file + ".jar"), Files.readAllBytes(Path.of("target/trapline.jar")));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.write(copy, Files.readAllBytes(file));
      }
    }
  }
}
