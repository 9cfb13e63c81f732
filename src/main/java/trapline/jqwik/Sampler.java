package trapline.jqwik;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.codec.Decoded;
import trapline.isa.Access;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.machine.Outcome;
import trapline.machine.State;
import trapline.machine.Translation;

/// Draws samples of one shape at random, with a liking for corners.
///
///     a state     as after reset with some slots changed, or anything; each mode as often as the others;
///                 operands name registers that hold something, registers hold addresses that lead somewhere
///     a value     0, 1, all ones, the top bit, all ones but it; a number that the description mentions; what
///                 another slot holds; each of these give or take one; else any
///     an input    something to read at every other port, else nothing
///     an operand  a small number, a corner, or any
///
/// Fields of an enumeration hold its values only.
final class Sampler {
  private static final int TRIES = 200;

  /// So many elements of a file are not drawn at once.
  private static final int MANY = 32;

  private final Workbench bench;
  private final Machine machine;
  private final Codec codec;
  private final Shape shape;
  private final List<Instruction> instructions;
  private final Set<String> rows;

  /// The same field of all elements of a file, so that large files are not drawn more often.
  private final List<List<Slot.Part>> fields;

  private final List<List<Slot.Part>> ends;
  private final List<Slot.Part> modes;
  private final Map<Slot, Bits> reset = new LinkedHashMap<>();

