package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import trapline.isa.Machine;
import trapline.machine.StatePrinter;
import trapline.vmm.Chronicle;
import trapline.vmm.Experiment;
import trapline.vmm.Journal;
import trapline.vmm.Lockstep;
import trapline.vmm.Meter;
import trapline.vmm.Tally;
import trapline.vmm.VirtualMachine;

/// A run under monitors as JSON: the record that its views are made from.
///
///     {"machine", "setting", "guest_setting", "file", "program", "command", "monitor", "compared",
///      "steps", "verdict",
///      "properties": {"equivalence", "resource_control", "efficiency"},
///      "guests": [{"name", "levels", "outcome", "work", "difference"}],
///      "log": {"counts", "first", "last"},
///      "picture": {"lanes", "views": [{"from", "to", "bucket", "lanes": [{"name", "spans"}]}]},
///      "measured": {...}}                                          times, which are others each time
///
/// Without `measured` it is the same bytes for the same run. The schema is `run.schema.json` in the
/// resources.
public final class RunRecord {
  private RunRecord() {}

  public static JsonObject of(Trial trial) {
    Experiment run = trial.watched();
    Machine machine = run.plan().hosts().machine();
    Machine guests = run.plan().guests().machine();
    JsonObject json = new JsonObject();
    json.addProperty("machine", machine.name());
    json.add("setting", Evidence.setting(machine));
    json.add("guest_setting", Evidence.setting(guests));
    json.addProperty("file", machine.span().file().name());
    json.addProperty("program", trial.program());
    json.add("command", strings(trial.command()));
    JsonObject monitor = new JsonObject();
    monitor.addProperty(
        "kind",
        switch (run.plan().kind()) {
          case TRAP_AND_EMULATE -> "trap-and-emulate";
          case HYBRID -> "hybrid";
        });
    monitor.addProperty("guests", run.plan().count());
    monitor.addProperty("nest", run.plan().nest());
    monitor.addProperty("slice", run.plan().slice());
    monitor.addProperty("timer", run.hasTimer());
    json.add("monitor", monitor);
    json.addProperty(
        "compared",
        switch (trial.comparison()) {
          case LOCKSTEP -> "after every step";
          case STRETCHES -> "at every trap";
        });
    json.addProperty("steps", run.steps());
    json.addProperty("verdict", verdict(run));
    json.add("properties", properties(trial));
    JsonArray all = new JsonArray();
    for (int i = 0; i < run.guests().size(); i++) {
      int number = i;
      all.add(guest(run, run.guests().get(i), trial.measured().map(m -> m.guests().get(number))));
    }
    json.add("guests", all);
    json.add("log", log(run));
    json.add("picture", picture(run));
    trial
        .measured()
        .ifPresent(m -> trial.speeds().ifPresent(s -> json.add("measured", measured(m, s))));
    return json;
  }

  private static String verdict(Experiment run) {
    boolean limited = false;
    for (Experiment.Guest guest : run.guests()) {
      switch (run.outcome(guest)) {
        case Lockstep.Different _ -> {
          return "different";
        }
        case Lockstep.Limited _ -> limited = true;
        case Lockstep.Same _, Lockstep.Waits _, Lockstep.Ended _ -> {}
      }
    }
    return limited ? "limited" : "same";
  }

  private static JsonObject properties(Trial trial) {
    Experiment run = trial.watched();
    JsonObject equivalence = new JsonObject();
    equivalence.addProperty(
        "verdict",
        switch (verdict(run)) {
          case "same" -> "holds";
          case "limited" -> "limited";
          default -> "fails";
        });
    equivalence.addProperty("steps", run.steps());
    JsonObject control = new JsonObject();
    List<String> breaches =
        run.guests().stream().flatMap(g -> g.virtual().breaches().stream()).toList();
    control.addProperty("verdict", breaches.isEmpty() ? "holds" : "fails");
    control.addProperty("accesses", run.real().state().reached());
    control.addProperty("strays", run.real().state().strays());
    control.add("breaches", strings(breaches));
    JsonObject efficiency = new JsonObject();
    Tally total = Tally.sum(run.guests().stream().map(g -> g.virtual().tally()).toList());
    work(efficiency, total);
    trial
        .measured()
        .ifPresent(m ->
            levels(
                efficiency,
                m.guests().stream().mapToLong(Experiment.Guest::executions).sum(),
                m.guests().stream().mapToLong(Experiment.Guest::switches).sum(),
                total));
    JsonObject json = new JsonObject();
    json.add("equivalence", equivalence);
    json.add("resource_control", control);
    json.add("efficiency", efficiency);
    return json;
  }

