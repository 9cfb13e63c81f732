package trapline.peer;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.machine.Event;
import trapline.machine.Simulator;
import trapline.machine.State;

/// One step of the described machine, from a [Situation] to a [Situation]. A user's core is all of
/// core, where it is, so that addresses mean what they mean to a peer without relocation.
final class Described {
  private final Simulator simulator;
  private final State state;
  private final Set<Integer> touched = new TreeSet<>();
  private final Register pcWord;
  private final Register accumulators;
  private final Register segments;
  private final Memory core;

  Described(Machine machine) {
    simulator = Simulator.of(machine);
    state = simulator.blank();
    pcWord = register(machine, "pcw");
    accumulators = register(machine, "ac");
    segments = register(machine, "seg");
    core = machine.memories().getFirst();
  }

  static Described load() {
    return new Described(Pdp10.machine());
  }

  private static Register register(Machine machine, String name) {
    return machine.registers().stream()
        .filter(register -> register.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /// A state is two megabytes: one serves all trials, and forgets what the last one can have
  /// touched.
  private void clear() {
    for (Register register : simulator.machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        state.register(register, i, Bits.zero(register.width()));
      }
    }
    touched.forEach(address -> state.memory(core, address, Bits.zero(36)));
    touched.clear();
    for (int address = Trials.FIRST; address <= Trials.LAST; address++) {
      touched.add(address);
    }
  }

  /// Empty where the machine stops.
  Optional<Situation> step(Situation before) {
    clear();
    state.register(pcWord, 0, Bits.of(36, ((long) before.flags() << 18) | before.pc()));
    state.register(segments, 0, Bits.of(36, 0377L << 28));
    before
        .storage()
        .forEach((address, word) -> {
          if (address < 16) {
            state.register(accumulators, address, Bits.of(36, word));
          } else {
            state.memory(core, address, Bits.of(36, word));
            touched.add(address);
          }
        });
    Event event = simulator.step(state);
    if (event instanceof Event.Stopped) {
      return Optional.empty();
    }
    TreeMap<Integer, Long> after = new TreeMap<>(before.storage());
    for (int a = 0; a < 16; a++) {
      after.put(a, state.register(accumulators, a).toLong());
    }
    for (int address : List.copyOf(before.storage().tailMap(16).keySet())) {
      after.put(address, state.memory(core, address).toLong());
    }
    for (int address = Trials.FIRST; address <= Trials.LAST; address++) {
      after.put(address, state.memory(core, address).toLong());
    }
    long word = state.register(pcWord, 0).toLong();
    return Optional.of(new Situation((int) (word & Situation.HALF), (int) (word >> 18), after));
  }
}
