package trapline.machine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;

/// A state as a value: what is not zero in it, and what waits at its inputs.
///
///     Snapshot = (registers, memory, inputs, halted, chosen)
///
/// Small when little is set, however large the machine, so that evidence can be kept, compared,
/// written down and read back. Elements, cells and inputs stand in the machine's own order. `chosen` is
/// what a run from here chooses where the architecture leaves it open. What has been written to
/// outputs is not part of it.
public record Snapshot(
    Map<Element, Bits> registers,
    Map<Memory, SortedMap<Long, Bits>> memory,
    Map<Port, List<Bits>> inputs,
    boolean halted,
    Chosen chosen) {
  /// Element `index` of `register`.
  public record Element(Register register, int index) {
    /// As in expressions: `psw`, `r[3]`.
    public String place() {
      return register.isFile() ? register.name() + "[" + index + "]" : register.name();
    }
  }

  public Snapshot {
    registers = Collections.unmodifiableMap(new LinkedHashMap<>(registers));
    memory = Collections.unmodifiableMap(new LinkedHashMap<>(memory));
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  public static Snapshot of(State state) {
    Machine machine = state.machine();
    Map<Element, Bits> registers = new LinkedHashMap<>();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        Bits value = state.register(register, i);
        if (!value.isZero()) {
          registers.put(new Element(register, i), value);
        }
      }
    }
    Map<Memory, SortedMap<Long, Bits>> memory = new LinkedHashMap<>();
    for (Memory storage : machine.memories()) {
      SortedMap<Long, Bits> cells = new TreeMap<>(state.nonzero(storage));
      if (!cells.isEmpty()) {
        memory.put(storage, cells);
      }
    }
    Map<Port, List<Bits>> inputs = new LinkedHashMap<>();
    for (Port port : machine.ports()) {
      if (port.isInput() && !state.waiting(port).isEmpty()) {
        inputs.put(port, List.copyOf(state.waiting(port)));
      }
    }
    return new Snapshot(registers, memory, inputs, state.halted(), Chosen.NOTHING);
  }

  /// A state that holds this and nothing else.
  public State toState(Simulator simulator) {
    State state = simulator.blank();
    registers.forEach(
        (element, value) -> state.register(element.register(), element.index(), value));
    memory.forEach(
        (storage, cells) -> cells.forEach((index, v) -> state.memory(storage, index, v)));
    inputs.forEach((port, values) -> values.forEach(value -> state.feed(port, value)));
    state.halted(halted);
    state.choose(chosen);
    return state;
  }

  /// The same state, from which a run chooses so.
  public Snapshot choosing(Chosen values) {
    return new Snapshot(registers, memory, inputs, halted, values);
  }

  public Bits register(Register register, int index) {
    return registers.getOrDefault(new Element(register, index), Bits.zero(register.width()));
  }

  public Bits memory(Memory storage, long index) {
    SortedMap<Long, Bits> cells = memory.get(storage);
    return cells == null
        ? Bits.zero(storage.width())
        : cells.getOrDefault(index, Bits.zero(storage.width()));
  }
}
