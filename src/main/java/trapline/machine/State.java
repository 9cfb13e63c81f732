package trapline.machine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.DeviceCell;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Space;

/// A concrete state S of a machine: what its registers, memories and ports hold, and whether it has
/// halted. Mutable; [#copy] is independent.
///
/// Made by [Simulator#blank] and [Simulator#reset]. Bits of fixed fields always hold their
/// constant, whatever is written here. Output ports hold what has been written so far, as events in
/// order.
///
/// A *window* ([Simulator#window]) has registers and ports of its own, and for storage a piece of
/// another state's: its cell i is that one's cell base + i. Where storage is divided so, the
/// simulators must be confined ones.
///
/// Compiled code works on the arrays directly. Writes that a trap may have to undo are preceded by
/// an entry in the log of old values, which [#undo] plays backwards.
public final class State {
  /// A value written to an output port.
  public record Output(Port port, Bits value) {}

  private static final int NARROW = 0;
  private static final int WIDE = 1;
  private static final int HALTED = 2;
  private static final int INPUT = 3;
  private static final int OUTPUT = 4;
  private static final int MEMORY = 5;

  final Layout layout;

  final long[] narrow;
  final BigInteger[] wide;

  /// The first memory when it is dense; empty otherwise.
  final long[] first;

  /// By the number of the memory; `null` where it is not dense.
  final long[] @Nullable [] dense;

  final @Nullable Pages[] paged;
  final List<Map<Long, BigInteger>> wideMemories;
  final @Nullable InputQueue[] inputs;
  final List<Output> outputs;
  boolean halted;

  /// Cell i of storage is element `shift + i` of the arrays, for i < `cells`.
  final long shift;

  final long cells;

  /// The elements that may be reached without being noted as strays; by unsigned comparison.
  private long low;

  private long extent;
  private long strays;
  private long stray;
  private long reached;

  /// Whether what is reached now is the machine's own doing, and no program's.
  boolean passing;

  /// Whether it runs what is another's: a guest.
  private boolean isConfined;

  private final List<String> devices = new ArrayList<>();

  /// What was written, where; one for all that share the storage.
  private final Writes writes;

  /// That no reference is being translated.
  static final int NOWHERE = -1;

  /// The space of the reference being translated, or that trapped so, with its address and access.
  int translating = NOWHERE;

  private long translated;
  private int access;

  /// Where to note which cells translation reads, if anywhere.
  private @Nullable Set<Long> walk;

  /// How many `any` values have been chosen: each choice is another.
  long choices;

  /// What is to be chosen from here on, and how many `any`s have been met since.
  Chosen chosen = Chosen.NOTHING;

  int anys;

  /// The value given for the `any` under way.
  @Nullable BigInteger given;

  /// 0, or one more than the number of the cause that has been raised.
  int trap;

  /// The arguments of the raised cause.
  long[] narrowArguments;

  BigInteger[] wideArguments;

  /// The word last fetched.
  long wordNarrow;

  BigInteger wordWide = BigInteger.ZERO;

  /// The word of the instruction under way: the one fetched, or what `execute` went on with.
  long currentNarrow;

  BigInteger currentWide = BigInteger.ZERO;

  /// How many steps the current run has taken.
  long steps;

  /// What became of the last step that was no instruction that completed.
  int status;

  /// True if the instruction under way has committed.
  boolean committed;

  private int logged;
  private int[] logKind = new int[16];
  private long[] logIndex = new long[16];
  private long[] logOld = new long[16];
  private BigInteger[] logWide = new BigInteger[16];

