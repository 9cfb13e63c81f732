package trapline.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.DeviceCell;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.TrapLine;
import trapline.isa.UnspecifiedFunction;

/// i(S), by plain recursion over the body: the slowest and plainest meaning of a description.
///
///     i(S)  = Completes(S') | Traps(cause, S undone) | HandsOver | Stopped(why)
///     Out(S) = { i(S) : every `any` has some value that satisfies its `where` }
///
/// The word is given, not fetched: `fetch.advance` runs, then the body of the instruction that the
/// word encodes. No interrupt, no `after`, no trap entry. Of every `unspecified fn` one is assumed.
final class TreeWalk {
  sealed interface Outcome {
    record Completes(Cells after) implements Outcome {}

    /// `undone` is the state to which the instruction was undone: its start, or its last `commit`.
    record Traps(Cause cause, List<Long> arguments, Cells undone) implements Outcome {}

    /// Came to an `execute` that it was not to follow.
    record HandsOver() implements Outcome {}

    /// Neither completed nor trapped.
    record Stopped(Reason reason, String why) implements Outcome {}
  }

  enum Reason {
    /// The architecture makes no promise.
    UNPREDICTABLE,
    /// Goes on for ever, as far as can be seen: no fault of the description.
    NO_END,
    /// Names an element or a cell that does not exist.
    FAULT,
    /// No value satisfies the `where` of an `any`: there is no such run.
    NO_CHOICE
  }

  private static final int ENDLESS = 2_000;

  /// As many `any` as one run may meet.
  private static final int CHOICES = 4;

  private final Machine machine;
  private final Layout layout;
  private final Map<Local, Long> locals = new HashMap<>();
  private Cells cells = new Cells(new long[0]);
  private Cells undo = cells;
  private long result;
  private long fetched;
  private int steps;
  private boolean follows = true;
  private boolean translating;
  private boolean refused;

  /// The values of the `any`s of one run, in the order in which they are met: what is to be tried
  /// first, then zeros. `limits` are how many values each one has.
  private final List<Long> choices = new ArrayList<>();

  private final List<Long> limits = new ArrayList<>();
  private int choicesMet;
  private Optional<Notes> notes = Optional.empty();

  /// One function for every `unspecified fn`: its value by its arguments, first argument highest.
  private Map<UnspecifiedFunction, long[]> functions = Map.of();

  TreeWalk(Layout layout) {
    this.layout = layout;
    this.machine = layout.machine;
  }

  /// From now on, this is what the maker of the machine chose.
  void assume(Map<UnspecifiedFunction, long[]> functions) {
    this.functions = functions;
  }

  /// The instruction that a word encodes; `reserved` when no other does, whatever its encoding
  /// says.
  Instruction decode(long word) {
    for (Instruction i : machine.instructions()) {
      if (fits(i, word)) {
        return i;
      }
    }
    return machine.reserved();
  }

  /// Is this word in this row of this instruction?
  boolean inRow(Instruction.Row row, Instruction instruction, long word) {
    bind(instruction, word);
    for (var fixed : row.fixed().entrySet()) {
      if (locals.get(fixed.getKey()) != fixed.getValue().toLong()) {
        return false;
      }
    }
    return row.condition().isEmpty() || eval(row.condition().get()) != 0;
  }

  private boolean fits(Instruction instruction, long word) {
    return instruction.encodings().stream().anyMatch(e -> fits(e, word));
  }

  private boolean fits(Encoding encoding, long word) {
    if ((word & encoding.mask().toLong()) != encoding.match().toLong()) {
      return false;
    }
    bind(encoding, word);
    return encoding.condition().isEmpty() || eval(encoding.condition().get()) != 0;
  }

  private void bind(Instruction instruction, long word) {
    bind(
        instruction.encodings().stream()
            .filter(e -> fits(e, word))
            .findFirst()
            .orElse(instruction.encoding()),
        word);
  }

  private void bind(Encoding encoding, long word) {
    for (Encoding.Operand operand : encoding.operands()) {
      long value = 0;
      for (Encoding.Piece p : operand.pieces()) {
        value |= (word >>> p.at() & Layout.mask(p.width())) << p.low();
      }
      locals.put(operand.local(), value);
    }
    locals.put(machine.fetch().word(), word);
  }

