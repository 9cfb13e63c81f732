package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.TrapLine;
import trapline.smt.Answer;
import trapline.smt.Model;
import trapline.smt.Op;
import trapline.smt.Solver;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.MakersSolver;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Whether a supervisor can keep its users away from the storage that the machine itself reads.
///
///     some M in user, some R, some storage, under which some address can be stored to, such that
///     for all registers of role E, all P, all addresses a:
///       V[a] is no cell that a trap entry reads for the new M, P or R, no fixed one that it stores to,
///       and none that translation reads
///
/// Whose R it is makes the difference: on the paper's machine a supervisor that gives a user base 0 lets
/// it write the new PSW, and need not. So one good setting is enough (decision 0012). Where there is
/// none, [Preconditions] asks which instruction does it.
///
/// Found by refinement: a setting is proposed, an address that spoils it is added to what the next one
/// must withstand. Ours; what is meant is Popek and Goldberg 1974, p. 413 f.
final class Vectors {
  private static final int ROUNDS = 40;
  private static final String FREE = " (any)";

  /// The outcome.
  sealed interface Reach {
    /// Some setting keeps users away.
    record Avoidable() implements Reach {}

    /// Under every setting that is of use, some user address leads to such a cell.
    record Unavoidable() implements Reach {}

    record Unclear(String why) implements Reach {}
  }

  /// A cell that is read or stored to, and when.
  private record Cell(Memory memory, Term when, Term index) {}

  private final Terms terms = new Terms();
  private final Machine machine;
  private final Layout layout;
  private final Solver solver;
  private final SymbolicState given;
  private final List<Term> addresses;
  private final Set<Term> users;
  private final Term spoilt;
  private Map<Term, Term> proposed = Map.of();

  private Vectors(Layout layout, Solver solver) {
    this.layout = layout;
    this.machine = layout.machine();
    this.solver = MakersSolver.of(solver, terms, layout);
    this.given = Start.only(layout, terms).state();
    Map<Space, Term> stored = addresses("address");
    Map<Space, Term> translated = addresses("translated address");
    this.addresses = Stream.of(stored, translated).flatMap(m -> m.values().stream()).toList();
    this.users = users();
    this.spoilt = spoilt(stored, translated);
  }

  static Reach decide(Layout layout, Solver solver) {
    return new Vectors(layout, solver).decide();
  }

  /// Settings that differ from the first one in translation alone come before all others: there it
  /// is known what a trap reads.
  private Reach decide() {
    if (spoilt.isFalse()) {
      return new Reach.Avoidable();
    }
    Reach first = search(Map.of(), 1);
    if (!(first instanceof Reach.Unclear) || proposed.isEmpty()) {
      return first;
    }
    Reach near = search(exceptTranslation(proposed), ROUNDS);
    return near instanceof Reach.Avoidable ? near : search(Map.of(), ROUNDS);
  }

  private Map<Term, Term> exceptTranslation(Map<Term, Term> setting) {
    Map<Term, Term> rest = new LinkedHashMap<>(setting);
    for (int i = 0; i < layout.slots().size(); i++) {
      Slot slot = layout.slots().get(i);
      if (layout.isTranslating(slot) && layout.isControl(slot)) {
        rest.keySet().removeAll(terms.variables(given.get(i)));
      }
    }
    return rest;
  }

