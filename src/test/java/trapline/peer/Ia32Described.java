package trapline.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.machine.Event;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Steps of the described IA-32, twice: with what the manual leaves undefined all zeros, and all
/// ones. What depends on it is left open, and not compared.
///
/// With `entries`, a trap is entered; else it is told by its vector, as an operating system tells a
/// program.
final class Ia32Described implements Stepper {
  static final String VECTOR = "vector";
  static final String ERROR = "error";

  /// With the vector, which may be zero.
  static final int RAISED = 0x100;

  private final boolean entries;
  private final One zeros;
  private final One ones;

  Ia32Described(boolean entries) {
    this.entries = entries;
    zeros = new One(machine("Zeros"));
    ones = new One(machine("Ones"));
  }

  static Machine machine(String name) {
    Path file = Path.of("src/test/resources/machines/ia-32-open.isa");
    var loaded = Loader.load(List.of(file), List.of(Path.of("isa-specs/ia-32")));
    return LoaderFixture.machine(loaded, name, Map.of());
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) {
    List<Optional<Cells>> results = new ArrayList<>();
    for (Cells before : situations) {
      Optional<Cells> zero = zeros.step(before);
      Optional<Cells> one = ones.step(before);
      results.add(
          zero.isEmpty() || one.isEmpty()
              ? Optional.empty()
              : Optional.of(without(open(zero.get(), one.get()), zero.get())));
    }
    return results;
  }

  /// What the peer made of each, without what is open.
  Stepper decided(Stepper peer) {
    return situations -> {
      List<Optional<Cells>> theirs = peer.step(situations);
      List<Optional<Cells>> results = new ArrayList<>();
      for (int i = 0; i < situations.size(); i++) {
        Optional<Cells> zero = zeros.step(situations.get(i));
        Optional<Cells> one = ones.step(situations.get(i));
        results.add(
            zero.isEmpty() || one.isEmpty()
                ? theirs.get(i)
                : theirs.get(i).map(t -> without(open(zero.get(), one.get()), t)));
      }
      return results;
    };
  }

  private static Cells open(Cells zero, Cells one) {
    TreeMap<String, Long> bits = new TreeMap<>();
    one.values().forEach((name, value) -> bits.put(name, value ^ zero.at(name)));
    zero.values().forEach((name, value) -> bits.put(name, value ^ one.at(name)));
    return new Cells(bits);
  }

  private static Cells without(Cells open, Cells values) {
    TreeMap<String, Long> kept = new TreeMap<>(values.values());
    open.values().forEach((name, bits) -> kept.computeIfPresent(name, (_, v) -> v & ~bits));
    return new Cells(kept);
  }

  /// The described machine of one maker.
  private final class One {
    private final Simulator simulator;
    private final State state;
    private final Memory storage;
    private final Map<Integer, Long> held = new HashMap<>();

    One(Machine machine) {
      simulator = Simulator.of(machine);
      state = simulator.blank();
      storage = machine.memories().getFirst();
    }

    /// A state is large: one serves all trials. It forgets what is watched; nothing else is
    /// touched.
    Optional<Cells> step(Cells before) {
      for (Register r : simulator.machine().registers()) {
        for (int i = 0; i < r.count(); i++) {
          String name = r.count() == 1 ? r.name() : r.name() + "[" + i + "]";
          state.register(r, i, Bits.of(r.width(), before.at(name)));
        }
      }
      state.halted(false);
      simulator
          .machine()
          .ports()
          .forEach(p -> {
            if (p.fullName().equals("bus.answer")) {
              state.refill(p, List.of(Bits.zero(32)));
            }
          });
      for (int cell : Ia32Trials.cells()) {
        long value = before.at("E", cell);
        if (!Long.valueOf(value).equals(held.put(cell, value))) {
          state.memory(storage, cell, Bits.of(32, value));
        }
      }
      TreeMap<String, Long> after = new TreeMap<>(before.values());
      if (entries) {
        if (simulator.step(state) instanceof Event.Stopped || state.halted()) {
          return Optional.empty();
        }
      } else {
        switch (simulator.attempt(state)) {
          case Simulator.Result.Returned _ -> {}
          case Simulator.Result.Stopped _ -> {
            return Optional.empty();
          }
          case Simulator.Result.Trapped(var cause, var arguments) -> tell(after, cause, arguments);
        }
      }
      for (Register r : simulator.machine().registers()) {
        for (int i = 0; i < r.count(); i++) {
          String name = r.count() == 1 ? r.name() : r.name() + "[" + i + "]";
          if (Ia32Trials.isWatched(r.name()) && !after.containsKey(VECTOR)) {
            after.put(name, state.register(r, i).toLong());
          }
        }
      }
      for (int cell : Ia32Trials.cells()) {
        long value = state.memory(storage, cell).toLong();
        if (value != before.at("E", cell)) {
          held.put(cell, value);
          after.put("E[" + cell + "]", value);
        }
      }
      return Optional.of(Ia32Trials.visible(after));
    }

    private static void tell(TreeMap<String, Long> after, Cause cause, List<Bits> arguments) {
      if (cause.name().equals("interrupt")) {
        after.put(VECTOR, RAISED | arguments.get(0).toLong());
        after.put("eip", arguments.get(1).toLong());
      } else {
        after.put(VECTOR, RAISED | cause.code().toLong());
        after.put(ERROR, arguments.isEmpty() ? 0 : arguments.get(0).toLong());
      }
    }
  }
}
