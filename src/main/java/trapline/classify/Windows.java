package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Space;
import trapline.smt.Answer;
import trapline.smt.Solver;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Effects;
import trapline.symbolic.Layout;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// When two states *agree on the window*: E|R compared by the program's own addresses.
///
///     for all spaces and addresses a:       both translate a   =>   E1[tr1(a)] = E2[tr2(a)]
///     for all addresses a, b of one memory: both translate both  =>  (tr1(a) = tr1(b)) = (tr2(a) = tr2(b))
///
/// The second line is ours: R may place storage elsewhere but not merge what was apart, else every
/// store would be sensitive on a machine whose translation can alias (decision 0004). It is left
/// out where translation is injective. Quantifiers are avoided: agreement is asserted at the
/// addresses that a question mentions, and a solution is checked everywhere and sent back otherwise.
final class Windows {
  /// How the names of places begin at which something is said to differ.
  static final String DIFFERING = "differing ";

  /// An address that is looked at through a space.
  record Instance(Space space, Access access, Term address) {
    /// What the space makes of it in a state.
    Translation in(SymbolicState state, Terms terms) {
      return Translation.of(state, terms, space, address, access);
    }
  }

  private record Placed(Instance instance, Translation one, Translation two, Term both) {}

  private final Machine machine;
  private final Terms terms;
  private final boolean injective;

  Windows(Machine machine, Terms terms, boolean injective) {
    this.machine = machine;
    this.terms = terms;
    this.injective = injective;
  }

  /// What a reference looks at.
  static List<Instance> instances(Effects.Reference reference) {
    List<Instance> instances = new ArrayList<>();
    instances.add(new Instance(reference.space(), Access.LOAD, reference.address()));
    if (reference.space().access().isPresent() && reference.access() != Access.LOAD) {
      instances.add(new Instance(reference.space(), reference.access(), reference.address()));
    }
    return instances;
  }

  /// Where the windows may be seen to differ afterwards.
  List<Instance> observed() {
    return everywhere(DIFFERING + "address");
  }

  /// That two states agree at these addresses.
  List<Term> agreement(SymbolicState first, SymbolicState second, Set<Instance> instances) {
    List<Term> all = new ArrayList<>();
    List<Placed> placed = new ArrayList<>();
    for (Instance instance : instances) {
      Placed p = placed(first, second, instance);
      all.add(terms.implies(p.both, terms.not(contentsDiffer(first, second, p))));
      placed.add(p);
    }
    for (int a = 0; a < placed.size() && !injective; a++) {
      for (int b = 0; b < a; b++) {
        all.add(terms.not(mergedOnce(placed.get(a), placed.get(b))));
      }
    }
    return all;
  }

  /// That two states disagree at one of these addresses.
  Term disagreement(SymbolicState first, SymbolicState second, List<Instance> instances) {
    List<Term> any = new ArrayList<>();
    for (Instance instance : instances) {
      Placed p = placed(first, second, instance);
      any.add(terms.and(p.both, contentsDiffer(first, second, p)));
    }
    return terms.or(any);
  }

  /// Where two concrete states disagree, the least such addresses; an empty set if they agree
  /// everywhere, nothing if that could not be found out.
  Optional<Set<Instance>> disagreement(SymbolicState first, SymbolicState second, Solver solver) {
    return disagreement(first, second, terms.truth(true), solver, Least.Size.LEAST);
  }

  /// Some such addresses of states with variables, for the values of which `given` holds.
  Optional<Set<Instance>> disagreement(
      SymbolicState first, SymbolicState second, Term given, Solver solver) {
    return disagreement(first, second, given, solver, Least.Size.ANY);
  }

  private Optional<Set<Instance>> disagreement(
      SymbolicState first, SymbolicState second, Term given, Solver solver, Least.Size size) {
    for (Instance a : everywhere("address")) {
      Placed p = placed(first, second, a);
      var found =
          ask(solver, List.of(given, p.both, contentsDiffer(first, second, p)), List.of(a), size);
      if (found.isEmpty() || !found.get().isEmpty()) {
        return found;
      }
    }
    if (injective) {
      return Optional.of(Set.of());
    }
    for (Instance a : everywhere("address")) {
      for (Instance b : everywhere("other address")) {
        Term merged = mergedOnce(placed(first, second, a), placed(first, second, b));
        var found = ask(solver, List.of(given, merged), List.of(a, b), size);
        if (found.isEmpty() || !found.get().isEmpty()) {
          return found;
        }
      }
    }
    return Optional.of(Set.of());
  }

