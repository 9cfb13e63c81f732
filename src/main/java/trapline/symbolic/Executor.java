package trapline.symbolic;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.DeviceCell;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.TrapLine;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;

/// Runs a body on terms: one pass, all paths at once.
///
/// A *route* is the branch conditions on the way to a statement, with every trap on the way assumed
/// not taken; the statement is reached when its route holds and nothing before it has left. Where
/// routes join, values are merged by if-then-else. So traps never show in values, only in when the
/// instruction completes.
///
/// An executor serves one run: it numbers what it meets.
public final class Executor {
  /// How the names of what a loop makes begin.
  public static final String LOOP = "loop ";

  /// How far a loop is followed when it is unrolled, and how far inside another one.
  private static final int UNROLLING = 3;

  /// How a reference through a space reads storage.
  public enum Storage {
    /// From the window, by program address. Exact as a trace: equal references, equal answers.
    WINDOW,
    /// From physical storage, where the space says.
    PHYSICAL
  }

  /// What becomes of `while`.
  public enum Loops {
    /// Not entered; a run that would is unresolved. For finding small witnesses.
    SKIPPED,
    /// Followed to a bound; beyond it the run is unresolved. For finding witnesses.
    UNROLLED,
    /// Replaced by an unknown function of all it reads. For proving that there are none.
    ABSTRACTED
  }

  private final Terms terms;
  private final Storage storage;
  private final Loops loops;
  private final String mark;

  private final List<Effects.Exit> exits = new ArrayList<>();
  private final List<Effects.Reference> references = new ArrayList<>();
  private final List<Effects.Handover> handovers = new ArrayList<>();
  private final List<Effects.Choice> choices = new ArrayList<>();
  private final List<Term> constraints = new ArrayList<>();
  private final List<Term> facts = new ArrayList<>();
  private final Set<Slot> written = new LinkedHashSet<>();
  private final Map<Term, List<Term>> unknowns = new LinkedHashMap<>();
  private Term left;
  private Term unpredictable;
  private Term unresolved;
  private Term handed;
  private Term faults;
  private Term touches;
  private Term storesPhysically;
  private boolean translating;
  private boolean reachesDevices = true;
  private final List<Translation.Read> tables = new ArrayList<>();
  private boolean writesPhysically;
  private int loopsMet;
  private int choicesMet;
  private @Nullable Target target;
  private @Nullable SymbolicState origin;
  private @Nullable SymbolicState started;

  /// The row that an `execute` goes on with.
  private record Target(Instruction instruction, Instruction.Row row, Local wordLocal) {}

  /// `mark` tells what this run makes up for itself apart from what another run does.
  public Executor(Terms terms, Storage storage, Loops loops, String mark) {
    this.terms = terms;
    this.storage = storage;
    this.loops = loops;
    this.mark = mark;
    left = terms.truth(false);
    unpredictable = terms.truth(false);
    unresolved = terms.truth(false);
    handed = terms.truth(false);
    faults = terms.truth(false);
    touches = terms.truth(false);
    storesPhysically = terms.truth(false);
  }

  /// From here on, takes it that no reference through a space reaches a device's register: for what
  /// is known to be led to storage.
  public Executor reachingStorageOnly() {
    reachesDevices = false;
    return this;
  }

  private List<DeviceCell> devices(Space space) {
    return reachesDevices ? space.devices() : List.of();
  }

  /// The effects of a row: `Fetch.advance`, then its guards and body. An `execute` in it is not
  /// followed.
  public Effects run(
      Machine machine, Instruction instruction, InstructionWord word, SymbolicState start) {
    return run(machine, instruction, word, start, Optional.empty(), Optional.empty());
  }

  /// As above, where an `execute` is followed to words of the row `executed` and no others.
  public Effects run(
      Machine machine,
      Instruction instruction,
      InstructionWord word,
      SymbolicState start,
      Optional<Instruction> executed,
      Optional<Instruction.Row> row) {
    if (executed.isPresent() && row.isPresent()) {
      target = new Target(executed.get(), row.get(), machine.fetch().word());
    }
    started = start;
    Flow flow = new Flow(start.copy(), new LinkedHashMap<>(), terms.truth(true));
    advance(machine.fetch(), word, flow);
    origin = flow.state.copy();
    flow.undo = start.copy();
    flow.locals.put(machine.fetch().word(), word.word());
    flow.locals.putAll(word.operands());
    SymbolicState after = body(instruction.body(), flow);
    Term completes = terms.not(terms.or(List.of(left, unpredictable, unresolved, handed, faults)));
    return new Effects(
        start,
        after,
        completes,
        List.copyOf(exits),
        unpredictable,
        unresolved,
        handed,
        faults,
        touches,
        storesPhysically,
        List.copyOf(constraints),
        List.copyOf(facts),
        List.copyOf(references),
        List.copyOf(handovers),
        List.copyOf(choices),
        Collections.unmodifiableMap(unknowns),
        Collections.unmodifiableSet(written),
        writesPhysically);
  }

