package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Port;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Kernels of real machines: boot, timer, faults, two processes and a console, bare and under the
/// monitors that their descriptions give.
final class KernelsTest {
  /// What a kernel runs on, and what a run of it comes to: what is printed first, and the least
  /// share of instructions that run directly.
  private record Kernel(
      String file, String machine, String program, String typed, String printed, double share) {
    Simulator simulator() {
      return Simulator.confined(Guests.machine("isa-specs/" + file, machine, Map.of()));
    }

    void type(State state) {
      for (Port port : state.machine().ports()) {
        if (port.isInput() && port.width() == 9) {
          typed.chars().forEach(c -> state.feed(port, Bits.of(9, 0x100 | c)));
        } else if (port.isInput()) {
          List.of(0, 0, 1).forEach(key -> state.feed(port, Bits.of(port.width(), key)));
        }
      }
    }
  }

  private static final Kernel SUPERVISOR =
      new Kernel(
          "riscv/platform.isa",
          "RV32Platform",
          "riscv/system.asm",
          "hello",
          "ppwhbpw!waebpw!bclbpw!dlbpw!eobpw!fbpw!ghbpw!ibpw!",
          0.75);
  private static final Kernel SUPERVISOR64 =
      new Kernel(
          "riscv/platform.isa",
          "RV64Platform",
          "riscv/system64.asm",
          "hello",
          "ppwhbpw!waebpw!blbpw!clbpw!dobpw!ebpw!fbpw!gbpw!",
          0.75);
  private static final Kernel FIRMWARE =
      new Kernel(
          "riscv/platform.isa",
          "RV32FirmwarePlatform",
          "riscv/firmware.asm",
          "hello",
          "ahb!bceb!dlb!elb!fgob!hb!ib!jkbb!lb!mb!",
          0.85);

  private static final Kernel SEGMENT =
      new Kernel(
          "mips-r3000-board.isa",
          "R3000ChipBoard",
          "mips-r3000-board/system.asm",
          "hello",
          "ppwhbpw!ebpw!lbpw!lbpw!obpw!bpwwa!bbpw!bpw!bpw!",
          0.2);

  private static final Kernel KEYS =
      new Kernel(
          "ibm-360-67.isa",
          "IBM360_67",
          "ibm-360/system.asm",
          "",
          "4ak6bb!8c0db!2e4fb!2g1hb!3i7jb!1k6lb!1m6nb3o2pb!8q9rb!8s7tb!",
          0.4);

  private static final Kernel PAGES =
      new Kernel(
          "ibm-360-67.isa",
          "IBM360_67",
          "ibm-360/paging.asm",
          "",
          "ppkabpb!cdpb!efgpb!hipb!jklpb!mnpb!opqpbrsb!tuvpb!wxypb!z",
          0.9);

  @Test
  void aSupervisorRunsUnderShadowTables() {
    Lockstep pair = same(SUPERVISOR, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x4000, 1);
    assertTrue(pair.virtual().tally().filled() > 500);
    same(SUPERVISOR, VirtualMachine.Kind.HYBRID, 0x4000, 1);
  }

  @Test
  void soItDoesUnderTablesOfThreeLevels() {
    Lockstep pair = same(SUPERVISOR64, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x4000, 1);
    assertTrue(pair.virtual().tally().filled() > 500);
    same(SUPERVISOR64, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x4000, 2);
    same(SUPERVISOR64, VirtualMachine.Kind.HYBRID, 0x4000, 1);
  }

  @Test
  void twoSupervisorsUnderMonitorsUnderAMonitor() {
    same(SUPERVISOR, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x4000, 2);
    Simulator simulator = SUPERVISOR.simulator();
    var owner = ControlProgram.on(Bare.of(simulator), new Journal());
    List<Lockstep> pairs =
        List.of(start(SUPERVISOR, owner, 0x4000), start(SUPERVISOR, owner, 0x4000));
    List<RoundRobin.Job> jobs =
        pairs.stream()
            .<RoundRobin.Job>map(pair ->
                () -> {
                  var outcome = pair.run(10_000 - pair.steps());
                  assertTrue(Lockstep.goesOn(outcome), outcome::toString);
                  return pair.steps() < 10_000;
                })
            .toList();
    RoundRobin.run(owner, 333, jobs);
    pairs.forEach(pair -> assertEquals(10_000, pair.steps()));
  }

  @Test
  void whoReadsTheRealTimeSeesTheMonitor() {
    Kernel lent =
        new Kernel("riscv/platform.isa", "RV32LendsCounters", "riscv/system.asm", "", "", 0);
    Simulator simulator = lent.simulator();
    var owner = ControlProgram.on(Bare.of(simulator), new Journal());
    var different =
        assertInstanceOf(Lockstep.Different.class, start(lent, owner, 0x4000).run(1_000));
    assertEquals("csrrs a0, time, zero", different.difference().instruction());
    assertEquals(List.of("a0"), different.difference().places());
  }

  @Test
  void firmwareRunsBesideItsMonitor() {
    same(FIRMWARE, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x8000, 1);
  }

