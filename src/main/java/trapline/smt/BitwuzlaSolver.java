package trapline.smt;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Bitwuzla, in this process, one term manager of its own per factory of terms.
///
/// Deterministic as [Z3Solver] is. There for Linux on x86-64 and ARM64 only, so never the only
/// solver: for speed, and as a second opinion.
public final class BitwuzlaSolver implements Solver {
  /// How often Bitwuzla asks whether to go on, in a few seconds of most searches.
  private static final long BRIEF = 300_000;

  private final Duration timeout;
  private final long brief;
  private final BitwuzlaLibrary bitwuzla;
  private @Nullable Session session;

  /// At most `timeout` of processor time for each question. An `UnsupportedOperationException`
  /// where [#isAvailable] is false.
  public BitwuzlaSolver(Duration timeout) {
    this(timeout, BRIEF);
  }

  /// `brief`: how often it may ask whether to go on, with [Effort#BRIEF].
  BitwuzlaSolver(Duration timeout, long brief) {
    this.timeout = timeout;
    this.brief = brief;
    this.bitwuzla =
        BitwuzlaLibrary.load()
            .orElseThrow(() ->
                new UnsupportedOperationException(
                    "no Bitwuzla for "
                        + System.getProperty("os.name")
                        + " on "
                        + System.getProperty("os.arch")));
  }

  public static boolean isAvailable() {
    return BitwuzlaLibrary.load().isPresent();
  }

  @Override
  public String name() {
    return "bitwuzla";
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    Session current = session;
    if (current == null
        || (!assertions.isEmpty() && assertions.getFirst().factory() != current.factory)) {
      close();
      current = new Session(assertions.isEmpty() ? new Terms() : assertions.getFirst().factory());
      session = current;
    }
    return current.check(assertions, effort);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  /// What is kept between the questions of one factory.
  private final class Session extends AssertionStack {
    private final Terms factory;
    private final long manager = bitwuzla.newManager();
    private final long solver = bitwuzla.newSolver(manager);
    private final BitwuzlaTranslation translation = new BitwuzlaTranslation(bitwuzla, manager);

    Session(Terms factory) {
      this.factory = factory;
    }

    @Override
    void push(List<Term> assertions) {
      bitwuzla.push(solver, 1);
      for (Term assertion : assertions) {
        bitwuzla.assertTruth(solver, translation.truth(assertion));
      }
    }

    @Override
    void pop(int count) {
      bitwuzla.pop(solver, count);
    }

    Answer check(List<Term> assertions, Effort effort) {
      become(assertions);
      long polls = effort == Effort.BRIEF ? brief : Long.MAX_VALUE;
      return switch (bitwuzla.check(solver, timeout, polls)) {
        case BitwuzlaLibrary.SAT -> new Answer.Sat(this::value);
        case BitwuzlaLibrary.UNSAT -> new Answer.Unsat();
        default ->
            new Answer.Unknown(Thread.currentThread().isInterrupted() ? "interrupted" : "timeout");
      };
    }

    private Bits value(Term term) {
      String digits = bitwuzla.value(solver, translation.vector(term));
      return new Bits(term.width(), new BigInteger(digits, 2));
    }

    void close() {
      bitwuzla.deleteSolver(solver);
      bitwuzla.deleteManager(manager);
    }
  }
}