  /// Moves P behind all units of a word.
  private void advance(Fetch fetch, InstructionWord word, Flow flow) {
    for (int units = 1; units <= fetch.most(); units++) {
      Term goesOn = units == 1 ? terms.truth(true) : word.goesOn().get(units - 2);
      flow.locals.put(fetch.word(), word.beginning(terms, units, fetch.unit().width()));
      branch(goesOn, fetch.advance(), Statement.Block.EMPTY, flow, null);
    }
  }

  /// The state after the fetch of `word`, as far as P goes.
  public static SymbolicState advanced(
      Terms terms, Fetch fetch, InstructionWord word, SymbolicState state) {
    var executor = new Executor(terms, Storage.PHYSICAL, Loops.ABSTRACTED, "");
    Flow flow = new Flow(state.copy(), new LinkedHashMap<>(), terms.truth(true));
    executor.advance(fetch, word, flow);
    return flow.state;
  }

  /// When fetching from `state` succeeds and yields `word`, unit by unit.
  public Term fetches(Machine machine, SymbolicState state, InstructionWord word) {
    Fetch fetch = machine.fetch();
    Flow flow = new Flow(state.copy(), new LinkedHashMap<>(), terms.truth(true));
    flow.undo = flow.state;
    List<Term> all = new ArrayList<>();
    int unit = fetch.unit().width();
    for (int units = 1; units <= fetch.most(); units++) {
      Term goesOn = units == 1 ? terms.truth(true) : word.goesOn().get(units - 2);
      if (goesOn.isFalse()) {
        break;
      }
      Flow on = flow.branch(goesOn, terms);
      on.undo = flow.undo;
      if (units > 1) {
        execute(fetch.advance(), on, null);
      }
      execute(fetch.read(), on, null);
      Term read = on.locals.get(fetch.unit());
      if (read == null) {
        return terms.truth(false);
      }
      int low = word.word().width() - units * unit;
      all.add(
          terms.implies(goesOn, terms.eq(read, terms.extract(word.word(), low + unit - 1, low))));
      on.locals.put(fetch.word(), word.beginning(terms, units, unit));
      flow = on;
    }
    all.addFirst(terms.not(terms.or(unpredictable, unresolved)));
    all.addFirst(terms.not(left));
    return terms.and(all);
  }

  /// The references met so far, in program order.
  public List<Effects.Reference> references() {
    return List.copyOf(references);
  }

  public List<Term> constraints() {
    return List.copyOf(constraints);
  }

  Translation translate(SymbolicState state, Space space, Term address, Access access) {
    Flow flow = new Flow(state.copy(), new LinkedHashMap<>(), terms.truth(true));
    flow.undo = flow.state;
    Term index = index(space, address, access, flow);
    return new Translation(
        terms.not(terms.or(left, terms.or(unpredictable, unresolved))), index, List.copyOf(tables));
  }

  /// The state after statements that cannot trap.
  public static SymbolicState perform(Terms terms, Statement.Block block, SymbolicState state) {
    var executor = new Executor(terms, Storage.PHYSICAL, Loops.ABSTRACTED, "");
    Flow flow = new Flow(state.copy(), new LinkedHashMap<>(), terms.truth(true));
    executor.execute(block, flow, null);
    return flow.state;
  }

  /// What a block of the monitor's makes of a state. `mark` tells what it chooses apart from what
  /// others do.
  static Shadow.Step perform(
      Terms terms, Function block, Map<Local, Term> arguments, SymbolicState state, String mark) {
    var executor = new Executor(terms, Storage.PHYSICAL, Loops.UNROLLED, mark);
    Flow flow = new Flow(state.copy(), new LinkedHashMap<>(), terms.truth(true));
    flow.undo = flow.state;
    executor.inline(block.body(), new LinkedHashMap<>(arguments), flow);
    Term ends =
        terms.not(
            terms.or(
                List.of(
                    executor.left, executor.unpredictable, executor.unresolved, executor.faults)));
    return new Shadow.Step(flow.state, ends, executor.constraints());
  }

