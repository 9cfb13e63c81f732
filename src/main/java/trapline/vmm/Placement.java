package trapline.vmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.machine.Selection;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.Translation;

/// The map f of one virtual machine: how the `vmm` block says that its state is put into its host.
///
///     M                        what `run` says, else a mode in which the virtual mode is to run
///     R named by `shadow`      the composition of virtual R and the region, made anew when virtual
///                              state that it mentions has changed
///     what is `virtual`        stays where it is; the host's own remains
///     all else                 loaded as it is; E, P and clocks are taken back afterwards
///     storage                  virtual cell i is host cell base + i
///
/// Source: Popek and Goldberg 1974, p. 417 (the VM map); theory, section 4.
final class Placement {
  private static final int SAMPLES = 4096;

  private record Shadow(Monitor.Assignment assignment, Function function) {}

  /// A level of the guest, with a state whose mode is the one it really runs in.
  private record Way(Mode virtual, State real) {}

  private final Simulator simulator;
  private final Monitor monitor;
  private final Region region;
  private final Selection loaded;
  private final Selection saved;
  private final Selection moved;
  private final Selection forced;
  private final Selection mentioned;
  private final Selection control;
  private final Selection modes;
  private final List<Shadow> shadows = new ArrayList<>();
  private final List<Way> ways = new ArrayList<>();
  private final boolean mentionsStorage;
  private final boolean interprets;
  private final Function interpreted;
  private final boolean hasUndivided;
  private final boolean movesUndivided;
  private final List<Port> inputs;

  /// Holds the values of `run` and `shadow`.
  private final State values;

  /// The virtual state that they were made from.
  private final State from;

  private boolean stale = true;

  /// The host's M and R as they were loaded.
  private final State before;

  private int outputsBefore;
  private int waitingBefore;
  private long straysBefore;

  Placement(Simulator simulator, State host, Region region, Pace pace) {
    this.simulator = simulator;
    this.region = region;
    Machine machine = simulator.machine();
    monitor = machine.monitor().orElseThrow();
    Local base = monitor.regionBase();
    if ((region.base() | region.size() | region.tables()) >>> base.width() != 0) {
      throw new IllegalArgumentException("region " + region + " is more than the block can say");
    }
    List<Selection.Part> forcedParts = new ArrayList<>();
    List<Selection.Part> mentionedParts = new ArrayList<>();
    var mentions = new Mentions(mentionedParts);
    for (Monitor.Assignment a : monitor.run()) {
      forcedParts.add(part(a));
    }
    for (Monitor.Assignment a : monitor.shadow()) {
      forcedParts.add(part(a));
      mentions.of(a.value());
      shadows.add(new Shadow(a, function(monitor, a.value())));
    }
    interprets = !(monitor.interpret() instanceof Expr.Constant(Bits never) && never.isZero());
    interpreted = function(monitor, monitor.interpret());
    mentionsStorage = mentions.hasStorage();
    List<Selection.Part> free = freeModes(machine, monitor);
    forcedParts.addAll(free);
    if (!free.isEmpty()) {
      mentionedParts.addAll(modeParts(machine));
    }
    modes = Selection.of(machine, free);
    forced = Selection.of(machine, forcedParts);
    mentioned = Selection.of(machine, mentionedParts);
    loaded = Selection.of(machine, (r, f) -> !f.hasRole(Role.M) && !isVirtual(r, f));
    moved = Selection.of(machine, pace.moved());
    List<Selection.Part> programs =
        Selection.parts(machine, (r, f) -> isPrograms(f) && !isVirtual(r, f));
    programs.removeAll(pace.moved());
    saved = Selection.of(machine, programs);
    var watched = new ArrayList<>(forcedParts);
    watched.addAll(steady(machine));
    control = Selection.of(machine, watched);
    hasUndivided = machine.memories().stream().anyMatch(m -> !machine.isTranslated(m));
    movesUndivided = hasUndivided && pace.stores();
    inputs = host.machine().ports().stream().filter(Port::isInput).toList();
    values = simulator.window(host, 0, 0);
    from = simulator.window(host, 0, 0);
    before = simulator.window(host, 0, 0);
    for (Monitor.Assignment a : monitor.run()) {
      set(a, simulator.evaluate(a.value(), values));
    }
    if (!free.isEmpty()) {
      for (Monitor.Level level : monitor.levels()) {
        ways.add(new Way(level.virtual(), inMode(level.real(), free)));
      }
    }
  }

  /// The parts of the mode that `run` leaves open.
  private static List<Selection.Part> freeModes(Machine machine, Monitor monitor) {
    return modeParts(machine).stream()
        .filter(p ->
            monitor.run().stream()
                .noneMatch(a -> a.index() == p.index() && a.meets(p.register(), p.high(), p.low())))
        .toList();
  }

