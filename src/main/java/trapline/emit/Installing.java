package trapline.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.Statement;

/// What there is to know of a machine whose monitor installs mappings.
///
/// `read` are the fields of registers that the guest's translation depends on; `walks`, whether it
/// reads storage too; `inRegisters`, whether what is installed lies in registers, where another
/// guest's is put in its place.
record Installing(
    Monitor.Mapping mapping,
    Space space,
    Map<Register, Set<Field>> read,
    boolean walks,
    boolean inRegisters) {

  /// Nothing where translation is composed.
  ///
  /// @throws Emission.Refused where there is no way to write it
  static Optional<Installing> of(Machine machine) {
    return machine.monitor().flatMap(Monitor::mapping).map(m -> of(machine, m));
  }

  private static Installing of(Machine machine, Monitor.Mapping mapping) {
    if (machine.spaces().size() != 1) {
      throw new Emission.Refused(
          "its `vmm` block installs mappings (`map`), and it has more than one space to map in");
    }
    Space space = machine.spaces().getFirst();
    if (Vocabulary.isWide(space.address().width())) {
      throw new Emission.Refused("its addresses have more than 64 bits, and are mapped (`map`)");
    }
    Installing all =
        new Installing(
            mapping,
            space,
            read(space),
            all(List.of(space.body())).stream().anyMatch(Installing::walks),
            all(List.of(mapping.map().body())).stream()
                .anyMatch(b -> has(b, s -> s instanceof Statement.RegisterWrite)));
    for (Statement.Block block : all(all.blocks())) {
      all.refuse(machine, block);
    }
    return all;
  }

  /// What is written in the block.
  List<Statement.Block> blocks() {
    List<Statement.Block> blocks = new ArrayList<>();
    blocks.add(mapping.map().body());
    mapping.unmap().ifPresent(u -> blocks.add(u.body()));
    blocks.add(mapping.clear().body());
    return blocks;
  }

  private void refuse(Machine machine, Statement.Block block) {
    Walk.statements(
        block,
        s -> {
          if (s instanceof Statement.MemoryWrite(Memory memory, _, _)
              && !machine.isTranslated(memory)) {
            throw new Emission.Refused("`map` writes " + memory.name() + ", which is not divided");
          }
          if (s instanceof Statement.Raise
              || s instanceof Statement.Load
              || s instanceof Statement.Store
              || s instanceof Statement.Input
              || s instanceof Statement.Output) {
            throw new Emission.Refused("`map` does more than change registers and storage");
          }
          if (s instanceof Statement.Choose(var target, var constraint)
              && (constraint.isPresent()
                  || Vocabulary.isWide(target.width())
                  || !blocks().contains(block))) {
            throw new Emission.Refused(
                "`map` chooses `"
                    + target.name()
                    + "` (`any`) with a condition, in a function, or of more than 64 bits");
          }
        });
  }

  private static List<Statement.Block> all(List<Statement.Block> blocks) {
    List<Statement.Block> all = new ArrayList<>(blocks);
    Unspecified.calledBy(blocks).forEach(f -> all.add(f.body()));
    return all;
  }

  private interface Test {
    boolean holds(Statement statement);
  }

  private static boolean has(Statement.Block block, Test test) {
    boolean[] found = {false};
    Walk.statements(block, s -> found[0] |= test.holds(s));
    return found[0];
  }

  private static boolean walks(Statement.Block block) {
    return has(block, s -> s.expressions().stream().anyMatch(Installing::readsStorage));
  }

  private static boolean readsStorage(Expr expr) {
    return expr instanceof Expr.MemoryRead
        || expr.parts().stream().anyMatch(Installing::readsStorage);
  }

  private static Map<Register, Set<Field>> read(Space space) {
    Map<Register, Set<Field>> read = new LinkedHashMap<>();
    for (Statement.Block block : all(List.of(space.body()))) {
      Walk.statements(block, s -> s.expressions().forEach(e -> read(e, read)));
    }
    return read;
  }

  private static void read(Expr expr, Map<Register, Set<Field>> read) {
    switch (expr) {
      case Expr.Extract(Expr.RegisterRead(var register, var index), int high, int low) -> {
        read(register, high, low, read);
        read(index, read);
      }
      case Expr.RegisterRead(var register, var index) -> {
        read(register, register.width() - 1, 0, read);
        read(index, read);
      }
      default -> expr.parts().forEach(part -> read(part, read));
    }
  }

  private static void read(Register register, int high, int low, Map<Register, Set<Field>> read) {
    register.fields().stream()
        .filter(f -> f.fixed().isEmpty() && f.low() <= high && low <= f.high())
        .forEach(read.computeIfAbsent(register, _ -> new LinkedHashSet<>())::add);
  }
}
