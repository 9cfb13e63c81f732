package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.StatePrinter;

/// Guests that reach their devices as cells of storage, and monitors that err in it.
final class DevicesTest {
  private static final String RELOCATED = "third-generation-devices";
  private static final String MAPPED = "third-generation-tlb-devices";

  private final Simulator host = simulator(RELOCATED, "ThirdGenDevices", 512);
  private final Simulator guest = simulator(RELOCATED, "ThirdGenDevices", 256);
  private final List<String> trace = new ArrayList<>();

  private static Simulator simulator(String file, String machine, int storage) {
    return Simulator.confined(
        Guests.machine(
            "isa-specs/" + file + ".isa", machine, Map.of("Q", Integer.toString(storage))));
  }

  private static Path program(String name) {
    return Guests.FOLDER.resolve(name + "/system.asm");
  }

  @Test
  void whatATypistTypesIsPrintedThroughStorage() {
    Lockstep pair = system(admit(monitor(ControlProgram.SOUND), 100));
    sameFor(pair, 60_000);
    String printed = Guests.printed(pair.virtual().state());
    assertTrue(printed.startsWith("hello"), printed);
    assertTrue(printed.contains("b") && printed.contains("!"), printed);
    assertEquals(List.of(), pair.virtual().breaches());
  }

  @Test
  void theJournalSaysWhichDeviceWasReached() {
    Lockstep pair = system(admit(monitor(ControlProgram.SOUND), 100));
    sameFor(pair, 5_000);
    for (String line :
        List.of(
            "emulates  st r1, 255(r0)   (storage: device io.count)",
            "emulates  ld r4, 254(r0)   (storage: device io.rx)",
            "emulates  st r4, 253(r0)   (storage: device io.tx)",
            "emulates  st r1, 45(r0)   (storage: device io.tx)")) {
      assertTrue(trace.stream().anyMatch(t -> t.endsWith(line)), line);
    }
  }

  @Test
  void twoGuestsInTurnAreAsIfAlone() {
    var monitor = monitor(ControlProgram.SOUND);
    List<Lockstep> pairs = List.of(system(admit(monitor, 0)), system(admit(monitor, 0)));
    assertEquals(new Region(253, 253), pairs.getLast().virtual().region());
    List<RoundRobin.Job> jobs = new ArrayList<>();
    for (Lockstep pair : pairs) {
      jobs.add(() -> {
        var outcome = pair.run(20_000 - pair.steps());
        assertTrue(Lockstep.goesOn(outcome), outcome::toString);
        return pair.steps() < 20_000;
      });
    }
    RoundRobin.run(monitor, 1000, jobs);
    pairs.forEach(pair -> assertEquals(20_000, pair.steps()));
  }

  @Test
  void aMonitorRunsUnderAMonitorUnderAMonitor() {
    var outer = monitor(ControlProgram.SOUND);
    var middle = ControlProgram.on(admit(outer, host, 440, 60), new Journal());
    var inner = ControlProgram.on(admit(middle, host, 380, 60), new Journal());
    sameFor(system(admit(inner, guest, 253, 120)), 20_000);
  }

  @Test
  void aPageWithADeviceInItIsNeverMapped() {
    Simulator hosts = simulator(MAPPED, "ThirdGenTLBDevices", 1024);
    Simulator guests = simulator(MAPPED, "ThirdGenTLBDevices", 512);
    var monitor = ControlProgram.on(Bare.of(hosts), journal());
    Lockstep pair = system(guests, program(MAPPED), admit(monitor, guests, 512, 16));
    sameFor(pair, 30_000);
    String printed = Guests.printed(pair.virtual().state());
    assertTrue(printed.startsWith("hellowb"), printed);
    assertTrue(trace.stream().anyMatch(t -> t.contains("(miss: device io.tx)")));
  }

