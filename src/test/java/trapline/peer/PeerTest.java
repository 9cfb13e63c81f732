package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// The described PDP-10 does what another simulator of the machine does, instruction by
/// instruction, except for the differences that [Difference] names.
///
/// `-Dpeer.simh=true` runs fresh trials live; `-Dpeer.record=true` records the vectors anew.
final class PeerTest {
  private static final Path VECTORS = Path.of("src/test/resources/vectors/pdp-10");
  private static final int RECORDED = 200;
  private static final int LIVE = Integer.getInteger("peer.trials", 1000);
  private static final int FROM = Integer.getInteger("peer.from", 1_000_000);
  private static final int BATCH = 1000;

  private final Described described = Described.load();

  @Test
  void recordedTrialsComeOutAsOnThePeer() throws IOException {
    List<Path> files;
    try (var listing = Files.list(VECTORS)) {
      files = listing.filter(file -> file.toString().endsWith(".gz")).sorted().toList();
    }
    Comparison comparison = new Comparison();
    for (Path file : files) {
      try (var in =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
        in.lines()
            .filter(line -> !line.startsWith("#"))
            .forEach(l -> comparison.add(Trial.parse(l)));
      }
    }
    assertTrue(comparison.trials >= 50_000, "trials: " + comparison.trials);
    comparison.conclude();
  }

  @Test
  void freshTrialsComeOutAsOnThePeer() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.simh"));
    Peer peer = Peer.simh().orElseThrow(() -> new AssertionError("simh's pdp10 is not installed"));
    Comparison comparison = new Comparison();
    for (int opcode : Trials.opcodes()) {
      for (int done = 0; done < LIVE; done += BATCH) {
        int count = Math.min(BATCH, LIVE - done);
        trials(peer, opcode, FROM + done, count).forEach(comparison::add);
      }
    }
    comparison.print(System.out);
    comparison.conclude();
  }

  @Test
  void trialsAreRecordedOnRequest() throws IOException {
    assumeTrue(Boolean.getBoolean("peer.record"));
    Peer peer = Peer.simh().orElseThrow(() -> new AssertionError("simh's pdp10 is not installed"));
    Files.createDirectories(VECTORS);
    Map<Integer, List<Integer>> families = new TreeMap<>();
    Trials.opcodes().forEach(o -> families.computeIfAbsent(o >> 6, _ -> new ArrayList<>()).add(o));
    for (var family : families.entrySet()) {
      Path file = VECTORS.resolve(family.getKey() + "xx.txt.gz");
      try (var out =
          new PrintStream(
              new GZIPOutputStream(Files.newOutputStream(file)),
              false,
              StandardCharsets.US_ASCII)) {
        out.println("# one instruction on a KS10: " + peer.version());
        for (int opcode : family.getValue()) {
          trials(peer, opcode, 0, RECORDED).forEach(trial -> out.println(trial.text()));
        }
      }
    }
  }

  private static List<Trial> trials(Peer peer, int opcode, int from, int count) throws IOException {
    List<Situation> before = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      before.add(Trials.of(opcode, from + i));
    }
    List<Optional<Situation>> after = peer.step(before);
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Situation b = before.get(i);
      after.get(i).ifPresent(a -> trials.add(new Trial(b, a.masked())));
    }
    return trials;
  }

  private final class Comparison {
    private final Map<Difference, Integer> explained = new EnumMap<>(Difference.class);
    private final Map<Integer, Integer> unexplained = new TreeMap<>();
    private final StringBuilder examples = new StringBuilder();
    private int trials;

    void add(Trial trial) {
      trials++;
      Optional<Situation> ours = described.step(trial.before()).map(Situation::masked);
      if (ours.equals(Optional.of(trial.after()))) {
        return;
      }
      Optional<Difference> why = Difference.of(trial.before());
      if (why.isPresent()) {
        explained.merge(why.get(), 1, Integer::sum);
        return;
      }
      int opcode = trial.before().opcode();
      if (unexplained.merge(opcode, 1, Integer::sum) <= 2) {
        examples.append("\n").append(trial.text());
        examples.append("\n   ours: ");
        examples.append(ours.map(s -> s.text(trial.before().storage())).orElse("stops"));
      }
    }

    void print(PrintStream out) {
      out.println(trials + " trials, differing for a known reason: " + explained);
    }

    void conclude() {
      StringBuilder codes = new StringBuilder();
      unexplained.forEach((o, n) -> codes.append(Integer.toOctalString(o) + ":" + n + " "));
      assertEquals("", codes.toString().trim() + examples);
    }
  }
}
