package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The described Model 67 does what the IBM 360 of R. Cornwell's simulators does with `set cpu
/// dat`, instruction by instruction, except for the differences that [Model67Difference] names.
///
/// `-Dpeer.ibm360=PATH` of its program runs fresh trials live, and with `-Dpeer.record=true`
/// records anew. It is of github.com/rcornwell/sims, and in no package.
final class Model67PeerTest {
  private static final Path RECORD = Path.of("src/test/resources/vectors/ibm-360-67.txt.gz");

  private final Model67Trials trials = new Model67Trials();

  private Comparison comparison() {
    var machine = OfDescription.machine(Path.of("isa-specs/ibm-360-67.isa"), "IBM360_67", Map.of());
    Stepper described = new OfDescription(machine, Model67Simh.names(), List.of("part", "ended"));
    return new Comparison(
        trials,
        situations ->
            described.step(situations).stream().map(s -> s.map(Mainframe::visible)).toList());
  }

  private static Model67Simh simulator() throws IOException {
    String program = System.getProperty("peer.ibm360", "");
    assumeTrue(
        !program.isEmpty(),
        "-Dpeer.ibm360 does not name the IBM 360 of github.com/rcornwell/sims, which no package has");
    assertTrue(Files.isExecutable(Path.of(program)), program + " is no program");
    return new Model67Simh(Path.of(program));
  }

  @Test
  void recordedTrialsComeOutAsOnTheSimulator() throws IOException {
    Comparison comparison = comparison();
    comparison.replay(RECORD);
    assertTrue(comparison.compared() >= 20_000, "trials: " + comparison.compared());
    comparison.conclude();
  }

  @Test
  void freshTrialsComeOutAsOnTheSimulator() throws IOException {
    try (Model67Simh simulator = simulator()) {
      Comparison comparison = comparison();
      comparison.live(simulator);
      comparison.conclude();
    }
  }

  @Test
  void trialsAreRecordedOnRequest() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.record"));
    try (Model67Simh simulator = simulator()) {
      comparison()
          .record(
              simulator,
              "one instruction on the IBM 360 of rcornwell/sims 9510a91f, a Model 67",
              RECORD);
    }
  }
}
