package trapline.theorem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.isa.Instruction;
import trapline.isa.MachineFixture;
import trapline.isa.Property;
import trapline.isa.Theorem;

/// Inclusions, from findings that are made up.
final class ConclusionTest {
  private final MachineFixture fixture = new MachineFixture(4);

  @Test
  void aSensitiveRowMustBePrivileged() {
    assertEquals(Verdict.FAILS, verdict(row("leaks", Property.SENSITIVE)));
    assertEquals(Verdict.HOLDS, verdict(row("traps", Property.SENSITIVE, Property.PRIVILEGED)));
  }

  @Test
  void aPrivilegedRowNeedNotBeSensitive() {
    assertEquals(Verdict.HOLDS, verdict(row("strict", Property.PRIVILEGED)));
    assertEquals(Verdict.HOLDS, verdict(row("plain")));
  }

  @Test
  void trappingInUserModeIsEnoughButNotToTheLetter() {
    Classes row = row("sret", Property.SENSITIVE, Property.TRAPS_IN_USER);
    assertEquals(Verdict.HOLDS, verdict(row));
    assertEquals(Verdict.FAILS, Conclusion.of(List.of(row)).get(Theorem.VMM).strict().verdict());
  }

  @Test
  void whatIsUndecidedNeverHolds() {
    Instruction instruction = instruction("open");
    Classes open = Classes.unanswered(instruction, instruction.rows().getFirst(), "no answer");
    assertEquals(Verdict.UNDECIDED, verdict(open));
    assertEquals(Verdict.UNDECIDED, verdict(row("plain"), open));
    assertEquals(Verdict.FAILS, verdict(row("leaks", Property.SENSITIVE), open));
  }

  @Test
  void aClockThatIsReadUntrappedBreaksRecursionOnly() {
    Classes row = row("rdclk", Property.CLOCK_SENSITIVE);
    var conclusions = Conclusion.of(List.of(row));
    assertEquals(Verdict.HOLDS, conclusions.get(Theorem.VMM).reading().verdict());
    var recursive = conclusions.get(Theorem.RECURSIVE).reading();
    assertEquals(Verdict.FAILS, recursive.verdict());
    assertEquals(List.of(), recursive.loosely(), "a clock is nothing unpredictable");
  }

  private static Verdict verdict(Classes... rows) {
    return Conclusion.of(List.of(rows)).get(Theorem.VMM).reading().verdict();
  }

  private Instruction instruction(String name) {
    return fixture.instruction(name, "0/4", _ -> List.of());
  }

  private Classes row(String name, Property... held) {
    Instruction instruction = instruction(name);
    Map<Property, Finding> findings = new EnumMap<>(Property.class);
    for (Property property : Property.values()) {
      findings.put(property, Finding.fails(Finding.Grounds.STRUCTURE));
    }
    for (Property property : held) {
      findings.put(property, Finding.holds());
    }
    return new Classes(
        instruction, instruction.rows().getFirst(), findings, Map.of(), Map.of(), Map.of(), 0, 0);
  }
}
