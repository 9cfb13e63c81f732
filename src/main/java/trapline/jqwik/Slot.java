package trapline.jqwik;

import java.util.List;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.State;

/// A place of a state that holds one value.
///
///     Slot = Part(register, index, field) | Cell(memory, index) | Waiting(port)
sealed interface Slot {
  int width();

  Bits read(State state);

  void write(State state, Bits value);

  boolean hasRole(Role role);

  /// The cell that it is, or is a part of: what is counted to say how large a state is.
  Object cell();

  /// As in a description: `psw.mode`, `r[3]`, `E[16]`.
  String place();

  record Part(Register register, int index, Field field) implements Slot {
    private record Element(Register register, int index) {}

    @Override
    public int width() {
      return field.width();
    }

    @Override
    public Bits read(State state) {
      return state.register(register, index).extract(field.high(), field.low());
    }

    @Override
    public void write(State state, Bits value) {
      Bits whole = state.register(register, index);
      state.register(register, index, whole.insert(field.high(), field.low(), value));
    }

    @Override
    public boolean hasRole(Role role) {
      return field.hasRole(role);
    }

    @Override
    public Object cell() {
      return new Element(register, index);
    }

    @Override
    public String place() {
      return register.name()
          + (register.isFile() ? "[" + index + "]" : "")
          + (register.fields().size() == 1 ? "" : "." + field.name());
    }
  }

  record Cell(Memory memory, long index) implements Slot {
    @Override
    public int width() {
      return memory.width();
    }

    @Override
    public Bits read(State state) {
      return state.memory(memory, index);
    }

    @Override
    public void write(State state, Bits value) {
      state.memory(memory, index, value);
    }

    @Override
    public boolean hasRole(Role role) {
      return memory.role() == role;
    }

    @Override
    public Object cell() {
      return this;
    }

    @Override
    public String place() {
      return memory.name() + "[" + Long.toUnsignedString(index) + "]";
    }
  }

  /// What the next read of an input port takes; zero if nothing waits there, which reads as zero.
  record Waiting(Port port) implements Slot {
    @Override
    public int width() {
      return port.width();
    }

    @Override
    public Bits read(State state) {
      List<Bits> waiting = state.waiting(port);
      return waiting.isEmpty() ? Bits.zero(width()) : waiting.getFirst();
    }

    @Override
    public void write(State state, Bits value) {
      state.refill(port, value.isZero() ? List.of() : List.of(value));
    }

    @Override
    public boolean hasRole(Role role) {
      return role == Role.R;
    }

    @Override
    public Object cell() {
      return this;
    }

    @Override
    public String place() {
      return port.fullName();
    }
  }
}
