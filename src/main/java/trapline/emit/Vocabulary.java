package trapline.emit;

import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Encoding;
import trapline.isa.EnumType;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.TrapEntry;
import trapline.isa.TrapLine;
import trapline.isa.UnspecifiedFunction;

/// What everything in a machine is called in Java, and how its values are held there.
///
///     psw             a field                          psw.pc      psw_pc() and psw_pc(value)
///     r[a]            r(a) and r(a, value)             E[i]        E(i) and E(i, value)
///     console.rx      console_rx(), read_console_rx()  V[a]        E(V(a, LOAD))
///
/// A value of up to 64 bits is a `long`, unsigned; a wider one a `BigInteger`.
final class Vocabulary {
  /// What the files of every machine say themselves.
  private static final Set<String> OF_STATE =
      Set.of(
          "regionBase",
          "regionSize",
          "regionTables",
          "mappings",
          "walk",
          "isHalted",
          "host",
          "outputs",
          "Output",
          "undoing",
          "before",
          "wasHalted",
          "old",
          "next",
          "index",
          "rounds",
          "begin",
          "undo",
          "commit",
          "halt",
          "round",
          "cell",
          "reset",
          "take",
          "load",
          "save",
          "run",
          "tick",
          "interrupt",
          "Stop",
          "Kind",
          "write",
          "clone",
          "equals",
          "finalize",
          "getClass",
          "hashCode",
          "notify",
          "notifyAll",
          "toString",
          "wait",
          "i",
          "value",
          "that");

  private static final Set<String> OF_CODE =
      Set.of(
          "s",
          "fetch",
          "advance",
          "perform",
          "execute",
          "attempt",
          "enter",
          "due",
          "acknowledge",
          "after",
          "another",
          "index",
          "dispatch",
          "fetchUnit",
          "goesOn",
          "word",
          "clone",
          "equals",
          "finalize",
          "getClass",
          "hashCode",
          "notify",
          "notifyAll",
          "toString",
          "wait",
          "Trap",
          "Stopped",
          "Execute");

  /// What is said too where mappings are installed.
  private static final Set<String> OF_MAPPINGS =
      Set.of(
          "Mappings",
          "Missed",
          "Reference",
          "Entry",
          "clear",
          "completed",
          "entries",
          "entry",
          "fill",
          "from",
          "guest",
          "install",
          "isAsBefore",
          "isMappable",
          "isSet",
          "isStorable",
          "isWalkAsBefore",
          "lead",
          "leads",
          "look",
          "map",
          "missed",
          "own",
          "probed",
          "remove",
          "settle",
          "turn",
          "unmap");

  final Machine machine;
  final String packageName;
  private final boolean octal;
  private final Names state;
  private final Names code;

  Vocabulary(Machine machine) {
    this.machine = machine;
    packageName = Names.identifier(machine.name().toLowerCase(Locale.ROOT));
    int width = machine.fetch().unit().width();
    octal = width % 3 == 0 && width % 8 != 0;
    state =
        new Names(
            Stream.concat(OF_STATE.stream(), Words.NAMES.stream()).collect(Collectors.toSet()));
    machine.registers().forEach(this::of);
    machine.memories().forEach(this::of);
    Set<String> reserved =
        Stream.of(OF_CODE, Words.NAMES, hasMappings() ? OF_MAPPINGS : Set.<String>of())
            .flatMap(Set::stream)
            .collect(Collectors.toSet());
    code = new Names(reserved);
    for (Space space : machine.spaces()) {
      space.accessValues().keySet().forEach(access -> of(space, access));
    }
    machine.spaces().forEach(this::of);
    machine.instructions().forEach(this::of);
    of(machine.reserved());
  }

  static boolean isWide(int width) {
    return width > Long.SIZE;
  }

  static String type(int width) {
    return isWide(width) ? "BigInteger" : "long";
  }

  static String boxed(int width) {
    return isWide(width) ? "BigInteger" : "Long";
  }

  /// Whether the monitor keeps tables for each guest.
  boolean hasTables() {
    return machine.monitor().filter(m -> m.tables() > 0).isPresent();
  }

  private boolean hasMappings() {
    return machine.monitor().flatMap(Monitor::mapping).isPresent();
  }

  // Names of state.

  String of(Register register) {
    return state.of(register, register.name());
  }

  private record InRegister(Register register, Field field) {}

  /// The name of a field's accessors; a register that has no struct is its own field.
  String of(Register register, Field field) {
    return state.of(new InRegister(register, field), register.name() + "_" + field.name());
  }

  String of(Memory memory) {
    return state.of(memory, memory.name());
  }

  String of(Port port) {
    return state.of(port, port.device() + "_" + port.name());
  }

  private record Reading(Port port) {}

  /// The method that reads an input port and consumes what it read.
  String reading(Port port) {
    return state.of(new Reading(port), "read_" + port.device() + "_" + port.name());
  }

  private record Waiting(Port port) {}

  /// What waits at an input port.
  String waiting(Port port) {
    return state.of(new Waiting(port), "waiting_" + port.device() + "_" + port.name());
  }

  private record Cells(Memory memory) {}

