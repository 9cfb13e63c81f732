package trapline;

import java.time.Duration;
import java.util.Set;
import trapline.classify.Definitions;
import trapline.smt.SolverChoice;

/// How to analyse: which reading of the definitions, which solver, how many rows at a time, how
/// long one question to a solver may take, and which rows by name (empty: all; else no theorem is
/// decided).
public record Options(
    Definitions definitions, SolverChoice solver, int jobs, Duration timeout, Set<String> rows) {
  public static Options defaults() {
    return new Options(
        Definitions.STANDARD,
        SolverChoice.Z3,
        Runtime.getRuntime().availableProcessors(),
        Duration.ofSeconds(30),
        Set.of());
  }
}
