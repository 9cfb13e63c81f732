package trapline.lsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.TextEdit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import trapline.diag.SourceFile;

class LanguageServiceTest {
  private static final Path SPECS = Path.of("isa-specs").toAbsolutePath();
  private static final Path THIRD = SPECS.resolve("third-generation.isa");

  @TempDir Path folder;
  private Editor editor;

  @BeforeEach
  void open() throws Exception {
    editor = new Editor();
  }

  @AfterEach
  void close() throws Exception {
    editor.close();
  }

  private static List<Object> codes(List<Diagnostic> diagnostics) {
    return diagnostics.stream().<Object>map(d -> d.getCode().getLeft()).toList();
  }

  private static int behind(String text, String what) {
    int at = text.indexOf(what);
    assertTrue(at >= 0, what);
    return at + what.length();
  }

  /// `file:line` of each.
  private static List<String> places(List<? extends Location> locations) {
    return locations.stream()
        .map(l ->
            l.getUri().substring(l.getUri().lastIndexOf('/') + 1)
                + ":"
                + (l.getRange().getStart().getLine() + 1))
        .sorted()
        .toList();
  }

  @Test
  void mistakesAreToldAsOneTypesOnTheLargestMachine(TestReporter reporter) throws Exception {
    Path file = SPECS.resolve("ia-32/user.isa");
    String text = Files.readString(file);
    editor.open(file, text);
    assertEquals(List.of(), editor.diagnostics(file));
    int at = behind(text, "extension IA32User {");
    List<Long> mistaken = new ArrayList<>();
    List<Long> mended = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      editor.type(file, text, at, at, "\n  const typed : bits(4) = 99;");
      List<Diagnostic> found = editor.diagnostics(file);
      mistaken.add((System.nanoTime() - start) / 1_000_000);
      assertEquals(List.of("literal-too-wide"), codes(found));
      assertEquals(7, found.getFirst().getRange().getStart().getLine());
      start = System.nanoTime();
      editor.replace(file, text);
      assertEquals(List.of(), editor.diagnostics(file));
      mended.add((System.nanoTime() - start) / 1_000_000);
    }
    reporter.publishEntry("ia-32, edit to diagnostics of a mistake, ms", mistaken.toString());
    reporter.publishEntry("ia-32, edit to hearing that there is none, ms", mended.toString());
  }

  @Test
  void anUnsavedTextIsWhatOthersImport() throws Exception {
    Path core = Files.writeString(folder.resolve("core.isa"), "machine Core { }\n").toRealPath();
    Path top = core.resolveSibling("top.isa");
    String text =
        "import \"core.isa\";\nextension More { const here = there; }\n"
            + "machine Top extends Core with More { }\n";
    editor.open(top, text);
    assertTrue(codes(editor.diagnostics(top)).contains("unknown-name"));
    editor.open(core, "machine Core { const there = 1; }\n");
    editor.diagnostics(core);
    List<Diagnostic> now = editor.diagnostics(top);
    assertTrue(codes(now).stream().noneMatch("unknown-name"::equals), codes(now).toString());
  }

  @Test
  void aNameLeadsToItsDeclarationInAnotherFile() throws Exception {
    Path file = SPECS.resolve("ia-32/user.isa");
    String text = Files.readString(file);
    editor.open(file, text);
    int word = behind(text, "undefined_flag(which: bits(4), a: Wo");
    assertEquals(1, places(editor.definitions(file, text, word)).size());
    assertTrue(places(editor.definitions(file, text, word)).getFirst().startsWith("core.isa:"));
  }

  @Test
  void aNameIsReferredToInEveryFileThatHasIt() throws Exception {
    Path file = SPECS.resolve("riscv/core.isa");
    String text = Files.readString(file);
    editor.open(file, text);
    List<String> uses = places(editor.references(file, text, behind(text, "type Wor")));
    int written = 0;
    for (Path other : List.of(file, SPECS.resolve("riscv/sv.isa"), SPECS.resolve("riscv/m.isa"))) {
      String name = other.getFileName() + ":";
      int here = occurrences(code(Files.readString(other)), "Word");
      assertEquals(here, uses.stream().filter(u -> u.startsWith(name)).count(), name);
      written += here;
    }
    assertTrue(written > 10, uses.toString());
  }

  private static int occurrences(String text, String what) {
    return text.split("\\b" + what + "\\b", -1).length - 1;
  }

  @Test
  void whatWasKnownAnswersWhileTheTextIsBroken() throws Exception {
    String text = Files.readString(THIRD);
    editor.open(THIRD, text);
    assertEquals(List.of(), editor.diagnostics(THIRD));
    int at = behind(text, "guard supervisor {");
    editor.type(THIRD, text, at, at, " if psw. ");
    String broken = text.substring(0, at) + " if psw. " + text.substring(at);
    assertEquals(1, editor.diagnostics(THIRD).size());
    int use = behind(broken, "requires superv");
    assertEquals(
        List.of("third-generation.isa:55"), places(editor.definitions(THIRD, broken, use)));
    List<String> parts = editor.completion(THIRD, broken, behind(broken, " if psw."));
    assertEquals(List.of("mode", "ie", "pc", "base", "bound"), parts);
  }

  @Test
  void aNoteTellsRoleAndWidthAndOfAnInstructionItsClasses() throws Exception {
    String text =
        Files.readString(THIRD).replace("\"rtm {a:r}\"  requires supervisor", "\"rtm {a:r}\"");
    Path file = Files.writeString(folder.resolve("leaky.isa"), text).toRealPath();
    editor.open(file, text);
    assertTrue(
        editor
            .hover(file, text, behind(text, "reg time"))
            .contains("register `timer : bits(16), role R`"));
    assertTrue(
        editor
            .hover(file, text, behind(text, "if psw.mo"))
            .contains("field `PSW.mode : Mode, bit 31, role M`"));
    String note = "";
    for (int i = 0; i < 600 && !note.contains("behavior-sensitive"); i++) {
      note = editor.hover(file, text, behind(text, "instr rt"));
    }
    assertTrue(note.contains("**behavior-sensitive (resource \\[ext\\])"), note);
    assertTrue(note.contains("`rtm r0` with timer = 0 or 1"), note);
    assertTrue(note.contains("in `ThirdGen`"), note);
  }

  @Test
  void aNameIsRenamedWhereverItMeansTheSame() throws Exception {
    Path base = copy("third-generation.isa");
    Path variant = copy("third-generation-devices.isa");
    String text = Files.readString(base);
    editor.open(base, text);
    var edits = editor.rename(base, text, behind(text, "device cons"), "tty").getChanges();
    assertEquals(Set.of(Editor.uri(base), Editor.uri(variant)), edits.keySet());
    edits.forEach((uri, changes) -> {
      try {
        Path file = Path.of(URI.create(uri));
        String before = Files.readString(file);
        String after = applied(before, changes);
        assertEquals(occurrences(code(before), "console"), changes.size());
        assertEquals(0, occurrences(code(after), "console"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    // An operand is also named in the text of its instruction.
    String operand =
        applied(
            text,
            editor
                .rename(base, text, behind(text, "instr ldi  [0x02 a:3 0:5 im"), "wide")
                .getChanges()
                .get(Editor.uri(base)));
    assertTrue(
        operand.contains(
            "[0x02 a:3 0:5 wide:16]      \"ldi {a:r}, {wide:s}\"        { r[a] = sext(wide); }"),
        operand);
  }

  private Path copy(String name) throws IOException {
    return Files.copy(SPECS.resolve(name), folder.toRealPath().resolve(name));
  }

  /// Without comments.
  private static String code(String text) {
    return text.replaceAll("//.*", "");
  }

  private static String applied(String text, List<TextEdit> edits) {
    var source = new SourceFile("", text);
    StringBuilder out = new StringBuilder(text);
    edits.stream()
        .sorted(
            Comparator.comparingInt(
                (TextEdit e) -> -Shapes.offset(source, e.getRange().getStart())))
        .forEach(e ->
            out.replace(
                Shapes.offset(source, e.getRange().getStart()),
                Shapes.offset(source, e.getRange().getEnd()),
                e.getNewText()));
    return out.toString();
  }

  @Test
  void aRenamingThatCannotBeIsRefusedWithTheReason() throws Exception {
    String text = Files.readString(THIRD);
    editor.open(THIRD, text);
    Map<String, String> reasons = new TreeMap<>();
    for (String name : List.of("if", "due", "2x")) {
      reasons.put(
          name,
          assertThrows(
                  IllegalArgumentException.class,
                  () -> editor.rename(THIRD, text, behind(text, "reg time"), name))
              .getMessage());
    }
    reasons.put(
        "a",
        assertThrows(
                IllegalArgumentException.class,
                () -> editor.rename(THIRD, text, behind(text, "reg r"), "a"))
            .getMessage());
    assertEquals(
        Map.of(
            "if", "`if` is a keyword",
            "due", "`due` is declared twice",
            "2x", "`2x` is no name: letters, digits and `_`, a letter first",
            "a", "`a[a]` cannot be assigned"),
        reasons);
  }

  @Test
  void whatFitsIsProposed() throws Exception {
    String text = Files.readString(THIRD);
    editor.open(THIRD, text);
    assertEquals(List.of(), editor.diagnostics(THIRD));
    List<String> raised = proposed(text, "guard supervisor {", " trap ");
    assertEquals(List.of("storage", "opcode", "privop", "svc", "clock", "key"), raised);
    assertEquals(
        List.of("E", "M", "P", "R", "clock"), proposed(text, "reg due   : bool     role", " "));
    List<String> items =
        proposed(text, "guard supervisor { if psw.mode != S { trap privop(ir); } }", "\n  ");
    assertTrue(items.containsAll(List.of("instr", "reg", "fn", "expect")), items.toString());
    assertTrue(!items.contains("let") && !items.contains("psw"), items.toString());
    List<String> values = proposed(text, "let p = zext(a[9..0], 11) + zext(psw.base);", " if ");
    assertTrue(
        values.containsAll(
            List.of("p", "a", "how", "psw", "timer", "Q", "S", "U", "match", "true")),
        values.toString());
    assertTrue(!values.contains("imm") && !values.contains("instr"), values.toString());
    List<String> claims = proposed(text, "expect svc, reserved                 :", " ");
    assertTrue(claims.containsAll(List.of("privileged", "traps_always")), claims.toString());
  }

  /// What is proposed where `typed` is put behind some words of a text.
  private List<String> proposed(String text, String behind, String typed) throws Exception {
    int at = behind(text, behind);
    editor.replace(THIRD, text.substring(0, at) + typed + text.substring(at));
    return editor.completion(
        THIRD, text.substring(0, at) + typed + text.substring(at), at + typed.length());
  }

  @Test
  void aTextIsFormattedAndOutlined() throws Exception {
    String text = Files.readString(THIRD);
    editor.open(THIRD, text.replace("  reg timer", "reg timer"));
    assertEquals(text, editor.format(THIRD).getFirst().getNewText());
    editor.replace(THIRD, text);
    assertEquals(List.of(), editor.format(THIRD));
    DocumentSymbol machine = editor.symbols(THIRD).getFirst();
    assertEquals("ThirdGen", machine.getName());
    List<String> parts = machine.getChildren().stream().map(DocumentSymbol::getName).toList();
    assertTrue(
        parts.containsAll(List.of("Q", "Word", "PSW", "timer", "V", "swap", "supervisor", "lpsw")),
        parts.toString());
  }

  @Test
  void nothingThatIsTypedEndsTheServer() throws Exception {
    String text = Files.readString(SPECS.resolve("third-generation-table.isa"));
    Path file = folder.toRealPath().resolve("broken.isa");
    editor.open(file, text);
    var random = new Random(7);
    for (int i = 0; i < 40; i++) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + random.nextInt(200));
      String insert =
          List.of("", "{", "}", "\"", "/*", "(((", ".", "\ud800", "\0", "🙂")
              .get(random.nextInt(10));
      String broken = text.substring(0, from) + insert + text.substring(to);
      editor.replace(file, broken);
      editor.completion(file, broken, from);
      editor.definitions(file, broken, from);
      editor.symbols(file);
    }
    editor.replace(file, "(".repeat(200_000) + "machine");
    editor.completion(file, "(", 1);
    editor.type(file, "x", 1_000_000, 5, "nowhere");
    editor.replace(file, text);
    assertTrue(editor.symbols(file).size() > 0);
    synchronized (editor.logged) {
      assertEquals(List.of(), editor.logged);
    }
  }
}
