package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.lang.LoaderFixture;
import trapline.machine.Reference;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Guests of machines whose translation a monitor installs, and monitors that err in it.
final class MappingsTest {
  private static final long ENOUGH = 60_000;

  private record Described(Simulator host, Simulator guest, Path system, long size) {
    static Described of(String name, String machine, long size) {
      return new Described(
          Simulator.confined(instance(name, machine, 1024)),
          Simulator.confined(instance(name, machine, 512)),
          Guests.FOLDER.resolve(name + "/system.asm"),
          size);
    }

    private static Machine instance(String name, String machine, int storage) {
      return Guests.machine(
          "isa-specs/" + name + ".isa", machine, Map.of("Q", Integer.toString(storage)));
    }
  }

  private static final Described BUFFER = Described.of("third-generation-tlb", "ThirdGenTLB", 512);
  private static final Described TABLE =
      Described.of("third-generation-table", "ThirdGenTable", 432);

  @Test
  void aBufferIsFilledOnMisses() {
    Lockstep pair = sameFor(alone(BUFFER, ControlProgram.SOUND), ENOUGH);
    assertTrue(printed(pair).startsWith("heybwww!b!b!"), () -> printed(pair));
    assertTrue(pair.virtual().tally().filled() > 1000);
    assertTrue(pair.virtual().tally().share() > 0.8);
  }

  @Test
  void aTableIsFilledOnMisses() {
    Lockstep pair = sameFor(alone(TABLE, ControlProgram.SOUND), ENOUGH);
    assertTrue(printed(pair).startsWith("heyxyww!wxy!xywB!xy!"), () -> printed(pair));
    assertTrue(pair.virtual().tally().filled() > 1000);
    assertTrue(pair.virtual().tally().share() > 0.9);
  }

  @Test
  void twoGuestsInTurnAreAsIfAlone() {
    for (Described described : List.of(BUFFER, TABLE)) {
      List<Lockstep> pairs = two(described, ControlProgram.SOUND);
      run(pairs, 20_000);
      for (Lockstep pair : pairs) {
        assertTrue(pair.virtual().tally().slices() > 20);
        assertEquals(20_000, pair.steps());
      }
    }
  }

  @Test
  void aMonitorRunsUnderAMonitorUnderAMonitor() {
    for (Described described : List.of(BUFFER, TABLE)) {
      var outer = ControlProgram.on(Bare.of(described.host), new Journal());
      var middle = ControlProgram.on(admit(outer, described.host, 800, 16), new Journal());
      var inner = ControlProgram.on(admit(middle, described.host, 656, 16), new Journal());
      sameFor(system(described, admit(inner, described.guest, 512, 16)), 20_000);
    }
  }

  @Test
  void aTableOfItsOwnIsNotStoredToDirectly() {
    var owner = ControlProgram.on(Bare.of(TABLE.host), new Journal());
    Lockstep pair = system(TABLE, admit(owner, TABLE.guest, TABLE.size, 16));
    Simulator hosts = TABLE.host;
    int looked = 0;
    for (int i = 0; i < 20_000; i++) {
      assertTrue(Lockstep.goesOn(pair.step()));
      if (i % 16 != 0) {
        continue;
      }
      State real = owner.host().state();
      var space = hosts.machine().spaces().getFirst();
      for (int a = 0; a < 1024; a += 16) {
        var reached = hosts.translate(real, space, Bits.of(32, a), Access.STORE);
        if (reached.isPresent() && isUsers(pair.virtual().state())) {
          long frame = (reached.getAsLong() - pair.virtual().region().base()) / 16;
          assertTrue(frame != 25, "the second process's table, in a real table");
          looked++;
        }
      }
    }
    assertTrue(looked > 0);
  }

  /// The first of two stores of one instruction changes where the second goes.
  @Test
  void anInstructionThatMovesItsOwnSecondStoreIsAsOnTheBareMachine() {
    sameFor(twice(ControlProgram.SOUND), 1000);
    var careless = FAULTS.get("table: forgets protection").maker();
    assertInstanceOf(Lockstep.Different.class, twice(careless).run(1000));
  }

