package trapline.smt;

import java.time.Duration;

/// The back ends by name: the one place that knows them all.
public enum SolverChoice {
  Z3 {
    @Override
    public Solver open(Duration timeout) {
      return new Z3Solver(timeout);
    }
  };

  /// A new solver that takes at most `timeout` for each question.
  public abstract Solver open(Duration timeout);
}