  private static List<Selection.Part> modeParts(Machine machine) {
    List<Selection.Part> parts = new ArrayList<>();
    for (Register register : machine.registers()) {
      for (Field field : register.fields()) {
        for (int i = 0; i < register.count() && field.hasRole(Role.M); i++) {
          parts.add(new Selection.Part(register, i, field.high(), field.low()));
        }
      }
    }
    return parts;
  }

  /// A state in which `mode` holds, by trying: modes are few.
  private State inMode(Mode mode, List<Selection.Part> free) {
    State state = simulator.window(values, 0, 0);
    forced.copy(values, state);
    int bits = free.stream().mapToInt(p -> p.high() - p.low() + 1).sum();
    for (long trial = 0; trial < 1L << Math.min(bits, 16); trial++) {
      long rest = trial;
      for (Selection.Part part : free) {
        int width = part.high() - part.low() + 1;
        Bits old = state.register(part.register(), part.index());
        Bits value = Bits.of(width, rest & ((1L << width) - 1));
        state.register(part.register(), part.index(), old.insert(part.high(), part.low(), value));
        rest >>>= width;
      }
      if (simulator.evaluate(mode.holds(), state).isTrue()) {
        return state;
      }
    }
    throw new IllegalArgumentException("no state is in mode " + mode.name());
  }

  /// Whether guests may be put there, as far as `where` says, in whatever state.
  static boolean isAllowed(Simulator simulator, State any, Region region) {
    Monitor monitor = simulator.machine().monitor().orElseThrow();
    if (region.base() >>> monitor.regionBase().width() != 0
        || region.size() >>> monitor.regionSize().width() != 0
        || region.tables() >>> monitor.regionTables().width() != 0) {
      return false;
    }
    Simulator.Result result =
        simulator.call(any, function(monitor, monitor.where()), arguments(monitor, region));
    return result instanceof Simulator.Result.Returned(var value)
        && value.filter(Bits::isTrue).isPresent();
  }

  static List<Bits> arguments(Monitor monitor, Region region) {
    return List.of(
        Bits.of(monitor.regionBase().width(), region.base()),
        Bits.of(monitor.regionSize().width(), region.size()),
        Bits.of(monitor.regionTables().width(), region.tables()));
  }

  /// Whether a guest's `mode` runs in some real one.
  boolean has(Mode mode) {
    return monitor.levels().stream().anyMatch(l -> l.virtual() == mode);
  }

  /// Whether the guest's state has no real one, so that the monitor has to interpret it.
  boolean hasNone(State virtual) {
    return interprets
        && simulator.call(virtual, interpreted, arguments(monitor, region))
            instanceof Simulator.Result.Returned(var value)
        && value.filter(Bits::isTrue).isPresent();
  }

  /// Whether a guest's `mode` runs as itself.
  boolean isUsers(Mode mode) {
    return monitor.levels().stream().anyMatch(l -> l.virtual() == mode && !l.isDeprivileged());
  }

  Region region() {
    return region;
  }

  /// Puts f(virtual) into the host.
  void load(State virtual, State host) {
    loaded.copy(virtual, host);
    if (stale || mentionsStorage || !mentioned.agree(virtual, from)) {
      compose(virtual);
    }
    forced.copy(values, host);
    if (hasUndivided) {
      host.takeUndivided(virtual);
    }
    host.choosesAs(virtual);
    host.confine(virtual);
    control.copy(host, before);
    outputsBefore = host.written();
    waitingBefore = waiting(host);
    straysBefore = host.strays();
  }

  /// Takes back what the program may have changed, and the host's `after` has not.
  void save(State host, State virtual) {
    host.release();
    saved.copy(host, virtual);
    if (hasUndivided && !movesUndivided) {
      virtual.takeUndivided(host);
    }
    virtual.choosesAs(host);
  }

  /// Takes back what the host's `after` has changed of what is the program's, after a step.
  void saveMoved(State host, State virtual) {
    moved.copy(host, virtual);
    if (movesUndivided) {
      virtual.takeUndivided(host);
    }
  }

  /// What a program did since [#load] to what is not its own, if anything: it reached outside its
  /// piece of storage, or changed the host's mode, resources or devices without a trap.
  List<String> breaches(State host) {
    List<String> breaches = new ArrayList<>();
    if (host.strays() != straysBefore) {
      breaches.add("reaches cell " + host.stray() + " of the host");
    }
    changed(host).ifPresent(what -> breaches.add("changes the host's " + what));
    return breaches;
  }