  /// The array of a memory that each guest has whole.
  String cells(Memory memory) {
    return state.of(new Cells(memory), "cells_" + memory.name());
  }

  String of(UnspecifiedFunction function) {
    return state.of(function, function.name());
  }

  private record Enumerator(String type, String name) {}

  Optional<String> enumerator(EnumType type, Bits value) {
    return type.nameOf(value)
        .map(name -> state.of(new Enumerator(type.name(), name), type.name() + "_" + name));
  }

  /// The names of all enumerators that fields have.
  List<String> enumerators() {
    return machine.registers().stream()
        .flatMap(r -> r.fields().stream())
        .flatMap(f -> f.type().stream())
        .distinct()
        .flatMap(t -> t.values().values().stream().flatMap(v -> enumerator(t, v).stream()))
        .distinct()
        .toList();
  }

  // Names of code.

  String of(Function function) {
    return code.of(function, function.name());
  }

  String of(Space space) {
    return code.of(space, space.name());
  }

  String of(Instruction instruction) {
    return code.of(instruction, instruction.name());
  }

  private record Test(Instruction instruction, int encoding) {}

  /// The method that tells whether operands satisfy what an encoding asks of them.
  String test(Instruction instruction, Encoding encoding) {
    return code.of(
        new Test(instruction, instruction.encodings().indexOf(encoding)),
        "isEncoded_" + instruction.name());
  }

  String of(TrapEntry entry) {
    return code.of(entry, entry.name());
  }

  private record Predicate(Mode mode) {}

  String of(Mode mode) {
    return code.of(new Predicate(mode), "is_" + mode.name());
  }

  private record Acknowledgement(Cause cause) {}

  String acknowledgement(Cause cause) {
    return code.of(new Acknowledgement(cause), "acknowledge_" + cause.name());
  }

  private record Way(Space space, Access access) {}

  /// The constant that tells a space why storage is reached.
  String of(Space space, Access access) {
    boolean isOnly = machine.spaces().size() == 1;
    return code.of(
        new Way(space, access), isOnly ? access.name() : space.name() + "_" + access.name());
  }

  /// A scope of locals: of what a body can name, only constants are variables too.
  Names locals() {
    Set<String> constants = new LinkedHashSet<>(enumerators());
    constants.add("s");
    if (hasMappings()) {
      constants.addAll(OF_MAPPINGS);
    }
    for (Space space : machine.spaces()) {
      space.accessValues().keySet().forEach(access -> constants.add(of(space, access)));
    }
    return new Names(constants);
  }

  /// The name of a value of the parameter that tells a space why storage is reached.
  Optional<String> access(Local local, Bits value) {
    for (Space space : machine.spaces()) {
      if (space.access().filter(a -> a == local).isPresent() || isMapped(local)) {
        return space.accessValues().entrySet().stream()
            .filter(e -> e.getValue().equals(value))
            .map(e -> of(space, e.getKey()))
            .findFirst();
      }
    }
    return Optional.empty();
  }

  /// Whether it tells `map` what an address is mapped for.
  private boolean isMapped(Local local) {
    return machine
        .monitor()
        .flatMap(Monitor::mapping)
        .flatMap(Monitor.Mapping::access)
        .filter(a -> a == local)
        .isPresent();
  }

  String of(Cause cause) {
    return "Cause." + Names.identifier(cause.name());
  }

  // Values.

  /// Whether some cause has an argument of more than 64 bits.
  boolean hasWideArguments() {
    return machine.traps().stream()
        .flatMap(t -> t.cause().parameters().stream())
        .anyMatch(p -> isWide(p.width()));
  }

  String argumentType() {
    return hasWideArguments() ? "BigInteger" : "long";
  }

  String literal(Bits value) {
    BigInteger v = value.value();
    if (isWide(value.width())) {
      return v.signum() == 0
          ? "BigInteger.ZERO"
          : v.equals(BigInteger.ONE)
              ? "BigInteger.ONE"
              : "new BigInteger(\"" + v.toString(16) + "\", 16)";
    }
    String digits =
        v.bitLength() <= 3 || (!octal && v.bitLength() <= 8)
            ? v.toString()
            : octal ? "0" + v.toString(8) : "0x" + v.toString(16);
    return v.bitLength() > 31 ? digits + "L" : digits;
  }

  /// An encoding, always in the machine's own radix.
  String code(Bits value) {
    BigInteger v = value.value();
    String digits = v.toString(octal ? 8 : 16);
    int all = octal ? (value.width() + 2) / 3 : (value.width() + 3) / 4;
    return (octal ? "0" : "0x")
        + "0".repeat(all - digits.length())
        + digits
        + (v.bitLength() > 31 ? "L" : "");
  }

  // What belongs to what.

  List<TrapEntry> entries() {
    return machine.traps().stream().map(TrapLine::entry).distinct().toList();
  }

  List<Port> inputs() {
    return machine.ports().stream().filter(Port::isInput).toList();
  }

  /// The fields of a register that are worth accessors: none where it is one field.
  static List<Field> fields(Register register) {
    return register.fields().size() == 1
        ? List.of()
        : register.fields().stream().filter(f -> f.fixed().isEmpty()).toList();
  }

  Local word() {
    return machine.fetch().word();
  }
}
