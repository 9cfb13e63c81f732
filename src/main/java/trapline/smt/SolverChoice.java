package trapline.smt;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The solvers that a user can choose, by name: the one place that names back ends.
public enum SolverChoice {
  /// The default: Bitwuzla, where this system has it, and Z3 for what takes that long.
  AUTO {
    @Override
    public Solver open(Duration timeout) {
      return BITWUZLA.isAvailable()
          ? new RelaySolver(List.of(BITWUZLA.open(timeout), Z3.open(timeout)))
          : Z3.open(timeout);
    }
  },

  /// Everywhere.
  Z3 {
    @Override
    public Solver open(Duration timeout) {
      return new EvaluatingSolver(new Z3Solver(timeout));
    }
  },

  /// Faster, on Linux.
  BITWUZLA {
    @Override
    public Solver open(Duration timeout) {
      return new EvaluatingSolver(new BitwuzlaSolver(timeout));
    }

    @Override
    public boolean isAvailable() {
      return BitwuzlaSolver.isAvailable();
    }
  },

  /// Each question to both, which must not contradict each other.
  BOTH {
    @Override
    public Solver open(Duration timeout) {
      return new CrossCheckingSolver(Z3.open(timeout), BITWUZLA.open(timeout));
    }

    @Override
    public boolean isAvailable() {
      return BITWUZLA.isAvailable();
    }
  };

  /// A new solver that takes at most `timeout` for each question and whose models are validated.
  public abstract Solver open(Duration timeout);

  /// Whether this system has it.
  public boolean isAvailable() {
    return true;
  }

  /// The choice of this name, as [#toString] writes it.
  public static Optional<SolverChoice> named(String name) {
    return Arrays.stream(values()).filter(choice -> choice.toString().equals(name)).findFirst();
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(SolverChoice::toString).toList();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