  /// All zero, fixed fields excepted.
  State(Layout layout) {
    this.layout = layout;
    Machine machine = layout.machine;
    narrow = new long[layout.narrowRegisters];
    wide = new BigInteger[layout.wideRegisters];
    Arrays.fill(wide, BigInteger.ZERO);
    narrowArguments = new long[layout.arguments];
    wideArguments = new BigInteger[layout.arguments];
    int memories = machine.memories().size();
    dense = new long[memories][];
    paged = new Pages[memories];
    wideMemories = new ArrayList<>();
    for (int m = 0; m < memories; m++) {
      Memory memory = machine.memories().get(m);
      wideMemories.add(new HashMap<>());
      if (layout.isDense(memory)) {
        dense[m] = new long[memory.count().intValueExact()];
      } else if (!Layout.isWide(memory.width())) {
        paged[m] = new Pages();
      }
    }
    long[] zeroth = memories > 0 ? dense[0] : null;
    first = zeroth == null ? new long[0] : zeroth;
    inputs = queues(machine);
    outputs = new ArrayList<>();
    shift = 0;
    cells = -1;
    extent = -1;
    writes = new Writes();
    settle();
  }

  /// A window onto the cells of `host` from `base` on, so many.
  State(Layout layout, State host, long base, long cells) {
    this.layout = layout;
    Machine machine = layout.machine;
    narrow = new long[layout.narrowRegisters];
    wide = new BigInteger[layout.wideRegisters];
    Arrays.fill(wide, BigInteger.ZERO);
    narrowArguments = new long[layout.arguments];
    wideArguments = new BigInteger[layout.arguments];
    State own = new State(layout);
    dense = host.dense.clone();
    paged = host.paged.clone();
    wideMemories = new ArrayList<>(host.wideMemories);
    for (int m = 0; m < dense.length; m++) {
      if (!layout.isPlaced(machine.memories().get(m))) {
        dense[m] = own.dense[m];
        paged[m] = own.paged[m];
        wideMemories.set(m, own.wideMemories.get(m));
      }
    }
    long[] zeroth = dense.length > 0 ? dense[0] : null;
    first = zeroth == null ? new long[0] : zeroth;
    inputs = queues(machine);
    outputs = new ArrayList<>();
    shift = host.shift + base;
    this.cells = cells;
    low = shift;
    extent = cells;
    writes = host.writes;
    settle();
  }

  private static @Nullable InputQueue[] queues(Machine machine) {
    @Nullable InputQueue[] queues = new InputQueue[machine.ports().size()];
    for (int p = 0; p < queues.length; p++) {
      Port port = machine.ports().get(p);
      queues[p] = port.isInput() ? new InputQueue(port.width()) : null;
    }
    return queues;
  }

  private void settle() {
    for (Register register : layout.machine.registers()) {
      Bits settled = Layout.settled(register, Bits.zero(register.width()));
      for (int i = 0; i < register.count() && !settled.isZero(); i++) {
        register(register, i, settled);
      }
    }
  }

  private State(State that) {
    layout = that.layout;
    narrow = that.narrow.clone();
    wide = that.wide.clone();
    narrowArguments = new long[layout.arguments];
    wideArguments = new BigInteger[layout.arguments];
    dense = new long[that.dense.length][];
    paged = new Pages[that.paged.length];
    wideMemories = new ArrayList<>();
    for (int m = 0; m < dense.length; m++) {
      long[] cells = that.dense[m];
      Pages pages = that.paged[m];
      dense[m] = cells == null ? null : cells.clone();
      paged[m] = pages == null ? null : pages.copy();
      wideMemories.add(new HashMap<>(that.wideMemories.get(m)));
    }
    long[] zeroth = dense.length > 0 ? dense[0] : null;
    first = zeroth == null ? that.first : zeroth;
    inputs = new InputQueue[that.inputs.length];
    for (int p = 0; p < inputs.length; p++) {
      InputQueue queue = that.inputs[p];
      inputs[p] = queue == null ? null : queue.copy();
    }
    outputs = new ArrayList<>(that.outputs);
    halted = that.halted;
    choices = that.choices;
    chosen = that.chosen;
    anys = that.anys;
    shift = that.shift;
    cells = that.cells;
    low = that.low;
    extent = that.extent;
    writes = new Writes();
  }

  public State copy() {
    return new State(this);
  }

  public Machine machine() {
    return layout.machine;
  }