  private static void work(JsonObject json, Tally tally) {
    json.addProperty("direct_share", rounded(tally.share(), 6));
    json.addProperty("traps_per_thousand", rounded(tally.trapsPerThousand(), 6));
    json.addProperty("direct", tally.direct());
    json.addProperty("emulated", tally.emulated());
    json.addProperty("interpreted", tally.interpreted());
    json.addProperty("reflected", tally.reflected());
    json.addProperty("interrupts", tally.interrupts());
    json.addProperty("slices", tally.slices());
  }

  /// What monitors on all levels had to do, in stretches, and how much of it a trap or interrupt
  /// came to.
  private static void levels(JsonObject json, long executions, long switches, Tally tally) {
    long entries = tally.traps() + tally.interrupts();
    json.addProperty("executions", executions);
    json.addProperty("switches", switches);
    if (entries > 0) {
      json.addProperty(
          "executions_per_entry",
          rounded((double) (executions - tally.interpreted()) / entries, 4));
      json.addProperty("switches_per_entry", rounded((double) switches / entries, 4));
    }
  }

  private static JsonObject guest(
      Experiment run, Experiment.Guest guest, Optional<Experiment.Guest> measured) {
    VirtualMachine virtual = guest.virtual();
    JsonObject json = new JsonObject();
    json.addProperty("name", virtual.name());
    JsonArray levels = new JsonArray();
    for (VirtualMachine level : guest.levels()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("name", level.name());
      entry.addProperty("base", level.region().base());
      entry.addProperty("cells", level.region().size());
      levels.add(entry);
    }
    json.add("levels", levels);
    json.addProperty("steps", guest.pair().steps());
    Lockstep.Outcome outcome = run.outcome(guest);
    json.addProperty(
        "outcome",
        switch (outcome) {
          case Lockstep.Same _, Lockstep.Waits _ -> "same";
          case Lockstep.Ended _ -> "ended";
          case Lockstep.Limited _ -> "limited";
          case Lockstep.Different _ -> "different";
        });
    switch (outcome) {
      case Lockstep.Ended(var stop) -> json.addProperty("end", Lockstep.describe(stop));
      case Lockstep.Limited(var reason) -> json.addProperty("limit", reason);
      case Lockstep.Different(var difference) -> json.add("difference", difference(difference));
      case Lockstep.Same _, Lockstep.Waits _ -> {}
    }
    json.addProperty("printed", printed(guest.pair().bare().state()));
    JsonObject work = new JsonObject();
    work(work, virtual.tally());
    measured.ifPresent(m -> levels(work, m.executions(), m.switches(), virtual.tally()));
    json.add("work", work);
    return json;
  }