  /// The state after the trap sequence for a cause, whose arguments are zero. What it stores and
  /// loads is taken to succeed; loops are followed to a bound.
  public static SymbolicState enter(Terms terms, TrapLine line, SymbolicState state) {
    var executor = new Executor(terms, Storage.PHYSICAL, Loops.UNROLLED, " in " + line.cause());
    Flow flow = new Flow(state.copy(), new LinkedHashMap<>(), terms.truth(true));
    flow.undo = flow.state;
    List<Local> parameters = line.entry().parameters();
    for (Local parameter : parameters) {
      flow.locals.put(
          parameter,
          parameter == parameters.getFirst()
              ? terms.constant(line.cause().code())
              : terms.constant(parameter.width(), 0));
    }
    executor.execute(line.entry().body(), flow, null);
    return flow.state;
  }

  /// A pure expression over a state and operands.
  public static Term value(Terms terms, Expr expr, SymbolicState state, Map<Local, Term> operands) {
    var executor = new Executor(terms, Storage.PHYSICAL, Loops.ABSTRACTED, "");
    return executor.evaluate(
        expr, new Flow(state, new LinkedHashMap<>(operands), terms.truth(true)));
  }

  /// That a state is in one of these modes.
  public static Term isIn(Terms terms, List<Mode> modes, SymbolicState state) {
    return terms.or(modes.stream().map(m -> value(terms, m.holds(), state, Map.of())).toList());
  }

  /// Where a run has got to.
  private static final class Flow {
    final SymbolicState state;
    final Map<Local, Term> locals;
    SymbolicState undo;
    Term route;
    Left how = Left.NOT;

    /// Whether this way has ended, and how: by leaving the machine's body, or to its caller.
    enum Left {
      NOT,
      TRAPPED,
      RETURNED
    }

    Flow(SymbolicState state, Map<Local, Term> locals, Term route) {
      this.state = state;
      this.locals = locals;
      this.route = route;
      this.undo = state;
    }

    Flow branch(Term condition, Terms terms) {
      Flow copy = new Flow(state.copy(), new LinkedHashMap<>(locals), terms.and(route, condition));
      copy.undo = undo;
      return copy;
    }

    boolean isOver() {
      return how != Left.NOT;
    }
  }

  /// The ways in which a function has returned.
  private static final class Returns {
    final List<Return> all = new ArrayList<>();

    record Return(Term route, SymbolicState state, SymbolicState undo, @Nullable Term value) {}
  }

  private SymbolicState body(Statement.Block block, Flow flow) {
    Returns returns = new Returns();
    execute(block, flow, returns);
    join(flow, returns);
    return flow.state;
  }

  /// Merges what returned with what fell off the end; the value returned, if any.
  private @Nullable Term join(Flow flow, Returns returns) {
    Term value = null;
    boolean reached = flow.how == Flow.Left.NOT;
    for (Returns.Return r : returns.all.reversed()) {
      if (!reached) {
        for (int i = 0; i < r.state.layout().slots().size(); i++) {
          flow.state.set(i, r.state.get(i));
        }
        flow.undo = r.undo;
        value = r.value;
        reached = true;
      } else {
        flow.state.merge(terms, r.route, r.state);
        flow.undo = merged(r.route, r.undo, flow.undo);
        if (r.value != null) {
          value = value == null ? r.value : terms.ite(r.route, r.value, value);
        }
      }
    }
    if (reached) {
      flow.how = Flow.Left.NOT;
    }
    return value;
  }

  private SymbolicState merged(Term condition, SymbolicState then, SymbolicState otherwise) {
    if (then == otherwise) {
      return otherwise;
    }
    SymbolicState result = otherwise.copy();
    result.merge(terms, condition, then);
    return result;
  }

  private void execute(Statement.Block block, Flow flow, @Nullable Returns returns) {
    for (Statement statement : block.statements()) {
      if (flow.isOver()) {
        return;
      }
      execute(statement, flow, returns);
    }
  }

