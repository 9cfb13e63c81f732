package trapline.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.codec.Image;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.Event;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.StatePrinter;
import trapline.report.Numerals;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    header = "Runs a program on the described machine.",
    description = {
      "",
      "Assembles the program into storage, starts from reset, and goes on until the machine"
          + " halts. What the program writes to an output port goes to standard output, as"
          + " characters.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline run isa-specs/pdp-10.isa sieve.s --at 0o1000 --start 0o1000 --state",
      "  trapline run isa-specs/third-generation.isa kernel.s -m ThirdGen --at 16",
      "  trapline run isa-specs/third-generation.isa echo.s --type console.rx=hello --trace",
      "",
      "Exit codes: 0 the machine halted, 1 it stopped otherwise or ran out of steps,",
      "2 usage, 3 description or program rejected, 70 internal error."
    })
final class RunCommand implements Callable<Integer> {
  /// Steps between two looks at the outputs.
  private static final long CHUNK = 100_000;

  private final Terminal terminal;

  @Mixin Descriptions descriptions = new Descriptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "A description.")
  Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "PROGRAM", description = "Assembly text.")
  Path program = Path.of("");

  @Option(
      names = "--at",
      paramLabel = "ADDRESS",
      defaultValue = "0",
      description = "Where the program begins in physical storage. Default: 0.")
  String at = "0";

  @Option(
      names = "--start",
      paramLabel = "ADDRESS",
      description = "Where execution begins. Default: as after reset.")
  String start = "";

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000000000",
      description = "At most so many steps. Default: 1000000000.")
  String steps = "1000000000";

  @Option(
      names = "--let",
      paramLabel = "PLACE=V",
      description = "Sets a register or cell first: --let r1=5, --let 'E[100]=7'.")
  Map<String, String> places = new LinkedHashMap<>();

  @Option(
      names = "--feed",
      paramLabel = "PORT=V,V",
      description = "Values that wait at an input port.")
  Map<String, String> fed = new LinkedHashMap<>();

  @Option(
      names = "--type",
      paramLabel = "PORT=TEXT",
      description = "Characters that wait at an input port; with bit 8 set where the port has one.")
  Map<String, String> typed = new LinkedHashMap<>();

  @Option(names = "--trace", description = "Shows every step on standard error.")
  boolean trace;

  @Option(names = "--state", description = "Shows the registers in the end, on standard error.")
  boolean showState;

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Machine machine = descriptions.loadOne(terminal, List.of(file));
    Image image = Programs.assemble(terminal, machine, program, Programs.number("--at", at));
    Simulator simulator = Simulator.of(machine);
    State state = simulator.reset();
    Programs.load(simulator, image, state);
    prepare(machine, state);
    return go(simulator, state).code;
  }

  private void prepare(Machine machine, State state) {
    if (!start.isEmpty()) {
      setStart(machine, state, Programs.big("--start", start));
    }
    places.forEach((place, value) -> set(machine, state, place, Programs.big("--let", value)));
    fed.forEach((name, values) -> {
      Port port = input(machine, name);
      for (String value : values.split(",", -1)) {
        state.feed(port, fitting("--feed", port.width(), Programs.big("--feed", value)));
      }
    });
    typed.forEach((name, text) -> {
      Port port = input(machine, name);
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        state.feed(port, Bits.of(port.width(), port.width() > 8 ? 0x100 | (b & 0xff) : b & 0xff));
      }
    });
  }

  private static void setStart(Machine machine, State state, BigInteger address) {
    for (Register register : machine.registers()) {
      for (Field field : register.fields()) {
        if (field.hasRole(Role.P) && !register.isFile()) {
          Bits value = fitting("--start", field.width(), address);
          state.register(
              register, state.register(register).insert(field.high(), field.low(), value));
          return;
        }
      }
    }
    throw Mistake.usage("--start: machine " + machine.name() + " has no program counter");
  }

  private static void set(Machine machine, State state, String place, BigInteger value) {
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        String indexed = register.isFile() ? register.name() + "[" + i + "]" : register.name();
        if (place.equals(register.elementName(i)) || place.equals(indexed)) {
          state.register(register, i, fitting("--let " + place, register.width(), value));
          return;
        }
      }
    }
    int bracket = place.indexOf('[');
    if (bracket > 0 && place.endsWith("]")) {
      for (Memory memory : machine.memories()) {
        if (memory.name().equals(place.substring(0, bracket))) {
          BigInteger index =
              Programs.big("--let " + place, place.substring(bracket + 1, place.length() - 1));
          if (!memory.has(index)) {
            throw Mistake.usage(
                "--let: " + memory.name() + " has only " + memory.count() + " cells");
          }
          state.memory(memory, index.longValue(), fitting("--let " + place, memory.width(), value));
          return;
        }
      }
    }
    List<String> names = new ArrayList<>();
    machine.registers().forEach(r -> names.add(r.elementName(0)));
    throw Mistake.usage(
        "--let: no register or cell '" + place + "'" + Sentences.didYouMean(place, names));
  }

  private static Port input(Machine machine, String name) {
    List<String> names =
        machine.ports().stream().filter(Port::isInput).map(Port::fullName).toList();
    return machine.ports().stream()
        .filter(p -> p.isInput() && p.fullName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Mistake.usage(
                "no input port '"
                    + name
                    + "'"
                    + (names.isEmpty()
                        ? "; the machine has none"
                        : " (there is " + String.join(", ", names) + ")")));
  }

  private static Bits fitting(String option, int width, BigInteger value) {
    if (value.bitLength() > width) {
      throw Mistake.usage(option + ": " + value + " does not fit " + width + " bits");
    }
    return new Bits(width, value);
  }

  private Exit go(Simulator simulator, State state) {
    long limit = Programs.number("--steps", steps);
    long began = Terminal.milliseconds();
    Codec codec = Codec.of(simulator.machine());
    long taken = 0;
    int written = 0;
    Exit exit = Exit.REFUTED;
    String end = "out of steps";
    while (taken < limit) {
      boolean over;
      if (trace) {
        Event event = simulator.step(state);
        taken++;
        terminal.err().println(describe(codec, simulator.machine(), event));
        over = event instanceof Event.Stopped || event instanceof Event.Halted || state.halted();
        if (event instanceof Event.Stopped(var reason)) {
          end = "stopped: " + reason;
        } else if (over) {
          end = "halted";
          exit = Exit.OK;
        }
      } else {
        Simulator.Run run = simulator.run(state, Math.min(CHUNK, limit - taken));
        taken += run.steps();
        over =
            switch (run.reason()) {
              case Simulator.Run.Done done -> false;
              case Simulator.Run.Halted halted -> {
                end = "halted";
                exit = Exit.OK;
                yield true;
              }
              case Simulator.Run.Stopped(var reason) -> {
                end = "stopped: " + reason;
                yield true;
              }
            };
      }
      written = write(state, written);
      if (over) {
        break;
      }
    }
    terminal.flush();
    long time = Math.max(1, Terminal.milliseconds() - began);
    terminal.tell(end + " after " + taken + " steps (" + taken / time * 1000 + " steps/s)");
    if (showState) {
      new StatePrinter(simulator.machine()).lines(state).forEach(l -> terminal.tell("  " + l));
    }
    return exit;
  }

  private int write(State state, int written) {
    List<State.Output> outputs = state.outputs();
    for (State.Output output : outputs.subList(written, outputs.size())) {
      terminal.out().print((char) (output.value().toLong() & 0x7f));
    }
    if (outputs.size() > written) {
      terminal.out().flush();
    }
    return outputs.size();
  }

  private static String describe(Codec codec, Machine machine, Event event) {
    Numerals numerals = Numerals.of(machine);
    return switch (event) {
      case Event.Executed(var instruction, var word) ->
          numerals.full(word) + "  " + codec.disassemble(word, 0);
      case Event.Trapped(var cause, var arguments, var word) ->
          word.map(w -> numerals.full(w) + "  " + codec.disassemble(w, 0) + "  ").orElse("fetch  ")
              + "-> trap "
              + cause.name();
      case Event.Interrupted(var cause) -> "-> interrupt " + cause.name();
      case Event.Stopped(var reason) -> "-> stopped: " + reason;
      case Event.Halted() -> "-> halted";
    };
  }
}
