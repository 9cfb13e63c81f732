package trapline.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;

/// Where each element of a machine's state lies: in an array of values, one per slot, and, for
/// machines tiny enough, in one packed word.
///
///     slots = register elements, memory cells, input ports     in the order of declaration
///     code  = the bits of all slots that are not fixed, lowest slot lowest
///
/// An input port is one slot: what it holds.
final class Layout {
  /// One element of the state. `free` are the bits that are not fixed, `fixed` the value of the
  /// others.
  record Slot(String name, int width, long free, long fixed, int at) {
    int bits() {
      return Long.bitCount(free);
    }
  }

  final Machine machine;
  final List<Slot> slots = new ArrayList<>();
  private final Map<Register, Integer> registers = new LinkedHashMap<>();
  private final Map<Memory, Integer> memories = new LinkedHashMap<>();
  private final Map<Port, Integer> ports = new LinkedHashMap<>();
  private int bits;

  Layout(Machine machine) {
    this.machine = machine;
    for (Register r : machine.registers()) {
      registers.put(r, slots.size());
      long free = 0;
      long fixed = 0;
      for (Field f : r.fields()) {
        if (f.role().isPresent()) {
          free |= mask(f.width()) << f.low();
        } else {
          fixed |= f.fixed().map(b -> b.toLong()).orElse(0L) << f.low();
        }
      }
      for (int i = 0; i < r.count(); i++) {
        add(r.elementName(i), r.width(), free, fixed);
      }
    }
    for (Memory m : machine.memories()) {
      memories.put(m, slots.size());
      for (int i = 0; i < m.count().intValueExact(); i++) {
        add(m.name() + "[" + i + "]", m.width(), mask(m.width()), 0);
      }
    }
    for (Port p : machine.ports()) {
      if (p.isInput()) {
        ports.put(p, slots.size());
        add(p.fullName(), p.width(), mask(p.width()), 0);
      }
    }
  }

  private void add(String name, int width, long free, long fixed) {
    slots.add(new Slot(name, width, free, fixed, bits));
    bits += Long.bitCount(free);
  }

  static long mask(int width) {
    if (width > 63) {
      throw new UnsupportedOperationException(width + " bits: the oracle is for tiny machines");
    }
    return (1L << width) - 1;
  }

  /// How many bits a state has.
  int bits() {
    return bits;
  }

  int slot(Register register, int index) {
    return registers.get(register) + index;
  }

  int slot(Memory memory, int index) {
    return memories.get(memory) + index;
  }

  int slot(Port port) {
    return ports.get(port);
  }

  /// The state with this code, running, nothing output or consumed.
  Cells unpack(int code) {
    long[] values = new long[slots.size()];
    for (int i = 0; i < values.length; i++) {
      Slot s = slots.get(i);
      values[i] = s.fixed | Long.expand(code >>> s.at, s.free);
    }
    return new Cells(values);
  }

  int pack(Cells cells) {
    int code = 0;
    for (int i = 0; i < slots.size(); i++) {
      Slot s = slots.get(i);
      code |= (int) Long.compress(cells.values[i], s.free) << s.at;
    }
    return code;
  }

  /// The bits of the code in which bits `within` of a slot lie.
  int bitsOf(int slot, long within) {
    Slot s = slots.get(slot);
    return (int) Long.compress(within, s.free) << s.at;
  }

  int bitsOf(Register register, long within) {
    int mask = 0;
    for (int i = 0; i < register.count(); i++) {
      mask |= bitsOf(slot(register, i), within);
    }
    return mask;
  }

  int bitsOf(Memory memory) {
    int mask = 0;
    for (int i = 0; i < memory.count().intValueExact(); i++) {
      mask |= bitsOf(slot(memory, i), mask(memory.width()));
    }
    return mask;
  }

  int bitsOf(Port port) {
    return bitsOf(slot(port), mask(port.width()));
  }

  /// All bits of a role, storage of that role included.
  int bitsOf(Role role) {
    int mask = 0;
    for (Register r : machine.registers()) {
      mask |= bitsOf(r, r.mask(role).toLong());
    }
    for (Memory m : machine.memories()) {
      if (m.role() == role) {
        mask |= bitsOf(m);
      }
    }
    return mask;
  }

  /// The state as a person reads it: `psw.mode=1 r0=2 E[0]=3`, zeros included.
  String show(int code) {
    var text = new StringBuilder();
    Cells cells = unpack(code);
    for (Register r : machine.registers()) {
      for (int i = 0; i < r.count(); i++) {
        long value = cells.values[slot(r, i)];
        if (r.fields().size() == 1) {
          text.append(r.elementName(i)).append('=').append(value).append(' ');
          continue;
        }
        for (Field f : r.fields()) {
          if (f.role().isPresent()) {
            text.append(r.elementName(i)).append('.').append(f.name()).append('=');
            text.append(value >>> f.low() & mask(f.width())).append(' ');
          }
        }
      }
    }
    for (Memory m : machine.memories()) {
      text.append(m.name()).append("=[");
      for (int i = 0; i < m.count().intValueExact(); i++) {
        text.append(i == 0 ? "" : " ").append(cells.values[slot(m, i)]);
      }
      text.append("] ");
    }
    for (Port p : ports.keySet()) {
      text.append(p.fullName()).append('=').append(cells.values[slot(p)]).append(' ');
    }
    return text.toString().strip();
  }
}