  /// Among the settings in which that is fixed.
  private Reach search(Map<Term, Term> fixed, int rounds) {
    Term open = terms.substitute(spoilt, fixed);
    List<Term> wanted = new ArrayList<>();
    List.of(inUserMode(), useful()).forEach(w -> wanted.add(terms.substitute(w, fixed)));
    for (int round = 0; round < rounds; round++) {
      switch (solver.check(wanted)) {
        case Answer.Unsat unsat -> {
          return new Reach.Unavoidable();
        }
        case Answer.Unknown(var why) -> {
          return new Reach.Unclear(why);
        }
        case Answer.Sat(var model) -> {
          proposed = proposal(wanted, model, open);
          Term left = terms.substitute(open, proposed);
          if (left.isFalse()) {
            return new Reach.Avoidable();
          }
          switch (solver.check(List.of(left))) {
            case Answer.Unsat unsat -> {
              return new Reach.Avoidable();
            }
            case Answer.Unknown(var why) -> {
              return new Reach.Unclear(why);
            }
            case Answer.Sat(var spoiler) -> {
              Map<Term, Bits> least =
                  Least.of(Least.Size.LEAST, terms, solver, List.of(left), addresses, spoiler);
              Map<Term, Term> instance = new LinkedHashMap<>();
              addresses.forEach(
                  a -> instance.put(a, terms.constant(Objects.requireNonNull(least.get(a)))));
              for (Term user : users) {
                instance.put(user, terms.variable(user.name() + FREE + round, user.sort()));
              }
              wanted.add(terms.not(terms.substitute(open, instance)));
            }
          }
        }
      }
    }
    return new Reach.Unclear("no setting was found in " + rounds + " attempts");
  }

  /// A setting that the model's question allows, for all that is not the user's.
  private Map<Term, Term> proposal(List<Term> wanted, Model model, Term open) {
    List<Term> variables = new ArrayList<>();
    for (Term term : wanted) {
      terms.variables(term).stream()
          .filter(v -> !v.isArray() && !variables.contains(v))
          .forEach(variables::add);
    }
    Map<Term, Bits> values = Least.of(Least.Size.SMALL, terms, solver, wanted, variables, model);
    Solution solution = Solution.ofValues(terms, values);
    Set<Term> kept = new LinkedHashSet<>(users);
    kept.addAll(addresses);
    return solution.constants(List.of(open), kept);
  }

  private Term inUserMode() {
    return Executor.isIn(terms, machine.userModes(), given);
  }

  /// Some address can be stored to.
  private Term useful() {
    List<Term> any = new ArrayList<>();
    addresses("useful address")
        .forEach((space, a) ->
            any.add(Translation.of(given, terms, space, a, Access.STORE).translates()));
    return terms.or(any);
  }

  private Map<Space, Term> addresses(String name) {
    Map<Space, Term> addresses = new LinkedHashMap<>();
    for (Space space : machine.spaces()) {
      addresses.put(
          space,
          terms.variable(
              name + " of " + space.name(), new Sort.BitVector(space.address().width())));
    }
    return addresses;
  }

  /// What a program may make of the state: its registers, P; and clocks and devices, which nobody
  /// sets.
  private Set<Term> users() {
    Set<Term> users = new LinkedHashSet<>();
    for (int i = 0; i < layout.slots().size(); i++) {
      boolean free =
          switch (layout.slots().get(i)) {
            case Slot.OfField(var register, var field) ->
                field.hasRole(Role.E) || field.hasRole(Role.P) || field.hasRole(Role.CLOCK);
            case Slot.OfMemory memory -> false;
            case Slot.OfStream stream -> true;
            case Slot.OfPosition position -> false;
            case Slot.OfWindow window -> false;
            case Slot.OfHalt halt -> false;
          };
      if (free) {
        users.addAll(terms.variables(given.get(i)));
      }
    }
    return users;
  }

