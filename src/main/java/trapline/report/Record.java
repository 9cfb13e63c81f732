package trapline.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.classify.Witness;
import trapline.diag.Span;
import trapline.isa.Assumption;
import trapline.isa.Expectation;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.isa.Theorem;
import trapline.theorem.Analysis;
import trapline.theorem.Conclusion;
import trapline.theorem.Configuration;
import trapline.theorem.Exact;
import trapline.theorem.Outcome;
import trapline.theorem.Precondition;
import trapline.theorem.Verdict;
import trapline.vmm.VirtualMachine;

/// Analyses as JSON: the record that every view is made from.
///
///     {"machine", "settings", "file", "line", "doc", "trapline", "command", "sources", "definitions",
///      "instructions": [{"name", "row", "encodings",
///                        "classes": {PROPERTY: {"verdict", "witness", "monitor_run"}}}],
///      "theorems": {THEOREM: {"verdict", "because", "unpredictable", "applies", "strict", "under"}},
///      "preconditions": [{"kind", "verdict", "because", "note", "witness"}],
///      "exact": {"vmm" | "hvmm": {"verdict", "gap", "unpredictable", "despite", "despite_why", "note"}},
///      "configuration": {"vmm" | "hvmm": {"verdict", "setting", "needs", "unsaved", "conflict", "tradeoffs"}},
///      "regions": [{"row", "claim", "where", "exact", "why"}],
///      "expectations": [{"subjects", "claims", "verdict", "dissents"}],
///      "hypotheses", "remarks", "statistics"}            and "partial": true if it was interrupted
///
/// One record per machine and outcome: settings of parameters with the same verdicts share a record,
/// whose witnesses are those of the first. The schema is `report.schema.json` in the resources.
public final class Record {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private Record() {}

  /// The records of `analyses`, in their order.
  public static List<JsonObject> of(List<Analysis> analyses) {
    return of(analyses, Provenance.NONE);
  }

  public static List<JsonObject> of(List<Analysis> analyses, Provenance provenance) {
    Map<JsonElement, JsonObject> byVerdicts = new LinkedHashMap<>();
    for (Analysis analysis : analyses) {
      JsonObject verdicts = new Writer(analysis, provenance, Optional.empty()).write();
      JsonObject known = byVerdicts.get(verdicts);
      if (known == null) {
        Shown shown = new Shown(Bench.of(analysis.machine()), new Showing(analysis.machine()));
        JsonObject full = new Writer(analysis, provenance, Optional.of(shown)).write();
        byVerdicts.put(verdicts, full);
        known = full;
      }
      known.getAsJsonArray("settings").add(Evidence.setting(analysis.machine()));
    }
    return new ArrayList<>(byVerdicts.values());
  }

  /// As text: one record as it is, several as an array.
  public static String text(List<JsonObject> records) {
    JsonElement json;
    if (records.size() == 1) {
      json = records.getFirst();
    } else {
      JsonArray array = new JsonArray();
      records.forEach(array::add);
      json = array;
    }
    return text(json);
  }

  public static String text(JsonElement json) {
    return GSON.toJson(json) + "\n";
  }

  /// What shows witnesses: as stories, and under a monitor.
  private record Shown(Bench bench, Showing showing) {}