  /// Whether in every state a cell is reached by one address at most, for whatever reason; false
  /// also when that is not known.
  static boolean isInjective(Layout layout, Terms terms, Solver solver) {
    SymbolicState state = Start.only(layout, terms).state();
    Windows windows = new Windows(layout.machine(), terms, false);
    for (Instance a : windows.everywhere("address")) {
      for (Instance b : windows.everywhere("other address")) {
        if (a.space.memory() != b.space.memory()) {
          continue;
        }
        Translation one = a.in(state, terms);
        Translation two = b.in(state, terms);
        Term same = a.space == b.space ? terms.eq(a.address, b.address) : terms.truth(false);
        List<Term> question =
            List.of(
                one.translates(),
                two.translates(),
                terms.distinct(terms.eq(one.index(), two.index()), same));
        if (!(solver.check(question) instanceof Answer.Unsat)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Where the real state of a solution leads otherwise than its virtual one, the least such
  /// address; an empty set if nowhere, nothing if that could not be found out.
  Optional<Set<Instance>> astray(Composition f, Solution solution, Solver solver) {
    SymbolicState virtual = solution.concrete(0);
    SymbolicState real = solution.concrete(1);
    Term placed =
        terms.and(
            terms.eq(f.base(), terms.constant(solution.value(f.base()))),
            terms.eq(f.size(), terms.constant(solution.value(f.size()))));
    for (Instance a : everywhere("address")) {
      Term right = f.isRight(terms, virtual, real, a.space, a.address, a.access);
      var found = ask(solver, List.of(placed, terms.not(right)), List.of(a), Least.Size.LEAST);
      if (found.isEmpty() || !found.get().isEmpty()) {
        return found;
      }
    }
    return Optional.of(Set.of());
  }

  /// Where a question has a yes: addresses for the unknown ones; an empty set if nowhere, nothing
  /// if that could not be found out.
  Optional<Set<Instance>> ask(
      Solver solver, List<Term> question, List<Instance> unknowns, Least.Size size) {
    if (question.stream().anyMatch(Term::isFalse)) {
      return Optional.of(Set.of());
    }
    return switch (solver.check(question)) {
      case Answer.Unsat unsat -> Optional.of(Set.of());
      case Answer.Unknown unknown -> Optional.empty();
      case Answer.Sat(var model) -> {
        List<Term> addresses = unknowns.stream().map(Instance::address).toList();
        Map<Term, Bits> values = Least.of(size, terms, solver, question, addresses, model);
        Set<Instance> found = new LinkedHashSet<>();
        for (Instance i : unknowns) {
          Bits address = Objects.requireNonNull(values.get(i.address));
          found.add(new Instance(i.space, i.access, terms.constant(address)));
        }
        yield Optional.of(found);
      }
    };
  }

  List<Instance> everywhere(String name) {
    List<Instance> all = new ArrayList<>();
    for (Space space : machine.spaces()) {
      space
          .accesses()
          .forEach(access -> all.add(new Instance(space, access, variable(name, space))));
    }
    return all;
  }

  Term variable(String name, Space space) {
    return terms.variable(
        name + " (" + space.address().width() + ")", new Sort.BitVector(space.address().width()));
  }

  private Placed placed(SymbolicState first, SymbolicState second, Instance i) {
    Translation one = i.in(first, terms);
    Translation two = i.in(second, terms);
    return new Placed(i, one, two, terms.and(one.translates(), two.translates()));
  }

  private Term contentsDiffer(SymbolicState first, SymbolicState second, Placed p) {
    var memory = p.instance.space.memory();
    return terms.distinct(
        terms.select(first.memory(memory), p.one.index()),
        terms.select(second.memory(memory), p.two.index()));
  }

  /// One state reaches one cell by both addresses, the other does not.
  private Term mergedOnce(Placed a, Placed b) {
    if (a.instance.space.memory() != b.instance.space.memory()) {
      return terms.truth(false);
    }
    return terms.and(
        List.of(
            a.both,
            b.both,
            terms.distinct(
                terms.eq(a.one.index(), b.one.index()), terms.eq(a.two.index(), b.two.index()))));
  }
}
