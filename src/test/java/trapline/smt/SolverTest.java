package trapline.smt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import trapline.bits.Bits;
import trapline.diag.Contradiction;

final class SolverTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Terms t = new Terms();
  private final Term x = t.variable("x", new Sort.BitVector(16));
  private final Term m = t.variable("m", new Sort.Array(16, 8));
  private final Term p = t.variable("p", new Sort.BitVector(1));

  @ParameterizedTest
  @EnumSource
  void findsAModelAndRefutesWhatContradictsIt(SolverChoice choice) {
    assumeTrue(choice.isAvailable());
    try (Solver solver = choice.open(LONG)) {
      Term sum = t.eq(t.mul(x, t.constant(16, 5)), t.constant(16, 15));
      Term cell = t.eq(t.select(m, x), t.constant(8, 7));
      Term call = t.eq(t.apply("f", 4, List.of(x, p)), t.constant(4, 9));
      Model model = model(solver.check(List.of(sum, cell, p, call)));
      assertEquals(Bits.of(16, 3), model.value(x));
      assertEquals(Bits.of(8, 7), model.value(t.select(m, t.constant(16, 3))));
      assertEquals(Bits.TRUE, model.value(p));
      assertEquals(Bits.of(4, 9), model.value(t.apply("f", 4, List.of(x, p))));
      assertInstanceOf(Answer.Unsat.class, solver.check(List.of(sum, t.eq(x, t.constant(16, 1)))));
      assertInstanceOf(Answer.Sat.class, solver.check(List.of(sum, cell, t.not(p))));
      assertInstanceOf(Answer.Sat.class, solver.check(List.of()));
      Terms other = new Terms();
      assertInstanceOf(
          Answer.Sat.class, solver.check(List.of(other.variable("x", new Sort.BitVector(1)))));
      assertInstanceOf(Answer.Sat.class, solver.check(List.of(sum, cell, p)));
    }
  }

  @Test
  void asksEachBrieflyBeforeAnyTakesItsTime() {
    Scripted one =
        new Scripted(new Answer.Unknown("brief"), new Answer.Unsat(), new Answer.Unsat());
    Scripted other = new Scripted(new Answer.Unknown("brief"));
    Solver relay = new RelaySolver(List.of(one, other));
    assertInstanceOf(Answer.Unsat.class, relay.check(List.of(p)));
    assertEquals(List.of(Effort.BRIEF, Effort.FULL), one.efforts);
    assertEquals(List.of(Effort.BRIEF), other.efforts);
    assertInstanceOf(Answer.Unsat.class, relay.check(List.of(p)));
    assertEquals(List.of(Effort.BRIEF), other.efforts);
  }

  @Test
  void tellsWhyTheLastHasNoAnswer() {
    Answer unknown = new Answer.Unknown("timeout");
    Answer last = new Answer.Unknown("gave up");
    Solver relay = new RelaySolver(List.of(new Scripted(unknown), new Scripted(last)));
    assertEquals(last, relay.check(List.of(p), Effort.BRIEF));
  }

  @ParameterizedTest
  @EnumSource
  void completesAModelWithWhatTheQuestionLeavesFree(SolverChoice choice) {
    assumeTrue(choice.isAvailable());
    try (Solver solver = choice.open(LONG)) {
      Term y = t.variable("y", new Sort.BitVector(70));
      Term g = t.apply("g", 3, List.of(x));
      Model model = model(solver.check(List.of(p)));
      assertEquals(70, model.value(y).width());
      assertEquals(model.value(y), model.value(y));
      assertEquals(8, model.value(t.select(m, x)).width());
      assertEquals(3, model.value(g).width());
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsASharedBeginningOverManyQuestions(SolverChoice choice) {
    assumeTrue(choice.isAvailable());
    try (Solver solver = choice.open(LONG)) {
      List<Term> beginning = List.of(t.ult(x, t.constant(16, 10)), t.ult(t.constant(16, 3), x));
      for (int i = 0; i < 20; i++) {
        List<Term> question = new ArrayList<>(beginning);
        question.add(t.eq(t.mul(x, x), t.constant(16, i * i)));
        assertEquals(i > 3 && i < 10, solver.check(question) instanceof Answer.Sat);
      }
      assertInstanceOf(Answer.Sat.class, solver.check(beginning.subList(0, 1)));
      assertInstanceOf(Answer.Sat.class, solver.check(beginning));
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotOverflowOnDeepTerms(SolverChoice choice) {
    assumeTrue(choice.isAvailable());
    Term deep = x;
    Term array = m;
    for (int i = 0; i < 20_000; i++) {
      deep = t.ite(t.ult(deep, t.constant(16, i)), t.mul(deep, x), t.xor(deep, x));
      array = t.store(array, deep, t.extract(deep, 7, 0));
    }
    assertEquals(2, t.variables(t.select(array, x)).size());
    Term value = t.eq(t.select(array, x), t.constant(8, 1));
    Assignment assignment = TwinTerms.assignment(1);
    assertEquals(t.evaluate(value, assignment), new Terms().evaluate(value, assignment));
    Terms other = new Terms();
    assertEquals(
        other.evaluate(other.substitute(value, Map.of()), assignment),
        t.evaluate(value, assignment));
    try (Solver solver = choice.open(LONG)) {
      Term concrete = t.eq(x, t.constant(16, 3));
      Answer answer = solver.check(List.of(concrete, t.ult(deep, t.constant(16, 9))));
      Bits expected = t.evaluate(t.substitute(deep, Map.of(x, t.constant(16, 3))), assignment);
      assertEquals(expected.toLong() < 9, answer instanceof Answer.Sat, answer::toString);
    }
  }

  @Test
  void givesUpBrieflyWhateverTimeThereIs() {
    Duration day = Duration.ofDays(1);
    try (Solver solver = new Z3Solver(day)) {
      assertInstanceOf(Answer.Unknown.class, solver.check(pigeons(12), Effort.BRIEF));
    }
    assumeTrue(BitwuzlaSolver.isAvailable());
    try (Solver solver = new BitwuzlaSolver(day, 10_000)) {
      assertInstanceOf(Answer.Unknown.class, solver.check(pigeons(12), Effort.BRIEF));
    }
  }

  /// Of what cannot be, which no luck finds.
  @ParameterizedTest
  @EnumSource
  void hasNoAnswerWhenTimeIsUp(SolverChoice choice) {
    assumeTrue(choice.isAvailable());
    try (Solver solver = choice.open(Duration.ofMillis(200))) {
      Answer answer = solver.check(pigeons(12));
      assertInstanceOf(Answer.Unknown.class, answer);
      Answer next = solver.check(List.of(p));
      assertInstanceOf(Answer.Sat.class, next, () -> answer + " then " + next);
    }
  }

  @ParameterizedTest
  @EnumSource
  void stopsWhenInterruptedAndCanBeAskedAgain(SolverChoice choice) throws Exception {
    assumeTrue(choice.isAvailable());
    Thread asking = Thread.currentThread();
    Thread impatient =
        new Thread(() -> {
          try {
            Thread.sleep(300);
          } catch (InterruptedException e) {
            return;
          }
          asking.interrupt();
        });
    try (Solver solver = choice.open(LONG)) {
      impatient.start();
      Answer answer = solver.check(List.of(hard()));
      assertTrue(Thread.interrupted());
      assertEquals(new Answer.Unknown("interrupted"), answer);
      impatient.join();
      assertInstanceOf(Answer.Sat.class, solver.check(List.of(p)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isClosedByAnyThread(SolverChoice choice) throws Exception {
    assumeTrue(choice.isAvailable());
    Solver solver = choice.open(LONG);
    assertInstanceOf(Answer.Sat.class, solver.check(List.of(p)));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread other = new Thread(solver::close);
    other.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
    other.start();
    other.join();
    assertNull(failure.get());
  }

  @Test
  void evaluatingAnswersConstantsWithoutAsking() {
    try (Solver solver = new EvaluatingSolver(new Scripted())) {
      assertInstanceOf(Answer.Unsat.class, solver.check(List.of(p, t.truth(false))));
      Model model = model(solver.check(List.of(t.truth(true))));
      assertEquals(Bits.zero(16), model.value(x));
    }
  }

  @Test
  void evaluatingRefusesAModelThatDoesNotSatisfy() {
    try (Solver solver =
        new EvaluatingSolver(new Scripted(new Answer.Sat(term -> Bits.zero(term.width()))))) {
      Contradiction contradiction =
          assertThrows(
              Contradiction.class, () -> solver.check(List.of(t.not(t.eq(p, t.not(p))), p)));
      assertEquals("scripted says sat with p = 0:1", contradiction.one());
      assertEquals("evaluation says that in this model it is false: p", contradiction.other());
    }
  }

  @Test
  void crossCheckingRefusesASolverThatDisagrees() {
    try (Solver solver =
        new CrossCheckingSolver(
            new Scripted(new Answer.Unsat()), new Scripted(new Answer.Sat(FiniteModel.zero())))) {
      Contradiction contradiction =
          assertThrows(Contradiction.class, () -> solver.check(List.of(p)));
      assertEquals("scripted says unsat", contradiction.one());
      assertEquals("scripted says sat", contradiction.other());
    }
  }

  @Test
  void crossCheckingKeepsTheAnswerThatOneSolverHas() {
    Answer unsat = new Answer.Unsat();
    Answer unknown = new Answer.Unknown("timeout");
    try (CrossCheckingSolver solver =
        new CrossCheckingSolver(
            new Scripted(unknown, unsat, unknown), new Scripted(unsat, unknown, unknown))) {
      assertSame(unsat, solver.check(List.of(p)));
      assertSame(unsat, solver.check(List.of(p)));
      assertSame(unknown, solver.check(List.of(p)));
      assertEquals(List.of("scripted: timeout", "scripted: timeout"), solver.unconfirmed());
    }
  }

  @Test
  void cachingAsksOnceForEachSetOfAssertions() {
    Term q = t.variable("q", new Sort.BitVector(1));
    try (Solver solver =
        new CachingSolver(
            new Scripted(
                new Answer.Sat(term -> Bits.ones(term.width())),
                new Answer.Unknown("timeout"),
                new Answer.Unsat()))) {
      Model model = model(solver.check(List.of(p, q)));
      assertSame(model, model(solver.check(List.of(q, p))));
      assertInstanceOf(Answer.Unknown.class, solver.check(List.of(q)));
      assertEquals(Bits.TRUE, model.value(p));
      assertEquals(Bits.zero(16), model.value(x));
      assertInstanceOf(Answer.Unsat.class, solver.check(List.of(q)));
      assertInstanceOf(Answer.Unsat.class, solver.check(List.of(q)));
    }
  }

  @Test
  void countingTellsQuestionsAnswersAndTime() {
    long[] clock = {0};
    try (CountingSolver solver =
        new CountingSolver(
            new Scripted(new Answer.Unsat(), new Answer.Unknown("timeout"), new Answer.Unsat()),
            () -> clock[0] += 5)) {
      solver.check(List.of(p));
      solver.check(List.of(p));
      solver.check(List.of(p));
      assertEquals(new CountingSolver.Count(0, 2, 1, Duration.ofNanos(15)), solver.count());
      assertEquals(3, solver.count().questions());
    }
  }

  @Test
  void everyChoiceIsFoundByItsName() {
    assertEquals(List.of("auto", "z3", "bitwuzla", "both"), SolverChoice.names());
    assertEquals(SolverChoice.BOTH, SolverChoice.named("both").orElseThrow());
    assertTrue(SolverChoice.named("BOTH").isEmpty());
  }

  /// So many pigeons, each in a hole, in one hole less no two together.
  private List<Term> pigeons(int count) {
    List<Term> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Term> somewhere = new ArrayList<>();
      for (int hole = 0; hole < count - 1; hole++) {
        somewhere.add(in(i, hole));
        for (int j = 0; j < i; j++) {
          all.add(t.not(t.and(in(i, hole), in(j, hole))));
        }
      }
      all.add(t.or(somewhere));
    }
    return all;
  }

  private Term in(int pigeon, int hole) {
    return t.variable(pigeon + " in " + hole, new Sort.BitVector(1));
  }

  /// The factors of a product of two primes of 31 bits.
  private Term hard() {
    Term a = t.zext(t.variable("a", new Sort.BitVector(32)), 64);
    Term b = t.zext(t.variable("b", new Sort.BitVector(32)), 64);
    Term product = t.constant(64, 2147483647L * 2147483629L);
    Term one = t.constant(64, 1);
    return t.and(List.of(t.eq(t.mul(a, b), product), t.ult(one, a), t.ult(a, b)));
  }

  private static Model model(Answer answer) {
    return assertInstanceOf(Answer.Sat.class, answer).model();
  }

  /// Gives these answers in turn.
  private static final class Scripted implements Solver {
    private final List<Answer> answers;
    private final List<Effort> efforts = new ArrayList<>();

    Scripted(Answer... answers) {
      this.answers = new ArrayList<>(List.of(answers));
    }

    @Override
    public Answer check(List<Term> assertions, Effort effort) {
      efforts.add(effort);
      return answers.removeFirst();
    }

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public void close() {}
  }
}
