package trapline.classify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import trapline.bits.Bits;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.machine.Snapshot;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Dimension;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;

/// Two states in `modes` with one storage, placed differently by what its tables and R say, so that
/// a program cannot tell them apart until it stores to a table.
///
/// Found once for a machine ([Placements]). An instruction is asked about in these first, with all
/// that translation depends on in constants: then an address is a few cases, and windows agree from
/// the start (decision 0039). `room`: where first of all (decision 0042).
public record Placement(List<Mode> modes, Snapshot first, Snapshot last, Optional<Room> room) {

  /// The starts in the room, if there is one, with all of R that translation depends on.
  Optional<List<Start>> inRoom(Terms terms, List<Start> starts) {
    return room.map(r -> of(terms, r.of(terms, starts), Dimension.R, r::free));
  }

  /// The starts with the tables as here, and with what of these dimensions translation depends on:
  /// the same in both, unless relocation is free.
  List<Start> of(Terms terms, List<Start> starts, Set<Dimension> dimensions) {
    return of(terms, starts, dimensions, _ -> Set.of());
  }

  /// The same with these cells left as they are.
  private List<Start> of(
      Terms terms,
      List<Start> starts,
      Set<Dimension> dimensions,
      Function<Memory, Set<Long>> left) {
    Start one = starts.getFirst();
    return starts.stream()
        .map(s -> placed(terms, s, isMoved(one, s) ? last : first, dimensions, left))
        .toList();
  }

  private static boolean isMoved(Start one, Start other) {
    Layout layout = one.state().layout();
    return IntStream.range(0, layout.slots().size())
        .filter(i -> layout.isOf(layout.slots().get(i), Set.of(Dimension.RELOCATION)))
        .anyMatch(i -> one.state().get(i) != other.state().get(i));
  }

  private static Start placed(
      Terms terms,
      Start start,
      Snapshot here,
      Set<Dimension> dimensions,
      Function<Memory, Set<Long>> left) {
    Layout layout = start.state().layout();
    Map<Term, Term> known = new LinkedHashMap<>();
    for (int i = 0; i < layout.slots().size(); i++) {
      Slot slot = layout.slots().get(i);
      Term value = start.state().get(i);
      if (slot instanceof Slot.OfMemory(var memory) && slot.isStorage()) {
        SortedMap<Long, Bits> tables =
            new TreeMap<>(here.memory().getOrDefault(memory, new TreeMap<>()));
        tables.keySet().removeAll(left.apply(memory));
        known.put(value, storing(terms, value, tables));
      } else if (slot instanceof Slot.OfField field
          && value.isVariable()
          && layout.isTranslating(slot)
          && layout.isOf(slot, dimensions)) {
        known.put(value, value(terms, field, here));
      }
    }
    return start.replacing(known);
  }

  private static Term value(Terms terms, Slot.OfField slot, Snapshot here) {
    if (!(slot.sort() instanceof Sort.Array(var indexWidth, var width))) {
      return terms.constant(element(slot, here, 0));
    }
    SortedMap<Long, Bits> elements = new TreeMap<>();
    for (int i = 0; i < slot.register().count(); i++) {
      elements.put((long) i, element(slot, here, i));
    }
    elements.values().removeIf(Bits::isZero);
    return storing(terms, terms.constantArray(indexWidth, terms.constant(width, 0)), elements);
  }

  private static Bits element(Slot.OfField slot, Snapshot here, int index) {
    return here.register(slot.register(), index).extract(slot.field().high(), slot.field().low());
  }

  private static Term storing(Terms terms, Term array, SortedMap<Long, Bits> cells) {
    Term stored = array;
    for (Map.Entry<Long, Bits> cell : cells.entrySet()) {
      Term index = terms.constant(((Sort.Array) array.sort()).indexWidth(), cell.getKey());
      stored = terms.store(stored, index, terms.constant(cell.getValue()));
    }
    return stored;
  }
}
