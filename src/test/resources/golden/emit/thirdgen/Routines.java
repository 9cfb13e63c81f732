// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

import static thirdgen.Words.bits;
import static thirdgen.Words.low;
import static thirdgen.Words.signed;

/// The interpreter: a routine for each instruction that may come to the monitor, named after it. It
/// does to the virtual state what the instruction does to the bare machine's, so that an
/// instruction that only trapped because its guest is deprived of its mode is emulated, and a trap
/// that the bare machine would have had too is found out.
final class Routines extends Machine {
  Routines(VirtualState s) {
    super(s);
  }

  /// Executes the next instruction on the virtual state. Null if it completes; else its trap,
  /// undone.
  Trap attempt() {
    s.begin();
    try {
      long word = fetch();
      advance(word);
      perform(word);
      return null;
    } catch (Trap trap) {
      s.undo();
      return trap;
    }
  }

  private void perform(long word) {
    dispatch(word);
  }

  /// Finds the instruction that a word encodes.
  private void dispatch(long word) {
    if ((word & 0xff03ffffL) == 0x01000000) {
      throw new Stopped("add runs directly and cannot trap");
    }
    if ((word & 0xff1f0000L) == 0x02000000) {
      throw new Stopped("ldi runs directly and cannot trap");
    }
    if ((word & 0xff030000L) == 0x03000000) {
      ld(word);
      return;
    }
    if ((word & 0xff030000L) == 0x04000000) {
      st(word);
      return;
    }
    if ((word & 0xff1ffe00L) == 0x05000000) {
      throw new Stopped("bz runs directly and cannot trap");
    }
    if ((word & 0xff1ffe00L) == 0x06000000) {
      throw new Stopped("jal runs directly and cannot trap");
    }
    if ((word & 0xff1fffffL) == 0x07000000) {
      throw new Stopped("jr runs directly and cannot trap");
    }
    if ((word & 0xffff0000L) == 0x08000000) {
      svc(word);
      return;
    }
    if ((word & 0xffe30000L) == 0x10000000) {
      lpsw(word);
      return;
    }
    if ((word & 0xff1fffffL) == 0x11000000) {
      setr(word);
      return;
    }
    if ((word & 0xff1fffffL) == 0x12000000) {
      getr(word);
      return;
    }
    if ((word & 0xff1fffffL) == 0x13000000) {
      stm(word);
      return;
    }
    if ((word & 0xff1fffffL) == 0x14000000) {
      rtm(word);
      return;
    }
    if ((word & 0xff1fffffL) == 0x15000000) {
      out(word);
      return;
    }
    if ((word & 0xff1fffffL) == 0x16000000) {
      inp(word);
      return;
    }
    if ((word & 0xffffffffL) == 0x1f000000) {
      hlt(word);
      return;
    }
    reserved(word);
  }

  ///     instr ld   [0x03 a:3 b:3 0:2 imm:16]  "ld {a:r}, {imm:s}({b:r})"  { r[a] = V[r[b] + sext(imm)]; }
  ///
  /// Source: third-generation.isa:60.
  ///
  /// Class: not privileged; innocuous.
  /// Why it comes here:
  /// - raises `storage` (memory) by space V, third-generation.isa:31
  /// What it does to the virtual state: E: r.
  void ld(long ir) {
    long a = bits(ir, 23, 21);
    long b = bits(ir, 20, 18);
    long imm = low(16, ir);
    s.r(a, s.E(V(low(32, s.r(b) + signed(imm, 16)), LOAD)));
  }

  ///     instr st   [0x04 a:3 b:3 0:2 imm:16]  "st {a:r}, {imm:s}({b:r})"  { V[r[b] + sext(imm)] = r[a]; }
  ///
  /// Source: third-generation.isa:61.
  ///
  /// Class: not privileged; innocuous.
  /// Why it comes here:
  /// - raises `storage` (memory) by space V, third-generation.isa:31
  /// What it does to the virtual state: writes storage through V.
  void st(long ir) {
    long a = bits(ir, 23, 21);
    long b = bits(ir, 20, 18);
    long imm = low(16, ir);
    s.E(V(low(32, s.r(b) + signed(imm, 16)), STORE), s.r(a));
  }

  ///     instr svc  [0x08 0:8 n:16]            "svc {n:u}"                 { trap svc(zext(n)); }
  ///
  /// Source: third-generation.isa:65.
  ///
  /// Class: traps in every state of every mode; innocuous.
  /// Why it comes here:
  /// - raises `svc` (call) by its own body
  /// What it does to the virtual state: nothing: its trap is the guest's own, and is reflected.
  void svc(long ir) {
    long n = low(16, ir);
    throw new Trap(Cause.svc, n);
  }

