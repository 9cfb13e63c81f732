package trapline.lsp;

import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.edit.Understanding;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.report.Glance;
import trapline.report.Record;

/// What instructions are, found out in the background, one at a time, when somebody looks at one.
///
/// Answers are about one understanding of the texts; the next one starts afresh, and what is then
/// asked again comes from the row cache.
final class ClassesAsked implements AutoCloseable {
  private record Question(String machine, String instruction) {}

  private final Options options;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("classes").daemon().priority(Thread.MIN_PRIORITY).factory());
  private final Map<Question, CompletableFuture<String>> answers = new LinkedHashMap<>();
  private final Map<Question, Future<?>> running = new LinkedHashMap<>();

  ClassesAsked(Options options) {
    this.options = options;
  }

  /// In Markdown; of the first machine that has the instruction, as it is by default. Cancelled by
  /// [#forget].
  synchronized CompletableFuture<String> of(Understanding understanding, String instruction) {
    for (Understanding.Family family : understanding.families()) {
      if (family.instances().isEmpty()) {
        continue;
      }
      Machine machine = family.instances().getFirst();
      Optional<Instruction> asked =
          machine.instructions().stream().filter(i -> i.name().equals(instruction)).findFirst();
      if (asked.isPresent()) {
        return answers.computeIfAbsent(
            new Question(machine.name(), instruction), q -> ask(q, machine, asked.get()));
      }
    }
    return CompletableFuture.completedFuture("");
  }

  private CompletableFuture<String> ask(Question question, Machine machine, Instruction asked) {
    var answer = new CompletableFuture<String>();
    running.put(question, worker.submit(() -> answer(machine, asked, answer)));
    return answer;
  }

  private void answer(Machine machine, Instruction asked, CompletableFuture<String> answer) {
    try {
      var rows = asked.rows().stream().map(Instruction.Row::name).collect(Collectors.toSet());
      var some =
          new Options(
              options.definitions(),
              options.solver(),
              options.jobs(),
              options.timeout(),
              rows,
              options.cache());
      List<JsonObject> records = Record.of(List.of(Analyzer.analyze(machine, some, Progress.NONE)));
      answer.complete(
          Glance.instruction(records.getFirst(), asked.name()) + "\n\nin `" + machine.name() + "`");
    } catch (CancellationException edited) {
      answer.cancel(false);
    } catch (RuntimeException | Error failure) {
      // The text that is being written may be one that nobody has tried.
      answer.complete("not classified: " + failure);
    }
  }

  /// The texts have changed: whatever is being asked is of no interest any more.
  synchronized void forget() {
    answers.values().forEach(a -> a.cancel(false));
    answers.clear();
    running.values().forEach(r -> r.cancel(true));
    running.clear();
  }

  @Override
  public void close() {
    forget();
    worker.shutdownNow();
  }
}