  @Test
  void aKernelThatNoEntryReachesIsEmulated() {
    Lockstep pair = same(SEGMENT, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x8000000, 1);
    assertTrue(pair.virtual().tally().emulated() > 14_000);
    assertTrue(pair.virtual().tally().filled() > 100);
    same(SEGMENT, VirtualMachine.Kind.HYBRID, 0x8000000, 1);
  }

  /// What lies beside a device, where addresses count bytes and cells are words.
  @Test
  void aPageWithADeviceInItIsNotInstalledForItsNeighbour() {
    Simulator simulator = SEGMENT.simulator();
    var owner = ControlProgram.on(Bare.of(simulator), new Journal());
    Image image =
        Guests.assemble(
            simulator,
            "neighbour.asm",
            """
                    .org 0x1fc00000
                    addiu t0, zero, 0x1000
                    mtc0 t0, entryhi
                    addiu t1, zero, 0x5700      ; frame 5: dirty, present, everybody's
                    mtc0 t1, entrylo
                    tlbwi
                    addiu a1, zero, 0x4000
                    mtc0 a1, entryhi
                    lui  t1, 0x1000             ; the console's
                    ori  t1, t1, 0x700
                    mtc0 t1, entrylo
                    addiu t2, zero, 0x100
                    mtc0 t2, index
                    tlbwi
                    jr   t0
                    sll  zero, zero, 0
                    .org 0x5000
                    lw   t2, 0x100(a1)
                    lw   t2, 0(a1)
                    j    0x1000
                    sw   t2, 0(a1)
            """);
    Bare bare = Guests.bare(simulator, image);
    var kind = VirtualMachine.Kind.TRAP_AND_EMULATE;
    VirtualMachine guest = Guests.load(admit(owner, kind, simulator, 0x8000000), image);
    SEGMENT.type(bare.state());
    SEGMENT.type(guest.state());
    Lockstep pair = Lockstep.of(bare, guest);
    var outcome = pair.run(35);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    assertEquals("hello", Guests.printed(guest.state()));
    assertTrue(pair.virtual().tally().direct() > 0);
  }

  /// A System/360's program is a Model 67's that has not been told to be more.
  @Test
  void aSystem360RunsUnderAModel67() {
    Lockstep pair = same(KEYS, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x4000, 1);
    Simulator before =
        Simulator.confined(Guests.machine("isa-specs/ibm-360.isa", "IBM360", Map.of()));
    Image image = Guests.assemble(before, Guests.FOLDER.resolve(KEYS.program));
    Bare bare = Guests.bare(before, image);
    KEYS.type(bare.state());
    for (int i = 0; i < 20_000; i++) {
      bare.step();
    }
    assertEquals(Guests.printed(pair.virtual().state()), Guests.printed(bare.state()));
  }

  @Test
  void aModel67WithTranslationRunsUnderAModel67() {
    same(PAGES, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x4000, 1);
    same(PAGES, VirtualMachine.Kind.TRAP_AND_EMULATE, 0x4000, 2);
    same(PAGES, VirtualMachine.Kind.HYBRID, 0x4000, 1);
  }

  private static Lockstep same(Kernel kernel, VirtualMachine.Kind kind, long size, int depth) {
    Simulator simulator = kernel.simulator();
    var owner = ControlProgram.on(Bare.of(simulator), new Journal());
    for (int level = depth - 1; level > 0; level--) {
      var below = admit(owner, kind, simulator, size + level * 0x2000L);
      owner = ControlProgram.on(below, new Journal());
    }
    Lockstep pair = load(kernel, admit(owner, kind, simulator, size));
    var outcome = pair.run(20_000);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    assertEquals(20_000, pair.steps());
    String printed = Guests.printed(pair.virtual().state());
    assertTrue(printed.startsWith(kernel.printed), printed);
    if (kind == VirtualMachine.Kind.TRAP_AND_EMULATE) {
      double share = pair.virtual().tally().share();
      assertTrue(share > kernel.share, () -> "directly: " + share);
    }
    return pair;
  }

  private static Lockstep start(Kernel kernel, ControlProgram owner, long size) {
    var kind = VirtualMachine.Kind.TRAP_AND_EMULATE;
    return load(kernel, admit(owner, kind, owner.host().simulator(), size));
  }

  private static VirtualMachine admit(
      ControlProgram owner, VirtualMachine.Kind kind, Simulator simulator, long size) {
    String name = "guest " + (owner.guests().size() + 1);
    return owner.admit(name, kind, simulator, size, 0).orElseThrow();
  }

  private static Lockstep load(Kernel kernel, VirtualMachine guest) {
    Simulator simulator = guest.simulator();
    Image image = Guests.assemble(simulator, Guests.FOLDER.resolve(kernel.program));
    Bare bare = Guests.bare(simulator, image);
    Guests.load(guest, image);
    kernel.type(bare.state());
    kernel.type(guest.state());
    return Lockstep.of(bare, guest);
  }
}
