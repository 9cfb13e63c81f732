package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.classify.Classes;
import trapline.classify.Witness;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Property;
import trapline.isa.Register;
import trapline.machine.Chosen;
import trapline.machine.Snapshot;

/// A witness as a file: everything needed to run it again, and what happened when it was found.
///
///     {"machine", "setting", "instruction", "row", "property", "refutes", "traps_in_user", "word",
///      "assembly", "runs": [{"before": STATE, "outcome": TEXT, "after": STATE}], "story": …}
///     STATE = {"registers": {PLACE: NUMBER}, "memory": {NAME: {INDEX: NUMBER}}, "inputs", "halted",
///              "chosen": {"any": [NUMBER], "unspecified": [{"function", "arguments", "value"}]}}
///
/// What is zero is not written. Numbers are strings, so that no reader rounds them.
public final class Evidence {
  private Evidence() {}

  /// A witness of that row.
  public static JsonObject of(Bench bench, Classes row, Witness witness) {
    boolean trapsInUser = row.finding(Property.TRAPS_IN_USER).isHolds();
    return of(bench, row.instruction(), trapsInUser, witness);
  }

  /// `trapsInUser`: the witness's row traps in every user state.
  public static JsonObject of(
      Bench bench, Instruction instruction, boolean trapsInUser, Witness witness) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < witness.before().size(); i++) {
      runs.add(Run.of(witness.before().get(i), witness.results().get(i)));
    }
    Story story =
        Story.of(bench, witness.property(), witness.refutes(), trapsInUser, witness.word(), runs);
    Machine machine = bench.machine();
    Numerals numerals = bench.numerals();
    JsonObject json = new JsonObject();
    json.addProperty("machine", machine.name());
    json.add("setting", setting(machine));
    json.addProperty("instruction", instruction.name());
    json.addProperty("row", witness.row());
    json.addProperty("property", witness.property().word());
    if (witness.refutes()) {
      json.addProperty("refutes", true);
    }
    if (trapsInUser) {
      json.addProperty("traps_in_user", true);
    }
    json.addProperty("word", numerals.full(witness.word()));
    json.addProperty("assembly", bench.codec().disassemble(witness.word(), 0));
    witness.executes().ifPresent(row -> json.addProperty("executes", row));
    JsonArray written = new JsonArray();
    runs.forEach(run -> written.add(run.toJson(numerals)));
    json.add("runs", written);
    json.add("story", story.toJson());
    return json;
  }

  static JsonObject setting(Machine machine) {
    JsonObject json = new JsonObject();
    machine.setting().forEach(json::addProperty);
    return json;
  }

  static JsonObject state(Numerals numerals, Snapshot snapshot) {
    JsonObject json = new JsonObject();
    JsonObject registers = new JsonObject();
    snapshot
        .registers()
        .forEach((e, value) -> registers.addProperty(e.place(), numerals.full(value)));
    json.add("registers", registers);
    JsonObject memory = new JsonObject();
    snapshot
        .memory()
        .forEach((storage, cells) -> {
          JsonObject entries = new JsonObject();
          cells.forEach((i, v) -> entries.addProperty(numerals.index(i), numerals.full(v)));
          memory.add(storage.name(), entries);
        });
    json.add("memory", memory);
    if (!snapshot.inputs().isEmpty()) {
      JsonObject inputs = new JsonObject();
      snapshot
          .inputs()
          .forEach((port, values) -> {
            JsonArray waiting = new JsonArray();
            values.forEach(v -> waiting.add(numerals.full(v)));
            inputs.add(port.fullName(), waiting);
          });
      json.add("inputs", inputs);
    }
    if (snapshot.halted()) {
      json.addProperty("halted", true);
    }
    if (!snapshot.chosen().isEmpty()) {
      json.add("chosen", chosen(snapshot.chosen()));
    }
    return json;
  }

  private static JsonObject chosen(Chosen chosen) {
    JsonObject json = new JsonObject();
    JsonArray any = new JsonArray();
    chosen.any().forEach(value -> any.add(Numerals.hex(value)));
    json.add("any", any);
    JsonArray calls = new JsonArray();
    chosen
        .unspecified()
        .forEach((call, value) -> {
          JsonObject entry = new JsonObject();
          entry.addProperty("function", call.function());
          JsonArray arguments = new JsonArray();
          call.arguments().forEach(argument -> arguments.add(Numerals.hex(argument)));
          entry.add("arguments", arguments);
          entry.addProperty("value", Numerals.hex(value));
          calls.add(entry);
        });
    json.add("unspecified", calls);
    return json;
  }

  /// A witness file, read but not yet matched with a machine.
  public sealed interface Reading {
    record Read(String machine, Map<String, String> setting, JsonObject json) implements Reading {}

    record Unreadable(String why) implements Reading {}
  }

  public static Reading read(String text) {
    try {
      if (JsonParser.parseString(text) instanceof JsonObject json) {
        Map<String, String> setting = new LinkedHashMap<>();
        for (var entry : object(json, "setting").entrySet()) {
          setting.put(entry.getKey(), entry.getValue().getAsString());
        }
        return new Reading.Read(string(json, "machine"), setting, json);
      }
      return new Reading.Unreadable("it is JSON, but not an object");
    } catch (Misfit e) {
      return new Reading.Unreadable(e.why);
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      return new Reading.Unreadable("it is not the JSON of a witness");
    }
  }

  /// A witness of one machine, and the after-states that were written down with it.
  public sealed interface Match {
    /// `runs`: what happens now. `agrees`: that is what was written down.
    record Matched(
        Instruction instruction,
        Instruction.Row row,
        Property property,
        boolean refutes,
        boolean trapsInUser,
        Bits word,
        List<Run> runs,
        boolean agrees)
        implements Match {
      /// The file as it would be written now.
      public JsonObject toJson(Bench bench, Reading.Read read) {
        JsonObject json = read.json().deepCopy();
        json.add("story", Story.of(bench, property, refutes, trapsInUser, word, runs).toJson());
        return json;
      }
    }

    record Mismatch(String why) implements Match {}
  }

  /// Finds everything that `read` names in the machine at hand, and runs it there.
  public static Match match(Reading.Read read, Bench bench) {
    Machine machine = bench.machine();
    try {
      JsonObject json = read.json();
      String name = string(json, "instruction");
      Instruction instruction =
          java.util.stream.Stream.concat(
                  machine.instructions().stream(), java.util.stream.Stream.of(machine.reserved()))
              .filter(i -> i.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new Misfit("machine " + machine.name() + " has no instruction '" + name + "'"));
      Property property =
          Property.of(string(json, "property"))
              .orElseThrow(() -> new Misfit("no property '" + json.get("property") + "'"));
      Bits word = bits(machine.fetch().word().width(), json.get("word"), "word");
      String rowName = string(json, "row");
      Instruction.Row row =
          instruction.rows().stream()
              .filter(r -> r.name().equals(rowName))
              .findFirst()
              .orElseThrow(
                  () -> new Misfit("instruction " + name + " has no row '" + rowName + "'"));
      List<Run> runs = new ArrayList<>();
      JsonArray written = array(json, "runs");
      for (JsonElement run : written) {
        runs.add(Run.of(bench.simulator(), word, snapshot(machine, object(run, "before"))));
      }
      if (runs.isEmpty() || runs.size() > 2) {
        throw new Misfit("a witness has one run or two, not " + runs.size());
      }
      JsonArray now = new JsonArray();
      runs.forEach(run -> now.add(run.toJson(bench.numerals())));
      return new Match.Matched(
          instruction,
          row,
          property,
          flag(json, "refutes"),
          flag(json, "traps_in_user"),
          word,
          runs,
          now.equals(written));
    } catch (Misfit e) {
      return new Match.Mismatch(e.why);
    } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
      return new Match.Mismatch("it is not the JSON of a witness");
    }
  }

  private static Snapshot snapshot(Machine machine, JsonObject json) {
    Map<String, Snapshot.Element> elements = new LinkedHashMap<>();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        var element = new Snapshot.Element(register, i);
        elements.put(element.place(), element);
      }
    }
    Map<Snapshot.Element, Bits> registers = new LinkedHashMap<>();
    for (var entry : object(json, "registers").entrySet()) {
      Snapshot.Element element = elements.get(entry.getKey());
      if (element == null) {
        throw new Misfit("no register '" + entry.getKey() + "'");
      }
      registers.put(element, bits(element.register().width(), entry.getValue(), entry.getKey()));
    }
    Map<Memory, SortedMap<Long, Bits>> memory = new LinkedHashMap<>();
    for (var entry : object(json, "memory").entrySet()) {
      Memory storage =
          machine.memories().stream()
              .filter(m -> m.name().equals(entry.getKey()))
              .findFirst()
              .orElseThrow(() -> new Misfit("no memory '" + entry.getKey() + "'"));
      SortedMap<Long, Bits> cells = new TreeMap<>(Long::compareUnsigned);
      for (var cell : entry.getValue().getAsJsonObject().entrySet()) {
        long index =
            Numerals.parse(cell.getKey())
                .filter(storage::has)
                .orElseThrow(
                    () -> new Misfit("no cell " + storage.name() + "[" + cell.getKey() + "]"))
                .longValue();
        cells.put(index, bits(storage.width(), cell.getValue(), storage.name()));
      }
      memory.put(storage, cells);
    }
    Map<Port, List<Bits>> inputs = new LinkedHashMap<>();
    if (json.has("inputs")) {
      for (var entry : object(json, "inputs").entrySet()) {
        Port port =
            machine.ports().stream()
                .filter(p -> p.isInput() && p.fullName().equals(entry.getKey()))
                .findFirst()
                .orElseThrow(() -> new Misfit("no input '" + entry.getKey() + "'"));
        List<Bits> waiting = new ArrayList<>();
        entry
            .getValue()
            .getAsJsonArray()
            .forEach(v -> waiting.add(bits(port.width(), v, port.fullName())));
        inputs.put(port, waiting);
      }
    }
    return new Snapshot(registers, memory, inputs, flag(json, "halted"), chosen(json));
  }

  private static Chosen chosen(JsonObject state) {
    if (!state.has("chosen")) {
      return Chosen.NOTHING;
    }
    JsonObject json = object(state, "chosen");
    Map<Chosen.Call, BigInteger> calls = new LinkedHashMap<>();
    for (JsonElement entry : array(json, "unspecified")) {
      JsonObject call = entry.getAsJsonObject();
      calls.put(
          new Chosen.Call(string(call, "function"), numbers(array(call, "arguments"))),
          number(call.get("value")));
    }
    return new Chosen(numbers(array(json, "any")), calls);
  }

  private static List<BigInteger> numbers(JsonArray json) {
    List<BigInteger> all = new ArrayList<>();
    json.forEach(value -> all.add(number(value)));
    return all;
  }

  private static BigInteger number(JsonElement json) {
    return Numerals.parse(json.getAsString())
        .filter(n -> n.signum() >= 0)
        .orElseThrow(() -> new Misfit("'chosen' has no number where one is needed: " + json));
  }

  private static Bits bits(int width, JsonElement json, String what) {
    if (json == null || !json.isJsonPrimitive()) {
      throw new Misfit("'" + what + "' is missing");
    }
    BigInteger value =
        Numerals.parse(json.getAsString())
            .orElseThrow(() -> new Misfit("'" + what + "' is no number: " + json.getAsString()));
    if (value.signum() < 0 || value.bitLength() > width) {
      throw new Misfit("'" + what + "' does not fit " + width + " bits: " + json.getAsString());
    }
    return new Bits(width, value);
  }

  private static boolean flag(JsonObject json, String key) {
    return json.has(key) && json.get(key).getAsBoolean();
  }

  private static String string(JsonObject json, String key) {
    JsonElement value = json.get(key);
    if (value == null || !value.isJsonPrimitive()) {
      throw new Misfit("'" + key + "' is missing");
    }
    return value.getAsString();
  }

  private static JsonObject object(JsonElement json, String key) {
    if (json instanceof JsonObject object && object.get(key) instanceof JsonObject value) {
      return value;
    }
    throw new Misfit("'" + key + "' is missing");
  }

  private static JsonArray array(JsonObject json, String key) {
    if (json.get(key) instanceof JsonArray value) {
      return value;
    }
    throw new Misfit("'" + key + "' is missing");
  }

  /// The file and the machine do not fit; caught in this class.
  private static final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final String why;

    Misfit(String why) {
      super(why, null, false, false);
      this.why = why;
    }
  }
}
