package trapline.smt;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// Counts the questions to a solver, its answers by kind, and the time they take.
public final class CountingSolver extends SolverLayer {
  /// What was asked so far.
  public record Count(int sat, int unsat, int unknown, Duration time) {
    public int questions() {
      return sat + unsat + unknown;
    }
  }

  private final LongSupplier nanoseconds;
  private int sat;
  private int unsat;
  private int unknown;
  private long time;

  /// `nanoseconds`: the clock, from any origin.
  public CountingSolver(Solver solver, LongSupplier nanoseconds) {
    super(solver);
    this.nanoseconds = nanoseconds;
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    long start = nanoseconds.getAsLong();
    Answer answer = solver.check(assertions, effort);
    time += nanoseconds.getAsLong() - start;
    switch (answer) {
      case Answer.Sat _ -> sat++;
      case Answer.Unsat _ -> unsat++;
      case Answer.Unknown _ -> unknown++;
    }
    return answer;
  }

  public Count count() {
    return new Count(sat, unsat, unknown, Duration.ofNanos(time));
  }
}
