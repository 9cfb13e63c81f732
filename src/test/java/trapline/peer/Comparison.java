package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Random trials of a described machine against a peer, by class of instruction.
///
///     live    both step; every difference that has no known reason fails. `-Dpeer.trials` of each
///             class, from the number `-Dpeer.from` on, of all classes or those of `-Dpeer.class`
///     record  the peer's results, as data: the first of a class in full, all as digests of blocks;
///             records of some classes that are put behind each other are one
///     replay  the described machine against the record: `-Dpeer.replayed` of each class
///
///     record = "#" origin ("class" name ("trial" before ">" after)* ("block" digest number*)*)*
///
/// Trials are drawn from their class and number alone, so a record needs not hold them. The numbers
/// are of those in the block that are in no digest: trials for which a reason is known, and which
/// did differ when they were recorded.
final class Comparison {
  /// Where the trials come from.
  interface Trials {
    List<String> classes();

    Cells situation(String kind, int number);

    /// Why the two may differ on a situation of that class.
    Optional<String> known(String kind, Cells before);

    /// Draws for what these name. The first draws of a [Random] are nearly the same for seeds that
    /// follow each other, so a number is no seed.
    static Random random(Object... named) {
      return new Random(new SplittableRandom(Objects.hash(named)).nextLong());
    }
  }

  /// So many trials of each class are recorded, and so many of those replayed.
  private static final int RECORDED = 10_000;

  private static final int REPLAYED = Integer.getInteger("peer.replayed", RECORDED);

  private static final int BLOCK = 250;
  private static final int IN_FULL = 2;

  /// So many situations are held at once.
  private static final int BATCH = 2000;

  private final Trials trials;
  private final Stepper ours;
  private final Map<String, Integer> explained = new TreeMap<>();
  private final Map<String, Integer> leftOut = new TreeMap<>();
  private final Map<String, Integer> tried = new TreeMap<>();
  private final Map<String, Integer> unexplained = new TreeMap<>();
  private final StringBuilder examples = new StringBuilder();

  Comparison(Trials trials, Stepper ours) {
    this.trials = trials;
    this.ours = ours;
  }

  int compared() {
    return tried.values().stream().mapToInt(Integer::intValue).sum();
  }

  void live(Stepper peer) throws IOException {
    List<String> kinds = chosen();
    int from = Integer.getInteger("peer.from", 1_000_000);
    int count = Integer.getInteger("peer.trials", 1000);
    for (String kind : kinds) {
      for (int done = 0; done < count; done += BATCH) {
        live(peer, kind, from + done, Math.min(BATCH, count - done));
      }
      int unknown = unexplained.getOrDefault(kind, 0);
      System.out.println(
          kind + ": " + count + " trials, differing for no known reason: " + unknown);
    }
    tell();
  }

  /// All classes, or those of them that are asked for; the test is skipped where none is, as one
  /// run may serve several peers.
  private List<String> chosen() {
    String only = System.getProperty("peer.class", "");
    List<String> kinds = new ArrayList<>(trials.classes());
    if (!only.isEmpty()) {
      kinds.retainAll(List.of(only.split(",")));
    }
    assumeFalse(kinds.isEmpty(), () -> "-Dpeer.class=" + only + " is none of " + trials.classes());
    return kinds;
  }

  private void live(Stepper peer, String kind, int from, int count) throws IOException {
    List<Cells> before = situations(kind, from, count);
    compare(kind, before, ours.step(before), peer.step(before));
  }

