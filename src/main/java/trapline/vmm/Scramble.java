package trapline.vmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Field;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Random situations: storage full of instructions, registers of any content.
///
///     a cell       mostly an instruction with operands that are small, or any; else what some
///                  register of that width may hold, so that a saved state is found now and then; or
///                  any word
///     a register   field by field: as after reset, a small number, or anything
///
/// The same seed gives the same situations.
public final class Scramble {
  /// So many registers of a larger file, such as a disk, are drawn; the others are as after reset.
  private static final int MANY = 256;

  private final Simulator simulator;
  private final Machine machine;
  private final long cells;
  private final Random random;
  private final List<Instruction> instructions;
  private final State reset;
  private final List<Drawn> registers;

  /// The registers of a width.
  private final Map<Integer, List<Drawn>> alike;

  /// A register whose content is drawn; `ofProgram` if all of it is a program's own.
  private record Drawn(Register register, boolean ofProgram) {
    static Drawn of(Register register) {
      return new Drawn(
          register,
          register.fields().stream().allMatch(f -> f.hasRole(Role.E) || f.hasRole(Role.P)));
    }
  }

  private Scramble(Simulator simulator, long cells, Random random, List<Instruction> instructions) {
    this.simulator = simulator;
    this.cells = cells;
    this.random = random;
    this.instructions = instructions;
    machine = simulator.machine();
    reset = simulator.window(simulator.blank(), 0, 0);
    simulator.reset(reset);
    registers = machine.registers().stream().map(Drawn::of).toList();
    alike = registers.stream().collect(Collectors.groupingBy(d -> d.register.width()));
  }

  /// Situations that use the first `cells` cells, with instructions that `taken` accepts.
  public static Scramble of(
      Simulator simulator, long cells, long seed, Predicate<Instruction> taken) {
    List<Instruction> instructions =
        machineInstructions(simulator.machine()).stream().filter(taken).toList();
    return new Scramble(simulator, cells, new Random(seed), instructions);
  }

  private static List<Instruction> machineInstructions(Machine machine) {
    List<Instruction> all = new ArrayList<>(machine.instructions());
    all.add(machine.reserved());
    return all;
  }

  /// Makes `state` the next situation. What it has written stays.
  public void next(State state) {
    state.halted(false);
    state.takeRegisters(reset);
    for (Drawn drawn : registers) {
      int count = drawn.register.count();
      boolean isLarge = count > MANY;
      for (int n = 0; n < Math.min(count, MANY); n++) {
        int i = isLarge ? random.nextInt(count) : n;
        state.register(drawn.register, i, value(drawn, i));
      }
    }
    Optional<Memory> code = simulator.codec().storage();
    int word = machine.fetch().word().width();
    for (Memory memory : machine.memories()) {
      boolean holdsCode = code.filter(m -> m == memory).isPresent() && memory.width() == word;
      for (long i = 0; i < cells && memory.has(i); i++) {
        state.memory(
            memory,
            i,
            holdsCode && chance(75) && !instructions.isEmpty()
                ? instruction()
                : datum(memory.width()));
      }
    }
  }

  private Bits datum(int width) {
    List<Drawn> candidates = alike.getOrDefault(width, List.of());
    if (candidates.isEmpty() || chance(40)) {
      return any(width);
    }
    Drawn drawn = candidates.get(random.nextInt(candidates.size()));
    int index = random.nextInt(drawn.register.count());
    return chance(30) ? reset.register(drawn.register, index) : value(drawn, index);
  }

  private Bits value(Drawn drawn, int index) {
    Bits value = reset.register(drawn.register, index);
    for (Field field : drawn.register.fields()) {
      if (field.fixed().isEmpty() && (drawn.ofProgram || field.hasRole(Role.P) || chance(40))) {
        Bits wanted = field.hasRole(Role.P) ? small(field.width()) : any(field.width());
        value = value.insert(field.high(), field.low(), wanted);
      }
    }
    return value;
  }

  private Bits instruction() {
    Instruction instruction = instructions.get(random.nextInt(instructions.size()));
    Bits word = instruction.encoding().match();
    for (Encoding.Operand operand : instruction.encoding().operands()) {
      int width = operand.local().width();
      word = operand.encode(word, chance(60) ? small(width) : any(width));
    }
    return word;
  }

  private Bits any(int width) {
    return switch (random.nextInt(4)) {
      case 0 -> Bits.zero(width);
      case 1 -> small(width);
      default -> Bits.of(Math.min(width, 64), random.nextLong()).zext(width);
    };
  }

  private Bits small(int width) {
    long bound = Math.max(1, cells);
    long value = random.nextLong(bound);
    return Bits.of(Math.min(width, 64), value).zext(width);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
