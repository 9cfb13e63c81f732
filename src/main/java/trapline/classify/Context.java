package trapline.classify;

import java.util.List;
import trapline.isa.Assumption;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.smt.Solver;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.MakersSolver;
import trapline.symbolic.Start;

/// What all questions about one machine share. `assumptions` restrict the states considered.
/// `composed` says whether the `vmm` block composes translations rightly; `reach` whether users can
/// be kept away from what the machine itself reads; `standing` which addresses lead to the same
/// cells always.
public record Context(
    Machine machine,
    Layout layout,
    Simulator simulator,
    boolean injective,
    Composed composed,
    Vectors.Reach reach,
    List<Standing> standing,
    Definitions definitions,
    List<Assumption> assumptions) {

  public static Context of(Machine machine, Definitions definitions, Solver solver) {
    Layout layout = Layout.of(machine);
    Terms terms = new Terms();
    Solver asked = MakersSolver.of(solver, terms, layout);
    boolean injective =
        Windows.isInjective(machine, Start.only(layout, terms).state(), terms, asked);
    List<Standing> standing = injective ? List.of() : Standing.of(layout, terms, asked);
    return new Context(
        machine,
        layout,
        Simulator.sparse(machine),
        injective,
        machine.monitor().isPresent()
            ? Composed.of(layout, solver)
            : Composed.unknown("there is no vmm block"),
        Vectors.decide(layout, solver),
        standing,
        definitions,
        List.of());
  }

  public Context under(List<Assumption> more) {
    return new Context(
        machine,
        layout,
        simulator,
        injective,
        composed,
        reach,
        standing,
        definitions,
        List.copyOf(more));
  }
}
