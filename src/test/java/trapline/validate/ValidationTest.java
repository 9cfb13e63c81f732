package trapline.validate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.codec.Assembler;
import trapline.diag.SourceFile;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.machine.Simulator;
import trapline.theorem.Analysis;

/// The leaky machines, and the sound one, put to the test.
final class ValidationTest {
  private static final long STEPS = 4_000;

  private static final java.util.Comparator<Map<String, String>> BY_STORAGE =
      java.util.Comparator.comparing(setting -> Integer.valueOf(setting.getOrDefault("Q", "0")));

  @Test
  void everyLeakShowsJustWhatItsWitnessPredicts() throws InterruptedException {
    List<Machine> machines = machines("isa-specs/third-generation-leaky.isa");
    assertEquals(7, machines.size());
    for (Machine machine : machines) {
      List<Check> checks = Validation.of(ofLast(machine), STEPS, 1974);
      allSupported(machine, checks);
      assertEquals(
          1,
          checks.stream()
              .filter(c -> c.what().endsWith(": gap") && c.detail().endsWith(", as predicted"))
              .count(),
          () -> machine.name() + " " + checks);
    }
  }

  /// A guest that is not where the machine begins, and what reaches beyond it on its way to a
  /// device.
  @Test
  void storageAndDevicesAreSeenWhereTheWitnessSaysSo() throws InterruptedException {
    Machine machine =
        LoaderFixture.machine(
            Path.of("isa-specs/third-generation.isa"),
            text ->
                text.replace(
                        "  instr lpsw ",
                        """
                        instr keep  [0x30 0:24] "keep"  { V[4] = zext(raw(psw.mode)); }
                        instr shout [0x31 0:24] "shout" { if E[3] == 0 { console.tx = 1; } }
                        instr lpsw\s\
                        """)
                    .replace("deprivilege S to U;", "deprivilege S to U; where region.base != 0;"),
            "ThirdGen",
            Map.of("Q", "512"));
    List<Check> checks = Validation.of(analysis(machine), STEPS, 1974);
    allSupported(machine, checks);
    assertEquals(
        List.of("keep: gap", "shout: gap"),
        checks.stream()
            .filter(c -> c.detail().endsWith(", as predicted"))
            .map(Check::what)
            .toList());
    assertTrue(
        checks.stream()
            .anyMatch(c ->
                c.what().equals("shout: gap")
                    && c.detail().contains("reaches cell 3 of the host, changes the host's")),
        checks::toString);
  }

  @Test
  void nothingSpeaksAgainstTheSoundMachine() throws InterruptedException {
    Machine machine = machines("isa-specs/third-generation.isa").getFirst();
    List<Check> checks = Validation.of(analysis(machine), 4 * STEPS, 412);
    allSupported(machine, checks);
    assertEquals(4, checks.size(), checks::toString);
  }

  @Test
  void aBlockMayAllowFewSizes() throws Exception {
    Path file = Path.of("isa-specs/third-generation.isa");
    String text = Files.readString(file);
    String few =
        text.replace(
            "deprivilege S to U;",
            "deprivilege S to U; where region.base == 0 && region.size >= 64"
                + " && (region.size & (region.size - 1)) == 0;");
    var source = new SourceFile("few-sizes.isa", few);
    Machine machine =
        LoaderFixture.machine(Loader.loadText(source), "ThirdGen", Map.of("Q", "512"));
    var assembled =
        (Assembler.Assembly.Assembled)
            Simulator.of(machine)
                .codec()
                .assembler()
                .assemble(new SourceFile("program.asm", "ldi r1, 5\nhlt\n"), 16);
    var program = new Validation.Program("program.asm", assembled.image(), machine);
    var request = Validation.Request.of(STEPS, 1974).with(List.of(program));
    allSupported(machine, Validation.of(ofLast(machine), request, check -> {}));
  }

  /// Of the instructions with gaps, `wait` can be shown only where no interrupt comes first.
  @Test
  void underTheSettingThatWasFoundNoGapIsLeft() throws InterruptedException {
    Machine machine =
        machines("isa-specs/third-generation-configured.isa").stream()
            .filter(m -> m.name().equals("ThirdGenFindsSetting"))
            .findFirst()
            .orElseThrow();
    List<Check> checks = Validation.of(analysis(machine), STEPS, 1974);
    allSupported(machine, checks);
    assertEquals(
        List.of("rdt: gap", "sbr: gap", "wait: gap"),
        checks.stream()
            .filter(c -> c.detail().endsWith(", as predicted"))
            .map(Check::what)
            .toList());
    List<Check> kept = checks.stream().filter(c -> c.what().contains(", with cr.tsd = ")).toList();
    assertEquals(10, kept.size(), checks::toString);
    assertTrue(kept.stream().noneMatch(c -> c.what().contains("without")), kept::toString);
  }

  @Test
  void soundMachinesWithoutTheoremOneRunAsDecided() throws InterruptedException {
    for (Machine machine : machines("isa-specs/third-generation-sound.isa")) {
      allSupported(machine, Validation.of(ofLast(machine), STEPS, 1974));
    }
  }

