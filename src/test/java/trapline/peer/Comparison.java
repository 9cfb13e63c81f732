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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Random trials of a described machine against a peer, by class of instruction.
///
///     live    both step; every difference that has no known reason fails. `-Dpeer.trials` of each
///             class, from the number `-Dpeer.from` on, of all classes or those of `-Dpeer.class`
///     record  the peer's results, as data: the first of a class in full, all as digests of blocks
///     replay  the described machine against the record
///
/// Trials are drawn from their class and number alone, so a record needs not hold them. A trial for
/// which a difference is known beforehand is in no digest.
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

  private static final int BLOCK = 250;
  private static final int IN_FULL = 2;

  /// So many situations are held at once.
  private static final int BATCH = 1000;

  private final Trials trials;
  private final Stepper ours;
  private final Map<String, Integer> explained = new TreeMap<>();
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
    System.out.println(compared + " trials, differing for a known reason: " + explained);
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
      compare(kind, before.get(i), mine.get(i), theirs.get(i));
    }
  }

  private List<Cells> situations(String kind, int from, int count) {
    List<Cells> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(trials.situation(kind, from + i));
    }
    return all;
  }

  private void compare(String kind, Cells before, Optional<Cells> mine, Optional<Cells> theirs) {
    compared++;
    if (mine.equals(theirs)) {
      return;
    }
    Optional<String> why = trials.known(kind, before);
    if (why.isPresent()) {
      explained.merge(why.get(), 1, Integer::sum);
    } else if (unexplained.merge(kind, 1, Integer::sum) <= 2) {
      examples.append("\n").append(kind);
      examples.append("\n   theirs: ").append(theirs.map(t -> t.text(before)).orElse("stops"));
      examples.append("\n   ours:   ").append(mine.map(m -> m.text(before)).orElse("stops"));
      examples.append("\n   before: ").append(before.text());
    }
  }

  void record(Stepper peer, String origin, Path file, int count) throws IOException {
    Files.createDirectories(file.getParent());
    try (var out =
        new PrintStream(
            new GZIPOutputStream(Files.newOutputStream(file)), false, StandardCharsets.US_ASCII)) {
      out.println("# " + origin);
      for (String kind : trials.classes()) {
        out.println("class " + kind);
        for (int from = 0; from < count; from += BLOCK) {
          List<Cells> before = situations(kind, from, BLOCK);
          List<Optional<Cells>> after = peer.step(before);
          for (int i = 0; from + i < IN_FULL; i++) {
            Cells b = before.get(i);
            after.get(i).ifPresent(a -> out.println("trial " + b.text() + " > " + a.text(b)));
          }
          out.println("block " + digest(kind, before, after));
        }
      }
    }
  }

  /// Compares with at most so many trials of each class.
  void replay(Path file, int count) throws IOException {
    replay(file, count, _ -> true);
  }

  /// The same, of other classes than those only with the trials that are kept in full.
  void replay(Path file, int count, Predicate<String> classes) throws IOException {
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
          compare(kind, before, ours.step(List.of(before)).getFirst(), Optional.of(after));
        } else if (line.startsWith("block ") && from < count && classes.test(kind)) {
          List<Cells> before = situations(kind, from, BLOCK);
          compared += BLOCK;
          if (!digest(kind, before, ours.step(before)).equals(rest)) {
            unexplained.merge(kind, 1, Integer::sum);
            examples.append("\n").append(kind).append(": block from ").append(from);
          }
          from += BLOCK;
        }
      }
    }
  }

  /// Of what became of these, those left out for which a difference is known.
  private String digest(String kind, List<Cells> before, List<Optional<Cells>> after) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < before.size(); i++) {
        Cells b = before.get(i);
        if (trials.known(kind, b).isEmpty()) {
          String text = after.get(i).map(a -> a.text(b)).orElse("stops");
          digest.update((text + "\n").getBytes(StandardCharsets.US_ASCII));
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  void conclude() {
    assertEquals("{}", unexplained + examples.toString());
  }
}