  /// How many units of a word are fetched: until they are an instruction, or can be none.
  private int units(long word) {
    int unit = machine.fetch().unit().width();
    int width = machine.fetch().word().width();
    for (int units = 1; units * unit < width; units++) {
      boolean goesOn = false;
      for (Instruction i : machine.instructions()) {
        for (Encoding e : i.encodings()) {
          if (e.length() == units * unit && fits(e, word)) {
            return units;
          }
          goesOn |= e.length() > units * unit && begins(e, word, units * unit);
        }
      }
      if (!goesOn) {
        return units;
      }
    }
    return width / unit;
  }

  private boolean begins(Encoding encoding, long word, int bits) {
    long differs = (word ^ encoding.match().toLong()) & encoding.mask().toLong();
    if (differs >>> (encoding.width() - bits) != 0) {
      return false;
    }
    bind(encoding, word);
    return encoding.condition().isEmpty()
        || encoding.decided() > bits
        || eval(encoding.condition().get()) != 0;
  }

  private static long beginning(long word, int width, int bits) {
    return word & Layout.mask(bits) << (width - bits);
  }

  /// Whether a word is zero behind what is fetched of it.
  boolean isFetchable(long word) {
    int bits = units(word) * machine.fetch().unit().width();
    return beginning(word, machine.fetch().word().width(), bits) == word;
  }

  private void advance(long word) throws Trap {
    int units = units(word);
    for (int n = 1; n <= units; n++) {
      locals.put(
          machine.fetch().word(),
          beginning(word, machine.fetch().word().width(), n * machine.fetch().unit().width()));
      run(machine.fetch().advance());
    }
  }

  /// The instruction `word` on `start`, which is left as it is; every `any` is zero.
  Outcome execute(Cells start, long word) {
    choices.clear();
    return once(start, word);
  }

  /// Everything that the instruction `word` may do on `start`, which is left as it is. With
  /// `followed`, an `execute` goes on as the instruction that it finds.
  List<Outcome> outcomes(Cells start, long word, boolean followed) {
    follows = followed;
    choices.clear();
    refused = false;
    List<Outcome> all = new ArrayList<>();
    do {
      Outcome outcome = once(start, word);
      if (!(outcome instanceof Outcome.Stopped(var reason, var _)) || reason != Reason.NO_CHOICE) {
        all.add(outcome);
      } else {
        refused = true;
      }
    } while (nextChoices());
    follows = true;
    return all;
  }

  private Outcome once(Cells start, long word) {
    return guarded(
        start,
        () -> {
          advance(word);
          return perform(word) ? new Outcome.Completes(cells) : new Outcome.HandsOver();
        });
  }

  /// Whether some value of an `any` was refused in the last [#outcomes].
  boolean refused() {
    return refused;
  }

  /// Counts the choices up by one; false after the last.
  private boolean nextChoices() {
    for (int i = choicesMet - 1; i >= 0; i--) {
      long next = choices.get(i) + 1;
      choices.subList(i, choices.size()).clear();
      if (next < limits.get(i)) {
        choices.add(next);
        return true;
      }
    }
    return false;
  }

  /// P after the fetch of a word.
  Cells advanced(Cells start, long word) {
    Outcome outcome =
        guarded(
            start,
            () -> {
              advance(word);
              return new Outcome.Completes(cells);
            });
    return ((Outcome.Completes) outcome).after();
  }

  /// The word that a fetch from `start` brings; empty when the fetch traps.
  OptionalLong fetch(Cells start) {
    Outcome outcome =
        guarded(
            start,
            () -> {
              Fetch fetch = machine.fetch();
              fetched = 0;
              int units = 0;
              do {
                if (units > 0) {
                  locals.put(fetch.word(), fetched);
                  run(fetch.advance());
                }
                run(fetch.read());
                units++;
                fetched |=
                    locals.get(fetch.unit())
                        << (fetch.word().width() - units * fetch.unit().width());
              } while (units(fetched) > units);
              return new Outcome.Completes(cells);
            });
    return switch (outcome) {
      case Outcome.Completes(var _) -> OptionalLong.of(fetched);
      case Outcome.Traps _, Outcome.HandsOver _, Outcome.Stopped _ -> OptionalLong.empty();
    };
  }

