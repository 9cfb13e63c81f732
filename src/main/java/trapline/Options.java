package trapline;

import java.time.Duration;
import trapline.classify.Definitions;
import trapline.smt.SolverChoice;

/// How to analyse: which reading of the definitions, which solver, how many rows at a time, and how
/// long one question to a solver may take.
public record Options(Definitions definitions, SolverChoice solver, int jobs, Duration timeout) {
  public static Options defaults() {
    return new Options(
        Definitions.STANDARD,
        SolverChoice.Z3,
        Runtime.getRuntime().availableProcessors(),
        Duration.ofSeconds(30));
  }
}
