package trapline.smt;

import com.microsoft.z3.BitVecNum;
import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Expr;
import com.microsoft.z3.Params;
import com.microsoft.z3.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Z3, in this process, one context of its own per factory of terms.
///
/// Deterministic: no seed depends on the run, and an answer depends only on the questions asked of
/// this solver in the same factory.
///
/// Two searches: one that keeps what it learned from question to question, and, when that takes
/// long, one that starts anew, prepares the question as a whole and blasts it into bits. The first
/// is faster on most questions, the second by far on the arithmetic of some. The search runs on a
/// thread of its own with a large stack, so that deep terms fit and interrupting the asking thread
/// stops it.
public final class Z3Solver implements Solver {
  /// Bit vectors with arrays and functions: takes about half the time of no logic given. Pure bit
  /// blasting (QF_BV) would lose by far on choices over register files.
  private static final String LOGIC = "QF_AUFBV";

  /// What the incremental search may spend on a question, in Z3's own measure.
  private static final int PATIENCE = 500_000;

  /// What the second search may spend briefly.
  private static final int BRIEF = 1_000_000;

  private static final long STACK = 512L << 20;

  private final Duration timeout;
  private final ExecutorService search;
  private @Nullable Session session;

  /// At most `timeout` for each question.
  public Z3Solver(Duration timeout) {
    this.timeout = timeout;
    this.search =
        Executors.newSingleThreadExecutor(task -> {
          Thread thread = new Thread(null, task, "z3", STACK);
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public String name() {
    return "z3";
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    Session current = session;
    if (current == null
        || (!assertions.isEmpty() && assertions.getFirst().factory() != current.factory)) {
      if (current != null) {
        current.close();
      }
      current = new Session(assertions.isEmpty() ? new Terms() : assertions.getFirst().factory());
      session = current;
    }
    Answer answer = current.check(assertions, effort);
    if (answer instanceof Answer.Unknown && Thread.currentThread().isInterrupted()) {
      // An interruption that came after the search would cancel whatever is done next.
      current.close();
      session = null;
    }
    return answer;
  }

  @Override
  public void close() {
    search.close();
    if (session != null) {
      session.close();
    }
  }

  /// What is kept between the questions of one factory.
  private final class Session extends AssertionStack {
    private final Terms factory;
    private final Context context = new Context();
    private final com.microsoft.z3.Solver solver = context.mkSolver(LOGIC);
    private final Z3Translation translation = new Z3Translation(context);

    Session(Terms factory) {
      this.factory = factory;
      Params limits = limits();
      limits.add("rlimit", PATIENCE);
      solver.setParameters(limits);
    }

    private Params limits() {
      Params limits = context.mkParams();
      limits.add("timeout", (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
      // Else it takes the signal to itself, gives up one question, and nobody else hears of it.
      limits.add("ctrl_c", false);
      return limits;
    }

    @Override
    void push(List<Term> assertions) {
      solver.push();
      for (Term assertion : assertions) {
        solver.add((BoolExpr) translation.truth(assertion));
      }
    }

    @Override
    void pop(int count) {
      solver.pop(count);
    }

    Answer check(List<Term> assertions, Effort effort) {
      become(assertions);
      return switch (search(solver)) {
        case Answer.Sat sat -> sat;
        case Answer.Unsat unsat -> unsat;
        case Answer.Unknown unknown ->
            Thread.currentThread().isInterrupted() ? unknown : anew(assertions, effort);
      };
    }

    private Answer anew(List<Term> assertions, Effort effort) {
      com.microsoft.z3.Solver fresh = context.mkSolver();
      Params limits = limits();
      if (effort == Effort.BRIEF) {
        limits.add("rlimit", BRIEF);
      }
      fresh.setParameters(limits);
      for (Term assertion : assertions) {
        fresh.add((BoolExpr) translation.truth(assertion));
      }
      return search(fresh);
    }

    private Answer search(com.microsoft.z3.Solver solver) {
      Future<Status> pending = search.submit(() -> solver.check());
      boolean interrupted = false;
      try {
        while (true) {
          try {
            // An interruption before the search has begun would be lost, so it is repeated.
            Status status = interrupted ? pending.get(20, TimeUnit.MILLISECONDS) : pending.get();
            return interrupted ? new Answer.Unknown("interrupted") : answer(solver, status);
          } catch (InterruptedException | TimeoutException e) {
            interrupted = true;
            context.interrupt();
          } catch (ExecutionException e) {
            throw new IllegalStateException("z3 failed: " + e.getCause(), e.getCause());
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private Answer answer(com.microsoft.z3.Solver solver, Status status) {
      return switch (status) {
        case SATISFIABLE -> {
          com.microsoft.z3.Model model = solver.getModel();
          yield new Answer.Sat(term -> value(model, term));
        }
        case UNSATISFIABLE -> new Answer.Unsat();
        case UNKNOWN -> {
          String why = solver.getReasonUnknown();
          yield new Answer.Unknown(why.equals("canceled") ? "timeout" : why);
        }
      };
    }

    private Bits value(com.microsoft.z3.Model model, Term term) {
      Expr<?> value = model.eval(translation.vector(term), true);
      if (value instanceof BitVecNum number) {
        return new Bits(term.width(), number.getBigInteger());
      }
      throw new IllegalStateException("no value of " + term + ": " + value);
    }

    void close() {
      context.close();
    }
  }
}