  /// From here on, chooses so where the architecture leaves it open.
  public void choose(Chosen values) {
    chosen = values;
    anys = 0;
  }

  public Bits register(Register register, int index) {
    int at = layout.offset(register) + inRange(index, register.count());
    return Layout.isWide(register.width())
        ? new Bits(register.width(), wide[at])
        : Bits.of(register.width(), narrow[at]);
  }

  public void register(Register register, int index, Bits value) {
    ofWidth(value, register.width());
    int at = layout.offset(register) + inRange(index, register.count());
    Bits settled = Layout.settled(register, value);
    if (Layout.isWide(register.width())) {
      wide[at] = settled.value();
    } else {
      narrow[at] = settled.toLong();
    }
  }

  /// What a register that is no file holds.
  public Bits register(Register register) {
    return register(register, 0);
  }

  public void register(Register register, Bits value) {
    register(register, 0, value);
  }

  public Bits memory(Memory memory, long index) {
    int m = layout.number(memory);
    index = place(memory, index);
    return Layout.isWide(memory.width())
        ? new Bits(memory.width(), wideCell(m, index))
        : Bits.of(memory.width(), cell(m, index));
  }

  public void memory(Memory memory, long index, Bits value) {
    ofWidth(value, memory.width());
    int m = layout.number(memory);
    index = place(memory, index);
    if (Layout.isWide(memory.width())) {
      wideCell(m, index, value.value());
    } else {
      cell(m, index, value.toLong());
    }
  }

  /// The cells of `memory` that are not zero, by index.
  public SortedMap<Long, Bits> nonzero(Memory memory) {
    var found = new TreeMap<Long, Bits>(Long::compareUnsigned);
    for (long index : occupied(memory)) {
      found.put(index, memory(memory, index));
    }
    return found;
  }

  /// The indices of the cells of `memory` that are not zero, in no order.
  private long[] occupied(Memory memory) {
    LongStream.Builder found = LongStream.builder();
    int m = layout.number(memory);
    boolean isPart = isWindow() && layout.isPlaced(memory);
    long from = isPart ? shift : 0;
    LongConsumer add =
        at -> {
          if (!isPart || Long.compareUnsigned(at - from, cells) < 0) {
            found.add(at - from);
          }
        };
    wideMemories.get(m).keySet().forEach(add::accept);
    if (paged[m] instanceof Pages pages) {
      pages.nonzero(add);
    }
    if (dense[m] instanceof long[] cells) {
      for (int i = 0; i < cells.length; i++) {
        if (cells[i] != 0) {
          add.accept(i);
        }
      }
    }
    return found.build().toArray();
  }

  public boolean halted() {
    return halted;
  }

  public void halted(boolean halted) {
    this.halted = halted;
  }

  /// Appends `value` to what is waiting at the input `port`.
  public void feed(Port port, Bits value) {
    ofWidth(value, port.width());
    queue(layout.number(port)).feed(value);
  }

  /// From here on, this is waiting at the input `port`, the oldest first.
  public void refill(Port port, List<Bits> values) {
    inputs[layout.number(port)] = new InputQueue(port.width());
    values.forEach(v -> feed(port, v));
  }

  /// What is waiting at the input `port`, the oldest first.
  public List<Bits> waiting(Port port) {
    return queue(layout.number(port)).waiting();
  }

  /// Everything written to output ports so far.
  public List<Output> outputs() {
    return List.copyOf(outputs);
  }

