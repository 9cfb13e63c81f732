package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Memory;
import trapline.machine.Simulator;
import trapline.machine.State;

/// A guest that does anything reaches nothing but its own.
final class IsolationTest {
  private static final long TRAPS = 100_000;
  private static final long LIFE = 500;

  private final Simulator host = Simulator.confined(Guests.thirdGeneration(512));
  private final Simulator small = Simulator.confined(Guests.thirdGeneration(256));

  @Test
  void aHostileGuestNeitherReachesOutsideNorStopsAnother() {
    Bare real = Bare.of(host);
    var monitor = ControlProgram.on(real, new Journal());
    VirtualMachine hostile = admit(monitor, "hostile", 200, 20);
    VirtualMachine victim = admit(monitor, "victim", 256, 230);
    Memory storage = host.machine().memories().getFirst();
    List<Long> monitors = new ArrayList<>();
    for (long i = 0; i < 512; i++) {
      if (!hostile.region().overlaps(new Region(i, 1))
          && !victim.region().overlaps(new Region(i, 1))) {
        monitors.add(i);
        real.state().memory(storage, i, Bits.of(32, 0xdead_0000L + i));
      }
    }
    assertEquals(512 - 456, monitors.size());
    Image image = Guests.assemble(small, Guests.FOLDER.resolve("third-generation/system.asm"));
    Guests.load(victim, image);
    Lockstep pair = Lockstep.of(Guests.bare(small, image), victim);
    var scramble = Scramble.of(small, 200, 4711, i -> true);
    long[] lives = {0};
    RoundRobin.Job attack =
        () -> {
          while (true) {
            if (hostile.tally().traps() >= TRAPS) {
              return false;
            }
            long life = lives[0]++;
            if (life % LIFE == 0) {
              scramble.next(hostile.state());
            }
            Stop stop = hostile.step();
            if (stop instanceof Stop.Preempted) {
              return true;
            }
            if (stop instanceof Stop.Halted || stop instanceof Stop.Stopped) {
              lives[0] = 0;
            }
          }
        };
    RoundRobin.Job work =
        () -> {
          var outcome = pair.run(Long.MAX_VALUE);
          assertTrue(Lockstep.goesOn(outcome), outcome::toString);
          return hostile.tally().traps() < TRAPS;
        };
    RoundRobin.run(monitor, 300, List.of(attack, work));
    assertEquals(List.of(), hostile.breaches());
    assertEquals(List.of(), victim.breaches());
    assertEquals(0, real.state().strays());
    for (long i : monitors) {
      assertEquals(Bits.of(32, 0xdead_0000L + i), real.state().memory(storage, i));
    }
    assertTrue(hostile.tally().slices() > 50, () -> "slices " + hostile.tally().slices());
    assertTrue(pair.steps() > 10_000, () -> "steps " + pair.steps());
    assertTrue(real.state().reached() > TRAPS);
  }

  @Test
  void aGuestThatNeverTrapsIsPreempted() {
    var monitor = ControlProgram.on(Bare.of(host), new Journal());
    VirtualMachine guest = admit(monitor, "endless", 256, 0);
    Guests.load(guest, Guests.assemble(small, "endless", " .org 16\nhere: jal r1, here\n"));
    monitor.slice(1000);
    assertEquals(Stop.PREEMPTED, guest.run(1_000_000));
    assertTrue(guest.taken() <= 1000);
  }

  @Test
  void aGuestThatOnlyTrapsIsPreempted() {
    var monitor = ControlProgram.on(Bare.of(host), new Journal());
    VirtualMachine guest = admit(monitor, "endless", 256, 0);
    Guests.load(
        guest,
        Guests.assemble(small, "endless", " .org 1\n .word 16 << 19 | 256\n .org 16\n svc 1"));
    monitor.slice(1000);
    for (int i = 0; i < 5000; i++) {
      if (guest.step() instanceof Stop.Preempted) {
        return;
      }
    }
    org.junit.jupiter.api.Assertions.fail("it holds the processor");
  }

  @Test
  void randomInstructionsDoTheSameBareAndVirtual() {
    var monitor = ControlProgram.on(Bare.of(host), new Journal());
    Lockstep pair = Lockstep.of(Bare.of(small), admit(monitor, "random", 256, 77));
    var scramble = Scramble.of(small, 256, 1974, i -> true);
    for (int life = 0; life < 600; life++) {
      State state = pair.bare().state();
      scramble.next(state);
      pair.give();
      var outcome = pair.run(LIFE);
      assertTrue(Lockstep.goesOn(outcome) || outcome instanceof Lockstep.Ended, outcome::toString);
    }
    assertTrue(pair.steps() > 20_000, () -> "" + pair.steps());
  }

  private VirtualMachine admit(ControlProgram monitor, String name, long size, long from) {
    return monitor
        .admit(name, VirtualMachine.Kind.TRAP_AND_EMULATE, small, size, from)
        .orElseThrow();
  }
}
