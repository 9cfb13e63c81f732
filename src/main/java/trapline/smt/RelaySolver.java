package trapline.smt;

import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;

/// Asks one solver after another until one has an answer: each briefly, before any takes its time.
///
/// Solvers that are fast on different questions answer so nearly as fast as whichever is the better
/// one.
final class RelaySolver implements Solver {
  private final List<Solver> solvers;

  /// At least one.
  RelaySolver(List<Solver> solvers) {
    this.solvers = List.copyOf(solvers);
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    Answer answer = new Answer.Unknown("no solver");
    for (Effort turn : EnumSet.range(Effort.BRIEF, effort)) {
      for (Solver solver : solvers) {
        answer = solver.check(assertions, turn);
        if (!(answer instanceof Answer.Unknown) || Thread.currentThread().isInterrupted()) {
          return answer;
        }
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
