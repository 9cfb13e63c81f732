package trapline.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.Analyzer;
import trapline.Options;
import trapline.bits.Bits;
import trapline.codec.Assembler;
import trapline.diag.Renderer;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Port;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.theorem.Verdict;
import trapline.vmm.Bare;
import trapline.vmm.Computer;
import trapline.vmm.ControlProgram;
import trapline.vmm.Journal;
import trapline.vmm.Region;
import trapline.vmm.Scramble;
import trapline.vmm.VirtualMachine;

/// Emitted monitors run as the built-in one does.
final class EmissionTest {
  private static final Path GUESTS = Path.of("isa-specs/guests");
  private static final Path AFTERMATH = Path.of("src/test/resources/machines/aftermath.asm");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/emit");

  static Machine machine(String file, String name, Map<String, String> setting) {
    return LoaderFixture.shipped(file, name, setting);
  }

  static Emission quick(Machine machine, VirtualMachine.Kind kind) {
    try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(20))) {
      return Emission.of(Analyzer.unanswered(machine, Options.defaults()), kind, solver);
    }
  }

  private static Twins twins(Machine machine, VirtualMachine.Kind kind, long base, long size) {
    Simulator simulator = Simulator.confined(machine);
    var classes = EmittedMonitor.Classes.of(quick(machine, kind));
    return new Twins(simulator, classes, kind, new Region(base, size));
  }

  private static void load(Twins twins, Machine machine, String program, long origin)
      throws Exception {
    load(twins, machine, GUESTS.resolve(program), origin);
  }

  private static void load(Twins twins, Machine machine, Path file, long origin) throws Exception {
    Simulator simulator = Simulator.of(machine);
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

  private static void readsAsExpected(Emission emission, String file) throws Exception {
    Path golden = GOLDEN.resolve(emission.packageName()).resolve(file + ".expected");
    String text = emission.files().get(file);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, text);
    }
    assertEquals(Files.readString(golden), text, golden::toString);
  }

  @Test
  void theThirdGenerationMonitorReadsAsExpectedAndRunsAsTheBuiltInOne() throws Exception {
    Emission emission = thirdGeneration();
    for (String file : emission.files().keySet()) {
      readsAsExpected(emission, file);
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
            new Region(64, 448));
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

  /// Everything at once: words and storage of more than 64 bits, arguments of traps as well,
  /// storage that is not divided, loops, `execute`, `commit`, `unspecified fn`, signed and unsigned
  /// division, shifts by anything, an index that may be out of range, devices that are undone.
  private static final String WIDE =
      """
      machine Wide {
        enum Mode : bits(1) { S = 0, U = 1 }
        enum Access : bits(2) { Fetch = 0, Load = 1, Store = 2 }
        struct PSW : bits(72) {
          71     mode : Mode role M;
          70..64 = 0;
          63..12 scratch role E;
          11..8  = 5;
          7..4   base role R;
          3..0   pc role P;
        }
        reg psw : PSW reset PSW(mode = S);
        reg r[3] : bits(80) role E;
        reg n[4] : bits(64) role E;
        reg class : bits(8) role E;
        memory E[16] : bits(80) role E;
        memory T[3] : bits(8) role E;
        device d { out o : bits(80); in i : bits(70); }
        space V(a: bits(4), how: Access) on E {
          if a == 15 && how == Store { trap storage(r[0]); }
          return a + psw.base;
        }
        trap swap(code: bits(70), x: bits(80)) { n[0] = code[63..0]; r[2] = x; psw.mode = S; psw.pc = 0; }
        traps via swap {
          1 storage(x: bits(80)) : memory;
          2 priv                 : privilege;
          3 ill(w: bits(80))     : illegal;
          4 key : interrupt when d.i[69] == 1 && psw.scratch[0] == 1 ack { psw.scratch = 0; };
        }
        fetch ir : bits(80) = V[psw.pc] then psw.pc = psw.pc + 1;
        unspecified fn u(x: bits(8)) -> bits(8) where result >= x;
        guard sup { if psw.mode != S { trap priv; } }
        fn product(x: bits(80), y: bits(80)) -> bits(80) { return x * y + zext(psw.scratch); }
        instr add  [0x01 a:1 b:1 _:70] "add {a:u}, {b:u}" {
          r[zext(a, 2)] = r[zext(a, 2)] + r[zext(b, 2)] - (-r[0] ^ ~r[1]) & r[2];
        }
        instr div  [0x02 s:1 _:71] "div {s:u}" {
          if s == 1 {
            r[0] = raw(int(r[1]) / int(r[2]));
            r[1] = raw(int(r[1]) % int(r[2]));
          } else {
            r[0] = r[1] / r[2];
            r[1] = r[1] % r[2];
          }
        }
        instr sh   [0x03 k:2 _:70] "sh {k:u}" {
          if k == 0 { r[0] = r[0] << r[1]; n[0] = n[0] << n[1]; }
          if k == 1 { r[0] = r[0] >> r[1]; n[0] = n[0] >> n[1]; }
          if k == 2 { r[0] = raw(int(r[0]) >> r[1]); n[0] = raw(int(n[0]) >> n[1]); }
          if k == 3 { n[1] = r[0][63..0]; class = r[0][79..72]; r[1] = sext(class) ; }
        }
        instr cmp  [0x04 _:72] "cmp" {
          class = (if r[0] < r[1] then 1 else 0) | (if int(r[0]) <= int(r[1]) then 2 else 0)
            | (if n[0] < n[1] then 4 else 0) | (if int(n[0]) < int(n[1]) then 8 else 0)
            | (if r[0] == r[1] then 16 else 0);
        }
        instr nar  [0x05 _:72] "nar" {
          n[0] = n[1] / n[2];
          n[2] = raw(int(n[1]) % int(n[3])) + raw(int(n[2]) / int(n[1]));
          n[3] = n[3] * n[1] - n[0];
          class = u(class);
        }
        instr out  [0x06 _:72] "out" { d.o = r[0]; V[r[1][3..0]] = product(r[0], r[1]); }
        instr inp  [0x07 _:72] "inp" { r[0] = zext(d.i); class = V[r[2][3..0]][7..0]; commit; V[15] = r[0]; }
        instr tab  [0x08 x:2 _:70] "tab {x:u}" { T[x] = T[x] + 1; class = T[x]; }
        instr loop [0x09 _:72] "loop" {
          var i : bits(80) = r[0];
          while i != 0 { i = i >> 7; class = class + 1; }
        }
        instr exe  [0x0a _:72] "exe" { execute r[0]; }
        instr set  [0x0b m:1 v:48 _:23] "set {m:u}, {v:u}" requires sup {
          psw.mode = if m == 1 then U else S;
          psw.scratch[51..4] = v;
          psw.base = v[3..0];
        }
        instr hlt  [0x0c _:72] "hlt" requires sup { halt; }
        instr odd  [0x0d _:72] "odd" { if class == 7 { unpredictable "seven"; } psw.scratch = zext(r[2][50..0]); }
        reserved { trap ill(ir); }
        vmm {
          deprivilege S to U;
          run psw.mode = U;
          shadow psw.base = virt.psw.base + region.base;
          virtual psw.mode, d;
        }
      }
      """;

  private static Machine wide() {
    return loaded("wide.isa", WIDE);
  }

  private static Machine loaded(String name, String text) {
    var loaded = Loader.loadText(new SourceFile(name, text));
    if (loaded instanceof Loader.Loaded.Rejected(var diagnostics)) {
      throw new AssertionError(new Renderer(false).render(diagnostics));
    }
    var elaborated = ((Loader.Loaded.Machines) loaded).machines().getFirst().instances(Map.of());
    assertEquals(List.of(), elaborated.diagnostics().stream().filter(d -> d.isError()).toList());
    return elaborated.machines().getFirst();
  }

  /// Runs many random guests for a while under both monitors; tells how many steps that were.
  private static long scrambled(Machine machine, VirtualMachine.Kind kind, int guests, int steps) {
    Simulator simulator = Simulator.confined(machine);
    EmittedMonitor.Classes classes = EmittedMonitor.Classes.of(quick(machine, kind));
    long all = Simulator.storage(simulator.blank());
    ControlProgram program = ControlProgram.on(Bare.of(simulator), new Journal());
    long granule = program.granule(simulator);
    Monitor monitor = machine.monitor().orElseThrow();
    boolean isPinned = Formulas.constant(monitor.where()).isEmpty();
    long base = isPinned ? 0 : granule;
    long size = Math.min(all - base - program.tables(), 4096) / granule * granule;
    Region region = program.admit("guest", kind, simulator, size, base).orElseThrow().region();
    Scramble scramble = Scramble.of(simulator, Math.min(size, 64), 1, i -> true);
    Random random = new Random(2);
    long done = 0;
    for (int i = 0; i < guests; i++) {
      Twins twins = new Twins(simulator, classes, kind, region);
      scramble.next(twins.state());
      for (Port port : machine.ports()) {
        if (port.isInput() && i % 2 == 0) {
          twins.state().feed(port, new Bits(port.width(), new BigInteger(port.width(), random)));
        }
      }
      twins.give();
      int guest = i;
      assertEquals(
          Optional.empty(),
          twins.run(steps),
          () -> machine.name() + " " + kind + ", guest " + guest);
      done += twins.steps();
    }
    return done;
  }

  @Test
  void wideWordsAndAllStatementsRunAsUnderTheBuiltInMonitor() {
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      assertTrue(scrambled(wide(), kind, 400, 50) > 2_000);
    }
  }

  @Test
  void scrambledGuestsWithMappingsRunAsUnderTheBuiltInMonitor() {
    for (Mapped mapped : List.of(BUFFER, TABLE)) {
      for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
        assertTrue(scrambled(mapped.machine(), kind, 20, 100) > 100);
      }
    }
  }

  @Test
  void scrambledGuestsOfRingsRunAsUnderTheBuiltInMonitor() {
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      assertTrue(scrambled(machine("rings.isa", "Rings", Map.of()), kind, 100, 100) > 1_000);
    }
  }

  @Test
  @Tag("slow")
  void scrambledGuestsOfAllMachinesRunAsUnderTheBuiltInMonitor() throws Exception {
    long steps = 0;
    List<String> refused = new ArrayList<>();
    for (Machine machine : all()) {
      for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
        try {
          boolean installs = machine.monitor().flatMap(Monitor::mapping).isPresent();
          steps += scrambled(machine, kind, installs ? 10 : 60, 100);
        } catch (Emission.Refused e) {
          refused.add(machine.name() + ": " + e.why());
        }
      }
    }
    System.out.println(steps + " steps; refused: " + refused);
    assertTrue(steps > 20_000);
  }

  /// The shipped machines with a `vmm` block, one instance of each, that leave nothing to chance.
  private static List<Machine> all() throws Exception {
    List<Machine> machines = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("isa-specs"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".isa")).sorted().toList()) {
        var loaded = (Loader.Loaded.Machines) Loader.load(List.of(file), List.of());
        loaded.machines().forEach(d -> machines.add(d.instances(Map.of()).machines().getFirst()));
      }
    }
    return machines.stream()
        .filter(m -> m.monitor().isPresent() && !Unspecified.hasAny(m))
        .toList();
  }

  /// A machine whose monitor installs mappings, and where its guest is.
  private record Mapped(String file, String name, Region region, String prints) {
    Machine machine() {
      return EmissionTest.machine(file + ".isa", name, Map.of("Q", "1024"));
    }

    Twins boot(Emission emission, VirtualMachine.Kind kind) throws Exception {
      return boot(emission, kind, Bare::of);
    }

    /// The operating system under two monitors, each on a host of its own.
    Twins boot(Emission emission, VirtualMachine.Kind kind, Function<Simulator, Computer> host)
        throws Exception {
      Machine machine = machine();
      Simulator simulator = Simulator.confined(machine);
      Twins twins =
          new Twins(
              simulator,
              EmittedMonitor.Classes.of(emission),
              kind,
              region,
              () -> host.apply(simulator));
      load(twins, machine, file + "/system.asm", 0);
      Port rx = machine.ports().stream().filter(Port::isInput).findFirst().orElseThrow();
      "hey".chars().forEach(c -> twins.state().feed(rx, Bits.of(9, 0x100 | c)));
      twins.give();
      return twins;
    }
  }

  private static final Mapped BUFFER =
      new Mapped("third-generation-tlb", "ThirdGenTLB", new Region(16, 512), "heybwww!b!b!");
  private static final Mapped TABLE =
      new Mapped(
          "third-generation-table",
          "ThirdGenTable",
          new Region(16, 432, 928),
          "heyxyww!wxy!xywB!xy!");

  @Test
  void theMappingsOfABufferAndOfATableReadAsExpected() throws Exception {
    for (Mapped mapped : List.of(BUFFER, TABLE)) {
      Emission emission = quick(mapped.machine(), VirtualMachine.Kind.TRAP_AND_EMULATE);
      readsAsExpected(emission, "Mappings.java");
    }
  }

  @Test
  void mappingsAreInstalledAsByTheBuiltInMonitor() throws Exception {
    for (Mapped mapped : List.of(BUFFER, TABLE)) {
      for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
        Twins twins = mapped.boot(quick(mapped.machine(), kind), kind);
        assertEquals(Optional.empty(), twins.run(8_000), mapped::toString);
        assertEquals(8_000, twins.steps());
        assertTrue(printed(twins).startsWith(mapped.prints), () -> printed(twins));
        assertTrue(twins.tally().filled() > 50);
      }
    }
  }

  @Test
  void mappingsAreInstalledInVirtualMachinesToo() throws Exception {
    for (Mapped mapped : List.of(BUFFER, TABLE)) {
      var kind = VirtualMachine.Kind.TRAP_AND_EMULATE;
      Twins twins =
          mapped.boot(
              quick(mapped.machine(), kind),
              kind,
              simulator ->
                  ControlProgram.on(Bare.of(simulator), new Journal())
                      .admit("host", kind, simulator, 960, 16)
                      .orElseThrow());
      assertEquals(Optional.empty(), twins.run(2_000), mapped::toString);
      assertEquals(2_000, twins.steps());
      assertTrue(twins.tally().filled() > 20, () -> "" + twins.tally().filled());
    }
  }

  /// Where an emitted monitor may err, and how.
  private record Fault(String what, String file, String right, String wrong) {}

  private static final List<Fault> FAULTS =
      List.of(
          new Fault(
              "keeps what its guest has taken out",
              "Mappings.java",
              "!entry.equals(look(entry.reference))",
              "entry == null"),
          new Fault("forgets protection", "Mappings.java", "bit(how == STORE)", "1"),
          new Fault("installs the wrong page", "Mappings.java", "(pa >>> 4)", "(pa >>> 4 ^ 1)"),
          new Fault(
              "leads into another's storage",
              "Mappings.java",
              "map(entry.reference.address, guest.regionBase + entry.cell",
              "map(entry.reference.address, entry.cell"),
          new Fault(
              "lets tables be stored to",
              "Mappings.java",
              "if (lead(this, store) == guest.regionBase + cell)",
              "if (lead(this, store) == NOWHERE)"),
          new Fault(
              "tries again for ever what the machine cannot hold",
              "Mappings.java",
              "missed.clear()",
              ""),
          new Fault(
              "has no tables of its own",
              "Monitor.java",
              "real.table_base(virtual.regionTables)",
              "real.table_base(virtual.table_base())"),
          new Fault(
              "never tries again",
              "Monitor.java",
              "return isFilled;",
              "return isFilled && false;"));

  @TestFactory
  Stream<DynamicTest> aMonitorThatErrsInItsMappingsIsSeen() {
    return Stream.of(BUFFER, TABLE)
        .flatMap(mapped -> {
          var kind = VirtualMachine.Kind.TRAP_AND_EMULATE;
          Emission emission = quick(mapped.machine(), kind);
          return FAULTS.stream()
              .filter(fault -> emission.files().get(fault.file).contains(fault.right))
              .map(fault ->
                  DynamicTest.dynamicTest(
                      mapped.name + " " + fault.what, () -> isSeen(mapped, emission, kind, fault)));
        });
  }

  private static void isSeen(
      Mapped mapped, Emission emission, VirtualMachine.Kind kind, Fault fault) throws Exception {
    Map<String, String> files = new LinkedHashMap<>(emission.files());
    files.computeIfPresent(fault.file, (_, text) -> text.replace(fault.right, fault.wrong));
    Emission wrong =
        new Emission(emission.packageName(), files, emission.verdict(), emission.remarks());
    Twins twins = mapped.boot(wrong, kind);
    assertTrue(twins.run(8_000).isPresent(), fault::what);
  }

  @Test
  void devicesInStorageAreRefused() {
    Machine machine = machine("third-generation-devices.isa", "ThirdGenDevices", Map.of());
    var refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            Emission.Refused.class, () -> quick(machine, VirtualMachine.Kind.TRAP_AND_EMULATE));
    assertTrue(refused.why().contains("registers of devices (io.tx)"), refused.why());
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seen = r[0]; r[3] = r[3] + 1; E[10] = E[10] + r[0];",
        "tod = tod + 1; if tod[3..0] == 0 { seen = seen + E[9] + zext(psw.pc); }",
        "T[0] = T[0] + 1;",
        "seen = zext(T[1]);"
      })
  void whatHappensAfterEachStepIsAsUnderTheBuiltInMonitor(String after) throws Exception {
    String text = Files.readString(AFTERMATH.resolveSibling("aftermath.isa"));
    Machine machine =
        loaded(
            "aftermath.isa", text.replace("after { tod = tod + 1; }", "after { " + after + " }"));
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      Twins twins = twins(machine, kind, 16, 80);
      load(twins, machine, AFTERMATH, 0);
      twins.give();
      assertEquals(Optional.empty(), twins.run(500));
      assertEquals(500, twins.steps());
      assertTrue(twins.tally().direct() > 0);
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