  private static Lockstep twice(ControlProgram.Maker maker) {
    var owner =
        ControlProgram.on(Bare.of(Simulator.confined(storingTwice(1024))), new Journal(), maker);
    Simulator guests = Simulator.confined(storingTwice(512));
    VirtualMachine guest = admit(owner, guests, TABLE.size, 16);
    Image image = Guests.assemble(guests, "twice.asm", TWICE);
    Bare bare = Guests.bare(guests, image);
    Guests.load(guest, image);
    return Lockstep.of(bare, guest);
  }

  private static Machine storingTwice(int storage) {
    return LoaderFixture.machine(
        Path.of("isa-specs/third-generation-table.isa"),
        text ->
            text.replace(
                "  instr lpsw ",
                """
                instr stst [0x0a a:3 b:3 0:2 imm:16]  "stst {a:r}, {imm:s}({b:r})" {
                  V[r[b] + sext(imm)] = r[a];
                  V[r[b] + sext(imm) + 1] = r[a];
                }
                instr lpsw\
                """),
        "ThirdGenTable",
        Map.of("Q", Integer.toString(storage)));
  }

  /// A table at 205, of which page 1 has the entry of page 2, which leads to 224 or 240.
  private static final String TWICE =
      """
              .org 16
              ld   r1, table(r0)
              ltab r1
              ld   r1, there(r0)
              ld   r2, here(r0)
              lpsw user(r0)
      table:  .word (3 << 12) | 205
      user:   .word 1 << 31
      there:  .word (3 << 30) | 15
      here:   .word (3 << 30) | 14

              .org 96
      again:  st   r0, 32(r0)
              ld   r3, 16(r0)
              stst r1, 31(r0)
              ld   r3, 32(r0)
              st   r0, 33(r0)
              stst r2, 31(r0)
              ld   r4, 32(r0)
              bz   r0, 0

              .org 205
              .word (3 << 30) | 6
              .word (3 << 30) | 12
              .word (3 << 30) | 14
      """;

  private static final Map<String, Fault> FAULTS = new TreeMap<>();

  private record Fault(Described on, boolean shared, ControlProgram.Maker maker) {}

  static {
    for (Described described : List.of(BUFFER, TABLE)) {
      String where = described == BUFFER ? "buffer: " : "table: ";
      FAULTS.put(
          where + "keeps what its guest has taken out of its translation",
          new Fault(
              described,
              false,
              (o, n, k, s, r) ->
                  new VirtualMachine(o, n, k, s, r) {
                    private boolean settled;

                    @Override
                    void settle(Mappings m, State virtual, State real, boolean undisturbed) {
                      if (!settled) {
                        super.settle(m, virtual, real, undisturbed);
                      }
                      settled = true;
                    }
                  }));
      FAULTS.put(
          where + "forgets protection",
          new Fault(
              described,
              false,
              (o, n, k, s, r) ->
                  new VirtualMachine(o, n, k, s, r) {
                    @Override
                    boolean fill(Mappings m, Reference missed, State virtual, State real) {
                      boolean filled = super.fill(m, missed, virtual, real);
                      protect(real, r, false);
                      return filled;
                    }
                  }));
      FAULTS.put(
          where + "installs the wrong page",
          new Fault(
              described,
              false,
              (o, n, k, s, r) ->
                  new VirtualMachine(o, n, k, s, r) {
                    private long count;

                    @Override
                    boolean fill(Mappings m, Reference missed, State virtual, State real) {
                      boolean filled = super.fill(m, missed, virtual, real);
                      if (++count % 50 == 0) {
                        shift(real, r);
                      }
                      return filled;
                    }
                  }));
    }
    FAULTS.put(
        "buffer: keeps another guest's at a switch",
        new Fault(
            BUFFER,
            true,
            (o, n, k, s, r) ->
                new VirtualMachine(o, n, k, s, r) {
                  @Override
                  void settle(Mappings m, State virtual, State real, boolean undisturbed) {
                    super.settle(m, virtual, real, true);
                  }
                }));
  }

  @TestFactory
  List<DynamicTest> everyFaultIsCaught() {
    return FAULTS.entrySet().stream()
        .map(fault -> DynamicTest.dynamicTest(fault.getKey(), () -> isCaught(fault.getValue())))
        .toList();
  }

