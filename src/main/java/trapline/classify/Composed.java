package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import trapline.bits.Bits;
import trapline.isa.Monitor;
import trapline.isa.Property;
import trapline.isa.Space;
import trapline.smt.Answer;
import trapline.smt.Model;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.MakersSolver;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.Translation;

/// Whether the `vmm` block composes translations rightly.
///
///     for all virtual states S and addresses a:  where V translates a in f(S), to the real cell c,
///       it translates a in S, to a cell v < size that is no device's, and c = base + v
///
/// So a guest reaches its own storage and no other, and what it would reach: no device of the host's, as
/// none is in the region, and none of its own, whose registers are not storage. That it traps more often
/// in reality is no fault: the monitor sees to it. `fault` is what is wrong for some virtual mode,
/// `userFault` for those that a hybrid monitor does not interpret.
///
/// Where translation is installed, that is asked of what `map` and `unmap` make: [Installed].
///
/// Ours: resource control, for a block written by hand; `language.md`, 4.9.
public record Composed(Optional<Fault> fault, Optional<Fault> userFault) {
  private static final String NO_BLOCK = "there is no vmm block";

  /// `refuted`: there is a state in which it goes wrong, which `why` tells; else it is not known.
  public record Fault(boolean refuted, String why) {}

  public static Composed unknown(String why) {
    Optional<Fault> fault = Optional.of(new Fault(false, why));
    return new Composed(fault, fault);
  }

  /// What is wrong for the virtual modes that a gap is asked of.
  public Optional<Fault> fault(Property gap) {
    return gap == Property.HYBRID_GAP ? userFault : fault;
  }

  boolean holds(Property gap) {
    return fault(gap).isEmpty();
  }

  /// Whether a solver gave up.
  boolean isUnclear() {
    return Stream.of(fault, userFault)
        .flatMap(Optional::stream)
        .anyMatch(f -> !f.refuted() && !f.why().equals(NO_BLOCK));
  }

  static Composed of(Layout layout, Solver solver) {
    if (layout.machine().monitor().isEmpty()) {
      return unknown(NO_BLOCK);
    }
    Monitor monitor = layout.machine().monitor().orElseThrow();
    List<Monitor.Level> user = monitor.levels().stream().filter(l -> !l.isDeprivileged()).toList();
    Optional<Fault> fault = Check.of(layout, solver).over(monitor.levels());
    return new Composed(fault, fault.isEmpty() ? fault : Check.of(layout, solver).over(user));
  }

  private record Check(Layout layout, Solver solver, Terms terms) {
    static Check of(Layout layout, Solver solver) {
      Terms terms = new Terms();
      return new Check(layout, MakersSolver.of(solver, terms, layout), terms);
    }

    Optional<Fault> over(List<Monitor.Level> levels) {
      Composition f = Composition.of(terms, Start.only(layout, terms).state());
      List<Term> modes = new ArrayList<>();
      for (Monitor.Level level : levels) {
        Term mode = Executor.value(terms, level.virtual().holds(), f.virtual(), Map.of());
        List<Term> question = new ArrayList<>(f.constraints());
        question.add(mode);
        if (solver.check(question) instanceof Answer.Unsat) {
          return Optional.of(
              new Fault(
                  true,
                  "no real state runs a guest's "
                      + level.virtual().name()
                      + ", as its lines disagree"));
        }
        modes.add(mode);
      }
      if (layout.machine().monitor().flatMap(Monitor::mapping).isPresent()) {
        return Installed.fault(layout, solver, terms, f, terms.or(modes));
      }
      Windows windows = new Windows(layout.machine(), terms, false);
      for (Windows.Instance a : windows.everywhere("address")) {
        Optional<Fault> fault = at(f, terms.or(modes), a);
        if (fault.isPresent()) {
          return fault;
        }
      }
      return Optional.empty();
    }

    private Optional<Fault> at(Composition f, Term modes, Windows.Instance a) {
      Translation real = a.in(f.real(), terms);
      Translation virtual = a.in(f.virtual(), terms);
      List<Term> question = new ArrayList<>(f.constraints());
      question.add(modes);
      question.add(
          terms.not(f.isRight(terms, f.virtual(), f.real(), a.space(), a.address(), a.access())));
      return switch (solver.check(question)) {
        case Answer.Unsat unsat -> Optional.empty();
        case Answer.Unknown(var why) -> Optional.of(new Fault(false, why));
        case Answer.Sat(var model) ->
            Optional.of(new Fault(true, told(f, a, real, virtual, question, model)));
      };
    }

    /// The least state in which it goes wrong, in a sentence.
    private String told(
        Composition f,
        Windows.Instance a,
        Translation real,
        Translation virtual,
        List<Term> question,
        Model model) {
      Set<Term> variables = new LinkedHashSet<>();
      question.forEach(t -> variables.addAll(terms.variables(t)));
      List<Term> order = variables.stream().filter(v -> !v.isArray()).toList();
      Map<Term, Bits> least = Least.of(Least.Size.LEAST, terms, solver, question, order, model);
      Solution solution = Solution.ofValues(terms, least);
      String state =
          order.stream()
              .filter(v -> isShown(f, v))
              .filter(v -> isRegion(f, v) || !solution.value(v).isZero())
              .map(v -> v.name() + " = " + Region.number(solution.value(v).value()))
              .collect(Collectors.joining(", "));
      String bare =
          solution.value(virtual.translates()).isZero()
              ? "traps on the bare machine"
              : "is the guest's " + cell(layout, a.space(), solution.value(virtual.index()));
      return a.space().name()
          + "["
          + Region.number(solution.value(a.address()).value())
          + "] ("
          + a.access().name().toLowerCase(java.util.Locale.ROOT)
          + ") "
          + bare
          + " and is real "
          + cell(layout, a.space(), solution.value(real.index()))
          + " under the monitor"
          + (state.isEmpty() ? "" : ", with " + state);
    }

    private boolean isShown(Composition f, Term variable) {
      return isRegion(f, variable)
          || layout.slots().stream()
              .anyMatch(s -> s instanceof Slot.OfField && s.name().equals(variable.name()));
    }

    private static boolean isRegion(Composition f, Term variable) {
      return variable == f.base() || variable == f.size();
    }
  }

  /// `cell 0x10`, and which register of a device it is, if it is one.
  static String cell(Layout layout, Space space, Bits index) {
    return "cell "
        + Region.number(index.value())
        + layout.machine().devices(space.memory()).stream()
            .filter(d -> d.index().value().equals(index.value()))
            .map(d -> ", device register " + d.name() + ",")
            .collect(Collectors.joining());
  }
}
