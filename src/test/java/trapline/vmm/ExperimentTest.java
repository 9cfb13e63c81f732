package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import trapline.codec.Image;
import trapline.machine.Simulator;

/// Guests in lockstep and in stretches.
final class ExperimentTest {
  private final Simulator host = Simulator.confined(Guests.thirdGeneration(512));
  private final Simulator guest = Simulator.confined(Guests.thirdGeneration(256));

  @Test
  void stretchesAreTheSameRunAsLockstep() {
    for (Experiment.Plan plan : plans()) {
      Experiment slow = run(plan, Experiment.Comparison.LOCKSTEP, 50_000);
      Experiment fast = run(plan, Experiment.Comparison.STRETCHES, 50_000);
      assertEquals(picture(slow), picture(fast), plan::toString);
      assertEquals(slow.chronicle().events(), fast.chronicle().events(), plan::toString);
      assertEquals(slow.steps(), fast.steps());
      for (int i = 0; i < plan.count(); i++) {
        Tally one = slow.guests().get(i).virtual().tally();
        Tally two = fast.guests().get(i).virtual().tally();
        assertEquals(one.direct(), two.direct());
        assertEquals(one.slices(), two.slices());
        assertTrue(two.switches() < one.switches() / 4, () -> two.switches() + " switches");
      }
    }
  }

  private List<Experiment.Plan> plans() {
    var trap = Experiment.Plan.of(host, guest, VirtualMachine.Kind.TRAP_AND_EMULATE);
    var hybrid = Experiment.Plan.of(host, guest, VirtualMachine.Kind.HYBRID);
    return List.of(trap, trap.sideBySide(2), trap.nested(3), hybrid, hybrid.nested(2));
  }

  private Experiment run(Experiment.Plan plan, Experiment.Comparison pace, long steps) {
    Image image = Guests.assemble(guest, Guests.FOLDER.resolve("third-generation/system.asm"));
    var made = Experiment.of(plan, state -> assertTrue(guest.load(state, image).isEmpty()));
    var ready = assertInstanceOf(Experiment.Made.Ready.class, made, made::toString);
    Experiment experiment = ready.experiment();
    experiment.chronicle();
    experiment.run(steps, pace, done -> {});
    for (Experiment.Guest one : experiment.guests()) {
      assertTrue(Lockstep.goesOn(experiment.outcome(one)), experiment.outcome(one)::toString);
    }
    return experiment;
  }

  private static String picture(Experiment experiment) {
    return experiment.chronicle().views(experiment.steps()).stream()
        .map(view ->
            view.from()
                + "+"
                + view.to()
                + view.counts().entrySet().stream()
                    .map(e -> e.getKey() + Arrays.deepToString(e.getValue()))
                    .collect(Collectors.joining("\n")))
        .collect(Collectors.joining("\n"));
  }
}