  /// True if nothing that a description can name tells the two apart.
  public boolean sameAs(State that) {
    if (layout.machine != that.layout.machine
        || halted != that.halted
        || !Arrays.equals(narrow, that.narrow)
        || !Arrays.equals(wide, that.wide)
        || !wideMemories.equals(that.wideMemories)
        || !outputs.equals(that.outputs)) {
      return false;
    }
    if (isWindow() || that.isWindow()) {
      return layout.machine.memories().stream()
              .allMatch(memory -> nonzero(memory).equals(that.nonzero(memory)))
          && layout.machine.ports().stream()
              .allMatch(port -> !port.isInput() || waiting(port).equals(that.waiting(port)));
    }
    for (int m = 0; m < dense.length; m++) {
      if (!Arrays.equals(dense[m], that.dense[m])
          || (paged[m] instanceof Pages pages && !pages.sameAs(that.pages(m)))) {
        return false;
      }
    }
    for (int p = 0; p < inputs.length; p++) {
      if (inputs[p] instanceof InputQueue queue
          && !queue.waiting().equals(that.queue(p).waiting())) {
        return false;
      }
    }
    return true;
  }

  /// How many values have been written to output ports.
  public int written() {
    return outputs.size();
  }

  /// The value written as number `index`.
  public Output output(int index) {
    return outputs.get(index);
  }

  /// How many values wait at the input `port`.
  public int waits(Port port) {
    return queue(layout.number(port)).size();
  }

  /// True if all registers of the two hold the same, and either both have halted or none. The two
  /// may be of different instances of one machine.
  public boolean agreesInRegisters(State that) {
    return halted == that.halted
        && Arrays.equals(narrow, that.narrow)
        && Arrays.equals(wide, that.wide);
  }

  /// Takes over what the registers hold.
  public void takeRegisters(State that) {
    System.arraycopy(that.narrow, 0, narrow, 0, narrow.length);
    System.arraycopy(that.wide, 0, wide, 0, wide.length);
  }

  /// Goes on with the choices of `any` where the other has come to.
  public void choosesAs(State that) {
    choices = that.choices;
    chosen = that.chosen;
    anys = that.anys;
  }

  // Storage that is divided.

  /// True if the storage is a piece of another state's.
  public boolean isWindow() {
    return cells >= 0;
  }

  /// Takes over what the memories hold, as far as this has storage.
  public void takeMemories(State that) {
    layout.machine.memories().forEach(memory -> take(memory, that));
  }

  /// Takes over what the memories hold that are not divided.
  public void takeUndivided(State that) {
    for (Memory memory : layout.machine.memories()) {
      if (!layout.isPlaced(memory)) {
        take(memory, that);
      }
    }
  }

  private void take(Memory memory, State that) {
    boolean isPart = isWindow() && layout.isPlaced(memory);
    for (long index : occupied(memory)) {
      memory(memory, index, Bits.zero(memory.width()));
    }
    for (long index : that.occupied(memory)) {
      if (!isPart || Long.compareUnsigned(index, cells) < 0) {
        memory(memory, index, that.memory(memory, index));
      }
    }
  }

  /// Notes from now on as a stray every access to storage that is outside `window`'s own confines.
  /// Meant for a state that `window` is a piece of, while it runs what belongs to `window`.
  public void confine(State window) {
    low = window.low;
    extent = window.extent;
    isConfined = true;
  }

  /// Lets all its storage be reached again.
  public void release() {
    low = isWindow() ? shift : 0;
    extent = cells;
    isConfined = false;
  }

  /// How many accesses have been outside the confines.
  public long strays() {
    return strays;
  }

  /// The cell of the last such access.

  public long stray() {
    return stray;
  }

  /// The registers of devices that the last instruction has reached as cells of storage, in the
  /// order in which it has. Known of confined simulators only.
  public List<String> devices() {
    return List.copyOf(devices);
  }

  /// The reference whose translation has trapped, if that is why the last instruction did. Known of
  /// confined simulators only.
  public Optional<Reference> failing() {
    if (translating == NOWHERE) {
      return Optional.empty();
    }
    Space space = layout.machine.spaces().get(translating);
    return Optional.of(
        new Reference(
            space, Bits.of(space.address().width(), translated), Access.values()[access]));
  }

  /// Has the cells noted that translation itself reads, until told otherwise.
  void noteWalk(@Nullable Set<Long> cells) {
    walk = cells;
  }

  /// How many accesses to divided storage have been looked at.
  public long reached() {
    return reached;
  }

