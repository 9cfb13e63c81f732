package trapline.machine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.codec.Image;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.DeviceCell;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Space;
import trapline.isa.Statement;

/// A machine that runs: its instructions, functions, spaces and trap entries compiled once.
///
/// May be shared between threads; each [State] belongs to one.
public final class Simulator {
  private final Layout layout;
  private final Codec codec;
  private final Choices choices;
  private final Engine engine;
  private final boolean confined;
  private final Map<Way, Routine> translators = new ConcurrentHashMap<>();
  private final Map<Object, Routine> routines =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private record Way(Space space, Access access) {}

  private Simulator(Machine machine, boolean sparse, boolean confined) {
    this.confined = confined;
    layout = new Layout(machine, sparse);
    codec = Codec.of(machine);
    choices = new Choices(0);
    engine = Compiler.engine(layout, codec, new Trapping(), choices, confined);
  }

  public static Simulator of(Machine machine) {
    return new Simulator(machine, false, false);
  }

  /// One whose states cost what they hold, and not what storage there is: for single steps from
  /// many states. Slower, since every access to storage looks for a page.
  public static Simulator sparse(Machine machine) {
    return new Simulator(machine, true, false);
  }

  /// One whose states may share storage, each confined to its part: see [State#confine] and
  /// [#window]. Slower, since every access to storage is looked at.
  public static Simulator confined(Machine machine) {
    return new Simulator(machine, false, true);
  }

  public Machine machine() {
    return layout.machine;
  }

  public Codec codec() {
    return codec;
  }

  /// Everything zero, fixed fields excepted.
  public State blank() {
    return new State(layout);
  }

  /// A state whose storage is `cells` cells of `host`'s from `base` on; else as [#blank]. The two
  /// machines must be instances of one description, which may differ in the size of storage.
  public State window(State host, long base, long cells) {
    if (!confined) {
      throw new IllegalStateException("a window needs a confined simulator");
    }
    if (base < 0 || cells < 0 || base + cells > storage(host)) {
      throw new IllegalArgumentException("no cells " + base + "+" + cells);
    }
    String mine = shape(machine());
    String theirs = shape(host.machine());
    if (!mine.equals(theirs)) {
      throw new IllegalArgumentException(mine + " in " + theirs);
    }
    return new State(layout, host, base, cells);
  }

  /// How many cells of storage there are to divide, as far as a `long` goes: of the memories that
  /// spaces translate to, the least, without the registers of devices at its end.
  public static long storage(State state) {
    long all =
        state.machine().memories().stream()
            .filter(state.layout::isPlaced)
            .mapToLong(m -> storage(state.machine(), m))
            .min()
            .orElse(0);
    return state.isWindow() ? Math.min(all, state.cells) : all;
  }

  private static long storage(Machine machine, Memory memory) {
    long cells =
        memory.count().bitLength() < Long.SIZE ? memory.count().longValue() : Long.MAX_VALUE;
    for (DeviceCell device : machine.devices(memory).reversed()) {
      if (device.index().value().equals(BigInteger.valueOf(cells - 1))) {
        cells--;
      }
    }
    return cells;
  }

  /// All that two machines must have in common for one to run in the other's place.
  private static String shape(Machine machine) {
    var layout = new Layout(machine);
    var shape = new StringBuilder(machine.name());
    machine
        .registers()
        .forEach(r ->
            shape.append(' ').append(r.name()).append(r.count()).append(':').append(r.width()));
    for (Memory m : machine.memories()) {
      boolean placed = layout.isPlaced(m);
      shape.append(' ').append(m.name()).append(':').append(m.width()).append(placed);
      shape.append(placed ? layout.isDense(m) : m.count());
    }
    machine.ports().forEach(p -> shape.append(' ').append(p.fullName()).append(p.width()));
    return shape.toString();
  }

  /// The state after reset.
  public State reset() {
    State state = blank();
    reset(state);
    return state;
  }

