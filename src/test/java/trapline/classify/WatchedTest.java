package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import trapline.isa.Property;

/// Instructions that store twice, where the first store may change the table by which the second
/// would go, on a machine whose tables the monitor watches.
final class WatchedTest {
  @Test
  void bothGoWhereTheyWouldOnTheBareMachine() {
    assertEquals(Finding.fails(Finding.Grounds.STRUCTURE), ofStoring("r[a]"));
  }

  @Test
  void aSolverFindsTheSame() {
    assertEquals(
        Finding.fails(Finding.Grounds.REFUTATION), ofStoring("r[a] + zext((timer * timer)[1..1])"));
  }

  @Test
  void whatIsStoredMayStillBeAnother() {
    assertTrue(ofStoring("zext(timer)").isHolds());
  }

  private static Finding ofStoring(String second) {
    String added =
        """
        instr stst [0x0a a:3 b:3 0:2 imm:16]  "stst {a:r}, {imm:s}({b:r})" {
            V[r[b] + sext(imm)] = r[a];
            V[r[b] + sext(imm) + 1] = %s;
          }
        """;
    return GapFixture.gap(
        "third-generation-table.isa",
        "ThirdGenTable",
        added.formatted(second),
        Property.HYBRID_GAP);
  }
}
