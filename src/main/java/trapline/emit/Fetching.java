package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.isa.Access;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.smt.Answer;
import trapline.smt.Solver;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.MakersSolver;
import trapline.symbolic.Start;
import trapline.symbolic.Translation;

/// Decides whether a real fetch brings what the bare machine's would, and traps only where that one
/// would, or would leave the guest's storage.
///
///     for all virtual states S and addresses a:  where V translates a in S, to a cell v < size,
///       it translates a in f(S); and what the fetch reads besides is loaded as it is
///
/// The converse of [trapline.classify.Composed], which has to hold as well. Where both do, an
/// instruction that cannot trap by itself never comes to the monitor, and needs no routine. Where a
/// solver has no answer it is taken not to hold, which costs routines and nothing else.
final class Fetching {
  private Fetching() {}

  static boolean isFaithful(Machine machine, Solver solver) {
    Monitor monitor = machine.monitor().orElseThrow();
    List<Statement.Block> blocks = new ArrayList<>(List.of(machine.fetch().read()));
    Unspecified.calledBy(blocks).forEach(f -> blocks.add(f.body()));
    Set<Space> spaces = new LinkedHashSet<>();
    boolean[] same = {true};
    for (Statement.Block block : blocks) {
      Walk.statements(
          block,
          s -> {
            if (s instanceof Statement.Load(var _, var space, var _, var _)) {
              spaces.add(space);
            }
            s.expressions().forEach(e -> same[0] &= isLoaded(monitor, e));
          });
    }
    return same[0] && spaces.stream().allMatch(space -> isFaithful(machine, space, solver));
  }

  /// Whether an expression is the same in f(S) as in S: what it reads is loaded as it is.
  private static boolean isLoaded(Monitor monitor, Expr expr) {
    return switch (expr) {
      case Expr.Extract(Expr.RegisterRead(var register, var index), int high, int low) ->
          isLoaded(monitor, register, high, low) && isLoaded(monitor, index);
      case Expr.RegisterRead(var register, var index) ->
          isLoaded(monitor, register, register.width() - 1, 0) && isLoaded(monitor, index);
      case Expr.MemoryRead _, Expr.PortPeek _ -> false;
      case Expr.Constant _,
          Local _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Extract _,
          Expr.Concat _,
          Expr.Extend _,
          Expr.Conditional _,
          Expr.Unspecified _ ->
          expr.parts().stream().allMatch(part -> isLoaded(monitor, part));
    };
  }

  private static boolean isLoaded(Monitor monitor, Register register, int high, int low) {
    List<Monitor.Assignment> forced = new ArrayList<>(monitor.run());
    forced.addAll(monitor.shadow());
    return forced.stream().noneMatch(a -> a.meets(register, high, low))
        && register.fields().stream()
            .filter(f -> f.low() <= high && low <= f.high())
            .noneMatch(f ->
                f.hasRole(Role.M)
                    || Monitor.covers(monitor.virtual(), register, f)
                    || Monitor.covers(monitor.configurable(), register, f));
  }

  private static boolean isFaithful(Machine machine, Space space, Solver solver) {
    Terms terms = new Terms();
    Layout layout = Layout.of(machine);
    Composition f = Composition.of(terms, Start.only(layout, terms).state());
    List<Term> modes = new ArrayList<>();
    for (Monitor.Level level : machine.monitor().orElseThrow().levels()) {
      modes.add(Executor.value(terms, level.virtual().holds(), f.virtual(), Map.of()));
    }
    Term address = terms.variable("address", new Sort.BitVector(space.address().width()));
    Translation virtual = Translation.of(f.virtual(), terms, space, address, Access.FETCH);
    Translation real = Translation.of(f.real(), terms, space, address, Access.FETCH);
    List<Term> question = new ArrayList<>(f.constraints());
    question.add(terms.or(modes));
    question.add(virtual.translates());
    question.add(f.real(terms, virtual.index()).translates());
    question.add(terms.not(real.translates()));
    return MakersSolver.of(solver, terms, layout).check(question) instanceof Answer.Unsat;
  }
}
