package trapline.classify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import trapline.bits.Bits;
import trapline.isa.Port;
import trapline.machine.Chosen;
import trapline.machine.Snapshot;
import trapline.smt.Answer;
import trapline.smt.Effort;
import trapline.smt.LazySolver;
import trapline.smt.Model;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// Looks for a yes to a question about a row, or a proof of no.
///
///     for each effort, until one decides:   early simple witnesses, a proof, the other simple ones, any
///     a witness:   a solution, sent back with what it gets wrong until it stands, and then replayed
///
/// Which comes when: decisions 0022, 0030, 0032, 0038, 0039, 0042 and 0043.
final class Search {
  /// How often a pair whose windows turn out to differ somewhere is sent back.
  private static final int CORRECTIONS = 128;

  /// The same of simple states: a round takes little, and a proof of all may take minutes.
  private static final int FEW_CORRECTIONS = 64;

  private final Inquiry inquiry;
  private final Layout layout;
  private final Terms terms;
  private final LazySolver solver;
  private final Solver checker;

  Search(Inquiry inquiry) {
    this.inquiry = inquiry;
    layout = inquiry.layout;
    terms = inquiry.terms;
    solver = inquiry.solver;
    checker = inquiry.checker;
  }

  Existence exists(Question question) {
    Posed posed = inquiry.pose(question);
    List<Term> proof = inquiry.assertions(posed);
    if (proof.stream().anyMatch(Term::isFalse)) {
      return new Existence.Absent(Finding.Grounds.STRUCTURE);
    }
    List<Executor.Loops> ways =
        posed.isLoopless()
            ? List.of(Executor.Loops.ABSTRACTED)
            : List.of(Executor.Loops.SKIPPED, Executor.Loops.UNROLLED);
    List<Simple> simple = Simple.of(inquiry, posed);
    Existence briefly = exists(posed, proof, simple, ways, Effort.BRIEF);
    return briefly instanceof Existence.Unclear
        ? exists(posed, proof, simple, ways, Effort.FULL)
        : briefly;
  }

  /// A simple witness, a proof that there is none, another simple one, or any.
  private Existence exists(
      Posed posed,
      List<Term> proof,
      List<Simple> simple,
      List<Executor.Loops> ways,
      Effort effort) {
    Executor.Loops way = ways.getFirst();
    Optional<Existence> first =
        first(posed.question(), simple.stream().filter(Simple::early), way, effort);
    if (first.isPresent()) {
      return first.get();
    }
    Answer answer = solver.check(proof, effort);
    if (answer instanceof Answer.Unsat) {
      return new Existence.Absent(Finding.Grounds.REFUTATION);
    }
    first = first(posed.question(), simple.stream().filter(s -> !s.early()), way, effort);
    if (first.isPresent()) {
      return first.get();
    }
    return answer instanceof Answer.Unknown(var why)
        ? new Existence.Unclear(why)
        : any(posed, ways, effort);
  }

  /// The first witness that is found so.
  private Optional<Existence> first(
      Question question, Stream<Simple> simple, Executor.Loops way, Effort effort) {
    return simple
        .map(s ->
            find(
                inquiry.pose(question, s.word(), s.starts(), way, s.made()).whereFetched(),
                FEW_CORRECTIONS,
                effort))
        .filter(e -> e instanceof Existence.Found)
        .findFirst();
  }

  /// A witness of any form, with loops followed in one of these ways.
  private Existence any(Posed posed, List<Executor.Loops> ways, Effort effort) {
    Existence found = notFound(posed);
    for (Executor.Loops way : ways) {
      Posed followed =
          way == Executor.Loops.ABSTRACTED
              ? posed
              : inquiry.pose(posed.question(), posed.word(), posed.starts(), way);
      found = find(followed.whereFetched(), CORRECTIONS, effort);
      if (found instanceof Existence.Found) {
        return found;
      }
    }
    return found;
  }

