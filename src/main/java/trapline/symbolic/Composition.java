package trapline.symbolic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Monitor;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;

/// The map f: from a virtual state to the real state in which a monitor runs it, by the `vmm` block.
///
///     M           what `run` says, or anything in the real mode of the virtual one
///     R           what `run` and `shadow` say; what is `virtual` is the monitor's own in reality
///     settings    what is to be configured: one value for all states
///     E, P        as in the virtual state
///     no f        where the monitor interprets: `interpret when`
///     storage     virtual cell i is real cell base + i, for i < size; all else is the monitor's, its
///                 tables for the guest from `tables` on among it, and registers of devices
///
/// What the block does not mention is loaded as it is. `constraints` hold for every real state;
/// where cells correspond is asserted by whoever asks, at the cells in question.
///
/// Source: Popek and Goldberg 1974, p. 417 (the VM map); the block is `language.md` 4.9.
public record Composition(
    SymbolicState virtual,
    SymbolicState real,
    Term base,
    Term size,
    Term tables,
    List<Term> settings,
    List<Term> constraints) {

  private static final String MARK = " (real)";
  private static final String SETTING = "setting ";

  /// The machine must have a `vmm` block.
  public static Composition of(Terms terms, SymbolicState virtual) {
    Layout layout = virtual.layout();
    Machine machine = layout.machine();
    Monitor monitor = machine.monitor().orElseThrow();
    Term base = variable(terms, "region base", monitor.regionBase());
    Term size = variable(terms, "region size", monitor.regionSize());
    Term tables = variable(terms, "region tables", monitor.regionTables());
    Map<Local, Term> region = new LinkedHashMap<>();
    region.put(monitor.regionBase(), base);
    region.put(monitor.regionSize(), size);
    region.put(monitor.regionTables(), tables);

    SymbolicState real = virtual.copy();
    List<Term> settings = new ArrayList<>();
    for (int i = 0; i < layout.slots().size(); i++) {
      Slot slot = layout.slots().get(i);
      if (isSetting(monitor, slot)) {
        Term setting = terms.variable(SETTING + slot.name(), slot.sort());
        settings.add(setting);
        real.set(i, setting);
      } else if (isMonitors(machine, monitor, slot)) {
        real.set(i, terms.variable(slot.name() + MARK, slot.sort()));
      }
    }
    monitor.run().forEach(a -> assign(terms, virtual, real, a, region));
    monitor.shadow().forEach(a -> assign(terms, virtual, real, a, region));

    List<Term> constraints = new ArrayList<>();
    constraints.add(Executor.value(terms, monitor.where(), real, region));
    constraints.add(terms.not(Executor.value(terms, monitor.interpret(), virtual, region)));
    for (Monitor.Level level : monitor.levels()) {
      constraints.add(
          terms.implies(
              Executor.value(terms, level.virtual().holds(), virtual, Map.of()),
              Executor.value(terms, level.real().holds(), real, Map.of())));
    }
    for (Memory memory : placed(machine)) {
      int width = Math.max(base.width(), memory.indexWidth()) + 2;
      constraints.add(
          terms.ule(
              terms.add(terms.zext(base, width), terms.zext(size, width)),
              terms.constant(new Bits(width, memory.count()))));
      constraints.addAll(withoutDevices(terms, machine, memory, base, size));
    }
    if (monitor.tables() > 0) {
      constraints.addAll(apart(terms, machine, base, size, tables, monitor.tables()));
    }
    return new Composition(
        virtual, real, base, size, tables, List.copyOf(settings), List.copyOf(constraints));
  }

  /// That the monitor's tables are in storage, and not the guest's.
  private static List<Term> apart(
      Terms terms, Machine machine, Term base, Term size, Term tables, long cells) {
    int width = 2 + base.width() + Long.SIZE - Long.numberOfLeadingZeros(cells);
    Term first = terms.zext(tables, width);
    Term end = terms.add(first, terms.constant(Bits.of(width, cells)));
    Term from = terms.zext(base, width);
    List<Term> all = new ArrayList<>();
    all.add(
        terms.or(terms.ule(end, from), terms.ule(terms.add(from, terms.zext(size, width)), first)));
    for (Memory memory : placed(machine)) {
      int wide = Math.max(width, memory.indexWidth() + 2);
      all.add(terms.ule(terms.zext(end, wide), terms.constant(new Bits(wide, memory.count()))));
      all.addAll(
          withoutDevices(terms, machine, memory, tables, terms.constant(Bits.of(width, cells))));
    }
    return all;
  }

  /// That no register of a device is among so many cells.
  private static List<Term> withoutDevices(
      Terms terms, Machine machine, Memory memory, Term first, Term cells) {
    int width = Math.max(Math.max(first.width(), cells.width()), memory.indexWidth()) + 2;
    return machine.devices(memory).stream()
        .map(device -> {
          Term offset =
              terms.sub(
                  terms.constant(new Bits(width, device.index().value())),
                  terms.zext(first, width));
          return terms.not(terms.ult(offset, terms.zext(cells, width)));
        })
        .toList();
  }

  /// Whether `real` leads the address where `virtual` does, or nowhere.
  ///
  ///     V translates it in `real`, to the real cell c   =>
  ///       V translates it in `virtual`, to a cell v < size that is no device's, and c = base + v
  public Term isRight(
      Terms terms,
      SymbolicState virtual,
      SymbolicState real,
      Space space,
      Term address,
      Access access) {
    Translation there = Translation.of(real, terms, space, address, access);
    Translation here = Translation.of(virtual, terms, space, address, access);
    Translation placed = real(terms, here.index());
    return terms.implies(
        there.translates(),
        terms.and(
            List.of(
                here.translates(),
                terms.not(isDevice(terms, space.memory(), here.index())),
                placed.translates(),
                terms.eq(placed.index(), there.index()))));
  }

  /// Whether the virtual cell is a register of a device, which no real one stands for.
  public Term isDevice(Terms terms, Memory memory, Term index) {
    return Executor.isOneOf(terms, virtual.layout().machine().devices(memory), index);
  }

  /// Whether the monitor may put into the real slot what it likes, while a guest runs.
  boolean isFree(Slot slot) {
    Monitor monitor = virtual.layout().machine().monitor().orElseThrow();
    return slot instanceof Slot.OfField(var register, Field field)
        && Monitor.covers(monitor.virtual(), register, field)
        && java.util.stream.Stream.concat(monitor.run().stream(), monitor.shadow().stream())
            .noneMatch(a -> a.meets(register, field.high(), field.low()));
  }

  /// The memories that are divided among guests: those that a space translates to.
  public static List<Memory> placed(Machine machine) {
    return machine.memories().stream().filter(machine::isTranslated).toList();
  }

  /// The real cell of virtual cell `index`, and whether the guest has it.
  public Translation real(Terms terms, Term index) {
    int width = wide(index);
    Term wide = terms.zext(index, width);
    Term sum = terms.add(wide, terms.zext(base, width));
    return new Translation(
        terms.ult(wide, terms.zext(size, width)), terms.extract(sum, index.width() - 1, 0));
  }

  /// The virtual cell of real cell `index`, and whether it is the guest's.
  public Translation virtual(Terms terms, Term index) {
    int width = wide(index);
    Term wide = terms.zext(index, width);
    Term offset = terms.sub(wide, terms.zext(base, width));
    Term inside =
        terms.and(
            terms.ule(terms.zext(base, width), wide), terms.ult(offset, terms.zext(size, width)));
    return new Translation(inside, terms.extract(offset, index.width() - 1, 0));
  }

  private int wide(Term index) {
    return Math.max(index.width(), base.width()) + 2;
  }

  private static Term variable(Terms terms, String name, Local local) {
    return terms.variable(name, new Sort.BitVector(local.width()));
  }

  /// Whether the real slot holds the monitor's own value, not the guest's.
  private static boolean isMonitors(Machine machine, Monitor monitor, Slot slot) {
    return switch (slot) {
      case Slot.OfField(var register, Field field) ->
          field.fixed().isEmpty()
              && (field.hasRole(Role.M) || Monitor.covers(monitor.virtual(), register, field));
      case Slot.OfMemory(var memory) -> machine.isTranslated(memory);
      case Slot.OfStream(Port port) -> isVirtual(monitor, port);
      case Slot.OfPosition position -> false;
      case Slot.OfWindow window -> false;
      case Slot.OfHalt halt -> false;
    };
  }

  /// Whether the real slot holds what the monitor has set once and for all.
  private static boolean isSetting(Monitor monitor, Slot slot) {
    return slot instanceof Slot.OfField(var register, Field field)
        && field.fixed().isEmpty()
        && !register.isFile()
        && Monitor.covers(monitor.configurable(), register, field);
  }

  private static boolean isVirtual(Monitor monitor, Port port) {
    return monitor.virtual().stream()
        .anyMatch(p -> p instanceof Monitor.Part.Device(var name) && name.equals(port.device()));
  }

  private static void assign(
      Terms terms,
      SymbolicState virtual,
      SymbolicState real,
      Monitor.Assignment assignment,
      Map<Local, Term> region) {
    Register register = assignment.register();
    Expr expr = assignment.value();
    Term value = Executor.value(terms, expr, virtual, region);
    Term index = terms.constant(register.indexWidth(), assignment.index());
    Term whole = real.element(terms, register, index);
    Term result = terms.insert(whole, assignment.high(), assignment.low(), value);
    real.element(terms, register, index, result);
  }
}
