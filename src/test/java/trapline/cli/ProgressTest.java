package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.Progress;

/// How far it is, and how long the rest may take: on a terminal only.
final class ProgressTest {
  private static final String[] CHECK = {
    "check", "isa-specs/third-generation.isa", "--machine", "ThirdGen", "--set", "Q=512"
  };

  @Test
  void timeIsEstimatedFromTheWeightAnsweredSoFar() {
    assertEquals(", about 30 s left", Engine.remaining(10_000, step(100, 300)));
    assertEquals(", about 10 min left", Engine.remaining(60_000, step(50, 500)));
    assertEquals(", about 3 h left", Engine.remaining(3_600_000, step(10, 30)));
  }

  @Test
  void nothingIsEstimatedFromTooLittle() {
    assertEquals("", Engine.remaining(1_000, step(100, 300)));
    assertEquals("", Engine.remaining(10_000, step(0, 300)));
    assertEquals("", Engine.remaining(10_000, step(100, 0)));
  }

  @Test
  void onlyATerminalSeesIt() {
    assertFalse(Session.of(CHECK).err().contains("rows"));
    Session seen = Session.onTerminal(Map.of("NO_COLOR", "1"), CHECK);
    assertFalse(seen.out().contains("\u001b"), seen.out());
    assertTrue(seen.err().isEmpty() || seen.err().endsWith("\r\u001b[K"), seen.err());
  }

  @Test
  void aTerminalIsToldBeforeTheFirstRow() {
    Session seen = Session.onTerminal(Map.of(), CHECK);
    String first = "ThirdGen: the machine as a whole, before its rows";
    assertTrue(seen.err().startsWith("\r\u001b[K" + first), seen.err());
  }

  private static Progress.Step step(long asked, long left) {
    return new Progress.Step(1, 2, "row", asked, left);
  }
}
