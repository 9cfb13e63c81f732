package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The described IA-32 does what a processor of Intel's and one of AMD's do in ring 3, and what
/// QEMU does in all rings, step by step, but for what [Ia32Difference] names.
///
/// `-Dpeer.processor=true`, `-Dpeer.qemu=true` run fresh trials live, the first on the processor at
/// hand; `-Dpeer.record=processor`, `-Dpeer.record=qemu` record the vectors anew.
final class Ia32PeerTest {
  private static final Path SYSTEM = vectors("system");

  private static Path vectors(String peer) {
    return Path.of("src/test/resources/vectors/ia-32/" + peer + ".txt.gz");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GenuineIntel", "AuthenticAMD"})
  void recordedTrialsComeOutAsOnTheProcessor(String vendor) throws IOException {
    replay(vectors(vendor), false, Ia32Trials.user(Ia32Described.machine("Zeros")));
  }

  @Test
  void recordedTrialsComeOutAsOnQemu() throws IOException {
    replay(SYSTEM, true, Ia32Trials.system(Ia32Described.machine("Zeros")));
  }

  private static void replay(Path file, boolean entries, Ia32Trials trials) throws IOException {
    Comparison comparison = new Comparison(trials, new Ia32Described(entries));
    comparison.replay(file);
    assertTrue(comparison.compared() >= 50_000, "trials: " + comparison.compared());
    comparison.conclude();
  }

  @Test
  void freshTrialsComeOutAsOnTheProcessor() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.processor"));
    assumeTrue("amd64".equals(System.getProperty("os.arch")));
    try (Ia32Processor peer = Ia32Processor.build()) {
      live(peer, false, Ia32Trials.user(Ia32Described.machine("Zeros")));
    }
  }

  @Test
  void freshTrialsComeOutAsOnQemu() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.qemu"));
    try (Ia32Qemu peer = Ia32Qemu.start()) {
      live(peer, true, Ia32Trials.system(Ia32Described.machine("Zeros")));
    }
  }

  private static void live(Stepper peer, boolean entries, Ia32Trials trials) throws IOException {
    var described = new Ia32Described(entries);
    Comparison comparison = new Comparison(trials, described);
    comparison.live(described.decided(peer));
    comparison.conclude();
  }

  @Test
  void trialsOnTheProcessorAreRecordedOnRequest() throws IOException {
    assumeTrue("processor".equals(System.getProperty("peer.record")));
    Ia32Trials trials = Ia32Trials.user(Ia32Described.machine("Zeros"));
    try (Ia32Processor peer = Ia32Processor.build()) {
      record(peer, false, told("model name"), vectors(told("vendor_id")), trials);
    }
  }

  /// What the system says of the processor.
  private static String told(String what) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      String line = lines.filter(l -> l.startsWith(what)).findFirst().orElseThrow();
      return line.substring(line.indexOf(':') + 1).strip();
    }
  }

  @Test
  void trialsOnQemuAreRecordedOnRequest() throws IOException {
    assumeTrue("qemu".equals(System.getProperty("peer.record")));
    try (Ia32Qemu peer = Ia32Qemu.start()) {
      Ia32Trials trials = Ia32Trials.system(Ia32Described.machine("Zeros"));
      record(peer, true, "QEMU's qemu-system-i386, pentium2 with UMIP", SYSTEM, trials);
    }
  }

  private static void record(
      Stepper peer, boolean entries, String origin, Path file, Ia32Trials trials)
      throws IOException {
    var described = new Ia32Described(entries);
    new Comparison(trials, described)
        .record(described.decided(peer), "one step each, as Ia32Trials draws: " + origin, file);
  }
}
