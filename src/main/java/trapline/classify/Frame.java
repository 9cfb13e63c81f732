package trapline.classify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.isa.Memory;
import trapline.isa.Monitor;
import trapline.isa.Space;
import trapline.smt.Op;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Layout;
import trapline.symbolic.Shadow;
import trapline.symbolic.Slot;
import trapline.symbolic.SymbolicState;

/// The frame of a monitor's tables, true of every state that it comes to after `unmap()`: what no
/// `map` and no `unmap(a)` writes is as `unmap()` has left it.
///
///     E[r] is as after `unmap()`,  or  some `map(x, c)` or `unmap(x)` writes E[r]
///
/// Without it a proof would have to do with any storage in upper tables, which `unmap()` alone
/// writes. It is said of the cells that given translations read, with an x and a c for each.
/// Nothing is said where what `unmap()` leaves depends on more than the region.
final class Frame {
  private final Terms terms;
  private final Composition f;
  private final SymbolicState cleared;
  private final Set<Term> arguments = new LinkedHashSet<>();
  private final Map<Memory, Set<Term>> written = new LinkedHashMap<>();
  private int reads;

  Frame(Terms terms, Composition f, Shadow shadow) {
    this.terms = terms;
    this.f = f;
    this.cleared = shadow.cleared(f.real()).state();
    Layout layout = f.real().layout();
    for (int i = 0; i < layout.slots().size(); i++) {
      if (layout.slots().get(i) instanceof Slot.OfMemory(var memory)
          && layout.isTranslating(layout.slots().get(i))) {
        Set<Term> changed = changed(memory, shadow);
        if (isFixed(memory) && dependOnRegion(changed)) {
          written.put(memory, changed);
        }
      }
    }
  }

  /// Whether `unmap()` always writes the same.
  private boolean isFixed(Memory memory) {
    Term left = cleared.memory(memory);
    while (left.op() == Op.STORE) {
      if (!dependOnRegion(left.arguments().subList(1, 3))) {
        return false;
      }
      left = left.argument(0);
    }
    return left == f.real().memory(memory);
  }

  /// The cells that `map` and `unmap(a)` write.
  private Set<Term> changed(Memory memory, Shadow shadow) {
    Monitor.Mapping mapping =
        f.real().layout().machine().monitor().flatMap(Monitor::mapping).orElseThrow();
    Term cell = argument("cell that was mapped", mapping.cell().width());
    Set<Term> cells = new LinkedHashSet<>();
    for (Space space : f.real().layout().machine().spaces()) {
      Term address = argument("address that was mapped", space.address().width());
      List<SymbolicState> after = new ArrayList<>();
      space
          .accesses()
          .forEach(how -> after.add(shadow.mapped(f.real(), space, address, cell, how).state()));
      if (mapping.unmap().isPresent()) {
        after.add(shadow.unmapped(f.real(), address).state());
      }
      after.forEach(s -> stores(memory, s).forEach(store -> cells.add(store.argument(1))));
    }
    return cells;
  }

  private Term argument(String name, int width) {
    Term argument = terms.variable(name + " (" + width + ")", new Sort.BitVector(width));
    arguments.add(argument);
    return argument;
  }

  private List<Term> stores(Memory memory, SymbolicState after) {
    List<Term> before = Terms.all(Op.STORE, List.of(f.real().memory(memory)));
    return Terms.all(Op.STORE, List.of(after.memory(memory))).stream()
        .filter(s -> !before.contains(s))
        .toList();
  }

  private boolean dependOnRegion(Collection<Term> values) {
    return values.stream()
        .flatMap(v -> terms.variables(v).stream())
        .allMatch(v -> v == f.base() || v == f.size() || v == f.tables() || arguments.contains(v));
  }

  /// What is known of the cells that these states read to translate these addresses.
  List<Term> at(List<SymbolicState> states, Collection<Windows.Instance> addresses) {
    if (written.isEmpty()) {
      return List.of();
    }
    List<Term> known = new ArrayList<>();
    for (SymbolicState state : states) {
      for (Windows.Instance a : addresses) {
        a.in(state, terms).reads().stream()
            .filter(r -> written.containsKey(r.memory()))
            .forEach(r -> known.add(at(r.memory(), r.index())));
      }
    }
    return known;
  }

  private Term at(Memory memory, Term index) {
    Map<Term, Term> fresh = new LinkedHashMap<>();
    reads++;
    arguments.forEach(a -> fresh.put(a, terms.variable(a.name() + " " + reads, a.sort())));
    List<Term> any = new ArrayList<>();
    any.add(
        terms.eq(
            terms.select(f.real().memory(memory), index),
            terms.select(cleared.memory(memory), index)));
    written
        .getOrDefault(memory, Set.of())
        .forEach(w -> any.add(terms.eq(terms.substitute(w, fresh), index)));
    return terms.or(any);
  }
}
