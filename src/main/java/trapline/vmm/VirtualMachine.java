package trapline.vmm;

import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Mode;
import trapline.machine.Simulator;
import trapline.machine.State;

/// A machine that a [ControlProgram] makes out of its host: the dispatcher and the interpreter for
/// one guest.
///
///     run directly   load f(virtual state) into the host, let it run, take back E and P
///     on a trap      execute the instruction on the virtual state:
///                      it completes there   it was the monitor's to do: emulated
///                      it traps there       the bare machine would trap as well: reflected
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
  private final State virtual;
  private final List<Mode> interpreted;
  private final Tally tally = new Tally();
  private long taken;
  private long time;
  private Optional<String> breach = Optional.empty();

  VirtualMachine(ControlProgram owner, String name, Kind kind, Simulator simulator, Region region) {
    this.owner = owner;
    this.name = name;
    this.simulator = simulator;
    this.host = owner.host();
    placement = new Placement(simulator, host.state(), region);
    virtual = simulator.window(host.state(), region.base(), region.size());
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

  /// What of its host's own the guest has changed, or reached outside its allocation, first; or did
  /// so one level down.
  public Optional<String> breach() {
    return breach.or(
        () -> host instanceof VirtualMachine below ? below.breach() : Optional.empty());
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

  @Override
  public Stop run(long steps) {
    taken = 0;
    while (taken < steps) {
      if (virtual.halted()) {
        return Stop.HALTED;
      }
      if (owner.isSliceOver()) {
        return sliced();
      }
      Optional<Cause> due = due();
      if (due.isPresent()) {
        tally.interrupts++;
        time++;
        note(new Act.Interrupted(due.get()));
        return new Stop.Interrupted(due.get());
      }
      Stop stop = interprets() ? interpret() : direct();
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
    return false;
  }

  private Stop interpret() {
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

  private Stop direct() {
    State real = host.state();
    load(virtual, real);
    Stop stop = host.run(1);
    placement.breach(real).ifPresent(this::breached);
    save(real, virtual);
    return switch (stop) {
      case Stop.Done _ -> {
        tally.direct++;
        taken++;
        owner.journal().direct(name, time++);
        yield after().<Stop>map(Stop.Stopped::new).orElse(Stop.DONE);
      }
      case Stop.Trapped(var cause, var arguments) ->
          host.pass().<Stop>map(Stop.Stopped::new).orElseGet(() -> trapped(cause, arguments));
      case Stop.Interrupted(var cause) ->
          owner.interrupted(cause).<Stop>map(Stop.Stopped::new).orElse(Stop.DONE);
      case Stop.Preempted _ -> stop;
      case Stop.Halted _ -> new Stop.Stopped("the processor has been halted under the monitor");
      case Stop.Stopped _ -> stop;
    };
  }

  private Stop sliced() {
    tally.slices++;
    note(new Act.Sliced());
    return Stop.PREEMPTED;
  }

  // What a monitor does, step by step; a test replaces one to see that it is missed.

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
    Simulator.Result result = emulate();
    if (result instanceof Simulator.Result.Returned) {
      tally.emulated++;
      note(new Act.Emulated(simulator.fetched(virtual), cause));
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
    return switch (result) {
      case Simulator.Result.Returned _ -> {
        taken++;
        time++;
        yield after().<Stop>map(Stop.Stopped::new).orElse(Stop.DONE);
      }
      case Simulator.Result.Trapped(var cause, var arguments) -> {
        tally.reflected++;
        time++;
        note(new Act.Reflected(cause, arguments));
        yield reflect(cause, arguments);
      }
      case Simulator.Result.Stopped(var reason) -> new Stop.Stopped(reason);
    };
  }

  private void breached(String what) {
    tally.breaches++;
    if (breach.isEmpty()) {
      breach = Optional.of(what);
    }
    note(new Act.Breached(what));
  }

  private void note(Act act) {
    owner.journal().add(name, time, act);
  }
}
