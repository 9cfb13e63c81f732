package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.isa.Machine;

/// The described RISC-V does what QEMU does, step by step, but for what [RiscvDifference] names.
///
/// `-Dpeer.qemu=true` runs fresh trials live, `-Dpeer.record=true` records the vectors anew.
final class RiscvPeerTest {
  private final Machine machine(int xlen) {
    return OfDescription.machine(
        Path.of("isa-specs/riscv/variants.isa"), "RV" + xlen + "Misaligned", Map.of());
  }

  private Comparison comparison(int xlen, RiscvTrials trials, Machine machine) {
    return new Comparison(trials, new OfDescription(machine, RiscvTrials.watched(xlen)));
  }

  private static Path vectors(int xlen) {
    return Path.of("src/test/resources/vectors/riscv/rv" + xlen + ".txt.gz");
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64})
  void recordedTrialsComeOutAsOnThePeer(int xlen) throws IOException {
    Machine machine = machine(xlen);
    Comparison comparison = comparison(xlen, new RiscvTrials(machine, xlen), machine);
    comparison.replay(vectors(xlen));
    assertTrue(comparison.compared() >= 29_000, "trials: " + comparison.compared());
    comparison.conclude();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64})
  void freshTrialsComeOutAsOnThePeer(int xlen) throws IOException {
    assumeTrue(Boolean.getBoolean("peer.qemu"));
    Machine machine = machine(xlen);
    Comparison comparison = comparison(xlen, new RiscvTrials(machine, xlen), machine);
    try (RiscvQemu peer = RiscvQemu.start(xlen)) {
      comparison.live(peer);
    }
    comparison.conclude();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64})
  void trialsAreRecordedOnRequest(int xlen) throws IOException {
    assumeTrue(Boolean.getBoolean("peer.record"));
    Machine machine = machine(xlen);
    RiscvTrials trials = new RiscvTrials(machine, xlen);
    try (RiscvQemu peer = RiscvQemu.start(xlen)) {
      comparison(xlen, trials, machine)
          .record(
              peer,
              "one step each on QEMU's " + "qemu-system-riscv" + xlen + ", as RiscvTrials draws",
              vectors(xlen));
    }
  }
}
