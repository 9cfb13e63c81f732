package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.isa.Property;
import trapline.isa.Theorem;

/// A [Record] in words: the sentences that all its views have in common, whatever they print them
/// on.
final class Wording {
  /// What a theorem, a precondition or a setting comes to.
  enum Answer {
    YES,
    NO,
    OPEN;

    static Answer of(String verdict) {
      return switch (verdict) {
        case "holds" -> YES;
        case "fails" -> NO;
        default -> OPEN;
      };
    }

    String word() {
      return switch (this) {
        case YES -> "yes";
        case NO -> "no";
        case OPEN -> "?";
      };
    }
  }

  /// What is concluded of one kind of monitor, the short reason, and what else is to be said.
  record Verdict(Theorem theorem, Answer answer, String reason, List<String> notes) {
    /// `virtual machine monitor (Theorem 1)`
    String name() {
      return Words.of(theorem) + " (Theorem " + Words.number(theorem) + ")";
    }
  }

  /// What the exact criterion says beyond the theorem; the sentence is empty where it says the
  /// same.
  record Exactly(String sentence, List<String> notes) {}

  /// One of the assumptions of the theorems.
  record Precondition(
      String name,
      Answer answer,
      List<String> because,
      Optional<String> note,
      Optional<JsonObject> witness) {
    /// The state that breaks it.
    Optional<JsonObject> refutation() {
      return answer == Answer.NO ? witness : Optional.empty();
    }
  }

  /// How worried a monitor must be about a row: it offends, something is open, or neither.
  enum Mark {
    OFFENDS,
    OPEN,
    FINE
  }

  /// The classes of a row in words.
  record Label(Mark mark, String words) {}

  /// Rows of one instruction with the same label that stand against a monitor, told by the first.
  record Offence(JsonObject row, List<String> likewise, String consequences) {}

  private final JsonObject json;
  private final JsonObject theorems;
  private final Map<String, List<String>> rowsByInstruction = new LinkedHashMap<>();

  Wording(JsonObject json) {
    this.json = json;
    this.theorems = json.getAsJsonObject("theorems");
    for (JsonElement element : json.getAsJsonArray("instructions")) {
      JsonObject row = element.getAsJsonObject();
      rowsByInstruction
          .computeIfAbsent(text(row, "name"), n -> new ArrayList<>())
          .add(text(row, "row"));
    }
  }

  /// `KA10: not virtualizable by Theorem 1`
  String title() {
    String verdict =
        verdicts().stream()
            .findFirst()
            .map(v ->
                switch (v.answer()) {
                  case YES -> ": virtualizable";
                  case NO -> ": not virtualizable by Theorem 1";
                  case OPEN -> ": undecided";
                })
            .orElse("");
    return text(json, "machine") + verdict;
  }

  /// Where it is described, and in which settings it is this machine.
  String subtitle() {
    String settings = settings();
    return place(json)
        + (settings.isEmpty() ? "" : " · " + settings)
        + " · "
        + rows().size()
        + " rows";
  }

  /// What the description says it is.
  Optional<String> summary() {
    return Optional.of(Manual.summary(text(json, "doc"))).filter(s -> !s.isEmpty());
  }

  /// All that it says, line by line: above all what it leaves out.
  List<String> description() {
    return text(json, "doc").lines().toList();
  }

