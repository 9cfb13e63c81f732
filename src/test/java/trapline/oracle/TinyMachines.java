package trapline.oracle;

import java.util.Map;

/// Machines small enough to enumerate, whose classes a person can tell by hand.
final class TinyMachines {
  private TinyMachines() {}

  /// Popek and Goldberg's machine in seventeen bits of state, with one instruction per textbook
  /// case.
  static final String THIRD_GENERATION =
      """
      machine Tiny {
        enum Mode : bits(1) { S = 0, U = 1 }
        struct PSW : bits(6) {
          5    mode : Mode role M;
          4    pc          role P;
          3..2 base        role R;
          1..0 bound       role R;
        }
        reg psw : PSW;
        reg acc : bits(1) role E;
        reg ctl : bits(1) role R;
        reg clk : bits(1) role clock;
        reg iw  : bits(4) role E;
        memory E[4] : bits(1) role E;
        space V(a: bits(2)) on E {
          if a >= psw.bound { trap storage; }
          return a + psw.base;
        }
        trap swap(code: bits(3)) { psw.mode = S; psw.pc = 0; }
        traps via swap {
          1 storage : memory;
          2 privop  : privilege;
          3 opcode  : illegal;
          4 svc     : call;
        }
        fetch ir : bits(4) = iw then psw.pc = psw.pc + 1;
        guard supervisor { if psw.mode != S { trap privop; } }
        instr nop   [0b0000] "nop"   { }
        instr ld    [0b0001] "ld"    { acc = V[0]; }
        instr st    [0b0010] "st"    { V[1] = acc; }
        instr getm  [0b0011] "getm"  { acc = raw(psw.mode); }
        instr getmp [0b0100] "getmp" requires supervisor { acc = raw(psw.mode); }
        instr getr  [0b0101] "getr"  { acc = psw.base[0]; }
        instr jrst1 [0b0110] "jrst1" { psw.mode = U; }
        instr peek  [0b0111] "peek"  { acc = E[0]; }
        instr lpsw  [0b1000] "lpsw"  requires supervisor { psw.base = 0; psw.mode = U; }
        instr svc   [0b1001] "svc"   { trap svc; }
        instr hlt   [0b1010] "hlt"   { halt; }
        instr poke  [0b1011] "poke"  { E[0] = 1; }
        instr popf  [0b1100] "popf"  { if psw.mode == S { ctl = acc; } }
        instr getc  [0b1101] "getc"  { acc = ctl; }
        instr rdclk [0b1110] "rdclk" { acc = clk; }
        reserved { trap opcode; }
      }
      """;

  /// Instructions that the simple definitions get wrong.
  static final String CORNERS =
      """
      machine Corners {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode    role M;
        reg pc   : bits(1) role P;
        reg base : bits(1) role R;
        reg lim  : bits(1) role R;
        reg acc  : bits(1) role E;
        reg tsr  : bits(1) role R;
        reg iw   : bits(3) role E;
        memory E[2] : bits(2) role E;
        device d { out tx : bits(1); in rx : bits(1); }
        space V(a: bits(1)) on E {
          if a > lim { trap storage; }
          return a ^ base;
        }
        trap entry(code: bits(3)) { mode = S; }
        traps via entry {
          1 storage : memory;
          2 priv    : privilege;
          3 ill     : illegal;
        }
        fetch ir : bits(3) = iw then pc = pc + 1;
        instr sret  [0b000] "sret"  { if mode == U || tsr == 1 { trap priv; } mode = U; }
        instr joint [0b001] "joint" {
          if (mode == S && base == 1) || (mode == U && base == 0) { trap priv; }
          acc = raw(mode);
        }
        instr both  [0b010] "both"  { acc = raw(mode) ^ base; }
        instr lim   [0b011] "lim"   { acc = lim; }
        instr put   [0b100] "put"   { d.tx = acc; }
        instr get   [0b101] "get"   { acc = d.rx; }
        instr same  [0b110] "same"  { base = base; mode = mode; V[0] = V[0]; }
        instr own   [0b111] "own"   { let x = V[1]; V[1] = V[0]; V[0] = x; }
        reserved { trap ill; }
      }
      """;

