package trapline.oracle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Assertions;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.classify.Classes;
import trapline.classify.Classifier;
import trapline.classify.Definitions;
import trapline.classify.Finding;
import trapline.classify.Region;
import trapline.isa.Machine;
import trapline.isa.Theorem;
import trapline.smt.SolverChoice;
import trapline.theorem.Analysis;
import trapline.theorem.Precondition;

/// What the solver proves is what enumeration finds, on random machines: for every row and every
/// property, and for the theorems.
///
/// Machines have loops, `execute`, and monitors of machines with a clock, unless
/// `-Doracle.wide=false`; they have `any`, `unpredictable` and `unspecified fn`, unless
/// `-Doracle.loose=false`; with `-Doracle.devices=true`, devices in storage.
/// `-Doracle.machines=20000` (the profile `oracle`) tries so many more, from the seed
/// `-Doracle.seed`; `-Doracle.solver` names another choice of solvers than auto, `-Doracle.threads`
/// how many machines at once.
final class OracleLaws {
  private static final RandomMachine.Reach REACH =
      new RandomMachine.Reach(
          !System.getProperty("oracle.wide", "true").equals("false"),
          !System.getProperty("oracle.loose", "true").equals("false"),
          false,
          Boolean.getBoolean("oracle.devices"));

  private static final AtomicInteger machines = new AtomicInteger();
  private static final AtomicInteger rows = new AtomicInteger();
  private static final AtomicInteger questions = new AtomicInteger();
  private static final AtomicInteger undecided = new AtomicInteger();
  private static final AtomicInteger preconditions = new AtomicInteger();
  private static final AtomicInteger settings = new AtomicInteger();
  private static final AtomicInteger inexact = new AtomicInteger();

