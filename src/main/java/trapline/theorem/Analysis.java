package trapline.theorem;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import trapline.classify.Classes;
import trapline.classify.Definitions;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Theorem;

/// All that was found out about one machine, rows in the order of the description, `reserved` last.
public record Analysis(
    Machine machine,
    Definitions definitions,
    List<Classes> rows,
    Map<Theorem, Conclusion> conclusions,
    List<Outcome> expectations,
    Effort effort) {

  /// How many questions were answered by structure, and how many went to a solver.
  public record Effort(int byStructure, int bySolver) {}

  public Classes classes(Instruction.Row row) {
    return rows.stream().filter(c -> c.row() == row).findFirst().orElseThrow();
  }

  public Conclusion conclusion(Theorem theorem) {
    return Objects.requireNonNull(conclusions.get(theorem));
  }

  public boolean isUndecided() {
    return rows.stream()
        .anyMatch(c -> c.findings().values().stream().anyMatch(f -> f.isUndecided()));
  }
}
