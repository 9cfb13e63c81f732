package trapline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import trapline.cache.AnswerCache;
import trapline.classify.Classes;
import trapline.classify.Classifier;
import trapline.classify.Composed;
import trapline.classify.Context;
import trapline.classify.Finding;
import trapline.classify.Premises;
import trapline.diag.Contradiction;
import trapline.isa.Expectation;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.smt.CancellableSolver;
import trapline.smt.Solver;
import trapline.theorem.Analysis;
import trapline.theorem.Conclusion;
import trapline.theorem.Outcome;

/// From a described machine to all that can be said of it.
///
///     rows        = the rows of every instruction, and reserved
///     classes     = classify(row) for each, independently; those that execute others last
///     conclusions = Theorems 1 to 3 over the classes
///     outcomes    = each `expect` line, under its assumptions
public final class Analyzer implements AutoCloseable {
  private static final String INTERRUPTED = "interrupted";

  private final Machine machine;
  private final Options options;
  private final Progress progress;
  private final ExecutorService workers;
  private final ThreadLocal<Engines> engines;
  private final List<Solver> opened = new ArrayList<>();
  private final AtomicInteger remembered = new AtomicInteger();
  private boolean isInterrupted;

  /// A worker's own solvers: one for questions, one to check solutions, so that neither loses its
  /// place.
  private record Engines(Solver solver, Solver checker) {}

  private record Job(Instruction instruction, Instruction.Row row) {}

  private Analyzer(Machine machine, Options options, Progress progress) {
    this.machine = machine;
    this.options = options;
    this.progress = progress;
    this.workers =
        Executors.newFixedThreadPool(options.jobs(), Thread.ofPlatform().daemon().factory());
    this.engines = ThreadLocal.withInitial(() -> new Engines(open(), open()));
  }

  /// @throws Contradiction when two engines disagree Interrupting the calling thread ends it early:
  ///   running questions are given up, and the rows that are not finished are undecided.
  public static Analysis analyze(Machine machine, Options options, Progress progress) {
    try (Analyzer analyzer = new Analyzer(machine, options, progress)) {
      return analyzer.analyze();
    }
  }

  /// What can be said of a machine that nothing was asked about, because the user has had enough.
  public static Analysis unanswered(Machine machine, Options options) {
    List<Classes> rows =
        jobs(machine).stream()
            .map(j -> Classes.unanswered(j.instruction, j.row, INTERRUPTED))
            .toList();
    Map<Instruction.Row, Classes> byRow = byRow(rows);
    List<Outcome> outcomes =
        machine.expectations().stream()
            .map(e -> Outcome.judge(e, byRow, Conclusion.of(rows)))
            .toList();
    return Analysis.of(
            machine, options.definitions(), rows, outcomes, Composed.unknown(INTERRUPTED))
        .interrupted(0, rows.size());
  }

  private Analysis analyze() {
    Context context;
    try {
      context = Context.of(machine, options.definitions(), premises());
    } catch (CancellationException interrupted) {
      Thread.interrupted();
      return unanswered(machine, options);
    }
    if (!options.rows().isEmpty()) {
      return some(context);
    }
    List<Classes> rows = classify(context, jobs(machine), List.of());
    int known = remembered.get();
    List<Outcome> outcomes = new ArrayList<>();
    for (Expectation expectation : machine.expectations()) {
      outcomes.add(judge(expectation, context, rows));
    }
    return told(
        Analysis.of(machine, options.definitions(), rows, outcomes, context.premises().composed()),
        known);
  }

  private Premises premises() {
    Supplier<Premises> asked =
        () -> {
          progress.premises();
          return Premises.of(machine, this::begun);
        };
    return options
        .cache()
        .map(c -> c.premises(machine, options.solver(), options.timeout(), asked))
        .orElseGet(asked);
  }

  private <T> Supplier<T> begun(Function<Solver, T> part) {
    Future<T> future = workers.submit(() -> part.apply(engines.get().solver()));
    return () -> awaited(future);
  }

