package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A mistake in a declaration is not told again at every use, and no text takes long to refuse.
final class ElaboratorCascadeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "unknown-type # reg x : Wrod role E; instr t [0x10 0:8] 't' { x = 1; limit = x; r[0] = x + 1; if x == zext(limit) { x[3..0] = 1; } }",
        "unknown-type # fn f(x: Wrod) -> bits(8) { return x[7..0]; } instr t [0x10 0:8] 't' { limit = f(r[0]); }",
        "unknown-type # fn f(x: bits(8)) -> Wrod { return x; } instr t [0x10 0:8] 't' { limit = f(limit); }",
        "unknown-type # struct D : Wrod { 7..4 a role E; } reg d : D; instr t [0x10 0:8] 't' { d.a = 1; }",
        "unknown-type # struct D : bits(8) { 7..0 a : Wrod role E; } reg d : D; instr t [0x10 0:8] 't' { d.a = 1; r[0] = zext(d.a); }",
        "unknown-role # struct D : bits(8) { 7..0 a role Q; } reg d : D; instr t [0x10 0:8] 't' { d.a = 1; }",
        "field-out-of-range # struct D : bits(8) { 8..0 a role E; } reg d : D; instr t [0x10 0:8] 't' { d.a = 1; }",
        "unknown-type # enum N : Wrod { A = 1 } instr t [0x10 0:8] 't' { if A == A { } }",
        "duplicate-value # enum N : bits(2) { A = 1, B = 1 } reg n : N role E; instr t [0x10 0:8] 't' { n = B; n = A; }",
        "unknown-name # const K = nix; instr t [0x10 0:8] 't' { limit = K; limit = K + limit; r[0][K] = 1; }",
        "unknown-name # instr t [0x10 0:8] 't' { let x = nix; limit = x; r[0] = x + 1; if x == zext(limit) { } }",
        "unknown-name # instr t [0x10 0:8] 't' { if nix == zext(limit) { limit = 1; } }",
        "unknown-name # instr t [0x10 0:8] 't' { if zext(limit) == nix { limit = 1; } }",
        "unknown-name # instr t [0x10 0:8] 't' { r[0] = min(zext(limit), nix) + 3; }",
        "pattern-width # instr t [0x10 a:7] 't {a}' { limit = zext(a); } expect t : innocuous;",
        "unknown-name # operand K { x [q:Nix] '{q}'; } instr t [0x10 a:K b:7] 't {a} {b}' { limit = zext(b); } expect t : innocuous;",
        "unknown-name # space W(a: bits(8)) on MM { return a; } instr t [0x10 0:8] 't' { r[0] = W[limit]; W[3] = r[0]; }",
      })
  void oneMistakeGivesOneMessage(String slug, String items) {
    assertEquals(
        List.of(slug),
        ElaboratorFixture.items(items.replace('\'', '"')).stream()
            .map(d -> d.code().slug())
            .toList(),
        items);
  }

  private static void quick(String statements) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> ElaboratorFixture.body(statements),
        statements.substring(0, 40));
  }

  @Test
  void nothingGrowsWithoutBound() {
    StringBuilder doubling = new StringBuilder("let x0 = r[0];");
    StringBuilder wide = new StringBuilder("let y0 = r[0];");
    for (int i = 1; i < 60; i++) {
      doubling.append("let x%d = min(x%d + 1, x%d + 2);".formatted(i, i - 1, i - 1));
      wide.append("let y%d = y%d ++ y%d;".formatted(i, i - 1, i - 1));
    }
    quick(doubling.toString());
    quick(wide.toString());
    quick("r[0] = " + "min(".repeat(90) + "r[1]" + ", r[2] + r[3])".repeat(90) + ";");
    quick("r[0] = " + "r[1] + ".repeat(200) + "1;");
    quick("r[0] = " + "zext(limit) + (".repeat(90) + "r[1]" + ")".repeat(90) + ";");
    quick("for i in 0 .. 999 { for j in 0 .. 999 { r[0] = r[0] + 1; } }");
    quick("r[0] = 1 " + "<< 1000000 ".repeat(30) + ";");
  }

  @Test
  void combinationsOfParametersAreLimited() {
    StringBuilder params = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      params.append("param p%d in {1, 2};".formatted(i));
    }
    var d = ElaboratorFixture.items(params.toString());
    assertEquals(List.of("too-many-instances"), d.stream().map(x -> x.code().slug()).toList());
  }

  @Test
  void pureFunctionsOfConditionsAreUnfolded() {
    var m =
        ElaboratorFixture.machine(
            """
            fn level() -> bits(8) { var n = limit; for i in 0 .. 7 { if r[0][i] == 1 { n = n + i; } } return n; }
            assume low : level() < 200 && !off();
            fn off() -> bool { if psw.ie { return false; } let x = limit; return x == 0; }
            """);
    assertTrue(m.assumptions().getFirst().holds().width() == 1);
    assertEquals(Map.of(), m.setting());
  }
}
