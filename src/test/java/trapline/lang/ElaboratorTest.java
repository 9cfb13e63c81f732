package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static trapline.lang.ElaboratorFixture.machine;
import static trapline.lang.LoaderFixture.instruction;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.isa.Expectation;
import trapline.isa.Field;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Property;
import trapline.isa.Role;
import trapline.machine.TestRunner;

final class ElaboratorTest {
  static Stream<Path> shipped() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("isa-specs"))) {
      return files.filter(f -> f.toString().endsWith(".isa")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void everyShippedDescriptionLoadsWithoutComplaintAndPassesItsTests(Path file) {
    var loaded = Loader.load(List.of(file), List.of());
    var machines = assertMachines(loaded);
    for (var described : machines.machines()) {
      var made = described.instances(Map.of());
      assertEquals(List.of(), made.diagnostics().stream().map(Diagnostic::message).toList());
      for (Machine m : made.machines()) {
        assertEquals(
            List.of(), TestRunner.run(m).stream().filter(r -> !r.passed()).toList(), m.name());
      }
    }
  }

  private static Loader.Loaded.Machines assertMachines(Loader.Loaded loaded) {
    if (loaded instanceof Loader.Loaded.Machines machines) {
      return machines;
    }
    throw new AssertionError(loaded.toString());
  }

  @Test
  void fieldsCoverTheirRegister() {
    Machine m =
        machine("struct F : bits(8) { 6 z role E; 4..2 m role R; 0 = 1; } reg f : F reset 0xff;");
    var f = m.registers().stream().filter(r -> r.name().equals("f")).findFirst().orElseThrow();
    assertEquals(
        List.of("7", "z", "5", "m", "1", "0"), f.fields().stream().map(Field::name).toList());
    assertEquals(Bits.of(8, 0b11111111), f.reset());
    assertEquals(Bits.of(8, 0b01000000), f.mask(Role.E));
    assertEquals(Optional.of(Bits.TRUE), f.fields().getLast().fixed());
  }

  @Test
  void rolesComeFromTheRegisterWhereItsFieldsCarryNone() {
    Machine m = machine("struct F : bits(8) { 7..4 a; 3..0 b; } reg f[2] : F role R;");
    var f = m.registers().stream().filter(r -> r.name().equals("f")).findFirst().orElseThrow();
    assertEquals(Bits.of(8, 0xff), f.mask(Role.R));
  }

  @Test
  void modesAreTheEnumeratorsOfTheFieldOfRoleM() {
    assertEquals(List.of("S", "U"), machine("").modes().stream().map(Mode::name).toList());
  }

  @Test
  void parametersMakeInstances() {
    var made =
        ElaboratorFixture.elaborate(
            "machine P extends T with { param Q in {4, 8} = 8; choice c in {x, y}; }\n" + text(""),
            "P",
            Map.of());
    assertEquals(
        List.of("{Q=8, c=x}", "{Q=8, c=y}", "{Q=4, c=x}", "{Q=4, c=y}"),
        made.machines().stream().map(m -> m.setting().toString()).toList());
  }

  @Test
  void settingsNarrowParameters() {
    String text =
        "machine P extends T with { param Q in {4, 8} = 8; choice c in {x, y}; set c = y; }\n"
            + text("");
    var made = ElaboratorFixture.elaborate(text, "P", Map.of("Q", "4"));
    assertEquals(
        List.of("{Q=4, c=y}"), made.machines().stream().map(m -> m.setting().toString()).toList());
  }

  @Test
  void aMistakeOfSomeInstancesSaysOfWhich() {
    String text = text("param Q in {4, 8} = 8; instr t [0x10 0:8] \"t\" { E[9][Q..0] = 0x1ff; }");
    var made = ElaboratorFixture.elaborate(text, "T", Map.of());
    assertEquals(1, made.diagnostics().size());
    assertEquals(List.of("with Q = 4"), made.diagnostics().getFirst().notes());
  }

  @Test
  void aMistakeOfAllInstancesIsSaidOnce() {
    String text = text("param Q in {4, 8} = 8; instr t [0x10 0:8] \"t\" { limit = r[0]; }");
    var made = ElaboratorFixture.elaborate(text, "T", Map.of());
    assertEquals(1, made.diagnostics().size());
    assertEquals(List.of(), made.diagnostics().getFirst().notes());
  }

  @Test
  void aChoiceSelectsCode() {
    String items =
        "choice c in {x, y}; instr t [0x10 0:8] \"t\" { match c { x => { limit = 1; } y => { limit = 2; } } }";
    Machine x = machine(text(items), "T", Map.of("c", "x"));
    Machine y = machine(text(items), "T", Map.of("c", "y"));
    assertFalse(
        instruction(x, "t").body().statements().equals(instruction(y, "t").body().statements()));
    assertEquals(1, instruction(x, "t").body().statements().size());
  }

  @Test
  void aSmallOperandSplitsByItsValues() {
    Machine m =
        machine(
            "instr t [0b000100 f:2 y:8] \"t {f:o}, {y:o}\" split f { if f == 1 { limit = y; } }");
    assertEquals(
        List.of("t 0", "t 1", "t 2", "t 3"),
        instruction(m, "t").rows().stream().map(Instruction.Row::name).toList());
  }

  @Test
  void aDecodeConditionRulesRowsOut() {
    Machine m =
        machine(
            "instr t [0b000100 f:2 y:8] \"t {f:o}, {y:o}\" if f != 2 split f { if f == 1 { limit = y; } }");
    assertEquals(
        List.of("t 0", "t 1", "t 3"),
        instruction(m, "t").rows().stream().map(Instruction.Row::name).toList());
  }

  @Test
  void aMnemonicSplitsByItsSuffix() {
    Machine m =
        machine(
            """
            operand Suffix { basic [0b00] ""; immediate [0b01] "i"; memory [0b10] "m"; }
            instr mov [0b000100 m:Suffix y:8] "mov{m} {y:o}" split m {
              match m { basic => { limit = y; } immediate => { limit = 1; } memory => { limit = 2; } }
            }
            expect movi : innocuous;
            expect mov when m == memory : innocuous;
            """);
    assertEquals(
        List.of("mov", "movi", "movm"),
        instruction(m, "mov").rows().stream().map(Instruction.Row::name).toList());
    assertEquals(
        List.of(List.of("movi"), List.of("movm")),
        m.expectations().stream()
            .map(e ->
                ((Expectation.Subject.OfRows) e.subjects().getFirst())
                    .rows().stream().map(Instruction.Row::name).toList())
            .toList());
    // 0b11 is no suffix, so such a word is no `mov`, but reserved.
    assertTrue(instruction(m, "mov").encoding().condition().isPresent());
    assertTrue(isReserved(m, 0x1300));
    assertFalse(isReserved(m, 0x1200));
  }

  @Test
  void aBankSplitsByItsEntries() {
    Machine m =
        machine(
            """
            reg x1 : bits(16) role R;
            bank csr(n: bits(8)) : bits(16) {
              0x10 one = x1;
              0x20 two { get { return 7; } }
              else { trap bad(ir); }
            }
            instr rd [0x20 n:8] "rd {n:csr}" split n { r[0] = csr[n]; }
            instr wr [0x21 n:8] "wr {n:csr}" { csr[n] = r[0]; }
            instr wo [0x22 0:8] "wo" { csr.one = 9; r[1] = csr[0x20]; }
            test "bank" {
              asm at 16 { "wo" "rd one" "wr one" "rd two" "wr two" }
              limit = 128; psw.pc = 16;
              step 2;
              assert x1 == 9 && r[0] == 9 && r[1] == 7;
              r[0] = 5;
              step 2;
              assert x1 == 5 && r[0] == 7;
              step 1;
              assert E[2] == 2;
            }
            """);
    assertEquals(
        List.of("rd one", "rd two", "rd else"),
        instruction(m, "rd").rows().stream().map(Instruction.Row::name).toList());
    assertEquals(List.of(), TestRunner.run(m).stream().filter(r -> !r.passed()).toList());
  }

  @Test
  void anAddressingModeIsDescribedOnce() {
    Machine m =
        machine(
            """
            operand Src : bits(16) {
              reg  [0b00 n:2] "{n:r}"   { get { return r[n]; } set(v) { r[n] = v; } addr { trap bad(ir); } }
              at   [0b01 n:2] "({n:r})" { get { return V[r[n][7..0]]; } set(v) { V[r[n][7..0]] = v; } addr { return r[n][7..0]; } }
            }
            instr mov [0x2 0:4 d:Src s:Src] "mov {d}, {s}" { d = s; }
            instr lea [0x3 0:4 0:2 a:2 s:Src] "lea {a:r}, {s}" { r[a] = zext(s.addr); }
            test "kinds" {
              asm at 16 { "mov r1, (r0)" "mov (r0), r2" "lea r3, (r0)" "lea r3, r1" }
              r[0] = 40; E[40] = 7; r[2] = 9; limit = 128; psw.pc = 16;
              step 3;
              assert r[1] == 7 && E[40] == 9 && r[3] == 40;
              step 1;
              assert E[2] == 2;
            }
            """);
    assertEquals(List.of(), TestRunner.run(m).stream().filter(r -> !r.passed()).toList());
    assertTrue(isReserved(m, 0x2080));
  }

  @Test
  void anOverridingInstructionTakesItsWords() {
    Machine m =
        machine(
            """
            instr any [0x10 a:8] "any {a}" { limit = a; }
            instr one [0x10 0x05] "one" overrides any { limit = 0; }
            """);
    var any = instruction(m, "any").encoding();
    var condition = any.condition().orElseThrow();
    var a = any.operands().getFirst().local();
    assertFalse(Words.evaluate(condition, Map.of(a, Bits.of(8, 5))).isTrue());
    assertTrue(Words.evaluate(condition, Map.of(a, Bits.of(8, 6))).isTrue());
  }

  @Test
  void reservedIsWhatIsLeft() {
    Machine m = machine("instr any [0x10 a:8] \"any {a}\" if a >= 8 { limit = a; }");
    for (int word = 0; word < 1 << 16; word++) {
      boolean isTaken = word == 0 || word >= 0x1008 && word <= 0x10ff;
      assertEquals(!isTaken, isReserved(m, word), "word " + word);
    }
  }

  private static boolean isReserved(Machine m, int word) {
    var e = m.reserved().encoding();
    return Words.evaluate(
            e.condition().orElseThrow(), Map.of(e.operands().getFirst().local(), Bits.of(16, word)))
        .isTrue();
  }

  @Test
  void aVariantReplacesAndRemoves() {
    String variant =
        """
        machine V extends T with More {
          replace instr nop [0x7f 0:8] "nop" { }
          remove instr more;
        }
        extension More { instr more [0x10 0:8] "more" { limit = 1; } instr most [0x11 0:8] "most" { limit = 2; } }
        """;
    Machine m = machine(variant + text(""), "V", Map.of());
    assertEquals(List.of("nop", "most"), m.instructions().stream().map(Instruction::name).toList());
    assertFalse(isReserved(m, 0x7f00));
  }

  @Test
  void claimsOfAVariantTakeThePlaceOfInheritedOnes() {
    String base =
        text(
            "expect nop : innocuous, !privileged; expect machine : vmm; expect reserved : traps_always;");
    String variant = "machine V extends T with { expect nop : !innocuous; }\n";
    Machine m = machine(variant + base, "V", Map.of());
    assertEquals(
        List.of(
            List.of(new Expectation.Claim.OfRow(Property.PRIVILEGED, Optional.empty(), true)),
            List.of(new Expectation.Claim.OfRow(Property.TRAPS_ALWAYS, Optional.empty(), false)),
            List.of(new Expectation.Claim.OfRow(Property.INNOCUOUS, Optional.empty(), true))),
        m.expectations().stream().map(Expectation::claims).toList());
  }

  @Test
  void aWayOfBehaviorSensitivityIsAPropertyOfItsOwn() {
    Machine m = machine("expect nop : behavior_sensitive(mode), user_sensitive(location);");
    assertEquals(
        List.of(
            new Expectation.Claim.OfRow(Property.MODE_SENSITIVE, Optional.empty(), false),
            new Expectation.Claim.OfRow(
                Property.USER_SENSITIVE, Optional.of(Property.LOCATION_SENSITIVE), false)),
        m.expectations().getFirst().claims());
  }

  @Test
  void extensionsComeInOrder() {
    String text =
        """
        machine V extends T with B { }
        extension A { const X = 1; }
        extension B requires A { instr b [0x10 0:8] "b" { limit = X; } }
        """;
    var made = ElaboratorFixture.elaborate(text + text(""), "V", Map.of());
    assertEquals(
        List.of("missing-extension"),
        made.diagnostics().stream().map(d -> d.code().slug()).toList());
  }

  @Test
  void theWidthMessageShowsBothSidesAndAFix() {
    Diagnostic d = ElaboratorFixture.body("limit = r[0];").getFirst();
    assertEquals("widths differ: 8 and 16", d.message());
    assertEquals(2, d.labels().size());
    assertTrue(
        d.labels().getFirst().text().startsWith("bits(16): element of `r`, declared at t.isa:6"));
    assertTrue(d.labels().getLast().text().startsWith("bits(8): `limit`, declared at t.isa:7"));
    assertEquals(Optional.of("take the low 8 bits with `r[0][7..0]`"), d.help());
  }

  @Test
  void misspeltNamesAreRecognised() {
    assertEquals(
        Optional.of("did you mean `limit`?"),
        ElaboratorFixture.body("limti = 1;").getFirst().help());
    assertEquals(
        Optional.of("did you mean `mode`?"),
        ElaboratorFixture.body("psw.mdoe = S;").getFirst().help());
  }

  private static String text(String items) {
    return ElaboratorFixture.text(items);
  }
}
