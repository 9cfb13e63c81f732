package trapline.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import trapline.codec.Image;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.StatePrinter;
import trapline.vmm.Bare;
import trapline.vmm.Computer;
import trapline.vmm.ControlProgram;
import trapline.vmm.Journal;
import trapline.vmm.Lockstep;
import trapline.vmm.RoundRobin;
import trapline.vmm.Tally;
import trapline.vmm.VirtualMachine;

@Command(
    name = "vmm",
    mixinStandardHelpOptions = true,
    header = "Runs a program on virtual machines under the generated monitor.",
    description = {
      "",
      "Makes the monitor from the description's vmm block, runs the program on each virtual"
          + " machine and on the bare machine, and compares the two after every step. Says how much"
          + " ran directly, or where the two part and what the monitor did last.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  trapline vmm isa-specs/third-generation.isa --guest system.asm --guest-set Q=256 \\",
      "      --nest 3 --steps 1000000",
      "  trapline vmm isa-specs/third-generation.isa --guest system.asm --guest-set Q=256 \\",
      "      --guests 2 --trace",
      "  trapline vmm isa-specs/pdp-10.isa --guest calls.asm --at 0o20 --hybrid",
      "",
      "Exit codes: 0 all as on the bare machine, 1 not so, 2 usage, 3 description or program",
      "rejected, 70 internal error."
    })
