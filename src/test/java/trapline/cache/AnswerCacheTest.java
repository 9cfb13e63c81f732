package trapline.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.classify.Composed;
import trapline.classify.Definitions;
import trapline.classify.Premises;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.report.Record;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.theorem.Analysis;

/// Only what has changed is asked about again, and a cached report is the report.
final class AnswerCacheTest {
  private static final String TOY =
      """
      language 1;
      machine Toy {
        type Word = bits(8);
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode    role M reset S;
        reg pc   : bits(4) role P reset 0;
        reg base : bits(4) role R reset 0;
        reg r[2] : Word    role E reset 0;
        memory E[16] : Word role E;
        space V(a: bits(4)) on E {
          if a > 7 { trap storage(); }
          return a + base;
        }
        trap enter(code: bits(2)) { mode = S; pc = 0; }
        traps via enter {
          1 storage() : memory;
          2 wrong()   : illegal;
          3 denied()  : privilege;
        }
        fetch ir : Word = V[pc] then pc = pc + 1;
        guard supervisor { if mode != S { trap denied(); } }
        instr inc  [0x1 a:1 0:3] "inc {a:r}"  { r[a] = r[a] + 1; }
        instr load [0x2 a:1 b:3] "load {a:r}, {b:u}" { r[a] = V[zext(b)]; }
        instr mode [0x3 a:1 0:3] "mode {a:r}" { r[a] = zext(raw(mode)); }
        instr move [0x4 a:1 0:3] "move {a:r}" requires supervisor { base = r[a][3..0]; }
        reserved { trap wrong(); }
        assume low : base < 4;
        expect inc           : innocuous;
        expect mode          : mode_sensitive, !privileged;
        expect load under low : innocuous;
      }
      """;

  private static final int ROWS = 5;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void theSecondTimeNothingIsAskedAndTheReportIsTheSame() {
    Analysis first = analyze(TOY);
    assertEquals(0, first.effort().remembered());
    Analysis second = analyze(TOY);
    assertEquals(ROWS, second.effort().remembered());
    assertEquals(report(first), report(second));
    assertEquals(
        report(Analyzer.analyze(machine(TOY), Options.defaults(), Progress.NONE)), report(second));
  }

  @Test
  void editingOneInstructionAsksOneRow() {
    analyze(TOY);
    Analysis edited = analyze(edit("r[a] = r[a] + 1;", "r[a] = r[a] + 3;"));
    assertEquals(ROWS - 1, edited.effort().remembered());
  }

  @Test
  void editingAnEncodingAsksThatRowAndReserved() {
    analyze(TOY);
    assertEquals(ROWS - 2, analyze(edit("[0x1 a:1", "[0x9 a:1")).effort().remembered());
  }

  @Test
  void whatAllInstructionsShareAsksAll() {
    analyze(TOY);
    for (String text :
        List.of(
            edit("if a > 7", "if a > 5"),
            edit("mode = S; pc = 0;", "mode = S; pc = 1;"),
            edit("then pc = pc + 1", "then pc = pc + 2"),
            edit("bits(4) role R reset 0", "bits(4) role E reset 0"),
            edit("3 denied()  : privilege", "3 denied()  : program"))) {
      assertEquals(0, analyze(text).effort().remembered(), text);
    }
  }

  @Test
  void placesNotesAndMnemonicsAskNothing() {
    Analysis before = analyze(TOY);
    Analysis moved =
        analyze(
            edit("instr load", "\n\n// moved\n  instr load")
                .replace("\"mode {a:r}\"", "\"getmode {a:r}\" cite \"a book\"")
                .replace("machine Toy", "/// Once more.\nmachine Toy2"));
    assertEquals(ROWS, moved.effort().remembered());
    int line = before.rows().get(1).instruction().span().line();
    assertEquals(line + 4, moved.rows().get(1).instruction().span().line());
    String json = Record.text(Record.of(List.of(moved)));
    assertTrue(json.contains("getmode r") && json.contains("\"line\": " + (line + 4)), json);
  }

  @Test
  void aDefinitionASolverAndALimitAreAskedOnTheirOwn() {
    analyze(TOY);
    Options options = options(AnswerCache.CAPACITY);
    for (Options other :
        List.of(
            new Options(
                Definitions.LITERAL,
                options.solver(),
                1,
                options.timeout(),
                Set.of(),
                options.cache()),
            new Options(
                options.definitions(),
                options.solver(),
                1,
                Duration.ofSeconds(7),
                Set.of(),
                options.cache()))) {
      assertEquals(0, Analyzer.analyze(machine(TOY), other, Progress.NONE).effort().remembered());
    }
  }

