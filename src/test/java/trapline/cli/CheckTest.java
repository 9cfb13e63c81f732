package trapline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trapline.isa.Property;

/// `check`, `witness` and `replay` on a machine of twelve rows, one per class of fault.
final class CheckTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/report");
  private static final String TINY = GOLDEN.resolve("tiny.isa").toString();

  /// Made once: an analysis takes seconds.
  private static final Session JSON = Session.of("check", TINY, "--format", "json", "--jobs", "2");

  @Test
  void theTextReadsAsExpected() throws IOException {
    Session text = Session.of("check", TINY, "--set", "trapping=yes");
    assertEquals(1, text.code(), text.err());
    assertTrue(text.out().lines().allMatch(l -> l.length() <= 90), "fits a terminal");
    golden(GOLDEN.resolve("tiny.expected"), text.out());
  }

  @Test
  void whereAmongTheEncodingsReadsAsExpected() throws IOException {
    Session text =
        Session.of(
            "check",
            GOLDEN.resolve("regions.isa").toString(),
            "--import-root",
            "isa-specs",
            "--machine",
            "Regions");
    golden(GOLDEN.resolve("regions.expected"), text.out() + text.err());
    assertEquals(0, text.code());
  }

  @Test
  void whichSettingWouldDoReadsAsExpected() throws IOException {
    String file = "isa-specs/third-generation-configured.isa";
    for (String machine : List.of("ThirdGenFindsSetting", "ThirdGenTradesOff")) {
      Session text = Session.of("check", file, "--machine", machine, "--set", "Q=256");
      golden(GOLDEN.resolve(machine + ".expected"), text.out() + text.err());
      assertEquals(0, text.code());
    }
  }

  @Test
  void whatIsLeftOpenReadsAsExpected() throws IOException {
    Session text = Session.of("check", GOLDEN.resolve("loose.isa").toString());
    golden(GOLDEN.resolve("loose.expected"), text.out() + text.err());
    assertEquals(0, text.code());
  }

  @Test
  void theRecordIsTheSameBytesAgain() {
    Session again = Session.of("check", TINY, "--format", "json", "--jobs", "1");
    assertEquals(JSON.out(), again.out());
  }

  @Test
  void theRecordFitsItsSchema() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schemaText(), InputFormat.JSON);
    List<Error> errors = schema.validate(JSON.out(), InputFormat.JSON);
    assertEquals(List.of(), errors);
    assertFalse(
        schema
            .validate(JSON.out().replace("\"machine\"", "\"machin\""), InputFormat.JSON)
            .isEmpty(),
        "the schema refuses something");
  }

  @Test
  void theSchemaKnowsEveryProperty() throws IOException {
    Set<String> words = new TreeSet<>();
    for (Property property : Property.values()) {
      words.add(property.word());
    }
    JsonObject schema = JsonParser.parseString(schemaText()).getAsJsonObject();
    Set<String> known = new TreeSet<>();
    schema
        .getAsJsonObject("$defs")
        .getAsJsonObject("row")
        .getAsJsonObject("properties")
        .getAsJsonObject("classes")
        .getAsJsonObject("propertyNames")
        .getAsJsonArray("enum")
        .forEach(e -> known.add(e.getAsString()));
    assertEquals(words, known);
  }

  @Test
  void settingsWithOtherVerdictsHaveRecordsOfTheirOwn() {
    JsonArray records = JsonParser.parseString(JSON.out()).getAsJsonArray();
    assertEquals(2, records.size());
    assertEquals(
        "[{\"trapping\":\"yes\"}]", records.get(0).getAsJsonObject().get("settings").toString());
    assertEquals(
        "[{\"trapping\":\"no\"}]", records.get(1).getAsJsonObject().get("settings").toString());
  }

  @Test
  void theVerdictsAreThoseOfTheDefinitions() {
    JsonObject tiny = JsonParser.parseString(JSON.out()).getAsJsonArray().get(0).getAsJsonObject();
    assertEquals("holds", verdict(tiny, "inc", "innocuous"));
    assertEquals("holds", verdict(tiny, "setb", "privileged"));
    assertEquals("holds", verdict(tiny, "user 0", "privileged"));
    assertEquals("fails", verdict(tiny, "user 1", "privileged"));
    assertEquals("holds", verdict(tiny, "user 1", "control_sensitive"));
    assertEquals("holds", verdict(tiny, "getm", "mode_sensitive"));
    assertEquals("fails", verdict(tiny, "getm", "user_sensitive"));
    assertEquals("holds", verdict(tiny, "getb", "location_sensitive"));
    assertEquals("holds", verdict(tiny, "svc", "traps_always"));
    assertEquals("holds", verdict(tiny, "reserved", "traps_always"));
  }

  @Test
  void aRequirementThatFailsIsRefuted() {
    Session session = Session.of("check", TINY, "--set", "trapping=yes", "--require", "vmm");
    assertEquals(1, session.code());
    assertTrue(session.err().contains("required: vmm"), session.err());
  }

  @Test
  void anUnknownMachineOrSettingIsTold() {
    Session machine = Session.of("check", TINY, "--machine", "Tinny");
    assertEquals(2, machine.code());
    assertTrue(machine.err().contains("did you mean 'Tiny'"), machine.err());
    Session setting = Session.of("check", TINY, "--set", "traping=yes");
    assertTrue(setting.code() == 2 || setting.code() == 3, setting.err());
    assertTrue(setting.err().contains("traping"), setting.err());
  }

  @Test
  void aBrokenDescriptionIsRejected(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("broken.isa");
    Files.writeString(file, Files.readString(Path.of(TINY)).replace("a = a + 1;", "a = a + pc9;"));
    Session session = Session.of("check", file.toString());
    assertEquals(3, session.code());
    assertTrue(session.err().contains("error["), session.err());
    assertTrue(session.err().contains("trapline explain "), session.err());
  }

  @Test
  void aWitnessIsWrittenAndReplayed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("getb.json");
    Session written =
        Session.of(
            "witness", TINY, "getb", "-s", "trapping=yes", "--as", "json", "-o", file.toString());
    assertEquals(0, written.code(), written.err());
    Session replayed = Session.of("replay", file.toString(), TINY);
    assertEquals(0, replayed.code(), replayed.err());
    assertTrue(replayed.out().contains("Replayed: the same"), replayed.out());

    Files.writeString(file, Files.readString(file).replace("\"a\": \"0x01\"", "\"a\": \"0x02\""));
    Session otherwise = Session.of("replay", file.toString(), TINY);
    assertEquals(5, otherwise.code(), otherwise.out());

    Files.writeString(file, "{}");
    assertEquals(2, Session.of("replay", file.toString(), TINY).code());
    Files.writeString(file, "nonsense");
    Session nonsense = Session.of("replay", file.toString(), TINY);
    assertEquals(2, nonsense.code());
    assertTrue(nonsense.err().contains("is not a witness"), nonsense.err());
  }

  @Test
  void ofWhatAlwaysTrapsInUserModeAMonitorIsTold(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("setb.json");
    Session written =
        Session.of(
            "witness", TINY, "setb", "-s", "trapping=yes", "--as", "json", "-o", file.toString());
    assertEquals(0, written.code(), written.err());
    String replayed = Session.of("replay", file.toString(), TINY).out();
    assertTrue(replayed.contains("it always traps,"), replayed);
    String silent = Session.of("witness", TINY, "user 1", "-s", "trapping=yes").out();
    assertTrue(silent.contains("it does not\n    always trap,"), silent);
  }

  @Test
  void aWitnessBecomesTestsThatPass(@TempDir Path folder) throws IOException {
    Session tests = Session.of("witness", TINY, "getm", "-s", "trapping=yes", "--as", "test");
    assertEquals(0, tests.code(), tests.err());
    Path file = folder.resolve("with-tests.isa");
    String text = Files.readString(Path.of(TINY)).stripTrailing();
    Files.writeString(file, text.substring(0, text.length() - 1) + tests.out() + "}\n");
    Session run = Session.of("test", file.toString(), "-s", "trapping=yes", "--only", "getm");
    assertEquals(0, run.code(), run.out() + run.err());
    assertTrue(run.out().contains("2 passed, 0 failed"), run.out());
  }

  @Test
  void aRowThatIsNotThereIsGuessed() {
    Session session = Session.of("witness", TINY, "getn", "-s", "trapping=yes");
    assertEquals(2, session.code());
    assertTrue(session.err().contains("did you mean"), session.err());
    Session several = Session.of("witness", TINY, "user", "-s", "trapping=yes");
    assertEquals(2, several.code());
    assertTrue(several.err().contains("'user 1'"), several.err());
  }

  @Test
  void theDescriptionsOwnTestsRun() {
    Session session = Session.of("test", TINY);
    assertEquals(0, session.code(), session.out());
    assertTrue(session.out().endsWith("2 passed, 0 failed\n"), session.out());
  }

  @Test
  void programsAreAssembledDisassembledAndRun(@TempDir Path folder) throws IOException {
    Path program = folder.resolve("count.s");
    Files.writeString(program, "inc\nld 3\nsvc\n");
    Session words = Session.of("asm", TINY, program.toString(), "--words");
    assertEquals("0x10\n0x23\n0x30\n", words.out(), words.err());
    Session back = Session.of("disasm", TINY, "0x10", "0x23", "0xff");
    assertEquals(0, back.code(), back.err());
    assertTrue(back.out().contains("ld 3"), back.out());
    Session run = Session.of("run", TINY, program.toString(), "--steps", "2", "--state");
    assertEquals(1, run.code());
    assertTrue(run.err().contains("out of steps after 2 steps"), run.err());
    Files.writeString(program, "inc\nfoo\n");
    Session wrong = Session.of("asm", TINY, program.toString());
    assertEquals(3, wrong.code());
    assertTrue(wrong.err().contains("asm-unknown-instruction"), wrong.err());
  }

  private static String verdict(JsonObject json, String row, String property) {
    for (JsonElement element : json.getAsJsonArray("instructions")) {
      if (element.getAsJsonObject().get("row").getAsString().equals(row)) {
        return element
            .getAsJsonObject()
            .getAsJsonObject("classes")
            .getAsJsonObject(property)
            .get("verdict")
            .getAsString();
      }
    }
    return "no such row";
  }

  private static String schemaText() throws IOException {
    try (InputStream in = CheckTest.class.getResourceAsStream("/trapline/report.schema.json")) {
      return new String(
          java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// How many questions it took is left out: it says nothing of the machine.
  private static void golden(Path expected, String printed) throws IOException {
    String actual = printed.replaceAll("(?m)^(\\d+ rows); .*$", "$1; …");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(expected, actual);
    }
    assertEquals(Files.readString(expected), actual);
  }
}
