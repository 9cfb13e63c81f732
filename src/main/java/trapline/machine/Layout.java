package trapline.machine;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;

/// Where each element of a machine's state lies in the arrays of a [State].
///
/// Elements of up to 64 bits share one `long` array, wider ones one `BigInteger` array. A memory of
/// narrow cells is one array up to [#DENSE] cells, and pages made on demand beyond.
final class Layout {
  /// The number of cells up to which a memory is held in one array.
  static final long DENSE = 1L << 20;

  final Machine machine;
  private final boolean isSparse;
  final int narrowRegisters;
  final int wideRegisters;

  /// How many arguments a cause has at most; at least 1.
  final int arguments;

  private final Set<Memory> placed = new HashSet<>();
  private final Map<Register, Integer> registers = new HashMap<>();
  private final Map<Memory, Integer> memories = new HashMap<>();
  private final Map<Port, Integer> ports = new HashMap<>();
  private final Map<Cause, Integer> causes = new HashMap<>();

  Layout(Machine machine) {
    this(machine, false);
  }

  /// `isSparse`: no memory is held in one array, however small.
  Layout(Machine machine, boolean isSparse) {
    this.machine = machine;
    this.isSparse = isSparse;
    int narrow = 0;
    int wide = 0;
    for (Register register : machine.registers()) {
      if (isWide(register.width())) {
        registers.put(register, wide);
        wide += register.count();
      } else {
        registers.put(register, narrow);
        narrow += register.count();
      }
    }
    narrowRegisters = narrow;
    wideRegisters = wide;
    machine.spaces().forEach(s -> placed.add(s.memory()));
    machine.memories().forEach(m -> memories.put(m, memories.size()));
    machine.ports().forEach(p -> ports.put(p, ports.size()));
    machine.traps().forEach(t -> causes.put(t.cause(), causes.size()));
    arguments = causes.keySet().stream().mapToInt(c -> c.parameters().size()).reduce(1, Math::max);
  }

  static boolean isWide(int width) {
    return width > Long.SIZE;
  }

  /// Whether a memory is held in one array.
  boolean isDense(Memory memory) {
    return !isSparse
        && !isWide(memory.width())
        && memory.count().compareTo(BigInteger.valueOf(DENSE)) <= 0;
  }

  /// Whether `memory` is reached through a space, so that a monitor divides it among its guests.
  boolean isPlaced(Memory memory) {
    return placed.contains(memory);
  }

  /// The place of element 0 of `register` in its array.
  int offset(Register register) {
    return known(registers, register);
  }

  int number(Memory memory) {
    return known(memories, memory);
  }

  int number(Port port) {
    return known(ports, port);
  }

  int number(Cause cause) {
    return known(causes, cause);
  }

  /// `value` with the bits of fixed fields as they always are.
  static Bits settled(Register register, Bits value) {
    for (Field field : register.fields()) {
      if (field.fixed().isPresent()) {
        value = value.insert(field.high(), field.low(), field.fixed().get());
      }
    }
    return value;
  }

  static BigInteger unsigned(long value) {
    BigInteger low = BigInteger.valueOf(value);
    return value >= 0 ? low : low.add(BigInteger.ONE.shiftLeft(Long.SIZE));
  }

  private <T> int known(Map<T, Integer> numbers, T thing) {
    Integer number = numbers.get(thing);
    if (number == null) {
      throw new IllegalArgumentException(machine.name() + " has no " + thing);
    }
    return number;
  }
}
