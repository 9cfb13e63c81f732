package trapline.jqwik;

import java.math.BigInteger;
import trapline.bits.Bits;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.machine.State;

/// What a place that is named in text holds.
final class Places {
  private Places() {}

  static Bits read(State state, String place) {
    Machine machine = state.machine();
    int dot = place.lastIndexOf('.');
    String whole = dot < 0 ? place : place.substring(0, dot);
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        String indexed = register.isFile() ? register.name() + "[" + i + "]" : register.name();
        if (whole.equals(indexed) || whole.equals(register.elementName(i))) {
          Bits value = state.register(register, i);
          if (dot < 0) {
            return value;
          }
          for (Field field : register.fields()) {
            if (field.name().equals(place.substring(dot + 1))) {
              return value.extract(field.high(), field.low());
            }
          }
        }
      }
    }
    for (Memory memory : machine.memories()) {
      if (place.startsWith(memory.name() + "[") && place.endsWith("]")) {
        String index = place.substring(memory.name().length() + 1, place.length() - 1);
        if (index.matches("\\d{1,20}") && memory.has(new BigInteger(index))) {
          return state.memory(memory, Long.parseUnsignedLong(index));
        }
      }
    }
    throw new IllegalArgumentException("machine " + machine.name() + " has no '" + place + "'");
  }
}
