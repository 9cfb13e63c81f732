package trapline.theorem;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import trapline.classify.Classes;
import trapline.classify.Composed;
import trapline.classify.Definitions;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.isa.Theorem;

/// All that was found out about one machine, rows in the order of the description, `reserved` last.
public record Analysis(
    Machine machine,
    Definitions definitions,
    List<Classes> rows,
    Map<Theorem, Conclusion> conclusions,
    List<Precondition> preconditions,
    Optional<Exact> exactly,
    Optional<Exact> exactlyHybrid,
    List<Outcome> expectations,
    Effort effort) {

  /// All that follows from the classes of the rows. `composed`: whether the `vmm` block composes
  /// translations.
  public static Analysis of(
      Machine machine,
      Definitions definitions,
      List<Classes> rows,
      List<Outcome> expectations,
      Composed composed) {
    boolean hasMonitor = machine.monitor().isPresent();
    return new Analysis(
        machine,
        definitions,
        rows,
        Conclusion.of(rows),
        Precondition.of(machine, rows),
        hasMonitor
            ? Optional.of(Exact.of(machine, rows, Property.GAP, composed))
            : Optional.empty(),
        hasMonitor
            ? Optional.of(Exact.of(machine, rows, Property.HYBRID_GAP, composed))
            : Optional.empty(),
        List.copyOf(expectations),
        Effort.of(rows));
  }

  /// Of some rows only: what would have to be said of all is left out.
  public static Analysis ofSome(Machine machine, Definitions definitions, List<Classes> rows) {
    return new Analysis(
        machine,
        definitions,
        rows,
        Map.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Effort.of(rows));
  }

  /// How many questions were answered by structure, and how many went to a solver, in this run or
  /// in the one that the answer was kept of; how many rows were remembered so; how many have no
  /// answer because the analysis was interrupted, if it was.
  public record Effort(
      int byStructure, int bySolver, int remembered, int unanswered, boolean isInterrupted) {
    static Effort of(List<Classes> rows) {
      return new Effort(
          rows.stream().mapToInt(Classes::byStructure).sum(),
          rows.stream().mapToInt(Classes::bySolver).sum(),
          0,
          0,
          false);
    }
  }

  /// The same, where so many rows were remembered from earlier runs.
  public Analysis remembering(int remembered) {
    return with(remembered, 0, false);
  }

  /// The same, where it was interrupted: so many rows are undecided for no other reason, and so may
  /// claims under hypotheses be.
  public Analysis interrupted(int remembered, int unanswered) {
    return with(remembered, unanswered, true);
  }

  private Analysis with(int remembered, int unanswered, boolean isInterrupted) {
    return new Analysis(
        machine,
        definitions,
        rows,
        conclusions,
        preconditions,
        exactly,
        exactlyHybrid,
        expectations,
        new Effort(effort.byStructure, effort.bySolver, remembered, unanswered, isInterrupted));
  }

  /// Whether it was interrupted, so that another run may decide more.
  public boolean isPartial() {
    return effort.isInterrupted;
  }

  public Classes classes(Instruction.Row row) {
    return rows.stream().filter(c -> c.row() == row).findFirst().orElseThrow();
  }

  public Conclusion conclusion(Theorem theorem) {
    return Objects.requireNonNull(conclusions.get(theorem));
  }

  /// Whether it is a conventional third-generation machine, which the theorems assume: where it is
  /// not, that a theorem's condition holds says nothing.
  public Verdict isThirdGeneration() {
    return List.of(Verdict.FAILS, Verdict.UNDECIDED).stream()
        .filter(v -> preconditions.stream().anyMatch(p -> p.verdict() == v))
        .findFirst()
        .orElse(Verdict.HOLDS);
  }

  public boolean isUndecided() {
    return rows.stream()
        .anyMatch(c -> c.findings().values().stream().anyMatch(f -> f.isUndecided()));
  }
}
