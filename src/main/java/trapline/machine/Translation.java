package trapline.machine;

import java.util.List;
import trapline.bits.Bits;
import trapline.isa.Cause;

/// Where an address leads through a space.
public sealed interface Translation {
  /// The physical index; in range of the memory.
  record Reached(long index) implements Translation {}

  record Trapped(Cause cause, List<Bits> arguments) implements Translation {}

  /// The description makes no promise, or is at fault.
  record Stopped(String reason) implements Translation {}
}