  /// Without what shows them it writes the verdicts alone, which is what settings are compared by.
  private record Writer(Analysis analysis, Provenance provenance, Optional<Shown> shown) {
    JsonObject write() {
      Machine machine = analysis.machine();
      JsonObject json = new JsonObject();
      json.addProperty("machine", machine.name());
      json.add("settings", new JsonArray());
      if (analysis.isPartial()) {
        json.addProperty("partial", true);
      }
      place(json, machine.span());
      json.addProperty("doc", machine.doc());
      provenance.write(json);
      json.addProperty("definitions", analysis.definitions().word());
      JsonArray instructions = new JsonArray();
      analysis.rows().forEach(row -> instructions.add(row(row)));
      json.add("instructions", instructions);
      JsonObject theorems = new JsonObject();
      for (Theorem theorem : Theorem.values()) {
        Conclusion conclusion = analysis.conclusions().get(theorem);
        if (conclusion != null) {
          JsonObject written = conclusion(conclusion);
          if (theorem == Theorem.RECURSIVE) {
            written.add("clock_readers", strings(clockReaders()));
          }
          theorems.add(theorem.word(), written);
        }
      }
      json.add("theorems", theorems);
      JsonArray preconditions = new JsonArray();
      analysis.preconditions().forEach(p -> preconditions.add(precondition(p)));
      json.add("preconditions", preconditions);
      JsonObject exact = new JsonObject();
      analysis.exactly().ifPresent(e -> exact.add(Theorem.VMM.word(), exact(e)));
      analysis.exactlyHybrid().ifPresent(e -> exact.add(Theorem.HVMM.word(), exact(e)));
      json.add("exact", exact);
      JsonObject configuration = new JsonObject();
      analysis
          .exactly()
          .flatMap(Exact::configuration)
          .ifPresent(c -> configuration.add(Theorem.VMM.word(), configuration(c)));
      analysis
          .exactlyHybrid()
          .flatMap(Exact::configuration)
          .ifPresent(c -> configuration.add(Theorem.HVMM.word(), configuration(c)));
      json.add("configuration", configuration);
      JsonArray regions = new JsonArray();
      analysis.rows().forEach(row -> regions(row, regions));
      json.add("regions", regions);
      JsonArray expectations = new JsonArray();
      analysis.expectations().forEach(e -> expectations.add(expectation(e)));
      json.add("expectations", expectations);
      json.add("hypotheses", hypotheses(machine));
      if (shown.isPresent()) {
        json.add("remarks", strings(Remarks.of(analysis)));
        JsonObject counts = new JsonObject();
        counts.addProperty("rows", analysis.rows().size());
        counts.addProperty("by_structure", analysis.effort().byStructure());
        counts.addProperty("by_solver", analysis.effort().bySolver());
        counts.addProperty("rows_remembered", analysis.effort().remembered());
        counts.addProperty("rows_unanswered", analysis.effort().unanswered());
        json.add("statistics", counts);
      }
      return json;
    }

    private JsonObject row(Classes row) {
      JsonObject json = new JsonObject();
      json.addProperty("name", row.instruction().name());
      json.addProperty("row", row.row().name());
      place(json, row.instruction().span());
      row.instruction().cite().ifPresent(c -> json.addProperty("cite", c));
      json.add("encodings", Layouts.of(row.instruction(), row.row()));
      JsonObject classes = new JsonObject();
      for (Property property : Property.values()) {
        Finding finding = row.findings().get(property);
        if (finding != null) {
          JsonObject written = finding(row, finding);
          monitorRun(property, finding).ifPresent(run -> written.add("monitor_run", run));
          classes.add(property.word(), written);
        }
      }
      json.add("classes", classes);
      return json;
    }

    private JsonObject finding(Classes row, Finding finding) {
      JsonObject json = new JsonObject();
      json.addProperty("verdict", finding.verdict());
      switch (finding) {
        case Finding.Holds(var witness) -> witness(json, row, witness);
        case Finding.Fails(var grounds, var counterexample) -> {
          if (counterexample.isPresent()) {
            witness(json, row, counterexample);
          }
        }
        case Finding.Undecided(var why) -> json.addProperty("why", why);
      }
      return json;
    }

    /// Of a gap: what its witness does under a monitor.
    private Optional<JsonObject> monitorRun(Property property, Finding finding) {
      Optional<VirtualMachine.Kind> kind =
          property == Property.GAP
              ? Optional.of(VirtualMachine.Kind.TRAP_AND_EMULATE)
              : property == Property.HYBRID_GAP
                  ? Optional.of(VirtualMachine.Kind.HYBRID)
                  : Optional.empty();
      return finding.isHolds()
          ? kind.flatMap(k -> shown.flatMap(s -> finding.evidence().map(w -> s.showing().of(w, k))))
          : Optional.empty();
    }

