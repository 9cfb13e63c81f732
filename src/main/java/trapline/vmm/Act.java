package trapline.vmm;

import java.util.List;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.machine.Reference;

/// One thing that a monitor did, or let happen.
public sealed interface Act {
  /// The program ran on the processor by itself.
  record Direct(long steps) implements Act {}

  /// An instruction that trapped was executed on the virtual state, where it reached these
  /// registers of virtual devices as cells of storage.
  record Emulated(Bits word, Cause cause, List<String> devices) implements Act {}

  /// A mapping that the guest has was put into the host.
  record Mapped(Reference reference) implements Act {}

  /// Instructions were executed on the virtual state without having been tried.
  record Interpreted(long steps) implements Act {}

  /// A trap that the bare machine would have had too was given to the guest.
  record Reflected(Cause cause, List<Bits> arguments) implements Act {}

  /// The virtual machine's own interrupt was due.
  record Interrupted(Cause cause) implements Act {}

  /// The time slice was over.
  record Sliced() implements Act {}

  /// A program changed, without a trap, what is the host's.
  record Breached(String what) implements Act {}
}
