// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

/// The real machine, as its monitor sees it. Write one for your hardware or your simulator: it is
/// all that the monitor needs.
public interface Host {
  enum Kind {
    /// All the steps asked for were taken.
    RAN,
    /// The program trapped.
    TRAPPED,
    /// A real interrupt came in, and has been acknowledged.
    INTERRUPTED,
    /// The processor has halted, which no guest may do.
    HALTED,
    /// It cannot go on.
    STOPPED
  }

  /// Why a program stopped running, and with which cause if it has one.
  record Stop(Kind kind, Cause cause) {}

  /// Puts all of these into the processor's registers.
  void load(Registers registers);

  /// Takes what the processor's registers hold.
  void save(Registers registers);

  /// Runs the program in the processor, for at most so many steps. After a trap, registers are as
  /// the program had them before the instruction that trapped: what the machine's own trap sequence
  /// has stored and loaded is taken back, or has never happened.
  Stop run(long steps);

  /// Time for one step passes while the monitor works. Nothing to do where it passes by itself.
  default void tick() {}

  /// A real interrupt that came in while the monitor worked, acknowledged; null if there is none.
  default Cause interrupt() {
    return null;
  }

  /// What real storage holds: E, 512 cells of 32 bits.
  long E(long cell);

  void E(long cell, long value);
}