  private Optional<String> changed(State host) {
    if (!control.agree(host, before)) {
      Machine machine = host.machine();
      for (Register register : simulator.machine().registers()) {
        for (Field field : register.fields()) {
          if (!Selection.of(machine, (r, f) -> r == register && f == field).agree(host, before)
              && (field.hasRole(Role.M) || field.hasRole(Role.R))) {
            return Optional.of(
                register.fields().size() == 1
                    ? register.name()
                    : register.name() + "." + field.name());
          }
        }
      }
      return Optional.of("mode or resources");
    }
    if (host.written() != outputsBefore) {
      return Optional.of(host.output(host.written() - 1).port().fullName());
    }
    if (waiting(host) != waitingBefore) {
      return Optional.of("input");
    }
    return host.halted() ? Optional.of("processor, which has halted") : Optional.empty();
  }

  /// Where the host leads a program from the virtual state elsewhere than to its own cell, if such
  /// an address is among those tried.
  Optional<String> strays(State virtual, State host, Simulator hosts) {
    load(virtual, host);
    host.release();
    var hostSpaces = host.machine().spaces();
    for (int s = 0; s < hostSpaces.size(); s++) {
      Space space = simulator.machine().spaces().get(s);
      int width = space.address().width();
      long all = width > 40 ? 1L << 40 : 1L << width;
      long step = Math.max(1, Math.min(all, 2 * region.size()) / SAMPLES);
      for (long a = 0; a < all && a / step < SAMPLES; a += step) {
        Bits address = Bits.of(width, a);
        for (Access access : Access.values()) {
          if (hosts.translation(host, hostSpaces.get(s), address, access)
              instanceof Translation.Reached(long real)) {
            boolean right =
                simulator.translation(virtual, space, address, access)
                        instanceof Translation.Reached(long own)
                    && (own >= region.size() || own + region.base() == real)
                    && !simulator.machine().isDevice(space.memory(), own)
                    && real - region.base() >= 0
                    && real - region.base() < region.size();
            if (!right) {
              return Optional.of(space.name() + "[" + a + "] leads to cell " + real);
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /// Whether the program itself owns the field, so that running it changes the virtual one.
  private static boolean isPrograms(Field field) {
    return field.hasRole(Role.E) || field.hasRole(Role.P) || field.hasRole(Role.CLOCK);
  }

  private boolean isVirtual(Register register, Field field) {
    return Monitor.covers(monitor.virtual(), register, field)
        || Monitor.covers(monitor.configurable(), register, field);
  }

  /// M and R that the machine never changes by itself.
  private static List<Selection.Part> steady(Machine machine) {
    var moving = new ArrayList<Register>();
    written(machine.after(), moving);
    List<Selection.Part> parts = new ArrayList<>();
    for (Register register : machine.registers()) {
      for (Field field : register.fields()) {
        if ((field.hasRole(Role.M) || field.hasRole(Role.R)) && !moving.contains(register)) {
          for (int i = 0; i < register.count(); i++) {
            parts.add(new Selection.Part(register, i, field.high(), field.low()));
          }
        }
      }
    }
    return parts;
  }

  /// The registers that a block writes, functions that it calls left out only if they write none.
  private static void written(Statement.Block block, List<Register> registers) {
    for (Statement statement : block.statements()) {
      if (statement instanceof Statement.RegisterWrite write) {
        registers.add(write.register());
      }
      statement.blocks().forEach(nested -> written(nested, registers));
    }
  }

  private int waiting(State host) {
    int waiting = 0;
    for (Port port : inputs) {
      waiting += host.waits(port);
    }
    return waiting;
  }

  private void compose(State virtual) {
    for (Way way : ways) {
      if (simulator.evaluate(way.virtual.holds(), virtual).isTrue()) {
        modes.copy(way.real, values);
        break;
      }
    }
    for (Shadow shadow : shadows) {
      if (simulator.call(virtual, shadow.function, arguments(monitor, region))
          instanceof Simulator.Result.Returned(var value)) {
        set(shadow.assignment, value.orElseThrow());
      }
    }
    mentioned.copy(virtual, from);
    stale = false;
  }

  private void set(Monitor.Assignment a, Bits value) {
    Bits old = values.register(a.register(), a.index());
    values.register(a.register(), a.index(), old.insert(a.high(), a.low(), value));
  }

  private static Selection.Part part(Monitor.Assignment a) {
    return new Selection.Part(a.register(), a.index(), a.high(), a.low());
  }

  /// An expression as a function of the region.
  private static Function function(Monitor monitor, Expr value) {
    return Function.returning("shadow", monitor.region(), value, monitor.span());
  }
}
