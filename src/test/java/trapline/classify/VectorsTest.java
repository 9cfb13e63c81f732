package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.symbolic.Layout;

/// A setting that keeps users away from what the machine reads is found where there is one.
final class VectorsTest {
  @Test
  void aSettingIsFoundOnTheThirdGenerationMachine() {
    assertEquals(new Vectors.Reach.Avoidable(), reach("third-generation.isa", "ThirdGen"));
  }

  /// Two segments and indirect words: proposals full of values are spoiled one after another.
  @Test
  void aSettingIsFoundOnThePdp10() {
    assertEquals(new Vectors.Reach.Avoidable(), reach("pdp-10.isa", "KA10"));
  }

  /// What a trap reads depends on tables in storage.
  @Test
  void aSettingIsFoundWhereTrapsGoThroughTables() {
    assertEquals(new Vectors.Reach.Avoidable(), reach("ia-32/ia-32.isa", "IA32Segments"));
  }

  /// Any page or segment table is read, but none where translation is off.
  @Test
  void aSettingIsFoundWithoutTranslation() {
    assertEquals(new Vectors.Reach.Avoidable(), reach("ibm-360-67.isa", "IBM360_67"));
  }

  @Test
  void thereIsNoneWhereTheTrapVectorLiesInEveryUsersStorage() {
    assertEquals(
        new Vectors.Reach.Unavoidable(),
        reach("not-third-generation.isa", "ThirdGenSharesPageZero"));
  }

  private static Vectors.Reach reach(String file, String name) {
    Machine machine = LoaderFixture.shipped(file, name, Map.of());
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(60))) {
      return Vectors.decide(Layout.of(machine), solver);
    }
  }
}
