package trapline.vmm;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Mode;
import trapline.machine.Reference;
import trapline.machine.Simulator;
import trapline.machine.State;

/// A machine that a [ControlProgram] makes out of its host: the dispatcher and the interpreter for
/// one guest.
///
///     run directly   load f(virtual state) into the host, let it run, take back E and P
///     on a trap      execute the instruction on the virtual state:
///                      it completes there   it was the monitor's to do: emulated
///                      it traps there       the bare machine would trap as well: reflected
///     where translation is installed, and it trapped for want of a mapping that the guest has
///                      put the mapping into the host, and let it run again
///
/// So nothing is said here of any instruction: an interpreter routine is the description's own body,
/// a reflected trap the description's own sequence, both on the virtual state. A hybrid one executes
/// every instruction of a virtual supervisor mode so, without trying it (Popek and Goldberg 1974,
/// Theorem 3); and either kind does in modes that the block gives no guest, which have no f.
public class VirtualMachine implements Computer {
  /// When instructions are executed on the virtual state at once.
  public enum Kind {
    /// Never: only after a trap.
    TRAP_AND_EMULATE,
    /// In every virtual mode that the `vmm` block deprivileges.
    HYBRID
  }

  private final ControlProgram owner;
  private final String name;
  private final Simulator simulator;
  private final Computer host;
  private final Placement placement;
  private final Optional<Mappings> mappings;

  /// What has been missed since an instruction came to its end.
  private final Set<Reference> missed = new LinkedHashSet<>();

  private final State virtual;
  private final List<Mode> interpreted;
  private final Tally tally = new Tally();
  private long taken;
  private long time;
  private final Pace pace;
  private boolean leads;

  /// Of the run under way: who is told of each step, whether that one has had enough, how many
  /// steps the host may take at most, and what went wrong on the way.
  private Pulse pulse = Pulse.NONE;

  private boolean over;
  private long last;
  private Stop failure = Stop.DONE;
  private List<String> breaches = List.of();

  VirtualMachine(ControlProgram owner, String name, Kind kind, Simulator simulator, Region region) {
    this.owner = owner;
    this.name = name;
    this.simulator = simulator;
    this.host = owner.host();
    pace = Pace.of(simulator.machine());
    placement = new Placement(simulator, host.state(), region, pace);
    virtual = simulator.window(host.state(), region.base(), region.size());
    mappings = Mappings.of(simulator, host.simulator(), host.state(), region);
    simulator.reset(virtual);
    interpreted =
        simulator.machine().modes().stream()
            .filter(mode -> kind == Kind.HYBRID ? !placement.isUsers(mode) : !placement.has(mode))
            .toList();
  }

  public String name() {
    return name;
  }

  public Region region() {
    return placement.region();
  }

  public Tally tally() {
    return tally;
  }

  public ControlProgram owner() {
    return owner;
  }

  /// What of its host's own the guest has changed, or reached outside its allocation, when it first
  /// did; or did so one level down.
  public List<String> breaches() {
    return breaches.isEmpty() && host instanceof VirtualMachine below ? below.breaches() : breaches;
  }

  @Override
  public Simulator simulator() {
    return simulator;
  }

  @Override
  public State state() {
    return virtual;
  }

  @Override
  public long taken() {
    return taken;
  }

  @Override
  public Optional<String> pass() {
    return after().or(host::pass);
  }

  /// Whether it may run several steps at a time; else [#run] takes them one by one.
  public boolean isSteady() {
    return pace.isSteady();
  }

  /// From here on the time of the journal is this one's: it is no other's host.
  void lead() {
    leads = true;
  }

  @Override
  public Stop run(long steps, Pulse pulse) {
    this.pulse = pulse;
    taken = 0;
    over = false;
    while (taken < steps && !over) {
      if (virtual.halted()) {
        return Stop.HALTED;
      }
      if (owner.isSliceOver()) {
        return sliced();
      }
      Optional<Cause> due = due();
      if (due.isPresent()) {
        tally.interrupts++;
        note(new Act.Interrupted(due.get()));
        tick();
        return new Stop.Interrupted(due.get());
      }
      Stop stop = interprets() ? interpret() : direct(pace.isSteady() ? steps - taken : 1);
      if (stop != Stop.DONE) {
        return stop;
      }
    }
    return Stop.DONE;
  }

  private boolean interprets() {
    for (Mode mode : interpreted) {
      if (simulator.evaluate(mode.holds(), virtual).isTrue()) {
        return true;
      }
    }
    return placement.hasNone(virtual);
  }

  private Stop interpret() {
    tally.executions++;
    Simulator.Result result = simulator.attempt(virtual);
    Optional<String> fault = host.pass();
    if (fault.isPresent()) {
      return new Stop.Stopped(fault.get());
    }
    owner.look();
    if (result instanceof Simulator.Result.Returned) {
      tally.interpreted++;
      owner.journal().interpreted(name, time);
    }
    return settle(result);
  }

