package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Space;
import trapline.lang.Loader;
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
      LoaderFixture.machine(
          Loader.load(List.of(Path.of("isa-specs/ia-32/ia-32.isa")), List.of()),
          "IA32Segments",
          Map.of());
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
    int bases = state.layout().slots().stream().map(Slot::name).toList().indexOf("seg.base");
    Term base = terms.select(state.get(bases), terms.constant(3, 3));
    return Solution.ofValues(
        terms, Map.of(base, Bits.of(30, 0x100), descriptor, Bits.of(30, cell)));
  }
}
