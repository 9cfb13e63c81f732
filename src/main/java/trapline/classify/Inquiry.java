package trapline.classify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Assumption;
import trapline.isa.Cause;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Port;
import trapline.isa.Space;
import trapline.machine.Chosen;
import trapline.machine.Simulator;
import trapline.machine.Snapshot;
import trapline.smt.Answer;
import trapline.smt.Effort;
import trapline.smt.LazySolver;
import trapline.smt.Model;
import trapline.smt.Solver;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Dimension;
import trapline.symbolic.Effects;
import trapline.symbolic.Executor;
import trapline.symbolic.InstructionWord;
import trapline.symbolic.Layout;
import trapline.symbolic.MakersSolver;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// One row of one machine, and the means to ask about it.
///
///     exists(question):  is there a state (or a pair that differs in some dimensions only, and agrees on
///                        the window) for which the condition on the effects holds?
///
/// A no is a refutation in which loops are unknown functions and the instruction need not be fetched;
/// a yes is a state, with no loop entered if possible and least in a fixed order, from which the concrete machine did the same.
final class Inquiry {
  /// How often a pair whose windows turn out to differ somewhere is sent back.
  private static final int CORRECTIONS = 128;

  /// The same of simple states.
  private static final int FEW_CORRECTIONS = 16;

  /// Assertions about windows that a solver is given at once.
  private static final int FEW = 64;

  private static final String MARK = "'";

  /// A question about a word with its runs, as a solver is asked. `made`: what holds where the
  /// monitor has made the real state, instead of its being right. `fetched`: the word must be
  /// fetched too.
  record Posed(
      Question question,
      InstructionWord word,
      List<Start> starts,
      List<Effects> runs,
      List<Term> made,
      boolean fetched) {
    /// Whether no run has met a loop, so that however loops are followed, the runs are these.
    boolean isLoopless() {
      return runs.stream().allMatch(r -> r.unresolved().isFalse() && r.facts().isEmpty());
    }

    /// Whether the second run is the real one.
    boolean isDirect() {
      return question.relation() instanceof Question.Relation.Direct;
    }

    Posed whereFetched() {
      return new Posed(question, word, starts, runs, made, true);
    }
  }

  final Machine machine;
  final Layout layout;
  final Instruction instruction;
  final Instruction.Row row;
  final Terms terms = new Terms();
  final InstructionWord word;
  final LazySolver solver;
  final Solver checker;
  private final Simulator simulator;
  private final List<Assumption> assumptions;
  final Windows windows;
  final Plain plain = new Plain(this);
  private final Apart apart;
  private final Composed composed;
  final Vectors.Reach reach;
  private final List<Standing> standing;
  private final Choices choices;
  private Optional<Instruction> executed = Optional.empty();
  private Optional<Instruction.Row> executedRow = Optional.empty();
  private @Nullable Composition composition;
  private @Nullable RealStates realStates;
  private int byStructure;
  private int bySolver;

  Inquiry(
      Context context,
      Instruction instruction,
      Instruction.Row row,
      Solver solver,
      Solver checker) {
    this.machine = context.machine();
    this.layout = context.layout();
    this.simulator = context.simulator();
    this.assumptions = context.assumptions();
    this.windows = new Windows(machine, terms, context.premises().injective());
    this.apart = new Apart(terms, windows, assumptions);
    this.choices = new Choices(terms, windows);
    this.composed = context.premises().composed();
    this.reach = context.premises().reach();
    this.standing = context.premises().standing();
    this.instruction = instruction;
    this.row = row;
    this.solver = new LazySolver(MakersSolver.of(solver, terms, layout), FEW);
    this.checker = MakersSolver.of(checker, terms, layout);
    this.word = InstructionWord.of(terms, machine.fetch(), instruction, row);
  }

  /// Asks about this instruction where it goes on as one of that row.
  void executing(Instruction other, Instruction.Row otherRow) {
    executed = Optional.of(other);
    executedRow = Optional.of(otherRow);
  }

  /// Whether the `vmm` block composes translations rightly.
  Composed composed() {
    return composed;
  }

  int byStructure() {
    return byStructure;
  }

  int bySolver() {
    return bySolver;
  }

  void answeredByStructure() {
    byStructure++;
  }