  private static void isCaught(Fault fault) {
    if (fault.shared) {
      List<Lockstep> pairs = two(fault.on, fault.maker);
      List<Lockstep.Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        for (Lockstep pair : pairs) {
          pair.virtual().owner().slice(100);
          Lockstep.Outcome outcome = pair.run(100);
          if (!Lockstep.goesOn(outcome)) {
            outcomes.add(outcome);
          }
        }
        if (!outcomes.isEmpty()) {
          break;
        }
      }
      assertInstanceOf(Lockstep.Different.class, outcomes.getFirst());
      return;
    }
    var outcome = alone(fault.on, fault.maker).run(ENOUGH);
    assertInstanceOf(Lockstep.Different.class, outcome, outcome::toString);
  }

  /// Makes everything writable that is installed.
  private static void protect(State real, Region region, boolean isProtected) {
    edit(real, region, "write", bits -> Bits.of(bits.width(), isProtected ? 0 : 1));
  }

  /// Makes every entry lead to the next frame.
  private static void shift(State real, Region region) {
    edit(real, region, "pfn", bits -> bits.add(Bits.of(bits.width(), 1)));
  }

  private static void edit(
      State real, Region region, String field, java.util.function.UnaryOperator<Bits> change) {
    Machine machine = real.machine();
    Optional<Register> buffer =
        machine.registers().stream().filter(r -> r.name().equals("tlb")).findFirst();
    if (buffer.isPresent()) {
      var part =
          buffer.get().fields().stream()
              .filter(f -> f.name().equals(field))
              .findFirst()
              .orElseThrow();
      for (int i = 0; i < buffer.get().count(); i++) {
        Bits entry = real.register(buffer.get(), i);
        Bits changed = change.apply(entry.extract(part.high(), part.low()));
        real.register(buffer.get(), i, entry.insert(part.high(), part.low(), changed));
      }
      return;
    }
    var memory = machine.memories().getFirst();
    int high = field.equals("write") ? 30 : 7;
    int low = field.equals("write") ? 30 : 0;
    for (long i = region.tables(); i < region.tables() + 16; i++) {
      Bits entry = real.memory(memory, i);
      if (!entry.isZero()) {
        Bits changed = change.apply(entry.extract(high, low));
        real.memory(memory, i, entry.insert(high, low, changed));
      }
    }
  }

  private static Lockstep alone(Described described, ControlProgram.Maker maker) {
    var owner = ControlProgram.on(Bare.of(described.host), new Journal(), maker);
    return system(described, admit(owner, described.guest, described.size, 16));
  }

  private static List<Lockstep> two(Described described, ControlProgram.Maker maker) {
    var owner = ControlProgram.on(Bare.of(described.host), new Journal(), maker);
    return List.of(
        system(described, admit(owner, described.guest, described.size, 0)),
        system(described, admit(owner, described.guest, described.size, 0)));
  }

  private static void run(List<Lockstep> pairs, long steps) {
    List<RoundRobin.Job> jobs = new ArrayList<>();
    for (Lockstep pair : pairs) {
      jobs.add(() -> {
        var outcome = pair.run(steps - pair.steps());
        assertTrue(Lockstep.goesOn(outcome), outcome::toString);
        return pair.steps() < steps;
      });
    }
    RoundRobin.run(pairs.getFirst().virtual().owner(), 333, jobs);
  }

  private static VirtualMachine admit(
      ControlProgram owner, Simulator simulator, long size, long from) {
    return owner
        .admit(
            "guest " + (owner.guests().size() + 1),
            VirtualMachine.Kind.TRAP_AND_EMULATE,
            simulator,
            size,
            from)
        .orElseThrow();
  }

  private static Lockstep system(Described described, VirtualMachine guest) {
    Image image = Guests.assemble(described.guest, described.system);
    Bare bare = Guests.bare(described.guest, image);
    Guests.load(guest, image);
    for (State state : List.of(bare.state(), guest.state())) {
      Port rx = state.machine().ports().stream().filter(Port::isInput).findFirst().orElseThrow();
      "hey".chars().forEach(c -> state.feed(rx, Bits.of(9, 0x100 | c)));
    }
    return Lockstep.of(bare, guest);
  }

  private static Lockstep sameFor(Lockstep pair, long steps) {
    var outcome = pair.run(steps);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    assertEquals(steps, pair.steps());
    return pair;
  }

  private static String printed(Lockstep pair) {
    return Guests.printed(pair.virtual().state());
  }

  private static boolean isUsers(State state) {
    return state.register(state.machine().registers().getFirst()).extract(31, 31).isTrue();
  }
}
