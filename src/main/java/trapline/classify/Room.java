package trapline.classify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Role;
import trapline.smt.Answer;
import trapline.smt.Effort;
import trapline.smt.Solver;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Where in both states of a [Placement] a program has *room*: with P `at`, an instruction is
/// fetched from some of `cells`, and the others hold what it works on.
///
///     for all addresses a:   neither state reads one of `cells` to translate a, and where
///                            a leads to one of them in one state and somewhere in the
///                            other, it leads to the same there
///
/// So the two agree on the window whatever these cells hold. `tables` are the cells of the table to
/// which the placement stores.
///
/// Nothing else of storage is free where an instruction is asked about in it: numbers of cells are
/// constants, and so is P. Nothing rests on it: it is where witnesses are looked for first of all
/// (decision 0042).
public record Room(String counter, Bits at, Memory memory, List<Long> cells, List<Long> tables) {
  /// An instruction of a few units, and its operands.
  private static final int CELLS = 6;

  /// The one with the least P of a single bit, in states that are constants. `any` has variables
  /// for P; `tables` are cells of `tabled`.
  static Optional<Room> of(
      Terms terms,
      Windows windows,
      Solver solver,
      SymbolicState any,
      List<SymbolicState> placed,
      Memory tabled,
      List<Long> tables) {
    return counter(terms, any, placed.getFirst())
        .flatMap(counter ->
            IntStream.range(0, counter.width())
                .mapToObj(bit -> Bits.zero(counter.width()).insert(bit, bit, Bits.TRUE))
                .flatMap(at -> of(terms, counter, at, any, placed).stream())
                .filter(room -> tables.stream().noneMatch(room.cells::contains))
                .filter(room -> room.isApart(terms, windows, solver, placed))
                .findFirst())
        .map(room -> room.memory == tabled ? room.with(tables) : room);
  }

  private Room with(List<Long> some) {
    return new Room(counter, at, memory, cells, some);
  }

  /// What of role P it depends on from where instructions are fetched, if that is one variable.
  private static Optional<Term> counter(Terms terms, SymbolicState any, SymbolicState placed) {
    SymbolicState state =
        placed.with(any, s -> s instanceof Slot.OfField f && f.field().hasRole(Role.P));
    Set<Term> variables = new LinkedHashSet<>();
    for (Effects.Reference reference : Fetched.of(terms, state).references()) {
      variables.addAll(terms.variables(reference.address()));
    }
    return Optional.of(variables)
        .filter(all -> all.size() == 1)
        .map(all -> all.iterator().next())
        .filter(counter -> !counter.isArray());
  }

  /// Whether a word of zeros is fetched, and by what references.
  private record Fetched(boolean isSo, List<Effects.Reference> references) {
    static Fetched of(Terms terms, SymbolicState state) {
      Machine machine = state.layout().machine();
      var executor = new Executor(terms, Executor.Storage.PHYSICAL, Executor.Loops.UNROLLED, "");
      Term fetches = executor.fetches(machine, state, InstructionWord.zero(terms, machine.fetch()));
      return new Fetched(
          fetches.isTrue() && executor.constraints().stream().allMatch(Term::isTrue),
          executor.references());
    }

    private List<Term> indices() {
      return references.stream().map(Effects.Reference::index).toList();
    }
  }

  /// With P there, if a word of zeros is fetched from the same cells of zeros in both.
  private static Optional<Room> of(
      Terms terms, Term counter, Bits at, SymbolicState any, List<SymbolicState> placed) {
    List<Fetched> fetched =
        placed.stream()
            .map(s -> s.with(any, slot -> slot.name().equals(counter.name())))
            .map(s -> s.map(t -> t == counter ? terms.constant(at) : t))
            .map(s -> Fetched.of(terms, s))
            .toList();
    List<Term> indices = fetched.getFirst().indices();
    if (!fetched.stream().allMatch(f -> f.isSo && f.indices().equals(indices))
        || indices.isEmpty()
        || !indices.stream().allMatch(Term::isConstant)) {
      return Optional.empty();
    }
    Memory memory = fetched.getFirst().references.getFirst().space().memory();
    BigInteger first = indices.getFirst().value().value();
    if (first.add(BigInteger.valueOf(CELLS)).compareTo(memory.count()) > 0) {
      return Optional.empty();
    }
    List<Long> cells = LongStream.range(0, CELLS).map(i -> first.longValue() + i).boxed().toList();
    Room room = new Room(counter.name(), at, memory, cells, List.of());
    boolean isFree =
        fetched.getFirst().references.stream().allMatch(r -> r.space().memory() == memory)
            && indices.stream().allMatch(i -> cells.contains(i.value().value().longValue()))
            && placed.stream().allMatch(s -> room.isEmpty(terms, s));
    return isFree ? Optional.of(room) : Optional.empty();
  }

  private boolean isEmpty(Terms terms, SymbolicState state) {
    return cells.stream()
        .map(c -> terms.select(state.memory(memory), index(terms, c)))
        .allMatch(c -> c.isConstant() && c.value().isZero());
  }

  private Term index(Terms terms, long cell) {
    return terms.constant(memory.indexWidth(), cell);
  }

  /// Whether no translation reads the cells, and both reach them by the same addresses.
  private boolean isApart(Terms terms, Windows windows, Solver solver, List<SymbolicState> placed) {
    return windows.everywhere("address").stream()
        .map(a -> touched(terms, a, placed))
        .allMatch(
            t -> t.isFalse() || solver.check(List.of(t), Effort.BRIEF) instanceof Answer.Unsat);
  }

  private Term touched(Terms terms, Windows.Instance a, List<SymbolicState> placed) {
    List<Translation> both = placed.stream().map(s -> a.in(s, terms)).toList();
    List<Term> any = new ArrayList<>();
    both.forEach(t -> cells.forEach(c -> any.add(t.reads(terms, memory, index(terms, c)))));
    if (a.space().memory() == memory) {
      Translation one = both.getFirst();
      Translation two = both.getLast();
      Term here = terms.or(isHere(terms, one.index()), isHere(terms, two.index()));
      any.add(
          terms.and(
              List.of(
                  one.translates(),
                  two.translates(),
                  here,
                  terms.distinct(one.index(), two.index()))));
    }
    return terms.or(any);
  }

  private Term isHere(Terms terms, Term index) {
    return terms.or(cells.stream().map(c -> terms.eq(index, index(terms, c))).toList());
  }

  /// The cells of a memory that are free here.
  Set<Long> free(Memory of) {
    Set<Long> free = new LinkedHashSet<>();
    if (of == memory) {
      free.addAll(cells);
      free.addAll(tables);
    }
    return free;
  }

  /// The starts with P here, one of each array, and storage that is zero but for the free cells.
  List<Start> of(Terms terms, List<Start> starts) {
    return Sparse.starts(terms, starts, memory, free(memory)).stream()
        .map(s ->
            s.replacing(
                Map.of(
                    terms.variable(counter, new Sort.BitVector(at.width())), terms.constant(at))))
        .toList();
  }
}