  private void execute(Statement statement, Flow flow, @Nullable Returns returns) {
    switch (statement) {
      case Statement.Assign(var local, var value) -> flow.locals.put(local, evaluate(value, flow));
      case Statement.RegisterWrite(var register, var index, var value) -> {
        Term at =
            bounded(
                evaluate(index, flow),
                BigInteger.valueOf(register.count()),
                register.indexWidth(),
                flow.route);
        recordWrites(flow.state, register, at, evaluate(value, flow));
      }
      case Statement.MemoryWrite(var memory, var index, var value) -> {
        Term at = bounded(evaluate(index, flow), memory.count(), memory.indexWidth(), flow.route);
        Term stored = evaluate(value, flow);
        isNoDevice(memory, at, flow);
        flow.state.memory(memory, terms.store(flow.state.memory(memory), at, stored));
        touch(flow.route);
        if (!translating) {
          storesPhysically = terms.or(storesPhysically, reached(flow.route));
        }
        writesPhysically = true;
        written.add(new Slot.OfMemory(memory));
      }
      case Statement.Load load -> load(load, flow);
      case Statement.Store store -> store(store, flow);
      case Statement.Input(var local, var port) -> {
        Term position = flow.state.position(port);
        flow.locals.put(local, terms.select(flow.state.stream(port), position));
        flow.state.set(flow.state.layout().positionOf(port), next(position));
      }
      case Statement.Output(var port, var value) -> {
        Term position = flow.state.position(port);
        Term written = evaluate(value, flow);
        flow.state.set(
            flow.state.layout().streamOf(port),
            terms.store(flow.state.stream(port), position, written));
        flow.state.set(flow.state.layout().positionOf(port), next(position));
      }
      case Statement.Call(var local, var function, var arguments) ->
          call(local, function, arguments.stream().map(a -> evaluate(a, flow)).toList(), flow);
      case Statement.Choose(var local, var constraint) -> {
        choicesMet++;
        Term choice =
            terms.variable(
                "any " + choicesMet + " " + local.name() + mark, new Sort.BitVector(local.width()));
        flow.locals.put(local, choice);
        choices.add(new Effects.Choice(reached(flow), choicesMet, choice));
        constraint.ifPresent(c -> constraints.add(terms.implies(reached(flow), evaluate(c, flow))));
      }
      case Statement.If(var condition, var then, var otherwise) ->
          branch(evaluate(condition, flow), then, otherwise, flow, returns);
      case Statement.While loop -> {
        switch (loops) {
          case SKIPPED -> unroll(loop, 0, flow, returns);
          case UNROLLED -> unroll(loop, UNROLLING, flow, returns);
          case ABSTRACTED -> abstracted(loop, flow);
        }
      }
      case Statement.Raise(var cause, var arguments) -> {
        raise(cause, arguments.stream().map(a -> evaluate(a, flow)).toList(), flow, flow.route);
        flow.how = Flow.Left.TRAPPED;
      }
      case Statement.Return(var value) -> {
        Term result = value.map(v -> evaluate(v, flow)).orElse(null);
        if (returns != null) {
          returns.all.add(new Returns.Return(flow.route, flow.state.copy(), flow.undo, result));
        }
        flow.how = Flow.Left.RETURNED;
      }
      case Statement.Halt() -> flow.state.set(flow.state.layout().halted(), terms.truth(true));
      case Statement.Commit() -> flow.undo = flow.state.copy();
      case Statement.Unpredictable(var message) -> {
        unpredictable = terms.or(unpredictable, reached(flow));
        flow.how = Flow.Left.TRAPPED;
      }
      case Statement.Execute(var word) -> {
        handover(evaluate(word, flow), flow);
        flow.how = flow.how == Flow.Left.NOT ? Flow.Left.RETURNED : flow.how;
        if (flow.how == Flow.Left.RETURNED && returns != null) {
          returns.all.add(new Returns.Return(flow.route, flow.state.copy(), flow.undo, null));
        }
      }
    }
  }

  /// Writes an element, and notes the fields that do not simply keep what they hold.
  private void recordWrites(SymbolicState state, Register register, Term index, Term value) {
    SymbolicState before = state.copy();
    state.element(terms, register, index, value);
    int slot = state.layout().indexOf(register);
    for (int i = slot; i < slot + register.fields().size(); i++) {
      if (state.get(i) != before.get(i)) {
        written.add(state.layout().slots().get(i));
      }
    }
  }

  /// When control gets here: the route, and nothing has left before.
  private Term reached(Flow flow) {
    return reached(flow.route);
  }

  private Term reached(Term route) {
    return terms.and(
        route, terms.not(terms.or(List.of(left, unpredictable, unresolved, handed, faults))));
  }

  private void raise(Cause cause, List<Term> arguments, Flow flow, Term route) {
    Term condition = reached(route);
    if (condition.isFalse()) {
      return;
    }
    exits.add(new Effects.Exit(condition, route, cause, arguments, flow.undo, translating));
    left = terms.or(left, condition);
  }

