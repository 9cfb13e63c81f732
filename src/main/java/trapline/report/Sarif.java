package trapline.report;

import static trapline.report.Wording.text;
import static trapline.report.Wording.texts;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import trapline.isa.Property;
import trapline.isa.Theorem;

/// [Record]s as SARIF 2.1.0, for editors and code review: what stands against a monitor, at its place
/// in the description.
///
///     run    = one machine
///     result = an offending row | a gap | a broken precondition | a refuted expectation | an open row
///     code flow = a witness: a thread for each of its states, from before to after
public final class Sarif {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  /// What a result is about.
  private enum Rule {
    SENSITIVE_NOT_PRIVILEGED("warning", "definitions", "vmm"),
    USER_SENSITIVE_NOT_PRIVILEGED("warning", "definitions", "hvmm"),
    READS_A_CLOCK("warning", "definitions", "recursive"),
    GAP("warning", "definitions", "gap"),
    NOT_THIRD_GENERATION("warning", "", ""),
    EXPECTATION_REFUTED("error", "", ""),
    UNDECIDED("none", "", "");

    final String level;
    final String shelf;
    final String page;

    Rule(String level, String shelf, String page) {
      this.level = level;
      this.shelf = shelf;
      this.page = page;
    }

    String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String says() {
      return switch (this) {
        case NOT_THIRD_GENERATION -> "The theorems assume a conventional third-generation machine.";
        case EXPECTATION_REFUTED -> "The description claims what is not so.";
        case UNDECIDED -> "No answer could be had.";
        case SENSITIVE_NOT_PRIVILEGED, USER_SENSITIVE_NOT_PRIVILEGED, READS_A_CLOCK, GAP ->
            Manual.summary(Manual.page(shelf, page));
      };
    }
  }

  private final JsonObject json;
  private final Wording wording;
  private final JsonArray results = new JsonArray();
  private final Map<String, JsonObject> rows = new HashMap<>();

  private Sarif(JsonObject json) {
    this.json = json;
    this.wording = new Wording(json);
    wording.rows().forEach(row -> rows.put(text(row, "row"), row));
  }

  public static String of(List<JsonObject> records) {
    JsonObject log = new JsonObject();
    log.addProperty("$schema", SCHEMA);
    log.addProperty("version", "2.1.0");
    JsonArray runs = new JsonArray();
    records.forEach(record -> runs.add(new Sarif(record).run()));
    log.add("runs", runs);
    return Record.text(log);
  }

  private JsonObject run() {
    JsonObject run = new JsonObject();
    JsonObject driver = new JsonObject();
    driver.addProperty("name", "Trapline");
    driver.addProperty("version", text(json, "trapline"));
    JsonArray rules = new JsonArray();
    for (Rule rule : Rule.values()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("id", rule.id());
      entry.add("shortDescription", message(rule.says()));
      JsonObject configuration = new JsonObject();
      configuration.addProperty("level", rule.level);
      entry.add("defaultConfiguration", configuration);
      rules.add(entry);
    }
    driver.add("rules", rules);
    run.add("tool", with("driver", driver));
    String settings = wording.settings();
    JsonObject details = new JsonObject();
    details.addProperty(
        "id", text(json, "machine") + (settings.isEmpty() ? "" : " " + settings) + "/");
    details.add("description", message(wording.title()));
    run.add("automationDetails", details);
    JsonArray artifacts = new JsonArray();
    for (List<String> source : wording.sources()) {
      JsonObject artifact = with("location", artifact(source.getFirst()));
      JsonObject hashes = new JsonObject();
      hashes.addProperty("sha-256", source.getLast());
      artifact.add("hashes", hashes);
      artifacts.add(artifact);
    }
    run.add("artifacts", artifacts);
    run.addProperty("columnKind", "utf16CodeUnits");
    offences();
    preconditions();
    expectations();
    open();
    run.add("results", results);
    return run;
  }

  // Results

