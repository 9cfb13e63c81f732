package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.lang.LoaderFixture;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;

/// Of what the classes do not take, nothing is decided that was not claimed; and what is, is as it
/// is where all is.
final class WantedTest {
  private static final Set<Property> CLASSES =
      EnumSet.of(
          Property.CONTROL_SENSITIVE,
          Property.BEHAVIOR_SENSITIVE,
          Property.LOCATION_SENSITIVE,
          Property.MODE_SENSITIVE,
          Property.RESOURCE_SENSITIVE,
          Property.USER_SENSITIVE,
          Property.SUPERVISOR_SENSITIVE,
          Property.PREDICTABLE,
          Property.SENSITIVE,
          Property.INNOCUOUS);

  private final Machine machine =
      LoaderFixture.shipped("third-generation.isa", "ThirdGen", Map.of("Q", "512"));

  @Test
  void theClassesAreAllThatInnocuousTakes() {
    assertEquals(CLASSES, classes("st", Set.of(Property.INNOCUOUS)).findings().keySet());
  }

  @Test
  void whatIsClaimedIsDecidedAsItIsWhereAllIs() {
    Set<Property> all = EnumSet.allOf(Property.class);
    for (String row : List.of("st", "svc", "setr", "out")) {
      Classes whole = classes(row, all);
      for (Property property : all) {
        assertEquals(
            whole.finding(property).isHolds(),
            classes(row, Set.of(property)).finding(property).isHolds(),
            row + " " + property);
      }
    }
  }

  private Classes classes(String name, Set<Property> wanted) {
    Instruction instruction = LoaderFixture.instruction(machine, name);
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(60));
        Solver checker = SolverChoice.AUTO.open(Duration.ofSeconds(60))) {
      Context context = Context.of(machine, Definitions.STANDARD, solver).under(List.of(), wanted);
      return Classifier.classify(
          context, instruction, instruction.rows().getFirst(), solver, checker);
    }
  }
}
