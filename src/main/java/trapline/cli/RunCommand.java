package trapline.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.codec.Codec;
import trapline.codec.Image;
import trapline.isa.Machine;
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

  @Mixin Description description = new Description();
  @Mixin Preparation preparation = new Preparation();

  @Parameters(index = "1", paramLabel = "PROGRAM", description = "Assembly text.")
  Path program = Path.of("");

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000000000",
      description = "At most so many steps. Default: 1000000000.")
  String steps = "1000000000";

  @Option(names = "--trace", description = "Shows every step on standard error.")
  boolean trace;

  @Option(names = "--state", description = "Shows the registers in the end, on standard error.")
  boolean showState;

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Machine machine = description.load(terminal);
    Image image = preparation.assemble(terminal, machine, program);
    Simulator simulator = Simulator.of(machine);
    State state = simulator.reset();
    Programs.load(simulator, image, state);
    preparation.prepare(machine, state);
    return go(simulator, state).code;
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
