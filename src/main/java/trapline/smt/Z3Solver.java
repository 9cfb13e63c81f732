package trapline.smt;

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
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Z3, in this process, one context of its own.
///
/// Deterministic: no seed depends on the run, and a question's answer depends on the questions
/// before it only through what is kept of them. The search runs on a thread of its own with a large
/// stack, so that interrupting the asking thread stops it.
public final class Z3Solver implements Solver {
  private static final long STACK = 512L << 20;

  private final Context context = new Context();
  private final com.microsoft.z3.Solver solver;
  private final AssertionStack stack;
  private final ExecutorService search;
  private @Nullable Terms factory;
  private @Nullable Z3Translation translation;

  /// At most `timeout` for each question.
  public Z3Solver(Duration timeout) {
    solver = context.mkSolver();
    Params parameters = context.mkParams();
    parameters.add("timeout", (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    solver.setParameters(parameters);
    stack =
        new AssertionStack() {
          @Override
          void push(List<Term> assertions) {
            solver.push();
            for (Term assertion : assertions) {
              solver.add(translation(assertion).truth(assertion));
            }
          }

          @Override
          void pop(int levels) {
            solver.pop(levels);
          }
        };
    search =
        Executors.newSingleThreadExecutor(
            task -> {
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
  public Answer check(List<Term> assertions) {
    for (Term assertion : assertions) {
      if (assertion.factory() != factory) {
        stack.clear();
        translation = null;
        factory = assertion.factory();
      }
    }
    stack.become(assertions);
    Future<Status> pending = search.submit(() -> solver.check());
    boolean interrupted = false;
    while (true) {
      try {
        Status status = pending.get();
        if (interrupted) {
          return new Answer.Unknown("interrupted");
        }
        return switch (status) {
          case SATISFIABLE -> new Answer.Sat(new Z3Model(solver.getModel()));
          case UNSATISFIABLE -> new Answer.Unsat();
          case UNKNOWN -> new Answer.Unknown(solver.getReasonUnknown());
        };
      } catch (InterruptedException e) {
        interrupted = true;
        context.interrupt();
      } catch (ExecutionException e) {
        throw new IllegalStateException("z3 failed", e.getCause());
      } finally {
        if (interrupted && pending.isDone()) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  @Override
  public void close() {
    search.close();
    context.close();
  }

  private Z3Translation translation(Term term) {
    if (translation == null) {
      translation = new Z3Translation(context);
    }
    return translation;
  }

  private final class Z3Model implements Model {
    private final com.microsoft.z3.Model model;

    Z3Model(com.microsoft.z3.Model model) {
      this.model = model;
    }

    @Override
    public Bits value(Term term) {
      Expr<?> value = model.eval(translation(term).bits(term), true);
      return switch (value) {
        case com.microsoft.z3.BitVecNum number ->
            new Bits(term.width(), number.getBigInteger());
        default -> throw new IllegalStateException("no value of " + term + ": " + value);
      };
    }
  }
}
