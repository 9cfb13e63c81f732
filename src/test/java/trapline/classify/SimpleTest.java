package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.bits.Bits;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.isa.Register;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.smt.Terms;
import trapline.symbolic.Layout;

/// Where witnesses are found first, on IA-32.
final class SimpleTest {
  private static final Machine MACHINE =
      LoaderFixture.shipped("ia-32/variants.isa", "IA32", Map.of());

  private static Solver solver;
  private static Solver checker;
  private static List<Placement> placements;

  @BeforeAll
  static void place() {
    solver = SolverChoice.AUTO.open(Duration.ofSeconds(60));
    checker = SolverChoice.AUTO.open(Duration.ofSeconds(60));
    placements =
        Placements.of(Layout.of(MACHINE), new Terms(), solver, MACHINE.userModes()).stream()
            .toList();
  }

  @AfterAll
  static void close() {
    solver.close();
    checker.close();
  }

  /// The address of a table is in the instruction, or operands that are all different fault.
  @ParameterizedTest
  @ValueSource(strings = {"mov_to", "bt_imm", "enter"})
  void aStoreToATableIsFoundInTheRoom(String name) {
    Register eip =
        MACHINE.registers().stream().filter(r -> r.name().equals("eip")).findFirst().orElseThrow();
    Bits at = placements.getFirst().room().orElseThrow().at();
    assertEquals(
        List.of(at, at), moved(name).before().stream().map(s -> s.register(eip, 0)).toList());
  }

  /// In user mode, by where it is.
  private static Witness moved(String name) {
    Instruction instruction = LoaderFixture.instruction(MACHINE, name);
    var premises =
        new Premises(
            false,
            Composed.unknown("not asked"),
            new Vectors.Reach.Unclear("not asked"),
            List.of(),
            placements,
            Optional.empty());
    Context context = Context.of(MACHINE, Definitions.STANDARD, premises);
    return BehaviorSensitive.decide(
            new Inquiry(context, instruction, instruction.rows().getFirst(), solver, checker),
            Property.LOCATION_SENSITIVE,
            BehaviorSensitive.LOCATION,
            MACHINE.userModes())
        .evidence()
        .orElseThrow();
  }
}