  /// How small witnesses are sought, one after the other: with tables in storage, solutions that
  /// are not least may be those that stand, and under translation by them the least take long to
  /// prove.
  private List<Least.Size> sizes(Posed posed) {
    if (layout.isTranslatedByStorage()) {
      return List.of(Least.Size.SMALL);
    }
    return posed.question().windowsAgree() && posed.readsOwnTables()
        ? List.of(Least.Size.LEAST, Least.Size.SMALL)
        : List.of(Least.Size.LEAST);
  }

  /// A witness, if one is wanted: of the next size where none of the first is found that stands.
  private Existence find(Posed posed, int corrections, Effort effort) {
    List<Term> assertions = inquiry.assertions(posed);
    Iterator<Least.Size> left = sizes(posed).iterator();
    Existence found;
    do {
      found = find(posed, assertions, left.next(), corrections, effort);
    } while (found instanceof Existence.Unclear && left.hasNext());
    return found;
  }

  private Existence find(
      Posed posed, List<Term> assertions, Least.Size size, int corrections, Effort effort) {
    Question question = posed.question();
    Least.Size wanted = question.wantsWitness() ? size : Least.Size.ANY;
    return switch (seek(posed, assertions, wanted, corrections, effort)) {
      case Sought.Stands(var solution) ->
          new Existence.Found(
              question.wantsWitness()
                  ? Optional.of(confirmed(question, solution))
                  : Optional.empty());
      case Sought.Nothing() -> notFound(posed);
      case Sought.Unclear(var why) -> new Existence.Unclear(why);
    };
  }

  /// The outcome of [#seek].
  sealed interface Sought {
    record Stands(Solution solution) implements Sought {}

    record Nothing() implements Sought {}

    record Unclear(String why) implements Sought {}
  }

  /// A solution of the question, as `assertions` put it, that stands: windows agree everywhere, and
  /// no other choice spoils it.
  Sought seek(Posed posed, List<Term> assertions, Least.Size size) {
    return seek(posed, assertions, size, CORRECTIONS, Effort.FULL);
  }

  private Sought seek(
      Posed posed, List<Term> assertions, Least.Size size, int corrections, Effort effort) {
    List<Term> asked = new ArrayList<>(assertions);
    for (int round = 0; round < corrections; round++) {
      if (asked.stream().anyMatch(Term::isFalse)) {
        return new Sought.Nothing();
      }
      switch (solver.check(asked, effort)) {
        case Answer.Unsat unsat -> {
          return new Sought.Nothing();
        }
        case Answer.Unknown(var why) -> {
          return new Sought.Unclear(why);
        }
        case Answer.Sat(var model) -> {
          Solution solution = solution(posed, asked, model, size);
          if (posed.question().windowsAgree()) {
            var broken =
                inquiry.windows.disagreement(solution.concrete(0), solution.concrete(1), checker);
            if (broken.isEmpty()) {
              return new Sought.Unclear("whether the two windows agree could not be decided");
            }
            if (!broken.get().isEmpty()) {
              asked.addAll(inquiry.agreement(posed, aliases(posed, broken.get(), asked, solution)));
              continue;
            }
          }
          List<Term> mended = new ArrayList<>();
          for (int start : Inquiry.assumed(posed)) {
            SymbolicState state = posed.starts().get(start).state();
            var broken = inquiry.apart.broken(state, solution, checker);
            if (broken.isEmpty()) {
              return new Sought.Unclear("whether tables lie apart could not be decided");
            }
            if (!broken.get().isEmpty()) {
              mended.addAll(inquiry.apart.at(state, broken.get()));
            }
          }
          if (!mended.isEmpty()) {
            asked.addAll(mended);
            continue;
          }
          if (posed.isDirect() && inquiry.realStates().areInstalled()) {
            Optional<Set<Windows.Instance>> astray = inquiry.realStates().astray(solution);
            if (astray.isEmpty()) {
              return new Sought.Unclear("whether the shadow is consistent could not be decided");
            }
            if (!astray.get().isEmpty()) {
              asked.addAll(inquiry.realStates().known(posed, astray.get()));
              continue;
            }
          }
          if (posed.isChoosing()) {
            switch (inquiry.choices.spoiling(posed.runs(), posed.against(), solution, checker)) {
              case Choices.Spoiler.None() -> {}
              case Choices.Spoiler.Unclear(var why) -> {
                return new Sought.Unclear(why);
              }
              case Choices.Spoiler.Other(var values) -> {
                asked.addAll(inquiry.unspoilt(posed, values));
                continue;
              }
            }
          }
          return new Sought.Stands(solution);
        }
      }
    }
    return new Sought.Unclear("no states that stand were found in " + corrections + " attempts");
  }