  private void offences() {
    List<String> vmm = wording.offenders(Theorem.VMM);
    List<String> hvmm = wording.offenders(Theorem.HVMM);
    List<String> recursive = wording.offenders(Theorem.RECURSIVE);
    for (JsonObject row : wording.rows()) {
      String name = text(row, "row");
      Optional<Rule> rule =
          vmm.contains(name)
              ? Optional.of(Rule.SENSITIVE_NOT_PRIVILEGED)
              : hvmm.contains(name)
                  ? Optional.of(Rule.USER_SENSITIVE_NOT_PRIVILEGED)
                  : recursive.contains(name)
                      ? Optional.of(Rule.READS_A_CLOCK)
                      : Wording.holds(row.getAsJsonObject("classes"), Property.GAP)
                          ? Optional.of(Rule.GAP)
                          : Optional.empty();
      rule.ifPresent(r -> offence(r, row));
    }
  }

  private void offence(Rule rule, JsonObject row) {
    String name = text(row, "row");
    List<String> says = new ArrayList<>();
    says.add(name + ": " + wording.consequences(row) + ".");
    wording.regions(name).forEach(region -> says.add(Words.capital(region) + "."));
    List<Property> evidence = wording.evidence(row);
    evidence.stream()
        .limit(1)
        .flatMap(property -> Wording.witness(row, property).stream())
        .forEach(w -> says.add(text(w.getAsJsonObject("story"), "reason")));
    JsonArray flows = new JsonArray();
    for (Property property : evidence) {
      Wording.witness(row, property)
          .ifPresent(w -> flows.add(flow("It is " + Words.of(property) + ".", w, row)));
    }
    result(rule, "fail", String.join(" ", says), row, name, flows);
  }

  private void preconditions() {
    for (Wording.Precondition precondition : wording.preconditions()) {
      if (precondition.answer() == Wording.Answer.NO) {
        String says =
            Words.capital(precondition.name())
                + " fails"
                + (precondition.because().isEmpty()
                    ? ""
                    : " because of " + String.join(", ", wording.compress(precondition.because())))
                + precondition.note().map(n -> " (" + n + ")").orElse("")
                + ".";
        JsonArray flows = new JsonArray();
        JsonObject place = json;
        if (precondition.refutation().isPresent()) {
          JsonObject witness = precondition.refutation().get();
          place = rows.getOrDefault(text(witness, "row"), json);
          flows.add(flow("It breaks the assumption.", witness, place));
        }
        result(Rule.NOT_THIRD_GENERATION, "fail", says, place, precondition.name(), flows);
      }
    }
  }

  private void expectations() {
    for (JsonObject expectation : wording.expectations()) {
      for (JsonObject dissent : Wording.dissents(expectation)) {
        boolean refuted = text(dissent, "verdict").equals("refuted");
        JsonArray flows = new JsonArray();
        if (dissent.get("witness") instanceof JsonObject witness) {
          flows.add(
              flow(
                  "It shows the contrary.",
                  witness,
                  rows.getOrDefault(text(witness, "row"), expectation)));
        }
        result(
            refuted ? Rule.EXPECTATION_REFUTED : Rule.UNDECIDED,
            refuted ? "fail" : "open",
            Wording.dissent(expectation, dissent) + ".",
            expectation,
            text(dissent, "subject") + " : " + text(dissent, "claim"),
            flows);
      }
    }
  }

  private void open() {
    for (JsonObject row : wording.rows()) {
      Wording.Label label = Wording.label(row);
      if (label.mark() == Wording.Mark.OPEN) {
        String name = text(row, "row");
        result(
            Rule.UNDECIDED, "open", name + ": " + label.words() + ".", row, name, new JsonArray());
      }
    }
  }

