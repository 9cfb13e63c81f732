package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The described IA-32 does what the processor at hand does in ring 3, and what QEMU does in all
/// rings, step by step, but for what [Ia32Difference] names.
///
/// `-Dpeer.processor=true`, `-Dpeer.qemu=true` run fresh trials live; `-Dpeer.record=processor`,
/// `-Dpeer.record=qemu` record the vectors anew, and `-Dpeer.all=true` replays all of them instead
/// of the first of one class in twenty.
final class Ia32PeerTest {
  private static final Path USER = Path.of("src/test/resources/vectors/ia-32/user.txt.gz");
  private static final Path SYSTEM = Path.of("src/test/resources/vectors/ia-32/system.txt.gz");
  private static final int RECORDED = 500;
  private static final boolean ALL = Boolean.getBoolean("peer.all");
  private static final int REPLAYED = ALL ? RECORDED : 250;

  /// Without `peer.all`, one of so many classes is replayed.
  private static final int PARTS = 20;

  @Test
  void recordedTrialsComeOutAsOnTheProcessor() throws IOException {
    replay(USER, false, Ia32Trials.user(Ia32Described.machine("Zeros")));
  }

  @Test
  void recordedTrialsComeOutAsOnQemu() throws IOException {
    replay(SYSTEM, true, Ia32Trials.system(Ia32Described.machine("Zeros")));
  }

  private static void replay(Path file, boolean entries, Ia32Trials trials) throws IOException {
    Comparison comparison = new Comparison(trials, new Ia32Described(entries));
    comparison.replay(file, REPLAYED, kind -> ALL || Math.floorMod(kind.hashCode(), PARTS) == 0);
    assertTrue(comparison.compared() >= 2_000, "trials: " + comparison.compared());
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
    String model;
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      model = lines.filter(line -> line.startsWith("model name")).findFirst().orElse("unknown");
    }
    try (Ia32Processor peer = Ia32Processor.build()) {
      record(peer, false, model, USER, Ia32Trials.user(Ia32Described.machine("Zeros")));
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
        .record(
            described.decided(peer),
            "one step each, as Ia32Trials draws: " + origin,
            file,
            RECORDED);
  }
}
