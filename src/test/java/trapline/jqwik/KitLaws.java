package trapline.jqwik;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Shrinkable;
import trapline.bits.Bits;
import trapline.codec.Assembler;
import trapline.codec.Decoded;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.isa.Machine;
import trapline.isa.Role;
import trapline.lang.Loader;
import trapline.machine.Snapshot;
import trapline.machine.State;
import trapline.machine.TestRunner;
import trapline.report.Bench;
import trapline.report.Evidence;
import trapline.vmm.VirtualMachine;

/// What the kit promises, of the third-generation machine and its leaky cousins.
@OfMachine(file = "isa-specs/third-generation.isa", set = "Q=256")
final class KitLaws {
  private static final Path ISA = Path.of("isa-specs/third-generation.isa");
  private static final Path KIT = Path.of("src/it/kit/src/main/isa/counter.isa");
  private static final Path LEAKY = Path.of("isa-specs/third-generation-leaky.isa");

  @Property(tries = 200)
  void situationsAreOfTheShapeAskedFor(
      @ForAll
          @Executing(
              value = {"add", "ld"},
              encoded = "0000 0011")
          @InMode("U")
          @Length(min = 2, max = 3)
          Situation situation) {
    assertEquals(Bits.TRUE, situation.value("psw.mode"));
    int length = situation.program().instructions().size();
    assertTrue(length == 2 || length == 3);
    situation
        .program()
        .instructions()
        .forEach(decoded -> assertEquals("ld", decoded.instruction().name()));
  }

  @Property(tries = 100)
  void instructionsOfAClassAreOfIt(
      @ForAll @Executing(classes = "privileged") @InMode("U") Situation s) {
    assertTrue(s.execute().traps("privop"), s::toString);
  }

  /// `inp` reads what waits; some of it has the bit that says that a byte is there.
  @Example
  void inputsHaveSomethingToRead() {
    MachineArbitraries arbitraries = MachineArbitraries.of(ISA, "", Map.of());
    var generator = arbitraries.situations(Shape.ANY.executing("inp").inMode("S")).generator(1000);
    Random random = new Random(3);
    int read = 0;
    for (int i = 0; i < 60; i++) {
      Situation situation = generator.next(random).value();
      List<Bits> waiting =
          Snapshot.of(situation.state()).inputs().values().stream().flatMap(List::stream).toList();
      Decoded inp = situation.program().instructions().getFirst();
      Bits a = inp.operands().values().iterator().next();
      Bits taken = situation.execute().after("r[" + a.toInt() + "]");
      assertEquals(waiting.isEmpty() ? Bits.zero(32) : waiting.getFirst().zext(32), taken);
      read += taken.bit(8) ? 1 : 0;
      assertEquals(!waiting.isEmpty(), situation.toString().contains(" waits at console.rx"));
    }
    assertTrue(read > 5, "read " + read);
  }

  @Property(tries = 60)
  void whatIsPrintedAsATestOfTheDescriptionBringsItAbout(
      @ForAll @Length(max = 3) Situation situation) throws IOException {
    Assume.that(situation.isFetched() && Snapshot.of(situation.state()).inputs().isEmpty());
    int steps = situation.program().instructions().size();
    Run run = situation.run(steps);
    Assume.that(run.stop().isEmpty());
    List<String> asserts = new ArrayList<>();
    for (Slot.Part part : new Workbench(situation.machine()).parts()) {
      asserts.add("assert raw(" + part.place() + ") == " + part.read(run.after()).toHex() + ";");
    }
    String test = situation.test("again");
    String text = Files.readString(ISA);
    int end = text.lastIndexOf('}');
    String with =
        text.substring(0, end)
            + test.substring(0, test.lastIndexOf('}'))
            + String.join("\n", asserts)
            + "}\n}\n";
    Loader.Loaded loaded = Loader.loadText(new SourceFile("again.isa", with));
    var machines = assertInstanceOf(Loader.Loaded.Machines.class, loaded, loaded::toString);
    var made = machines.machines().getFirst().instances(Map.of("Q", "256"));
    assertEquals(List.of(), made.diagnostics());
    TestRunner.Result result = TestRunner.run(made.machines().getFirst()).getLast();
    assertTrue(result.passed(), () -> test + result.verdict());
  }

  @Property(tries = 60)
  void twinsLookAlikeAndDifferOnlyWhereTheyMay(@ForAll @Apart(Role.R) Twins twins) {
    var one = twins.first().state();
    var two = twins.second().state();
    assertEquals(List.of(), new Workbench(twins.machine()).visible(one, two).differences(one, two));
    assertEquals(List.of(), changed(twins, Role.M));
    assertTrue(!changed(twins, Role.R).isEmpty());
  }

  private static List<String> changed(Twins twins, Role role) {
    List<String> places = new ArrayList<>();
    trapline.machine.Visible.compareRegisters(
        twins.first().state(), twins.second().state(), List.of(role), places::add);
    return places;
  }

  /// ThirdGen satisfies Theorem 1.
  @Property(tries = 60)
  void unprivilegedProgramsCannotTellTwinsApart(
      @ForAll @Executing(classes = "!privileged") @Length(max = 4) Twins twins) {
    assertEquals(List.of(), twins.differences(), twins::toString);
  }

