package trapline.classify;

import java.util.List;
import java.util.Optional;
import trapline.isa.Assumption;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.smt.Solver;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.Start;

/// What all questions about one machine share. `assumptions` restrict the states considered.
/// `miscomposed` says what is wrong with how the `vmm` block composes translations; `reach` whether
/// users can be kept away from what the machine itself reads.
public record Context(
    Machine machine,
    Layout layout,
    Simulator simulator,
    boolean injective,
    Optional<String> miscomposed,
    Vectors.Reach reach,
    Definitions definitions,
    List<Assumption> assumptions) {

  public static Context of(Machine machine, Definitions definitions, Solver solver) {
    Layout layout = Layout.of(machine);
    Terms terms = new Terms();
    boolean injective =
        Windows.isInjective(machine, Start.only(layout, terms).state(), terms, solver);
    return new Context(
        machine,
        layout,
        Simulator.sparse(machine),
        injective,
        machine.monitor().isPresent()
            ? Gap.miscomposed(layout, solver)
            : Optional.of("there is no vmm block"),
        Vectors.decide(layout, solver),
        definitions,
        List.of());
  }

  public Context under(List<Assumption> more) {
    return new Context(
        machine, layout, simulator, injective, miscomposed, reach, definitions, List.copyOf(more));
  }
}
