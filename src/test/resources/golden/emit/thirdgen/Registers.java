// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

import static thirdgen.Words.bits;
import static thirdgen.Words.with;

/// The registers of ThirdGen: of the processor, or of a virtual machine. Each holds an unsigned
/// number, after reset at first. The letter is the role: E what any program may use, M the mode, P
/// the program counter, R what decides which resources a program has.
public class Registers {
  static final long Mode_S = 0;
  static final long Mode_U = 1;

  /// 32 bits: mode 31 (M), ie 30 (R), fixed 29..28, pc 27..19 (P), base 18..10 (R), bound 9..0 (R)
  public long psw = 0x800200;

  /// 32 bits: E
  public final long[] r = new long[8];

  /// 16 bits: R
  public long timer = 0;

  /// 1 bits: R
  public long due = 0;

  final long psw_mode() {
    return bits(psw, 31, 31);
  }

  final void psw_mode(long value) {
    psw = with(psw, 31, 31, value);
  }

  final long psw_ie() {
    return bits(psw, 30, 30);
  }

  final void psw_ie(long value) {
    psw = with(psw, 30, 30, value);
  }

  final long psw_pc() {
    return bits(psw, 27, 19);
  }

  final void psw_pc(long value) {
    psw = with(psw, 27, 19, value);
  }

  final long psw_base() {
    return bits(psw, 18, 10);
  }

  final void psw_base(long value) {
    psw = with(psw, 18, 10, value);
  }

  final long psw_bound() {
    return bits(psw, 9, 0);
  }

  final void psw_bound(long value) {
    psw = with(psw, 9, 0, value);
  }

  final long r(long i) {
    return r[Machine.index(i, 8, "r")];
  }

  final void r(long i, long value) {
    r[Machine.index(i, 8, "r")] = value;
  }

  /// Makes these the same as those.
  final void take(Registers that) {
    psw = that.psw;
    System.arraycopy(that.r, 0, r, 0, 8);
    timer = that.timer;
    due = that.due;
  }
}