  @Test
  void noGuestIsGivenACellThatIsADevice() {
    var monitor = monitor(ControlProgram.SOUND);
    var kind = VirtualMachine.Kind.TRAP_AND_EMULATE;
    assertEquals(Optional.empty(), monitor.admit("on top", kind, host, new Region(258, 252)));
    assertEquals(Optional.empty(), monitor.admit("too large", kind, guest, new Region(0, 254)));
    assertTrue(monitor.admit("small", kind, guest, new Region(0, 253)).isPresent());
  }

  @Test
  void aMonitorThatForgetsADeviceIsCaught() {
    caught(
        (o, n, k, s, r) ->
            new VirtualMachine(o, n, k, s, r) {
              @Override
              Simulator.Result emulate() {
                State trial = state().copy();
                simulator().attempt(trial);
                if (trial.devices().isEmpty()) {
                  return super.emulate();
                }
                add(state(), 19, 27, 1);
                return Simulator.Result.DONE;
              }
            },
        "timer");
  }

  /// The guest lies where the host's devices begin, and reaches those for its own.
  @Test
  void aMonitorThatMapsADeviceIsCaught() {
    var monitor =
        monitor((o, n, k, s, r) ->
            new VirtualMachine(o, n, k, s, r) {
              @Override
              void load(State virtual, State real) {
                super.load(virtual, real);
                add(real, 0, 9, 3);
              }
            });
    VirtualMachine mapped =
        monitor
            .admit("guest", VirtualMachine.Kind.TRAP_AND_EMULATE, guest, new Region(256, 253))
            .orElseThrow();
    var different = assertInstanceOf(Lockstep.Different.class, system(mapped).run(60_000));
    assertTrue(!mapped.breaches().isEmpty(), different::toString);
  }

  private void caught(ControlProgram.Maker maker, String place) {
    var outcome = system(admit(monitor(maker), 100)).run(60_000);
    var different = assertInstanceOf(Lockstep.Different.class, outcome, outcome::toString);
    assertTrue(different.difference().places().contains(place), different::toString);
  }

  /// Adds to bits `low` to `high` of the program status word.
  private static void add(State state, int low, int high, long more) {
    Register psw = state.machine().registers().getFirst();
    Bits old = state.register(psw);
    Bits field = old.extract(high, low);
    state.register(psw, old.insert(high, low, field.add(Bits.of(field.width(), more))));
  }

  private Journal journal() {
    Journal journal = new Journal();
    var printer = new StatePrinter(guest.machine());
    journal.listener(entry -> trace.add(Journal.describe(entry, guest.codec(), printer)));
    return journal;
  }

  private ControlProgram monitor(ControlProgram.Maker maker) {
    return ControlProgram.on(Bare.of(host), journal(), maker);
  }

  private VirtualMachine admit(ControlProgram monitor, long from) {
    return admit(monitor, guest, 253, from);
  }

  private static VirtualMachine admit(
      ControlProgram monitor, Simulator simulator, long size, long from) {
    return monitor
        .admit("guest", VirtualMachine.Kind.TRAP_AND_EMULATE, simulator, size, from)
        .orElseThrow();
  }

  private Lockstep system(VirtualMachine virtual) {
    return system(guest, program(RELOCATED), virtual);
  }

  private static Lockstep system(Simulator simulator, Path program, VirtualMachine virtual) {
    Image image = Guests.assemble(simulator, program);
    Bare bare = Guests.bare(simulator, image);
    Guests.load(virtual, image);
    for (State state : List.of(bare.state(), virtual.state())) {
      Port rx = state.machine().ports().stream().filter(Port::isInput).findFirst().orElseThrow();
      "hello".chars().forEach(c -> state.feed(rx, Bits.of(9, 0x100 | c)));
    }
    return Lockstep.of(bare, virtual);
  }

  private static void sameFor(Lockstep pair, long steps) {
    var outcome = pair.run(steps);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    assertEquals(steps, pair.steps());
  }
}