  /// Up to so many steps on the host itself.
  private Stop direct(long most) {
    State real = host.state();
    boolean undisturbed = owner.occupies(this);
    mappings.ifPresent(m -> settle(m, virtual, real, undisturbed));
    load(virtual, real);
    tally.switches++;
    long before = taken;
    last = taken + most;
    failure = Stop.DONE;
    Stop stop = host.run(most, this::beat);
    breached(placement.breaches(real));
    save(real, virtual);
    if (stop == Stop.DONE && !pace.isSteady()) {
      tally.direct++;
      failure = completed(() -> placement.saveMoved(real, virtual));
    }
    if (taken > before) {
      owner.journal().direct(name, time - (taken - before), taken - before);
    }
    if (failure != Stop.DONE) {
      return failure;
    }
    return switch (stop) {
      case Stop.Done _ -> stop;
      case Stop.Trapped(var cause, var arguments) -> {
        Optional<Reference> failing =
            cause.kind() == Cause.Kind.MEMORY ? real.failing() : Optional.empty();
        Optional<String> fault = host.pass();
        if (fault.isPresent()) {
          yield new Stop.Stopped(fault.get());
        }
        yield failing.isPresent() && fills(failing.get(), real)
            ? Stop.DONE
            : trapped(cause, arguments);
      }
      case Stop.Interrupted(var cause) ->
          owner.interrupted(cause).<Stop>map(Stop.Stopped::new).orElse(Stop.DONE);
      case Stop.Preempted _ -> stop;
      case Stop.Halted _ -> new Stop.Stopped("the processor has been halted under the monitor");
      case Stop.Stopped _ -> stop;
    };
  }

  /// An instruction of the guest has completed on the host, which goes on unless there is something
  /// to be done here; or the step has to be taken back first.
  private boolean beat() {
    if (!pace.isSteady()) {
      return true;
    }
    tally.direct++;
    if (pace.peeks()) {
      pace.peeked().copy(host.state(), virtual);
    }
    failure = completed(() -> {});
    return failure != Stop.DONE
        || over
        || (taken < last && (owner.isSliceOver() || due().isPresent()));
  }

  /// An instruction has completed, on the host or on the virtual state: time passes here, `then`
  /// the rest of it is taken back.
  private Stop completed(Runnable then) {
    missed.clear();
    taken++;
    tick();
    Optional<String> fault = after();
    then.run();
    if (fault.isPresent()) {
      return new Stop.Stopped(fault.get());
    }
    over |= pulse.stops();
    return Stop.DONE;
  }

  /// The guest has taken a step.
  private void tick() {
    time++;
    owner.spend();
    if (leads) {
      owner.journal().tick();
    }
  }

  /// Whether the trap was for want of a mapping only, which is there now: the instruction is tried
  /// again. One that misses again where it has missed before, as when the host cannot hold all that
  /// it needs at once, is executed on the virtual state.
  private boolean fills(Reference reference, State real) {
    if (mappings.isEmpty()
        || !missed.add(reference)
        || !fill(mappings.get(), reference, virtual, real)) {
      return false;
    }
    tally.filled++;
    note(new Act.Mapped(reference));
    return true;
  }

  private Stop sliced() {
    tally.slices++;
    note(new Act.Sliced());
    return Stop.PREEMPTED;
  }

  // What a monitor does, step by step; a test replaces one to see that it is missed.

  /// Takes mappings out of the host that the guest no longer has.
  void settle(Mappings mappings, State virtual, State real, boolean undisturbed) {
    mappings.settle(virtual, real, undisturbed);
  }

  /// Puts a mapping into the host that the guest has.
  boolean fill(Mappings mappings, Reference reference, State virtual, State real) {
    return mappings.fill(reference, virtual, real);
  }

  void load(State virtual, State real) {
    placement.load(virtual, real);
  }

  void save(State real, State virtual) {
    placement.save(real, virtual);
  }

  /// The virtual machine's own interrupt that is due.
  Optional<Cause> due() {
    return simulator.due(virtual);
  }

  /// What the virtual machine does after each step.
  Optional<String> after() {
    return simulator.pass(virtual);
  }

  /// The dispatcher: the host has trapped.
  Stop trapped(Cause cause, List<Bits> arguments) {
    tally.executions++;
    Simulator.Result result = emulate();
    if (result instanceof Simulator.Result.Returned) {
      tally.emulated++;
      note(new Act.Emulated(simulator.fetched(virtual), cause, virtual.devices()));
    }
    return settle(result);
  }

  /// The interpreter: the instruction, on the virtual state.
  Simulator.Result emulate() {
    return simulator.attempt(virtual);
  }

  /// The virtual machine's own trap.
  Stop reflect(Cause cause, List<Bits> arguments) {
    return new Stop.Trapped(cause, arguments);
  }

  private Stop settle(Simulator.Result result) {
    missed.clear();
    return switch (result) {
      case Simulator.Result.Returned _ -> completed(() -> {});
      case Simulator.Result.Trapped(var cause, var arguments) -> {
        tally.reflected++;
        note(new Act.Reflected(cause, arguments));
        tick();
        yield reflect(cause, arguments);
      }
      case Simulator.Result.Stopped(var reason) -> new Stop.Stopped(reason);
    };
  }

  private void breached(List<String> found) {
    if (found.isEmpty()) {
      return;
    }
    tally.breaches++;
    if (breaches.isEmpty()) {
      breaches = List.copyOf(found);
    }
    found.forEach(what -> note(new Act.Breached(what)));
  }

  private void note(Act act) {
    owner.journal().add(name, time, act);
  }
}