  /// Of the exact criterion and of the machine, a sentence each, after the verdicts.
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    for (Exactly exactly : exactly()) {
      if (!exactly.sentence().isEmpty()) {
        remarks.add(Words.capital(exactly.sentence()) + ".");
      }
      exactly.notes().forEach(note -> remarks.add(Words.capital(note) + "."));
    }
    if (!thirdGeneration().isEmpty()) {
      remarks.add(thirdGeneration());
    }
    return remarks;
  }

  /// `Q=256, Q=512`; empty if nothing can be set.
  String settings() {
    List<String> texts = new ArrayList<>();
    for (JsonElement setting : json.getAsJsonArray("settings")) {
      texts.add(setting(setting.getAsJsonObject(), "=", " "));
    }
    texts.removeIf(String::isEmpty);
    return texts.size() > 4
        ? String.join(", ", texts.subList(0, 4)) + ", … (" + texts.size() + " settings)"
        : String.join(", ", texts);
  }

  private static String setting(JsonObject values, String is, String and) {
    List<String> pairs = new ArrayList<>();
    values.entrySet().forEach(e -> pairs.add(e.getKey() + is + e.getValue().getAsString()));
    return String.join(and, pairs);
  }

  /// How far it came, if it was interrupted.
  Optional<String> interrupted() {
    if (!json.has("partial")) {
      return Optional.empty();
    }
    JsonObject statistics = json.getAsJsonObject("statistics");
    int rows = statistics.get("rows").getAsInt();
    int done = rows - statistics.get("rows_unanswered").getAsInt();
    return Optional.of(done + " of " + rows + " rows");
  }

  // Verdicts

  List<Verdict> verdicts() {
    List<Verdict> verdicts = new ArrayList<>();
    for (Theorem theorem : Theorem.values()) {
      if (theorems.get(theorem.word()) instanceof JsonObject conclusion) {
        verdicts.add(
            new Verdict(theorem, answer(conclusion), reason(conclusion), notes(conclusion)));
      }
    }
    return verdicts;
  }

  /// That the condition holds says something only of a machine that the theorem speaks of.
  private static Answer answer(JsonObject conclusion) {
    Answer answer = Answer.of(text(conclusion, "verdict"));
    return answer == Answer.YES && !text(conclusion, "applies").equals("holds")
        ? Answer.OPEN
        : answer;
  }

  private String reason(JsonObject conclusion) {
    List<String> because = texts(conclusion, "because");
    return !because.isEmpty()
        ? "because of " + named(because)
        : text(conclusion, "verdict").equals("holds")
                && !text(conclusion, "applies").equals("holds")
            ? "its condition holds, but it assumes a third-generation machine"
            : "";
  }

  private List<String> notes(JsonObject conclusion) {
    List<String> notes = new ArrayList<>();
    loosely(conclusion, "because").ifPresent(notes::add);
    if (conclusion.has("clock_readers") && text(conclusion, "verdict").equals("fails")) {
      List<String> readers = texts(conclusion, "clock_readers");
      if (!readers.isEmpty()) {
        notes.add("a clock is read, and the monitor not told, by " + named(readers));
      }
    }
    JsonObject strict = conclusion.getAsJsonObject("strict");
    if (!text(strict, "verdict").equals(text(conclusion, "verdict"))) {
      notes.add(
          "with 'privileged' alone, and not 'traps in user mode', it "
              + (text(strict, "verdict").equals("fails") ? "fails" : "is undecided")
              + " because of "
              + named(texts(strict, "because")));
    }
    for (JsonElement entry : conclusion.getAsJsonArray("under")) {
      JsonObject under = entry.getAsJsonObject();
      if (!text(under, "verdict").equals(text(conclusion, "verdict"))) {
        notes.add(
            (text(under, "verdict").equals("holds") ? "yes" : "no")
                + " under the hypothesis "
                + String.join(", ", hypotheses(texts(under, "hypotheses"))));
      }
    }
    return notes;
  }

  /// Which of the rows count only because the architecture makes no promise.
  private Optional<String> loosely(JsonObject verdict, String rows) {
    List<String> loosely = texts(verdict, "unpredictable");
    boolean only = loosely.containsAll(texts(verdict, rows));
    return loosely.isEmpty()
        ? Optional.empty()
        : Optional.of(
            (only ? "only by what the architecture leaves unpredictable: " : "unpredictable only: ")
                + named(loosely));
  }

  /// `no_user_iot (pcw.user == Exec || !pcw.iot)`
  private List<String> hypotheses(List<String> names) {
    JsonObject texts = json.getAsJsonObject("hypotheses");
    return names.stream()
        .map(n -> texts.has(n) ? n + " (" + text(texts, n).replaceAll("\\s+", " ") + ")" : n)
        .toList();
  }

  /// What is so whatever the sufficient conditions say: only where it says more than they do.
  List<Exactly> exactly() {
    List<Exactly> all = new ArrayList<>();
    JsonObject exact = json.getAsJsonObject("exact");
    for (Theorem theorem : List.of(Theorem.VMM, Theorem.HVMM)) {
      if (exact.get(theorem.word()) instanceof JsonObject criterion
          && theorems.get(theorem.word()) instanceof JsonObject conclusion) {
        List<String> notes = new ArrayList<>();
        loosely(criterion, "gap").ifPresent(notes::add);
        if (json.getAsJsonObject("configuration").get(theorem.word())
            instanceof JsonObject configuration) {
          notes.add(configuration(configuration));
        }
        all.add(new Exactly(exactly(theorem, criterion, conclusion), notes));
      }
    }
    return all;
  }

  private String exactly(Theorem theorem, JsonObject criterion, JsonObject conclusion) {
    String sufficient = text(conclusion, "verdict");
    List<String> because = texts(criterion, "gap");
    String names = because.isEmpty() ? "" : " because of " + named(because);
    String note = criterion.has("note") ? ": " + text(criterion, "note") : "";
    String verdict =
        switch (text(criterion, "verdict")) {
          case "holds" ->
              sufficient.equals("holds")
                  ? text(conclusion, "applies").equals("holds")
                      ? ""
                      : "can be built, if traps can be handled: running every instruction"
                          + " that does not trap directly does no harm"
                  : "can be built, although the sufficient condition fails" + reasons(criterion);
          case "fails" ->
              criterion.has("note")
                  ? "cannot be built by this vmm block, which does not keep a guest to its storage"
                  : "that runs every instruction that does not trap directly is unsound" + names;
          default -> "that runs every instruction that does not trap directly is undecided" + names;
        };
    return verdict.isEmpty() && note.isEmpty()
        ? ""
        : "exactly [ext], a " + Words.of(theorem) + " " + verdict + note;
  }

  /// `: running lra directly does no harm, as it traps …`, rows with the same reason together.
  private String reasons(JsonObject criterion) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    criterion
        .getAsJsonObject("despite_why")
        .entrySet()
        .forEach(e ->
            rows.computeIfAbsent(e.getValue().getAsString(), w -> new ArrayList<>())
                .add(e.getKey()));
    List<String> all = new ArrayList<>();
    rows.forEach((why, names) ->
        all.add("running " + named(names) + " directly does no harm, because " + why));
    return all.isEmpty() ? "" : ": " + String.join("; ", all);
  }

  /// The setting that a monitor must keep, or what speaks against every one.
  private String configuration(JsonObject configuration) {
    List<String> sentences = new ArrayList<>();
    List<String> unsaved = texts(configuration, "unsaved");
    List<String> conflict = texts(configuration, "conflict");
    switch (text(configuration, "verdict")) {
      case "holds" ->
          sentences.add(
              configuration.getAsJsonObject("setting").isEmpty()
                  ? "whatever it configures"
                  : "configured so: " + fields(configuration));
      case "fails" -> {
        if (!unsaved.isEmpty()) {
          sentences.add("no setting saves " + named(unsaved));
        }
        if (!conflict.isEmpty()) {
          sentences.add("no setting saves all of " + String.join(", ", conflict));
        }
      }
      default -> sentences.add("which setting would do is undecided");
    }
    for (JsonElement element : configuration.getAsJsonArray("needs")) {
      JsonObject need = element.getAsJsonObject();
      if (!text(configuration, "verdict").equals("holds")) {
        sentences.add(text(need, "row") + " needs " + text(need, "needs"));
      }
    }
    for (JsonElement element : configuration.getAsJsonArray("tradeoffs")) {
      JsonObject tradeoff = element.getAsJsonObject();
      sentences.add(fields(tradeoff) + " leaves only " + text(tradeoff, "without"));
    }
    return String.join("; ", sentences);
  }

  private static String fields(JsonObject of) {
    return setting(of.getAsJsonObject("setting"), " = ", ", ");
  }

  // Preconditions

  List<Precondition> preconditions() {
    List<Precondition> all = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray("preconditions")) {
      JsonObject precondition = element.getAsJsonObject();
      all.add(
          new Precondition(
              text(precondition, "kind").replace('_', ' '),
              Answer.of(text(precondition, "verdict")),
              texts(precondition, "because"),
              precondition.has("note") ? Optional.of(text(precondition, "note")) : Optional.empty(),
              precondition.get("witness") instanceof JsonObject witness
                  ? Optional.of(witness)
                  : Optional.empty()));
    }
    return all;
  }

  static final List<String> ASSUMPTION = List.of("Assumption", "Holds", "Because of", "Remark");

  List<List<String>> assumptions() {
    return preconditions().stream()
        .map(p ->
            List.of(
                p.name(),
                p.answer().word(),
                String.join(", ", compress(p.because())),
                p.note().orElse("")))
        .toList();
  }

  /// `modes, precise traps hold; relocation fails because of mul (…)`; empty if nothing is known.
  String thirdGeneration() {
    List<String> held = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    for (Precondition precondition : preconditions()) {
      if (precondition.answer() == Answer.YES) {
        held.add(precondition.name());
      } else {
        broken.add(
            precondition.name()
                + " "
                + (precondition.answer() == Answer.NO ? "fails" : "is undecided")
                + (precondition.because().isEmpty()
                    ? ""
                    : " because of " + named(precondition.because()))
                + precondition.note().map(note -> " (" + note + ")").orElse(""));
      }
    }
    return held.isEmpty() && broken.isEmpty()
        ? ""
        : "Third-generation machine: "
            + (held.isEmpty()
                ? ""
                : String.join(", ", held) + (held.size() == 1 ? " holds" : " hold"))
            + (!held.isEmpty() && !broken.isEmpty() ? "; " : "")
            + String.join("; ", broken)
            + ".";
  }

  /// What is to be said of those that hold.
  List<String> thirdGenerationNotes() {
    return preconditions().stream()
        .filter(p -> p.answer() == Answer.YES)
        .flatMap(p ->
            p
                .note()
                .map(note ->
                    p.name()
                        + ": "
                        + note
                        + (p.because().isEmpty() ? "" : ": " + named(p.because())))
                .stream())
        .toList();
  }

  // Rows

  List<JsonObject> rows() {
    return json.getAsJsonArray("instructions").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  /// What a monitor must worry about is marked.
  static Label label(JsonObject row) {
    JsonObject classes = row.getAsJsonObject("classes");
    List<String> words = new ArrayList<>();
    boolean sensitive = holds(classes, Property.SENSITIVE);
    boolean privileged = holds(classes, Property.PRIVILEGED);
    if (holds(classes, Property.TRAPS_ALWAYS)) {
      words.add("traps always");
    } else if (privileged) {
      words.add("privileged");
    } else if (holds(classes, Property.TRAPS_IN_USER)) {
      words.add("traps in user mode");
    }
    if (holds(classes, Property.CONTROL_SENSITIVE)) {
      words.add("control-sensitive");
    }
    if (holds(classes, Property.BEHAVIOR_SENSITIVE)) {
      List<String> ways = new ArrayList<>();
      if (holds(classes, Property.LOCATION_SENSITIVE)) {
        ways.add("location");
      }
      if (holds(classes, Property.MODE_SENSITIVE)) {
        ways.add("mode");
      }
      if (holds(classes, Property.RESOURCE_SENSITIVE)) {
        ways.add("resource [ext]");
      }
      words.add(
          "behavior-sensitive" + (ways.isEmpty() ? "" : " (" + String.join(", ", ways) + ")"));
    } else if (holds(classes, Property.RESOURCE_SENSITIVE)) {
      words.add("resource-sensitive [ext]");
    }
    if (holds(classes, Property.CLOCK_SENSITIVE)) {
      words.add("clock-sensitive [ext]");
    }
    if (fails(classes, Property.PREDICTABLE)) {
      words.add("unpredictable in some state");
    }
    if (sensitive && !privileged) {
      if (holds(classes, Property.SUPERVISOR_SENSITIVE)) {
        words.add("supervisor-sensitive");
      }
      if (holds(classes, Property.USER_SENSITIVE)) {
        words.add("user-sensitive");
      }
      words.add("not privileged");
    }
    if (holds(classes, Property.INNOCUOUS) && !holds(classes, Property.TRAPS_ALWAYS)) {
      words.add("innocuous");
    }
    boolean ill = fails(classes, Property.WELL_DEFINED);
    if (ill) {
      words.add("NOT WELL DEFINED: an index can be out of range");
    }
    List<String> open = new ArrayList<>();
    for (Property property : Property.values()) {
      if (is(classes, property, "undecided")) {
        open.add(Words.of(property));
      }
    }
    if (!open.isEmpty()) {
      words.add("undecided: " + String.join(", ", open));
    }
    Mark mark =
        sensitive && !privileged && !holds(classes, Property.TRAPS_IN_USER)
            ? Mark.OFFENDS
            : open.isEmpty() && !ill ? Mark.FINE : Mark.OPEN;
    return new Label(mark, words.isEmpty() ? "no class" : String.join(", ", words));
  }

  static boolean holds(JsonObject classes, Property property) {
    return is(classes, property, "holds");
  }

  private static boolean fails(JsonObject classes, Property property) {
    return is(classes, property, "fails");
  }

  private static boolean is(JsonObject classes, Property property, String verdict) {
    return classes.get(property.word()) instanceof JsonObject finding
        && text(finding, "verdict").equals(verdict);
  }

  /// Where a row is from: what it cites, or its place, without the file where that is the
  /// machine's.
  String source(JsonObject row) {
    return row.has("cite")
        ? text(row, "cite")
        : text(row, "file").equals(text(json, "file")) ? "line " + text(row, "line") : place(row);
  }

  static String place(JsonObject json) {
    return text(json, "file") + ":" + text(json, "line");
  }

  /// Whether a region says anything: not that it is so always at most.
  static boolean isTelling(JsonObject region) {
    return region.get("exact").getAsBoolean() || !text(region, "where").equals("always");
  }

  /// Which encodings of a row it is about, where not all: a sentence for each region.
  List<String> regions(String row) {
    Map<String, List<String>> claims = new LinkedHashMap<>();
    for (JsonElement element : json.getAsJsonArray("regions")) {
      JsonObject region = element.getAsJsonObject();
      if (text(region, "row").equals(row) && isTelling(region)) {
        boolean exact = region.get("exact").getAsBoolean();
        claims
            .computeIfAbsent(
                (exact ? "only where " : "at most where ") + text(region, "where"),
                w -> new ArrayList<>())
            .add(claim(text(region, "claim")));
      }
    }
    List<String> sentences = new ArrayList<>();
    claims.forEach((where, of) -> sentences.add(String.join(", ", of) + " " + where));
    return sentences;
  }

  /// An expectation's word in running text: `!privileged` is *not privileged*.
  static String claim(String word) {
    boolean not = word.startsWith("!");
    return (not ? "not " : "")
        + Property.of(not ? word.substring(1) : word).map(Words::of).orElse(word);
  }

  // Offences

  /// The rows that make a theorem fail, those alike together, in the order of the description.
  List<Offence> offences() {
    Set<String> offenders = new LinkedHashSet<>();
    for (Theorem theorem : Theorem.values()) {
      offenders.addAll(offenders(theorem));
    }
    return offences(offenders);
  }

  /// The same, and those that are unsound to run directly though no theorem fails because of them.
  List<Offence> offencesAndGaps() {
    Set<String> gaps = new LinkedHashSet<>();
    for (JsonObject row : rows()) {
      if (holds(row.getAsJsonObject("classes"), Property.GAP)) {
        gaps.add(text(row, "row"));
      }
    }
    List<Offence> all = new ArrayList<>(offences());
    for (Theorem theorem : Theorem.values()) {
      gaps.removeAll(offenders(theorem));
    }
    all.addAll(offences(gaps));
    return all;
  }

  private List<Offence> offences(Set<String> offenders) {
    Map<String, List<JsonObject>> alike = new LinkedHashMap<>();
    for (JsonObject row : rows()) {
      if (offenders.contains(text(row, "row"))) {
        alike.computeIfAbsent(text(row, "name") + label(row), k -> new ArrayList<>()).add(row);
      }
    }
    return alike.values().stream()
        .map(rows ->
            new Offence(
                rows.getFirst(),
                rows.subList(1, rows.size()).stream().map(r -> text(r, "row")).toList(),
                consequences(rows.getFirst())))
        .toList();
  }

  /// The rows because of which a theorem fails.
  List<String> offenders(Theorem theorem) {
    return theorems.get(theorem.word()) instanceof JsonObject conclusion
            && text(conclusion, "verdict").equals("fails")
        ? texts(conclusion, "because")
        : List.of();
  }

  /// `control-sensitive, not privileged: so Theorem 1 fails; Theorem 3 is unaffected`
  String consequences(JsonObject row) {
    String name = text(row, "row");
    boolean vmm = because(Theorem.VMM).contains(name);
    boolean hvmm = because(Theorem.HVMM).contains(name);
    return label(row).words()
        + ": "
        + (vmm && hvmm
            ? "so Theorems 1 and 3 fail"
            : vmm
                ? "so Theorem 1 fails; Theorem 3 is unaffected"
                : hvmm
                    ? "so Theorem 3 fails"
                    : because(Theorem.RECURSIVE).contains(name)
                        ? "so Theorem 2 fails"
                        : "unsound to run directly [ext]");
  }

  private List<String> because(Theorem theorem) {
    return theorems.get(theorem.word()) instanceof JsonObject conclusion
        ? texts(conclusion, "because")
        : List.of();
  }

  /// The findings of an offending row that have a witness each of its own, the one that tells most
  /// first.
  List<Property> evidence(JsonObject row) {
    List<Property> order = new ArrayList<>();
    if (because(Theorem.HVMM).contains(text(row, "row"))) {
      order.add(Property.USER_SENSITIVE);
    }
    order.addAll(
        List.of(
            Property.CONTROL_SENSITIVE,
            Property.LOCATION_SENSITIVE,
            Property.MODE_SENSITIVE,
            Property.BEHAVIOR_SENSITIVE,
            Property.RESOURCE_SENSITIVE,
            Property.SENSITIVE,
            Property.CLOCK_SENSITIVE,
            Property.GAP));
    JsonObject classes = row.getAsJsonObject("classes");
    Map<JsonElement, Property> byRuns = new LinkedHashMap<>();
    for (Property property : order) {
      if (holds(classes, property)) {
        witness(row, property).ifPresent(w -> byRuns.putIfAbsent(w.get("runs"), property));
      }
    }
    return List.copyOf(byRuns.values());
  }

  static Optional<JsonObject> witness(JsonObject row, Property property) {
    return row.getAsJsonObject("classes").get(property.word()) instanceof JsonObject finding
            && finding.get("witness") instanceof JsonObject witness
        ? Optional.of(witness)
        : Optional.empty();
  }

  /// The run of a row's gap under a monitor, if it has a gap.
  static Optional<JsonObject> monitorRun(JsonObject row) {
    return row.getAsJsonObject("classes").get(Property.GAP.word()) instanceof JsonObject finding
            && finding.get("monitor_run") instanceof JsonObject run
        ? Optional.of(run)
        : Optional.empty();
  }

  /// What came of running the witness of a row's gap as a guest.
  String ofRun(JsonObject row, JsonObject run) {
    return switch (text(run, "outcome")) {
      case "shown" ->
          run.get("as_predicted").getAsBoolean()
              ? "Run for one step as a guest of the generated monitor, from the witness's states: the"
                  + " guest can tell, and by just what was predicted."
              : "Run for one step as a guest of the generated monitor, from the witness's states: the"
                  + " guest can tell.";
      case "unseen" ->
          isLoose(row)
              ? "Run as a guest of the generated monitor, it happens to do the same here: the architecture"
                  + " leaves open what it does, and another processor need not."
              : run.get("as_found").getAsBoolean()
                  ? "CONTRADICTION: run as a guest of the generated monitor, no difference is seen."
                  : "An interrupt comes before it, so no run from just these states shows it.";
      default -> "It cannot be run as a guest: " + text(run, "why") + ".";
    };
  }

  /// Whether running it directly is unsound only by what the architecture leaves open.
  private boolean isLoose(JsonObject row) {
    return json.getAsJsonObject("exact").get(Theorem.VMM.word()) instanceof JsonObject exact
        && texts(exact, "unpredictable").contains(text(row, "row"));
  }

  /// One part of an encoding: `0101`, `r:4`, `f=01`, `imm[11:5]`, or dots where bits do not matter.
  static String part(JsonObject part) {
    int bits = part.get("bits").getAsInt();
    if (!part.has("operand")) {
      return part.has("constant") ? text(part, "constant") : "·".repeat(Math.min(bits, 4));
    }
    String operand =
        text(part, "operand")
            + (part.has("high") ? "[" + text(part, "high") + ":" + text(part, "low") + "]" : "");
    return part.has("constant") ? operand + "=" + text(part, "constant") : operand;
  }

  // Expectations

  List<JsonObject> expectations() {
    return json.getAsJsonArray("expectations").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  static List<JsonObject> dissents(JsonObject expectation) {
    return expectation.getAsJsonArray("dissents").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  /// `3 held, 1 refuted`
  static String counts(List<JsonObject> expectations) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    expectations.forEach(e -> counts.merge(text(e, "verdict"), 1, Integer::sum));
    List<String> sums = new ArrayList<>();
    counts.forEach((verdict, count) -> sums.add(count + " " + verdict));
    return String.join(", ", sums);
  }

  /// `getm under quiet : sensitive, !privileged (p. 417)`
  static String claims(JsonObject expectation) {
    return String.join(", ", texts(expectation, "subjects"))
        + under(expectation)
        + " : "
        + String.join(", ", texts(expectation, "claims"))
        + cite(expectation);
  }

  /// `getm : privileged is expected, but it is not privileged`
  static String dissent(JsonObject expectation, JsonObject dissent) {
    return text(dissent, "subject")
        + under(expectation)
        + " : "
        + text(dissent, "claim")
        + " is expected"
        + cite(expectation)
        + ", but "
        + text(dissent, "found");
  }

  private static String under(JsonObject expectation) {
    List<String> under = texts(expectation, "under");
    return under.isEmpty() ? "" : " under " + String.join(", ", under);
  }

  private static String cite(JsonObject expectation) {
    return expectation.has("cite") ? " (" + text(expectation, "cite") + ")" : "";
  }

  // What it rests on

  static final String PAPER =
      "The paper is Popek and Goldberg, \"Formal Requirements for Virtualizable Third Generation"
          + " Architectures\", CACM 17(7), 1974, whose R is base and bound only. What goes past it is"
          + " marked [ext].";

  static final List<String> TERM = List.of("Term", "Rests on", "Definition");

  /// The terms that this record uses, of classes that some row has, and of the theorems: whether
  /// the paper defines it, and what it means.
  List<List<String>> terms() {
    List<String> pages = Manual.pages("definitions");
    List<List<String>> terms = new ArrayList<>();
    for (Theorem theorem : Theorem.values()) {
      if (theorems.has(theorem.word())) {
        terms.add(term(Words.of(theorem), theorem.word()));
      }
    }
    for (Property property : Property.values()) {
      boolean used = rows().stream().anyMatch(r -> holds(r.getAsJsonObject("classes"), property));
      if (used && pages.contains(property.word())) {
        terms.add(term(Words.of(property), property.word()));
      }
    }
    return terms;
  }

  /// As the page of the definition says: past the paper altogether, or in part.
  private static List<String> term(String name, String page) {
    String text = Manual.page("definitions", page);
    boolean past = text.contains("eyond the paper [ext]") || text.contains("ast the paper [ext]");
    String basis = past ? "[ext]" : text.contains("[ext]") ? "the paper, and [ext]" : "the paper";
    return List.of(name, basis, Manual.summary(text));
  }

  /// The files it was described in, and their digests.
  List<List<String>> sources() {
    return json.getAsJsonArray("sources").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(s -> List.of(text(s, "file"), text(s, "sha256")))
        .toList();
  }

  /// What instructions and expectations refer to, each once, in the order of the description.
  Set<String> citations() {
    Set<String> cited = new LinkedHashSet<>();
    rows().stream().filter(r -> r.has("cite")).forEach(r -> cited.add(text(r, "cite")));
    expectations().stream().filter(e -> e.has("cite")).forEach(e -> cited.add(text(e, "cite")));
    return cited;
  }

  // Names

  /// At most a handful of names, and how many more there are.
  String named(List<String> rows) {
    int shown = 8;
    List<String> names = compress(rows);
    return names.size() <= shown
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, shown)) + " and " + (names.size() - shown) + " more";
  }

  /// Rows as `jrst (all 16)`, `jrst 1, 3`, `add`: an instruction named once.
  List<String> compress(List<String> names) {
    List<String> left = new ArrayList<>(names);
    List<String> result = new ArrayList<>();
    for (var instruction : rowsByInstruction.entrySet()) {
      List<String> rows = instruction.getValue();
      if (rows.size() > 1 && left.containsAll(rows)) {
        int at = left.indexOf(rows.getFirst());
        left.set(at, instruction.getKey() + " (all " + rows.size() + ")");
        left.removeAll(rows);
      }
    }
    String last = "";
    for (String name : left) {
      String head = name.contains(" (all ") ? "" : owner(name);
      if (!head.isEmpty() && head.equals(last) && name.startsWith(head + " ")) {
        result.set(result.size() - 1, result.getLast() + "|" + name.substring(head.length() + 1));
      } else {
        result.add(name);
      }
      last = head;
    }
    return result;
  }

  private String owner(String row) {
    int blank = row.indexOf(' ');
    String head = blank < 0 ? row : row.substring(0, blank);
    List<String> rows = rowsByInstruction.get(head);
    return rows != null && rows.size() > 1 ? head : "";
  }

  static String text(JsonObject json, String key) {
    return json.get(key).getAsString();
  }

  static List<String> texts(JsonObject json, String key) {
    JsonArray array = json.getAsJsonArray(key);
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }
}
