package trapline.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import trapline.bits.Bits;
import trapline.codec.Image;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.State;

/// How a program begins: the options that place it and set what it finds.
final class Preparation {
  @Option(
      names = "--at",
      paramLabel = "ADDRESS",
      defaultValue = "0",
      description = "Where the program begins in physical storage. Default: 0.")
  String at = "0";

  @Option(
      names = "--start",
      paramLabel = "ADDRESS",
      description = "Where execution begins. Default: as after reset.")
  String start = "";

  @Option(
      names = "--let",
      paramLabel = "PLACE=V",
      description = "Sets a register or cell first: --let r1=5, --let 'E[100]=7'.")
  Map<String, String> places = new LinkedHashMap<>();

  @Option(
      names = "--feed",
      paramLabel = "PORT=V,V",
      description = "Values that wait at an input port.")
  Map<String, String> fed = new LinkedHashMap<>();

  @Option(
      names = "--type",
      paramLabel = "PORT=TEXT",
      description = "Characters that wait at an input port; with bit 8 set where the port has one.")
  Map<String, String> typed = new LinkedHashMap<>();

  /// The options, as one would type them.
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (!at.equals("0")) {
      words.addAll(List.of("--at", at));
    }
    if (!start.isEmpty()) {
      words.addAll(List.of("--start", start));
    }
    places.forEach((place, value) -> words.addAll(List.of("--let", place + "=" + value)));
    fed.forEach((port, values) -> words.addAll(List.of("--feed", port + "=" + values)));
    typed.forEach((port, text) -> words.addAll(List.of("--type", port + "=" + text)));
    return words;
  }

  Image assemble(Terminal terminal, Machine machine, Path program) throws IOException {
    return Programs.assemble(terminal, machine, program, Programs.number("--at", at));
  }

  /// Sets what the options say, in a state that has the program.
  void prepare(Machine machine, State state) {
    if (!start.isEmpty()) {
      setStart(machine, state, Programs.big("--start", start));
    }
    places.forEach((place, value) -> set(machine, state, place, Programs.big("--let", value)));
    fed.forEach((name, values) -> {
      Port port = input(machine, name);
      for (String value : values.split(",", -1)) {
        state.feed(port, fitting("--feed", port.width(), Programs.big("--feed", value)));
      }
    });
    typed.forEach((name, text) -> {
      Port port = input(machine, name);
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        state.feed(port, Bits.of(port.width(), port.width() > 8 ? 0x100 | (b & 0xff) : b & 0xff));
      }
    });
  }

  private static void setStart(Machine machine, State state, BigInteger address) {
    for (Register register : machine.registers()) {
      for (Field field : register.fields()) {
        if (field.hasRole(Role.P) && !register.isFile()) {
          Bits value = fitting("--start", field.width(), address);
          state.register(
              register, state.register(register).insert(field.high(), field.low(), value));
          return;
        }
      }
    }
    throw Mistake.usage("--start: machine " + machine.name() + " has no program counter");
  }

  private static void set(Machine machine, State state, String place, BigInteger value) {
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        String indexed = register.isFile() ? register.name() + "[" + i + "]" : register.name();
        if (place.equals(register.elementName(i)) || place.equals(indexed)) {
          state.register(register, i, fitting("--let " + place, register.width(), value));
          return;
        }
      }
    }
    int bracket = place.indexOf('[');
    if (bracket > 0 && place.endsWith("]")) {
      for (Memory memory : machine.memories()) {
        if (memory.name().equals(place.substring(0, bracket))) {
          BigInteger index =
              Programs.big("--let " + place, place.substring(bracket + 1, place.length() - 1));
          if (!memory.has(index)) {
            throw Mistake.usage(
                "--let: " + memory.name() + " has only " + memory.count() + " cells");
          }
          state.memory(memory, index.longValue(), fitting("--let " + place, memory.width(), value));
          return;
        }
      }
    }
    List<String> names = new ArrayList<>();
    machine.registers().forEach(r -> names.add(r.elementName(0)));
    throw Mistake.usage(
        "--let: no register or cell '" + place + "'" + Sentences.didYouMean(place, names));
  }

  private static Port input(Machine machine, String name) {
    List<String> names =
        machine.ports().stream().filter(Port::isInput).map(Port::fullName).toList();
    return machine.ports().stream()
        .filter(p -> p.isInput() && p.fullName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Mistake.usage(
                "no input port '"
                    + name
                    + "'"
                    + (names.isEmpty()
                        ? "; the machine has none"
                        : " (there is " + String.join(", ", names) + ")")));
  }

  private static Bits fitting(String option, int width, BigInteger value) {
    if (value.bitLength() > width) {
      throw Mistake.usage(option + ": " + value + " does not fit " + width + " bits");
    }
    return new Bits(width, value);
  }
}