  /// One instruction for each way to break what the theorems assume.
  static final String PRECONDITIONS =
      """
      machine Preconditions {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode    role M;
        reg pc   : bits(1) role P;
        reg acc  : bits(1) role E;
        reg base : bits(1) role R;
        reg iw   : bits(3) role E;
        memory E[2] : bits(1) role E;
        space V(a: bits(1)) on E { return a ^ base; }
        trap entry(code: bits(3)) { mode = S; }
        traps via entry {
          1 storage : memory;
          2 priv    : privilege;
          3 ill     : illegal;
        }
        fetch ir : bits(3) = iw then pc = pc + 1;
        instr down  [0b000] "down"  { if mode == S { trap priv; } }
        instr peek  [0b001] "peek"  { acc = E[0]; }
        instr peeks [0b010] "peeks" { if mode == U { trap priv; } acc = E[0]; }
        instr half  [0b011] "half"  { acc = 1; commit; if V[0] == 0 { trap ill; } }
        instr back  [0b100] "back"  { if mode == U { trap priv; } mode = U; pc = acc; }
        instr next  [0b101] "next"  { if mode == U { trap priv; } mode = U; }
        instr open  [0b110] "open"  { if acc == 1 { unpredictable "as the manual says"; } }
        reserved { trap ill; }
      }
      """;

  /// Instructions with more than one outcome.
  static final String LOOSE =
      """
      machine Loose {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode    role M;
        reg pc   : bits(1) role P;
        reg acc  : bits(1) role E;
        reg c    : bits(1) role R;
        reg iw   : bits(4) role E;
        memory E[1] : bits(1) role E;
        trap entry(code: bits(3)) { mode = S; }
        traps via entry {
          1 priv : privilege;
          2 ill  : illegal;
        }
        unspecified fn legal(x: bits(1)) -> bits(1);
        fetch ir : bits(4) = iw then pc = pc + 1;
        instr junk [0b0000] "junk" { any x : bits(1); acc = x; }
        instr pick [0b0001] "pick" { any x : bits(1) where x <= c; acc = x; }
        instr mask [0b0010] "mask" { any x : bits(1); acc = x ^ c; }
        instr some [0b0011] "some" { any x : bits(1); if mode == U || x == 1 { trap priv; } }
        instr may  [0b0100] "may"  { any x : bits(1); if mode == U && x == 1 { trap priv; } }
        instr warl [0b0101] "warl" { acc = legal(c); }
        instr jump [0b0110] "jump" { unpredictable "no promise"; }
        instr mode [0b0111] "mode" { any x : bits(1) where x >= c; c = x; }
        reserved { trap ill; }
      }
      """;

  /// A machine with a monitor, and one instruction for each way in which running it directly may go
  /// wrong.
  static final String MONITORED =
      """
      machine Monitored {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode  : Mode    role M;
        reg pc    : bits(1) role P;
        reg acc   : bits(1) role E;
        reg base  : bits(1) role R;
        reg bound : bits(2) role R;
        reg ctl   : bits(1) role R;
        reg iw    : bits(4) role E;
        memory E[2] : bits(1) role E;
        space V(a: bits(1)) on E {
          if zext(a, 2) >= bound { trap storage; }
          let p = zext(a, 2) + zext(base, 2);
          if p >= 2 { trap storage; }
          return p[0];
        }
        trap entry(code: bits(3)) { mode = S; }
        traps via entry {
          1 storage : memory;
          2 priv    : privilege;
          3 ill     : illegal;
        }
        fetch ir : bits(4) = iw then pc = pc + 1;
        instr ld    [0b0000] "ld"    { acc = V[0]; }
        instr st    [0b0001] "st"    { V[1] = acc; }
        instr getm  [0b0010] "getm"  { acc = raw(mode); }
        instr getr  [0b0011] "getr"  { acc = base; }
        instr setc  [0b0100] "setc"  { if mode == S { ctl = acc; } }
        instr lie   [0b0101] "lie"   { ctl = ~ctl; }
        instr drop  [0b0110] "drop"  { mode = U; }
        instr lpsw  [0b0111] "lpsw"  { if mode == U { trap priv; } mode = U; pc = acc; }
        instr hlt   [0b1000] "hlt"   { halt; }
        instr poke  [0b1001] "poke"  { E[1] = acc; }
        instr half  [0b1010] "half"  { any x : bits(1); if mode == U && x == 1 { trap priv; } acc = x; }
        instr junk  [0b1011] "junk"  { any x : bits(1) where x >= acc; acc = x; }
        reserved { trap ill; }
        vmm {
          deprivilege S to U;
          run    mode = U;
          shadow base = virt.base + region.base;
          shadow bound = min(virt.bound, sat_sub(region.size, zext(virt.base)));
          virtual mode, ctl;
        }
      }
      """;