  /// The physical index of a program address; empty when the translation traps.
  OptionalLong translate(Cells start, Space space, long address, Access access) {
    long[] index = new long[1];
    Outcome outcome =
        guarded(
            start,
            () -> {
              index[0] = translate(space, address, access);
              return new Outcome.Completes(cells);
            });
    return outcome instanceof Outcome.Completes ? OptionalLong.of(index[0]) : OptionalLong.empty();
  }

  /// The cells that a walk reads before it has stored to them, and those that it stores to.
  static final class Notes {
    final Set<Integer> read = new LinkedHashSet<>();
    final Set<Integer> stored = new LinkedHashSet<>();

    private void reads(int slot) {
      if (!stored.contains(slot)) {
        read.add(slot);
      }
    }

    private void stores(int slot) {
      stored.add(slot);
    }
  }

  /// From now on, writes down which cells are read and stored to.
  void noting(Optional<Notes> notes) {
    this.notes = notes;
  }

  /// The state after the trap sequence for a cause whose arguments are zero; empty when it stops.
  Optional<Cells> enter(Cells start, TrapLine line) {
    Outcome outcome =
        guarded(
            start,
            () -> {
              List<Local> parameters = line.entry().parameters();
              parameters.forEach(p -> locals.put(p, 0L));
              if (!parameters.isEmpty()) {
                locals.put(parameters.getFirst(), line.cause().code().toLong());
              }
              run(line.entry().body());
              return new Outcome.Completes(cells);
            });
    return outcome instanceof Outcome.Completes(var after) ? Optional.of(after) : Optional.empty();
  }

  /// A pure expression on a state.
  long evaluate(Cells state, Expr expr) {
    cells = state;
    return eval(expr);
  }

  /// A pure expression on a state, with values for locals.
  long evaluate(Cells state, Expr expr, Map<Local, Long> values) {
    locals.putAll(values);
    return evaluate(state, expr);
  }

  private interface Body {
    Outcome run() throws Trap;
  }

  private Outcome guarded(Cells start, Body body) {
    cells = start.copy();
    undo = start;
    steps = 0;
    choicesMet = 0;
    limits.clear();
    translating = false;
    try {
      return body.run();
    } catch (Trap t) {
      return new Outcome.Traps(t.cause, t.arguments, undo);
    } catch (Stop s) {
      return new Outcome.Stopped(s.reason, s.getMessage());
    }
  }

  /// False when it hands over and is not followed.
  private boolean perform(long word) throws Trap {
    for (Optional<Long> next = Optional.of(word); next.isPresent(); ) {
      count();
      Instruction instruction = decode(next.get());
      bind(instruction, next.get());
      next = run(instruction.body()) == Flow.EXECUTE ? Optional.of(result) : Optional.empty();
      if (next.isPresent() && !follows) {
        return false;
      }
    }
    return true;
  }

  private enum Flow {
    NEXT,
    RETURN,
    /// Go on as the instruction encoded by `result`.
    EXECUTE
  }