  /// What was written to output ports, as characters; only the first if it is much.
  private static String printed(trapline.machine.State state) {
    int most = 60;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(state.written(), most); i++) {
      int c = (int) (state.output(i).value().toLong() & 0x7f);
      text.append(c >= 0x20 && c < 0x7f ? (char) c : '.');
    }
    return text + (state.written() > most ? "…" : "");
  }

  static JsonObject difference(Lockstep.Difference difference) {
    JsonObject json = new JsonObject();
    json.addProperty("guest", difference.guest());
    json.addProperty("since", difference.since());
    json.addProperty("step", difference.step());
    json.addProperty("instruction", difference.instruction());
    json.addProperty("word", difference.word());
    json.add("places", strings(difference.places()));
    JsonArray rows = new JsonArray();
    for (Lockstep.Row row : difference.rows()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("place", row.place());
      entry.addProperty("bare", row.bare());
      entry.addProperty("virtual", row.virtual());
      entry.addProperty("differs", row.differs());
      rows.add(entry);
    }
    json.add("rows", rows);
    json.add("acts", strings(difference.acts()));
    return json;
  }

  private static JsonObject log(Experiment run) {
    JsonObject json = new JsonObject();
    JsonArray counts = new JsonArray();
    List<String> lanes = run.chronicle().lanes();
    run.chronicle().events().entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<Chronicle.Event, Long>>comparingInt(
                    e -> lanes.indexOf(e.getKey().lane()))
                .thenComparing(e -> e.getKey().kind())
                .thenComparing(e -> -e.getValue()))
        .forEach(each -> {
          Chronicle.Event event = each.getKey();
          JsonObject entry = new JsonObject();
          entry.addProperty("lane", event.lane());
          entry.addProperty("act", word(event.kind()));
          entry.addProperty("what", event.what());
          entry.addProperty("why", event.why());
          entry.addProperty("count", each.getValue());
          counts.add(entry);
        });
    json.add("counts", counts);
    json.add("first", entries(run, run.journal().first()));
    json.add("last", entries(run, run.journal().last()));
    return json;
  }

  private static JsonArray entries(Experiment run, List<Journal.Entry> entries) {
    var simulator = run.plan().guests();
    var printer = new StatePrinter(simulator.machine());
    return strings(
        entries.stream().map(e -> Journal.describe(e, simulator.codec(), printer)).toList());
  }

  private static JsonObject picture(Experiment run) {
    JsonObject json = new JsonObject();
    json.add("lanes", strings(run.chronicle().lanes()));
    JsonArray views = new JsonArray();
    for (Chronicle.View view : run.chronicle().views(run.journal().clock())) {
      JsonObject entry = new JsonObject();
      entry.addProperty("from", view.from());
      entry.addProperty("to", view.to());
      entry.addProperty("bucket", view.width());
      JsonArray lanes = new JsonArray();
      view.counts()
          .forEach((name, counts) -> {
            JsonObject lane = new JsonObject();
            lane.addProperty("name", name);
            lane.add("spans", spans(view, counts));
            lanes.add(lane);
          });
      entry.add("lanes", lanes);
      views.add(entry);
    }
    json.add("views", views);
    return json;
  }

  /// `[from, to, steps of each kind...]`; neighbours that are alike together, empty ones left out.
  private static JsonArray spans(Chronicle.View view, long[][] counts) {
    JsonArray spans = new JsonArray();
    for (int i = 0; i < counts.length; ) {
      int end = i + 1;
      while (end < counts.length && java.util.Arrays.equals(counts[i], counts[end])) {
        end++;
      }
      long all = java.util.Arrays.stream(counts[i]).sum();
      if (all > 0) {
        JsonArray span = new JsonArray();
        span.add(view.from() + i * view.width());
        span.add(Math.min(view.to(), view.from() + end * view.width()));
        for (long count : counts[i]) {
          span.add(count * (end - i));
        }
        spans.add(span);
      }
      i = end;
    }
    return spans;
  }

  private static JsonObject measured(Experiment run, Trial.Speeds speeds) {
    JsonObject json = new JsonObject();
    json.addProperty("note", "times, which are others each time; the rest of the record is not");
    speeds.lockstep().ifPresent(s -> json.addProperty("lockstep_steps_per_second", rounded(s, 3)));
    json.addProperty("stretches_steps_per_second", rounded(speeds.stretches(), 3));
    speeds
        .lockstep()
        .ifPresent(
            s -> json.addProperty("stretches_over_lockstep", rounded(speeds.stretches() / s, 3)));
    JsonArray guests = new JsonArray();
    for (Experiment.Guest guest : run.guests()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("name", guest.virtual().name());
      guest.meter().ifPresent(m -> costs(entry, m));
      guests.add(entry);
    }
    json.add("guests", guests);
    JsonObject total = new JsonObject();
    costs(total, Meter.sum(run.guests().stream().flatMap(g -> g.meter().stream()).toList()));
    json.add("total", total);
    return json;
  }

  private static void costs(JsonObject json, Meter meter) {
    meter
        .cost()
        .ifPresent(cost -> {
          JsonObject spread = new JsonObject();
          spread.addProperty("median", rounded(cost.median(), 3));
          spread.addProperty("low", rounded(cost.low(), 3));
          spread.addProperty("high", rounded(cost.high(), 3));
          spread.addProperty("parts", cost.parts());
          json.add("cost_of_a_trap", spread);
        });
    if (meter.costOfInterpreting() > 0) {
      json.addProperty("cost_of_interpreting", rounded(meter.costOfInterpreting(), 3));
    }
    if (meter.costOfRunning() > 0) {
      json.addProperty("cost_of_running", rounded(meter.costOfRunning(), 3));
    }
    json.addProperty("slowdown", rounded(meter.slowdown(), 3));
  }

  static String word(Chronicle.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static BigDecimal rounded(double value, int digits) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return BigDecimal.ZERO;
    }
    BigDecimal exact = new BigDecimal(value).round(new MathContext(digits));
    BigDecimal plain = exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }

  static JsonArray strings(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  static List<String> texts(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }
}
