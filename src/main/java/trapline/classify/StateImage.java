package trapline.classify;

import java.util.ArrayList;
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
import trapline.machine.Simulator;
import trapline.machine.State;

/// What a concrete state holds, by name: a snapshot that can be printed, stored and replayed.
///
/// `registers` has every element of every register; `cells` only the storage that is not zero;
/// `inputs` what waits at input ports, and `outputs` what has been written, in order.
public record StateImage(
    Map<String, List<Bits>> registers,
    Map<String, SortedMap<Long, Bits>> cells,
    Map<String, List<Bits>> inputs,
    List<Output> outputs,
    boolean halted) {

  public record Output(String port, Bits value) {}

  public static StateImage of(State state) {
    Machine machine = state.machine();
    Map<String, List<Bits>> registers = new LinkedHashMap<>();
    for (Register register : machine.registers()) {
      List<Bits> elements = new ArrayList<>();
      for (int i = 0; i < register.count(); i++) {
        elements.add(state.register(register, i));
      }
      registers.put(register.name(), elements);
    }
    Map<String, SortedMap<Long, Bits>> cells = new LinkedHashMap<>();
    for (Memory memory : machine.memories()) {
      cells.put(memory.name(), new TreeMap<>(state.nonzero(memory)));
    }
    Map<String, List<Bits>> inputs = new LinkedHashMap<>();
    for (Port port : machine.ports()) {
      if (port.isInput()) {
        inputs.put(port.fullName(), state.waiting(port));
      }
    }
    List<Output> outputs =
        state.outputs().stream().map(o -> new Output(o.port().fullName(), o.value())).toList();
    return new StateImage(registers, cells, inputs, outputs, state.halted());
  }

  /// The state of `simulator` that this is an image of. Names that its machine lacks are left out,
  /// values are taken in the machine's widths.
  public State toState(Simulator simulator) {
    State state = simulator.blank();
    Machine machine = simulator.machine();
    for (Register register : machine.registers()) {
      List<Bits> elements = registers.getOrDefault(register.name(), List.of());
      for (int i = 0; i < Math.min(elements.size(), register.count()); i++) {
        state.register(register, i, elements.get(i).zext(register.width()));
      }
    }
    for (Memory memory : machine.memories()) {
      cells
          .getOrDefault(memory.name(), new TreeMap<>())
          .forEach(
              (index, value) -> {
                if (index >= 0 && index < memory.count()) {
                  state.memory(memory, index, value.zext(memory.width()));
                }
              });
    }
    for (Port port : machine.ports()) {
      inputs
          .getOrDefault(port.fullName(), List.of())
          .forEach(value -> state.feed(port, value.zext(port.width())));
    }
    state.halted(halted);
    return state;
  }
}
