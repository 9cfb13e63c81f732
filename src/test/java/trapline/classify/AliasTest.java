package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Space;
import trapline.lang.LoaderFixture;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;
import trapline.symbolic.Translation;

/// Segment 3 of IA-32 begins at cell 0x100, and a descriptor is read at some cell.
final class AliasTest {
  private final Machine machine =
      LoaderFixture.shipped("ia-32/ia-32.isa", "IA32Segments", Map.of());
  private final Terms terms = new Terms();
  private final SymbolicState state = Start.only(Layout.of(machine), terms).state();
  private final Space space = machine.spaces().getFirst();
  private final Term descriptor = terms.variable("descriptor", new Sort.BitVector(30));

  @Test
  void anAddressOfACellThatIsReadLeadsThereInEverySolution() {
    Term address = terms.constant(Bits.of(35, (3L << 32) | 0x1008));
    Term alias = aliases(address, 0x502).getLast();
    assertSame(descriptor, Translation.of(state, terms, space, alias, Access.LOAD).index());
    assertEquals(address.value(), solution(0x502).value(alias));
  }

  @Test
  void anyOtherIsLeftAsItIs() {
    Term address = terms.constant(Bits.of(35, (3L << 32) | 0x1008));
    assertEquals(List.of(address), aliases(address, 0x503));
  }

  @Test
  void withinAPageItFollowsTheCellAndTheSegment() {
    Machine paged = LoaderFixture.shipped("ia-32/variants.isa", "IA32", Map.of());
    SymbolicState state = Start.only(Layout.of(paged), terms).state();
    Space space = paged.spaces().getFirst();
    Term address = terms.constant(Bits.of(35, (3L << 32) | 0x1008)); // linear 0x1408
    List<Term> entries =
        Translation.of(state, terms, space, address, Access.LOAD).reads().stream()
            .map(Translation.Read::index)
            .toList();
    Term memory = state.memory(space.memory());
    Map<Term, Bits> tables =
        Map.of(
            slot(state, "cr0.pg"), Bits.TRUE,
            entries.getFirst(), Bits.zero(30),
            terms.select(memory, entries.getFirst()), Bits.of(32, 0x9007),
            entries.getLast(), Bits.of(30, 0x2401),
            terms.select(memory, entries.getLast()), Bits.of(32, 0x5007));
    Set<Windows.Instance> found =
        Alias.of(
            terms,
            Set.of(new Windows.Instance(space, Access.LOAD, address)),
            List.of(state),
            List.of(terms.select(memory, descriptor)),
            solution(state, 0x100, 0x1502, tables));
    Term alias = List.copyOf(found).getLast().address();
    assertEquals(Bits.of(35, (3L << 32) | 0x1008), value(alias, state, 0x100, 0x1502, tables));
    assertEquals(Bits.of(35, (3L << 32) | 0x1040), value(alias, state, 0x100, 0x1510, tables));
    assertEquals(Bits.of(35, (3L << 32) | 0x840), value(alias, state, 0x300, 0x1510, tables));
  }

  private List<Term> aliases(Term address, long cell) {
    Term read = terms.select(state.memory(space.memory()), descriptor);
    Set<Windows.Instance> found =
        Alias.of(
            terms,
            new LinkedHashSet<>(List.of(new Windows.Instance(space, Access.LOAD, address))),
            List.of(state),
            List.of(read),
            solution(cell));
    return found.stream().map(Windows.Instance::address).toList();
  }

  private Solution solution(long cell) {
    return solution(state, 0x100, cell, Map.of());
  }

  private Bits value(
      Term alias, SymbolicState state, long begin, long cell, Map<Term, Bits> tables) {
    return solution(state, begin, cell, tables).value(alias);
  }

  private Solution solution(SymbolicState state, long begin, long cell, Map<Term, Bits> others) {
    Map<Term, Bits> values = new LinkedHashMap<>(others);
    values.put(terms.select(slot(state, "seg.base"), terms.constant(3, 3)), Bits.of(30, begin));
    values.put(descriptor, Bits.of(30, cell));
    return Solution.ofValues(terms, values);
  }

  private static Term slot(SymbolicState state, String name) {
    return state.get(state.layout().slots().stream().map(Slot::name).toList().indexOf(name));
  }
}
