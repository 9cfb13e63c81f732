package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import trapline.diag.Contradiction;
import trapline.isa.Property;

final class GapTest {
  private static final Finding YES = Finding.holds();
  private static final Finding NO = Finding.fails(Finding.Grounds.REFUTATION);

  @Test
  void anInnocuousInstructionWithAGapIsAContradiction() {
    assertThrows(Contradiction.class, () -> Gap.check("getm", NO, YES, () -> true));
  }

  @Test
  void unlessItGoesAnotherWayWhereItIsRun() {
    assertDoesNotThrow(() -> Gap.check("cmpb", NO, YES, () -> false));
  }

  /// In reality the bound is the guest's or less.
  @Test
  void whatTrapsInRealityAloneIsNoGap() {
    assertEquals(Finding.fails(Finding.Grounds.STRUCTURE), ofChecking("r[a] >= zext(psw.bound)"));
  }

  @Test
  void whatDoesNotTrapInRealityAloneIsOne() {
    assertTrue(ofChecking("r[a] < zext(psw.bound)").isHolds());
  }

  private static Finding ofChecking(String condition) {
    return GapFixture.gap(
        "third-generation.isa",
        "ThirdGen",
        "instr chk [0x0a a:3 0:21] \"chk {a:r}\" { if " + condition + " { trap storage(r[a]); } }",
        Property.GAP);
  }

  @Test
  void aSensitiveInstructionMayHaveAGapOrNone() {
    assertDoesNotThrow(() -> Gap.check("getm", YES, YES, () -> true));
    assertDoesNotThrow(() -> Gap.check("getm", YES, NO, () -> true));
  }
}
