package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import trapline.isa.Role;
import trapline.jqwik.Apart;
import trapline.jqwik.InMode;
import trapline.jqwik.Length;
import trapline.jqwik.OfMachine;
import trapline.jqwik.Situation;
import trapline.jqwik.Twins;
import trapline.vmm.VirtualMachine;

/// What the two new instructions should do, and do not.
@OfMachine(file = "src/main/isa/counter.isa")
class NewInstructionProperties {
  @Property
  boolean userProgramsLeaveResourcesAlone(
      @ForAll @InMode("User") @Length(max = 8) Situation situation) {
    return situation.execute().leaves(Role.R);
  }

  @Property
  boolean userProgramsCannotTellTwoPlacementsApart(
      @ForAll @InMode("User") @Apart(Role.R) @Length(max = 8) Twins twins) {
    return twins.areAlike();
  }

  @Property
  void programsDoUnderTheMonitorWhatTheyDoBare(@ForAll @Length(max = 8) Situation situation) {
    assertEquals(Optional.empty(), situation.monitored(VirtualMachine.Kind.TRAP_AND_EMULATE, 8));
  }
}
