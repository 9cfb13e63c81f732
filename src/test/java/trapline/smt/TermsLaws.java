package trapline.smt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import trapline.smt.TwinTerms.Twin;

final class TermsLaws {
  @Property(tries = 5000)
  void aSimplifiedTermHasTheValueOfTheTermAsWritten(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int size) {
    TwinTerms twins = new TwinTerms(seed, 70);
    twins.grow(size);
    for (int i = 0; i < 6; i++) {
      Evaluation evaluation = new Evaluation(TwinTerms.assignment(seed + i));
      for (Twin twin : twins.vectors()) {
        assertEquals(
            evaluation.of(twin.written()),
            evaluation.of(twin.simplified()),
            () -> twin.written() + "\nbecame\n" + twin.simplified());
      }
    }
  }

  @Property(tries = 60)
  void aSolverCannotTellASimplifiedTermFromTheTermAsWritten(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int size) {
    TwinTerms twins = new TwinTerms(seed, 9);
    twins.grow(size);
    Terms exact = Terms.unsimplified();
    try (Solver solver = new Z3Solver(Duration.ofSeconds(5))) {
      for (Twin twin : twins.vectors()) {
        Term written = exact.substitute(twin.written(), Map.of());
        Term simplified = exact.substitute(twin.simplified(), Map.of());
        Answer answer = solver.check(List.of(exact.distinct(written, simplified)));
        if (!(answer instanceof Answer.Unknown)) {
          assertInstanceOf(
              Answer.Unsat.class, answer, () -> twin.written() + "\nbecame\n" + twin.simplified());
        }
      }
    }
  }

  @Property(tries = 500)
  void simplifyingAgainChangesNoValue(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    TwinTerms twins = new TwinTerms(seed, 70);
    twins.grow(size);
    Evaluation evaluation = new Evaluation(TwinTerms.assignment(seed));
    Terms again = new Terms();
    for (Twin twin : twins.vectors()) {
      assertEquals(
          evaluation.of(twin.written()),
          evaluation.of(again.substitute(twin.simplified(), Map.of())));
    }
  }

  @Property(tries = 500)
  void replacingAVariableByItsValueKeepsTheValue(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    TwinTerms twins = new TwinTerms(seed, 70);
    twins.grow(size);
    Terms terms = twins.simplifying;
    Assignment assignment = TwinTerms.assignment(seed);
    for (Twin twin : twins.vectors()) {
      Map<Term, Term> values = new java.util.HashMap<>();
      for (Term variable : terms.variables(twin.simplified())) {
        if (!variable.isArray()) {
          values.put(variable, terms.constant(assignment.variable(variable)));
        }
      }
      Term replaced = terms.substitute(twin.simplified(), values);
      assertEquals(
          terms.evaluate(twin.simplified(), assignment), terms.evaluate(replaced, assignment));
      assertSame(
          replaced,
          terms.variables(replaced).isEmpty() && replaced.isConstant()
              ? terms.constant(terms.evaluate(replaced, assignment))
              : replaced);
    }
  }

  @Property(tries = 200)
  void theSameCallsGiveTheSameTerms(@ForAll long seed) {
    TwinTerms once = new TwinTerms(seed, 70);
    TwinTerms twice = new TwinTerms(seed, 70);
    once.grow(40);
    twice.grow(40);
    for (int i = 0; i < once.vectors().size(); i++) {
      Term one = once.vectors().get(i).simplified();
      Term other = twice.vectors().get(i).simplified();
      assertEquals(one.toString(), other.toString());
      assertEquals(one.id(), other.id());
    }
  }
}
