package trapline.machine;

import java.util.List;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Instruction;

/// What became of one instruction, executed by [Simulator#execute] as a function i: S -> S.
public sealed interface Outcome {
  /// The instruction came to its end; the state is the one after it.
  record Completed(Instruction instruction) implements Outcome {}

  /// The instruction trapped; the state is undone back to its start, or to its last `commit`. The
  /// trap entry has not run: see [Simulator#enter].
  record Trapped(Cause cause, List<Bits> arguments) implements Outcome {}

  /// The architecture makes no promise (`unpredictable`), or the description is at fault; the state
  /// is of no use any more.
  record Stopped(String reason, boolean unpredictable) implements Outcome {}
}
