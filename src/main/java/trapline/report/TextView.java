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

/// A record as a person reads it: the verdict, the instructions by class, the story of each
/// offender, the expectations, and what the answer rests on. 80 columns.
public final class TextView {
  private static final int WIDTH = 80;

  /// Stories told before the rest is only named.
  private static final int STORIES = 12;

  private final Ink ink;
  private final List<String> lines = new ArrayList<>();

  private TextView(Ink ink) {
    this.ink = ink;
  }

  public static String of(List<JsonObject> records, Ink ink) {
    TextView view = new TextView(ink);
    for (JsonObject json : records) {
      if (!view.lines.isEmpty()) {
        view.line("");
      }
      view.machine(json);
    }
    return String.join("\n", view.lines) + "\n";
  }

  /// The story of one witness file.
  public static String ofWitness(JsonObject witness, Ink ink) {
    TextView view = new TextView(ink);
    view.story(witness);
    return String.join("\n", view.lines) + "\n";
  }

  private void machine(JsonObject json) {
    String settings = settings(json);
    line(
        ink.bold(text(json, "machine"))
            + "   "
            + text(json, "file")
            + ":"
            + text(json, "line")
            + (settings.isEmpty() ? "" : "   " + settings));
    line("");
    interrupted(json);
    verdicts(json);
    exact(json);
    preconditions(json);
    line("");
    classes(json);
    stories(json);
    broken(json);
    expectations(json);
    scope(json);
  }

  private void interrupted(JsonObject json) {
    if (json.has("partial")) {
      JsonObject statistics = json.getAsJsonObject("statistics");
      int rows = statistics.get("rows").getAsInt();
      int done = rows - statistics.get("rows_unanswered").getAsInt();
      line(
          "  "
              + ink.unsure("INTERRUPTED: " + done + " of " + rows + " rows")
              + ". What depends on the others is undecided.");
      line("");
    }
  }

  private static String settings(JsonObject json) {
    List<String> texts = new ArrayList<>();
    for (JsonElement setting : json.getAsJsonArray("settings")) {
      List<String> pairs = new ArrayList<>();
      setting
          .getAsJsonObject()
          .entrySet()
          .forEach(e -> pairs.add(e.getKey() + "=" + e.getValue().getAsString()));
      texts.add(String.join(" ", pairs));
    }
    texts.removeIf(String::isEmpty);
    return texts.size() > 4
        ? String.join(", ", texts.subList(0, 4)) + ", … (" + texts.size() + " settings)"
        : String.join(", ", texts);
  }

  private void verdicts(JsonObject json) {
    JsonObject theorems = json.getAsJsonObject("theorems");
    for (Theorem theorem : Theorem.values()) {
      if (!(theorems.get(theorem.word()) instanceof JsonObject conclusion)) {
        continue;
      }
      String label = Words.of(theorem) + " (Theorem " + Words.number(theorem) + ")";
      String verdict =
          switch (text(conclusion, "verdict")) {
            case "holds" ->
                text(conclusion, "applies").equals("holds") ? ink.good("yes") : ink.unsure("?  ");
            case "fails" -> ink.bad("no ");
            default -> ink.unsure("?  ");
          };
      List<String> because = compress(texts(conclusion, "because"), rowsByInstruction(json));
      String reason =
          !because.isEmpty()
              ? "because of " + named(because)
              : text(conclusion, "verdict").equals("holds")
                      && !text(conclusion, "applies").equals("holds")
                  ? "its condition holds, but it assumes a third-generation machine"
                  : "";
      String indent = " ".repeat(43);
      List<String> wrapped = Paragraphs.wrap(reason, indent, indent, WIDTH);
      line(
          ("  " + pad(label, 37) + verdict + " " + wrapped.getFirst().substring(43))
              .stripTrailing());
      wrapped.subList(1, wrapped.size()).forEach(this::line);
      loosely(conclusion, "because", json);
      if (conclusion.has("clock_readers") && text(conclusion, "verdict").equals("fails")) {
        List<String> readers =
            compress(texts(conclusion, "clock_readers"), rowsByInstruction(json));
        if (!readers.isEmpty()) {
          note("a clock is read, and the monitor not told, by " + named(readers));
        }
      }
      JsonObject strict = conclusion.getAsJsonObject("strict");
      if (!text(strict, "verdict").equals(text(conclusion, "verdict"))) {
        List<String> letter = compress(texts(strict, "because"), rowsByInstruction(json));
        note(
            "with 'privileged' alone, and not 'traps in user mode', it "
                + (text(strict, "verdict").equals("fails") ? "fails" : "is undecided")
                + " because of "
                + named(letter));
      }
      for (JsonElement entry : conclusion.getAsJsonArray("under")) {
        JsonObject under = entry.getAsJsonObject();
        if (!text(under, "verdict").equals(text(conclusion, "verdict"))) {
          note(
              (text(under, "verdict").equals("holds") ? "yes" : "no")
                  + " under the hypothesis "
                  + String.join(", ", hypotheses(json, texts(under, "hypotheses"))));
        }
      }
    }
  }