  /// Whether the instruction may change, from these modes, where addresses lead: by writing what
  /// translation depends on, unless what it stores to is assumed to lie apart.
  boolean mayRetranslate(Effects effects, List<Mode> modes) {
    List<Slot> moving = moving(effects);
    if (moving.isEmpty()) {
      return false;
    }
    Set<Space> stored = new LinkedHashSet<>();
    effects.accesses().stream()
        .filter(a -> a.stored().isPresent())
        .forEach(a -> stored.add(a.space()));
    return effects.writesPhysically()
        || moving.stream().anyMatch(s -> !(s instanceof Slot.OfMemory))
        || !apart.covers(stored, modes, this::in);
  }

  /// The same of an instruction that a monitor lets run directly, as far as it gets there.
  boolean mayRetranslateDirectly(Effects effects, List<Mode> modes) {
    boolean isKept =
        realStates().areWatched()
            && !effects.writesPhysically()
            && moving(effects).stream().allMatch(Slot::isStorage);
    return !isKept && mayRetranslate(effects, modes);
  }

  /// The slots that translation depends on, which it writes.
  private List<Slot> moving(Effects effects) {
    return effects.written().stream().filter(layout::isTranslating).toList();
  }

  /// Any state in that mode, as far as its condition fixes it.
  private SymbolicState in(Mode mode) {
    SymbolicState state = Start.only(layout, terms).state();
    Map<Term, Term> values = fixed(List.of(Executor.value(terms, mode.holds(), state, Map.of())));
    return state.map(t -> terms.substitute(t, values));
  }

  /// The effects from the one start of a question about single states.
  Effects effects(Executor.Storage storage, Executor.Loops loops) {
    Start start = Start.only(layout, terms);
    return run(new Executor(terms, storage, loops, start.mark()), word, start);
  }

  /// The effects, read from the window, where no reference reaches a device's register.
  Effects effectsOnStorage(Start start) {
    var executor =
        new Executor(terms, Executor.Storage.WINDOW, Executor.Loops.ABSTRACTED, start.mark());
    return run(executor.reachingStorageOnly(), word, start);
  }

  /// Whether these effects on storage, from that mode, may trap of their own where the same run in
  /// reality completes, in windows that agree.
  boolean mayTrapUnlikeReality(Mode mode, Effects virtual, SymbolicState reality) {
    Effects real = effectsOnStorage(new Start(reality, MARK));
    List<Term> question = new ArrayList<>(composition().constraints());
    question.add(encodes(virtual.before()));
    question.add(starts(virtual.before(), List.of(mode)));
    question.addAll(virtual.constraints());
    question.addAll(real.constraints());
    question.add(terms.or(virtual.ownTrapRoutes()));
    question.add(real.completes());
    if (!mayHold(question)) {
      return false;
    }
    fetch(new Start(virtual.before(), ""), word, question);
    fetch(new Start(reality, MARK), word, question);
    return mayHold(question);
  }

  /// Whether an index may be out of range, as far as can be told.
  boolean mayFault(Effects effects) {
    List<Term> question = new ArrayList<>(effects.constraints());
    question.add(effects.faults());
    return mayHold(question);
  }

  private boolean mayHold(List<Term> question) {
    return question.stream().noneMatch(Term::isFalse)
        && !(solver.check(question) instanceof Answer.Unsat);
  }

  /// Whether its words differ in operands, which all of them have.
  boolean hasOperands() {
    return instruction.encodings().size() == 1
        && word.free().stream().anyMatch(InstructionWord::isOperand);
  }

  /// Whether a monitor may set fields as it likes.
  boolean hasSettings() {
    return !composition().settings().isEmpty();
  }

  /// For which operands a question has a yes.
  Region region(Question question) {
    return Survey.of(
        this, question, word.free().stream().filter(InstructionWord::isOperand).toList());
  }

  /// For which settings of the fields that a monitor may set, a question has a yes.
  Region settings(Question question) {
    return Survey.of(this, question, composition().settings());
  }

  /// A state after `Fetch.advance`.
  SymbolicState advanced(SymbolicState state) {
    return Executor.advanced(terms, machine.fetch(), word, state);
  }

  private Effects run(Executor executor, InstructionWord any, Start start) {
    return executor.run(machine, instruction, any, start.state(), executed, executedRow);
  }