final class VmmCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin Descriptions descriptions = new Descriptions();
  @Mixin Preparation preparation = new Preparation();

  @Parameters(index = "0", paramLabel = "FILE", description = "A description.")
  Path file = Path.of("");

  @Option(
      names = "--guest",
      required = true,
      paramLabel = "PROGRAM",
      description = "Assembly text: what runs on each virtual machine.")
  Path guest = Path.of("");

  @Option(
      names = "--guests",
      paramLabel = "N",
      defaultValue = "1",
      description = "Virtual machines side by side. Default: 1.")
  int guests = 1;

  @Option(
      names = "--nest",
      paramLabel = "D",
      defaultValue = "1",
      description = "Monitors on top of each other. Default: 1.")
  int nest = 1;

  @Option(
      names = "--hybrid",
      description = "Interprets all of virtual supervisor mode, as a hybrid monitor.")
  boolean hybrid;

  @Option(
      names = "--size",
      paramLabel = "CELLS",
      description = "Storage of each virtual machine. Default: as much as there is for each.")
  String size = "";

  @Option(
      names = "--guest-set",
      paramLabel = "P=V",
      description = "Params of the virtual machines, where they are not the host's.")
  Map<String, String> guestSet = new LinkedHashMap<>();

  @Option(
      names = "--slice",
      paramLabel = "STEPS",
      defaultValue = "1000",
      description = "A time slice, in steps of the host. Default: 1000.")
  String slice = "1000";

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "At most so many steps of each guest. Default: 1000000.")
  String steps = "1000000";

  @Option(names = "--trace", description = "Shows what the monitor does, on standard error.")
  boolean trace;

  VmmCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (guests < 1 || nest < 1) {
      throw Mistake.usage("--guests and --nest must be at least 1");
    }
    Machine machine = descriptions.loadOne(terminal, List.of(file));
    if (machine.monitor().isEmpty()) {
      throw new Mistake(
          Exit.REJECTED,
          "machine " + machine.name() + " has no `vmm` block, so no monitor can be made for it");
    }
    Simulator hosts = Simulator.confined(machine);
    Simulator theirs = hosts;
    if (!guestSet.isEmpty()) {
      descriptions.set.putAll(guestSet);
      theirs = Simulator.confined(descriptions.loadOne(terminal, List.of(file)));
    }
    Image image = preparation.assemble(terminal, theirs.machine(), guest);
    Journal journal = new Journal();
    if (trace) {
      StatePrinter printer = new StatePrinter(machine);
      journal.listener(e -> terminal.err().println(Journal.describe(e, hosts.codec(), printer)));
    }
    ControlProgram monitor = ControlProgram.on(Bare.of(hosts), journal);
    List<Lockstep> pairs = new ArrayList<>();
    for (int i = 1; i <= guests; i++) {
      pairs.add(pair(monitor, hosts, theirs, image, i));
    }
    return run(monitor, pairs, journal).code;
  }

  private Lockstep pair(
      ControlProgram monitor, Simulator hosts, Simulator theirs, Image image, int number) {
    long own = Math.min(sizeFor(monitor, theirs), Simulator.storage(theirs.blank()));
    long granule = monitor.granule(theirs);
    long pad = nest == 1 && guests == 1 ? granule : 0;
    if (nest > 1 && (own + nest * granule) * guests <= storage(monitor)) {
      pad = granule;
    }
    ControlProgram on = monitor;
    String name = "guest " + number;
    for (int depth = 1; depth < nest; depth++) {
      long with = own + (nest - depth) * pad;
      VirtualMachine between = admit(on, name + "." + depth, hosts, with, pad);
      on = ControlProgram.on(between, monitor.journal());
    }
    VirtualMachine virtual = admit(on, name, theirs, own, pad);
    Bare bare = Bare.of(theirs);
    for (Computer computer : List.of(bare, virtual)) {
      Programs.load(theirs, image, computer.state());
      preparation.prepare(theirs.machine(), computer.state());
    }
    return Lockstep.of(bare, virtual);
  }

  private long sizeFor(ControlProgram monitor, Simulator theirs) {
    if (!size.isEmpty()) {
      return Programs.number("--size", size);
    }
    if (!guestSet.isEmpty()) {
      return Simulator.storage(theirs.blank());
    }
    long granule = monitor.granule(theirs);
    long each = storage(monitor) / guests - nest * granule;
    return each / granule * granule;
  }

  private static long storage(ControlProgram monitor) {
    return Simulator.storage(monitor.host().state());
  }

  private VirtualMachine admit(
      ControlProgram on, String name, Simulator simulator, long cells, long from) {
    var kind = hybrid ? VirtualMachine.Kind.HYBRID : VirtualMachine.Kind.TRAP_AND_EMULATE;
    return on.admit(name, kind, simulator, cells, from)
        .orElseThrow(() ->
            Mistake.usage(
                "no room for "
                    + name
                    + ": "
                    + cells
                    + " cells of "
                    + storage(on)
                    + ", in multiples of "
                    + on.granule(simulator)));
  }

  private Exit run(ControlProgram monitor, List<Lockstep> pairs, Journal journal) {
    long limit = Programs.number("--steps", steps);
    long began = Terminal.milliseconds();
    Map<Lockstep, Lockstep.Outcome> outcomes = new LinkedHashMap<>();
    List<RoundRobin.Job> jobs = new ArrayList<>();
    for (Lockstep pair : pairs) {
      jobs.add(() -> {
        Lockstep.Outcome outcome = pair.run(limit - pair.steps());
        outcomes.put(pair, outcome);
        return Lockstep.goesOn(outcome) && pair.steps() < limit;
      });
    }
    RoundRobin.run(monitor, Programs.number("--slice", slice), jobs);
    journal.flush();
    long time = Math.max(1, Terminal.milliseconds() - began);
    Exit exit = Exit.OK;
    for (Lockstep pair : pairs) {
      exit = exit.or(show(pair, Optional.ofNullable(outcomes.get(pair))));
    }
    long all = pairs.stream().mapToLong(Lockstep::steps).sum();
    terminal.tell(all + " steps compared (" + all / time * 1000 + " steps/s)");
    return exit;
  }

  private Exit show(Lockstep pair, Optional<Lockstep.Outcome> outcome) {
    VirtualMachine virtual = pair.virtual();
    terminal.println(
        virtual.name()
            + "   cells "
            + virtual.region()
            + (virtual.owner().host() instanceof VirtualMachine below
                ? " of " + below.name()
                : ""));
    String printed = printed(pair.bare().state());
    if (!printed.isEmpty()) {
      terminal.println("  printed   " + printed);
    }
    Tally tally = virtual.tally();
    terminal.println(
        String.format(
            Locale.ROOT,
            "  %d steps: %.2f %% of instructions direct, %d emulated, %d interpreted;",
            pair.steps(),
            100 * tally.share(),
            tally.emulated(),
            tally.interpreted()));
    terminal.println(
        String.format(
            Locale.ROOT,
            "  %d traps reflected, %d interrupts, %.1f traps per thousand steps, %d slices",
            tally.reflected(),
            tally.interrupts(),
            tally.trapsPerThousand(),
            tally.slices()));
    return switch (outcome.orElseThrow()) {
      case Lockstep.Same _, Lockstep.Waits _ -> {
        terminal.println("  the same as on the bare machine so far");
        yield Exit.OK;
      }
      case Lockstep.Ended(var stop) -> {
        terminal.println(
            "  the same as on the bare machine, to its end: " + Lockstep.describe(stop));
        yield Exit.OK;
      }
      case Lockstep.Limited(var reason) -> {
        terminal.println("  reaches for more than it was given: " + reason);
        yield Exit.REFUTED;
      }
      case Lockstep.Different(var difference) -> {
        terminal.println("  NOT the same as on the bare machine");
        difference.report().forEach(line -> terminal.println("  " + line));
        yield Exit.REFUTED;
      }
    };
  }

  /// What was written, as characters; only the first if it is much.
  private static String printed(State state) {
    int most = 60;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(state.written(), most); i++) {
      int c = (int) (state.output(i).value().toLong() & 0x7f);
      text.append(c >= 0x20 && c < 0x7f ? (char) c : '.');
    }
    return text + (state.written() > most ? "…" : "");
  }
}