  private void branch(
      Term condition,
      Statement.Block then,
      Statement.Block otherwise,
      Flow flow,
      @Nullable Returns returns) {
    if (condition.isTrue()) {
      execute(then, flow, returns);
      return;
    }
    if (condition.isFalse()) {
      execute(otherwise, flow, returns);
      return;
    }
    Flow yes = flow.branch(condition, terms);
    execute(then, yes, returns);
    Flow no = flow.branch(terms.not(condition), terms);
    execute(otherwise, no, returns);
    rejoin(condition, yes, no, flow);
  }

  private void rejoin(Term condition, Flow yes, Flow no, Flow flow) {
    Term before = flow.route;
    Term yesRoute = routeAfter(yes, terms.and(before, condition));
    Term noRoute = routeAfter(no, terms.and(before, terms.not(condition)));
    boolean untouched =
        yesRoute == terms.and(before, condition)
            && noRoute == terms.and(before, terms.not(condition));
    flow.route = untouched ? before : terms.or(yesRoute, noRoute);
    if (yes.isOver() && no.isOver()) {
      flow.how =
          yes.how == Flow.Left.TRAPPED && no.how == Flow.Left.TRAPPED
              ? Flow.Left.TRAPPED
              : Flow.Left.RETURNED;
      return;
    }
    Flow only = yes.isOver() ? no : no.isOver() ? yes : null;
    if (only != null) {
      flow.locals.putAll(only.locals);
      for (int i = 0; i < flow.state.layout().slots().size(); i++) {
        flow.state.set(i, only.state.get(i));
      }
      flow.undo = only.undo;
      return;
    }
    for (Map.Entry<Local, Term> entry : no.locals.entrySet()) {
      Term other = yes.locals.get(entry.getKey());
      if (other != null) {
        flow.locals.put(entry.getKey(), terms.ite(condition, other, entry.getValue()));
      }
    }
    for (int i = 0; i < flow.state.layout().slots().size(); i++) {
      flow.state.set(i, terms.ite(condition, yes.state.get(i), no.state.get(i)));
    }
    flow.undo = merged(condition, yes.undo, no.undo);
  }

  /// A way that trapped is assumed not taken, so it bounds nothing behind it; one that returned
  /// does.
  private Term routeAfter(Flow flow, Term before) {
    return switch (flow.how) {
      case NOT -> flow.route;
      case TRAPPED -> before;
      case RETURNED -> terms.truth(false);
    };
  }

  private void unroll(Statement.While loop, int fuel, Flow flow, @Nullable Returns returns) {
    Term condition = evaluate(loop.condition(), flow);
    if (condition.isFalse()) {
      return;
    }
    if (fuel == 0) {
      unresolved = terms.or(unresolved, reached(terms.and(flow.route, condition)));
      return;
    }
    Flow again = flow.branch(condition, terms);
    execute(loop.body(), again, returns);
    if (!again.isOver()) {
      unroll(loop, fuel - 1, again, returns);
    }
    Flow done = flow.branch(terms.not(condition), terms);
    rejoin(condition, again, done, flow);
  }

