package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.isa.Machine;
import trapline.lang.Loader;

/// The described R3000 does what GXemul's does, instruction by instruction, except for the
/// differences that [MipsDifference] names.
///
/// `-Dpeer.gxemul=true` runs fresh trials live; `-Dpeer.record=gxemul` records the vectors anew.
final class MipsPeerTest {
  private static final Path VECTORS = Path.of("src/test/resources/vectors/mips-r3000.txt.gz");

  private final Machine machine = machine();
  private final MipsTrials trials = new MipsTrials(machine);
  private final Comparison comparison = new Comparison(trials, new MipsDescribed(machine));

  private static Machine machine() {
    return switch (Loader.load(List.of(Path.of("isa-specs/mips-r3000-chip.isa")), List.of())) {
      case Loader.Loaded.Machines(var machines, _) ->
          machines.getFirst().instances(Map.of()).machines().getFirst();
      case Loader.Loaded.Rejected(var diagnostics) ->
          throw new AssertionError(diagnostics.toString());
    };
  }

  @Test
  void recordedTrialsComeOutAsOnThePeer() throws IOException {
    comparison.replay(VECTORS);
    assertTrue(comparison.compared() >= 16_000, "trials: " + comparison.compared());
    comparison.conclude();
  }

  @Test
  void freshTrialsComeOutAsOnThePeer() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.gxemul"));
    comparison.live(peer());
    comparison.conclude();
  }

  @Test
  void trialsAreRecordedOnRequest() throws IOException {
    assumeTrue("gxemul".equals(System.getProperty("peer.record")));
    comparison.record(peer(), "one instruction on an R3000: " + Gxemul.version(), VECTORS);
  }

  private Gxemul peer() {
    assertTrue(Gxemul.isInstalled(), "gxemul is not installed");
    return new Gxemul(machine);
  }
}