  /// Resets the registers.
  public void reset(State state) {
    for (var register : machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        state.register(register, i, register.reset());
      }
    }
  }

  /// Puts an assembled image into the memory that instructions are fetched from. Comes back with
  /// the first part that lies outside it, if one does; the parts before it are in place.
  public Optional<Image.Cell> load(State state, Image image) {
    Optional<Memory> storage = codec.storage();
    for (Image.Cell cell : image.cells()) {
      if (storage.isEmpty() || !load(state, storage.get(), cell)) {
        return Optional.of(cell);
      }
    }
    return Optional.empty();
  }

  /// Puts what one address names in its place: a cell, or a part of one.
  private boolean load(State state, Memory memory, Image.Cell cell) {
    int width = cell.value().width();
    int lanes = memory.width() / width;
    if (lanes == 0 || memory.width() % width != 0 || cell.address() < 0) {
      return false;
    }
    long index = cell.address() / lanes;
    if (!memory.has(index)
        || (state.isWindow() && index >= storage(state))
        || machine().isDevice(memory, index)) {
      return false;
    }
    int lane = (int) (cell.address() % lanes);
    int low = (codec.units().highFirst() ? lanes - 1 - lane : lane) * width;
    state.memory(
        memory,
        index,
        lanes == 1
            ? cell.value()
            : state.memory(memory, index).insert(low + width - 1, low, cell.value()));
    return true;
  }

  /// The instruction encoded by `word` as a function i(S): the fetch's `then` part, then decode,
  /// guards and body. No fetch, no interrupt, no trap entry, no `after`.
  public Outcome execute(State state, Bits word) {
    try {
      begin(state);
      argument(state, 0, word);
      int status = engine.execute(state);
      if (status != Engine.COMPLETED) {
        Cause cause = cause(status - Engine.FIRST_CAUSE);
        undo(state);
        return new Outcome.Trapped(cause, arguments(state, cause.parameters()));
      }
      return new Outcome.Completed(codec.instruction(codec.number(word)));
    } catch (Fault fault) {
      return new Outcome.Stopped(fault.reason(), fault.isUnpredictable());
    }
  }

  /// The next instruction: fetch, then as [#execute]; no interrupt, no trap entry, no `after`. A
  /// halted machine executes none, which is the caller's to see to.
  public Result attempt(State state) {
    try {
      begin(state);
      int status = engine.attempt(state);
      if (status == Engine.COMPLETED) {
        return Result.DONE;
      }
      boolean inFetch = status >= Engine.IN_FETCH;
      Cause cause = cause(status - Engine.FIRST_CAUSE - (inFetch ? Engine.IN_FETCH : 0));
      undo(state);
      return new Result.Trapped(cause, arguments(state, cause.parameters()));
    } catch (Fault fault) {
      return new Result.Stopped(fault.reason());
    }
  }

  /// The word that was fetched last.
  public Bits fetched(State state) {
    return word(state);
  }

  /// The first interrupt that is due.
  public Optional<Cause> due(State state) {
    int cause = engine.due(state);
    return cause < 0 ? Optional.empty() : Optional.of(cause(cause));
  }

  /// Acknowledges the interrupt `cause`, as the machine does before the trap sequence; tells why it
  /// stopped, if it did.
  public Optional<String> acknowledge(State state, Cause cause) {
    try {
      begin(state);
      engine.take(state, layout.number(cause));
      return Optional.empty();
    } catch (Fault fault) {
      return Optional.of(fault.reason());
    }
  }

  /// What the machine does after each step; tells why it stopped, if it did. It is not confined as
  /// programs are.
  public Optional<String> pass(State state) {
    try {
      state.passing = true;
      begin(state);
      engine.pass(state);
      return Optional.empty();
    } catch (Fault fault) {
      return Optional.of(fault.reason());
    } finally {
      state.passing = false;
    }
  }

  /// One machine step: the first interrupt that is due, else fetch and execute; a trap is undone
  /// and entered; then `after`. Nothing happens to a machine that has halted.
  ///
  /// A trap in the trap sequence itself, in an acknowledgement or in `after` stops the machine: a
  /// description that wants double faults has to say what they do.
  public Event step(State state) {
    try {
      state.trap = 0;
      state.steps = 0;
      state.status = Engine.COMPLETED;
      if (engine.run(state, 1) == Engine.HALTED) {
        return new Event.Halted();
      }
      int status = state.status;
      if (status <= Engine.FIRST_INTERRUPT) {
        return new Event.Interrupted(cause(Engine.FIRST_INTERRUPT - status));
      }
      if (status >= Engine.IN_FETCH) {
        Cause cause = cause(status - Engine.IN_FETCH - Engine.FIRST_CAUSE);
        return new Event.Trapped(cause, arguments(state, cause.parameters()), Optional.empty());
      }
      Bits word = word(state);
      if (status == Engine.COMPLETED) {
        return new Event.Executed(codec.instruction(codec.number(word)), word);
      }
      Cause cause = cause(status - Engine.FIRST_CAUSE);
      return new Event.Trapped(cause, arguments(state, cause.parameters()), Optional.of(word));
    } catch (Fault fault) {
      return new Event.Stopped(fault.reason());
    }
  }

  /// Why [#run] came back, and after how many steps.
  public record Run(long steps, Reason reason) {
    public sealed interface Reason {}

    /// All the steps asked for were taken.
    public record Done() implements Reason {}

    public record Halted() implements Reason {}

    public record Stopped(String reason) implements Reason {}
  }

  /// Up to `steps` machine steps, at full speed.
  public Run run(State state, long steps) {
    state.steps = 0;
    state.trap = 0;
    try {
      int status = engine.run(state, steps);
      return new Run(state.steps, status == Engine.HALTED ? new Run.Halted() : new Run.Done());
    } catch (Fault fault) {
      return new Run(state.steps, new Run.Stopped(fault.reason()));
    }
  }

  /// Runs the trap sequence for `cause`; tells why it stopped, if it did.
  public Optional<String> enter(State state, Cause cause, List<Bits> arguments) {
    try {
      begin(state);
      for (int i = 0; i < arguments.size(); i++) {
        argument(state, i, arguments.get(i));
      }
      engine.enter(state, layout.number(cause));
      return Optional.empty();
    } catch (Fault fault) {
      return Optional.of(fault.reason());
    }
  }

  /// Where `address` leads. The state does not change.
  public Translation translation(State state, Space space, Bits address, Access access) {
    Routine routine = translator(space, access);
    long before = state.choices;
    int anys = state.anys;
    try {
      begin(state);
      argument(state, 0, address);
      state.translating = machine().spaces().indexOf(space);
      int status = routine.run(state);
      if (status != Engine.COMPLETED) {
        Cause cause = cause(status - Engine.FIRST_CAUSE);
        var arguments = arguments(state, cause.parameters());
        return new Translation.Trapped(cause, arguments);
      }
      long index = state.narrowArguments[0];
      return isCell(space.memory(), index)
          ? new Translation.Reached(index)
          : new Translation.Stopped(
              space.memory().name() + " has no cell " + Long.toUnsignedString(index));
    } catch (Fault fault) {
      return new Translation.Stopped(fault.reason());
    } finally {
      undo(state);
      state.translating = State.NOWHERE;
      state.choices = before;
      state.anys = anys;
    }
  }

  /// The cells that translation itself reads to find where `address` leads, as in a table in
  /// storage. Known of confined simulators only.
  public Set<Long> walk(State state, Space space, Bits address, Access access) {
    Set<Long> cells = new TreeSet<>();
    state.noteWalk(cells);
    try {
      translation(state, space, address, access);
    } finally {
      state.noteWalk(null);
    }
    return cells;
  }

  private static boolean isCell(Memory memory, long index) {
    return memory.count().bitLength() >= Long.SIZE
        || Long.compareUnsigned(index, memory.count().longValue()) < 0;
  }

  /// The physical index that `address` leads to; empty if it leads nowhere.
  public OptionalLong translate(State state, Space space, Bits address, Access access) {
    return translation(state, space, address, access) instanceof Translation.Reached(var index)
        ? OptionalLong.of(index)
        : OptionalLong.empty();
  }

  /// The value of a pure expression without locals: a mode's predicate, an assumption. An index out
  /// of range reads zero.
  public Bits evaluate(Expr expr, State state) {
    Routine routine =
        routines.computeIfAbsent(
            expr, e -> routine(List.of(), Statement.Block.EMPTY, List.of(expr), true));
    try {
      routine.run(state);
    } catch (Fault fault) {
      return Bits.zero(expr.width());
    }
    return argument(state, 0, expr.width());
  }

  /// What came of a [#call], [#perform] or [#attempt]: a trap is undone, its entry has not run.
  public sealed interface Result {
    /// `value` is absent for a function without a result.
    record Returned(Optional<Bits> value) implements Result {}

    /// Came to its end, without a value.
    Result DONE = new Returned(Optional.empty());

    record Trapped(Cause cause, List<Bits> arguments) implements Result {}

    record Stopped(String reason) implements Result {}
  }

  /// Calls a function of the description: a monitor's `map`, a helper under test.
  public Result call(State state, Function function, List<Bits> arguments) {
    Routine routine =
        routines.computeIfAbsent(
            function,
            f -> {
              Optional<Local> result =
                  function.width().isPresent()
                      ? Optional.of(new Local("result", function.width().getAsInt()))
                      : Optional.empty();
              var call = new Statement.Call(result, function, List.copyOf(function.parameters()));
              return routine(
                  function.parameters(),
                  new Statement.Block(List.of(call), function.span()),
                  result.<List<Local>>map(List::of).orElse(List.of()),
                  false);
            });
    state.reserve(arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      argument(state, i, arguments.get(i));
    }
    return result(
        state,
        routine,
        () ->
            function.width().isPresent()
                ? Optional.of(argument(state, 0, function.width().getAsInt()))
                : Optional.empty());
  }

  /// Runs statements of the description outside any instruction.
  public Result perform(State state, Statement.Block block) {
    Routine routine =
        routines.computeIfAbsent(block, b -> routine(List.of(), block, List.of(), false));
    return result(state, routine, Optional::empty);
  }

  /// As [#perform(State, Statement.Block)], then `expr`, whose value comes back. `locals` hold what
  /// is bound before, and take what is bound after.
  Result perform(State state, Statement.Block block, Optional<Expr> expr, Map<Local, Bits> locals) {
    var bound = Locals.of(block, expr);
    var results = new ArrayList<Expr>(bound);
    expr.ifPresent(results::add);
    Routine routine = routine(bound, block, results, false);
    state.reserve(results.size());
    for (int i = 0; i < bound.size(); i++) {
      Local local = bound.get(i);
      argument(state, i, locals.getOrDefault(local, Bits.zero(local.width())));
    }
    return result(
        state,
        routine,
        () -> {
          for (int i = 0; i < bound.size(); i++) {
            locals.put(bound.get(i), argument(state, i, bound.get(i).width()));
          }
          return expr.map(e -> argument(state, bound.size(), e.width()));
        });
  }

  private Result result(State state, Routine routine, Supplier<Optional<Bits>> value) {
    try {
      begin(state);
      int status = routine.run(state);
      if (status == Engine.EXECUTE) {
        return new Result.Stopped("`execute` outside an instruction");
      }
      if (status != Engine.COMPLETED) {
        Cause cause = cause(status - Engine.FIRST_CAUSE);
        undo(state);
        return new Result.Trapped(cause, arguments(state, cause.parameters()));
      }
      return new Result.Returned(value.get());
    } catch (Fault fault) {
      return new Result.Stopped(fault.reason());
    }
  }

  private Routine translator(Space space, Access access) {
    return translators.computeIfAbsent(
        new Way(space, access),
        way -> {
          var address = new Local("address", space.address().width());
          var index = new Local("index", space.memory().indexWidth());
          var translate =
              new Statement.Call(
                  Optional.of(index), asFunction(space), arguments(space, address, access));
          return routine(
              List.of(address),
              new Statement.Block(List.of(translate), space.span()),
              List.of(index),
              true);
        });
  }

  private static Function asFunction(Space space) {
    var parameters = new ArrayList<Local>();
    parameters.add(space.address());
    space.access().ifPresent(parameters::add);
    return new Function(
        space.name(),
        parameters,
        OptionalInt.of(space.memory().indexWidth()),
        space.body(),
        space.span());
  }

  private static List<Expr> arguments(Space space, Local address, Access access) {
    var arguments = new ArrayList<Expr>();
    arguments.add(address);
    space
        .access()
        .ifPresent(how ->
            arguments.add(
                new Expr.Constant(
                    space.accessValues().getOrDefault(access, Bits.zero(how.width())))));
    return arguments;
  }

  private Routine routine(
      List<Local> inputs, Statement.Block block, List<? extends Expr> results, boolean harmless) {
    return Compiler.routine(
        layout, new Trapping(), choices, inputs, block, results, harmless, confined);
  }

  private static void begin(State state) {
    state.begin();
    state.trap = 0;
  }

  private static void undo(State state) {
    state.undo();
    state.trap = 0;
  }

  private Cause cause(int number) {
    return layout.machine.traps().get(number).cause();
  }

  private Bits word(State state) {
    int width = machine().fetch().word().width();
    return Layout.isWide(width)
        ? new Bits(width, state.wordWide)
        : Bits.of(width, state.wordNarrow);
  }

  private static List<Bits> arguments(State state, List<Local> parameters) {
    var values = new ArrayList<Bits>();
    for (int i = 0; i < parameters.size(); i++) {
      values.add(argument(state, i, parameters.get(i).width()));
    }
    return List.copyOf(values);
  }

  private static Bits argument(State state, int index, int width) {
    return Layout.isWide(width)
        ? new Bits(width, state.wideArguments[index])
        : Bits.of(width, state.narrowArguments[index]);
  }

  private static void argument(State state, int index, Bits value) {
    if (Layout.isWide(value.width())) {
      state.wideArguments[index] = value.value();
    } else {
      state.narrowArguments[index] = value.toLong();
    }
  }
}
