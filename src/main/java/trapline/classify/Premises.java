package trapline.classify;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import trapline.isa.Machine;
import trapline.smt.Solver;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.MakersSolver;

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

  /// Who looks for the parts. What is found does not depend on who finds which part when.
  public interface Workers {
    /// Begins to look for a part with a solver; what is returned waits for it.
    <T> Supplier<T> begin(Function<Solver, T> part);
  }

  /// Found one after the other.
  public static Premises of(Machine machine, Solver solver) {
    return of(
        machine,
        new Workers() {
          @Override
          public <T> Supplier<T> begin(Function<Solver, T> part) {
            T found = part.apply(solver);
            return () -> found;
          }
        });
  }

  /// What mostly takes longest is begun first.
  public static Premises of(Machine machine, Workers workers) {
    Layout layout = Layout.of(machine);
    Supplier<Vectors.Reach> reach = workers.begin(s -> Vectors.decide(layout, s));
    List<Supplier<Optional<Placement>>> placements =
        Placements.modes(layout).stream()
            .map(m -> workers.begin(asking(layout, (t, s) -> Placements.of(layout, t, s, m))))
            .toList();
    Supplier<Composed> composed = workers.begin(s -> Composed.of(layout, s));
    Supplier<Optional<Allotment>> allotment =
        workers.begin(asking(layout, (t, s) -> Allotment.of(layout, t, s)));
    Supplier<Boolean> injective =
        workers.begin(asking(layout, (t, s) -> Windows.isInjective(layout, t, s)));
    Supplier<List<Standing>> standing =
        injective.get()
            ? List::of
            : workers.begin(asking(layout, (t, s) -> Standing.of(layout, t, s)));
    return new Premises(
        injective.get(),
        composed.get(),
        reach.get(),
        standing.get(),
        placements.stream().flatMap(p -> p.get().stream()).toList(),
        allotment.get());
  }

  /// In terms of its own.
  private static <T> Function<Solver, T> asking(Layout layout, BiFunction<Terms, Solver, T> part) {
    return solver -> {
      Terms terms = new Terms();
      return part.apply(terms, MakersSolver.of(solver, terms, layout));
    };
  }

  /// Whether no solver gave up on the block or on `reach`. On the others it may have: then
  /// addresses are taken not to be so, and nothing rests on placements.
  public boolean areDecided() {
    return !composed.isUnclear() && !(reach instanceof Vectors.Reach.Unclear);
  }
}