  private Flow run(Statement.Block block) throws Trap {
    for (Statement statement : block.statements()) {
      Flow flow = run(statement);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Statement statement) throws Trap {
    count();
    switch (statement) {
      case Statement.Assign(var target, var value) -> locals.put(target, eval(value));
      case Statement.RegisterWrite(var register, var index, var value) -> {
        int slot = layout.slot(register, element(eval(index), register.count(), register.name()));
        long written = eval(value);
        Layout.Slot place = layout.slots.get(slot);
        if ((written & ~place.free()) != place.fixed()) {
          throw new IllegalStateException("a write to the fixed bits of " + place.name());
        }
        cells.values[slot] = written;
      }
      case Statement.MemoryWrite(var memory, var index, var value) -> {
        int at = element(eval(index), memory.count().longValueExact(), memory.name());
        long stored = eval(value);
        isStorage(memory, at);
        cells.values[layout.slot(memory, at)] = stored;
        cells.touched |= !translating;
        cells.stored |= !translating;
        notes.ifPresent(n -> n.stores(layout.slot(memory, at)));
      }
      case Statement.Load(var target, var space, var address, var access) -> {
        long index = translate(space, eval(address), access);
        int at = element(index, space.memory().count().longValueExact(), space.name());
        Optional<DeviceCell> device = device(space, at);
        if (device.isPresent()) {
          if (access == Access.FETCH) {
            throw new Stop(Reason.UNPREDICTABLE, "a fetch from a device");
          }
          run(device.get().get().body());
          locals.put(target, result);
        } else {
          locals.put(target, cells.values[layout.slot(space.memory(), at)]);
        }
      }
      case Statement.Store(var space, var address, var value) -> {
        long stored = eval(value);
        long index = translate(space, eval(address), Access.STORE);
        int at = element(index, space.memory().count().longValueExact(), space.name());
        Optional<DeviceCell> device = device(space, at);
        if (device.isPresent()) {
          locals.put(device.get().set().parameters().getFirst(), stored);
          run(device.get().set().body());
        } else {
          cells.values[layout.slot(space.memory(), at)] = stored;
        }
      }
      case Statement.Input(var target, var port) ->
          locals.put(target, cells.consume(port, layout.slot(port)));
      case Statement.Output(var port, var value) -> cells.output(port, eval(value));
      case Statement.Call(var target, var function, var arguments) -> {
        List<Long> values = arguments.stream().map(this::eval).toList();
        for (int i = 0; i < values.size(); i++) {
          locals.put(function.parameters().get(i), values.get(i));
        }
        if (run(function.body()) == Flow.EXECUTE) {
          return Flow.EXECUTE;
        }
        target.ifPresent(t -> locals.put(t, result));
      }
      case Statement.Choose(var target, var constraint) -> {
        locals.put(target, choice(target.width()));
        if (constraint.isPresent() && eval(constraint.get()) == 0) {
          throw new Stop(Reason.NO_CHOICE, "no " + target);
        }
      }
      case Statement.If(var condition, var then, var otherwise) -> {
        return run(eval(condition) != 0 ? then : otherwise);
      }
      case Statement.While(var condition, var body) -> {
        while (eval(condition) != 0) {
          Flow flow = run(body);
          if (flow != Flow.NEXT) {
            return flow;
          }
          count();
        }
      }
      case Statement.Raise(var cause, var arguments) ->
          throw new Trap(cause, arguments.stream().map(this::eval).toList());
      case Statement.Return(var value) -> {
        value.ifPresent(v -> result = eval(v));
        return Flow.RETURN;
      }
      case Statement.Halt() -> cells.halted = true;
      case Statement.Commit() -> undo = cells.copy();
      case Statement.Unpredictable(var message) -> throw new Stop(Reason.UNPREDICTABLE, message);
      case Statement.Execute(var word) -> {
        result = eval(word);
        return Flow.EXECUTE;
      }
    }
    return Flow.NEXT;
  }

  private static Optional<DeviceCell> device(Space space, int cell) {
    return space.devices().stream().filter(d -> d.index().toLong() == cell).findFirst();
  }

  private void isStorage(Memory memory, int cell) {
    for (Space space : machine.spaces()) {
      if (space.memory() == memory && device(space, cell).isPresent()) {
        throw new Stop(Reason.UNPREDICTABLE, "a physical access to a device");
      }
    }
  }

  private long translate(Space space, long address, Access access) throws Trap {
    locals.put(space.address(), address);
    space.access().ifPresent(a -> locals.put(a, space.accessValues().get(access).toLong()));
    boolean outer = translating;
    translating = true;
    if (run(space.body()) != Flow.RETURN) {
      throw new IllegalStateException(space + " does not return");
    }
    translating = outer;
    return result;
  }

  private long choice(int width) {
    if (choicesMet == CHOICES) {
      throw new Stop(Reason.NO_END, "no end of choices");
    }
    if (choicesMet == choices.size()) {
      choices.add(0L);
    }
    limits.add(1L << width);
    return choices.get(choicesMet++);
  }

  private void count() {
    if (++steps > ENDLESS) {
      throw new Stop(Reason.NO_END, "no end");
    }
  }

  private static int element(long index, long count, String name) {
    if (index >= count) {
      throw new Stop(Reason.FAULT, name + "[" + index + "] is out of range");
    }
    return (int) index;
  }

  private long eval(Expr expr) {
    return switch (expr) {
      case Local local -> {
        Long value = locals.get(local);
        if (value == null) {
          throw new IllegalStateException("no value for " + local);
        }
        yield value;
      }
      case Expr.Constant(var value) -> value.toLong();
      case Expr.RegisterRead(var register, var index) -> {
        int i = element(eval(index), register.count(), register.name());
        yield cells.values[layout.slot(register, i)];
      }
      case Expr.MemoryRead(var memory, var index) -> {
        int i = element(eval(index), memory.count().longValueExact(), memory.name());
        isStorage(memory, i);
        cells.touched |= !translating;
        notes.ifPresent(n -> n.reads(layout.slot(memory, i)));
        yield cells.values[layout.slot(memory, i)];
      }
      case Expr.PortPeek(var port) -> cells.values[layout.slot(port)];
      case Expr.Unary(var op, var operand) -> {
        long x = eval(operand);
        yield Layout.mask(operand.width())
            & switch (op) {
              case NOT -> ~x;
              case NEG -> -x;
            };
      }
      case Expr.Binary(var op, var left, var right) -> binary(op, left, right);
      case Expr.Extract(var operand, var high, var low) ->
          eval(operand) >>> low & Layout.mask(high - low + 1);
      case Expr.Concat(var left, var right) -> {
        Layout.mask(expr.width());
        yield eval(left) << right.width() | eval(right);
      }
      case Expr.Extend(var operand, var width, var signed) ->
          (signed ? signed(eval(operand), operand.width()) : eval(operand)) & Layout.mask(width);
      case Expr.Conditional(var condition, var then, var otherwise) ->
          eval(condition) != 0 ? eval(then) : eval(otherwise);
      case Expr.Unspecified(var function, var arguments) -> {
        int at = 0;
        for (Expr argument : arguments) {
          at = at << argument.width() | (int) eval(argument);
        }
        yield functions.get(function)[at];
      }
    };
  }

  private long binary(Expr.BinaryOp op, Expr left, Expr right) {
    long x = eval(left);
    long y = eval(right);
    int width = left.width();
    long mask = Layout.mask(width);
    return switch (op) {
      case ADD -> x + y & mask;
      case SUB -> x - y & mask;
      case MUL -> x * y & mask;
      case UDIV -> y == 0 ? mask : x / y;
      case UREM -> y == 0 ? x : x % y;
      case SDIV -> {
        long a = signed(x, width);
        yield (y == 0 ? (a < 0 ? 1 : -1) : a / signed(y, width)) & mask;
      }
      case SREM -> y == 0 ? x : signed(x, width) % signed(y, width) & mask;
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHL -> y >= width ? 0 : x << y & mask;
      case LSHR -> y >= width ? 0 : x >>> y;
      case ASHR -> signed(x, width) >> Math.min(y, 63) & mask;
      case EQ -> x == y ? 1 : 0;
      case ULT -> x < y ? 1 : 0;
      case ULE -> x <= y ? 1 : 0;
      case SLT -> signed(x, width) < signed(y, width) ? 1 : 0;
      case SLE -> signed(x, width) <= signed(y, width) ? 1 : 0;
    };
  }

  private static long signed(long value, int width) {
    return value << 64 - width >> 64 - width;
  }

  /// As a value of the model.
  static Bits bits(int width, long value) {
    return Bits.of(width, value);
  }

  private static final class Trap extends Exception {
    private final transient Cause cause;
    private final transient List<Long> arguments;

    Trap(Cause cause, List<Long> arguments) {
      super(cause.name(), null, false, false);
      this.cause = cause;
      this.arguments = new ArrayList<>(arguments);
    }
  }

  private static final class Stop extends RuntimeException {
    private final Reason reason;

    Stop(Reason reason, String why) {
      super(why, null, false, false);
      this.reason = reason;
    }
  }
}