  ///     instr lpsw [0x10 0:3 b:3 0:2 imm:16]  "lpsw {imm:s}({b:r})" requires supervisor {
  ///       psw = V[r[b] + sext(imm)];                     // mode, pc and relocation at once
  ///     }
  ///
  /// Source: third-generation.isa:67.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// control-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// - raises `storage` (memory) by space V, third-generation.isa:31
  /// What it does to the virtual state: M: psw.mode; P: psw.pc; R: psw.ie, psw.base, psw.bound;
  /// from virtual user mode nothing, since there its trap is reflected.
  void lpsw(long ir) {
    long b = bits(ir, 20, 18);
    long imm = low(16, ir);
    supervisor(ir);
    s.psw = s.E(V(low(32, s.r(b) + signed(imm, 16)), LOAD)) & 0xcfffffffL;
  }

  ///     instr setr [0x11 a:3 0:21]  "setr {a:r}" requires supervisor {
  ///       psw.base = r[a][18..10];  psw.bound = r[a][9..0];
  ///     }
  ///
  /// Source: third-generation.isa:70.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// control-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// What it does to the virtual state: R: psw.base, psw.bound; from virtual user mode nothing,
  /// since there its trap is reflected.
  void setr(long ir) {
    long a = bits(ir, 23, 21);
    supervisor(ir);
    s.psw_base(bits(s.r(a), 18, 10));
    s.psw_bound(low(10, s.r(a)));
  }

  ///     instr getr [0x12 a:3 0:21]  "getr {a:r}" requires supervisor { r[a] = zext(psw.base ++ psw.bound); }
  ///
  /// Source: third-generation.isa:73.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// behavior-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// What it does to the virtual state: E: r; from virtual user mode nothing, since there its trap
  /// is reflected.
  void getr(long ir) {
    long a = bits(ir, 23, 21);
    supervisor(ir);
    s.r(a, low(19, s.psw));
  }

  ///     instr stm  [0x13 a:3 0:21]  "stm {a:r}"  requires supervisor { timer = r[a][15..0]; due = false; }
  ///
  /// Source: third-generation.isa:74.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// control-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// What it does to the virtual state: R: timer, due; from virtual user mode nothing, since there
  /// its trap is reflected.
  void stm(long ir) {
    long a = bits(ir, 23, 21);
    supervisor(ir);
    s.timer = low(16, s.r(a));
    s.due = 0;
  }

  ///     instr rtm  [0x14 a:3 0:21]  "rtm {a:r}"  requires supervisor { r[a] = zext(timer); }
  ///
  /// Source: third-generation.isa:75.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// behavior-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// What it does to the virtual state: E: r; from virtual user mode nothing, since there its trap
  /// is reflected.
  void rtm(long ir) {
    long a = bits(ir, 23, 21);
    supervisor(ir);
    s.r(a, s.timer);
  }

  ///     instr out  [0x15 a:3 0:21]  "out {a:r}"  requires supervisor { console.tx = r[a][7..0]; }
  ///
  /// Source: third-generation.isa:76.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// control-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// What it does to the virtual state: writes console.tx; from virtual user mode nothing, since
  /// there its trap is reflected.
  void out(long ir) {
    long a = bits(ir, 23, 21);
    supervisor(ir);
    s.console_tx(low(8, s.r(a)));
  }

  ///     instr inp  [0x16 a:3 0:21]  "inp {a:r}"  requires supervisor { r[a] = zext(console.rx); }
  ///
  /// Source: third-generation.isa:77.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// control-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// What it does to the virtual state: E: r; reads console.rx; from virtual user mode nothing,
  /// since there its trap is reflected.
  void inp(long ir) {
    long a = bits(ir, 23, 21);
    supervisor(ir);
    s.r(a, s.read_console_rx());
  }

  ///     instr hlt  [0x1f 0:24]      "hlt"        requires supervisor { halt; }
  ///
  /// Source: third-generation.isa:78.
  ///
  /// Class: privileged: traps in every user state, and not in every supervisor state;
  /// control-sensitive.
  /// Why it comes here:
  /// - raises `privop` (privilege) by guard supervisor, third-generation.isa:55
  /// What it does to the virtual state: halts; from virtual user mode nothing, since there its trap
  /// is reflected.
  void hlt(long ir) {
    supervisor(ir);
    s.halt();
  }

  /// Every word that is no other instruction.
  ///
  ///     reserved { trap opcode(ir); }                    // every other encoding, analysed as one row
  ///
  /// Source: third-generation.isa:79.
  ///
  /// Class: traps in every state of every mode; innocuous.
  /// Why it comes here:
  /// - raises `opcode` (illegal) by its own body
  /// What it does to the virtual state: nothing: its trap is the guest's own, and is reflected.
  void reserved(long ir) {
    throw new Trap(Cause.opcode, ir);
  }
}
