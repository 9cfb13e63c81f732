package trapline.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import trapline.isa.Access;
import trapline.isa.Mode;
import trapline.isa.Space;
import trapline.machine.Simulator;
import trapline.smt.Answer;
import trapline.smt.Effort;
import trapline.smt.Model;
import trapline.smt.Op;
import trapline.smt.Solver;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Looks for a [Placement] of a machine whose tables lie in storage.
///
///     for some address a and value v:   after E[V a] := v  the windows of the two differ, and before they agree
///     and as far as can be:             the first addresses of each part of each space translate,
///                                       and one of them leads to that cell
///
/// Nothing rests on what is found: it is where witnesses are looked for first.
final class Placements {
  /// How often a pair whose windows turn out to differ somewhere is sent back.
  private static final int CORRECTIONS = 64;

  /// The most bits of an address that are taken to choose a segment.
  private static final int MOST_BITS = 4;

  /// So many bits say which of the first addresses of a part it is.
  private static final int FIRST_BITS = 6;

  private final Layout layout;
  private final Terms terms;
  private final Solver solver;
  private final List<Mode> modes;
  private final Windows windows;
  private final List<Start> pair;
  private final SymbolicState one;
  private final SymbolicState two;
  private final List<Term> asked = new ArrayList<>();

  private Placements(Layout layout, Terms terms, Solver solver, List<Mode> modes) {
    this.layout = layout;
    this.terms = terms;
    this.solver = solver;
    this.modes = modes;
    windows = new Windows(layout.machine(), terms, false);
    Start other = Start.other(layout, terms, BehaviorSensitive.LOCATION, true, Inquiry.MARK);
    pair = Sparse.starts(terms, List.of(Start.only(layout, terms), other));
    one = pair.getFirst().state();
    two = pair.getLast().state();
  }

  /// The modes for which one is looked for: user modes, and supervisor modes.
  static List<List<Mode>> modes(Layout layout) {
    return layout.isTranslatedByStorage()
        ? List.of(layout.machine().userModes(), layout.machine().supervisorModes())
        : List.of();
  }

  static Optional<Placement> of(Layout layout, Terms terms, Solver solver, List<Mode> modes) {
    return new Placements(layout, terms, solver, modes).find();
  }

  private Optional<Placement> find() {
    asked.add(Executor.isIn(terms, modes, one));
    asked.add(Executor.isIn(terms, modes, two));
    List<Part> parts = layout.machine().spaces().stream().flatMap(this::parts).toList();
    List<Windows.Instance> stores =
        parts.stream().filter(p -> p.access() == Access.STORE).map(this::within).toList();
    Optional<Windows.Instance> table = stores.stream().filter(s -> also(shows(s))).findFirst();
    if (table.isEmpty()) {
      return Optional.empty();
    }
    for (Part part : parts) {
      List<Windows.Instance> ends = ends(part);
      if (also(terms.and(ends.stream().map(this::translate).toList()))) {
        also(terms.and(ends.stream().map(this::isPlain).toList()));
      }
    }
    stores.forEach(s -> also(meet(s, table.get())));
    return agreeing(table.get());
  }

  /// A pair that agrees everywhere, of those that are asked for.
  private Optional<Placement> agreeing(Windows.Instance table) {
    for (int round = 0; round < CORRECTIONS; round++) {
      if (!(solver.check(asked, Effort.BRIEF) instanceof Answer.Sat(var model))) {
        return Optional.empty();
      }
      Solution solution = solution(model);
      var broken = windows.disagreement(solution.concrete(0), solution.concrete(1), solver);
      if (broken.isEmpty()) {
        return Optional.empty();
      }
      if (broken.get().isEmpty()) {
        Simulator simulator = Simulator.sparse(layout.machine());
        return Optional.of(
            new Placement(
                modes,
                solution.image(simulator, 0),
                solution.image(simulator, 1),
                room(solution, table)));
      }
      Set<Windows.Instance> aliases =
          Alias.of(terms, broken.get(), List.of(one, two), asked, solution);
      asked.addAll(windows.agreement(one, two, aliases));
    }
    return Optional.empty();
  }

  /// The room of the pair that a solution has, which stores to that table.
  private Optional<Room> room(Solution solution, Windows.Instance table) {
    List<Long> tables =
        Stream.of(one, two)
            .map(s -> solution.value(table.in(s, terms).index()).value().longValue())
            .distinct()
            .toList();
    return Room.of(
        terms,
        windows,
        solver,
        one,
        List.of(solution.concrete(0), solution.concrete(1)),
        table.space().memory(),
        tables);
  }

