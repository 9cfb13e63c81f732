package trapline.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import trapline.Analyzer;
import trapline.Options;
import trapline.diag.Diagnostic;
import trapline.edit.Document;
import trapline.edit.Understanding;
import trapline.isa.Machine;
import trapline.report.Glance;
import trapline.report.Provenance;
import trapline.report.Record;
import trapline.theorem.Analysis;

/// Finds out about one text, on a thread of its own, and tells so in events.
///
///     events = diagnostics, progress*, verdict?, end        `end` comes even when the thread does not listen
final class Check {
  /// Bytes of a stack on which any text can be parsed.
  private static final long STACK = 64L << 20;

  /// What is told: its sort, and an object for the page.
  record Event(String sort, JsonObject data) {
    private static final String END = "end";

    boolean isEnd() {
      return sort.equals(END);
    }
  }

  /// The text, its name, and the machine to be asked about; the first one if there is none of that
  /// name.
  record Question(String file, String text, String machine) {}

  private final Question question;
  private final Session session;
  private final Options options;
  private final String version;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile @Nullable Thread thread;
  private boolean isCancelled;

  Check(Question question, Session session, Options options, String version) {
    this.question = question;
    this.session = session;
    this.options = options;
    this.version = version;
  }

  /// The next event; none if there is none for a while.
  Optional<Event> next(long milliseconds) throws InterruptedException {
    return Optional.ofNullable(events.poll(milliseconds, TimeUnit.MILLISECONDS));
  }

  synchronized void start(Runnable after) {
    if (isCancelled) {
      after.run();
      return;
    }
    thread =
        new Thread(
            null,
            () -> {
              try {
                run();
              } finally {
                after.run();
              }
            },
            "check",
            STACK);
    thread.setDaemon(true);
    thread.start();
  }

  /// The page wants to know something else.
  synchronized void cancel() {
    isCancelled = true;
    end("replaced");
    interrupt();
  }

  /// The time is over: what is known by then is told, unless even that takes long.
  void interrupt() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  void end(String why) {
    JsonObject data = new JsonObject();
    data.addProperty("why", why);
    events.add(new Event(Event.END, data));
  }

  private void run() {
    try {
      Optional<Document> document = session.understand(question.file(), question.text());
      if (document.isPresent()) {
        tell(document.get());
      }
      end("done");
    } catch (CancellationException interrupted) {
      end("time");
    } catch (StackOverflowError | OutOfMemoryError | RuntimeException failure) {
      // Whatever a description brings about, the page must go on.
      end("failed: " + failure);
    }
  }

  private void tell(Document document) {
    Understanding understanding = document.understanding();
    JsonArray diagnostics = new JsonArray();
    understanding.diagnostics().forEach(d -> diagnostics.add(shaped(d, document)));
    JsonArray machines = new JsonArray();
    understanding.families().forEach(f -> machines.add(f.name()));
    JsonObject told = new JsonObject();
    told.add("diagnostics", diagnostics);
    told.add("machines", machines);
    events.add(new Event("diagnostics", told));
    if (understanding.hasErrors() || understanding.families().isEmpty()) {
      return;
    }
    Understanding.Family family =
        understanding.families().stream()
            .filter(f -> f.name().equals(question.machine()))
            .findFirst()
            .orElse(understanding.families().getFirst());
    List<JsonObject> records = records(family);
    session.end(this, records);
    JsonObject verdict = new JsonObject();
    verdict.addProperty("machine", family.name());
    StringBuilder html = new StringBuilder();
    records.forEach(r -> html.append(Glance.page(r)));
    verdict.addProperty("html", html.toString());
    events.add(new Event("verdict", verdict));
  }

  private List<JsonObject> records(Understanding.Family family) {
    List<Analysis> analyses = new ArrayList<>();
    for (Machine machine : family.instances()) {
      boolean isOver = analyses.stream().anyMatch(Analysis::isPartial);
      analyses.add(
          isOver
              ? Analyzer.unanswered(machine, options)
              : Analyzer.analyze(
                  machine,
                  options,
                  step -> {
                    JsonObject progress = new JsonObject();
                    progress.addProperty("done", step.done());
                    progress.addProperty("total", step.total());
                    progress.addProperty("row", step.row());
                    events.add(new Event("progress", progress));
                  }));
    }
    List<String> command =
        List.of("trapline", "check", question.file(), "--machine", family.name());
    return Record.of(analyses, new Provenance(version, command, family.sources()));
  }

  /// As a page shows it: offsets where it is in this text, and else at its beginning, with its
  /// place.
  private static JsonObject shaped(Diagnostic d, Document document) {
    boolean isHere = d.span().file().name().equals(document.file().name());
    JsonObject json = new JsonObject();
    json.addProperty("from", isHere ? d.span().start() : 0);
    json.addProperty("to", isHere ? d.span().end() : 0);
    json.addProperty("severity", d.isError() ? "error" : "warning");
    json.addProperty("code", d.code().slug());
    json.addProperty("message", (isHere ? "" : d.span().place() + ": ") + d.message());
    json.addProperty("label", d.labels().getFirst().text());
    d.help().ifPresent(help -> json.addProperty("help", help));
    return json;
  }
}
