package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import trapline.diag.SourceFile;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;

/// Instructions that store twice, where the first store may change the table by which the second
/// would go, on a machine whose tables the monitor watches.
final class WatchedTest {
  private static final String STORES =
      """
        instr stst [0x0a a:3 b:3 0:2 imm:16]  "stst {a:r}, {imm:s}({b:r})" {
          V[r[b] + sext(imm)] = r[a];
          V[r[b] + sext(imm) + 1] = %s;
        }
      """;

  @Test
  void bothGoWhereTheyWouldOnTheBareMachine() throws IOException {
    gap("r[a]", gap -> assertEquals(Finding.fails(Finding.Grounds.STRUCTURE), gap));
  }

  @Test
  void aSolverFindsTheSame() throws IOException {
    gap(
        "r[a] + zext((timer * timer)[1..1])",
        gap -> assertEquals(Finding.fails(Finding.Grounds.REFUTATION), gap));
  }

  @Test
  void whatIsStoredMayStillBeAnother() throws IOException {
    gap("zext(timer)", gap -> assertTrue(gap.isHolds(), gap::toString));
  }

  private static void gap(String second, Consumer<Finding> check) throws IOException {
    String text = Files.readString(Path.of("isa-specs/third-generation-table.isa"));
    Machine machine =
        LoaderFixture.machine(
            Loader.loadText(
                new SourceFile(
                    "stores.isa",
                    text.replace("  instr lpsw ", STORES.formatted(second) + "  instr lpsw "))),
            "ThirdGenTable",
            Map.of("Q", "512"));
    Instruction stst =
        machine.instructions().stream().filter(i -> i.name().equals("stst")).findFirst().get();
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(60));
        Solver checker = SolverChoice.AUTO.open(Duration.ofSeconds(60))) {
      Context context = Context.of(machine, Definitions.STANDARD, solver);
      var inquiry = new Inquiry(context, stst, stst.rows().getFirst(), solver, checker);
      check.accept(Gap.decide(inquiry, Property.HYBRID_GAP, machine.userModes()));
    }
  }
}
