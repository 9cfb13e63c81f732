package trapline.smt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

final class SolverLaws {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static CrossCheckingSolver both = open();

  private static CrossCheckingSolver open() {
    return new CrossCheckingSolver(
        new EvaluatingSolver(new Z3Solver(TIMEOUT)),
        BitwuzlaSolver.isAvailable()
            ? new EvaluatingSolver(new BitwuzlaSolver(TIMEOUT))
            : new EvaluatingSolver(new Z3Solver(TIMEOUT)));
  }

  @BeforeContainer
  static void reopen() {
    both.close();
    both = open();
  }

  @AfterContainer
  static void close() {
    both.close();
  }

  /// Both back ends throw a contradiction when they disagree or a model does not satisfy.
  @Property(tries = 150)
  void solversAgreeOnSequencesOfQuestions(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size) {
    TwinTerms twins = new TwinTerms(seed, 12);
    SplittableRandom random = new SplittableRandom(seed);
    List<Term> question = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      twins.grow(size);
      if (!question.isEmpty() && random.nextBoolean()) {
        question.subList(random.nextInt(question.size()), question.size()).clear();
      }
      Term truth = twins.truth().simplified();
      question.add(random.nextBoolean() ? truth : twins.simplifying.not(truth));
      both.check(question);
    }
  }

  @Property(tries = 100)
  void simplifyingKeepsTheAnswer(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    TwinTerms twins = new TwinTerms(seed, 10);
    twins.grow(size);
    List<Term> written = new ArrayList<>();
    List<Term> simplified = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TwinTerms.Twin truth = twins.truth();
      written.add(truth.written());
      simplified.add(truth.simplified());
    }
    assertEquals(both.check(written).getClass(), both.check(simplified).getClass());
  }

  /// Whatever is left to wait, the answer is the same and a model is one of all.
  @Property(tries = 100)
  void deferringKeepsTheAnswer(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size) {
    TwinTerms twins = new TwinTerms(seed, 12);
    SplittableRandom random = new SplittableRandom(seed);
    LazySolver lazy = new LazySolver(both, 0);
    for (int i = 0; i < 6; i++) {
      twins.grow(size);
      List<Term> question = new ArrayList<>();
      for (int j = 0; j < 4; j++) {
        List<Term> truth = List.of(twins.truth().simplified());
        question.addAll(random.nextBoolean() ? lazy.defer(truth) : truth);
      }
      Answer answer = lazy.check(question);
      assertEquals(both.check(question).getClass(), answer.getClass());
      if (answer instanceof Answer.Sat(Model model)) {
        question.forEach(q -> assertTrue(model.value(q).isTrue()));
      }
    }
  }

  @Property(tries = 50)
  void askingAgainAfterOtherQuestionsGivesTheSameAnswer(@ForAll long seed) {
    TwinTerms twins = new TwinTerms(seed, 12);
    twins.grow(30);
    List<List<Term>> questions = new ArrayList<>();
    List<Class<?>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      List<Term> question = new ArrayList<>();
      for (int j = 0; j <= i; j++) {
        question.add(twins.truth().simplified());
      }
      questions.add(question);
      answers.add(both.check(question).getClass());
    }
    for (int i = 0; i < questions.size(); i++) {
      assertEquals(answers.get(i), both.check(questions.get(i)).getClass());
    }
  }

  @Property(tries = 100)
  void aModelGivesEveryTermTheValueThatEvaluationGives(@ForAll long seed) {
    TwinTerms twins = new TwinTerms(seed, 12);
    twins.grow(20);
    Term truth = twins.truth().simplified();
    assumeTrue(!truth.isConstant());
    for (Solver solver : raw()) {
      try (solver) {
        if (solver.check(List.of(truth)) instanceof Answer.Sat(Model model)) {
          Assignment assignment = Assignment.of(model, twins.simplifying);
          assertTrue(model.value(truth).isTrue());
          for (TwinTerms.Twin twin : twins.vectors()) {
            assertEquals(
                twins.simplifying.evaluate(twin.simplified(), assignment),
                model.value(twin.simplified()),
                () -> solver.name() + ": " + twin.simplified());
          }
        }
      }
    }
  }

  private static List<Solver> raw() {
    List<Solver> solvers = new ArrayList<>();
    solvers.add(new Z3Solver(TIMEOUT));
    if (BitwuzlaSolver.isAvailable()) {
      solvers.add(new BitwuzlaSolver(TIMEOUT));
    }
    return solvers;
  }
}
