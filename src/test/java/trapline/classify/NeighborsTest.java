package trapline.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trapline.isa.Access;
import trapline.lang.LoaderFixture;
import trapline.smt.Answer;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.smt.Sort;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Composition;
import trapline.symbolic.Layout;
import trapline.symbolic.Start;

final class NeighborsTest {
  /// The bits of an address that are handed on, bytes of a cell among them.
  @ParameterizedTest
  @CsvSource({
    "third-generation-tlb.isa, ThirdGenTLB, 4",
    "third-generation-table.isa, ThirdGenTable, 4",
    "mips-r3000.isa, R3000, 12",
    "riscv/riscv.isa, RV64, 12"
  })
  void anAddressLiesOnThePageOrOnAnother(String file, String name, int page) {
    var machine = LoaderFixture.shipped(file, name, Map.of());
    Terms terms = new Terms();
    Composition f = Composition.of(terms, Start.only(Layout.of(machine), terms).state());
    var space = machine.spaces().getFirst();
    Sort addresses = new Sort.BitVector(space.address().width());
    var a = new Windows.Instance(space, Access.LOAD, terms.variable("a", addresses));
    var b = new Windows.Instance(space, Access.LOAD, terms.variable("b", addresses));
    List<Neighbors.Case> cases = new Neighbors(machine, terms, f).of(a, b);

    Term same = cases.getFirst().at().address();
    assertEquals(
        terms.extract(a.address(), a.address().width() - 1, page),
        terms.extract(same, a.address().width() - 1, page));
    assertEquals(terms.extract(b.address(), page - 1, 0), terms.extract(same, page - 1, 0));
    Term some =
        terms.or(
            cases.stream()
                .map(c -> terms.and(c.when(), terms.eq(c.at().address(), b.address())))
                .toList());
    try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(10))) {
      assertInstanceOf(Answer.Unsat.class, solver.check(List.of(terms.not(some))));
    }
  }
}