  @Provide
  Arbitrary<String> machines() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, REACH);
  }

  @Property(tries = 1000, seed = "19740701", shrinking = ShrinkingMode.OFF)
  void solverAndEnumerationAgree(@ForAll("machines") String text) throws InterruptedException {
    check(text, Integer.MAX_VALUE);
  }

  @Provide
  Arbitrary<String> machinesOfTwoLengths() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.LENGTHS);
  }

  @Property(tries = 300, seed = "19640407", shrinking = ShrinkingMode.OFF)
  void solverAndEnumerationAgreeOnInstructionsOfTwoLengths(
      @ForAll("machinesOfTwoLengths") String text) throws InterruptedException {
    check(text, Integer.MAX_VALUE);
  }

  @Provide
  Arbitrary<String> machinesWithDevices() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.DEVICES);
  }

  @Property(tries = 120, seed = "19700105", shrinking = ShrinkingMode.OFF)
  void solverAndEnumerationAgreeOnDevicesInStorage(@ForAll("machinesWithDevices") String text)
      throws InterruptedException {
    check(text, Integer.MAX_VALUE);
  }

  @Property(tries = 1)
  void solverAndEnumerationAgreeOnMoreIfAskedTo() {
    long seed = Long.getLong("oracle.seed", 1);
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    try (var workers = Executors.newFixedThreadPool(Integer.getInteger("oracle.threads", 1))) {
      for (long i = 0; i < Integer.getInteger("oracle.machines", 0); i++) {
        long one = seed + i;
        workers.submit(() -> {
          try {
            check(RandomMachine.text(new Random(one), RandomMachine.STATE_BITS, REACH), one);
          } catch (AssertionError | RuntimeException | StackOverflowError wrongSomewhere) {
            System.out.println("seed " + one + ": " + wrongSomewhere);
            wrong.add("seed " + one);
          }
          if (machines.get() % 100 == 0) {
            tell();
          }
        });
      }
    }
    Assertions.assertEquals(List.of(), wrong);
  }

  @AfterContainer
  static void tell() {
    System.out.printf(
        "oracle: %d machines, %d rows, %d questions, %d answers undecided;"
            + " %d preconditions of machines; %d regions of settings, %d not exact%n",
        machines.get(),
        rows.get(),
        questions.get(),
        undecided.get(),
        preconditions.get(),
        settings.get(),
        inexact.get());
  }

  private static void check(String text, long seed) {
    machines.incrementAndGet();
    List<String> found = disagreements(text, true);
    if (!found.isEmpty()) {
      String least =
          System.getProperty("oracle.reduce", "true").equals("true")
              ? Reducer.reduce(
                  text, t -> Texts.tryLoad(t).isPresent() && !disagreements(t, false).isEmpty())
              : text;
      Assertions.fail(
          "seed "
              + seed
              + ": "
              + found
              + "\nat its least:\n"
              + String.join("\n", disagreements(least, false))
              + "\n"
              + least);
    }
  }

  /// Where the two sides differ; nothing where the solver has no answer.
  static List<String> disagreements(String text, boolean counted) {
    Machine machine = Texts.load(text);
    boolean literal = text.hashCode() % 4 == 0;
    BruteForce.Answer answer =
        BruteForce.decide(
            machine, literal ? BruteForce.Options.LITERAL : BruteForce.Options.STANDARD);
    Analysis analysis;
    try {
      analysis = analyze(machine, literal ? Definitions.LITERAL : Definitions.STANDARD);
    } catch (RuntimeException | StackOverflowError e) {
      return List.of("the analyzer throws " + e + " at " + e.getStackTrace()[0]);
    }
    List<String> found = new ArrayList<>();
    for (Classes classes : analysis.rows()) {
      rows.addAndGet(counted ? 1 : 0);
      questions.addAndGet(counted ? classes.byStructure() + classes.bySolver() : 0);
      Map<trapline.isa.Property, Verdict> mine = answer.rows().get(classes.row().name());
      classes
          .findings()
          .forEach((property, finding) -> {
            Verdict verdict = mine.get(property);
            boolean unclear = answer.unclear().contains(classes.row().name());
            boolean itsOwn =
                property == trapline.isa.Property.WELL_DEFINED
                    && !Classifier.executesOthers(classes.instruction());
            if (verdict == null || unclear && !itsOwn) {
              return;
            }
            if (finding.isUndecided()) {
              undecided.addAndGet(counted ? 1 : 0);
            } else if (finding.isHolds() != verdict.holds()) {
              found.add(
                  classes.row().name()
                      + " "
                      + property.word()
                      + ": the solver says "
                      + show(finding)
                      + ", enumeration "
                      + verdict.holds()
                      + verdict
                          .witness()
                          .map(w -> "\n  enumeration: " + w.show(answer.layout()))
                          .orElse(""));
            }
          });
      classes
          .settings()
          .forEach((property, region) -> {
            if (!answer.unclear().contains(classes.row().name())) {
              settings.addAndGet(counted ? 1 : 0);
              inexact.addAndGet(counted && !region.exact() ? 1 : 0);
              compare(found, classes.row().name(), property, region, answer);
            }
          });
    }
    if (found.isEmpty() && answer.unclear().isEmpty()) {
      preconditions.addAndGet(counted ? analysis.preconditions().size() : 0);
      for (Precondition precondition : analysis.preconditions()) {
        boolean mine = answer.preconditions().get(precondition.kind());
        if (precondition.verdict() != trapline.theorem.Verdict.UNDECIDED
            && (precondition.verdict() == trapline.theorem.Verdict.HOLDS) != mine) {
          found.add(precondition.kind().word() + ": enumeration says " + mine);
        }
      }
    }
    if (found.isEmpty() && !analysis.isUndecided() && answer.unclear().isEmpty()) {
      var conclusions = answer.conclusions();
      compare(found, analysis, Theorem.VMM, true, conclusions.vmm());
      compare(found, analysis, Theorem.VMM, false, conclusions.vmmIfTrapping());
      compare(found, analysis, Theorem.HVMM, true, conclusions.hvmm());
      compare(found, analysis, Theorem.HVMM, false, conclusions.hvmmIfTrapping());
      compare(found, analysis, Theorem.RECURSIVE, true, conclusions.recursive());
      compare(found, analysis, Theorem.RECURSIVE, false, conclusions.recursiveIfTrapping());
    }
    return found;
  }

  /// The settings under which there is a gap; where the region is not exact, some of them may be
  /// too many.
  private static void compare(
      List<String> found,
      String row,
      trapline.isa.Property property,
      Region region,
      BruteForce.Answer answer) {
    Set<Integer> mine =
        answer.settings().getOrDefault(property, Map.of()).getOrDefault(row, Set.of());
    int setting = 0;
    do {
      boolean contains = region.contains(Settings.values(answer.layout(), region, setting));
      if (mine.contains(setting) ? !contains : contains && region.exact()) {
        found.add(
            row
                + " "
                + property.word()
                + " under "
                + Settings.values(answer.layout(), region, setting)
                + ": enumeration says "
                + mine.contains(setting)
                + ", the region is "
                + region.predicate());
      }
      setting = setting - answer.settable() & answer.settable();
    } while (setting != 0);
  }

  private static void compare(
      List<String> found, Analysis analysis, Theorem theorem, boolean strict, boolean mine) {
    var conclusion = analysis.conclusion(theorem);
    var reading = strict ? conclusion.strict() : conclusion.reading();
    if ((reading.verdict() == trapline.theorem.Verdict.HOLDS) != mine) {
      found.add(theorem.word() + (strict ? " (strict)" : "") + ": enumeration says " + mine);
    }
  }

  private static String show(Finding finding) {
    Optional<String> before =
        finding.evidence().map(w -> " word " + w.word() + " on " + w.before() + " " + w.observed());
    String grounds =
        finding instanceof Finding.Fails(var why, var _) ? " (" + why.name() + ")" : "";
    return finding.verdict() + grounds + before.orElse("");
  }

  private static Analysis analyze(Machine machine, Definitions definitions) {
    return Analyzer.analyze(
        machine,
        new Options(
            definitions,
            SolverChoice.named(System.getProperty("oracle.solver", "auto")).orElseThrow(),
            1,
            Duration.ofSeconds(20),
            Set.of(),
            java.util.Optional.empty()),
        Progress.NONE);
  }
}
