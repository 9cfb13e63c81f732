package trapline.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;

/// State as a person reads it: fields by name, enumerators by name, numbers in the machine's radix.
///
///     psw = (mode=U, ie=1, pc=0x010, base=0, bound=0x200)
///
/// Numbers below ten are decimal; others octal on machines whose words suit it, else hexadecimal.
public final class StatePrinter {
  private final Machine machine;
  private final boolean octal;

  public StatePrinter(Machine machine) {
    this.machine = machine;
    int width = machine.fetch().word().width();
    octal = width % 3 == 0 && width % 8 != 0;
  }

  public String number(Bits value) {
    if (value.value().bitLength() <= 3) {
      return value.value().toString();
    }
    return octal ? "0o" + value.value().toString(8) : "0x" + value.value().toString(16);
  }

  /// An enumerator's name where the field has a type, else a number.
  public String value(Field field, Bits value) {
    return field.type().flatMap(t -> t.nameOf(value)).orElseGet(() -> number(value));
  }

  /// The value of an element through its fields: `(mode=U, pc=0x010)`, or just a value when the
  /// register has no struct. Fixed fields are left out.
  public String value(Register register, Bits value) {
    List<Field> fields = register.fields().stream().filter(f -> f.fixed().isEmpty()).toList();
    if (fields.isEmpty()) {
      return number(value);
    }
    if (register.fields().size() == 1) {
      return value(fields.getFirst(), value);
    }
    return fields.stream()
        .map(f -> f.name() + "=" + value(f, value.extract(f.high(), f.low())))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  public String value(State state, Register register, int index) {
    return value(register, state.register(register, index));
  }

  /// One line per register element, nonzero cell and port that holds something.
  public List<String> lines(State state) {
    var lines = new ArrayList<String>();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        if (!register.isFile() || !state.register(register, i).isZero()) {
          lines.add(register.elementName(i) + " = " + value(state, register, i));
        }
      }
    }
    for (Memory memory : machine.memories()) {
      state
          .nonzero(memory)
          .forEach((index, cell) ->
              lines.add(memory.name() + "[" + index(memory, index) + "] = " + number(cell)));
    }
    for (Port port : machine.ports()) {
      if (port.isInput() && !state.waiting(port).isEmpty()) {
        lines.add(
            port.fullName()
                + " = "
                + state.waiting(port).stream().map(this::number).collect(Collectors.joining(", ")));
      }
    }
    for (State.Output output : state.outputs()) {
      lines.add(output.port().fullName() + " <- " + number(output.value()));
    }
    if (state.halted()) {
      lines.add("halted");
    }
    return lines;
  }

  /// What differs between the two states, a line each: `r1: 3 -> 4`.
  public List<String> differences(State before, State after) {
    var lines = new ArrayList<String>();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        Bits old = before.register(register, i);
        Bits now = after.register(register, i);
        if (!old.equals(now)) {
          differences(register, i, old, now, lines);
        }
      }
    }
    for (Memory memory : machine.memories()) {
      var old = before.nonzero(memory);
      var now = after.nonzero(memory);
      var indices = new java.util.TreeSet<Long>(Long::compareUnsigned);
      indices.addAll(old.keySet());
      indices.addAll(now.keySet());
      for (long index : indices) {
        Bits was = old.getOrDefault(index, Bits.zero(memory.width()));
        Bits is = now.getOrDefault(index, Bits.zero(memory.width()));
        if (!was.equals(is)) {
          lines.add(
              memory.name()
                  + "["
                  + index(memory, index)
                  + "]: "
                  + number(was)
                  + " -> "
                  + number(is));
        }
      }
    }
    for (Port port : machine.ports()) {
      if (port.isInput() && !before.waiting(port).equals(after.waiting(port))) {
        lines.add(port.fullName() + ": " + before.waiting(port) + " -> " + after.waiting(port));
      }
    }
    for (var output :
        after
            .outputs()
            .subList(
                Math.min(before.outputs().size(), after.outputs().size()),
                after.outputs().size())) {
      lines.add(output.port().fullName() + " <- " + number(output.value()));
    }
    if (before.halted() != after.halted()) {
      lines.add(after.halted() ? "halts" : "runs");
    }
    return lines;
  }

  private void differences(Register register, int index, Bits old, Bits now, List<String> lines) {
    if (register.fields().size() <= 1) {
      lines.add(
          register.elementName(index)
              + ": "
              + value(register, old)
              + " -> "
              + value(register, now));
      return;
    }
    for (Field field : register.fields()) {
      Bits was = old.extract(field.high(), field.low());
      Bits is = now.extract(field.high(), field.low());
      if (!was.equals(is)) {
        lines.add(
            register.elementName(index)
                + "."
                + field.name()
                + ": "
                + value(field, was)
                + " -> "
                + value(field, is));
      }
    }
  }

  private String index(Memory memory, long index) {
    return number(Bits.of(Math.max(memory.indexWidth(), 1), index));
  }
}