  /// Whether a store to that address hits a cell that the machine reads.
  private Term spoilt(Map<Space, Term> stored, Map<Space, Term> translated) {
    List<Cell> cells = new ArrayList<>();
    for (TrapLine line : machine.traps()) {
      SymbolicState after = Executor.enter(terms, line, given);
      List<Term> loaded = new ArrayList<>();
      for (int i = 0; i < layout.slots().size(); i++) {
        if (decides(layout.slots().get(i)) && after.get(i) != given.get(i)) {
          loaded.add(after.get(i));
        }
      }
      cells.addAll(cells(loaded));
      Composition.placed(machine).forEach(m -> stores(m, after.memory(m), cells));
    }
    translated.forEach((space, a) -> {
      for (Access access : Access.values()) {
        Translation.of(given, terms, space, a, access)
            .reads()
            .forEach(r -> cells.add(new Cell(r.memory(), r.when(), r.index())));
      }
    });
    List<Term> hits = new ArrayList<>();
    stored.forEach((space, a) -> {
      Translation t = Translation.of(given, terms, space, a, Access.STORE);
      for (Cell cell : cells) {
        if (cell.memory == space.memory()) {
          hits.add(terms.and(List.of(t.translates(), cell.when, terms.eq(t.index(), cell.index))));
        }
      }
    });
    return terms.or(hits);
  }

  /// M, P and R.
  static boolean decides(Slot slot) {
    return switch (slot) {
      case Slot.OfField(var register, var field) ->
          field.hasRole(Role.M) || field.hasRole(Role.P) || field.hasRole(Role.R);
      case Slot.OfMemory(var memory) -> memory.role() == Role.M || memory.role() == Role.R;
      case Slot.OfStream stream -> false;
      case Slot.OfPosition position -> false;
      case Slot.OfWindow window -> false;
      case Slot.OfHalt halt -> true;
    };
  }

  /// The cells of divided storage that the terms depend on, where they matter, each with when.
  private List<Cell> cells(List<Term> roots) {
    Map<Term, Term> when = new LinkedHashMap<>();
    PriorityQueue<Term> work = latestFirst();
    roots.forEach(r -> reach(r, terms.truth(true), when, work));
    List<Cell> cells = new ArrayList<>();
    while (!work.isEmpty()) {
      Term term = work.remove();
      Term condition = Objects.requireNonNull(when.get(term));
      if (term.op() == Op.ITE) {
        Term choice = term.argument(0);
        reach(choice, condition, when, work);
        reach(term.argument(1), terms.and(condition, choice), when, work);
        reach(term.argument(2), terms.and(condition, terms.not(choice)), when, work);
        continue;
      }
      if (term.op() == Op.SELECT) {
        for (Memory memory : Composition.placed(machine)) {
          if (terms.variables(term.argument(0)).contains(given.memory(memory))
              && term.argument(0).sort().equals(given.memory(memory).sort())) {
            cells.add(new Cell(memory, condition, term.argument(1)));
          }
        }
      }
      term.arguments().forEach(a -> reach(a, condition, when, work));
    }
    return cells;
  }

  /// The fixed cells that are stored to on the way to these contents.
  private void stores(Memory memory, Term contents, List<Cell> cells) {
    Map<Term, Term> when = new LinkedHashMap<>();
    PriorityQueue<Term> work = latestFirst();
    reach(contents, terms.truth(true), when, work);
    while (!work.isEmpty()) {
      Term term = work.remove();
      Term condition = Objects.requireNonNull(when.get(term));
      if (term.op() == Op.ITE) {
        reach(term.argument(1), terms.and(condition, term.argument(0)), when, work);
        reach(term.argument(2), terms.and(condition, terms.not(term.argument(0))), when, work);
      } else if (term.op() == Op.STORE) {
        if (term.argument(1).isConstant()) {
          cells.add(new Cell(memory, condition, term.argument(1)));
        }
        reach(term.argument(0), condition, when, work);
      }
    }
  }

  private static PriorityQueue<Term> latestFirst() {
    return new PriorityQueue<>((a, b) -> Integer.compare(b.id(), a.id()));
  }

  /// A term is worked off after all that mention it, which were made later.
  private void reach(Term term, Term condition, Map<Term, Term> when, PriorityQueue<Term> work) {
    Term before = when.putIfAbsent(term, condition);
    if (before == null) {
      work.add(term);
    } else {
      when.put(term, terms.or(before, condition));
    }
  }
}
