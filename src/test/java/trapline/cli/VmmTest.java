package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class VmmTest {
  private static final String GUESTS = "src/test/resources/guests/";

  @Test
  void aGuestRunsNestedAndSideBySide() {
    Session session =
        Session.of(
            "vmm",
            "isa-specs/third-generation.isa",
            "--set",
            "Q=512",
            "--guest",
            GUESTS + "third-generation/system.asm",
            "--guest-set",
            "Q=256",
            "--guests",
            "2",
            "--nest",
            "3",
            "--steps",
            "3000");
    assertEquals(0, session.code(), session::toString);
    assertEquals(2, session.out().split("the same as on the bare machine", -1).length - 1);
  }

  @Test
  void jrst1IsSeenToDivergeUnlessItIsInterpreted() {
    String[] line = {
      "vmm", "isa-specs/pdp-10.isa", "--guest", GUESTS + "pdp-10/calls.asm", "--steps", "5000"
    };
    Session diverges = Session.of(line);
    assertEquals(1, diverges.code(), diverges::toString);
    assertTrue(diverges.out().contains("differs: pcw.user"), diverges::toString);
    assertTrue(diverges.out().contains("jrst 0o1, 0(ac6)"), diverges::toString);
    String[] hybrid = java.util.Arrays.copyOf(line, line.length + 1);
    hybrid[line.length] = "--hybrid";
    Session same = Session.of(hybrid);
    assertEquals(0, same.code(), same::toString);
    assertTrue(same.out().contains("to its end: halted"), same::toString);
  }

  @Test
  void whatTheMonitorDoesCanBeRead() {
    Session session =
        Session.of(
            "vmm",
            "isa-specs/third-generation.isa",
            "--set",
            "Q=512",
            "--guest",
            GUESTS + "third-generation/kernel.asm",
            "--trace");
    assertEquals(0, session.code(), session::toString);
    assertTrue(session.err().contains("emulates  stm r1   (privop)"), session::toString);
    assertTrue(session.err().contains("reflects  svc("), session::toString);
    assertTrue(session.out().contains("printed   AbAbAbAbAbbb!."), session::toString);
  }
}
