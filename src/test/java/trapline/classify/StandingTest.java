package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.smt.Terms;
import trapline.symbolic.Layout;

final class StandingTest {
  @Test
  void anUnmappedSegmentLeadsToTheSameCellsInEveryState() {
    assertEquals(
        List.of("Kernel: V from 0x80000000, bits 28..2"), standing("mips-r3000.isa", "R3000"));
  }

  @Test
  void physicalAddressesDo() {
    assertEquals(
        List.of("S: V from 0x0, bits 8..0"), standing("third-generation-tlb.isa", "ThirdGenTLB"));
  }

  @Test
  void whatARegisterRelocatesDoesNot() {
    assertEquals(List.of(), standing("third-generation.isa", "ThirdGen"));
  }

  private static List<String> standing(String file, String name) {
    var machine = LoaderFixture.shipped(file, name, Map.of());
    try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(10))) {
      return Standing.of(Layout.of(machine), new Terms(), solver).stream()
          .map(s ->
              s.mode().name()
                  + ": "
                  + s.space().name()
                  + " from 0x"
                  + s.base().value().toString(16)
                  + ", bits "
                  + s.high()
                  + ".."
                  + s.low())
          .toList();
    }
  }
}
