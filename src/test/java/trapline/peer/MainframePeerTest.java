package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The described System/370 does what Hercules does, instruction by instruction, except for the
/// differences that [MainframeDifference] names.
///
/// `-Dpeer.hercules=true` runs fresh trials live; `-Dpeer.record=true` records anew.
final class MainframePeerTest {
  private static final Path RECORD =
      Path.of("src/test/resources/vectors/ibm-370/hercules-3.13.txt.gz");

  private final MainframeTrials trials = new MainframeTrials();

  private Comparison comparison() {
    List<String> names = new ArrayList<>(List.of("psw", "ended", "part"));
    for (int r = 0; r < 16; r++) {
      names.add("gr[" + r + "]");
    }
    names.add("skey[" + Hercules.ZONE / 2048 + "]");
    for (int i : new int[] {8, 9, 10, 11, 24, 25, 26, 27}) {
      names.add("E[" + i + "]");
    }
    names.add("E[" + Hercules.CODE / 4 + "]");
    names.add("E[" + (Hercules.CODE / 4 + 1) + "]");
    for (int i = 0; i < Hercules.ZONE_BYTES / 4; i++) {
      names.add("E[" + (Hercules.ZONE / 4 + i) + "]");
    }
    var machine = OfDescription.machine(Path.of("isa-specs/ibm-370.isa"), "IBM370", Map.of());
    return new Comparison(trials, new OfDescription(machine, names, List.of("part", "ended")));
  }

  @Test
  void recordedTrialsComeOutAsOnHercules() throws IOException {
    assumeTrue(Files.exists(RECORD));
    Comparison comparison = comparison();
    comparison.replay(RECORD);
    assertTrue(comparison.compared() >= 23_000, "trials: " + comparison.compared());
    comparison.conclude();
  }

  @Test
  void freshTrialsComeOutAsOnHercules() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.hercules"));
    Hercules hercules =
        Hercules.installed().orElseThrow(() -> new AssertionError("hercules is not installed"));
    Comparison comparison = comparison();
    comparison.live(hercules);
    comparison.conclude();
  }

  @Test
  void trialsAreRecordedOnRequest() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.record"));
    Hercules hercules =
        Hercules.installed().orElseThrow(() -> new AssertionError("hercules is not installed"));
    comparison().record(hercules, "one instruction on Hercules 3.13, System/370", RECORD);
  }
}
