package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.machine.Simulator;

/// Machines that look after each step at what programs hold, or change it: after a direct step the
/// guest's own `after` has to see what the step has left, and nothing may happen twice.
final class AfterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "seen = r[0];",
        "if r[0] == 4 { seen = seen + 1; }",
        "seen = seen + zext(psw.pc);",
        "seen = E[9];",
        "r[3] = r[3] + 1;",
        "E[10] = E[10] + 1;",
        "E[10] = E[10] + r[0];",
        "tod = tod + 1; if tod[3..0] == 0 { seen = r[0]; }",
        "T[0] = T[0] + 1;",
        "seen = zext(T[1]);",
      })
  void aGuestRunsAsOnTheBareMachine(String after) {
    Simulator simulator = Simulator.confined(Guests.aftermath(after));
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      var owner = ControlProgram.on(Bare.of(simulator), new Journal());
      var guest = owner.admit("guest", kind, simulator, new Region(16, 80)).orElseThrow();
      same(simulator, guest);
      assertTrue(guest.tally().direct() > 0);
    }
  }

  @Test
  void itDoesTwoDeep() {
    Simulator simulator = Simulator.confined(Guests.aftermath("seen = r[0]; r[3] = r[3] + 1;"));
    var kind = VirtualMachine.Kind.TRAP_AND_EMULATE;
    var outer = ControlProgram.on(Bare.of(simulator), new Journal());
    VirtualMachine host = outer.admit("outer", kind, simulator, new Region(16, 112)).orElseThrow();
    var inner = ControlProgram.on(host, new Journal());
    same(simulator, inner.admit("inner", kind, simulator, new Region(16, 80)).orElseThrow());
  }

  private static void same(Simulator simulator, VirtualMachine guest) {
    var image = Guests.assemble(simulator, Guests.AFTERMATH);
    var pair = Lockstep.of(Guests.bare(simulator, image), Guests.load(guest, image));
    var outcome = pair.run(500);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    assertEquals(500, pair.steps());
  }
}
