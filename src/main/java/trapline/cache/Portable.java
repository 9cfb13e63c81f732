package trapline.cache;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.classify.Witness;
import trapline.isa.Cause;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Space;

/// Findings as JSON, with the parts of their machine by name; and back, in the machine at hand.
///
///     register, memory, port, cause, mode, space           its name
///     instruction, row                                     its name
///     bits                                                 "width:hexadecimal"
///     record                                               {component: …}, and "is" if it is a case
///     optional, list, set                                  [ … ]
///     map                                                  [[key, value] …]
///     witness                                              written once, then its number
///
/// Read off the records themselves, as [Content] is: no other place knows what an entry holds.
final class Portable {
  private final Map<String, Instruction> instructions = new HashMap<>();
  private final Map<String, Instruction.Row> rows = new HashMap<>();
  private final Map<String, Register> registers = new HashMap<>();
  private final Map<String, Memory> memories = new HashMap<>();
  private final Map<String, Port> ports = new HashMap<>();
  private final Map<String, Cause> causes = new HashMap<>();
  private final Map<String, Mode> modes = new HashMap<>();
  private final Map<String, Space> spaces = new HashMap<>();

  Portable(Machine machine) {
    machine.instructions().forEach(this::know);
    know(machine.reserved());
    machine.registers().forEach(r -> registers.put(r.name(), r));
    machine.memories().forEach(m -> memories.put(m.name(), m));
    machine.ports().forEach(p -> ports.put(p.fullName(), p));
    machine.traps().forEach(t -> causes.put(t.cause().name(), t.cause()));
    machine.modes().forEach(m -> modes.put(m.name(), m));
    machine.spaces().forEach(s -> spaces.put(s.name(), s));
  }

  private void know(Instruction instruction) {
    instructions.put(instruction.name(), instruction);
    instruction.rows().forEach(row -> rows.put(row.name(), row));
  }

  JsonElement write(Record value) {
    return new Writer().write(value, value.getClass());
  }

  /// @throws RuntimeException of any kind, when that is not such a value of this machine
  <T> T read(JsonElement json, Class<T> type) {
    return type.cast(new Reader().read(json, type));
  }

