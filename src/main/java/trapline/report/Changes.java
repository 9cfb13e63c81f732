package trapline.report;

import static trapline.report.Wording.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import trapline.isa.Property;

/// What changed from one version of a machine to the next, of what was decided:
///
///     {"machine", "settings", "before": PLACE, "after": PLACE,
///      "verdicts": [CHANGE], "preconditions": [CHANGE], "rows": [CHANGE]}
///     CHANGE = {"of", "what", "before"?, "after"?}       one is missing: it is new, or gone
///
/// What is new or gone is one change; of a row that stayed, its classes in words are the first, and each
/// class follows. Witnesses, counts and places are left out: they may change where nothing that they show does. The
/// schema is `diff.schema.json` in the resources.
public final class Changes {
  private final JsonObject before;
  private final JsonObject after;

  private Changes(JsonObject before, JsonObject after) {
    this.before = before;
    this.after = after;
  }

  /// For each machine and setting that both have; settings that changed alike share one.
  public static List<JsonObject> of(List<JsonObject> before, List<JsonObject> after) {
    Map<String, JsonObject> old = bySetting(before);
    Map<JsonObject, JsonArray> settings = new LinkedHashMap<>();
    bySetting(after)
        .forEach((setting, now) -> {
          JsonObject then = old.get(setting);
          if (then != null) {
            settings
                .computeIfAbsent(new Changes(then, now).write(), c -> new JsonArray())
                .add(setting);
          }
        });
    List<JsonObject> all = new ArrayList<>();
    settings.forEach((changes, of) -> {
      JsonObject json = changes.deepCopy();
      json.add("settings", of);
      all.add(json);
    });
    return all;
  }

  /// The machines and settings that only one of the two has.
  public static List<String> unmatched(List<JsonObject> some, List<JsonObject> others) {
    List<String> left = new ArrayList<>(bySetting(some).keySet());
    left.removeAll(bySetting(others).keySet());
    return left;
  }

  /// Every setting with its record, by `ThirdGen Q=256`. Where there is one machine only, its name
  /// is no matter: a version may be called otherwise.
  private static Map<String, JsonObject> bySetting(List<JsonObject> records) {
    boolean one = records.stream().map(r -> text(r, "machine")).distinct().count() == 1;
    Map<String, JsonObject> all = new LinkedHashMap<>();
    for (JsonObject json : records) {
      for (JsonElement setting : json.getAsJsonArray("settings")) {
        StringBuilder key = new StringBuilder(one ? "" : text(json, "machine"));
        setting
            .getAsJsonObject()
            .entrySet()
            .forEach(e ->
                key.append(' ').append(e.getKey()).append('=').append(e.getValue().getAsString()));
        all.put(key.toString().strip(), json);
      }
    }
    return all;
  }

  /// Whether anything did.
  public static boolean isEmpty(JsonObject difference) {
    return difference.getAsJsonArray("verdicts").isEmpty()
        && difference.getAsJsonArray("preconditions").isEmpty()
        && difference.getAsJsonArray("rows").isEmpty();
  }

  private JsonObject write() {
    JsonObject json = new JsonObject();
    json.addProperty("machine", text(after, "machine"));
    json.add("settings", new JsonArray());
    json.addProperty("before", Wording.place(before));
    json.addProperty("after", Wording.place(after));
    json.add("verdicts", changes(verdicts(before), verdicts(after)));
    json.add("preconditions", changes(preconditions(before), preconditions(after)));
    json.add("rows", changes(rows(before), rows(after)));
    return json;
  }

  /// What something is said to be: `(of, what) -> says`.
  private record Subject(String of, String what) {}

  private static Map<Subject, String> verdicts(JsonObject json) {
    Map<Subject, String> all = new LinkedHashMap<>();
    Wording wording = new Wording(json);
    for (Wording.Verdict verdict : wording.verdicts()) {
      String reason = verdict.reason().isEmpty() ? "" : ", " + verdict.reason();
      String name = Words.of(verdict.theorem());
      all.put(new Subject(name, "verdict"), verdict.answer().word() + reason);
      String word = verdict.theorem().word();
      if (json.getAsJsonObject("exact").get(word) instanceof JsonObject exact) {
        all.put(new Subject(name, "exactly"), because(wording, exact, "gap"));
      }
      if (json.getAsJsonObject("configuration").get(word) instanceof JsonObject configuration) {
        all.put(
            new Subject(name, "configuration"),
            because(wording, configuration, "unsaved") + " " + configuration.get("setting"));
      }
    }
    return all;
  }

