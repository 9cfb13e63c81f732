package trapline.vmm;

import java.util.Optional;
import trapline.machine.Simulator;
import trapline.machine.State;

/// A computer whose time is measured while it runs.
final class MeteredComputer implements Computer {
  private final Computer computer;
  private final Meter clock;
  private long time;
  private long steps;

  MeteredComputer(Computer computer, Meter clock) {
    this.computer = computer;
    this.clock = clock;
  }

  /// How long it has run, in all.
  long time() {
    return time;
  }

  /// How many instructions it has completed, in all.
  long steps() {
    return steps;
  }

  @Override
  public Simulator simulator() {
    return computer.simulator();
  }

  @Override
  public State state() {
    return computer.state();
  }

  @Override
  public Stop run(long most, Pulse pulse) {
    long began = clock.now();
    Stop stop = computer.run(most, pulse);
    time += clock.now() - began;
    steps += computer.taken();
    return stop;
  }

  @Override
  public long taken() {
    return computer.taken();
  }

  @Override
  public Optional<String> pass() {
    return computer.pass();
  }
}
