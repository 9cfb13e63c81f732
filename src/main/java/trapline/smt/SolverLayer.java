package trapline.smt;

import java.util.List;

/// A solver that asks another, by whose name it goes: what all layers have in common.
public abstract class SolverLayer implements Solver {
  protected final Solver solver;

  protected SolverLayer(Solver solver) {
    this.solver = solver;
  }

  @Override
  public List<Term> completed(List<Term> assertions) {
    return solver.completed(assertions);
  }

  @Override
  public final String name() {
    return solver.name();
  }

  @Override
  public final void close() {
    solver.close();
  }
}
