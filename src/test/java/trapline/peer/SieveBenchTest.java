package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Instructions per second on the sieve, of the described machine and of simh's `pdp10`, on the
/// same words in one run: `mvn test -Dtest=SieveBenchTest -Dbench=true`.
final class SieveBenchTest {
  private static final int WARM = 20;
  private static final int OURS = 200;
  private static final int THEIRS = 4000;

  @Test
  void theSieveRunsOnBoth() throws IOException, InterruptedException {
    assumeTrue(Boolean.getBoolean("bench"));
    Guest guest = Guest.load("sieve");
    long once = ours(guest, 1)[0];
    long twice = ours(guest, 2)[0];
    ours(guest, WARM);
    long[] measured = ours(guest, OURS);
    System.out.printf(
        Locale.ROOT,
        "described: %,d instructions in %.2f s, %.1f M/s%n",
        measured[0],
        measured[1] / 1e9,
        measured[0] * 1e3 / measured[1]);
    if (Peer.simh().isPresent()) {
      long idle = theirs(guest, 1);
      long busy = theirs(guest, THEIRS) - idle;
      long instructions = (twice - once) * (THEIRS - 1);
      System.out.printf(
          Locale.ROOT,
          "simh:      %,d instructions in %.2f s, %.1f M/s%n",
          instructions,
          busy / 1e9,
          instructions * 1e3 / busy);
    }
  }

  /// Instructions and nanoseconds.
  private static long[] ours(Guest guest, int rounds) {
    var state = guest.simulator.reset();
    guest.image.cells().forEach(c -> state.memory(guest.core(), c.address(), c.value()));
    state.memory(
        guest.core(), guest.symbols().get("rounds").longValue(), trapline.bits.Bits.of(36, rounds));
    long start = System.nanoTime();
    var run = guest.simulator.run(state, Long.MAX_VALUE);
    long time = System.nanoTime() - start;
    assertEquals(1028, state.register(guest.accumulators(), 5).toLong());
    return new long[] {run.steps(), time};
  }

  /// Nanoseconds, the start of the process included.
  private static long theirs(Guest guest, int rounds) throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder();
    guest
        .image
        .cells()
        .forEach(c -> {
          if (!c.value().isZero()) {
            script.append("d ").append(Long.toOctalString(c.address())).append(' ');
            script.append(Long.toOctalString(c.value().toLong())).append('\n');
          }
        });
    script.append("d ").append(Long.toOctalString(guest.symbols().get("rounds").longValue()));
    script.append(' ').append(Integer.toOctalString(rounds)).append('\n');
    script.append("d pc 20\ngo\nex 5\nq\n");
    Path file = Files.createTempFile("sieve", ".ini");
    try {
      Files.writeString(file, script);
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder("/usr/bin/pdp10", file.toString())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      process.waitFor();
      long time = System.nanoTime() - start;
      assertTrue(output.contains("5:\t000000002004"), output);
      return time;
    } finally {
      Files.delete(file);
    }
  }
}
