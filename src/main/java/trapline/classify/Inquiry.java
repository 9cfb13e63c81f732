package trapline.classify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.isa.Assumption;
import trapline.isa.Cause;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Space;
import trapline.machine.Simulator;
import trapline.smt.Answer;
import trapline.smt.LazySolver;
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
  /// Assertions about windows that a solver is given at once.
  private static final int FEW = 64;

  /// How the names of the second state's own variables end.
  static final String MARK = "'";

  final Machine machine;
  final Layout layout;
  final Instruction instruction;
  final Instruction.Row row;
  final Terms terms = new Terms();
  final InstructionWord word;
  final LazySolver solver;
  final Solver checker;
  final Simulator simulator;
  final List<Assumption> assumptions;
  final Windows windows;
  final Plain plain = new Plain(this);
  final Apart apart;
  private final Composed composed;
  final Vectors.Reach reach;
  private final List<Standing> standing;
  final List<Placement> placements;
  final Optional<Allotment> allotment;
  final Choices choices;
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
    this.placements = context.premises().placements();
    this.allotment = context.premises().allotment();
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

  /// The row that it goes on as, by name.
  Optional<String> executedRow() {
    return executedRow.map(Instruction.Row::name);
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

  /// Whether storage is read by more than the program's own addresses: by translation, or by the
  /// instruction.
  boolean readsTables(Posed posed) {
    return layout.isTranslatedByStorage() || posed.readsOwnTables();
  }

  Existence exists(Question question) {
    Existence answer = new Search(this).exists(question);
    if (answer instanceof Existence.Absent(var grounds) && grounds == Finding.Grounds.STRUCTURE) {
      byStructure++;
    } else {
      bySolver++;
    }
    return answer;
  }

  /// The question as it is put to prove that there is nothing.
  Posed pose(Question question) {
    return pose(question, word, narrowed(starts(question), question), Executor.Loops.ABSTRACTED);
  }

  Posed pose(Question question, InstructionWord any, List<Start> starts, Executor.Loops loops) {
    return pose(question, any, starts, loops, List.of());
  }

  Posed pose(
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
                .with(mended, slot -> layout.isOf(slot, Dimension.R))
                .with(elsewhere, slot -> slot instanceof Slot.OfWindow);
        runs.add(physical(any, new Start(left, mark), loops));
      }
    }
    return new Posed(question, any, starts, List.copyOf(runs), made, false);
  }

  private Effects physical(InstructionWord any, Start start, Executor.Loops loops) {
    return run(new Executor(terms, Executor.Storage.PHYSICAL, loops, start.mark()), any, start);
  }

  /// The traps that by the form of the effects leave something changed.
  List<Effects.Exit> halfway(Effects run) {
    return run.traps().stream()
        .filter(e -> e.cause().kind() != Cause.Kind.INTERRUPT)
        .filter(e -> !e.undone().values().equals(run.before().values()))
        .toList();
  }

  /// That the claim holds as well when the other run chooses these values.
  List<Term> unspoilt(Posed posed, Map<Term, Term> values) {
    Choices.Instance instance = choices.instance(posed.runs(), posed.against(), values);
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

  private List<Start> starts(Question question) {
    Start first = Start.only(layout, terms);
    return switch (question.relation()) {
      case Question.Relation.Alone() -> List.of(first);
      case Question.Relation.Pair(var free, var modes, boolean windowsAgree) ->
          List.of(first, Start.other(layout, terms, free, windowsAgree, MARK));
      case Question.Relation.Again() ->
          List.of(first, Start.other(layout, terms, Dimension.R, false, MARK));
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
    Question question = posed.question();
    List<Effects> runs = posed.runs();
    List<Term> all = new ArrayList<>();
    all.add(encodes(posed.word(), posed.starts().getFirst().state()));
    all.add(starts(posed.starts().getFirst().state(), question.modes()));
    switch (question.relation()) {
      case Question.Relation.Alone(), Question.Relation.Again() -> {}
      case Question.Relation.Pair(var free, var modes, var windowsAgree) ->
          all.add(starts(posed.starts().getLast().state(), modes));
      case Question.Relation.Direct() -> {
        all.addAll(composition().constraints());
        all.addAll(putIn(posed.starts().getFirst().state()));
      }
    }
    all.add(posed.fetched() ? question.condition().apply(runs) : possible(question, runs));
    if (posed.fetched()) {
      runs.forEach(r -> all.add(terms.not(terms.or(r.unresolved(), r.handed()))));
    }
    runs.forEach(r -> all.addAll(r.constraints()));
    runs.forEach(r -> all.addAll(r.facts()));
    Set<Windows.Instance> instances = new LinkedHashSet<>();
    if (posed.fetched()) {
      for (Start start : posed.starts()) {
        fetch(start, posed.word(), all).forEach(r -> instances.addAll(Windows.instances(r)));
      }
    }
    runs.forEach(run -> run.accesses().forEach(r -> instances.addAll(Windows.instances(r))));
    instances.addAll(standing(posed));
    instances.addAll(windows.observed());
    all.addAll(agreement(posed, instances));
    assumed(posed)
        .forEach(s -> all.addAll(solver.defer(apart.at(posed.starts().get(s).state(), instances))));
    if (posed.isDirect()) {
      all.addAll(realStates().known(posed, instances));
    }
    if (posed.isChoosing() && runs.stream().allMatch(r -> r.unresolved().isFalse())) {
      all.addAll(unspoilt(posed, choices.alike(runs, posed.against())));
    }
    if (posed.isDirect()) {
      all.addAll(Gap.correspondence(terms, composition(), List.copyOf(all)));
    }
    return posed.made().isEmpty() ? all : known(all, fixed(posed.made()));
  }

  /// These, with values put in for variables, and what has them.
  private List<Term> known(List<Term> assertions, Map<Term, Term> values) {
    List<Term> all = new ArrayList<>(terms.substitute(assertions, values));
    values.forEach((variable, value) -> all.add(terms.eq(variable, value)));
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
      if (posed.question().windowsAgree() && posed.question().modes().contains(known.mode())) {
        posed
            .runs()
            .forEach(run ->
                run.accesses().stream()
                    .filter(r -> r.space().memory() == known.space().memory())
                    .forEach(r -> instances.add(known.at(terms, r.index()))));
      }
    }
    return instances;
  }

  /// The starts of which the assumptions are made.
  static List<Integer> assumed(Posed posed) {
    return posed.question().relation() instanceof Question.Relation.Pair
        ? List.of(0, 1)
        : List.of(0);
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

  List<Term> agreement(Posed posed, Set<Windows.Instance> instances) {
    return posed.question().windowsAgree()
        ? solver.defer(
            windows.agreement(
                posed.starts().getFirst().state(), posed.starts().getLast().state(), instances))
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
    all.add(Executor.isIn(terms, modes, state));
    for (Assumption assumption : assumptions) {
      if (assumption.apart().isEmpty()) {
        all.add(Executor.value(terms, assumption.holds(), state, Map.of()));
      }
    }
    return terms.and(all);
  }
}
