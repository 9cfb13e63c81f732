package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// Two placements under which a witness is sought first differ in little that a reader has to
/// compare.
final class SparseTest {
  @Test
  void placementsDifferInRootsOfTablesAndNotInSegments() {
    Machine machine = LoaderFixture.shipped("ia-32/variants.isa", "IA32", Map.of());
    assertEquals(List.of("cr0.pg", "cr3.table"), differing(machine));
  }

  /// The slots that are not the same in both.
  private static List<String> differing(Machine machine) {
    Layout layout = Layout.of(machine);
    Terms terms = new Terms();
    List<SymbolicState> states =
        Sparse.starts(
                terms,
                List.of(
                    Start.only(layout, terms),
                    Start.other(layout, terms, BehaviorSensitive.LOCATION, true, "'")))
            .stream()
            .map(Start::state)
            .toList();
    List<String> differing = new ArrayList<>();
    for (int i = 0; i < layout.slots().size(); i++) {
      if (states.getFirst().get(i) != states.getLast().get(i)) {
        differing.add(layout.slots().get(i).name());
      }
    }
    return differing;
  }
}
