package trapline.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /// The situations stepped last, of which a peer's results are told too, and what became of them.
  private List<Cells> last = List.of();

  private List<Outcome> outcomes = List.of();

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
    return outcomes(situations).stream()
        .map(o -> o.stops() ? Optional.<Cells>empty() : o.zero.map(o::decided))
        .toList();
  }

  /// What the peer made of each, without what is open.
  Stepper decided(Stepper peer) {
    return situations -> {
      List<Optional<Cells>> theirs = peer.step(situations);
      List<Outcome> ours = outcomes(situations);
      List<Optional<Cells>> results = new ArrayList<>();
      for (int i = 0; i < situations.size(); i++) {
        Outcome outcome = ours.get(i);
        results.add(outcome.stops() ? theirs.get(i) : theirs.get(i).map(outcome::decided));
      }
      return results;
    };
  }

  private List<Outcome> outcomes(List<Cells> situations) {
    if (situations != last) {
      outcomes = situations.stream().map(s -> new Outcome(zeros.step(s), ones.step(s))).toList();
      last = situations;
    }
    return outcomes;
  }

  private record Outcome(Optional<Cells> zero, Optional<Cells> one) {
    boolean stops() {
      return zero.isEmpty() || one.isEmpty();
    }

    /// Without the bits that are open.
    Cells decided(Cells after) {
      Cells a = zero.orElseThrow();
      Cells b = one.orElseThrow();
      Map<String, Long> kept = new HashMap<>();
      a.apart(b).forEach(name -> kept.put(name, after.at(name) & ~(a.at(name) ^ b.at(name))));
      return after.with(kept);
    }
  }

  private record Place(Register register, int index, String name) {}

  /// The described machine of one maker.
  private final class One {
    private final Simulator simulator;
    private final State state;
    private final Memory storage;
    private final List<Place> registers = new ArrayList<>();

    /// Of which the state holds the storage.
    private Cells held = Cells.NOTHING;

    One(Machine machine) {
      simulator = Simulator.confined(machine); // which notes what is written
      state = simulator.blank();
      storage = machine.memories().getFirst();
      for (Register r : machine.registers()) {
        for (int i = 0; i < r.count(); i++) {
          registers.add(new Place(r, i, r.count() == 1 ? r.name() : Cells.element(r.name(), i)));
        }
      }
    }

    /// A state is large: one serves all trials. It forgets what is watched; nothing else is
    /// touched.
    Optional<Cells> step(Cells before) {
      enter(before);
      Map<String, Long> after = new HashMap<>();
      boolean stops;
      if (entries) {
        stops = simulator.step(state) instanceof Event.Stopped || state.halted();
      } else {
        Simulator.Result result = simulator.attempt(state);
        stops = result instanceof Simulator.Result.Stopped;
        if (result instanceof Simulator.Result.Trapped(var cause, var arguments)) {
          tell(after, cause, arguments);
        }
      }
      if (after.isEmpty()) {
        registers.stream()
            .filter(p -> Ia32Trials.isWatched(p.register.name()))
            .forEach(p -> after.put(p.name, state.register(p.register, p.index).toLong()));
      }
      for (long cell : state.writes().orElseThrow()) {
        String name = Ia32Trials.cells().get(cell);
        if (name != null) {
          after.put(name, state.memory(storage, cell).toLong());
        }
      }
      held = before.with(after);
      return stops ? Optional.empty() : Optional.of(Ia32Trials.visible(held));
    }

    private void enter(Cells before) {
      for (Place p : registers) {
        state.register(p.register, p.index, Bits.of(p.register.width(), before.at(p.name)));
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
      Ia32Trials.cells()
          .forEach((cell, name) -> {
            long value = before.at(name);
            if (value != held.at(name)) {
              state.memory(storage, cell, Bits.of(32, value));
            }
          });
      state.forgetWrites();
    }

    private static void tell(Map<String, Long> after, Cause cause, List<Bits> arguments) {
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