  /// The loop as an unknown function: its results are variables named after all that it reads, so
  /// that two runs that agree on that get the same results. Of the references through a space in it
  /// one stands for all, to an unknown address; whether one traps is unknown for each run. A
  /// physical one counts as made.
  private void abstracted(Statement.While loop, Flow flow) {
    Term condition = evaluate(loop.condition(), flow);
    if (condition.isFalse()) {
      return;
    }
    Term entered = terms.and(flow.route, condition);
    Quiet body = Quiet.of(loop, flow.state.layout().machine());
    boolean onlyStorageTraps = body.causes.stream().allMatch(c -> c.kind() == Cause.Kind.MEMORY);
    if (!body.quiet || !onlyStorageTraps) {
      unresolved = terms.or(unresolved, reached(entered));
      return;
    }
    loopsMet++;
    if (!body.memories.isEmpty()) {
      touch(entered);
    }
    List<Term> inputs = new ArrayList<>();
    body.read.stream()
        .map(flow.locals::get)
        .filter(java.util.Objects::nonNull)
        .forEach(inputs::add);
    body.registers.forEach(r -> {
      int slot = flow.state.layout().indexOf(r);
      for (int i = 0; i < r.fields().size(); i++) {
        inputs.add(flow.state.get(slot + i));
      }
    });
    body.memories.forEach(m -> inputs.add(flow.state.memory(m)));
    body.spaces.forEach(s -> inputs.addAll(seenThrough(s, flow.state)));
    body.ports.forEach(p -> {
      inputs.add(flow.state.position(p));
      inputs.add(flow.state.stream(p));
    });
    String key =
        LOOP
            + loopsMet
            + inputs.stream().map(t -> "#" + t.id()).collect(Collectors.joining(",", "(", ")"));
    for (Space space : body.spaces) {
      Term address =
          terms.variable(
              key + " reference to " + space.name(), new Sort.BitVector(space.address().width()));
      unknowns.put(address, inputs);
      Term index =
          terms.variable(
              address.name() + " leads to" + mark, new Sort.BitVector(space.memory().indexWidth()));
      unknowns.put(index, deciding(inputs, flow.state));
      references.add(
          new Effects.Reference(entered, space, Access.LOAD, address, index, Optional.empty()));
    }
    for (Cause cause : body.causes) {
      Term traps =
          terms.variable(LOOP + loopsMet + " traps " + cause.name() + mark, new Sort.BitVector(1));
      unknowns.put(traps, deciding(inputs, flow.state));
      List<Term> arguments =
          cause.parameters().stream()
              .map(p ->
                  terms.variable(
                      key + " " + cause.name() + " " + p.name() + mark,
                      new Sort.BitVector(p.width())))
              .toList();
      boolean outer = translating;
      translating = true;
      raise(cause, arguments, flow, terms.and(entered, traps));
      translating = outer;
    }
    for (Local local : body.assigned) {
      Term result = terms.variable(key + " " + local.name(), new Sort.BitVector(local.width()));
      unknowns.put(result, inputs);
      Term before = flow.locals.get(local);
      flow.locals.put(local, before == null ? result : terms.ite(condition, result, before));
    }
    Term after = evaluate(loop.condition(), flow);
    facts.add(terms.implies(reached(entered), terms.not(after)));
  }

  /// What decides whether a loop that reads this traps: that, and what translation depends on.
  private static List<Term> deciding(List<Term> inputs, SymbolicState state) {
    List<Term> all = new ArrayList<>(inputs);
    for (int i = 0; i < state.layout().slots().size(); i++) {
      if (state.layout().isTranslating(state.layout().slots().get(i))) {
        all.add(state.get(i));
      }
    }
    return all;
  }

  /// What decides what a read through a space brings: the window, and as it may share cells with
  /// others, theirs. The window is known to be as at the start, but for stores through spaces;
  /// where storage was written otherwise, or translation is not what it was, all that there is.
  private List<Term> seenThrough(Space space, SymbolicState state) {
    Layout layout = state.layout();
    List<Term> seen = new ArrayList<>();
    boolean moved = writesPhysically || started == null;
    for (int i = 0; i < layout.slots().size(); i++) {
      Slot slot = layout.slots().get(i);
      if (slot instanceof Slot.OfWindow(var other) && other.memory() == space.memory()) {
        seen.add(state.get(i));
      }
      moved |=
          started != null
              && slot instanceof Slot.OfField
              && layout.isTranslating(slot)
              && state.get(i) != started.get(i);
    }
    if (moved) {
      seen.add(state.memory(space.memory()));
      for (int i = 0; i < layout.slots().size(); i++) {
        if (layout.isTranslating(layout.slots().get(i))) {
          seen.add(state.get(i));
        }
      }
    }
    return seen;
  }

  private void load(Statement.Load load, Flow flow) {
    Space space = load.space();
    Term address = evaluate(load.address(), flow);
    Term index = index(space, address, load.access(), flow);
    references.add(
        new Effects.Reference(flow.route, space, load.access(), address, index, Optional.empty()));
    Term value = stored(space, address, index, flow);
    if (load.access() == Access.FETCH) {
      isNoDevice(space.memory(), index, flow);
    } else {
      for (DeviceCell device : devices(space)) {
        Term there = terms.eq(index, terms.constant(device.index()));
        if (!there.isFalse()) {
          Flow yes = flow.branch(there, terms);
          Term got = inline(device.get().body(), new LinkedHashMap<>(), yes);
          rejoin(there, yes, flow.branch(terms.not(there), terms), flow);
          value = got == null ? value : terms.ite(there, got, value);
        }
      }
    }
    flow.locals.put(load.target(), value);
  }

  /// What storage holds there.
  private Term stored(Space space, Term address, Term index, Flow flow) {
    return switch (storage) {
      case WINDOW -> terms.select(flow.state.window(space), address);
      case PHYSICAL -> terms.select(flow.state.memory(space.memory()), index);
    };
  }