  /// The cells of storage that were written since [#forgetWrites], by this state or by any that
  /// shares its storage, as offsets from this state's cell 0; empty if there were too many to note.
  public Optional<long[]> writes() {
    if (writes.count > writes.places.length) {
      return Optional.empty();
    }
    long[] found = new long[writes.count];
    for (int i = 0; i < found.length; i++) {
      found[i] = writes.places[i] - shift;
    }
    return Optional.of(found);
  }

  public void forgetWrites() {
    writes.count = 0;
  }

  /// True if cell `index` of each divided memory holds the same in both.
  public boolean agreesAt(State that, long index) {
    for (int m = 0; m < layout.machine.memories().size(); m++) {
      Memory memory = layout.machine.memories().get(m);
      if (layout.isPlaced(memory) && index >= 0 && memory.has(index)) {
        boolean same =
            Layout.isWide(memory.width())
                ? wideCell(m, shift + index).equals(that.wideCell(m, that.shift + index))
                : cell(m, shift + index) == that.cell(m, that.shift + index);
        if (!same) {
          return false;
        }
      }
    }
    return true;
  }

  private long place(Memory memory, long index) {
    inRange(index, memory);
    if (!layout.isPlaced(memory)) {
      return index;
    }
    if (isWindow()) {
      java.util.Objects.checkIndex(index, cells);
    }
    return shift + index;
  }

  private static final class Writes {
    private static final int MOST = 1 << 12;
    private long[] places = new long[64];
    private int count;
  }

  // What compiled code calls.

  /// Where cell `index` of storage lies in the arrays.
  long reach(long index) {
    long at = index + shift;
    reached++;
    if (walk != null && translating != NOWHERE) {
      walk.add(index);
    }
    if (Long.compareUnsigned(at - low, extent) >= 0) {
      strayed(index);
    }
    return at;
  }

  private void strayed(long index) {
    if (Long.compareUnsigned(index, cells) >= 0) {
      throw new Fault("cell " + index + " of storage, of which there are only " + cells);
    }
    if (translating != NOWHERE || passing) {
      return;
    }
    strays++;
    stray = index;
  }

  /// A reference reaches a device's register, which is no guest's.
  void device(long index, String name) {
    devices.add(name);
    if (isConfined && !passing) {
      strays++;
      stray = index;
    }
  }

  /// The index, which is a physical one, and so must not be a device's register.
  long isNoDevice(long index, int memory) {
    for (DeviceCell device : layout.machine.devices(layout.machine.memories().get(memory))) {
      if (device.index().toLong() == index) {
        throw Fault.unpredictable(device.reachedBy("a physical access"));
      }
    }
    return index;
  }

  /// Translation of an address begins; it has ended when `translating` says so.
  void translates(long address, int space, int how) {
    translating = space;
    translated = address;
    access = how;
  }

  void wrote(long at) {
    int n = writes.count;
    if (n == writes.places.length && n < Writes.MOST) {
      writes.places = Arrays.copyOf(writes.places, 2 * n);
    }
    if (n < writes.places.length) {
      writes.places[n] = at;
    }
    if (n <= writes.places.length) {
      writes.count = n + 1;
    }
  }

  long cell(int memory, long index) {
    long[] cells = dense[memory];
    return cells != null ? cells[(int) index] : pages(memory).read(index);
  }

  void cell(int memory, long index, long value) {
    long[] cells = dense[memory];
    if (cells != null) {
      cells[(int) index] = value;
    } else {
      pages(memory).write(index, value);
    }
  }

  BigInteger wideCell(int memory, long index) {
    return wideMemories.get(memory).getOrDefault(index, BigInteger.ZERO);
  }

  void wideCell(int memory, long index, BigInteger value) {
    if (value.signum() == 0) {
      wideMemories.get(memory).remove(index);
    } else {
      wideMemories.get(memory).put(index, value);
    }
  }

  long peek(int port) {
    return queue(port).peek();
  }

