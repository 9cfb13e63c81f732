package trapline.vmm;

import java.util.Optional;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.machine.State;

/// The machine itself.
public final class Bare implements Computer {
  private final Simulator simulator;
  private final State state;
  private long taken;

  private Bare(Simulator simulator, State state) {
    this.simulator = simulator;
    this.state = state;
  }

  /// After reset.
  public static Bare of(Machine machine) {
    return of(Simulator.confined(machine));
  }

  /// After reset. The simulator must be a confined one if a monitor is to run here.
  public static Bare of(Simulator simulator) {
    return new Bare(simulator, simulator.reset());
  }

  /// In that state.
  public static Bare of(Simulator simulator, State state) {
    return new Bare(simulator, state);
  }

  @Override
  public Simulator simulator() {
    return simulator;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public Stop run(long steps, Pulse pulse) {
    taken = 0;
    while (taken < steps) {
      if (state.halted()) {
        return Stop.HALTED;
      }
      var due = simulator.due(state);
      if (due.isPresent()) {
        return new Stop.Interrupted(due.get());
      }
      switch (simulator.attempt(state)) {
        case Simulator.Result.Returned _ -> {
          taken++;
          Optional<String> fault = simulator.pass(state);
          if (fault.isPresent()) {
            return new Stop.Stopped(fault.get());
          }
          if (pulse.stops()) {
            return Stop.DONE;
          }
        }
        case Simulator.Result.Trapped(var cause, var arguments) -> {
          return new Stop.Trapped(cause, arguments);
        }
        case Simulator.Result.Stopped(var reason) -> {
          return new Stop.Stopped(reason);
        }
      }
    }
    return Stop.DONE;
  }

  @Override
  public long taken() {
    return taken;
  }

  @Override
  public Optional<String> pass() {
    return simulator.pass(state);
  }
}
