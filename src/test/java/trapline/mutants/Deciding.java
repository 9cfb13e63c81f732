package trapline.mutants;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs test classes, in order, in a machine of their own in which some classes are others, until
/// one of them fails.
final class Deciding {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String MARK = "caught by ";

  /// The tests that decide; of the random machines, fewer, and the first that differs will do.
  private static final Map<String, String> TESTS =
      Map.of(
          "OracleTest", "trapline.oracle.OracleTest",
          "OracleLaws", "trapline.oracle.OracleLaws#solverAndEnumerationAgreeOnMoreIfAskedTo",
          "GapTest", "trapline.classify.GapTest",
          "WatchedTest", "trapline.classify.WatchedTest",
          "TermsTest", "trapline.smt.TermsTest",
          "TermsLaws", "trapline.smt.TermsLaws",
          "SolverLaws", "trapline.smt.SolverLaws",
          "ConclusionTest", "trapline.theorem.ConclusionTest");

  private Deciding() {}

  /// The first test class that fails with the classes in `patched`; nothing when all pass.
  static Optional<String> firstToFail(Path patched, List<String> tests)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xss8m",
            "-XX:TieredStopAtLevel=1",
            "-Doracle.machines=150",
            "-Doracle.reduce=false",
            "-classpath",
            patched + File.pathSeparator + System.getProperty("java.class.path"),
            Deciding.class.getName()));
    command.addAll(tests);
    Path log = Files.createTempFile("mutant", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("no answer in " + PATIENCE + ": " + tests);
      }
      String told = Files.readString(log);
      Optional<String> caught =
          told.lines()
              .filter(l -> l.startsWith(MARK))
              .map(l -> l.substring(MARK.length()))
              .findFirst();
      if (caught.isEmpty() && process.exitValue() != 0) {
        throw new AssertionError("the tests could not be run:\n" + told);
      }
      return caught;
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }

  public static void main(String[] names) {
    for (String name : names) {
      String test = TESTS.get(name);
      var selector =
          test.contains("#")
              ? DiscoverySelectors.selectMethod(test)
              : DiscoverySelectors.selectClass(test);
      var request = LauncherDiscoveryRequestBuilder.request().selectors(selector).build();
      int[] run = new int[1];
      LauncherFactory.create()
          .execute(
              request,
              new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                  run[0] += test.isTest() ? 1 : 0;
                  if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    System.out.println("\n" + MARK + name);
                    System.out.flush();
                    Runtime.getRuntime().halt(0);
                  }
                }
              });
      if (run[0] == 0) {
        throw new IllegalStateException("no test in " + test);
      }
    }
    Runtime.getRuntime().halt(0);
  }
}