  /// Where addresses lead the same way in every state is one of the premises.
  @Test
  void premisesAreAskedForOnceUntilWhatAllShareChanges() {
    String direct =
        edit("if a > 7", "if mode == S && a[3] == 0 { return zext(a[2..0]); }\n    if a > 11");
    List<Premises> asked = new ArrayList<>();
    Premises first = premises(direct, asked);
    assertEquals(List.of(first), asked);
    assertFalse(first.standing().isEmpty());
    for (String same : List.of(direct, direct.replace("r[a] + 1;", "r[a] + 3;"))) {
      assertEquals(first.toString(), premises(same, asked).toString());
    }
    assertEquals(1, asked.size());
    assertTrue(premises(TOY, asked).standing().isEmpty());
    assertEquals(2, asked.size());
  }

  @Test
  void premisesThatAreNotDecidedAreAskedForAgain() {
    List<Premises> asked = new ArrayList<>();
    Premises decided = premises(TOY, asked);
    Premises undecided =
        new Premises(
            decided.injective(),
            Composed.unknown("time"),
            decided.reach(),
            decided.standing(),
            decided.placements(),
            decided.allotment());
    Machine other = machine(edit("if a > 7", "if a > 6"));
    assertEquals(undecided, kept().premises(other, SolverChoice.Z3, LIMIT, () -> undecided));
    assertEquals(decided, kept().premises(other, SolverChoice.Z3, LIMIT, () -> decided));
    assertEquals(decided, kept().premises(other, SolverChoice.Z3, LIMIT, () -> undecided));
  }

  @Test
  void placementsAreKeptAsTheyWereFound() {
    Machine machine =
        LoaderFixture.shipped("third-generation-table.isa", "ThirdGenTable", Map.of());
    List<Premises> asked = new ArrayList<>();
    Premises found = premises(machine, asked);
    assertEquals(1, found.placements().size());
    assertTrue(found.allotment().isPresent());
    assertEquals(found, premises(machine, asked));
    assertEquals(1, asked.size());
  }

  private Premises premises(String text, List<Premises> asked) {
    return premises(machine(text), asked);
  }

  private Premises premises(Machine machine, List<Premises> asked) {
    try (Solver solver = SolverChoice.Z3.open(LIMIT)) {
      return kept()
          .premises(
              machine,
              SolverChoice.Z3,
              LIMIT,
              () -> {
                asked.add(Premises.of(machine, solver));
                return asked.getLast();
              });
    }
  }

  private AnswerCache kept() {
    return options(AnswerCache.CAPACITY).cache().orElseThrow();
  }

  @Test
  void entriesThatAreWrongCountAsNone() throws IOException {
    Analysis first = analyze(TOY);
    for (Path entry : entries()) {
      Files.writeString(entry, Files.readString(entry).replace("HOLDS", "x").replace("a", "b"));
    }
    assertEquals(0, analyze(TOY).effort().remembered());
    for (Path entry : entries()) {
      Files.writeString(entry, Files.readString(entry).substring(0, 40));
    }
    assertEquals(0, analyze(TOY).effort().remembered());
    for (Path entry : entries()) {
      Files.writeString(entry, "");
    }
    assertEquals(0, analyze(TOY).effort().remembered());
    Analysis last = analyze(TOY);
    assertEquals(ROWS, last.effort().remembered());
    assertEquals(report(first), report(last));
  }

  /// Whoever tampers and gets the checksum right is told apart by the simulator.
  @Test
  void aWitnessThatDoesNotReplayIsNotBelieved() throws IOException {
    analyze(TOY);
    int lies = 0;
    for (Path entry : entries()) {
      JsonObject json = JsonParser.parseString(Files.readString(entry)).getAsJsonObject();
      String text = json.get("answer").toString();
      String lie = text.replace("\"mode\"},\"1:1\"", "\"mode\"},\"1:0\"");
      lie =
          lie.equals(text) ? text.replaceAll("8:[0-9a-f]+\",\"before\"", "8:ff\",\"before\"") : lie;
      if (!lie.equals(text)) {
        lies++;
        var answer = JsonParser.parseString(lie);
        json.add("answer", answer);
        json.addProperty("checksum", new Content().add(answer.toString()).hash());
        Files.writeString(entry, json.toString());
      }
    }
    assertTrue(lies >= 2, "lies: " + lies);
    Analysis after = analyze(TOY);
    assertTrue(after.effort().remembered() < ROWS, after.effort().toString());
    assertEquals(
        report(Analyzer.analyze(machine(TOY), Options.defaults(), Progress.NONE)), report(after));
  }