  private List<Cells> situations(String kind, int from, int count) {
    List<Cells> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(trials.situation(kind, from + i));
    }
    return all;
  }

  private void compare(
      String kind, List<Cells> before, List<Optional<Cells>> mine, List<Optional<Cells>> theirs) {
    tried.merge(kind, before.size(), Integer::sum);
    differing(mine, theirs).stream()
        .filter(i -> !explains(kind, before.get(i)))
        .forEach(i -> tellOf(kind, before.get(i), mine.get(i), theirs.get(i)));
  }

  private static BitSet differing(List<Optional<Cells>> mine, List<Optional<Cells>> theirs) {
    BitSet differing = new BitSet();
    for (int i = 0; i < mine.size(); i++) {
      differing.set(i, !mine.get(i).equals(theirs.get(i)));
    }
    return differing;
  }

  /// A difference that has no known reason, the first of a class in full.
  private void tellOf(String kind, Cells before, Optional<Cells> mine, Optional<Cells> theirs) {
    if (unexplained.merge(kind, 1, Integer::sum) <= 2) {
      examples.append("\n").append(kind);
      examples.append("\n   theirs: ").append(theirs.map(t -> t.text(before)).orElse("stops"));
      examples.append("\n   ours:   ").append(mine.map(m -> m.text(before)).orElse("stops"));
      examples.append("\n   before: ").append(before.text());
    }
  }

  /// Whether there is a reason to differ, which then counts.
  private boolean explains(String kind, Cells before) {
    Optional<String> why = trials.known(kind, before);
    why.ifPresent(reason -> {
      explained.merge(reason, 1, Integer::sum);
      leftOut.merge(kind, 1, Integer::sum);
    });
    return why.isPresent();
  }

  /// Fails in the end where the two differ for no known reason.
  void record(Stepper peer, String origin, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (var out =
        new PrintStream(
            new GZIPOutputStream(Files.newOutputStream(file)), false, StandardCharsets.US_ASCII)) {
      out.println("# " + origin);
      for (String kind : chosen()) {
        out.println("class " + kind);
        for (int from = 0; from < RECORDED; from += BATCH) {
          record(peer, kind, from, out);
        }
      }
    }
    tell();
    conclude();
  }

  /// A batch: asking a peer may take as long for few trials as for many.
  private void record(Stepper peer, String kind, int first, PrintStream out) throws IOException {
    List<Cells> all = situations(kind, first, BATCH);
    List<Optional<Cells>> results = peer.step(all);
    for (int at = 0; at < BATCH; at += BLOCK) {
      List<Cells> before = all.subList(at, at + BLOCK);
      List<Optional<Cells>> theirs = results.subList(at, at + BLOCK);
      List<Optional<Cells>> mine = ours.step(before);
      for (int i = 0; first + at + i < IN_FULL; i++) {
        Cells b = before.get(i);
        theirs.get(i).ifPresent(a -> out.println("trial " + b.text() + " > " + a.text(b)));
      }
      compare(kind, before, mine, theirs);
      BitSet differing = differing(mine, theirs);
      out.println(
          "block "
              + digest(before, theirs, differing)
              + differing.stream().mapToObj(i -> " " + i).collect(Collectors.joining()));
    }
  }

  /// Against what was recorded on the peer.
  void replay(Path file) throws IOException {
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
      String kind = "";
      int from = 0;
      for (String line : in.lines().toList()) {
        String rest = line.substring(line.indexOf(' ') + 1);
        if (line.startsWith("class ")) {
          kind = rest;
          from = 0;
        } else if (line.startsWith("trial ")) {
          Cells before = Cells.parse(rest.substring(0, rest.indexOf(" > ")), Cells.NOTHING);
          Cells after = Cells.parse(rest.substring(rest.indexOf(" > ") + 3), before);
          compare(kind, List.of(before), ours.step(List.of(before)), List.of(Optional.of(after)));
        } else if (line.startsWith("block ") && from < REPLAYED) {
          replay(kind, from, List.of(rest.split(" ")));
          from += BLOCK;
        }
      }
    }
    tell();
  }

  /// A block: its digest, and the numbers of those that are not in it.
  private void replay(String kind, int from, List<String> block) throws IOException {
    List<Cells> before = situations(kind, from, BLOCK);
    BitSet differing = new BitSet();
    block.stream().skip(1).mapToInt(Integer::parseInt).forEach(differing::set);
    tried.merge(kind, BLOCK, Integer::sum);
    long known = differing.stream().filter(i -> explains(kind, before.get(i))).count();
    if (known < differing.cardinality()
        || !digest(before, ours.step(before), differing).equals(block.getFirst())) {
      unexplained.merge(kind, 1, Integer::sum);
      examples.append("\n").append(kind).append(": block from ").append(from);
    }
  }

  private void tell() {
    System.out.println(
        compared()
            + " trials, left out for a known reason: "
            + explained
            + ", of classes: "
            + leftOut);
  }

  /// Of what became of these but those.
  private static String digest(List<Cells> before, List<Optional<Cells>> after, BitSet differing) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < before.size(); i++) {
        if (!differing.get(i)) {
          Cells b = before.get(i);
          String text = after.get(i).map(a -> a.text(b)).orElse("stops");
          digest.update((text + "\n").getBytes(StandardCharsets.US_ASCII));
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// Fails where the two differ for no known reason, or for known reasons on all trials of a class.
  void conclude() {
    List<String> idle =
        leftOut.keySet().stream().filter(k -> leftOut.get(k).equals(tried.get(k))).toList();
    assertEquals("{}[]", unexplained + examples.toString() + idle);
  }
}
