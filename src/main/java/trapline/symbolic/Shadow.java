package trapline.symbolic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;

/// Installed translation: what `map` and `unmap` of a `vmm` block make of a real state.
///
///     right(T, a)    where V translates a in T, to the real cell c, it translates a in S, to a cell
///                    v < size, and c = base + v
///     T | j          T with all elements of the register files that `map` writes as after `unmap()`, but
///                    number j
///
/// S is the virtual state of the composition, T any real one. A shadow is a *consistent subset* of
/// the composition when it is right at all addresses, and stays so if the machine forgets entries:
/// that is what T | j is for, since a first entry may hide a second.
public final class Shadow {
  /// A real state after one of the blocks. `ends`: the block came to its end, with choices that
  /// satisfy `constraints`.
  public record Step(SymbolicState state, Term ends, List<Term> constraints) {}

  /// One in which these addresses have been mapped.
  public record Filled(Step step, List<Term> addresses) {}

  private final Terms terms;
  private final Composition f;
  private final Monitor monitor;
  private final Monitor.Mapping mapping;
  private final Map<Local, Term> region = new LinkedHashMap<>();
  private int made;

  private Shadow(Terms terms, Composition f, Monitor monitor, Monitor.Mapping mapping) {
    this.terms = terms;
    this.f = f;
    this.monitor = monitor;
    this.mapping = mapping;
    region.put(monitor.regionBase(), f.base());
    region.put(monitor.regionSize(), f.size());
    region.put(monitor.regionTables(), f.tables());
  }

  /// The machine's block must install mappings.
  public static Shadow of(Terms terms, Composition f) {
    Monitor monitor = f.virtual().layout().machine().monitor().orElseThrow();
    return new Shadow(terms, f, monitor, monitor.mapping().orElseThrow());
  }

  /// Whether `real` leads the address where the virtual state does, or nowhere.
  public Term isRight(SymbolicState real, Space space, Term address, Access access) {
    return f.isRight(terms, f.virtual(), real, space, address, access);
  }

  /// After `unmap()`.
  public Step cleared(SymbolicState real) {
    return perform(mapping.clear(), Map.of(), real);
  }

  /// After `map`.
  public Step mapped(SymbolicState real, Space space, Term address, Term cell, Access access) {
    return perform(mapping.map(), arguments(space, address, cell, access), real);
  }

  /// After `map` of an address to where the virtual state leads it.
  public Step mapped(SymbolicState real, Space space, Term address, Access access) {
    return mapped(real, space, address, placed(virtual(space, address, access)).index(), access);
  }

  /// Whether the monitor asks for that: the virtual state leads the address to a cell of the
  /// guest's, no device's, and `map` takes it.
  public List<Term> isMappable(Space space, Term address, Access access) {
    Translation virtual = virtual(space, address, access);
    Translation placed = placed(virtual);
    return List.of(
        virtual.translates(),
        placed.translates(),
        terms.not(f.isDevice(terms, space.memory(), virtual.index())),
        isMappable(space, address, placed.index(), access));
  }

  private Translation virtual(Space space, Term address, Access access) {
    return Translation.of(f.virtual(), terms, space, address, access);
  }

  private Translation placed(Translation virtual) {
    return f.real(terms, virtual.index());
  }

  /// After `unmap()`, and a `map` for each kind of access, of an address that is then a variable.
  /// It is so where `ends`, and the constraints say that each was mappable.
  public Filled filled(SymbolicState real) {
    Step step = cleared(real);
    List<Term> addresses = new ArrayList<>();
    List<Term> ends = new ArrayList<>(List.of(step.ends));
    List<Term> constraints = new ArrayList<>(step.constraints);
    for (Space space : f.virtual().layout().machine().spaces()) {
      for (Access access : space.accesses()) {
        Term address =
            terms.variable(
                "mapped for " + access + " by " + space.name(),
                new Sort.BitVector(space.address().width()));
        addresses.add(address);
        constraints.addAll(isMappable(space, address, access));
        step = mapped(step.state, space, address, access);
        ends.add(step.ends);
        constraints.addAll(step.constraints);
      }
    }
    return new Filled(new Step(step.state, terms.and(ends), constraints), addresses);
  }