  private void store(Statement.Store store, Flow flow) {
    Term address = evaluate(store.address(), flow);
    Term value = evaluate(store.value(), flow);
    Space space = store.space();
    Memory memory = space.memory();
    Term index = index(space, address, Access.STORE, flow);
    Term toDevice = isOneOf(terms, devices(space), index);
    Term kept =
        toDevice.isFalse()
            ? value
            : terms.ite(toDevice, stored(space, address, index, flow), value);
    written.add(new Slot.OfMemory(memory));
    references.add(
        new Effects.Reference(flow.route, space, Access.STORE, address, index, Optional.of(kept)));
    if (storage == Storage.PHYSICAL) {
      flow.state.memory(memory, terms.store(flow.state.memory(memory), index, kept));
    }
    Term seen =
        toDevice.isFalse()
            ? value
            : terms.ite(toDevice, terms.select(flow.state.window(space), address), value);
    flow.state.window(space, terms.store(flow.state.window(space), address, seen));
    for (DeviceCell device : devices(space)) {
      Term there = terms.eq(index, terms.constant(device.index()));
      if (!there.isFalse()) {
        Flow yes = flow.branch(there, terms);
        Local given = device.set().parameters().getFirst();
        inline(device.set().body(), new LinkedHashMap<>(Map.of(given, value)), yes);
        rejoin(there, yes, flow.branch(terms.not(there), terms), flow);
      }
    }
  }

  /// Whether the cell is one of these registers.
  public static Term isOneOf(Terms terms, List<DeviceCell> devices, Term index) {
    return terms.or(devices.stream().map(d -> terms.eq(index, terms.constant(d.index()))).toList());
  }

  /// From here on no promise is made where that cell is a device's register, which is reached
  /// otherwise than by a load or store through a space.
  private void isNoDevice(Memory memory, Term index, Flow flow) {
    isNoDevice(memory, index, flow.state, flow.route);
  }

  private void isNoDevice(Memory memory, Term index, SymbolicState state, Term route) {
    Term device = isOneOf(terms, state.layout().machine().devices(memory), index);
    if (!device.isFalse()) {
      unpredictable = terms.or(unpredictable, reached(terms.and(route, device)));
    }
  }

  private Term index(Space space, Term address, Access access, Flow flow) {
    Map<Local, Term> locals = new LinkedHashMap<>();
    locals.put(space.address(), address);
    space
        .access()
        .ifPresent(local -> {
          Bits value = space.accessValues().getOrDefault(access, Bits.zero(local.width()));
          locals.put(local, terms.constant(value));
        });
    boolean outer = translating;
    translating = true;
    Term index = inline(space.body(), locals, flow);
    translating = outer;
    if (index == null) {
      return terms.constant(space.memory().indexWidth(), 0);
    }
    return bounded(index, space.memory().count(), space.memory().indexWidth(), flow.route);
  }