  @Test
  void whatIsUndecidedIsNotKept() {
    String loop =
        edit("r[a] = r[a] + 1;", "while r[a] != 0 { r[a] = r[a] * 3 + E[0]; } r[a] = zext(base);");
    Analysis first = analyze(loop);
    assertTrue(first.isUndecided());
    Analysis second = analyze(loop);
    assertEquals(ROWS - 1, second.effort().remembered());
    assertTrue(second.isUndecided());
  }

  @Test
  void theOldestGoWhenItIsFull() throws IOException {
    analyze(TOY);
    List<Path> before = entries();
    for (Path entry : before) {
      Files.setLastModifiedTime(entry, FileTime.fromMillis(1_000_000));
    }
    Options small = options(2_000);
    Analyzer.analyze(machine(edit("[a] + 1", "[a] + 5")), small, Progress.NONE);
    assertTrue(before.stream().noneMatch(Files::exists) || entries().size() < before.size());
    assertTrue(size() <= 2_000, "bytes: " + size());
  }

  @Test
  void aFolderThatCannotBeIsNoHindrance() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Options options =
        new Options(
            Definitions.STANDARD,
            SolverChoice.Z3,
            1,
            Duration.ofSeconds(30),
            Set.of(),
            AnswerCache.in(file, AnswerCache.CAPACITY));
    assertEquals(0, Analyzer.analyze(machine(TOY), options, Progress.NONE).effort().remembered());
  }

  @Test
  void theNumberOfJobsChangesNothing() {
    Options one = Options.defaults();
    Options four =
        new Options(one.definitions(), one.solver(), 4, one.timeout(), Set.of(), Optional.empty());
    Options single =
        new Options(one.definitions(), one.solver(), 1, one.timeout(), Set.of(), Optional.empty());
    assertEquals(
        report(Analyzer.analyze(machine(TOY), single, Progress.NONE)),
        report(Analyzer.analyze(machine(TOY), four, Progress.NONE)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "isa-specs/third-generation.isa",
        "isa-specs/third-generation-configured.isa",
        "src/test/resources/golden/report/loose.isa"
      })
  void everyKindOfEvidenceIsKept(String file) {
    var loaded = Loader.load(List.of(Path.of(file)), List.of());
    Machine machine =
        ((Loader.Loaded.Machines) loaded)
            .machines()
            .getFirst()
            .instances(Map.of())
            .machines()
            .getFirst();
    Options options = options(AnswerCache.CAPACITY);
    Analysis first = Analyzer.analyze(machine, options, Progress.NONE);
    Analysis second = Analyzer.analyze(machine, options, Progress.NONE);
    assertEquals(first.rows().size(), second.effort().remembered());
    assertEquals(report(first), report(second));
  }

  @Test
  void thePartsOfAMachineHaveContent() {
    Content one = new Content().add(machine(TOY).fetch());
    Content same = new Content().add(machine(TOY).fetch());
    Content other =
        new Content().add(machine(edit("then pc = pc + 1", "then pc = pc + 2")).fetch());
    String hash = one.hash();
    assertEquals(hash, same.hash());
    assertNotEquals(hash, other.hash());
    assertFalse(hash.isEmpty());
  }

  private Analysis analyze(String text) {
    return Analyzer.analyze(machine(text), options(AnswerCache.CAPACITY), Progress.NONE);
  }

  private Options options(long capacity) {
    return new Options(
        Definitions.STANDARD,
        SolverChoice.Z3,
        2,
        Duration.ofSeconds(30),
        Set.of(),
        AnswerCache.in(folder.resolve("cache"), capacity));
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private long size() throws IOException {
    long size = 0;
    for (Path entry : entries()) {
      size += Files.size(entry);
    }
    return size;
  }

  /// All that is said, but for how many rows were remembered.
  private static String report(Analysis analysis) {
    return Record.text(Record.of(List.of(analysis)))
        .replaceAll("\"rows_remembered\": \\d+", "\"rows_remembered\": 0");
  }

  private static String edit(String from, String to) {
    assertTrue(TOY.contains(from), from);
    return TOY.replace(from, to);
  }

  private static Machine machine(String text) {
    return switch (Loader.loadText(new SourceFile("toy.isa", text))) {
      case Loader.Loaded.Machines(var machines, var _) ->
          machines.getFirst().instances(Map.of()).machines().getFirst();
      case Loader.Loaded.Rejected(var diagnostics) ->
          throw new IllegalStateException(diagnostics.toString());
    };
  }
}