  /// A port and a register of role R in the last cells of storage, and a monitor that leaves them
  /// out.
  static final String DEVICES =
      """
      machine Devices {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode  : Mode    role M;
        reg pc    : bits(1) role P;
        reg acc   : bits(1) role E;
        reg base  : bits(2) role R;
        reg bound : bits(2) role R;
        reg ctl   : bits(1) role R;
        reg iw    : bits(3) role E;
        memory E[4] : bits(1) role E;
        device d { out tx : bits(1); in rx : bits(1); }
        space V(a: bits(1)) on E {
          if zext(a, 2) >= bound { trap storage; }
          let p = zext(a, 3) + zext(base, 3);
          if p >= 4 { trap storage; }
          return p[1..0];
        }
        bank io on E {
          3 port { get { return d.rx; } set(v) { d.tx = v; } }
          2 hold { get { return ctl; } set(v) { ctl = v; } }
        }
        trap entry(code: bits(3)) { mode = S; }
        traps via entry {
          1 storage : memory;
          2 priv    : privilege;
          3 ill     : illegal;
        }
        fetch ir : bits(3) = iw then pc = pc + 1;
        instr ld    [0b000] "ld"    { acc = V[0]; }
        instr st    [0b001] "st"    { V[1] = acc; }
        instr ldp   [0b010] "ldp"   { if mode == U { trap priv; } acc = V[0]; }
        instr peek  [0b011] "peek"  { acc = E[base]; }
        instr named [0b100] "named" { acc = io.hold; }
        instr move  [0b101] "move"  { V[0] = V[1]; }
        instr lbase [0b110] "lbase" { if mode == U { trap priv; } base = zext(acc); }
        reserved { trap ill; }
        vmm {
          deprivilege S to U;
          run    mode = U;
          shadow base = virt.base + region.base;
          shadow bound = min(virt.bound, sat_sub(region.size, virt.base));
          virtual mode, ctl, d;
        }
        assume always : apart(V);
        assume users  : apart(V) when mode == U;
      }
      """;

