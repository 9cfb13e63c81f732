package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Port;
import trapline.machine.Simulator;
import trapline.machine.State;

/// The operating system of the third-generation machine, compared with the bare machine after every
/// instruction: a million by default, `-Pruns` ten million for each way to run it.
final class RunsTest {
  private static final long STEPS = Long.getLong("run.steps", 200_000);

  private final Simulator host = Simulator.confined(Guests.thirdGeneration(512));
  private final Simulator guest = Simulator.confined(Guests.thirdGeneration(256));
  private final Image image =
      Guests.assemble(guest, Guests.FOLDER.resolve("third-generation/system.asm"));

  @Test
  void underOneMonitor() {
    same(plan(VirtualMachine.Kind.TRAP_AND_EMULATE), 0.9);
  }

  @Test
  void twoGuestsInTurn() {
    Experiment run = same(plan(VirtualMachine.Kind.TRAP_AND_EMULATE).sideBySide(2), 0.9);
    assertTrue(run.hasTimer());
    run.guests().forEach(g -> assertTrue(g.virtual().tally().slices() >= STEPS / 1200));
  }

  @Test
  void underThreeMonitorsOnTopOfEachOther() {
    same(plan(VirtualMachine.Kind.TRAP_AND_EMULATE).nested(3), 0.9);
  }

  @Test
  void underAHybridMonitor() {
    same(plan(VirtualMachine.Kind.HYBRID), 0.5);
  }

  private Experiment.Plan plan(VirtualMachine.Kind kind) {
    return Experiment.Plan.of(host, guest, kind);
  }

  private Experiment same(Experiment.Plan plan, double direct) {
    var made = Experiment.of(plan, this::prepare);
    Experiment run =
        assertInstanceOf(Experiment.Made.Ready.class, made, made::toString).experiment();
    run.run(STEPS, Experiment.Comparison.LOCKSTEP, done -> {});
    for (Experiment.Guest one : run.guests()) {
      assertTrue(Lockstep.goesOn(run.outcome(one)), run.outcome(one)::toString);
      assertEquals(STEPS, one.pair().steps());
      assertTrue(one.virtual().tally().share() > direct, "" + one.virtual().tally().share());
      assertTrue(one.virtual().tally().reflected() > STEPS / 1000);
      assertTrue(one.virtual().tally().interrupts() > STEPS / 1000);
    }
    assertEquals(0, run.real().state().strays());
    return run;
  }

  private void prepare(State state) {
    assertTrue(guest.load(state, image).isEmpty());
    Port rx = guest.machine().ports().stream().filter(Port::isInput).findFirst().orElseThrow();
    "hello".chars().forEach(c -> state.feed(rx, Bits.of(9, 0x100 | c)));
  }
}