  @Test
  void whatTheArchitectureLeavesOpenContradictsNothing() throws InterruptedException {
    Machine machine =
        machines("isa-specs/not-third-generation.isa").stream()
            .filter(m -> m.name().equals("ThirdGenLeavesEncodingsOpen"))
            .findFirst()
            .orElseThrow();
    Analysis analysis = analysis(machine);
    assertEquals(List.of("reserved"), analysis.exactly().orElseThrow().loosely());
    List<Check> checks = Validation.of(analysis, STEPS, 1974);
    assertEquals(
        Check.Result.OPEN,
        checks.stream()
            .filter(c -> c.what().equals("reserved: gap"))
            .findFirst()
            .orElseThrow()
            .result());
    assertTrue(
        checks.stream().noneMatch(c -> c.result() == Check.Result.CONTRADICTED), checks::toString);
  }

  @Test
  void ringsMayRunInTwoRealRings() throws InterruptedException {
    for (Machine machine : machines("isa-specs/rings.isa")) {
      allSupported(machine, Validation.of(ofLast(machine), STEPS, 3));
    }
  }

  @Test
  void devicesInStorageAreReachedAsDecided() throws Exception {
    Machine large = devices("512");
    Machine small = devices("256");
    var file = Path.of("isa-specs/guests/third-generation-devices/system.asm");
    var assembled =
        (Assembler.Assembly.Assembled)
            Simulator.of(small)
                .codec()
                .assembler()
                .assemble(new SourceFile(file.toString(), Files.readString(file)), 0);
    var request =
        Validation.Request.of(STEPS, 1974)
            .with(List.of(new Validation.Program("system.asm", assembled.image(), large)));
    List<Check> checks = new ArrayList<>();
    Options all = Options.defaults();
    var some =
        new Options(
            all.definitions(),
            all.solver(),
            1,
            java.time.Duration.ofSeconds(60),
            Set.of("ld", "st"),
            all.cache());
    Validation.of(Analyzer.analyze(small, some, Progress.NONE), request, checks::add);
    allSupported(small, checks);
    assertEquals(4, checks.stream().filter(c -> c.what().startsWith("system.asm")).count());
  }

  private static Machine devices(String storage) {
    Path file = Path.of("isa-specs/third-generation-devices.isa");
    var loaded = Loader.load(List.of(file), List.of());
    return LoaderFixture.machine(loaded, "ThirdGenDevices", Map.of("Q", storage));
  }

  /// Runs under a verdict that says too much.
  @Test
  void aWrongVerdictIsContradicted() throws InterruptedException {
    Machine leaky =
        machines("isa-specs/third-generation-leaky.isa").stream()
            .filter(m -> m.name().equals("ThirdGenReadsRelocation"))
            .findFirst()
            .orElseThrow();
    Analysis right = ofLast(leaky);
    Analysis wrong =
        Analysis.of(
            leaky,
            right.definitions(),
            right.rows().stream().map(ValidationTest::withoutGaps).toList(),
            List.of(),
            new trapline.classify.Composed(java.util.Optional.empty(), java.util.Optional.empty()));
    List<Check> checks = Validation.of(wrong, STEPS, 1974);
    assertTrue(
        checks.stream()
            .anyMatch(c ->
                c.result() == Check.Result.CONTRADICTED && c.detail().startsWith("getb differs")),
        checks::toString);
  }

  private static trapline.classify.Classes withoutGaps(trapline.classify.Classes row) {
    var findings = new java.util.LinkedHashMap<>(row.findings());
    var none = trapline.classify.Finding.fails(trapline.classify.Finding.Grounds.DERIVED);
    findings.put(trapline.isa.Property.GAP, none);
    findings.put(trapline.isa.Property.HYBRID_GAP, none);
    return new trapline.classify.Classes(
        row.instruction(),
        row.row(),
        findings,
        row.ways(),
        row.regions(),
        row.settings(),
        row.byStructure(),
        row.bySolver());
  }

  private static void allSupported(Machine machine, List<Check> checks) {
    for (Check check : checks) {
      assertEquals(
          Check.Result.SUPPORTED, check.result(), () -> machine.name() + " " + check.toString());
    }
  }

  /// Of the last instruction only: the one that a variant adds.
  private static Analysis ofLast(Machine machine) throws InterruptedException {
    Options all = Options.defaults();
    Set<String> rows =
        machine.instructions().getLast().rows().stream()
            .map(Instruction.Row::name)
            .collect(Collectors.toSet());
    var some = new Options(all.definitions(), all.solver(), 1, all.timeout(), rows, all.cache());
    return Analyzer.analyze(machine, some, Progress.NONE);
  }

  private static Analysis analysis(Machine machine) throws InterruptedException {
    return Analyzer.analyze(machine, Options.defaults(), Progress.NONE);
  }

  private static List<Machine> machines(String file) {
    var loaded = Loader.load(List.of(Path.of(file)), List.of());
    var machines = assertInstanceOf(Loader.Loaded.Machines.class, loaded, loaded::toString);
    return machines.machines().stream()
        .map(d -> d.instances(Map.of()).machines().stream())
        .map(i -> i.max(java.util.Comparator.comparing(Machine::setting, BY_STORAGE)).orElseThrow())
        .toList();
  }
}