  Existence exists(Question question) {
    List<Start> starts = narrowed(starts(question), question);
    Posed posed = pose(question, word, starts, Executor.Loops.ABSTRACTED);
    List<Term> proof = assertions(posed);
    if (proof.stream().anyMatch(Term::isFalse)) {
      byStructure++;
      return new Existence.Absent(Finding.Grounds.STRUCTURE);
    }
    bySolver++;
    List<Executor.Loops> ways =
        posed.isLoopless()
            ? List.of(Executor.Loops.ABSTRACTED)
            : List.of(Executor.Loops.SKIPPED, Executor.Loops.UNROLLED);
    List<Simple> simple = Simple.of(this, posed);
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
    // A proof is simple of one storage, and often there; hypotheses are made for there to be one.
    int early = Sparse.areSharing(posed.starts) || !assumptions.isEmpty() ? 0 : 1;
    Executor.Loops way = ways.getFirst();
    Optional<Existence> first = first(posed.question, simple.stream().limit(early), way, effort);
    if (first.isPresent()) {
      return first.get();
    }
    Answer answer = solver.check(proof, effort);
    if (answer instanceof Answer.Unsat) {
      return new Existence.Absent(Finding.Grounds.REFUTATION);
    }
    first = first(posed.question, simple.stream().skip(early), way, effort);
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
                pose(question, s.word(), s.starts(), way, s.made()).whereFetched(),
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
              : pose(posed.question, posed.word, posed.starts, way);
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
    return posed.question.windowsAgree() && readsTables(posed)
        ? List.of(Least.Size.LEAST, Least.Size.SMALL)
        : List.of(Least.Size.LEAST);
  }

  /// Whether storage is read by more than the program's own addresses: by translation, or by the
  /// instruction.
  boolean readsTables(Posed posed) {
    return layout.isTranslatedByStorage()
        || posed.runs.stream().anyMatch(r -> !r.touches().isFalse());
  }

  /// The question as it is put to prove that there is nothing.
  Posed pose(Question question) {
    return pose(question, word, narrowed(starts(question), question), Executor.Loops.ABSTRACTED);
  }

  private Posed pose(
      Question question, InstructionWord any, List<Start> starts, Executor.Loops loops) {
    return pose(question, any, starts, loops, List.of());
  }

  private Posed pose(
      Question question,
      InstructionWord any,
      List<Start> starts,
      Executor.Loops loops,
      List<Term> made) {
    List<Effects> runs = new ArrayList<>();
    starts.forEach(s -> runs.add(physical(any, s, loops)));
    if (question.relation() instanceof Question.Relation.Again) {
      SymbolicState mended = starts.getLast().state();
      for (Effects.Exit exit : halfway(runs.getFirst())) {
        String mark = MARK + MARK + (runs.size() - starts.size());
        SymbolicState elsewhere = Start.other(layout, terms, Set.of(), false, mark).state();
        SymbolicState left =
            exit.undone()
                .with(mended, this::isOfR)
                .with(elsewhere, slot -> slot instanceof Slot.OfWindow);
        runs.add(physical(any, new Start(left, mark), loops));
      }
    }
    return new Posed(question, any, starts, List.copyOf(runs), made, false);
  }

  private Effects physical(InstructionWord any, Start start, Executor.Loops loops) {
    return run(new Executor(terms, Executor.Storage.PHYSICAL, loops, start.mark()), any, start);
  }

  private boolean isOfR(Slot slot) {
    return layout
        .dimension(slot)
        .filter(d -> d == Dimension.RELOCATION || d == Dimension.CONTROL)
        .isPresent();
  }

  /// The traps that by the form of the effects leave something changed.
  List<Effects.Exit> halfway(Effects run) {
    return run.traps().stream()
        .filter(e -> e.cause().kind() != Cause.Kind.INTERRUPT)
        .filter(e -> !e.undone().values().equals(run.before().values()))
        .toList();
  }

  /// A witness, if one is wanted: of the next size where none of the first is found that stands.
  private Existence find(Posed posed, int corrections, Effort effort) {
    List<Term> assertions = assertions(posed);
    Iterator<Least.Size> left = sizes(posed).iterator();
    Existence found;
    do {
      found = find(posed, assertions, left.next(), corrections, effort);
    } while (found instanceof Existence.Unclear && left.hasNext());
    return found;
  }