  private Solution solution(Model model) {
    List<Term> order = Least.variables(terms, asked);
    return new Solution(
        terms,
        pair,
        List.of(),
        terms.truth(true),
        Least.of(Least.Size.LEAST, terms, solver, asked, order, model),
        Set.of());
  }

  /// Asks for that too, if it may be.
  private boolean also(Term more) {
    List<Term> all = new ArrayList<>(asked);
    all.add(more);
    boolean may = !more.isFalse() && solver.check(all, Effort.BRIEF) instanceof Answer.Sat;
    if (may) {
      asked.add(more);
    }
    return may;
  }

  /// That it shows when something is stored there.
  private Term shows(Windows.Instance at) {
    Term value = terms.variable("stored value", new Sort.BitVector(at.space().memory().width()));
    Term differ =
        windows.disagreement(storing(one, at, value), storing(two, at, value), windows.observed());
    return terms.and(translate(at), differ);
  }

  private SymbolicState storing(SymbolicState state, Windows.Instance at, Term value) {
    Term storage = state.memory(at.space().memory());
    Term stored = terms.store(storage, at.in(state, terms).index(), value);
    return state.map(t -> t == storage ? stored : t);
  }

  private Term translate(Windows.Instance at) {
    return terms.and(at.in(one, terms).translates(), at.in(two, terms).translates());
  }

  /// That the tables say where it leads by entries that are not zero, so that they are there to be
  /// seen, and stay when cells are added.
  private Term isPlain(Windows.Instance at) {
    List<Term> all = new ArrayList<>();
    for (SymbolicState state : List.of(one, two)) {
      for (Translation.Read read : at.in(state, terms).reads()) {
        Term entry = terms.select(state.memory(read.memory()), read.index());
        Term zero = terms.constant(read.memory().width(), 0);
        all.add(terms.implies(read.when(), terms.distinct(entry, zero)));
      }
    }
    return terms.and(all);
  }

  /// That both addresses lead to one cell.
  private Term meet(Windows.Instance a, Windows.Instance b) {
    if (a.space().memory() != b.space().memory()) {
      return terms.truth(false);
    }
    return terms.and(
        List.of(
            translate(a),
            terms.eq(a.in(one, terms).index(), b.in(one, terms).index()),
            terms.eq(a.in(two, terms).index(), b.in(two, terms).index())));
  }

  /// The addresses of a space that begin with the `bits` bits of `number`, looked at for that
  /// access.
  private record Part(Space space, Access access, int number, int bits) {}

  /// One for each element of a register that the leading bits of an address choose, as they do a
  /// segment's; else one.
  private Stream<Part> parts(Space space) {
    Term address = windows.variable("address", space);
    Term index = Translation.of(one, terms, space, address, Access.LOAD).index();
    int bits =
        Terms.all(Op.SELECT, List.of(index)).stream()
            .map(s -> s.argument(1))
            .filter(i -> i.op() == Op.EXTRACT && i.argument(0) == address)
            .filter(i -> i.high() == address.width() - 1 && i.width() <= MOST_BITS)
            .mapToInt(Term::width)
            .max()
            .orElse(0);
    return Stream.of(Access.LOAD, Access.STORE, Access.FETCH)
        .flatMap(access ->
            IntStream.range(0, 1 << bits).mapToObj(i -> new Part(space, access, i, bits)));
  }

  /// One of the first addresses.
  private Windows.Instance within(Part part) {
    int width = Math.min(FIRST_BITS, part.space().address().width() - part.bits());
    String name = "stored address " + part.number() + " of " + part.space();
    return at(part, terms.variable(name, new Sort.BitVector(width)));
  }

  /// The first address, and the one after the first ones.
  private List<Windows.Instance> ends(Part part) {
    int width = part.space().address().width() - part.bits();
    return IntStream.of(0, 1 << FIRST_BITS)
        .filter(a -> a == 0 || width > FIRST_BITS)
        .mapToObj(a -> at(part, terms.constant(width, a)))
        .toList();
  }

  private Windows.Instance at(Part part, Term within) {
    Term rest = terms.zext(within, part.space().address().width() - part.bits());
    Term address =
        part.bits() == 0 ? rest : terms.concat(terms.constant(part.bits(), part.number()), rest);
    return new Windows.Instance(part.space(), part.access(), address);
  }
}