  /// After `unmap(address)`; the block must have it.
  public Step unmapped(SymbolicState real, Term address) {
    Function unmap = mapping.unmap().orElseThrow();
    return perform(unmap, Map.of(unmap.parameters().getFirst(), address), real);
  }

  /// Whether `map` may be asked for that.
  private Term isMappable(Space space, Term address, Term cell, Access access) {
    Map<Local, Term> locals = new LinkedHashMap<>(region);
    locals.putAll(arguments(space, address, cell, access));
    return Executor.value(terms, mapping.where(), f.real(), locals);
  }

  private Map<Local, Term> arguments(Space space, Term address, Term cell, Access access) {
    Map<Local, Term> arguments = new LinkedHashMap<>();
    arguments.put(mapping.address(), address);
    int width = mapping.cell().width();
    arguments.put(
        mapping.cell(),
        width < cell.width() ? terms.extract(cell, width - 1, 0) : terms.zext(cell, width));
    mapping
        .access()
        .ifPresent(how ->
            arguments.put(
                how,
                terms.constant(space.accessValues().getOrDefault(access, Bits.zero(how.width())))));
    return arguments;
  }

  private Step perform(Function block, Map<Local, Term> arguments, SymbolicState real) {
    Map<Local, Term> locals = new LinkedHashMap<>(region);
    locals.putAll(arguments);
    made++;
    return Executor.perform(terms, block, locals, real, " " + block.name() + " " + made);
  }

  /// The states T | j; none if `map` writes no register file.
  public List<SymbolicState> parts(SymbolicState real) {
    SymbolicState empty = cleared(real).state;
    List<SymbolicState> parts = new ArrayList<>();
    Set<Register> files = new LinkedHashSet<>();
    written(mapping.map().body(), files);
    for (Register file : files) {
      for (int j = 0; j < file.count() && file.isFile(); j++) {
        Term index = terms.constant(file.indexWidth(), j);
        SymbolicState part = empty.copy();
        part.element(terms, file, index, real.element(terms, file, index));
        parts.add(part);
      }
    }
    return parts;
  }

  private static void written(Statement.Block block, Set<Register> registers) {
    for (Statement statement : block.statements()) {
      if (statement instanceof Statement.RegisterWrite write) {
        registers.add(write.register());
      }
      statement.blocks().forEach(b -> written(b, registers));
    }
  }

  /// That only what is the monitor's own differs: its translation state, and its tables.
  public Term keepsToItsOwn(SymbolicState before, SymbolicState after) {
    Layout layout = before.layout();
    List<Term> all = new ArrayList<>();
    for (int i = 0; i < layout.slots().size(); i++) {
      Term one = before.get(i);
      Term two = after.get(i);
      if (one == two || layout.slots().get(i) instanceof Slot.OfWindow) {
        continue;
      }
      if (layout.slots().get(i) instanceof Slot.OfMemory(var memory)
          && layout.machine().isTranslated(memory)) {
        all.add(keepsToTables(memory, one, two));
      } else if (!f.isFree(layout.slots().get(i))) {
        all.add(one.isArray() ? terms.truth(false) : terms.eq(one, two));
      }
    }
    return terms.and(all);
  }

  private Term keepsToTables(Memory memory, Term before, Term after) {
    Term index =
        terms.variable("cell of " + memory.name(), new Sort.BitVector(memory.indexWidth()));
    int width = Math.max(index.width(), f.tables().width()) + 1;
    Term offset = terms.sub(terms.zext(index, width), terms.zext(f.tables(), width));
    Term inside = terms.ult(offset, terms.constant(Bits.of(width, monitor.tables())));
    return terms.or(inside, terms.eq(terms.select(before, index), terms.select(after, index)));
  }
}
