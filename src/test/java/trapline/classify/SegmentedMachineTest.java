package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static trapline.isa.Property.BEHAVIOR_SENSITIVE;
import static trapline.isa.Property.CLOCK_SENSITIVE;
import static trapline.isa.Property.CONTROL_SENSITIVE;
import static trapline.isa.Property.INNOCUOUS;
import static trapline.isa.Property.MODE_SENSITIVE;
import static trapline.isa.Property.PRIVILEGED;
import static trapline.isa.Property.RESOURCE_SENSITIVE;
import static trapline.isa.Property.TRAPS_ALWAYS;
import static trapline.isa.Property.USER_SENSITIVE;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Property;
import trapline.lang.LoaderFixture;
import trapline.machine.Snapshot;
import trapline.machine.TestRunner;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;

/// IA-32 without paging: a row of each kind, of operands with prefixes and addressing modes of
/// several lengths. All rows take minutes.
final class SegmentedMachineTest {
  private static final Set<Property> ASKED =
      Set.of(
          PRIVILEGED,
          TRAPS_ALWAYS,
          CONTROL_SENSITIVE,
          BEHAVIOR_SENSITIVE,
          MODE_SENSITIVE,
          RESOURCE_SENSITIVE,
          CLOCK_SENSITIVE,
          USER_SENSITIVE,
          INNOCUOUS);

  private static final Map<String, Set<Property>> CLASSES =
      Map.of(
          "mov_load", Set.of(INNOCUOUS),
          "push_r", Set.of(INNOCUOUS),
          "cpuid", Set.of(INNOCUOUS),
          "int", Set.of(INNOCUOUS, TRAPS_ALWAYS),
          "rdtsc", Set.of(INNOCUOUS, CLOCK_SENSITIVE),
          "pushf", Set.of(BEHAVIOR_SENSITIVE, RESOURCE_SENSITIVE, USER_SENSITIVE),
          "popf", Set.of(CONTROL_SENSITIVE, USER_SENSITIVE),
          "cli", Set.of(CONTROL_SENSITIVE, USER_SENSITIVE),
          "push_sreg cs",
              Set.of(BEHAVIOR_SENSITIVE, MODE_SENSITIVE, RESOURCE_SENSITIVE, USER_SENSITIVE),
          "clts", Set.of(CONTROL_SENSITIVE, PRIVILEGED));

  @Test
  void aRowOfEachKindHasTheClassesThatThePageTells() {
    Machine machine = LoaderFixture.shipped("ia-32/ia-32.isa", "IA32Segments", Map.of());
    Map<String, Set<Property>> found = new TreeMap<>();
    try (Solver brief = SolverChoice.Z3.open(Duration.ofMillis(200));
        Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(60));
        Solver checker = SolverChoice.Z3.open(Duration.ofSeconds(60))) {
      Context context = Context.of(machine, Definitions.STANDARD, brief);
      for (Instruction instruction : machine.instructions()) {
        for (Instruction.Row row : instruction.rows()) {
          if (CLASSES.containsKey(row.name())) {
            Classes classes = Classifier.classify(context, instruction, row, solver, checker);
            Set<Property> holds = new TreeSet<>(ASKED);
            holds.removeIf(p -> !classes.finding(p).isHolds());
            found.put(row.name(), holds);
          }
        }
      }
    }
    assertEquals(new TreeMap<>(CLASSES), found);
  }

  /// What a program does not reach differs in one word, and nothing else does.
  @Test
  void whatIsReadOfADescriptorIsShownByOneWord() {
    Machine machine = LoaderFixture.shipped("ia-32/ia-32.isa", "IA32Segments", Map.of());
    Instruction lar = LoaderFixture.instruction(machine, "lar");
    try (Solver solver = SolverChoice.AUTO.open(Duration.ofSeconds(60));
        Solver checker = SolverChoice.AUTO.open(Duration.ofSeconds(60))) {
      Context context = Context.of(machine, Definitions.STANDARD, solver);
      Finding finding =
          BehaviorSensitive.decide(
              new Inquiry(context, lar, lar.rows().getFirst(), solver, checker),
              Property.LOCATION_SENSITIVE,
              BehaviorSensitive.LOCATION,
              machine.userModes());
      Witness witness = finding.evidence().orElseThrow();
      Snapshot one = witness.before().getFirst();
      Snapshot other = witness.before().getLast();
      assertEquals(one.registers(), other.registers());
      Map<Long, Bits> differing = new TreeMap<>();
      one.memory()
          .forEach((memory, cells) ->
              Stream.concat(cells.keySet().stream(), cells(other, memory).keySet().stream())
                  .filter(i -> !Objects.equals(cells.get(i), cells(other, memory).get(i)))
                  .forEach(i -> differing.put(i, cells.getOrDefault(i, Bits.zero(32)))));
      assertEquals(1, differing.size(), differing::toString);
    }
  }

  private static Map<Long, Bits> cells(Snapshot snapshot, Memory memory) {
    return snapshot.memory().getOrDefault(memory, new TreeMap<>());
  }

  @Test
  void pagesAreFoundByTwoTables() {
    TestRunner.run(LoaderFixture.shipped("ia-32/variants.isa", "IA32", Map.of()))
        .forEach(r -> assertEquals(new TestRunner.Verdict.Passed(), r.verdict(), r.test().name()));
  }
}
