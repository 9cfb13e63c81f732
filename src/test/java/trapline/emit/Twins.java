package trapline.emit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.StatePrinter;
import trapline.vmm.Bare;
import trapline.vmm.Computer;
import trapline.vmm.ControlProgram;
import trapline.vmm.Journal;
import trapline.vmm.Region;
import trapline.vmm.Stop;
import trapline.vmm.Tally;
import trapline.vmm.VirtualMachine;

/// The same guest under the built-in monitor and under the emitted one, step by step.
public final class Twins {
  private static final int WHOLE = 1024;

  private final Machine machine;
  private final Simulator simulator;
  private final Computer host;
  private final Computer emittedHost;
  private final ControlProgram program;
  private final VirtualMachine builtIn;
  private final EmittedMonitor emitted;
  private final State shown;
  private long steps;
  private int written;

  public Twins(
      Simulator simulator,
      EmittedMonitor.Classes classes,
      VirtualMachine.Kind kind,
      Region region) {
    this(simulator, classes, kind, region, () -> Bare.of(simulator));
  }

  /// On hosts of that kind: bare, or virtual.
  public Twins(
      Simulator simulator,
      EmittedMonitor.Classes classes,
      VirtualMachine.Kind kind,
      Region region,
      Supplier<Computer> hosts) {
    this.simulator = simulator;
    machine = simulator.machine();
    host = hosts.get();
    emittedHost = hosts.get();
    program = ControlProgram.on(host, new Journal());
    builtIn = program.admit("guest", kind, simulator, region).orElseThrow();
    emitted = EmittedMonitor.of(classes, simulator, emittedHost, region);
    shown = simulator.blank();
  }

  /// The guest of the built-in monitor; what is put there goes to the other with [#give].
  public State state() {
    return builtIn.state();
  }

  public Tally tally() {
    return builtIn.tally();
  }

  public long steps() {
    return steps;
  }

  /// The host of either, so that both start alike.
  public List<State> hosts() {
    return List.of(host.state(), emittedHost.state());
  }

  public List<String> outputs() {
    return emitted.outputs();
  }

  /// Gives the emitted monitor's guest what the built-in one's holds.
  public void give() {
    emitted.give(builtIn.state());
    for (Memory memory : machine.memories()) {
      if (machine.isTranslated(memory)) {
        host.state().nonzero(memory);
        for (long i = 0; memory.has(i) && i < Simulator.storage(host.state()); i++) {
          Bits value = host.state().memory(memory, i);
          if (!value.equals(emittedHost.state().memory(memory, i))) {
            emittedHost.state().memory(memory, i, value);
          }
        }
      }
    }
  }

  public void slice(long length) {
    program.slice(length);
    emitted.slice(length);
  }

  /// What differs after at most so many steps; empty if nothing does. Ends early where both do.
  public Optional<String> run(long most) {
    for (long i = 0; i < most; i++) {
      host.state().forgetWrites();
      emittedHost.state().forgetWrites();
      long[] before = counts();
      Stop wanted = builtIn.step();
      String expected = expected(wanted, before);
      EmittedMonitor.Step got = emitted.step();
      steps++;
      List<String> differences = new ArrayList<>();
      String actual = actual(got);
      if (!expected.equals(actual)) {
        differences.add(expected + " / " + actual + " " + got.reason());
      }
      boolean stops = wanted instanceof Stop.Stopped;
      if (!stops || differences.isEmpty()) {
        compare(differences, stops);
      }
      if (!differences.isEmpty()) {
        return Optional.of("after step " + steps + ": " + String.join("\n  ", differences));
      }
      if (stops || wanted instanceof Stop.Halted) {
        return Optional.empty();
      }
      if (wanted == Stop.PREEMPTED) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private long[] counts() {
    Tally t = builtIn.tally();
    return new long[] {t.direct(), t.emulated(), t.interpreted()};
  }

  private String expected(Stop stop, long[] before) {
    return switch (stop) {
      case Stop.Done _ -> {
        long[] now = counts();
        yield now[0] > before[0] ? "DIRECT" : now[1] > before[1] ? "EMULATED" : "INTERPRETED";
      }
      case Stop.Preempted _ -> "PREEMPTED";
      case Stop.Trapped(var cause, var arguments) ->
          "REFLECTED " + cause.name() + arguments.stream().map(Bits::value).toList();
      case Stop.Interrupted(var cause) -> "INTERRUPTED " + cause.name() + List.of();
      case Stop.Halted _ -> "HALTED";
      case Stop.Stopped _ -> "STOPPED";
    };
  }

  private static String actual(EmittedMonitor.Step step) {
    List<BigInteger> arguments = step.arguments();
    return step.kind() + (step.cause().isEmpty() ? "" : " " + step.cause() + arguments);
  }

  /// `stopped`: where a description makes no promise, a step need not have come to its end.
  private void compare(List<String> differences, boolean stopped) {
    if (stopped) {
      return;
    }
    emitted.show(shown);
    if (!shown.agreesInRegisters(builtIn.state())) {
      StatePrinter printer = new StatePrinter(machine);
      machine
          .registers()
          .forEach(r -> {
            for (int i = 0; i < r.count(); i++) {
              if (!shown.register(r, i).equals(builtIn.state().register(r, i))) {
                differences.add(
                    r.elementName(i)
                        + ": "
                        + printer.value(builtIn.state(), r, i)
                        + " / "
                        + printer.value(shown, r, i));
              }
            }
          });
      if (shown.halted() != builtIn.state().halted()) {
        differences.add("halted");
      }
    }
    for (Memory memory : machine.memories()) {
      if (!machine.isTranslated(memory)
          && !shown.nonzero(memory).equals(builtIn.state().nonzero(memory))) {
        differences.add(memory.name());
      }
    }
    storage(differences);
    int now = builtIn.state().written();
    if (now != emitted.outputs().size()) {
      differences.add("outputs: " + now + " / " + emitted.outputs().size());
    } else if (now > written) {
      for (int i = written; i < now; i++) {
        State.Output output = builtIn.state().output(i);
        String wanted =
            "Output[port=" + output.port().fullName() + ", value=" + output.value().value() + "]";
        if (!wanted.equals(emitted.outputs().get(i))) {
          differences.add(wanted + " / " + emitted.outputs().get(i));
        }
      }
      written = now;
    }
    for (Port port : machine.ports()) {
      if (port.isInput() && builtIn.state().waits(port) != emitted.waits(port)) {
        differences.add(port.fullName());
      }
    }
  }

  private void storage(List<String> differences) {
    Optional<long[]> one = host.state().writes();
    Optional<long[]> two = emittedHost.state().writes();
    long cells = Simulator.storage(host.state());
    if (one.isEmpty() || two.isEmpty() || (steps % WHOLE == 0 && cells <= WHOLE)) {
      for (long i = 0; i < cells; i++) {
        cell(i, differences);
      }
      return;
    }
    for (long i : one.get()) {
      cell(i, differences);
    }
    for (long i : two.get()) {
      cell(i, differences);
    }
  }

  private void cell(long index, List<String> differences) {
    if (!host.state().agreesAt(emittedHost.state(), index)) {
      differences.add("real cell " + index);
    }
  }

  /// The instruction about to be executed, for messages.
  public String next() {
    return simulator.fetched(builtIn.state()).toHex();
  }
}
