package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import trapline.diag.Contradiction;

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

  @Test
  void aSensitiveInstructionMayHaveAGapOrNone() {
    assertDoesNotThrow(() -> Gap.check("getm", YES, YES, () -> true));
    assertDoesNotThrow(() -> Gap.check("getm", YES, NO, () -> true));
  }
}
