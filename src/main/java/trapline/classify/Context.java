package trapline.classify;

import java.util.List;
import trapline.isa.Assumption;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.smt.Solver;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.Start;

/// What all questions about one machine share. `assumptions` restrict the states considered.
public record Context(
    Machine machine,
    Layout layout,
    Simulator simulator,
    boolean injective,
    Definitions definitions,
    List<Assumption> assumptions) {

  public static Context of(Machine machine, Definitions definitions, Solver solver) {
    Layout layout = Layout.of(machine);
    Terms terms = new Terms();
    boolean injective =
        Windows.isInjective(machine, Start.only(layout, terms).state(), terms, solver);
    return new Context(
        machine, layout, Simulator.of(machine), injective, definitions, List.of());
  }

  public Context under(List<Assumption> more) {
    return new Context(machine, layout, simulator, injective, definitions, List.copyOf(more));
  }
}