  /// `no, because of getm`
  private static String because(Wording wording, JsonObject verdict, String rows) {
    return because(
        Wording.Answer.of(text(verdict, "verdict")), wording, Wording.texts(verdict, rows));
  }

  private static String because(Wording.Answer answer, Wording wording, List<String> rows) {
    return answer.word()
        + (rows.isEmpty() ? "" : ", because of " + String.join(", ", wording.compress(rows)));
  }

  private static Map<Subject, String> preconditions(JsonObject json) {
    Map<Subject, String> all = new LinkedHashMap<>();
    Wording wording = new Wording(json);
    for (Wording.Precondition precondition : wording.preconditions()) {
      all.put(
          new Subject(precondition.name(), "precondition"),
          because(precondition.answer(), wording, precondition.because()));
    }
    return all;
  }

  private static Map<Subject, String> rows(JsonObject json) {
    Map<Subject, String> all = new LinkedHashMap<>();
    Wording wording = new Wording(json);
    for (JsonObject row : wording.rows()) {
      String name = text(row, "row");
      all.put(new Subject(name, "classes"), Wording.label(row).words());
      row.getAsJsonObject("classes")
          .entrySet()
          .forEach(e ->
              all.put(
                  new Subject(name, e.getKey()), text(e.getValue().getAsJsonObject(), "verdict")));
    }
    for (JsonElement element : json.getAsJsonArray("regions")) {
      JsonObject region = element.getAsJsonObject();
      if (Wording.isTelling(region)) {
        all.put(
            new Subject(text(region, "row"), "region of " + text(region, "claim")),
            (region.get("exact").getAsBoolean() ? "" : "at most ") + text(region, "where"));
      }
    }
    return all;
  }

  private static JsonArray changes(Map<Subject, String> before, Map<Subject, String> after) {
    Set<Subject> subjects = new LinkedHashSet<>(after.keySet());
    subjects.addAll(before.keySet());
    Set<String> whole = new LinkedHashSet<>();
    JsonArray changes = new JsonArray();
    for (Subject subject : subjects) {
      boolean stayed = isOf(subject.of(), before) && isOf(subject.of(), after);
      String then = before.get(subject);
      String now = after.get(subject);
      if (!Objects.equals(then, now) && (stayed || whole.add(subject.of()))) {
        JsonObject change = new JsonObject();
        change.addProperty("of", subject.of());
        change.addProperty("what", subject.what());
        if (then != null) {
          change.addProperty("before", then);
        }
        if (now != null) {
          change.addProperty("after", now);
        }
        changes.add(change);
      }
    }
    return changes;
  }

  private static boolean isOf(String name, Map<Subject, String> version) {
    return version.keySet().stream().anyMatch(s -> s.of().equals(name));
  }

  /// For a person, 80 columns wide: a row whose classes are told in words is told so only.
  public static String told(List<JsonObject> differences, Ink ink) {
    StringBuilder out = new StringBuilder();
    for (JsonObject json : differences) {
      String settings = String.join(", ", Wording.texts(json, "settings"));
      out.append(ink.bold(text(json, "machine")))
          .append(settings.isEmpty() ? "" : "   " + settings)
          .append("   ")
          .append(text(json, "before"))
          .append(" -> ")
          .append(text(json, "after"))
          .append('\n');
      if (isEmpty(json)) {
        out.append("  nothing that was decided has changed\n");
      }
      Set<String> told = new LinkedHashSet<>();
      for (String part : List.of("verdicts", "preconditions", "rows")) {
        for (JsonElement element : json.getAsJsonArray(part)) {
          JsonObject change = element.getAsJsonObject();
          boolean isClass = Property.of(text(change, "what")).isPresent();
          boolean isTold = isClass && told.contains(text(change, "of"));
          if (!isTold) {
            Paragraphs.wrap(sentence(change), "  ", "      ", 80)
                .forEach(line -> out.append(line).append('\n'));
          }
          if (text(change, "what").equals("classes")) {
            told.add(text(change, "of"));
          }
        }
      }
    }
    return out.toString();
  }

  private static String sentence(JsonObject change) {
    String what = text(change, "what");
    String of =
        text(change, "of")
            + (Set.of("verdict", "precondition", "classes").contains(what) ? "" : ", " + what);
    return !change.has("before")
        ? of + " is new: " + text(change, "after")
        : !change.has("after")
            ? of + " is gone, was: " + text(change, "before")
            : of + ": " + text(change, "before") + " -> " + text(change, "after");
  }
}
