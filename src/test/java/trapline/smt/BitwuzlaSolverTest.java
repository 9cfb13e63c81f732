package trapline.smt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;

final class BitwuzlaSolverTest {
  private final Terms t = new Terms();

  @Test
  void findsAModelAndRefutesWhatContradictsIt() {
    try (Solver solver = new BitwuzlaSolver(Duration.ofSeconds(10))) {
      Term x = t.variable("x", new Sort.BitVector(16));
      Term m = t.variable("m", new Sort.Array(16, 8));
      Term p = t.variable("p", new Sort.BitVector(1));
      Term sum = t.eq(t.add(x, t.constant(16, 5)), t.constant(16, 3));
      Term cell = t.eq(t.select(m, x), t.constant(8, 7));
      Answer.Sat sat = assertInstanceOf(Answer.Sat.class, solver.check(List.of(sum, cell, p)));
      assertEquals(Bits.of(16, 0xfffe), sat.model().value(x));
      assertEquals(
          Bits.of(8, 7), sat.model().value(t.select(m, t.constant(16, 0xfffe))));
      assertEquals(Bits.TRUE, sat.model().value(p));
      assertEquals(
          Bits.TRUE, t.evaluate(t.and(List.of(sum, cell, p)), Assignment.of(sat.model(), t)));
      assertInstanceOf(
          Answer.Unsat.class,
          solver.check(List.of(sum, t.eq(x, t.constant(16, 1)))));
      assertInstanceOf(Answer.Sat.class, solver.check(List.of(sum, cell, t.not(p))));
      assertInstanceOf(Answer.Sat.class, solver.check(List.of()));
      Terms other = new Terms();
      assertInstanceOf(
          Answer.Sat.class,
          solver.check(List.of(other.variable("x", new Sort.BitVector(1)))));
    }
  }
}
