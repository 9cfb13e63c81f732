package trapline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import trapline.classify.Classes;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Theorem;
import trapline.theorem.Conclusion;
import trapline.theorem.Outcome;

/// All that was found out about one machine, rows in the order of the description, `reserved` last.
public record Analysis(
    Machine machine,
    Options options,
    List<Classes> rows,
    Map<Theorem, Conclusion> conclusions,
    List<Outcome> expectations,
    Effort effort) {

  /// What it took. `byStructure` and `bySolver` count questions; `elapsed` is wall-clock time.
  public record Effort(int byStructure, int bySolver, Duration elapsed) {}

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
