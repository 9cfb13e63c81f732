package trapline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import trapline.classify.Classes;
import trapline.classify.Classifier;
import trapline.classify.Context;
import trapline.diag.Contradiction;
import trapline.isa.Assumption;
import trapline.isa.Expectation;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
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
  private final Machine machine;
  private final Options options;
  private final Progress progress;
  private final ExecutorService workers;
  private final ThreadLocal<Engines> engines;
  private final List<Solver> opened = new ArrayList<>();

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

  /// @throws Contradiction when two engines disagree
  /// @throws InterruptedException when interrupted; running questions are given up
  public static Analysis analyze(Machine machine, Options options, Progress progress)
      throws InterruptedException {
    try (Analyzer analyzer = new Analyzer(machine, options, progress)) {
      return analyzer.analyze();
    }
  }

  private Analysis analyze() throws InterruptedException {
    Engines mine = engines.get();
    Context context = Context.of(machine, options.definitions(), mine.solver());
    if (!options.rows().isEmpty()) {
      return some(context);
    }
    List<Classes> rows = classify(context, jobs(), List.of());
    List<Outcome> outcomes = new ArrayList<>();
    for (Expectation expectation : machine.expectations()) {
      outcomes.add(judge(expectation, context, rows));
    }
    return Analysis.of(machine, options.definitions(), rows, outcomes, context.miscomposed());
  }

  /// Only the rows asked for; those that execute others need all the others.
  private Analysis some(Context context) throws InterruptedException {
    List<Job> wanted = jobs().stream().filter(j -> options.rows().contains(j.row.name())).toList();
    boolean needsOthers = wanted.stream().anyMatch(j -> Classifier.executesOthers(j.instruction));
    List<Classes> rows =
        classify(context, needsOthers ? jobs() : wanted, List.of()).stream()
            .filter(c -> options.rows().contains(c.row().name()))
            .toList();
    return Analysis.ofSome(machine, options.definitions(), rows);
  }

  private List<Job> jobs() {
    List<Job> jobs = new ArrayList<>();
    for (Instruction instruction : machine.instructions()) {
      instruction.rows().forEach(row -> jobs.add(new Job(instruction, row)));
    }
    machine.reserved().rows().forEach(row -> jobs.add(new Job(machine.reserved(), row)));
    return jobs;
  }

  /// Classifies the jobs, and takes `known` for the rows that need no asking.
  private List<Classes> classify(Context context, List<Job> jobs, List<Classes> known)
      throws InterruptedException {
    Map<Instruction.Row, Classes> found = new LinkedHashMap<>();
    known.forEach(c -> found.put(c.row(), c));
    List<Job> open = jobs.stream().filter(j -> !found.containsKey(j.row)).toList();
    Map<Boolean, List<Job>> kinds =
        open.stream()
            .collect(Collectors.partitioningBy(j -> Classifier.executesOthers(j.instruction)));
    List<Job> plain = kinds.getOrDefault(false, List.of());
    List<Job> executing = kinds.getOrDefault(true, List.of());
    AtomicInteger done = new AtomicInteger();
    int total = open.size();
    run(
        plain,
        found,
        total,
        done,
        j -> {
          Engines e = engines.get();
          return Classifier.classify(context, j.instruction, j.row, e.solver, e.checker);
        });
    List<Classes> others = List.copyOf(found.values());
    run(
        executing,
        found,
        total,
        done,
        j -> {
          Engines e = engines.get();
          return Classifier.classifyExecuting(
              context, j.instruction, j.row, others, e.solver, e.checker);
        });
    return jobs.stream().map(j -> java.util.Objects.requireNonNull(found.get(j.row))).toList();
  }

  private interface Work {
    Classes on(Job job);
  }

  private void run(
      List<Job> jobs, Map<Instruction.Row, Classes> found, int total, AtomicInteger done, Work work)
      throws InterruptedException {
    Map<Job, Future<Classes>> futures = new LinkedHashMap<>();
    for (Job job : jobs) {
      futures.put(
          job,
          workers.submit(() -> {
            Classes classes = work.on(job);
            synchronized (progress) {
              progress.classified(done.incrementAndGet(), total, job.row.name());
            }
            return classes;
          }));
    }
    for (Map.Entry<Job, Future<Classes>> entry : futures.entrySet()) {
      try {
        found.put(entry.getKey().row, entry.getValue().get());
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      }
    }
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
  private Outcome judge(Expectation expectation, Context context, List<Classes> rows)
      throws InterruptedException {
    if (!expectation.under().isEmpty()) {
      List<Assumption> under = expectation.under();
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
              .filter(c -> !named.contains(c.row()) && (!ofMachine || isSettled(c)))
              .toList();
      rows = classify(context.under(under), jobs(), known);
    }
    Map<Instruction.Row, Classes> byRow = new LinkedHashMap<>();
    rows.forEach(c -> byRow.put(c.row(), c));
    return Outcome.judge(expectation, byRow, Conclusion.of(rows));
  }

  private static boolean isSettled(Classes classes) {
    return classes.finding(Property.SENSITIVE).isFails()
        && classes.finding(Property.CLOCK_SENSITIVE).isFails();
  }

  private Solver open() {
    synchronized (opened) {
      Solver solver = options.solver().open(options.timeout());
      opened.add(solver);
      return solver;
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    synchronized (opened) {
      opened.forEach(Solver::close);
    }
  }
}