  private <T> T awaited(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      workers.shutdownNow();
      throw new CancellationException(INTERRUPTED);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  /// Only the rows asked for; those that execute others need all the others.
  private Analysis some(Context context) {
    List<Job> wanted =
        jobs(machine).stream().filter(j -> options.rows().contains(j.row.name())).toList();
    boolean needsOthers = wanted.stream().anyMatch(j -> Classifier.executesOthers(j.instruction));
    List<Classes> rows =
        classify(context, needsOthers ? jobs(machine) : wanted, List.of()).stream()
            .filter(c -> options.rows().contains(c.row().name()))
            .toList();
    return told(Analysis.ofSome(machine, options.definitions(), rows), remembered.get());
  }

  private Analysis told(Analysis analysis, int known) {
    long missing = analysis.rows().stream().filter(Analyzer::isUnanswered).count();
    return isInterrupted ? analysis.interrupted(known, (int) missing) : analysis.remembering(known);
  }

  private static boolean isUnanswered(Classes classes) {
    return classes.findings().values().stream()
        .allMatch(f -> f instanceof Finding.Undecided(var why) && why.equals(INTERRUPTED));
  }

  private static List<Job> jobs(Machine machine) {
    List<Job> jobs = new ArrayList<>();
    for (Instruction instruction : machine.instructions()) {
      instruction.rows().forEach(row -> jobs.add(new Job(instruction, row)));
    }
    machine.reserved().rows().forEach(row -> jobs.add(new Job(machine.reserved(), row)));
    return jobs;
  }

  /// Classifies the jobs, and takes `known` for the rows that need no asking.
  private List<Classes> classify(Context context, List<Job> jobs, List<Classes> known) {
    Map<Instruction.Row, Classes> found = new LinkedHashMap<>();
    known.forEach(c -> found.put(c.row(), c));
    List<Job> open = jobs.stream().filter(j -> !found.containsKey(j.row)).toList();
    Map<Boolean, List<Job>> kinds =
        open.stream()
            .collect(Collectors.partitioningBy(j -> Classifier.executesOthers(j.instruction)));
    List<Job> plain = kinds.getOrDefault(false, List.of());
    List<Job> executing = kinds.getOrDefault(true, List.of());
    progress.rows();
    Tally tally = new Tally(open);
    Optional<AnswerCache.Rows> kept =
        options.cache().flatMap(c -> c.rows(context, options.solver(), options.timeout()));
    run(
        plain,
        found,
        tally,
        kept,
        j -> {
          Engines e = engines.get();
          return Classifier.classify(context, j.instruction, j.row, e.solver, e.checker);
        });
    List<Classes> others = List.copyOf(found.values());
    run(
        executing,
        found,
        tally,
        kept,
        j -> {
          Engines e = engines.get();
          return Classifier.classifyExecuting(
              context, j.instruction, j.row, others, e.solver, e.checker);
        });
    return jobs.stream().map(j -> answer(j, found)).toList();
  }

  private Classes answer(Job job, Map<Instruction.Row, Classes> found) {
    Classes classes = found.get(job.row);
    return classes == null ? Classes.unanswered(job.instruction, job.row, INTERRUPTED) : classes;
  }

  private interface Work {
    Classes on(Job job);
  }

  /// What was told of one round of rows so far.
  private final class Tally {
    private final Weight weight = new Weight();
    private final int total;
    private long left;
    private long asked;
    private int done;

    Tally(List<Job> jobs) {
      total = jobs.size();
      left = jobs.stream().mapToLong(j -> weight.of(j.instruction)).sum();
    }

    /// So that no long one is left for the end, when others have nothing to do.
    List<Job> heaviestFirst(List<Job> jobs) {
      Comparator<Job> byWeight = Comparator.comparingLong(j -> weight.of(j.instruction));
      return jobs.stream().sorted(byWeight.reversed()).toList();
    }

    synchronized void count(Job job, boolean isRemembered) {
      long share = weight.of(job.instruction);
      left -= share;
      asked += isRemembered ? 0 : share;
      done++;
      progress.classified(new Progress.Step(done, total, job.row.name(), asked, left));
    }
  }

  /// Does the jobs, as long as nobody interrupts.
  private void run(
      List<Job> jobs,
      Map<Instruction.Row, Classes> found,
      Tally tally,
      Optional<AnswerCache.Rows> kept,
      Work work) {
    if (isInterrupted) {
      return;
    }
    Map<Job, Future<Classes>> futures = new HashMap<>();
    for (Job job : tally.heaviestFirst(jobs)) {
      futures.put(job, workers.submit(() -> answered(job, tally, kept, work)));
    }
    for (Job job : jobs) {
      try {
        Future<Classes> future = Objects.requireNonNull(futures.get(job));
        if (!isInterrupted || isTelling(future)) {
          found.put(job.row, future.get());
        }
      } catch (InterruptedException e) {
        isInterrupted = true;
        workers.shutdownNow();
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      }
    }
  }

  /// Whether a job ended with something to tell, though there was an interruption.
  private static boolean isTelling(Future<Classes> future) {
    return switch (future.state()) {
      case SUCCESS -> true;
      case FAILED -> !(future.exceptionNow() instanceof CancellationException);
      case RUNNING, CANCELLED -> false;
    };
  }

  private Classes answered(Job job, Tally tally, Optional<AnswerCache.Rows> kept, Work work) {
    Optional<Classes> known = kept.flatMap(k -> k.find(job.instruction, job.row));
    Classes classes = known.orElseGet(() -> work.on(job));
    if (known.isPresent()) {
      remembered.incrementAndGet();
    } else {
      kept.ifPresent(k -> k.keep(classes));
    }
    tally.count(job, known.isPresent());
    return classes;
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof Contradiction contradiction) {
      return contradiction;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(cause);
  }

  /// Under assumptions there are fewer states, so what was innocuous stays so; the rest is asked
  /// again.
  private Outcome judge(Expectation expectation, Context context, List<Classes> rows) {
    if (!expectation.under().isEmpty()) {
      Context under = context.under(expectation.under(), expectation.properties());
      boolean ofMachine =
          expectation.subjects().stream().anyMatch(s -> s instanceof Expectation.Subject.OfMachine);
      List<Instruction.Row> named =
          expectation.subjects().stream()
              .flatMap(s ->
                  s instanceof Expectation.Subject.OfRows(var text, var instruction, var of)
                      ? of.stream()
                      : java.util.stream.Stream.empty())
              .toList();
      List<Classes> known =
          rows.stream()
              .filter(c ->
                  named.contains(c.row())
                      ? isOfInnocuous(expectation) && c.finding(Property.INNOCUOUS).isHolds()
                      : !ofMachine || isSettled(c))
              .toList();
      Optional<String> vacuous = vacuous(under);
      if (vacuous.isPresent()) {
        return Outcome.ofNothing(expectation, vacuous.get());
      }
      rows = classify(under, jobs(machine), known);
    }
    return Outcome.judge(expectation, byRow(rows), Conclusion.of(rows));
  }

  /// Whether all that is claimed is that rows are innocuous.
  private static boolean isOfInnocuous(Expectation expectation) {
    return expectation.properties().equals(Set.of(Property.INNOCUOUS))
        && expectation.claims().stream().noneMatch(Expectation.Claim::negated);
  }

  /// Whether the hypotheses leave no state at all of supervisors, or of users.
  private Optional<String> vacuous(Context under) {
    Engines mine = engines.get();
    Map<String, List<Mode>> modes = new LinkedHashMap<>();
    modes.put("supervisor", machine.supervisorModes());
    modes.put("user", machine.userModes());
    return modes.entrySet().stream()
        .filter(e -> !e.getValue().isEmpty())
        .filter(e -> Classifier.leavesNone(under, e.getValue(), mine.solver, mine.checker))
        .map(e -> "they leave no state in a " + e.getKey() + " mode")
        .findFirst();
  }

  private static Map<Instruction.Row, Classes> byRow(List<Classes> rows) {
    Map<Instruction.Row, Classes> byRow = new LinkedHashMap<>();
    rows.forEach(c -> byRow.put(c.row(), c));
    return byRow;
  }

  private static boolean isSettled(Classes classes) {
    return classes.finding(Property.SENSITIVE).isFails()
        && classes.finding(Property.CLOCK_SENSITIVE).isFails();
  }

  private Solver open() {
    synchronized (opened) {
      Solver solver = new CancellableSolver(options.solver().open(options.timeout()));
      opened.add(solver);
      return solver;
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    options.cache().ifPresent(AnswerCache::trim);
    synchronized (opened) {
      opened.forEach(Solver::close);
    }
  }
}