    private void witness(JsonObject json, Classes row, Optional<Witness> witness) {
      shown.ifPresent(s ->
          json.add(
              "witness",
              witness
                  .<JsonElement>map(w -> Evidence.of(s.bench(), row, w))
                  .orElse(com.google.gson.JsonNull.INSTANCE)));
    }

    /// What keeps Theorem 2 from a machine whatever Theorem 1 says: unprivileged readers of a
    /// clock.
    private List<String> clockReaders() {
      return analysis.rows().stream()
          .filter(c ->
              c.finding(Property.CLOCK_SENSITIVE).isHolds()
                  && !c.finding(Property.PRIVILEGED).isHolds()
                  && !c.finding(Property.TRAPS_IN_USER).isHolds())
          .map(c -> c.row().name())
          .toList();
    }

    /// A witness of one of the rows as a file, if witnesses are written.
    private Optional<JsonObject> evidence(Witness witness) {
      return shown.flatMap(s ->
          analysis.rows().stream()
              .filter(r -> r.row().name().equals(witness.row()))
              .findFirst()
              .map(r -> Evidence.of(s.bench(), r, witness)));
    }

    private JsonObject conclusion(Conclusion conclusion) {
      JsonObject json = reading(conclusion.reading());
      json.addProperty("applies", analysis.isThirdGeneration().word());
      json.add("strict", reading(conclusion.strict()));
      JsonArray under = new JsonArray();
      for (Outcome outcome : analysis.expectations()) {
        List<String> names = outcome.expectation().under().stream().map(a -> a.name()).toList();
        for (Expectation.Claim claim : outcome.expectation().claims()) {
          if (!names.isEmpty()
              && outcome.verdict() == Verdict.HOLDS
              && claim instanceof Expectation.Claim.OfMachine(var theorem, var negated)
              && theorem == conclusion.theorem()) {
            JsonObject entry = new JsonObject();
            entry.add("hypotheses", strings(names));
            entry.addProperty("verdict", (negated ? Verdict.FAILS : Verdict.HOLDS).word());
            under.add(entry);
          }
        }
      }
      json.add("under", under);
      return json;
    }

    private static JsonObject reading(Conclusion.Reading reading) {
      JsonObject json = new JsonObject();
      json.addProperty("verdict", reading.verdict().word());
      json.add("because", strings(reading.because()));
      json.add("unpredictable", strings(reading.loosely()));
      return json;
    }

    private JsonObject precondition(Precondition precondition) {
      JsonObject json = new JsonObject();
      json.addProperty("kind", precondition.kind().word());
      json.addProperty("verdict", precondition.verdict().word());
      json.add("because", strings(precondition.because()));
      precondition.note().ifPresent(note -> json.addProperty("note", note));
      precondition.witness().flatMap(this::evidence).ifPresent(shown -> json.add("witness", shown));
      return json;
    }

    private static JsonObject exact(Exact exact) {
      JsonObject json = new JsonObject();
      json.addProperty("verdict", exact.verdict().word());
      json.add("gap", strings(exact.gap()));
      json.add("unpredictable", strings(exact.loosely()));
      json.add("despite", strings(exact.despite().stream().map(Exact.Despite::row).toList()));
      JsonObject why = new JsonObject();
      exact.despite().forEach(d -> why.addProperty(d.row(), d.why()));
      json.add("despite_why", why);
      exact.note().ifPresent(note -> json.addProperty("note", note));
      return json;
    }

    private static JsonObject configuration(Configuration configuration) {
      JsonObject json = new JsonObject();
      json.addProperty("verdict", configuration.verdict().word());
      json.add("setting", values(configuration.setting()));
      JsonArray needs = new JsonArray();
      for (Configuration.Need need : configuration.needs()) {
        JsonObject entry = new JsonObject();
        entry.addProperty("row", need.row());
        entry.addProperty("needs", need.predicate());
        entry.addProperty("exact", need.exact());
        needs.add(entry);
      }
      json.add("needs", needs);
      json.add("unsaved", strings(configuration.unsaved()));
      json.add("conflict", strings(configuration.conflict()));
      JsonArray tradeoffs = new JsonArray();
      for (Configuration.Tradeoff tradeoff : configuration.tradeoffs()) {
        JsonObject entry = new JsonObject();
        entry.addProperty("without", tradeoff.without());
        entry.add("setting", values(tradeoff.setting()));
        tradeoffs.add(entry);
      }
      json.add("tradeoffs", tradeoffs);
      return json;
    }

