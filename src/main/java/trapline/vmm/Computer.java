package trapline.vmm;

import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.machine.Simulator;
import trapline.machine.State;

/// What programs run on: the bare machine, or a virtual one. Which of the two it is cannot be told
/// from here, so that a monitor runs on either, and monitors nest.
///
///     Computer = Bare | VirtualMachine
///
/// Whoever runs a computer gets each trap before the trap sequence has touched anything: a monitor
/// acts on it, and [#deliver] does what the machine would do by itself.
public interface Computer {
  Simulator simulator();

  /// What it holds, as its own programs see it. To write here is to act as a program in its most
  /// privileged mode.
  State state();

  /// Runs until something has to be done, for at most so many steps, or until `pulse`, which is
  /// told of every instruction that completes, has it stop.
  Stop run(long steps, Pulse pulse);

  /// Runs until something has to be done, for at most so many steps.
  default Stop run(long steps) {
    return run(steps, Pulse.NONE);
  }

  /// How many instructions the last [#run] completed.
  long taken();

  /// Time for one step passes without an instruction.
  Optional<String> pass();

  /// One step of a machine left to itself: an instruction or an interrupt, its trap delivered.
  default Stop step() {
    return deliver(run(1));
  }

  /// Enters the trap or interrupt of `stop`, as the description says.
  default Stop deliver(Stop stop) {
    return switch (stop) {
      case Stop.Trapped(var cause, var arguments) -> enter(stop, cause, arguments);
      case Stop.Interrupted(var cause) ->
          simulator()
              .acknowledge(state(), cause)
              .<Stop>map(Stop.Stopped::new)
              .orElseGet(() -> enter(stop, cause, List.of()));
      case Stop.Done _, Stop.Preempted _, Stop.Halted _, Stop.Stopped _ -> stop;
    };
  }

  private Stop enter(Stop stop, Cause cause, List<Bits> arguments) {
    return simulator()
        .enter(state(), cause, arguments)
        .or(this::pass)
        .<Stop>map(Stop.Stopped::new)
        .orElse(stop);
  }
}
