package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Port;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Guests of the third-generation machine, bare and virtual.
final class LockstepTest {
  private final Simulator simulator = Simulator.confined(Guests.thirdGeneration(512));
  private final Simulator small = Simulator.confined(Guests.thirdGeneration(256));
  private final Journal journal = new Journal();

  @Test
  void aKernelWithTwoProcessesRunsTheSameUnderAMonitor() {
    var image = Guests.assemble(simulator, Guests.KERNEL);
    Bare bare = Guests.bare(simulator, image);
    var monitor = ControlProgram.on(Bare.of(simulator), journal);
    VirtualMachine guest = admit(monitor, simulator, 448, 64);
    assertEquals(new Region(64, 448), guest.region());
    Guests.load(guest, image);
    var lockstep = Lockstep.of(bare, guest);
    var outcome = lockstep.run(100_000);
    var ended = assertInstanceOf(Lockstep.Ended.class, outcome, outcome::toString);
    assertEquals(Stop.HALTED, ended.stop());
    assertEquals("AbAbAbAbAbbb!\n", Guests.printed(guest.state()));
  }

  @Test
  void aSystemRunsTheSameUnderAMonitor() {
    var monitor = ControlProgram.on(Bare.of(simulator), journal);
    Lockstep lockstep = system(admit(monitor, small, 256, 100));
    sameFor(lockstep, 100_000);
    Tally tally = lockstep.virtual().tally();
    assertTrue(tally.share() > 0.9, () -> "" + tally.share());
    assertTrue(tally.interrupts() > 100);
    assertTrue(tally.reflected() > 100);
  }

  @Test
  void twoGuestsInTurnAreAsIfAlone() {
    var monitor = ControlProgram.on(Bare.of(simulator), journal);
    assertTrue(monitor.hasTimer());
    List<Lockstep> pairs =
        List.of(system(admit(monitor, small, 256, 0)), system(admit(monitor, small, 256, 0)));
    assertEquals(new Region(256, 256), pairs.getLast().virtual().region());
    List<RoundRobin.Job> jobs = new ArrayList<>();
    for (Lockstep pair : pairs) {
      jobs.add(() -> inTurn(pair, 100_000));
    }
    RoundRobin.run(monitor, 1000, jobs);
    pairs.forEach(pair -> assertTrue(pair.virtual().tally().slices() > 50));
  }

  @Test
  void aMonitorRunsUnderAMonitorUnderAMonitor() {
    sameFor(nested(), 50_000);
  }

  @Test
  void whatWasDoneToDevicesBeforeTheTwoWereMadeTheSameIsNotCompared() {
    Image image =
        Guests.assemble(simulator, "echo", ".org 16\nldi r1, 65\nout r1\ninp r2\nout r1\nhlt\n");
    Bare bare = Guests.bare(simulator, image);
    VirtualMachine guest =
        admit(ControlProgram.on(Bare.of(simulator), journal), simulator, 448, 64);
    type(bare.state(), "ab");
    var lockstep = Lockstep.of(bare, guest);
    lockstep.give();
    bare.run(3);
    lockstep.give();
    sameFor(lockstep, 1);
    assertEquals("AA", Guests.printed(bare.state()));
    assertEquals("A", Guests.printed(guest.state()));
  }

  private Lockstep nested() {
    var outer = ControlProgram.on(Bare.of(simulator), journal);
    VirtualMachine first = admit(outer, simulator, 448, 64);
    var middle = ControlProgram.on(first, journal);
    VirtualMachine second = admit(middle, simulator, 384, 64);
    var inner = ControlProgram.on(second, journal);
    return system(admit(inner, small, 256, 128));
  }

  private static VirtualMachine admit(
      ControlProgram monitor, Simulator simulator, long size, long from) {
    return monitor
        .admit(
            "guest " + (monitor.guests().size() + 1),
            VirtualMachine.Kind.TRAP_AND_EMULATE,
            simulator,
            size,
            from)
        .orElseThrow();
  }

  private Lockstep system(VirtualMachine guest) {
    Image image = Guests.assemble(small, Guests.FOLDER.resolve("third-generation/system.asm"));
    Bare bare = Guests.bare(small, image);
    Guests.load(guest, image);
    type(bare.state(), "hello");
    type(guest.state(), "hello");
    return Lockstep.of(bare, guest);
  }

  private static void type(State state, String text) {
    Port rx = state.machine().ports().stream().filter(Port::isInput).findFirst().orElseThrow();
    text.chars().forEach(c -> state.feed(rx, Bits.of(9, 0x100 | c)));
  }

  private static boolean inTurn(Lockstep pair, long steps) {
    var outcome = pair.run(steps);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    return pair.steps() < steps;
  }

  private static void sameFor(Lockstep lockstep, long steps) {
    var outcome = lockstep.run(steps);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    assertEquals(steps, lockstep.steps());
  }
}
