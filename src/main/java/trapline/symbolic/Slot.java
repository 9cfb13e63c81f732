package trapline.symbolic;

import trapline.isa.Field;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.smt.Sort;

/// A piece of machine state that has one term as its value.
public sealed interface Slot {
  String name();

  Sort sort();

  /// Whether it is memory of role E.
  default boolean isStorage() {
    return this instanceof OfMemory(var memory) && memory.role() == Role.E;
  }

  /// A field of a register; an array over the elements when the register is a file.
  record OfField(Register register, Field field) implements Slot {
    @Override
    public String name() {
      return register.fields().size() == 1 ? register.name() : register.name() + "." + field.name();
    }

    @Override
    public Sort sort() {
      return register.isFile()
          ? new Sort.Array(register.indexWidth(), field.width())
          : new Sort.BitVector(field.width());
    }
  }

  /// Physical storage.
  record OfMemory(Memory memory) implements Slot {
    @Override
    public String name() {
      return memory.name();
    }

    @Override
    public Sort sort() {
      return new Sort.Array(memory.indexWidth(), memory.width());
    }
  }

  /// Storage as the running program sees it through a space, by its own addresses: the window. Kept
  /// beside physical storage: it is what the state looks like to one who never sees R.
  record OfWindow(Space space) implements Slot {
    @Override
    public String name() {
      return "window " + space.name();
    }

    @Override
    public Sort sort() {
      return new Sort.Array(space.address().width(), space.memory().width());
    }
  }

  /// How many values of an input port have been consumed, or written to an output port.
  record OfPosition(Port port) implements Slot {
    static final int WIDTH = 8;

    @Override
    public String name() {
      return port.fullName() + " position";
    }

    @Override
    public Sort sort() {
      return new Sort.BitVector(WIDTH);
    }
  }

  /// The values of a port by position: to come on an input, written on an output.
  record OfStream(Port port) implements Slot {
    @Override
    public String name() {
      return port.fullName();
    }

    @Override
    public Sort sort() {
      return new Sort.Array(OfPosition.WIDTH, port.width());
    }
  }

  /// Whether the processor has stopped.
  record OfHalt() implements Slot {
    @Override
    public String name() {
      return "halted";
    }

    @Override
    public Sort sort() {
      return new Sort.BitVector(1);
    }
  }
}
