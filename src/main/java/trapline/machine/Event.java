package trapline.machine;

import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Instruction;

/// What happened in one machine step ([Simulator#step]).
public sealed interface Event {
  /// An instruction was fetched and came to its end.
  record Executed(Instruction instruction, Bits word) implements Event {}

  /// A trap: undone, and the trap entry has run. `word` is absent when the fetch itself trapped.
  record Trapped(Cause cause, List<Bits> arguments, Optional<Bits> word) implements Event {}

  /// An interrupt was acknowledged and its trap entry has run; no instruction was fetched.
  record Interrupted(Cause cause) implements Event {}

  /// The description makes no promise, or is at fault; the state is of no use any more.
  record Stopped(String reason) implements Event {}

  /// The machine had halted before; nothing happened.
  record Halted() implements Event {}
}