  private void call(Optional<Local> result, Function function, List<Term> arguments, Flow flow) {
    Map<Local, Term> locals = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      locals.put(function.parameters().get(i), arguments.get(i));
    }
    Term value = inline(function.body(), locals, flow);
    result.ifPresent(
        local -> flow.locals.put(local, value == null ? terms.constant(local.width(), 0) : value));
  }

  /// Runs a function's body in the caller's flow; its value, or null when no way through it returns
  /// one.
  private @Nullable Term inline(Statement.Block body, Map<Local, Term> locals, Flow flow) {
    Flow inner = new Flow(flow.state, locals, flow.route);
    inner.undo = flow.undo;
    Returns returns = new Returns();
    execute(body, inner, returns);
    Term value = join(inner, returns);
    flow.undo = inner.undo;
    flow.how = inner.how;
    return value;
  }

  private void handover(Term word, Flow flow) {
    boolean untouched = !writesPhysically;
    Layout layout = flow.state.layout();
    for (int i = 0; i < layout.slots().size(); i++) {
      untouched &=
          !layout.isControl(layout.slots().get(i))
              || (origin != null && flow.state.get(i) == origin.get(i));
    }
    handovers.add(new Effects.Handover(flow.route, word, untouched));
    Target next = target;
    if (next == null) {
      handed = terms.or(handed, reached(flow));
      return;
    }
    target = null;
    var fit = InstructionWord.fit(terms, next.instruction, next.row, word, flow.state);
    Term other = terms.not(fit.holds());
    handed = terms.or(handed, reached(terms.and(flow.route, other)));
    Map<Local, Term> locals = new LinkedHashMap<>(fit.operands());
    locals.put(next.wordLocal, word);
    inline(next.instruction.body(), locals, flow);
    target = next;
  }

  private Term next(Term position) {
    return terms.add(position, terms.constant(Slot.OfPosition.WIDTH, 1));
  }

  /// A physical read: translation's, or the instruction's own.
  private void touch(Memory memory, Term index, Term route) {
    if (translating) {
      tables.add(new Translation.Read(memory, reached(route), index));
    } else {
      touch(route);
    }
  }

  /// A physical access, if it is the instruction's own and not translation's.
  private void touch(Term route) {
    if (!translating) {
      touches = terms.or(touches, reached(route));
    }
  }

  /// The index in the width that names every element; a fault when it can be out of range.
  private Term bounded(Term index, BigInteger count, int width, Term route) {
    if (index.width() >= count.bitLength()
        && BigInteger.ONE.shiftLeft(index.width()).compareTo(count) > 0) {
      Term limit = terms.constant(new Bits(index.width(), count));
      Term wide = index;
      faults = terms.or(faults, reached(terms.and(route, terms.not(terms.ult(wide, limit)))));
    }
    return index.width() > width
        ? terms.extract(index, width - 1, 0)
        : index.width() < width ? terms.zext(index, width) : index;
  }

  private Term evaluate(Expr expr, Flow flow) {
    return evaluate(expr, flow, flow.route);
  }

  private Term evaluate(Expr expr, Flow flow, Term route) {
    return switch (expr) {
      case Local local -> {
        Term value = flow.locals.get(local);
        if (value == null) {
          throw new IllegalStateException("unbound local " + local);
        }
        yield value;
      }
      case Expr.Constant(var value) -> terms.constant(value);
      case Expr.RegisterRead(var register, var index) ->
          flow.state.element(
              terms,
              register,
              bounded(
                  evaluate(index, flow, route),
                  BigInteger.valueOf(register.count()),
                  register.indexWidth(),
                  route));
      case Expr.MemoryRead(var memory, var index) -> {
        Term at = bounded(evaluate(index, flow, route), memory.count(), memory.indexWidth(), route);
        isNoDevice(memory, at, flow.state, route);
        touch(memory, at, route);
        yield terms.select(flow.state.memory(memory), at);
      }
      case Expr.PortPeek(var port) ->
          terms.select(flow.state.stream(port), flow.state.position(port));
      case Expr.Unary(var op, var operand) -> {
        Term a = evaluate(operand, flow, route);
        yield switch (op) {
          case NOT -> terms.not(a);
          case NEG -> terms.neg(a);
        };
      }
      case Expr.Binary(var op, var left, var right) ->
          binary(op, evaluate(left, flow, route), evaluate(right, flow, route));
      case Expr.Extract(var operand, var high, var low) ->
          terms.extract(evaluate(operand, flow, route), high, low);
      case Expr.Concat(var high, var low) ->
          terms.concat(evaluate(high, flow, route), evaluate(low, flow, route));
      case Expr.Extend(var operand, var width, var signed) ->
          signed
              ? terms.sext(evaluate(operand, flow, route), width)
              : terms.zext(evaluate(operand, flow, route), width);
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        Term c = evaluate(condition, flow, route);
        Term yes = evaluate(then, flow, terms.and(route, c));
        Term no = evaluate(otherwise, flow, terms.and(route, terms.not(c)));
        yield terms.ite(c, yes, no);
      }
      case Expr.Unspecified(var function, var arguments) ->
          terms.apply(
              function.name(),
              function.width(),
              arguments.stream().map(a -> evaluate(a, flow, route)).toList());
    };
  }

  private Term binary(Expr.BinaryOp op, Term a, Term b) {
    return switch (op) {
      case ADD -> terms.add(a, b);
      case SUB -> terms.sub(a, b);
      case MUL -> terms.mul(a, b);
      case UDIV -> terms.udiv(a, b);
      case UREM -> terms.urem(a, b);
      case SDIV -> terms.sdiv(a, b);
      case SREM -> terms.srem(a, b);
      case AND -> terms.and(a, b);
      case OR -> terms.or(a, b);
      case XOR -> terms.xor(a, b);
      case SHL -> terms.shl(a, b);
      case LSHR -> terms.lshr(a, b);
      case ASHR -> terms.ashr(a, b);
      case EQ -> terms.eq(a, b);
      case ULT -> terms.ult(a, b);
      case ULE -> terms.ule(a, b);
      case SLT -> terms.slt(a, b);
      case SLE -> terms.sle(a, b);
    };
  }
}
