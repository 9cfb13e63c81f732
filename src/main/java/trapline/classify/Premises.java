package trapline.classify;

import java.util.List;
import java.util.Optional;
import trapline.isa.Machine;
import trapline.smt.Solver;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.MakersSolver;
import trapline.symbolic.Start;

/// What is found out about a machine apart from its instructions, on which all answers about them
/// rest.
///
/// `injective`: no two addresses lead to one cell. `composed` says whether the `vmm` block composes
/// translations rightly; `reach` whether users can be kept away from what the machine itself reads;
/// `standing` which addresses lead to the same cells always; `placements` where witnesses are
/// looked for first, and `allotment` where those under a monitor are.
public record Premises(
    boolean injective,
    Composed composed,
    Vectors.Reach reach,
    List<Standing> standing,
    List<Placement> placements,
    Optional<Allotment> allotment) {

  public static Premises of(Machine machine, Solver solver) {
    Layout layout = Layout.of(machine);
    Terms terms = new Terms();
    Solver asked = MakersSolver.of(solver, terms, layout);
    boolean injective =
        Windows.isInjective(machine, Start.only(layout, terms).state(), terms, asked);
    List<Standing> standing = injective ? List.of() : Standing.of(layout, terms, asked);
    return new Premises(
        injective,
        Composed.of(layout, solver),
        Vectors.decide(layout, solver),
        standing,
        Placements.of(layout, terms, asked),
        Allotment.of(layout, terms, asked));
  }

  /// Whether no solver gave up on the block or on `reach`. On the others it may have: then
  /// addresses are taken not to be so, and nothing rests on placements.
  public boolean areDecided() {
    return !composed.isUnclear() && !(reach instanceof Vectors.Reach.Unclear);
  }
}