  /// Which of the rows count only because the architecture makes no promise.
  private void loosely(JsonObject verdict, String rows, JsonObject json) {
    List<String> loosely = texts(verdict, "unpredictable");
    if (!loosely.isEmpty()) {
      boolean only = loosely.containsAll(texts(verdict, rows));
      note(
          (only ? "only by what the architecture leaves unpredictable: " : "unpredictable only: ")
              + named(compress(loosely, rowsByInstruction(json))));
    }
  }

  /// What is so whatever the sufficient conditions say: only where it says more than they do.
  private void exact(JsonObject json) {
    JsonObject exact = json.getAsJsonObject("exact");
    for (Theorem theorem : List.of(Theorem.VMM, Theorem.HVMM)) {
      if (exact.get(theorem.word()) instanceof JsonObject criterion
          && json.getAsJsonObject("theorems").get(theorem.word())
              instanceof JsonObject conclusion) {
        String exactly = text(criterion, "verdict");
        String sufficient = text(conclusion, "verdict");
        List<String> because = compress(texts(criterion, "gap"), rowsByInstruction(json));
        String names = because.isEmpty() ? "" : " because of " + named(because);
        String note = criterion.has("note") ? ": " + text(criterion, "note") : "";
        String head = "  exactly [ext], a " + Words.of(theorem) + " ";
        String verdict =
            switch (exactly) {
              case "holds" ->
                  sufficient.equals("holds")
                      ? text(conclusion, "applies").equals("holds")
                          ? ""
                          : "can be built, if traps can be handled: running every instruction"
                              + " that does not trap directly does no harm"
                      : "can be built, although the sufficient condition fails"
                          + reasons(criterion, json);
              case "fails" ->
                  criterion.has("note")
                      ? "cannot be built by this vmm block, which does not keep a guest to its storage"
                      : "that runs every instruction that does not trap directly is unsound"
                          + names;
              default ->
                  "that runs every instruction that does not trap directly is undecided" + names;
            };
        if (!verdict.isEmpty() || !note.isEmpty()) {
          Paragraphs.wrap(head + verdict + note, "  ", "    ", WIDTH).forEach(this::line);
        }
        loosely(criterion, "gap", json);
        if (json.getAsJsonObject("configuration").get(theorem.word())
            instanceof JsonObject configuration) {
          configuration(configuration, rowsByInstruction(json));
        }
      }
    }
  }

