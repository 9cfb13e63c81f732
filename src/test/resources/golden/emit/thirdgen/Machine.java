// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

import static thirdgen.Registers.Mode_S;
import static thirdgen.Registers.Mode_U;
import static thirdgen.Words.low;

/// What ThirdGen does by itself, on a virtual state: fetch, translation, traps, interrupts, and
/// what happens after each step.
class Machine {
  /// A trap of the virtual machine; its trap sequence has not run.
  static final class Trap extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final Cause cause;
    final transient long[] arguments;

    Trap(Cause cause, long... arguments) {
      super(cause.name(), null, false, false);
      this.cause = cause;
      this.arguments = arguments;
    }
  }

  /// The description makes no promise, or the guest reaches for more than it was given.
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped(String reason) {
      super(reason, null, false, false);
    }
  }

  /// An instruction goes on as another.
  static final class Execute extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient long word;

    Execute(long word) {
      super(null, null, false, false);
      this.word = word;
    }
  }

  static final long FETCH = 0;
  static final long LOAD = 1;
  static final long STORE = 2;

  final VirtualState s;

  Machine(VirtualState s) {
    this.s = s;
  }

  static int index(long i, long count, String of) {
    if (Long.compareUnsigned(i, count) >= 0) {
      throw new Stopped("index " + Long.toUnsignedString(i) + " is out of range of `" + of + "`");
    }
    return (int) i;
  }

  /// Brings the next instruction.
  ///
  ///     fetch ir : Word = V[zext(psw.pc)] then psw.pc = psw.pc + 1;
  final long fetch() {
    long ir = s.E(V(s.psw_pc(), FETCH));
    return ir;
  }

  /// Moves the program counter on.
  final void advance(long ir) {
    s.psw_pc(low(9, s.psw_pc() + 1));
  }

  /// V[a] is a relocated access; E[a] is a physical one. P-G memory trap: a >= b or a + l >= Q. The
  /// physical index in E, or a trap.
  final long V(long a, long how) {
    if (a >= s.psw_bound()) {
      throw new Trap(Cause.storage, a);
    }
    long p = low(11, low(10, a) + s.psw_base());
    if (p >= 0x200) {
      throw new Trap(Cause.storage, a);
    }
    return low(9, p);
  }

  /// The machine's own trap sequence.
  final void enter(Cause cause, long... arguments) {
    switch (cause) {
      case storage -> swap(1, arguments[0]);
      case opcode -> swap(2, arguments[0]);
      case privop -> swap(3, arguments[0]);
      case svc -> swap(4, arguments[0]);
      case clock -> swap(8, 0);
      case key -> swap(9, 0);
    }
  }

  /// A trap undoes the trapping instruction, then swaps the PSW.
  private void swap(long code, long info) {
    s.E(0, s.psw);
    s.E(2, code);
    s.E(3, info);
    s.psw = s.E(1) & 0xcfffffffL;
  }

  /// The first interrupt that is due; null if none is.
  final Cause due() {
    if (s.due == 1 && s.psw_ie() == 1) {
      return Cause.clock;
    }
    if (s.console_rx() >>> 8 == 1 && s.psw_ie() == 1) {
      return Cause.key;
    }
    return null;
  }

  /// What taking an interrupt does before the trap sequence.
  final void acknowledge(Cause cause) {
    if (cause == Cause.clock) {
      acknowledge_clock();
    }
  }

  private void acknowledge_clock() {
    s.due = 0;
  }

  /// What the machine does after each step.
  final void after() {
    if (s.timer != 0) {
      s.timer = low(16, s.timer - 1);
      if (s.timer == 0) {
        s.due = 1;
      }
    }
  }

  /// Whether the machine is in mode S.
  final boolean is_S() {
    return s.psw_mode() == Mode_S;
  }

  /// Whether the machine is in mode U.
  final boolean is_U() {
    return s.psw_mode() == Mode_U;
  }

  final void supervisor(long ir) {
    if (s.psw_mode() == Mode_U) {
      throw new Trap(Cause.privop, ir);
    }
  }
}
