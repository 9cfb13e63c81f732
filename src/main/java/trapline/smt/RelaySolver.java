package trapline.smt;

import java.util.List;
import java.util.stream.Collectors;

/// Asks one solver after another until one has an answer.
///
/// Solvers that are fast on different questions, the first with little patience, answer nearly as
/// fast as whichever is the better one.
final class RelaySolver implements Solver {
  private final List<Solver> solvers;

  /// At least one.
  RelaySolver(List<Solver> solvers) {
    this.solvers = List.copyOf(solvers);
  }

  @Override
  public Answer check(List<Term> assertions) {
    Answer answer = new Answer.Unknown("no solver");
    for (Solver solver : solvers) {
      answer = solver.check(assertions);
      if (!(answer instanceof Answer.Unknown) || Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    return answer;
  }

  @Override
  public String name() {
    return solvers.stream().map(Solver::name).distinct().collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    solvers.forEach(Solver::close);
  }
}