  /// Machines on which the two sides once differed, each at its least; what was wrong.
  static final Map<String, String> ONCE_WRONG =
      Map.ofEntries(
          Map.entry(
              "an output that is made again after a trap was no difference to the replay",
              """
              machine OutputsTwice {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg base : bits(1) role R;
                reg pc   : bits(1) role P;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                device d { out tx : bits(1); }
                space V(a: bits(1)) on E {
                  if base == 1 { trap storage; }
                  return a;
                }
                trap entry(code: bits(3)) { mode = S; }
                traps via entry {
                  1 storage : memory;
                  2 ill     : illegal;
                }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr st [0b0] "st" {
                  d.tx = 1;
                  commit;
                  V[0] = 1;
                  pc = 0;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a physical read in a loop that only computes was not counted",
              """
              machine PhysicalLoop {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr sum [0b0] "sum" {
                  var x : bits(1) = 0;
                  var n : bits(2) = 1;
                  while n != 0 {
                    n = n - 1;
                    x = x + E[n[0]];
                  }
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "an index out of range in a loop that only computes was not counted",
              """
              machine FaultyLoop {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(1) role E;
                memory E[3] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr sum [0b0] "sum" {
                  var x : bits(1) = 0;
                  var n : bits(2) = 3;
                  while n != 0 {
                    x = x + E[n];
                    n = n - 1;
                  }
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "what executes a row that completes was said to trap always",
              """
              machine ExecutesAnother {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(2) role E;
                memory E[1] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 priv : privilege; 2 ill : illegal; }
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr nop [0b00] "nop" { }
                instr xct [0b01] "xct" { if mode == U { trap priv; } execute zext(pc, 2); }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "outcomes that go through a loop were not counted among the others",
              """
              machine OutcomeInLoop {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg flag : bits(1) role E;
                reg ctl  : bits(1) role R;
                reg iw   : bits(2) role E;
                memory E[1] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr spin [0b11] "spin" {
                  any x : bits(1);
                  flag = x;
                  var n : bits(1) = ctl & ~flag;
                  while n != 0 {
                    n = 0;
                    pc = 0;
                  }
                  pc = 0;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "what is written before an execute was not counted as seen",
              """
              machine WritesThenExecutes {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg flag : bits(1) role E;
                reg clk  : bits(1) role clock;
                reg iw   : bits(2) role E;
                memory E[1] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr nop [0b00] "nop" { }
                instr xct [0b01] "xct" { flag = clk; execute zext(pc, 2); }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "other outcomes were looked for under another function than the maker's",
              """
              machine MakersChoice {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg base : bits(1) role R;
                reg iw   : bits(2) role E;
                memory E[2] : bits(1) role E;
                space V(a: bits(1)) on E { return a + base; }
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                unspecified fn u(x: bits(1)) -> bits(1);
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr go [0b00] "go" {
                  if pc < u(base) {
                    pc = 1;
                  } else {
                    any x : bits(1) where x >= base;
                    pc = x;
                  }
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "an unpredictable real run of an unpredictable virtual state was no gap to enumeration",
              """
              machine PromisesNothing {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(1) role E;
                memory E[1] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc;
                instr jump [0b0] "jump" { unpredictable "no promise"; }
                instr user [0b1] "user" { if mode == U { unpredictable "no promise"; } }
                reserved { trap ill; }
                vmm { deprivilege S to U; virtual mode; }
              }
              """),
          Map.entry(
              "the values of nested functions were looked for without end",
              """
              machine NestedFunctions {
                reg mode : bits(2) role M;
                reg flag : bits(1) role R;
                reg ie   : bits(1) role R;
                reg pc   : bits(1) role P;
                reg iw   : bits(2) role E;
                memory E[2] : bits(1) role E;
                mode A when mode == 3;
                mode B when mode == 2;
                trap entry(code: bits(3)) { }
                traps via entry { 1 ill : illegal; }
                unspecified fn u(x: bits(1)) -> bits(1);
                fetch ir : bits(2) = iw then pc = pc;
                instr go [0b00] "go" {
                  flag = u(mode[0]) << zext(pc, 2);
                  mode = ~sext(ie, 2);
                  ie = if mode >= 2 then ie else mode[1];
                  let t : bits(1) = E[u(flag)];
                  flag = t;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a loop's reads through a space were taken for the window that a physical write had changed",
              """
              machine LoopAfterWrite {
                enum Mode : bits(1) { S = 1, U = 0 }
                reg pc   : bits(1) role P;
                reg base : bits(1) role R;
                reg mode : Mode    role M;
                reg acc  : bits(1) role E;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                space V(a: bits(1)) on E { return a + base; }
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr sum [0b0] "sum" {
                  E[0] = 0;
                  var t : bits(1) = 0;
                  var n : bits(2) = 1;
                  while n != 0 {
                    n = 0;
                    t = t + V[acc];
                  }
                  acc = t;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a translation that traps otherwise than for a reference was no way to trap",
              """
              machine OtherTrap {
                enum Mode : bits(1) { S = 1, U = 0 }
                reg bound : bits(1) role R;
                reg base  : bits(1) role R;
                reg mode  : Mode    role M;
                reg pc    : bits(1) role P;
                reg acc   : bits(1) role E;
                reg iw    : bits(1) role E;
                memory E[2] : bits(1) role E;
                space V(a: bits(1)) on E {
                  if a > bound { trap priv; }
                  return a + base;
                }
                trap entry(code: bits(3)) { pc = 1; }
                traps via entry { 1 priv : privilege; 2 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr st [0b0] "st" {
                  let t : bits(1) = E[acc];
                  bound = t;
                  V[acc] = 0;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a store by physical address did not count where no space reaches storage",
              """
              machine NoSpace {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { let t = E[1]; pc = t; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr st [0b0] "st" { E[1] = pc; }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "what a run chose was a difference when it was started again",
              """
              machine ChoosesAgain {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg base : bits(1) role R;
                reg pc   : bits(1) role P;
                reg acc  : bits(1) role E;
                reg old  : bits(1) role E;
                reg iw   : bits(2) role E;
                memory E[2] : bits(1) role E;
                space V(a: bits(1)) on E {
                  if base == 1 { trap storage; }
                  return a;
                }
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 storage : memory; 2 ill : illegal; }
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr may [0b00] "may" {
                  any x : bits(1);
                  acc = x;
                  commit;
                  V[0] = 1;
                }
                instr two [0b01] "two" {
                  any x : bits(1);
                  old = acc;
                  acc = x;
                  commit;
                  V[0] = x;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a real state was given to a mode that runs in another",
              """
              machine FourModes {
                reg mode : bits(2) role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                mode A when mode == 3;
                mode B when mode == 2;
                mode C when mode == 1;
                mode D when mode == 0;
                space V(a: bits(1)) on E { return a; }
                trap entry(code: bits(3)) { mode = 3; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr getm [0b0] "getm" { pc = mode[0]; }
                reserved { trap ill; }
                vmm {
                  deprivilege B to C;
                  where region.base == 0 && region.size == 2;
                  virtual mode;
                }
              }
              """),
          Map.entry(
              "a clock of the monitor was no difference, and one that is set by the mode",
              """
              machine Clocks {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg mine : bits(1) role clock;
                reg both : bits(1) role clock;
                reg acc  : bits(1) role E;
                reg iw   : bits(2) role E;
                memory E[2] : bits(1) role E;
                space V(a: bits(1)) on E { return a; }
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr set  [0b00] "set"  { mine = acc; }
                instr get  [0b01] "get"  { acc = mine; }
                instr mode [0b10] "mode" { both = raw(mode); }
                reserved { trap ill; }
                vmm {
                  deprivilege S to U;
                  where region.base == 0 && region.size == 2;
                  run mode = U;
                  virtual mode, mine;
                }
              }
              """),
          Map.entry(
              "whether a loop traps was taken to be the same for another choice",
              """
              machine LoopTrapsByChoice {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode  : Mode    role M;
                reg bound : bits(1) role R;
                reg pc    : bits(1) role P;
                reg acc   : bits(1) role E;
                reg iw    : bits(1) role E;
                memory E[2] : bits(1) role E;
                space V(a: bits(1)) on E {
                  if a > bound { trap storage; }
                  return a;
                }
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 storage : memory; 2 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr some [0b0] "some" {
                  any x : bits(1);
                  acc = x;
                  var t : bits(1) = 0;
                  var n : bits(2) = 1;
                  while n != 0 {
                    n = n - 1;
                    t = t + V[x];
                  }
                  pc = x;
                }
                instr when [0b1] "when" {
                  any x : bits(1);
                  var t : bits(1) = 0;
                  var n : bits(2) = zext(x, 2);
                  while n != 0 {
                    n = n - 1;
                    t = t ^ V[1];
                  }
                  pc = x;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a witness had a cell that does not exist, and a loop that may name one was no way to trap",
              """
              machine ThreeCells {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg base : bits(2) role R;
                reg pc   : bits(1) role P;
                reg acc  : bits(1) role E;
                reg ie   : bits(1) role R;
                reg iw   : bits(1) role E;
                memory E[3] : bits(1) role E;
                space V(a: bits(2)) on E {
                  let p = a + base;
                  if p >= 3 { trap storage; }
                  return p;
                }
                trap entry(code: bits(3)) { pc = 0; }
                traps via entry { 1 storage : memory; 2 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr loop [0b0] "loop" {
                  acc = ie;
                  commit;
                  var t : bits(1) = ie;
                  var n : bits(2) = 2;
                  while n != 0 {
                    n = n - 1;
                    t = t + V[zext(ie, 2)];
                  }
                  base = zext(t, 2);
                }
                instr read [0b1] "read" {
                  let t = V[sext(acc, 2)];
                  acc = t;
                  let u = E[base * sext(t, 2)];
                  ie = u;
                  any x : bits(2) where pc == u;
                  acc = x[0];
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "what was not decided of reserved encodings was said to fail",
              """
              machine LoopInReserved {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(2) role P;
                reg acc  : bits(1) role E;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr nop [0b0] "nop" { }
                reserved {
                  var n : bits(2) = pc;
                  while n != 0 {
                    n = n - 1;
                    acc = ~acc;
                  }
                }
              }
              """),
          Map.entry(
              "a physical read did not see what was stored through a space before",
              """
              machine StoresThenReads {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg base : bits(1) role R;
                reg pc   : bits(1) role P;
                reg acc  : bits(1) role E;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                space V(a: bits(1)) on E { return if mode == U then a + base else a; }
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                instr both [0b0] "both" {
                  V[0] = acc;
                  let t = E[1];
                  pc = t;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "what traps, or loops, before it executes another was judged by the other alone",
              """
              machine TrapsBeforeExecuting {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg acc  : bits(1) role E;
                reg iw   : bits(2) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 priv : privilege; 2 ill : illegal; }
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr never [0b01] "never" {
                  if true { trap priv; }
                  execute zext(pc, 2);
                }
                instr loops [0b10] "loops" {
                  var n : bits(1) = acc;
                  while n != 0 {
                    n = n - 1;
                    mode = U;
                  }
                  execute 1;
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "what executes what executes, and sets the mode, was said to leave it alone",
              """
              machine Chain {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(2) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; }
                fetch ir : bits(2) = iw then pc = pc + 1;
                instr nop  [0b00] "nop"  { }
                instr sets [0b01] "sets" { mode = S; execute 0; }
                instr xct  [0b10] "xct"  { execute zext(pc, 2); }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a maker who breaks a promise, where another outcome calls the function, was a witness",
              """
              machine Promise {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg acc  : bits(1) role E;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { mode = S; }
                traps via entry { 1 ill : illegal; 2 priv : privilege; }
                fetch ir : bits(1) = iw then pc = pc + 1;
                unspecified fn u(x: bits(1)) -> bits(1) where result != 0;
                instr any [0b0] "any" {
                  any t : bits(1);
                  acc = t;
                  if t == 0 {
                    if u(acc) == 0 { trap ill; }
                  } else if mode == S { trap priv; }
                }
                reserved { trap ill; }
              }
              """),
          Map.entry(
              "a loop that refers to storage where the mode says was taken to go the same way in both",
              """
              machine RefersInALoop {
                enum Mode : bits(1) { S = 0, U = 1 }
                struct PSW : bits(3) { 2 mode : Mode role M; 1 bound role R; 0 pc role P; }
                reg psw : PSW;
                reg iw  : bits(2) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { }
                traps via entry { 1 storage : memory; }
                space V(a: bits(1)) on E {
                  if a >= psw.bound { trap storage; }
                  return a;
                }
                fetch ir : bits(2) = iw then psw.pc = psw.pc;
                instr at    [0b10] "at" {
                  var n : bits(1) = 1;
                  var t : bits(1) = 0;
                  while n != 0 { n = 0; t = t + V[raw(psw.mode)]; }
                }
                instr often [0b11] "often" {
                  var n : bits(1) = raw(psw.mode);
                  var t : bits(1) = 0;
                  while n != 0 { n = 0; t = t + V[1]; }
                }
                vmm { deprivilege S to U; where region.base == 0 && region.size == 2; }
                reserved { }
              }
              """),
          Map.entry(
              "a choice that the mode allows, made before another is executed, was nobody's",
              """
              machine ChoosesBeforeExecuting {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(2) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { }
                traps via entry { }
                fetch ir : bits(2) = iw then pc = pc;
                instr xct [0b00] "xct" {
                  any t : bits(1) where t >= raw(mode);
                  pc = t;
                  execute 2;
                }
                reserved { }
              }
              """),
          Map.entry(
              "what executes what is unpredictable was said to be innocuous",
              """
              machine ExecutesTheUnpredictable {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg acc  : bits(1) role E;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { }
                traps via entry { 1 priv : privilege; }
                fetch ir : bits(1) = iw then pc = pc;
                instr open [0b0] "open" { if true { unpredictable "no promise"; } }
                instr xct  [0b1] "xct"  {
                  if raw(mode) >= acc { trap priv; }
                  execute 0;
                }
                reserved { }
              }
              """),
          Map.entry(
              "storage left changed by a trap, where no address leads to it, was no change to the replay",
              """
              machine ChangesOutOfSight {
                enum Mode : bits(1) { S = 0, U = 1 }
                reg mode : Mode    role M;
                reg pc   : bits(1) role P;
                reg iw   : bits(1) role E;
                memory E[2] : bits(1) role E;
                trap entry(code: bits(3)) { }
                traps via entry { 1 storage : memory; }
                space V(a: bits(1)) on E { if true { trap storage; } }
                fetch ir : bits(1) = iw then pc = pc;
                instr st [0b0] "st" {
                  E[1] = 0;
                  commit;
                  V[0] = 1;
                }
                reserved { }
              }
              """));
}
