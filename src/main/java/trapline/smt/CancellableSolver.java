package trapline.smt;

import java.util.List;
import java.util.concurrent.CancellationException;

/// Asks nothing more once its thread is interrupted, so that whoever asks many questions in a row
/// stops at the next one, and mistakes no answer given up for one that cannot be had.
public final class CancellableSolver extends SolverLayer {
  public CancellableSolver(Solver solver) {
    super(solver);
  }

  /// @throws CancellationException when the thread is, or gets, interrupted
  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    refuse();
    Answer answer = solver.check(assertions, effort);
    if (answer instanceof Answer.Unknown) {
      refuse();
    }
    return answer;
  }

  private static void refuse() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
  }
}