  private static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      default -> throw new IllegalArgumentException("no values of " + type);
    };
  }

  private static Type argument(Type type, int i) {
    return ((ParameterizedType) type).getActualTypeArguments()[i];
  }

  private static final class Writer {
    private final Map<Witness, Integer> witnesses = new LinkedHashMap<>();

    JsonElement write(@Nullable Object value, Type type) {
      return switch (value) {
        case Instruction instruction -> new JsonPrimitive(instruction.name());
        case Instruction.Row row -> new JsonPrimitive(row.name());
        case Register register -> new JsonPrimitive(register.name());
        case Memory memory -> new JsonPrimitive(memory.name());
        case Port port -> new JsonPrimitive(port.fullName());
        case Cause cause -> new JsonPrimitive(cause.name());
        case Mode mode -> new JsonPrimitive(mode.name());
        case Space space -> new JsonPrimitive(space.name());
        case Bits bits -> new JsonPrimitive(bits.width() + ":" + bits.value().toString(16));
        case String text -> new JsonPrimitive(text);
        case Boolean truth -> new JsonPrimitive(truth);
        case BigInteger number -> new JsonPrimitive(number.toString());
        case Integer number -> new JsonPrimitive(number);
        case Long number -> new JsonPrimitive(number.toString());
        case Enum<?> constant -> new JsonPrimitive(constant.name());
        case Optional<?> optional -> all(optional.stream().toList(), argument(type, 0));
        case List<?> list -> all(list, argument(type, 0));
        case Set<?> set -> all(set, argument(type, 0));
        case Map<?, ?> map -> {
          JsonArray json = new JsonArray();
          map.forEach((k, v) -> {
            JsonArray pair = new JsonArray();
            pair.add(write(k, argument(type, 0)));
            pair.add(write(v, argument(type, 1)));
            json.add(pair);
          });
          yield json;
        }
        case Witness witness -> {
          Integer number = witnesses.putIfAbsent(witness, witnesses.size());
          yield number == null ? record(witness, type) : new JsonPrimitive(number);
        }
        case Record record -> record(record, type);
        case null, default ->
            throw new IllegalArgumentException(
                "not portable: " + (value == null ? "nothing" : value.getClass()));
      };
    }

    private JsonArray all(Iterable<?> values, Type type) {
      JsonArray json = new JsonArray();
      values.forEach(v -> json.add(write(v, type)));
      return json;
    }

    private JsonObject record(Record record, Type type) {
      JsonObject json = new JsonObject();
      if (raw(type) != record.getClass()) {
        json.addProperty("is", record.getClass().getSimpleName());
      }
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        json.add(
            component.getName(),
            write(Content.value(record, component), component.getGenericType()));
      }
      return json;
    }
  }

  private final class Reader {
    private final List<Witness> witnesses = new ArrayList<>();

    Object read(JsonElement json, Type type) {
      Class<?> raw = raw(type);
      if (raw == Instruction.class) {
        return known(instructions, json);
      } else if (raw == Instruction.Row.class) {
        return known(rows, json);
      } else if (raw == Register.class) {
        return known(registers, json);
      } else if (raw == Memory.class) {
        return known(memories, json);
      } else if (raw == Port.class) {
        return known(ports, json);
      } else if (raw == Cause.class) {
        return known(causes, json);
      } else if (raw == Mode.class) {
        return known(modes, json);
      } else if (raw == Space.class) {
        return known(spaces, json);
      } else if (raw == Bits.class) {
        String[] parts = json.getAsString().split(":", 2);
        return new Bits(Integer.parseInt(parts[0]), new BigInteger(parts[1], 16));
      } else if (raw == String.class) {
        return json.getAsString();
      } else if (raw == boolean.class || raw == Boolean.class) {
        return json.getAsBoolean();
      } else if (raw == int.class || raw == Integer.class) {
        return json.getAsInt();
      } else if (raw == long.class || raw == Long.class) {
        return Long.valueOf(json.getAsString());
      } else if (raw == BigInteger.class) {
        return new BigInteger(json.getAsString());
      } else if (raw.isEnum()) {
        return constant(raw, json.getAsString());
      } else if (raw == Optional.class) {
        return all(json, argument(type, 0)).stream().findFirst();
      } else if (raw == List.class) {
        return List.copyOf(all(json, argument(type, 0)));
      } else if (raw == Set.class) {
        return new LinkedHashSet<>(all(json, argument(type, 0)));
      } else if (raw == Map.class || raw == SortedMap.class) {
        return map(json, type, raw);
      } else if (raw == Witness.class && json.isJsonPrimitive()) {
        return witnesses.get(json.getAsInt());
      } else {
        return record(json.getAsJsonObject(), raw);
      }
    }

    private List<Object> all(JsonElement json, Type type) {
      List<Object> values = new ArrayList<>();
      json.getAsJsonArray().forEach(v -> values.add(read(v, type)));
      return values;
    }

    private Map<Object, Object> map(JsonElement json, Type type, Class<?> raw) {
      Map<Object, Object> map =
          raw == SortedMap.class && argument(type, 0) == Long.class
              ? new TreeMap<>((a, b) -> Long.compareUnsigned((Long) a, (Long) b))
              : new LinkedHashMap<>();
      for (JsonElement pair : json.getAsJsonArray()) {
        map.put(
            read(pair.getAsJsonArray().get(0), argument(type, 0)),
            read(pair.getAsJsonArray().get(1), argument(type, 1)));
      }
      return map;
    }

    private Object record(JsonObject json, Class<?> declared) {
      int place = witnesses.size();
      Class<?> type = declared;
      if (json.has("is")) {
        String name = json.get("is").getAsString();
        type =
            cases(declared).filter(c -> c.getSimpleName().equals(name)).findFirst().orElseThrow();
      }
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = read(json.get(components[i].getName()), components[i].getGenericType());
      }
      try {
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        Object made = constructor.newInstance(values);
        if (made instanceof Witness witness) {
          witnesses.add(place, witness);
        }
        return made;
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + json, e);
      }
    }

    private java.util.stream.Stream<Class<?>> cases(Class<?> type) {
      Class<?>[] permitted = type.getPermittedSubclasses();
      return permitted == null
          ? java.util.stream.Stream.of(type)
          : java.util.Arrays.stream(permitted).flatMap(this::cases);
    }

    private <T> T known(Map<String, T> all, JsonElement name) {
      T found = all.get(name.getAsString());
      if (found == null) {
        throw new IllegalArgumentException("there is no " + name);
      }
      return found;
    }

    private Object constant(Class<?> type, String name) {
      for (Object constant : type.getEnumConstants()) {
        if (constant instanceof Enum<?> e && e.name().equals(name)) {
          return constant;
        }
      }
      throw new IllegalArgumentException("no " + type.getSimpleName() + " " + name);
    }
  }
}