  private void result(
      Rule rule, String kind, String says, JsonObject place, String subject, JsonArray flows) {
    JsonObject result = new JsonObject();
    result.addProperty("ruleId", rule.id());
    result.addProperty("ruleIndex", rule.ordinal());
    result.addProperty("kind", kind);
    result.addProperty("level", rule.level);
    result.add("message", message(says));
    JsonArray locations = new JsonArray();
    JsonObject location = location(place);
    JsonObject logical = new JsonObject();
    logical.addProperty("name", subject);
    logical.addProperty("fullyQualifiedName", text(json, "machine") + "." + subject);
    JsonArray logicals = new JsonArray();
    logicals.add(logical);
    location.add("logicalLocations", logicals);
    locations.add(location);
    result.add("locations", locations);
    if (!flows.isEmpty()) {
      result.add("codeFlows", flows);
    }
    JsonObject prints = new JsonObject();
    prints.addProperty("subject/v1", text(json, "machine") + "/" + subject + "/" + rule.id());
    result.add("partialFingerprints", prints);
    results.add(result);
  }

  // Witnesses

  /// A thread for each state, in two steps: before the instruction and after it.
  private static JsonObject flow(String says, JsonObject witness, JsonObject place) {
    JsonObject story = witness.getAsJsonObject("story");
    List<String> columns = texts(story, "columns");
    JsonArray threads = new JsonArray();
    if (witness.getAsJsonArray("runs").size() == 1) {
      List<JsonObject> lines = lines(story, "before");
      lines.addAll(lines(story, "after"));
      threads.add(thread("the run", witness, place, values(lines, 0), values(lines, 1)));
    } else {
      for (int i = 0; i < 2; i++) {
        threads.add(
            thread(
                columns.get(i),
                witness,
                place,
                values(lines(story, "before"), i),
                values(lines(story, "after"), i)));
      }
    }
    JsonObject flow = new JsonObject();
    flow.add("message", message(says));
    flow.add("threadFlows", threads);
    return flow;
  }

  private static JsonObject thread(
      String id, JsonObject witness, JsonObject place, JsonObject before, JsonObject after) {
    JsonArray steps = new JsonArray();
    steps.add(step("before " + text(witness, "assembly"), place, before));
    steps.add(step("after " + text(witness, "assembly"), place, after));
    JsonObject thread = new JsonObject();
    thread.addProperty("id", id);
    thread.add("locations", steps);
    return thread;
  }

  private static JsonObject step(String says, JsonObject place, JsonObject state) {
    JsonObject location = location(place);
    location.add("message", message(says));
    JsonObject step = with("location", location);
    step.add("state", state);
    return step;
  }

  private static List<JsonObject> lines(JsonObject story, String part) {
    List<JsonObject> lines = new ArrayList<>();
    for (JsonElement line : story.getAsJsonArray(part)) {
      lines.add(line.getAsJsonObject());
    }
    return lines;
  }

  private static JsonObject values(List<JsonObject> lines, int column) {
    JsonObject state = new JsonObject();
    for (JsonObject line : lines) {
      List<String> values = texts(line, "values");
      String value = values.get(Math.min(column, values.size() - 1));
      if (!value.isEmpty()) {
        state.add(text(line, "name"), message(value));
      }
    }
    return state;
  }

  // Places

  private static JsonObject location(JsonObject place) {
    JsonObject physical = with("artifactLocation", artifact(text(place, "file")));
    JsonObject region = new JsonObject();
    region.addProperty("startLine", place.get("line").getAsInt());
    physical.add("region", region);
    return with("physicalLocation", physical);
  }

  private static JsonObject artifact(String file) {
    JsonObject artifact = new JsonObject();
    artifact.addProperty("uri", uri(file));
    return artifact;
  }

  /// A path as a reference relative to where the command ran, or absolute as it was given.
  private static String uri(String file) {
    boolean absolute = file.startsWith("/");
    boolean looksLikeScheme = !absolute && file.matches("[^/]*:.*");
    try {
      return new URI(
              absolute ? "file" : null, null, (looksLikeScheme ? "./" : "") + file, null, null)
          .toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject message(String text) {
    JsonObject message = new JsonObject();
    message.addProperty("text", text);
    return message;
  }

  private static JsonObject with(String key, JsonElement value) {
    JsonObject json = new JsonObject();
    json.add(key, value);
    return json;
  }
}
