package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  /// The address of a table is in the instruction, or operands that are all different fault.
  @ParameterizedTest
  @ValueSource(strings = {"mov_to", "bt_imm", "enter"})
  void aStoreToATableIsFoundInTheRoom(String name) {
    Machine machine = LoaderFixture.shipped("ia-32/variants.isa", "IA32", Map.of());
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(60));
        Solver checker = SolverChoice.AUTO.open(Duration.ofSeconds(60))) {
      List<Placement> placements = Placements.of(Layout.of(machine), new Terms(), solver);
      Witness witness = moved(machine, name, placements, solver, checker);
      Register eip =
          machine.registers().stream()
              .filter(r -> r.name().equals("eip"))
              .findFirst()
              .orElseThrow();
      Bits at = placements.getFirst().room().orElseThrow().at();
      assertEquals(
          List.of(at, at), witness.before().stream().map(s -> s.register(eip, 0)).toList());
    }
  }

  /// In user mode, by where it is.
  private static Witness moved(
      Machine machine, String name, List<Placement> placements, Solver solver, Solver checker) {
    Instruction instruction =
        machine.instructions().stream()
            .filter(i -> i.name().equals(name))
            .findFirst()
            .orElseThrow();
    var premises =
        new Premises(
            false,
            Composed.unknown("not asked"),
            new Vectors.Reach.Unclear("not asked"),
            List.of(),
            placements,
            Optional.empty());
    Context context = Context.of(machine, Definitions.STANDARD, premises);
    return BehaviorSensitive.decide(
            new Inquiry(context, instruction, instruction.rows().getFirst(), solver, checker),
            Property.LOCATION_SENSITIVE,
            BehaviorSensitive.LOCATION,
            machine.userModes())
        .evidence()
        .orElseThrow();
  }
}
