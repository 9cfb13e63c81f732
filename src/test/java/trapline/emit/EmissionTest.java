package trapline.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import trapline.Analyzer;
import trapline.Options;
import trapline.bits.Bits;
import trapline.codec.Assembler;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.isa.Port;
import trapline.lang.Loader;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.theorem.Verdict;
import trapline.vmm.VirtualMachine;

/// Emitted monitors run as the built-in one does.
final class EmissionTest {
  private static final Path GUESTS = Path.of("src/test/resources/guests");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/emit");

  static Machine machine(String file, String name, Map<String, String> setting) {
    var loaded =
        (Loader.Loaded.Machines) Loader.load(List.of(Path.of("isa-specs", file)), List.of());
    return loaded.machines().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow()
        .instances(setting)
        .machines()
        .getFirst();
  }

  static Emission quick(Machine machine, VirtualMachine.Kind kind) {
    try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(20))) {
      return Emission.of(Analyzer.unanswered(machine, Options.defaults()), kind, solver);
    }
  }

  private static Twins twins(Machine machine, VirtualMachine.Kind kind, long base, long size) {
    Simulator simulator = Simulator.confined(machine);
    var classes = EmittedMonitor.Classes.of(quick(machine, kind));
    return new Twins(simulator, classes, kind, base, size);
  }

  private static void load(Twins twins, Machine machine, String program, long origin)
      throws Exception {
    Simulator simulator = Simulator.of(machine);
    Path file = GUESTS.resolve(program);
    var assembly =
        simulator
            .codec()
            .assembler()
            .assemble(new SourceFile(file.toString(), Files.readString(file)), origin);
    State state = twins.state();
    assertEquals(
        Optional.empty(), simulator.load(state, ((Assembler.Assembly.Assembled) assembly).image()));
  }

  private static String printed(Twins twins) {
    return twins.outputs().stream()
        .map(o -> o.replaceAll(".*value=(\\d+)]", "$1"))
        .map(v -> Character.toString((char) Integer.parseInt(v)))
        .collect(Collectors.joining());
  }

  /// With all that is known of the machine, so that what cannot trap has no routine.
  private static Emission thirdGeneration() {
    Machine machine = machine("third-generation.isa", "ThirdGen", Map.of("Q", "512"));
    try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(60))) {
      return Emission.of(
          Analyzer.analyze(machine, Options.defaults(), step -> {}),
          VirtualMachine.Kind.TRAP_AND_EMULATE,
          solver);
    }
  }

  @Test
  void theThirdGenerationMonitorReadsAsExpectedAndRunsAsTheBuiltInOne() throws Exception {
    Emission emission = thirdGeneration();
    for (Map.Entry<String, String> file : emission.files().entrySet()) {
      Path golden = GOLDEN.resolve(emission.packageName()).resolve(file.getKey());
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(golden.getParent());
        Files.writeString(golden, file.getValue());
      }
      assertEquals(Files.readString(golden), file.getValue(), golden::toString);
    }
    assertEquals(Verdict.HOLDS, emission.verdict());
    assertFalse(emission.files().get("Routines.java").contains("void add("));
    Machine machine = machine("third-generation.isa", "ThirdGen", Map.of("Q", "512"));
    Simulator simulator = Simulator.confined(machine);
    Twins twins =
        new Twins(
            simulator,
            EmittedMonitor.Classes.of(emission),
            VirtualMachine.Kind.TRAP_AND_EMULATE,
            64,
            448);
    load(twins, machine, "third-generation/kernel.asm", 0);
    twins.give();
    assertEquals(Optional.empty(), twins.run(200_000));
    assertEquals("AbAbAbAbAbbb!\n", printed(twins));
  }

  @Test
  void twoEmissionsAreTheSameByteForByte() {
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      assertEquals(
          quick(machine("rings.isa", "Rings", Map.of()), kind),
          quick(machine("rings.isa", "Rings", Map.of()), kind));
    }
  }

  @Test
  void noEmittedLineIsTooLongButWhatTheDescriptionSays() {
    Emission emission = quick(machine("pdp-10.isa", "KA10", Map.of()), VirtualMachine.Kind.HYBRID);
    emission
        .files()
        .forEach((name, text) ->
            assertEquals(
                List.of(),
                text.lines()
                    .filter(l -> l.length() > 100 && !l.stripLeading().startsWith("///"))
                    .toList(),
                name));
  }

  @Test
  void whatCannotBeWrittenIsRefused() {
    Machine machine = machine("third-generation-tlb.isa", "ThirdGenTLB", Map.of());
    var refused =
        assertThrows(
            Emission.Refused.class, () -> quick(machine, VirtualMachine.Kind.TRAP_AND_EMULATE));
    assertTrue(refused.why().contains("map"), refused.why());
  }

  @Test
  void anUnsoundMonitorSaysSo() {
    Machine machine =
        machine("third-generation-leaky.isa", "ThirdGenReadsMode", Map.of("Q", "512"));
    try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(60))) {
      Emission emission =
          Emission.of(
              Analyzer.analyze(machine, Options.defaults(), step -> {}),
              VirtualMachine.Kind.TRAP_AND_EMULATE,
              solver);
      assertEquals(Verdict.FAILS, emission.verdict());
      String text = emission.files().get("Monitor.java").replaceAll("\\s*///\\s*", " ");
      assertTrue(text.contains("THIS MONITOR IS NOT SOUND"), text);
      assertTrue(text.contains("getm"), text);
    }
  }

  @Test
  void aKernelRunsAsUnderTheBuiltInMonitor() throws Exception {
    Machine machine = machine("third-generation.isa", "ThirdGen", Map.of("Q", "512"));
    Twins twins = twins(machine, VirtualMachine.Kind.TRAP_AND_EMULATE, 64, 448);
    load(twins, machine, "third-generation/kernel.asm", 0);
    twins.give();
    assertEquals(Optional.empty(), twins.run(200_000));
    assertEquals("AbAbAbAbAbbb!\n", printed(twins));
  }

  @Test
  void aSystemRunsForAHundredThousandStepsAsUnderTheBuiltInMonitor() throws Exception {
    Machine machine = machine("third-generation.isa", "ThirdGen", Map.of("Q", "256"));
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      Twins twins = twins(machine, kind, 0, 256);
      load(twins, machine, "third-generation/system.asm", 0);
      Port rx = machine.ports().stream().filter(Port::isInput).findFirst().orElseThrow();
      "hello".chars().forEach(c -> twins.state().feed(rx, Bits.of(9, 0x100 | c)));
      twins.give();
      assertEquals(Optional.empty(), twins.run(100_000));
      assertEquals(100_000, twins.steps());
      assertTrue(twins.tally().reflected() > 100 && twins.tally().interrupts() > 100);
    }
  }

  @Test
  void timeSlicesEndTogether() throws Exception {
    Machine machine = machine("third-generation.isa", "ThirdGen", Map.of("Q", "512"));
    Twins twins = twins(machine, VirtualMachine.Kind.TRAP_AND_EMULATE, 64, 448);
    load(twins, machine, "third-generation/kernel.asm", 0);
    twins.give();
    for (int i = 0; i < 20; i++) {
      twins.slice(50);
      assertEquals(Optional.empty(), twins.run(1000));
    }
    assertTrue(twins.steps() < 1100, "" + twins.steps());
  }

  @Test
  void aPdp10RunsAsUnderTheBuiltInHybridMonitor() throws Exception {
    Machine machine = machine("pdp-10.isa", "KA10", Map.of());
    Twins twins = twins(machine, VirtualMachine.Kind.HYBRID, 1024, 65536);
    load(twins, machine, "pdp-10/calls.asm", 0);
    twins.give();
    assertEquals(Optional.empty(), twins.run(100_000));
    assertTrue(twins.steps() > 100, "" + twins.steps());
  }
}
