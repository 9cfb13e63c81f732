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

  /// A bound of zero traps any fetch first.
  @Test
  void whatCannotBeFetchedWhereItTrapsVirtuallyAloneIsNone() {
    assertEquals(
        Finding.fails(Finding.Grounds.STRUCTURE), ofChecking("psw.bound == 0 && psw.base == 5"));
    assertTrue(ofChecking("psw.bound == 1 && psw.base == 5").isHolds());
  }

  /// A user of the guest is in user mode in reality too, and only its supervisor is not.
  @Test
  void whatIsTheSameInAModeMayBeReadThere() {
    assertEquals(Finding.fails(Finding.Grounds.STRUCTURE), ofReading(Property.HYBRID_GAP));
    assertTrue(ofReading(Property.GAP).isHolds());
  }

  private static Finding ofReading(Property property) {
    return GapFixture.gap(
        "third-generation.isa",
        "ThirdGen",
        "instr getm [0x0a a:3 0:21] \"getm {a:r}\" { r[a] = zext(raw(psw.mode)); }",
        property);
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
