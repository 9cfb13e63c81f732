package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.bits.Bits;
import trapline.isa.Memory;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Guests of IA-32 whose kernels run in ring 1 or in ring 3: the same as bare, but for what Robin
/// and Irvine's instructions show of the monitor.
final class Ia32GuestsTest {
  private static final Path FOLDER = Path.of("isa-specs/guests/ia-32");
  private static final List<String> MACHINES = List.of("IA32Ring1", "IA32Ring3");
  private static final long SIZE = 0x2000;
  private static final Map<String, Simulator> SIMULATORS = new TreeMap<>();

  private static Simulator simulator(String machine) {
    return SIMULATORS.computeIfAbsent(
        machine,
        name -> Simulator.confined(Guests.machine("isa-specs/ia-32/variants.isa", name, Map.of())));
  }

  @ParameterizedTest
  @FieldSource("MACHINES")
  void aKernelWithTwoProcessesRunsTheSameUnderAMonitor(String machine) throws IOException {
    Lockstep pair = start(machine, Files.readString(FOLDER.resolve("system.asm")), 1);
    same(pair, 10_000);
    String printed = console(pair.virtual().state());
    assertTrue(printed.startsWith("aab!!b!!aaab!!b!!aaab!!b!!"), printed);
    assertTrue(pair.virtual().tally().interrupts() > 50);
    assertTrue(pair.virtual().tally().share() > 0.75, () -> "" + pair.virtual().tally().share());
  }

  @Test
  void aMonitorRunsUnderAMonitor() throws IOException {
    same(start("IA32Ring3", Files.readString(FOLDER.resolve("system.asm")), 2), 3_000);
  }

  /// The rows of a gap that ask the descriptor tables or the task's permissions first: those of the
  /// generated monitor are empty, so that they trap.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bswap eax",
        "cli",
        "rdtsc",
        "loadseg ss, ebx",
        "push 0x10 / popseg ss",
        "lss ecx, [stacked]",
        "jmpf 8, beyond",
        "jmpfm [target]",
        "callf 8, beyond",
        "callfm [target]",
        "push 8 / push beyond / retf",
        "push 8 / push beyond / retf 4",
        "push 8 / push beyond / iret",
        "in eax, 0x40",
        "inb al, 0x40",
        "indx",
        "indxb",
        "out 0x41, eax",
        "outb 0x41, al",
        "outdx",
        "outdxb",
        "ins",
        "insb",
        "outs",
        "outsb",
      })
  void whatAsksNothingOrTrapsIsToldNothing(String instructions) throws IOException {
    for (String machine : MACHINES) {
      var outcome = probe(machine, instructions);
      assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    }
  }

  /// One guest for each of the instructions that neither trap nor do the same.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sgdt [answer]      | E[1092]
          sidt [answer]      | E[1092]
          sldt eax           | eax
          str eax            | eax
          smsw eax           | eax
          pushf              | E[1128]
          popf               | eflags.if
          lar eax, ebx       | eax
          lsl eax, ebx       | eax
          verr ebx           | eflags.zf
          verw ebx           | eflags.zf
          storeseg eax, cs   | eax
          storeseg eax, ss   | eax
          pushseg cs         | E[1128]
          pushseg ss         | E[1128]
          loadseg es, eax    | changes the host's sel.index
          loadseg ds, eax    | changes the host's sel.index
          loadseg fs, eax    | att[4].usable
          loadseg gs, eax    | att[5].usable
          push 0 / popseg es | changes the host's sel.index
          push 0 / popseg ds | changes the host's sel.index
          push 0 / popseg fs | att[4].usable
          push 0 / popseg gs | att[5].usable
          les ecx, [answer]  | changes the host's sel.index
          lds ecx, [answer]  | changes the host's sel.index
          lfs ecx, [answer]  | att[4].usable
          lgs ecx, [answer]  | att[5].usable
          """)
  void whatAnInstructionTellsOfTheMonitorIsSeen(String instructions, String place)
      throws IOException {
    for (String machine : MACHINES) {
      var outcome = probe(machine, instructions);
      var difference =
          assertInstanceOf(Lockstep.Different.class, outcome, outcome::toString).difference();
      String asking = instructions.replaceFirst(".* / ", "").replaceFirst(" .*", "");
      assertTrue(difference.instruction().startsWith(asking), difference::toString);
      assertTrue(difference.places().contains(place), difference::toString);
    }
  }

  /// A witness may have nearly all of storage, in which little is set.
  @Test
  void aGuestOfAllStorageIsGivenWhatIsThere() {
    Simulator simulator = simulator("IA32Ring3");
    Memory storage = simulator.machine().memories().getFirst();
    var owner = ControlProgram.on(Bare.of(simulator), new Journal());
    VirtualMachine guest = admit(owner, simulator, 0x3fff_0000);
    guest.state().memory(storage, 7, Bits.of(32, 1));
    Bare bare = Bare.of(simulator);
    bare.state().memory(storage, 0x3ffe_ffff, Bits.of(32, 2));
    Lockstep.of(bare, guest).give();
    assertEquals(Map.of(0x3ffe_ffffL, Bits.of(32, 2)), guest.state().nonzero(storage));
  }

  /// The kernel that asks by these instructions, which ` / ` separates.
  private static Lockstep.Outcome probe(String machine, String instructions) throws IOException {
    String text = Files.readString(FOLDER.resolve("probe.asm"));
    return start(machine, text.replace("bswap eax", instructions.replace(" / ", "\n")), 1).run(100);
  }

  private static Lockstep start(String machine, String text, int depth) {
    Simulator simulator = simulator(machine);
    var image = Guests.assemble(simulator, machine, text);
    var owner = ControlProgram.on(Bare.of(simulator), new Journal());
    for (int level = depth - 1; level > 0; level--) {
      owner = ControlProgram.on(admit(owner, simulator, SIZE * (level + 1)), new Journal());
    }
    VirtualMachine guest = admit(owner, simulator, SIZE);
    Bare bare = Guests.bare(simulator, image);
    Guests.load(guest, image);
    return Lockstep.of(bare, guest);
  }

  private static VirtualMachine admit(ControlProgram owner, Simulator simulator, long size) {
    return owner
        .admit("guest", VirtualMachine.Kind.TRAP_AND_EMULATE, simulator, size, 0x100)
        .orElseThrow();
  }

  private static void same(Lockstep pair, long steps) {
    var outcome = pair.run(steps);
    assertTrue(Lockstep.goesOn(outcome), outcome::toString);
    assertEquals(steps, pair.steps());
  }

  /// What was written to any port.
  private static String console(State state) {
    return state.outputs().stream()
        .filter(output -> output.port().fullName().equals("bus.data"))
        .map(output -> String.valueOf((char) output.value().toInt()))
        .collect(Collectors.joining());
  }
}