    private static JsonObject values(Map<String, String> setting) {
      JsonObject json = new JsonObject();
      setting.forEach(json::addProperty);
      return json;
    }

    /// The regions that are not all encodings.
    private static void regions(Classes row, JsonArray regions) {
      row.regions()
          .forEach((property, region) -> {
            if (!region.isEverything()) {
              JsonObject entry = new JsonObject();
              entry.addProperty("row", row.row().name());
              entry.addProperty(
                  "claim", (property == Property.PRIVILEGED ? "!" : "") + property.word());
              entry.addProperty("where", region.predicate());
              entry.addProperty("exact", region.exact());
              region.why().ifPresent(why -> entry.addProperty("why", why));
              regions.add(entry);
            }
          });
    }

    /// The text between the name and the semicolon.
    private static String condition(Assumption assumption) {
      String text = assumption.span().text().strip();
      return text.replaceFirst("(?s)^assume\\s+\\w+\\s*:\\s*", "").replaceFirst(";$", "");
    }

    private static JsonObject hypotheses(Machine machine) {
      JsonObject json = new JsonObject();
      for (Assumption assumption : machine.assumptions()) {
        json.addProperty(assumption.name(), condition(assumption));
      }
      return json;
    }

    private JsonObject expectation(Outcome outcome) {
      Expectation expectation = outcome.expectation();
      JsonObject json = new JsonObject();
      json.add(
          "subjects",
          strings(
              expectation.subjects().stream()
                  .map(s ->
                      switch (s) {
                        case Expectation.Subject.OfMachine() -> "machine";
                        case Expectation.Subject.OfRows(var text, var i, var rows) -> text;
                      })
                  .toList()));
      json.add("claims", strings(expectation.claims().stream().map(Writer::claim).toList()));
      json.add("under", strings(expectation.under().stream().map(a -> a.name()).toList()));
      expectation.cite().ifPresent(c -> json.addProperty("cite", c));
      place(json, expectation.span());
      json.addProperty("verdict", judged(outcome.verdict()));
      JsonArray dissents = new JsonArray();
      for (Outcome.Dissent dissent : outcome.dissents()) {
        JsonObject entry = new JsonObject();
        entry.addProperty("subject", dissent.subject());
        entry.addProperty("claim", dissent.claim());
        entry.addProperty("verdict", judged(dissent.verdict()));
        entry.addProperty("found", dissent.found());
        dissent.evidence().flatMap(this::evidence).ifPresent(shown -> entry.add("witness", shown));
        dissents.add(entry);
      }
      json.add("dissents", dissents);
      return json;
    }

    private static String judged(Verdict verdict) {
      return switch (verdict) {
        case HOLDS -> "held";
        case FAILS -> "refuted";
        case UNDECIDED -> "undecided";
      };
    }

    private static String claim(Expectation.Claim claim) {
      String not = claim.negated() ? "!" : "";
      return switch (claim) {
        case Expectation.Claim.OfMachine(var theorem, var negated) -> not + theorem.word();
        case Expectation.Claim.OfRow(var property, var by, var negated) ->
            not
                + property.word()
                + by.map(p -> "(" + p.word().replace("_sensitive", "") + ")").orElse("");
      };
    }

    private static void place(JsonObject json, Span span) {
      json.addProperty("file", span.file().name());
      json.addProperty("line", span.line());
    }
  }

  private static JsonArray strings(List<String> texts) {
    JsonArray json = new JsonArray();
    texts.forEach(json::add);
    return json;
  }
}
