package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.smt.LazySolver;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Layout;
import trapline.symbolic.Shadow;
import trapline.symbolic.SymbolicState;

/// What is known of the real states in which a monitor runs its guest directly, where it installs
/// translation. These are all that it comes to, and maybe more:
///
///     right      they lead an address where the virtual state does, or nowhere: Installed
///     watched    nothing can be stored to by which what is installed was found: Watched
///     framed     of the monitor's tables, what only `unmap()` writes is as that left it: Frame
///
/// It is asserted of the addresses that a question mentions, and a solution is checked everywhere.
final class RealStates {
  private final Terms terms;
  private final Layout layout;
  private final Composition f;
  private final Composed composed;
  private final Windows windows;
  private final Watched watched;
  private final LazySolver solver;
  private final Solver checker;
  private @Nullable Frame frame;

  RealStates(
      Terms terms,
      Layout layout,
      Composition f,
      Composed composed,
      Windows windows,
      LazySolver solver,
      Solver checker) {
    this.terms = terms;
    this.layout = layout;
    this.f = f;
    this.composed = composed;
    this.windows = windows;
    this.watched = new Watched(terms, windows);
    this.solver = solver;
    this.checker = checker;
  }

  /// Whether translation is installed, so that the real state may hold any part of the guest's that
  /// is right.
  boolean areInstalled() {
    return machine().monitor().flatMap(Monitor::mapping).isPresent();
  }

  /// Whether the monitor watches its guest's tables: it installs what they say, and they lie in the
  /// one storage that programs reach.
  boolean areWatched() {
    return areInstalled()
        && layout.isTranslatedByStorage()
        && Composition.placed(machine()).size() == 1;
  }

  /// What these addresses say of the real state. That composed translation is right need not be
  /// said, as it has been proven, but saves a solver the proof where it matters what a cell is.
  List<Term> known(Posed posed, Set<Windows.Instance> instances) {
    SymbolicState virtual = posed.starts().getFirst().state();
    SymbolicState real = posed.starts().getLast().state();
    List<Term> known = new ArrayList<>();
    if (areWatched()) {
      known.addAll(solver.defer(watched.at(virtual, real, instances)));
    }
    if (!posed.made().isEmpty()) {
      known.addAll(posed.made());
      return known;
    }
    boolean isProven =
        composed.holds(posed.question().property())
            && machine().spaces().stream().anyMatch(s -> !s.devices().isEmpty());
    if (isProven || areInstalled()) {
      for (Windows.Instance i : instances) {
        known.add(f.isRight(terms, virtual, real, i.space(), i.address(), i.access()));
      }
    }
    if (areInstalled()) {
      known.addAll(frame().at(List.of(real, posed.runs().getLast().after()), instances));
    }
    return known;
  }

  /// Where a solution's real state is none of these; an empty set if it is, nothing if that could
  /// not be found out.
  Optional<Set<Windows.Instance>> astray(Solution solution) {
    Optional<Set<Windows.Instance>> astray = windows.astray(f, solution, checker);
    return astray.filter(Set::isEmpty).isPresent() && areWatched()
        ? watched.broken(f, solution, checker)
        : astray;
  }

  private Machine machine() {
    return layout.machine();
  }

  private Frame frame() {
    if (frame == null) {
      frame = new Frame(terms, f, Shadow.of(terms, f));
    }
    return frame;
  }
}