  /// `: running lra directly does no harm, as it traps …`, rows with the same reason together.
  private static String reasons(JsonObject criterion, JsonObject json) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    criterion
        .getAsJsonObject("despite_why")
        .entrySet()
        .forEach(e ->
            rows.computeIfAbsent(e.getValue().getAsString(), w -> new ArrayList<>())
                .add(e.getKey()));
    List<String> all = new ArrayList<>();
    rows.forEach((why, names) ->
        all.add(
            "running "
                + named(compress(names, rowsByInstruction(json)))
                + " directly does no harm, because "
                + why));
    return all.isEmpty() ? "" : ": " + String.join("; ", all);
  }

  /// The setting that a monitor must keep, or what speaks against every one.
  private void configuration(JsonObject json, Map<String, List<String>> instructions) {
    List<String> sentences = new ArrayList<>();
    List<String> unsaved = texts(json, "unsaved");
    List<String> conflict = texts(json, "conflict");
    switch (text(json, "verdict")) {
      case "holds" ->
          sentences.add(
              json.getAsJsonObject("setting").isEmpty()
                  ? "whatever it configures"
                  : "configured so: " + setting(json.getAsJsonObject("setting")));
      case "fails" -> {
        if (!unsaved.isEmpty()) {
          sentences.add("no setting saves " + named(compress(unsaved, instructions)));
        }
        if (!conflict.isEmpty()) {
          sentences.add("no setting saves all of " + String.join(", ", conflict));
        }
      }
      default -> sentences.add("which setting would do is undecided");
    }
    for (JsonElement element : json.getAsJsonArray("needs")) {
      JsonObject need = element.getAsJsonObject();
      if (!text(json, "verdict").equals("holds")) {
        sentences.add(text(need, "row") + " needs " + text(need, "needs"));
      }
    }
    for (JsonElement element : json.getAsJsonArray("tradeoffs")) {
      JsonObject tradeoff = element.getAsJsonObject();
      sentences.add(
          setting(tradeoff.getAsJsonObject("setting"))
              + " leaves only "
              + text(tradeoff, "without"));
    }
    note(String.join("; ", sentences));
  }

  private static String setting(JsonObject values) {
    List<String> pairs = new ArrayList<>();
    values.entrySet().forEach(e -> pairs.add(e.getKey() + " = " + e.getValue().getAsString()));
    return String.join(", ", pairs);
  }

  private void preconditions(JsonObject json) {
    List<String> held = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray("preconditions")) {
      JsonObject precondition = element.getAsJsonObject();
      String name = text(precondition, "kind").replace('_', ' ');
      if (text(precondition, "verdict").equals("holds")) {
        held.add(name);
        if (precondition.has("note")) {
          List<String> because = compress(texts(precondition, "because"), rowsByInstruction(json));
          notes.add(
              name
                  + ": "
                  + text(precondition, "note")
                  + (because.isEmpty() ? "" : ": " + named(because)));
        }
      } else {
        List<String> because = compress(texts(precondition, "because"), rowsByInstruction(json));
        String note = precondition.has("note") ? text(precondition, "note") : "";
        broken.add(
            name
                + " "
                + (text(precondition, "verdict").equals("fails") ? "fails" : "is undecided")
                + (because.isEmpty() ? "" : " because of " + named(because))
                + (note.isEmpty() ? "" : " (" + note + ")"));
      }
    }
    if (held.isEmpty() && broken.isEmpty()) {
      return;
    }
    line("");
    Paragraphs.wrap(
            "Third-generation machine: "
                + (held.isEmpty()
                    ? ""
                    : String.join(", ", held) + (held.size() == 1 ? " holds" : " hold"))
                + (!held.isEmpty() && !broken.isEmpty() ? "; " : "")
                + String.join("; ", broken)
                + ".",
            "  ",
            "    ",
            WIDTH)
        .forEach(this::line);
    notes.forEach(this::note);
  }

  /// The story of each broken precondition that has one to tell.
  private void broken(JsonObject json) {
    boolean first = true;
    for (JsonElement element : json.getAsJsonArray("preconditions")) {
      JsonObject precondition = element.getAsJsonObject();
      if (!text(precondition, "verdict").equals("fails") || !precondition.has("witness")) {
        continue;
      }
      if (first) {
        line("");
        line(ink.bold("Not third-generation"));
        first = false;
      }
      JsonObject witness = precondition.getAsJsonObject("witness");
      line("");
      line(
          ink.bold(text(precondition, "kind").replace('_', ' '))
              + ", broken by "
              + text(witness, "row"));
      line("");
      story(witness);
    }
  }

  private void note(String text) {
    Paragraphs.wrap(text, "    ", "    ", WIDTH).forEach(this::line);
  }

  /// `no_user_iot (pcw.user == Exec || !pcw.iot)`
  private static List<String> hypotheses(JsonObject json, List<String> names) {
    JsonObject texts = json.getAsJsonObject("hypotheses");
    return names.stream()
        .map(n -> texts.has(n) ? n + " (" + text(texts, n).replaceAll("\\s+", " ") + ")" : n)
        .toList();
  }

  /// At most a handful of names, and how many more there are.
  private static String named(List<String> names) {
    int shown = 8;
    return names.size() <= shown
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, shown)) + " and " + (names.size() - shown) + " more";
  }

  private void classes(JsonObject json) {
    JsonArray rows = json.getAsJsonArray("instructions");
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (JsonElement row : rows) {
      groups
          .computeIfAbsent(label(row.getAsJsonObject()), l -> new ArrayList<>())
          .add(text(row.getAsJsonObject(), "row"));
    }
    Map<String, List<String>> instructions = rowsByInstruction(json);
    line(ink.bold("Instructions") + " (" + rows.size() + (rows.size() == 1 ? " row)" : " rows)"));
    for (String mark : List.of("!", "?", " ")) {
      groups.forEach((label, names) -> {
        if (label.startsWith(mark)) {
          String count = String.format("%5d  ", names.size());
          String head = label.substring(1);
          List<String> wrapped = Paragraphs.wrap(head, "", "", WIDTH - 10);
          line(
              switch (mark) {
                    case "!" -> ink.bad("!");
                    case "?" -> ink.unsure("?");
                    default -> " ";
                  }
                  + count
                  + wrapped.getFirst());
          wrapped.subList(1, wrapped.size()).forEach(l -> line("        " + l));
          Paragraphs.wrap(
                  String.join(", ", compress(names, instructions)),
                  " ".repeat(10),
                  " ".repeat(10),
                  WIDTH)
              .forEach(l -> line(ink.dim(l)));
        }
      });
    }
  }

  /// `!`, `?` or a blank, and the classes of a row: what a monitor must worry about comes first.
  private static String label(JsonObject row) {
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
    if (unpredictable(classes)) {
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
    boolean ill =
        classes.get(Property.WELL_DEFINED.word()) instanceof JsonObject finding
            && text(finding, "verdict").equals("fails");
    if (ill) {
      words.add("NOT WELL DEFINED: an index can be out of range");
    }
    List<String> open = new ArrayList<>();
    for (Property property : Property.values()) {
      if (classes.get(property.word()) instanceof JsonObject finding
          && text(finding, "verdict").equals("undecided")) {
        open.add(Words.of(property));
      }
    }
    if (!open.isEmpty()) {
      words.add("undecided: " + String.join(", ", open));
    }
    String mark =
        sensitive && !privileged && !holds(classes, Property.TRAPS_IN_USER)
            ? "!"
            : open.isEmpty() && !ill ? " " : "?";
    return mark + (words.isEmpty() ? "no class" : String.join(", ", words));
  }

  private static boolean unpredictable(JsonObject classes) {
    return classes.get(Property.PREDICTABLE.word()) instanceof JsonObject finding
        && text(finding, "verdict").equals("fails");
  }

  private static boolean holds(JsonObject classes, Property property) {
    return classes.get(property.word()) instanceof JsonObject finding
        && text(finding, "verdict").equals("holds");
  }

  private void stories(JsonObject json) {
    Set<String> offenders = new LinkedHashSet<>();
    JsonObject theorems = json.getAsJsonObject("theorems");
    for (Theorem theorem : Theorem.values()) {
      if (theorems.get(theorem.word()) instanceof JsonObject conclusion
          && text(conclusion, "verdict").equals("fails")) {
        offenders.addAll(texts(conclusion, "because"));
      }
    }
    List<String> vmm = because(theorems, Theorem.VMM);
    List<String> hvmm = because(theorems, Theorem.HVMM);
    Map<String, List<JsonObject>> told = new LinkedHashMap<>();
    for (JsonElement element : json.getAsJsonArray("instructions")) {
      JsonObject row = element.getAsJsonObject();
      if (offenders.contains(text(row, "row"))) {
        told.computeIfAbsent(text(row, "name") + label(row), k -> new ArrayList<>()).add(row);
      }
    }
    if (told.isEmpty()) {
      return;
    }
    line("");
    line(ink.bold("Why"));
    int number = 0;
    List<String> untold = new ArrayList<>();
    for (List<JsonObject> rows : told.values()) {
      JsonObject row = rows.getFirst();
      String name = text(row, "row");
      if (number++ >= STORIES) {
        rows.forEach(r -> untold.add(text(r, "row")));
        continue;
      }
      line("");
      line(ink.bold(name) + "   " + text(row, "file") + ":" + text(row, "line"));
      List<String> consequences = new ArrayList<>();
      consequences.add(label(row).substring(1));
      consequences.add(
          vmm.contains(name) && hvmm.contains(name)
              ? "so Theorems 1 and 3 fail"
              : vmm.contains(name)
                  ? "so Theorem 1 fails; Theorem 3 is unaffected"
                  : hvmm.contains(name) ? "so Theorem 3 fails" : "so Theorem 2 fails");
      Paragraphs.wrap(String.join(": ", consequences), "  ", "  ", WIDTH).forEach(this::line);
      if (rows.size() > 1) {
        List<String> others =
            rows.subList(1, rows.size()).stream().map(r -> text(r, "row")).toList();
        Paragraphs.wrap("likewise: " + String.join(", ", others), "  ", "    ", WIDTH)
            .forEach(this::line);
      }
      regions(json, name);
      List<Property> chosen = new ArrayList<>();
      evidence(row, hvmm.contains(name)).ifPresent(chosen::add);
      for (Property property : chosen) {
        line("");
        story(
            row.getAsJsonObject("classes")
                .getAsJsonObject(property.word())
                .getAsJsonObject("witness"));
      }
    }
    if (!untold.isEmpty()) {
      line("");
      Paragraphs.wrap(
              "and " + untold.size() + " more: " + String.join(", ", untold) + ".",
              "  ",
              "  ",
              WIDTH)
          .forEach(this::line);
      line("  To see one: trapline witness " + text(json, "file") + " '" + untold.getFirst() + "'");
    }
  }

  /// Which encodings of a row it is about, where not all.
  private void regions(JsonObject json, String row) {
    Map<String, List<String>> claims = new LinkedHashMap<>();
    for (JsonElement element : json.getAsJsonArray("regions")) {
      JsonObject region = element.getAsJsonObject();
      if (text(region, "row").equals(row)) {
        boolean exact = region.get("exact").getAsBoolean();
        String where = text(region, "where");
        if (exact || !where.equals("always")) {
          claims
              .computeIfAbsent(
                  (exact ? "only where " : "at most where ") + where, w -> new ArrayList<>())
              .add(claim(text(region, "claim")));
        }
      }
    }
    claims.forEach((where, of) ->
        Paragraphs.wrap(String.join(", ", of) + " " + where, "  ", "    ", WIDTH)
            .forEach(this::line));
  }

  /// An expectation's word in running text: `!privileged` is *not privileged*.
  private static String claim(String word) {
    boolean not = word.startsWith("!");
    return (not ? "not " : "")
        + Property.of(not ? word.substring(1) : word).map(Words::of).orElse(word);
  }

  private static List<String> because(JsonObject theorems, Theorem theorem) {
    return theorems.get(theorem.word()) instanceof JsonObject conclusion
        ? texts(conclusion, "because")
        : List.of();
  }

  /// The finding whose witness tells most.
  private static Optional<Property> evidence(JsonObject row, boolean user) {
    List<Property> order = new ArrayList<>();
    if (user) {
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
            Property.CLOCK_SENSITIVE));
    JsonObject classes = row.getAsJsonObject("classes");
    return order.stream()
        .filter(p ->
            holds(classes, p)
                && classes.getAsJsonObject(p.word()).get("witness") instanceof JsonObject)
        .findFirst();
  }

  private void story(JsonObject witness) {
    JsonObject story = witness.getAsJsonObject("story");
    List<String> columns = texts(story, "columns");
    int first = 17;
    int each = 18;
    line("    " + pad("", first) + ink.dim(pad(columns.getFirst(), each) + columns.getLast()));
    line(
        "    "
            + pad("instruction", first)
            + pad(text(witness, "word"), each)
            + text(witness, "assembly"));
    if (witness.has("executes")) {
      line("    " + pad("which executes", first) + text(witness, "executes"));
    }
    table(story.getAsJsonArray("before"), first, each);
    if (columns.getFirst().equals("before")) {
      table(story.getAsJsonArray("after"), first, each);
    } else {
      line("    " + ink.dim("then"));
      table(story.getAsJsonArray("after"), first, each);
    }
    Paragraphs.wrap(text(story, "reason"), "    ", "    ", WIDTH).forEach(this::line);
  }

  private void table(JsonArray rows, int first, int each) {
    for (JsonElement element : rows) {
      JsonObject row = element.getAsJsonObject();
      List<String> values = texts(row, "values");
      String remark = row.has("remark") ? text(row, "remark") : "";
      StringBuilder text = new StringBuilder("    ").append(pad(text(row, "name"), first));
      text.append(pad(values.getFirst(), each)).append(pad(values.getLast(), each));
      String plain = text.toString();
      line(
          (remark.startsWith("<-") ? ink.bad(plain.stripTrailing()) + gap(plain) : plain) + remark);
    }
  }

  private static String gap(String padded) {
    return " ".repeat(padded.length() - padded.stripTrailing().length());
  }

  private void expectations(JsonObject json) {
    JsonArray all = json.getAsJsonArray("expectations");
    if (all.isEmpty()) {
      return;
    }
    line("");
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (JsonElement e : all) {
      counts.merge(text(e.getAsJsonObject(), "verdict"), 1, Integer::sum);
    }
    List<String> sums = new ArrayList<>();
    counts.forEach((verdict, count) -> sums.add(count + " " + verdict));
    line(ink.bold("Expectations") + ": " + String.join(", ", sums));
    for (JsonElement e : all) {
      JsonObject expectation = e.getAsJsonObject();
      for (JsonElement d : expectation.getAsJsonArray("dissents")) {
        JsonObject dissent = d.getAsJsonObject();
        line(
            "  "
                + (text(dissent, "verdict").equals("refuted")
                    ? ink.bad("refuted")
                    : ink.unsure("undecided"))
                + "  "
                + text(expectation, "file")
                + ":"
                + text(expectation, "line"));
        Paragraphs.wrap(
                text(dissent, "subject")
                    + under(expectation)
                    + " : "
                    + text(dissent, "claim")
                    + " is expected"
                    + cite(expectation)
                    + ", but "
                    + text(dissent, "found"),
                "    ",
                "    ",
                WIDTH)
            .forEach(this::line);
        if (dissent.has("witness")) {
          line("");
          story(dissent.getAsJsonObject("witness"));
        }
      }
    }
    for (JsonElement e : all) {
      JsonObject expectation = e.getAsJsonObject();
      if (text(expectation, "verdict").equals("held") && expectation.has("cite")) {
        Paragraphs.wrap(
                "as cited: "
                    + String.join(", ", texts(expectation, "subjects"))
                    + under(expectation)
                    + " : "
                    + String.join(", ", texts(expectation, "claims"))
                    + cite(expectation),
                "  ",
                "    ",
                WIDTH)
            .forEach(this::line);
      }
    }
  }

  private static String under(JsonObject expectation) {
    List<String> under = texts(expectation, "under");
    return under.isEmpty() ? "" : " under " + String.join(", ", under);
  }

  private static String cite(JsonObject expectation) {
    return expectation.has("cite") ? " (" + text(expectation, "cite") + ")" : "";
  }

  private void scope(JsonObject json) {
    line("");
    for (String remark : texts(json, "remarks")) {
      Paragraphs.wrap(remark, "- ", "  ", WIDTH).forEach(this::line);
    }
    Paragraphs.wrap(
            "[ext] marks what goes past the paper, whose R is base and bound only; the rest is Popek"
                + " and Goldberg, CACM 17(7), 1974.",
            "- ",
            "  ",
            WIDTH)
        .forEach(this::line);
    JsonObject statistics = json.getAsJsonObject("statistics");
    line(
        ink.dim(
            text(statistics, "rows")
                + " rows; "
                + text(statistics, "by_structure")
                + " questions answered by structure, "
                + text(statistics, "by_solver")
                + " by a solver; every witness replayed."
                + remembered(statistics)));
  }

  private static String remembered(JsonObject statistics) {
    int rows = statistics.get("rows_remembered").getAsInt();
    return rows == 0 ? "" : "\n" + rows + (rows == 1 ? " row" : " rows") + " from the cache.";
  }

  private static Map<String, List<String>> rowsByInstruction(JsonObject json) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (JsonElement element : json.getAsJsonArray("instructions")) {
      JsonObject row = element.getAsJsonObject();
      rows.computeIfAbsent(text(row, "name"), n -> new ArrayList<>()).add(text(row, "row"));
    }
    return rows;
  }

  /// Rows as `jrst (all 16)`, `jrst 1, 3`, `add`: an instruction named once.
  private static List<String> compress(List<String> names, Map<String, List<String>> instructions) {
    List<String> left = new ArrayList<>(names);
    List<String> result = new ArrayList<>();
    for (var instruction : instructions.entrySet()) {
      List<String> rows = instruction.getValue();
      if (rows.size() > 1 && left.containsAll(rows)) {
        int at = left.indexOf(rows.getFirst());
        left.set(at, instruction.getKey() + " (all " + rows.size() + ")");
        left.removeAll(rows);
      }
    }
    String last = "";
    for (String name : left) {
      String head = name.contains(" (all ") ? "" : owner(name, instructions);
      if (!head.isEmpty() && head.equals(last) && name.startsWith(head + " ")) {
        result.set(result.size() - 1, result.getLast() + "|" + name.substring(head.length() + 1));
      } else {
        result.add(name);
      }
      last = head;
    }
    return result;
  }

  private static String owner(String row, Map<String, List<String>> instructions) {
    int blank = row.indexOf(' ');
    String head = blank < 0 ? row : row.substring(0, blank);
    List<String> rows = instructions.get(head);
    return rows != null && rows.size() > 1 ? head : "";
  }

  private static String text(JsonObject json, String key) {
    return json.get(key).getAsString();
  }

  private static List<String> texts(JsonObject json, String key) {
    List<String> texts = new ArrayList<>();
    json.getAsJsonArray(key).forEach(t -> texts.add(t.getAsString()));
    return texts;
  }

  private void line(String text) {
    lines.add(text.stripTrailing());
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
  }
}
