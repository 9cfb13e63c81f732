package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import trapline.isa.Role;
import trapline.jqwik.Apart;
import trapline.jqwik.Executing;
import trapline.jqwik.InMode;
import trapline.jqwik.Length;
import trapline.jqwik.OfMachine;
import trapline.jqwik.Run;
import trapline.jqwik.Situation;
import trapline.jqwik.Twins;

/// What holds of the machine.
@OfMachine(file = "src/main/isa/counter.isa")
class SoundProperties {
  @Property
  boolean addNeverTraps(@ForAll @Executing("add") Situation situation) {
    return situation.execute().completes();
  }

  @Property
  void addAdds(@ForAll @Executing("add") Situation situation) {
    String a = "r[" + situation.program().operand("a").toLong() + "]";
    String b = "r[" + situation.program().operand("b").toLong() + "]";
    Run run = situation.execute();
    assertEquals(run.before(a).add(run.before(b)), run.after(a));
  }

  @Property
  boolean whatAClassIsProvedOfHoldsInRuns(
      @ForAll @Executing(classes = "innocuous") Situation situation) {
    return situation.execute().leaves(Role.M, Role.R);
  }

  @Property
  boolean onlyTheKernelLoadsAState(@ForAll @Executing("lpsw") @InMode("User") Situation situation) {
    return situation.execute().traps("privop");
  }

  @Property
  boolean userProgramsCannotTellTwoPlacementsApart(
      @ForAll
          @Executing({"add", "ld", "st", "bz", "svc", "inc"})
          @InMode("User")
          @Apart(Role.R)
          @Length(max = 6)
          Twins twins) {
    return twins.areAlike();
  }
}
