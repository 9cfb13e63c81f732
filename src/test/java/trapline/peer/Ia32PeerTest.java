package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The described IA-32 does what a processor of Intel's and one of AMD's do in ring 3, and what
/// QEMU does in all rings, step by step, but for what [Ia32Difference] names.
///
/// `-Dpeer.processor=true`, `-Dpeer.qemu=true` run fresh trials live, the first on the processor at
/// hand; `-Dpeer.record=processor`, `-Dpeer.record=qemu` record the vectors anew.
final class Ia32PeerTest {
  @ParameterizedTest
  @EnumSource
  void recordedTrialsComeOutAsOnThePeer(Ia32Peer peer) throws IOException {
    Comparison comparison = comparison(peer);
    comparison.replay(vectors(peer));
    assertTrue(comparison.compared() >= 50_000, "trials: " + comparison.compared());
    comparison.conclude();
  }

  @Test
  void freshTrialsComeOutAsOnTheProcessor() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.processor"));
    assumeTrue("amd64".equals(System.getProperty("os.arch")));
    try (Ia32Processor processor = Ia32Processor.build()) {
      live(atHand().orElse(Ia32Peer.INTEL), processor);
    }
  }

  @Test
  void freshTrialsComeOutAsOnQemu() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.qemu"));
    try (Ia32Qemu qemu = Ia32Qemu.start()) {
      live(Ia32Peer.QEMU, qemu);
    }
  }

  private static void live(Ia32Peer peer, Stepper stepper) throws IOException {
    Comparison comparison = comparison(peer);
    comparison.live(described(peer).decided(stepper));
    comparison.conclude();
  }

  @Test
  void trialsOnTheProcessorAreRecordedOnRequest() throws IOException {
    assumeTrue("processor".equals(System.getProperty("peer.record")));
    try (Ia32Processor processor = Ia32Processor.build()) {
      record(atHand().orElseThrow(), processor, told("model name"));
    }
  }

  @Test
  void trialsOnQemuAreRecordedOnRequest() throws IOException {
    assumeTrue("qemu".equals(System.getProperty("peer.record")));
    try (Ia32Qemu qemu = Ia32Qemu.start()) {
      record(Ia32Peer.QEMU, qemu, "QEMU's qemu-system-i386, pentium2 with UMIP");
    }
  }

  private static void record(Ia32Peer peer, Stepper stepper, String origin) throws IOException {
    comparison(peer)
        .record(
            described(peer).decided(stepper),
            "one step each, as Ia32Trials draws: " + origin,
            vectors(peer));
  }

  private static Comparison comparison(Ia32Peer peer) {
    return new Comparison(new Ia32Trials(Ia32Described.machine("Zeros"), peer), described(peer));
  }

  private static Ia32Described described(Ia32Peer peer) {
    return new Ia32Described(!peer.isProcessor());
  }

  private static Path vectors(Ia32Peer peer) {
    return Path.of("src/test/resources/vectors/ia-32/" + peer.vectors() + ".txt.gz");
  }

  private static Optional<Ia32Peer> atHand() throws IOException {
    return Ia32Peer.processor(told("vendor_id"));
  }

  /// What the system says of the processor.
  private static String told(String what) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      String line = lines.filter(l -> l.startsWith(what)).findFirst().orElseThrow();
      return line.substring(line.indexOf(':') + 1).strip();
    }
  }
}