  Sampler(Workbench bench, Shape shape) {
    this.bench = bench;
    this.shape = shape;
    machine = bench.machine();
    codec = bench.bench().codec();
    rows = shape.classes().isEmpty() ? Set.of() : bench.rows(shape.classes());
    List<Instruction> all = new ArrayList<>(machine.instructions());
    all.add(machine.reserved());
    for (String name : shape.instructions()) {
      if (all.stream().noneMatch(i -> isNamed(i, name))) {
        throw new IllegalArgumentException(
            "machine " + machine.name() + " has no instruction '" + name + "'");
      }
    }
    shape.mode().ifPresent(this::mustBeMode);
    fields =
        List.copyOf(
            bench.parts().stream()
                .collect(
                    Collectors.groupingBy(
                        p -> List.of(p.register(), p.field()),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values());
    ends =
        fields.stream()
            .filter(f -> shape.apart().stream().anyMatch(f.getFirst()::hasRole))
            .toList();
    modes = bench.parts().stream().filter(p -> p.hasRole(Role.M)).toList();
    State after = bench.simulator().reset();
    bench
        .parts()
        .forEach(part -> {
          if (!part.read(after).isZero()) {
            reset.put(part, part.read(after));
          }
        });
    instructions =
        all.stream()
            .filter(
                i -> i != machine.reserved() || !shape.instructions().isEmpty() || mayBeReserved())
            .filter(i ->
                shape.instructions().isEmpty()
                    || shape.instructions().stream().anyMatch(name -> isNamed(i, name)))
            .filter(i -> rows.isEmpty() || i.rows().stream().anyMatch(r -> rows.contains(r.name())))
            .toList();
    if (instructions.isEmpty() || (rows.isEmpty() && !shape.classes().isEmpty())) {
      throw new IllegalArgumentException(
          "no instruction of " + machine.name() + " is such: " + shape);
    }
  }

  private void mustBeMode(String mode) {
    List<String> modes = machine.modes().stream().map(m -> m.name()).toList();
    if (!modes.contains(mode)) {
      throw new IllegalArgumentException(
          "machine " + machine.name() + " has no mode '" + mode + "', but " + modes);
    }
  }

  /// Not every machine has words that are no instruction.
  private boolean mayBeReserved() {
    Random random = new Random(1);
    for (int i = 0; i < TRIES; i++) {
      if (codec.number(any(machine.fetch().word().width(), random)) == codec.size()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNamed(Instruction instruction, String name) {
    return instruction.name().equals(name)
        || instruction.rows().stream().anyMatch(r -> r.name().equals(name));
  }

  Sample next(Random random) {
    List<Decoded> program = program(random);
    Map<Slot, Bits> values = new LinkedHashMap<>();
    if (random.nextBoolean()) {
      values.putAll(reset);
      for (int more = 1 + random.nextInt(4); more > 0; more--) {
        Slot.Part part = any(fields, random);
        values.put(part, value(part, values, random));
      }
    } else {
      for (List<Slot.Part> field : fields) {
        for (int more = (field.size() + 3) / 4; more > 0 && more < MANY; more--) {
          Slot.Part part = field.get(random.nextInt(field.size()));
          values.put(part, value(part, values, random));
        }
      }
    }
    named(program, values, random);
    mode(values, random);
    storage(program, values, random);
    waiting(values, random);
    Map<Slot, Bits> apart = new LinkedHashMap<>();
    for (int more = 1 + random.nextInt(2); more > 0 && !ends.isEmpty(); more--) {
      Slot.Part part = any(ends, random);
      apart.put(part, value(part, values, random));
    }
    return new Sample(values, program, apart);
  }

  private static Slot.Part any(List<List<Slot.Part>> fields, Random random) {
    List<Slot.Part> field = fields.get(random.nextInt(fields.size()));
    return field.get(random.nextInt(field.size()));
  }

  /// Registers of files that operands name mostly hold something.
  private void named(List<Decoded> program, Map<Slot, Bits> values, Random random) {
    Set<BigInteger> named = new HashSet<>();
    program.forEach(d -> d.operands().values().forEach(v -> named.add(v.value())));
    for (Slot.Part part : bench.parts()) {
      if (part.register().isFile()
          && named.contains(BigInteger.valueOf(part.index()))
          && random.nextInt(4) > 0) {
        values.put(part, value(part, values, random));
      }
    }
  }

  private void mode(Map<Slot, Bits> values, Random random) {
    String mode =
        shape
            .mode()
            .orElseGet(() -> machine.modes().get(random.nextInt(machine.modes().size())).name());
    for (int i = 0; i < TRIES; i++) {
      State state = bench.simulator().blank();
      values.forEach((slot, value) -> slot.write(state, value));
      if (bench.modes(state).contains(mode)) {
        return;
      }
      modes.forEach(p -> values.put(p, value(p, values, random)));
    }
  }

  /// Some cells that are near where the program may look.
  private void storage(List<Decoded> program, Map<Slot, Bits> values, Random random) {
    State state = bench.simulator().blank();
    values.forEach((slot, value) -> slot.write(state, value));
    for (int more = random.nextInt(5); more > 0 && !machine.memories().isEmpty(); more--) {
      Memory memory = machine.memories().get(random.nextInt(machine.memories().size()));
      index(memory, state, program, values, random)
          .ifPresent(index -> {
            Slot.Cell cell = new Slot.Cell(memory, index);
            values.put(cell, value(cell, values, random));
          });
    }
  }

  /// Every other input port has something to read.
  private void waiting(Map<Slot, Bits> values, Random random) {
    for (Port port : machine.ports()) {
      if (port.isInput() && random.nextBoolean()) {
        Slot.Waiting first = new Slot.Waiting(port);
        values.put(first, value(first, values, random));
      }
    }
  }

  private Optional<Long> index(
      Memory memory, State state, List<Decoded> program, Map<Slot, Bits> values, Random random) {
    if (random.nextInt(4) == 0) {
      Bits corner = corner(Math.max(1, memory.indexWidth()), Map.of(), random);
      return Optional.of(corner.toLong()).filter(memory::has);
    }
    List<Space> spaces = machine.spaces().stream().filter(s -> s.memory() == memory).toList();
    List<Bits> near = new ArrayList<>();
    program.forEach(d -> near.addAll(d.operands().values()));
    values.values().forEach(near::add);
    near.removeIf(Bits::isZero);
    BigInteger address =
        near.isEmpty() ? BigInteger.ZERO : near.get(random.nextInt(near.size())).value();
    address = address.add(BigInteger.valueOf(random.nextInt(3)));
    if (spaces.isEmpty() || random.nextInt(4) == 0) {
      return Optional.of(address).filter(memory::has).map(BigInteger::longValue);
    }
    Space space = spaces.get(random.nextInt(spaces.size()));
    Bits wrapped = Bits.wrap(space.address().width(), address);
    return bench.simulator().translation(state, space, wrapped, Access.LOAD)
            instanceof Translation.Reached(long index)
        ? Optional.of(index)
        : Optional.empty();
  }

  private Bits value(Slot slot, Map<Slot, Bits> values, Random random) {
    if (slot instanceof Slot.Part part && part.field().type().isPresent()) {
      List<Bits> all = List.copyOf(part.field().type().get().values().values());
      return all.get(random.nextInt(all.size()));
    }
    return switch (random.nextInt(10)) {
      case 0, 1 -> Bits.zero(slot.width());
      case 2, 3 -> any(slot.width(), random);
      default -> corner(slot.width(), values, random);
    };
  }

  private Bits corner(int width, Map<Slot, Bits> values, Random random) {
    Bits one = Bits.wrap(width, BigInteger.ONE);
    Bits near =
        switch (random.nextInt(8)) {
          case 0 -> Bits.zero(width);
          case 1 -> Bits.ones(width);
          case 2 -> Bits.zero(width).insert(width - 1, width - 1, Bits.TRUE);
          case 3 -> Bits.ones(width).lshr(one);
          case 4 ->
              Bits.of(Math.min(width, 8), random.nextInt(1 << Math.min(width, 8))).zext(width);
          case 5, 6 -> oneOf(bench.constants(), width, random);
          default -> oneOf(values.values(), width, random);
        };
    return switch (random.nextInt(4)) {
      case 0 -> near.add(one);
      case 1 -> near.sub(one);
      default -> near;
    };
  }

  private static Bits oneOf(java.util.Collection<Bits> some, int width, Random random) {
    List<Bits> fitting = some.stream().filter(b -> b.value().bitLength() <= width).toList();
    return fitting.isEmpty()
        ? Bits.zero(width)
        : new Bits(width, fitting.get(random.nextInt(fitting.size())).value());
  }

  private static Bits any(int width, Random random) {
    return new Bits(width, new BigInteger(width, random));
  }

  List<Decoded> program(Random random) {
    List<Decoded> program = new ArrayList<>();
    int length = shape.shortest() + random.nextInt(shape.longest() - shape.shortest() + 1);
    while (program.size() < length) {
      program.add(instruction(random));
    }
    return program;
  }

  private Decoded instruction(Random random) {
    for (int i = 0; i < TRIES; i++) {
      Instruction instruction = instructions.get(random.nextInt(instructions.size()));
      List<Instruction.Row> all = instruction.rows().stream().filter(this::isWanted).toList();
      if (!all.isEmpty()) {
        Map<Local, Bits> operands = new LinkedHashMap<>();
        for (Encoding.Operand operand : instruction.encoding().operands()) {
          operands.put(operand.local(), operand(operand.local().width(), random));
        }
        operands.putAll(all.get(random.nextInt(all.size())).fixed());
        Decoded decoded = new Decoded(instruction, operands);
        if (isWanted(decoded)) {
          return decoded;
        }
      }
    }
    throw new IllegalArgumentException(
        "no instruction of " + machine.name() + " is such: " + shape);
  }

  private Bits operand(int width, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> corner(width, Map.of(), random);
      case 1 -> any(width, random);
      default -> Bits.wrap(width, BigInteger.valueOf(random.nextInt(8)));
    };
  }

  private boolean isWanted(Instruction.Row row) {
    return rows.isEmpty() || rows.contains(row.name());
  }

  /// Whether it is an instruction of this shape at all.
  boolean isWanted(Decoded decoded) {
    Bits word = codec.encode(decoded.instruction(), decoded.operands());
    Decoded again = codec.decode(word);
    Optional<Instruction.Row> row = bench.row(decoded);
    return again.instruction() == decoded.instruction()
        && again.operands().equals(decoded.operands())
        && row.filter(this::isWanted).isPresent()
        && (shape.instructions().isEmpty()
            || shape.instructions().contains(decoded.instruction().name())
            || shape.instructions().contains(row.orElseThrow().name()))
        && beginsSo(word);
  }

  private boolean beginsSo(Bits word) {
    String bits = shape.encoded().replace(" ", "");
    for (int i = 0; i < bits.length() && i < word.width(); i++) {
      char wanted = bits.charAt(i);
      if (wanted != 'x' && (wanted == '1') != word.bit(word.width() - 1 - i)) {
        return false;
      }
    }
    return true;
  }

  /// The same with P and R as after reset, where programs can be fetched.
  Sample atReset(Sample sample) {
    Map<Slot, Bits> values = new LinkedHashMap<>(sample.values());
    values.keySet().removeIf(Sampler::isControl);
    reset.forEach((slot, value) -> {
      if (isControl(slot)) {
        values.put(slot, value);
      }
    });
    return new Sample(values, sample.program(), sample.apart());
  }

  /// What is left, or the end of it, where the first instruction leads; nothing if that does not
  /// complete.
  Stream<Sample> begun(Sample sample) {
    List<Decoded> program = sample.program();
    if (program.size() == 1) {
      return Stream.empty();
    }
    Decoded first = program.getFirst();
    State state = bench.simulator().blank();
    sample.write(state);
    Bits word = codec.encode(first.instruction(), first.operands());
    if (!(bench.simulator().execute(state, word) instanceof Outcome.Completed)) {
      return Stream.empty();
    }
    Map<Slot, Bits> values = values(state);
    return IntStream.range(1, program.size())
        .map(i -> program.size() - i)
        .mapToObj(i -> new Sample(values, program.subList(i, program.size()), sample.apart()));
  }

  private Map<Slot, Bits> values(State state) {
    List<Slot> slots = new ArrayList<>(bench.parts());
    machine
        .memories()
        .forEach(m -> state.nonzero(m).keySet().forEach(i -> slots.add(new Slot.Cell(m, i))));
    machine.ports().stream()
        .filter(Port::isInput)
        .forEach(port -> slots.add(new Slot.Waiting(port)));
    Map<Slot, Bits> values = new LinkedHashMap<>();
    slots.forEach(slot -> values.put(slot, slot.read(state)));
    return values;
  }

  private static boolean isControl(Slot slot) {
    return slot instanceof Slot.Part && (slot.hasRole(Role.P) || slot.hasRole(Role.R));
  }

  /// Whether a smaller sample is still of the shape.
  boolean isWanted(Sample sample) {
    return sample.program().size() >= shape.shortest()
        && sample.program().stream().allMatch(this::isWanted)
        && sample.values().entrySet().stream().allMatch(e -> isNamed(e.getKey(), e.getValue()))
        && sample.apart().entrySet().stream().allMatch(e -> isNamed(e.getKey(), e.getValue()));
  }

  private static boolean isNamed(Slot slot, Bits value) {
    return !(slot instanceof Slot.Part part)
        || part.field().type().map(t -> t.nameOf(value).isPresent()).orElse(true);
  }
}