  private Existence find(
      Posed posed, List<Term> assertions, Least.Size size, int corrections, Effort effort) {
    Question question = posed.question;
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
          if (posed.question.windowsAgree()) {
            var broken = windows.disagreement(solution.concrete(0), solution.concrete(1), checker);
            if (broken.isEmpty()) {
              return new Sought.Unclear("whether the two windows agree could not be decided");
            }
            if (!broken.get().isEmpty()) {
              asked.addAll(agreement(posed, aliases(posed, broken.get(), asked, solution)));
              continue;
            }
          }
          List<Term> mended = new ArrayList<>();
          for (int start : assumed(posed)) {
            SymbolicState state = posed.starts.get(start).state();
            var broken = apart.broken(state, solution, checker);
            if (broken.isEmpty()) {
              return new Sought.Unclear("whether tables lie apart could not be decided");
            }
            if (!broken.get().isEmpty()) {
              mended.addAll(apart.at(state, broken.get()));
            }
          }
          if (!mended.isEmpty()) {
            asked.addAll(mended);
            continue;
          }
          if (posed.isDirect() && realStates().areInstalled()) {
            Optional<Set<Windows.Instance>> astray = realStates().astray(solution);
            if (astray.isEmpty()) {
              return new Sought.Unclear("whether the shadow is consistent could not be decided");
            }
            if (!astray.get().isEmpty()) {
              asked.addAll(realStates().known(posed, astray.get()));
              continue;
            }
          }
          if (isChoosing(posed)) {
            switch (choices.spoiling(posed.runs, against(posed), solution, checker)) {
              case Choices.Spoiler.None() -> {}
              case Choices.Spoiler.Unclear(var why) -> {
                return new Sought.Unclear(why);
              }
              case Choices.Spoiler.Other(var values) -> {
                asked.addAll(unspoilt(posed, values));
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
        posed.starts,
        posed.runs,
        posed.word.word(),
        Least.of(size, terms, solver, asked, order(posed, asked), model),
        consumed(posed.runs));
  }

  /// Whether it takes looking at sets of outcomes.
  static boolean isChoosing(Posed posed) {
    return posed
        .question
        .against()
        .filter(a -> !posed.runs.get(a.run()).choices().isEmpty())
        .isPresent();
  }

  private static Question.Against against(Posed posed) {
    return posed.question.against().orElseThrow();
  }

  /// That the claim holds as well when the other run chooses these values.
  private List<Term> unspoilt(Posed posed, Map<Term, Term> values) {
    Choices.Instance instance = choices.instance(posed.runs, against(posed), values);
    List<Term> all = new ArrayList<>(List.of(instance.holds()));
    all.addAll(agreement(posed, instance.observed()));
    if (posed.isDirect()) {
      all.addAll(Gap.correspondence(terms, composition(), List.copyOf(all)));
    }
    return all;
  }

  /// The condition, or that a run goes where it was not followed: what a refutation has to exclude.
  private Term possible(Question question, List<Effects> runs) {
    List<Term> any = new ArrayList<>();
    any.add(question.condition().apply(runs));
    runs.forEach(r -> any.add(r.unresolved()));
    return terms.or(any);
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
    boolean cut = posed.runs.stream().anyMatch(e -> !e.unresolved().isFalse());
    boolean handed = isChoosing(posed) && posed.runs.stream().anyMatch(e -> !e.handed().isFalse());
    return cut || handed
        ? new Existence.Unclear("only states in which a loop goes on for long are left")
        : new Existence.Absent(Finding.Grounds.NEVER_FETCHED);
  }

  private Witness confirmed(Question question, Solution solution) {
    List<Bits> addresses =
        windows.observed().stream()
            .flatMap(i -> Optional.ofNullable(solution.values().get(i.address())).stream())
            .toList();
    return Replay.confirm(
        simulator,
        new Replay.Claim(
            question.property(),
            question.refutes(),
            row.name(),
            solution.word(),
            images(question, solution),
            addresses,
            region(question, solution),
            executedRow.map(Instruction.Row::name)));
  }

  /// The initial states; where the instruction is started again, that run chooses on where the
  /// first has come to.
  private List<Snapshot> images(Question question, Solution solution) {
    List<Snapshot> images = new ArrayList<>(solution.images(simulator));
    if (question.relation() instanceof Question.Relation.Again) {
      List<Effects.Exit> exits = halfway(solution.runs().getFirst());
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
                solution.value(composition().base()).value(),
                solution.value(composition().size()).value()))
        : Optional.empty();
  }

  private List<Start> starts(Question question) {
    Start first = Start.only(layout, terms);
    return switch (question.relation()) {
      case Question.Relation.Alone() -> List.of(first);
      case Question.Relation.Pair(var free, var modes, boolean windowsAgree) ->
          List.of(first, Start.other(layout, terms, free, windowsAgree, MARK));
      case Question.Relation.Again() ->
          List.of(
              first,
              Start.other(
                  layout, terms, Set.of(Dimension.RELOCATION, Dimension.CONTROL), false, MARK));
      case Question.Relation.Direct() -> List.of(first, new Start(composition().real(), MARK));
    };
  }

  /// The starts with what their modes and assumptions fix put in for the variables, so that guards
  /// and translation fold before a solver sees them.
  private List<Start> narrowed(List<Start> starts, Question question) {
    List<Term> known = new ArrayList<>();
    known.add(starts(starts.getFirst().state(), question.modes()));
    if (question.relation() instanceof Question.Relation.Pair(var free, var modes, var agree)) {
      known.add(starts(starts.getLast().state(), modes));
    }
    Map<Term, Term> values = fixed(known);
    return values.isEmpty()
        ? starts
        : starts.stream()
            .map(s -> new Start(s.state().map(t -> terms.substitute(t, values)), s.mark()))
            .toList();
  }

  /// The variables that these fix, also by way of one another.
  Map<Term, Term> fixed(List<Term> given) {
    Map<Term, Term> all = new LinkedHashMap<>();
    List<Term> left = given;
    while (true) {
      Map<Term, Term> more = new LinkedHashMap<>();
      left.forEach(t -> fixed(t, more));
      if (more.isEmpty()) {
        return all;
      }
      all.putAll(more);
      left = terms.substitute(left, more);
    }
  }

  /// The variables that a conjunction fixes.
  private void fixed(Term conjunction, Map<Term, Term> values) {
    switch (conjunction.op()) {
      case AND -> {
        if (conjunction.width() == 1) {
          conjunction.arguments().forEach(a -> fixed(a, values));
        }
      }
      case NOT -> {
        if (conjunction.argument(0).isVariable() && conjunction.width() == 1) {
          values.put(conjunction.argument(0), terms.truth(false));
        }
      }
      case EQ -> {
        Term one = conjunction.argument(0);
        Term two = conjunction.argument(1);
        if (one.isVariable() && two.isConstant()) {
          values.put(one, two);
        } else if (two.isVariable() && one.isConstant()) {
          values.put(two, one);
        }
      }
      case VARIABLE -> values.put(conjunction, terms.truth(true));
      default -> {}
    }
  }

  /// The map from virtual to real states, of a machine with a `vmm` block.
  Composition composition() {
    if (composition == null) {
      composition = Composition.of(terms, Start.only(layout, terms).state());
    }
    return composition;
  }

  /// What is known of the real states.
  RealStates realStates() {
    if (realStates == null) {
      realStates = new RealStates(terms, layout, composition(), composed, windows, solver, checker);
    }
    return realStates;
  }

  List<Term> assertions(Posed posed) {
    Question question = posed.question;
    List<Effects> runs = posed.runs;
    List<Term> all = new ArrayList<>();
    all.add(encodes(posed.word, posed.starts.getFirst().state()));
    all.add(starts(posed.starts.getFirst().state(), question.modes()));
    switch (question.relation()) {
      case Question.Relation.Alone(), Question.Relation.Again() -> {}
      case Question.Relation.Pair(var free, var modes, var windowsAgree) ->
          all.add(starts(posed.starts.getLast().state(), modes));
      case Question.Relation.Direct() -> {
        all.addAll(composition().constraints());
        all.addAll(putIn(posed.starts.getFirst().state()));
      }
    }
    all.add(posed.fetched ? question.condition().apply(runs) : possible(question, runs));
    if (posed.fetched) {
      runs.forEach(r -> all.add(terms.not(terms.or(r.unresolved(), r.handed()))));
    }
    runs.forEach(r -> all.addAll(r.constraints()));
    runs.forEach(r -> all.addAll(r.facts()));
    Set<Windows.Instance> instances = new LinkedHashSet<>();
    if (posed.fetched) {
      for (Start start : posed.starts) {
        fetch(start, posed.word, all).forEach(r -> instances.addAll(Windows.instances(r)));
      }
    }
    runs.forEach(run -> run.accesses().forEach(r -> instances.addAll(Windows.instances(r))));
    instances.addAll(standing(posed));
    instances.addAll(windows.observed());
    all.addAll(agreement(posed, instances));
    assumed(posed)
        .forEach(s -> all.addAll(solver.defer(apart.at(posed.starts.get(s).state(), instances))));
    if (posed.isDirect()) {
      all.addAll(realStates().known(posed, instances));
    }
    if (isChoosing(posed) && runs.stream().allMatch(r -> r.unresolved().isFalse())) {
      all.addAll(unspoilt(posed, choices.alike(runs, against(posed))));
    }
    if (posed.isDirect()) {
      all.addAll(Gap.correspondence(terms, composition(), List.copyOf(all)));
    }
    return all;
  }

  /// Adds that the word is fetched; the references for that.
  private List<Effects.Reference> fetch(Start start, InstructionWord any, List<Term> assertions) {
    var executor =
        new Executor(terms, Executor.Storage.PHYSICAL, Executor.Loops.UNROLLED, start.mark());
    assertions.add(executor.fetches(machine, start.state(), any));
    assertions.addAll(executor.constraints());
    return executor.references();
  }

  /// The addresses that lead to the cells that the runs reach, where these modes have such.
  private Set<Windows.Instance> standing(Posed posed) {
    Set<Windows.Instance> instances = new LinkedHashSet<>();
    for (Standing known : standing) {
      if (posed.question.windowsAgree() && posed.question.modes().contains(known.mode())) {
        posed.runs.forEach(run ->
            run.accesses().stream()
                .filter(r -> r.space().memory() == known.space().memory())
                .forEach(r -> instances.add(known.at(terms, r.index()))));
      }
    }
    return instances;
  }

  /// The starts of which the assumptions are made.
  private static List<Integer> assumed(Posed posed) {
    return posed.question.relation() instanceof Question.Relation.Pair ? List.of(0, 1) : List.of(0);
  }

  /// The values that were put in for variables, which the map from virtual to real states still
  /// mentions.
  private List<Term> putIn(SymbolicState virtual) {
    List<Term> equations = new ArrayList<>();
    for (int i = 0; i < layout.slots().size(); i++) {
      Term variable = composition().virtual().get(i);
      if (variable.isVariable() && !variable.isArray() && virtual.get(i) != variable) {
        equations.add(terms.eq(variable, virtual.get(i)));
      }
    }
    return equations;
  }

  /// These addresses, and what they are in terms of the question.
  private Set<Windows.Instance> aliases(
      Posed posed, Set<Windows.Instance> addresses, List<Term> asked, Solution solution) {
    return Alias.of(
        terms, addresses, posed.starts.stream().map(Start::state).toList(), asked, solution);
  }

  private List<Term> agreement(Posed posed, Set<Windows.Instance> instances) {
    return posed.question.windowsAgree()
        ? solver.defer(
            windows.agreement(
                posed.starts.getFirst().state(), posed.starts.getLast().state(), instances))
        : List.of();
  }

  /// The row's encoding, and what it says of operands.
  Term encodes(SymbolicState state) {
    return encodes(word, state);
  }

  /// The same of that word of the row.
  Term encodes(InstructionWord any, SymbolicState state) {
    List<Term> all = new ArrayList<>();
    all.add(any.encodes(terms, state));
    row.condition().ifPresent(c -> all.add(Executor.value(terms, c, state, any.operands())));
    return terms.and(all);
  }

  private Term starts(SymbolicState state, List<Mode> modes) {
    List<Term> all = new ArrayList<>();
    all.add(
        terms.or(
            modes.stream().map(m -> Executor.value(terms, m.holds(), state, Map.of())).toList()));
    for (Assumption assumption : assumptions) {
      if (assumption.apart().isEmpty()) {
        all.add(Executor.value(terms, assumption.holds(), state, Map.of()));
      }
    }
    return terms.and(all);
  }

  /// The variables of a question in the order in which a witness is made small: R first, so that
  /// the second state of a pair takes up the difference last.
  private List<Term> order(Posed posed, List<Term> question) {
    Set<Term> used = new LinkedHashSet<>();
    question.forEach(t -> used.addAll(terms.variables(t)));
    Set<Term> ordered = new LinkedHashSet<>(posed.word.free());
    for (Start start : posed.starts) {
      for (int i = 0; i < layout.slots().size(); i++) {
        Slot slot = layout.slots().get(i);
        Term value = start.state().get(i);
        if (slot instanceof Slot.OfField && value.isVariable() && !value.isArray()) {
          ordered.add(value);
        }
      }
    }
    used.stream()
        .filter(v -> !v.isArray())
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .forEach(ordered::add);
    return List.copyOf(ordered);
  }
}
