package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import trapline.isa.Machine;
import trapline.validate.Check;

/// What came of a validation, as JSON:
///
///     {"machine", "setting", "file", "undecided_because",
///      "checks": [{"what", "result", "detail", "report"}]}
///
/// The schema is `validation.schema.json` in the resources.
public final class ValidationRecord {
  private ValidationRecord() {}

  public static JsonObject of(Machine machine, Optional<String> note, List<Check> checks) {
    JsonObject json = new JsonObject();
    json.addProperty("machine", machine.name());
    json.add("setting", Evidence.setting(machine));
    json.addProperty("file", machine.span().file().name());
    note.ifPresent(why -> json.addProperty("undecided_because", why));
    JsonArray all = new JsonArray();
    for (Check check : checks) {
      JsonObject entry = new JsonObject();
      entry.addProperty("what", check.what());
      entry.addProperty("result", check.result().word());
      entry.addProperty("detail", check.detail());
      entry.add("report", RunRecord.strings(check.report()));
      all.add(entry);
    }
    json.add("checks", all);
    return json;
  }
}