  @Property(tries = 40)
  void programsRunUnderTheMonitorAsBare(@ForAll @Length(max = 6) Situation situation) {
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      assertEquals(java.util.Optional.empty(), situation.monitored(kind, 12));
    }
  }

  /// Each leaky machine has one instruction that gives itself away, and the least way of showing
  /// it.
  @Example
  void aLeakIsFoundShrunkAndReplayed() {
    leak("ThirdGenReadsMode", "getm", Role.M);
    leak("ThirdGenReadsRelocation", "getb", Role.R);
  }

  private static void leak(String name, String instruction, Role apart) {
    MachineArbitraries arbitraries = MachineArbitraries.of(LEAKY, name, Map.of("Q", "256"));
    Shape shape =
        Shape.ANY.executing("add", "ldi", "st", instruction).ofLength(1, 6).apartIn(apart);
    Twins least = least(arbitraries.twins(shape), Twins::areAlike, new Random(1974));
    assertEquals(1, least.first().program().instructions().size(), least::toString);
    assertEquals(
        instruction, least.first().program().instructions().getFirst().instruction().name());
    long cells =
        new Workbench(arbitraries.machine())
            .parts().stream()
                .filter(p -> !p.read(least.first().state()).isZero())
                .map(Slot::cell)
                .distinct()
                .count();
    assertTrue(cells <= 3, least::toString);
    Machine machine = arbitraries.machine();
    var read =
        assertInstanceOf(Evidence.Reading.Read.class, Evidence.read(least.witness().orElseThrow()));
    var match = Evidence.match(read, Bench.of(machine));
    assertTrue(assertInstanceOf(Evidence.Match.Matched.class, match, match::toString).agrees());
  }

  /// Whatever was drawn first, it ends in the same: also where an instruction before made the value
  /// that the wrong one goes wrong with.
  @Property(tries = 150)
  void aBugIsShrunkToTheSameWhereverItWasFound(@ForAll long seed) {
    MachineArbitraries arbitraries = MachineArbitraries.of(KIT, "", Map.of());
    Situation least =
        least(
            arbitraries.situations(Shape.ANY.inMode("User").ofLength(1, 8)),
            s -> s.execute().leaves(Role.R),
            new Random(seed));
    assertEquals(
        "in mode User, psw = (mode=User, ie=0, carry=0, pc=0, base=0, bound=1), r0 = 0xffffffff:"
            + " inc r0",
        least.toString());
  }

  /// As jqwik does it: from the first that fails to the first smaller that does, and on.
  private static <T> T least(Arbitrary<T> values, Predicate<T> holds, Random random) {
    var generator = values.generator(1000);
    Shrinkable<T> failed = generator.next(random);
    for (int i = 0; holds.test(failed.value()); i++) {
      assertTrue(i < 10_000, "nothing found");
      failed = generator.next(random);
    }
    while (true) {
      var smaller = failed.shrink().filter(t -> !holds.test(t.value())).findFirst();
      if (smaller.isEmpty()) {
        return failed.value();
      }
      assertTrue(smaller.get().distance().compareTo(failed.distance()) < 0);
      failed = smaller.get();
    }
  }

  /// Words of one cell, of registers, of halves of cells, and of several bytes.
  @Example
  void programsStandWhereTheyAreFetchedFromAndAssembledTo() {
    fetched(Path.of("isa-specs/pdp-10.isa"), "KA10");
    fetched(Path.of("isa-specs/ibm-360.isa"), "IBM360");
    fetched(Path.of("isa-specs/riscv/riscv.isa"), "RV32Bare");
  }

  private static void fetched(Path file, String name) {
    MachineArbitraries arbitraries = MachineArbitraries.of(file, name, Map.of());
    Workbench bench = new Workbench(arbitraries.machine());
    var generator = arbitraries.situations(Shape.ANY.ofLength(1, 3)).generator(1000);
    Random random = new Random(10);
    int seen = 0;
    for (int i = 0; i < 40; i++) {
      Situation situation = generator.next(random).value();
      State state = situation.state();
      var loaded = Loaded.of(bench, state, situation.program());
      if (loaded.isPresent()) {
        seen++;
        long address = loaded.get().address();
        var lines =
            situation.program().lines(address).stream()
                .map(line -> new Assembler.Line(line, Span.NONE))
                .toList();
        var assembly = bench.simulator().codec().assembler().assemble(lines, address, Map.of());
        var image = assertInstanceOf(Assembler.Assembly.Assembled.class, assembly).image();
        assertEquals(java.util.Optional.empty(), bench.simulator().load(state, image));
        assertTrue(state.sameAs(loaded.get().state()), situation::toString);
      }
    }
    assertTrue(seen > 3, name);
  }

  @Example
  void aRunIsNoMoreThanWhatHappened() {
    MachineArbitraries arbitraries = MachineArbitraries.of(ISA, "", Map.of());
    Situation situation =
        arbitraries
            .situations(Shape.ANY.executing("svc"))
            .generator(1000)
            .next(new Random(1))
            .value();
    Run run = situation.execute();
    assertTrue(run.traps("svc"));
    assertEquals(0, run.completed());
    assertEquals(List.of(), run.changed(Role.E, Role.M, Role.P, Role.R));
  }
}
