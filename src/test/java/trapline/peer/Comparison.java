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
  private static final int BATCH = 1000;

  private final Trials trials;
  private final Stepper ours;
  private final Map<String, Integer> explained = new TreeMap<>();
  private final Map<String, Integer> left = new TreeMap<>();
  private final Map<String, Integer> all = new TreeMap<>();
  private final Map<String, Integer> unexplained = new TreeMap<>();
  private final StringBuilder examples = new StringBuilder();
  private int compared;

  Comparison(Trials trials, Stepper ours) {
    this.trials = trials;
    this.ours = ours;
  }

  int compared() {
    return compared;
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
    List<Optional<Cells>> theirs = peer.step(before);
    List<Optional<Cells>> mine = ours.step(before);
    for (int i = 0; i < count; i++) {
      boolean _ = compare(kind, before.get(i), mine.get(i), theirs.get(i));
    }
  }

  private List<Cells> situations(String kind, int from, int count) {
    List<Cells> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(trials.situation(kind, from + i));
    }
    return all;
  }

  /// Whether the two did the same.
  private boolean compare(String kind, Cells before, Optional<Cells> mine, Optional<Cells> theirs) {
    compared++;
    all.merge(kind, 1, Integer::sum);
    if (mine.equals(theirs)) {
      return true;
    }
    if (!explains(kind, before) && unexplained.merge(kind, 1, Integer::sum) <= 2) {
      examples.append("\n").append(kind);
      examples.append("\n   theirs: ").append(theirs.map(t -> t.text(before)).orElse("stops"));
      examples.append("\n   ours:   ").append(mine.map(m -> m.text(before)).orElse("stops"));
      examples.append("\n   before: ").append(before.text());
    }
    return false;
  }

  /// Whether there is a reason to differ, which then counts.
  private boolean explains(String kind, Cells before) {
    Optional<String> why = trials.known(kind, before);
    why.ifPresent(reason -> {
      explained.merge(reason, 1, Integer::sum);
      left.merge(kind, 1, Integer::sum);
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
        for (int from = 0; from < RECORDED; from += BLOCK) {
          List<Cells> before = situations(kind, from, BLOCK);
          List<Optional<Cells>> theirs = peer.step(before);
          List<Optional<Cells>> mine = ours.step(before);
          for (int i = 0; from + i < IN_FULL; i++) {
            Cells b = before.get(i);
            theirs.get(i).ifPresent(a -> out.println("trial " + b.text() + " > " + a.text(b)));
          }
          BitSet differing = new BitSet();
          for (int i = 0; i < BLOCK; i++) {
            differing.set(i, !compare(kind, before.get(i), mine.get(i), theirs.get(i)));
          }
          out.println(
              "block "
                  + digest(before, theirs, differing)
                  + differing.stream().mapToObj(i -> " " + i).collect(Collectors.joining()));
        }
      }
    }
    tell();
    conclude();
  }

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
          boolean _ =
              compare(kind, before, ours.step(List.of(before)).getFirst(), Optional.of(after));
        } else if (line.startsWith("block ") && from < REPLAYED) {
          List<Cells> before = situations(kind, from, BLOCK);
          BitSet differing = new BitSet();
          List<String> parts = List.of(rest.split(" "));
          parts.stream().skip(1).mapToInt(Integer::parseInt).forEach(differing::set);
          compared += BLOCK;
          all.merge(kind, BLOCK, Integer::sum);
          int reasons = 0;
          for (int i : differing.stream().toArray()) {
            reasons += explains(kind, before.get(i)) ? 1 : 0;
          }
          if (reasons < differing.cardinality()
              || !digest(before, ours.step(before), differing).equals(parts.get(0))) {
            unexplained.merge(kind, 1, Integer::sum);
            examples.append("\n").append(kind).append(": block from ").append(from);
          }
          from += BLOCK;
        }
      }
    }
    tell();
  }

  private void tell() {
    System.out.println(
        compared + " trials, left out for a known reason: " + explained + ", of classes: " + left);
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
        left.keySet().stream().filter(kind -> left.get(kind).equals(all.get(kind))).toList();
    assertEquals("{}[]", unexplained + examples.toString() + idle);
  }
}