  private Solution solution(Posed posed, List<Term> asked, Model model, Least.Size size) {
    return new Solution(
        terms,
        posed.starts(),
        posed.runs(),
        posed.word().word(),
        Least.of(size, terms, solver, asked, order(posed, asked), model),
        consumed(posed.runs()));
  }

  private Set<Port> consumed(List<Effects> runs) {
    Set<Port> ports = new LinkedHashSet<>();
    for (Effects run : runs) {
      for (int i = 0; i < layout.slots().size(); i++) {
        if (layout.slots().get(i) instanceof Slot.OfPosition(var port)
            && run.before().get(i) != run.after().get(i)) {
          ports.add(port);
        }
      }
    }
    return ports;
  }

  private Existence notFound(Posed posed) {
    boolean cut = posed.runs().stream().anyMatch(e -> !e.unresolved().isFalse());
    boolean handed =
        posed.isChoosing() && posed.runs().stream().anyMatch(e -> !e.handed().isFalse());
    return cut || handed
        ? new Existence.Unclear("only states in which a loop goes on for long are left")
        : new Existence.Absent(Finding.Grounds.NEVER_FETCHED);
  }

  private Witness confirmed(Question question, Solution solution) {
    List<Bits> addresses =
        inquiry.windows.observed().stream()
            .flatMap(i -> Optional.ofNullable(solution.values().get(i.address())).stream())
            .toList();
    return Replay.confirm(
        inquiry.simulator,
        new Replay.Claim(
            question.property(),
            question.refutes(),
            inquiry.row.name(),
            solution.word(),
            images(question, solution),
            addresses,
            region(question, solution),
            inquiry.executedRow()));
  }

  /// The initial states; where the instruction is started again, that run chooses on where the
  /// first has come to.
  private List<Snapshot> images(Question question, Solution solution) {
    List<Snapshot> images = new ArrayList<>(solution.images(inquiry.simulator));
    if (question.relation() instanceof Question.Relation.Again) {
      List<Effects.Exit> exits = inquiry.halfway(solution.runs().getFirst());
      for (int k = 0; k < exits.size(); k++) {
        if (!solution.value(exits.get(k).condition()).isZero()) {
          Chosen first = images.getFirst().chosen();
          List<BigInteger> any = new ArrayList<>(first.any());
          any.addAll(solution.chosen(solution.runs().get(2 + k)).any());
          images.set(0, images.getFirst().choosing(new Chosen(any, first.unspecified())));
        }
      }
    }
    return images;
  }

  private Optional<Replay.Region> region(Question question, Solution solution) {
    return question.relation() instanceof Question.Relation.Direct
        ? Optional.of(
            new Replay.Region(
                solution.value(inquiry.composition().base()).value(),
                solution.value(inquiry.composition().size()).value()))
        : Optional.empty();
  }

  /// These addresses, and what they are in terms of the question.
  private Set<Windows.Instance> aliases(
      Posed posed, Set<Windows.Instance> addresses, List<Term> asked, Solution solution) {
    return Alias.of(
        terms, addresses, posed.starts().stream().map(Start::state).toList(), asked, solution);
  }

  /// The variables of a question in the order in which a witness is made small: R first, so that
  /// the second state of a pair takes up the difference last.
  private List<Term> order(Posed posed, List<Term> question) {
    Set<Term> ordered = new LinkedHashSet<>(posed.word().free());
    for (Start start : posed.starts()) {
      for (int i = 0; i < layout.slots().size(); i++) {
        Slot slot = layout.slots().get(i);
        Term value = start.state().get(i);
        if (slot instanceof Slot.OfField && value.isVariable() && !value.isArray()) {
          ordered.add(value);
        }
      }
    }
    ordered.addAll(Least.variables(terms, question));
    return List.copyOf(ordered);
  }
}
