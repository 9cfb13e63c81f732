package trapline;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import trapline.cache.AnswerCache;
import trapline.classify.Definitions;
import trapline.smt.SolverChoice;

/// How to analyse: which reading of the definitions, which solver, how many rows at a time, how
/// long one question to a solver may take, which rows by name (empty: all; else no theorem is
/// decided), and where answers are kept across runs, if they are.
public record Options(
    Definitions definitions,
    SolverChoice solver,
    int jobs,
    Duration timeout,
    Set<String> rows,
    Optional<AnswerCache> cache) {
  public static Options defaults() {
    return new Options(
        Definitions.STANDARD,
        SolverChoice.AUTO,
        Runtime.getRuntime().availableProcessors(),
        Duration.ofSeconds(30),
        Set.of(),
        Optional.empty());
  }
}