  BigInteger peekWide(int port) {
    return queue(port).peekWide();
  }

  /// Consumes, which can be undone.
  void consume(int port) {
    if (queue(port).consume()) {
      log(INPUT, port, 0, BigInteger.ZERO);
    }
  }

  void output(int port, long value) {
    Port to = layout.machine.ports().get(port);
    output(new Output(to, Bits.of(to.width(), value)));
  }

  void output(int port, BigInteger value) {
    Port to = layout.machine.ports().get(port);
    output(new Output(to, new Bits(to.width(), value)));
  }

  void halt() {
    log(HALTED, 0, halted ? 1 : 0, BigInteger.ZERO);
    halted = true;
  }

  void logNarrow(int at) {
    log(NARROW, at, narrow[at], BigInteger.ZERO);
  }

  void logWide(int at) {
    log(WIDE, at, 0, wide[at]);
  }

  void logCell(int memory, long index) {
    log(MEMORY + memory, index, cell(memory, index), BigInteger.ZERO);
  }

  void logWideCell(int memory, long index) {
    log(MEMORY + memory, index, 0, wideCell(memory, index));
  }

  /// An instruction begins: nothing has happened that could be undone.
  void begin() {
    translating = NOWHERE;
    if (!devices.isEmpty()) {
      devices.clear();
    }
    logged = 0;
    committed = false;
  }

  /// Forgets how to undo what has happened so far.
  void commit() {
    logged = 0;
    committed = true;
  }

  /// Makes room for so many arguments or results of compiled code.
  void reserve(int arguments) {
    if (arguments > narrowArguments.length) {
      narrowArguments = Arrays.copyOf(narrowArguments, arguments);
      wideArguments = Arrays.copyOf(wideArguments, arguments);
    }
  }

  /// Takes back everything logged since the last [#commit].
  void undo() {
    while (logged > 0) {
      int n = --logged;
      int index = (int) logIndex[n];
      switch (logKind[n]) {
        case NARROW -> narrow[index] = logOld[n];
        case WIDE -> wide[index] = logWide[n];
        case HALTED -> halted = logOld[n] != 0;
        case INPUT -> queue(index).putBack();
        case OUTPUT -> outputs.removeLast();
        default -> {
          int memory = logKind[n] - MEMORY;
          if (Layout.isWide(layout.machine.memories().get(memory).width())) {
            wideCell(memory, logIndex[n], logWide[n]);
          } else {
            cell(memory, logIndex[n], logOld[n]);
          }
        }
      }
    }
  }

  private void output(Output event) {
    log(OUTPUT, 0, 0, BigInteger.ZERO);
    outputs.add(event);
  }

  private void log(int kind, long index, long old, BigInteger oldWide) {
    int n = logged++;
    if (n == logKind.length) {
      logKind = Arrays.copyOf(logKind, 2 * n);
      logIndex = Arrays.copyOf(logIndex, 2 * n);
      logOld = Arrays.copyOf(logOld, 2 * n);
      logWide = Arrays.copyOf(logWide, 2 * n);
    }
    logKind[n] = kind;
    logIndex[n] = index;
    logOld[n] = old;
    logWide[n] = oldWide;
  }

  private Pages pages(int memory) {
    return java.util.Objects.requireNonNull(paged[memory]);
  }

  private InputQueue queue(int port) {
    InputQueue queue = inputs[port];
    if (queue == null) {
      throw new IllegalArgumentException(layout.machine.ports().get(port) + " is no input");
    }
    return queue;
  }

  private static int inRange(int index, int count) {
    return java.util.Objects.checkIndex(index, count);
  }

  private static void inRange(long index, Memory memory) {
    if (!memory.has(index)) {
      throw new IndexOutOfBoundsException(memory + " has no cell " + Long.toUnsignedString(index));
    }
  }

  private static void ofWidth(Bits value, int width) {
    if (value.width() != width) {
      throw new IllegalArgumentException(value + " where " + width + " bits are needed");
    }
  }
}
