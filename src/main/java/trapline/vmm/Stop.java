package trapline.vmm;

import java.util.List;
import trapline.bits.Bits;
import trapline.isa.Cause;

/// Why a [Computer] came to a stop, before it did anything about it.
public sealed interface Stop {
  /// All the steps asked for were taken.
  record Done() implements Stop {}

  /// The processor is wanted elsewhere. Nothing has happened that the program could see: run on.
  record Preempted() implements Stop {}

  /// The next instruction traps. It is undone, and the trap is not entered.
  record Trapped(Cause cause, List<Bits> arguments) implements Stop {}

  /// An interrupt is due. It is neither acknowledged nor entered.
  record Interrupted(Cause cause) implements Stop {}

  record Halted() implements Stop {}

  /// The description makes no promise, or is at fault, or a virtual machine reached for more than
  /// it was given.
  record Stopped(String reason) implements Stop {}

  Stop DONE = new Done();
  Stop PREEMPTED = new Preempted();
  Stop HALTED = new Halted();
}
