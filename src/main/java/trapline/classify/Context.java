package trapline.classify;

import java.util.List;
import trapline.isa.Assumption;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.smt.Solver;
import trapline.symbolic.Layout;

/// What all questions about one machine share. `assumptions` restrict the states considered.
public record Context(
    Machine machine,
    Layout layout,
    Simulator simulator,
    Premises premises,
    Definitions definitions,
    List<Assumption> assumptions) {

  public static Context of(Machine machine, Definitions definitions, Solver solver) {
    return of(machine, definitions, Premises.of(machine, solver));
  }

  /// With premises that are known of the machine.
  public static Context of(Machine machine, Definitions definitions, Premises premises) {
    return new Context(
        machine, Layout.of(machine), Simulator.sparse(machine), premises, definitions, List.of());
  }

  public Context under(List<Assumption> more) {
    return new Context(machine, layout, simulator, premises, definitions, List.copyOf(more));
  }
}
