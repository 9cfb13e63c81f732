package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import trapline.machine.Simulator.Run;

final class GuestTest {
  private static Guest halted(String name) throws IOException {
    Guest guest = Guest.load(name);
    Run run = guest.simulator.run(guest.state, 1_000_000);
    assertInstanceOf(Run.Halted.class, run.reason(), run.toString());
    return guest;
  }

  @Test
  void theSieveCountsThePrimesBelow8192() throws IOException {
    assertEquals(1028, halted("sieve").accumulator(5));
  }

  @Test
  void recursionUsesTheStack() throws IOException {
    assertEquals("3628800 1023 61", halted("recursion").printed());
  }

  @Test
  void bytesArePackedCopiedAndReadBackwards() throws IOException {
    assertEquals(
        "Virtual machine, real trap.\n.PART LAER ,ENIHCAM LAUTRIV", halted("bytes").printed());
  }
}
