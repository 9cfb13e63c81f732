package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trapline.diag.Diagnostic;

/// One mistake gives one message, with the code that the page explains.
final class ElaboratorMistakesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // names
        "unknown-name          | r[0] = rr[1];",
        "unknown-name          | nothing();",
        "unknown-field         | psw.mod = S;",
        "unknown-field         | tty.ty = 1;",
        "unknown-field         | r[0] = r[1].x;",
        "wrong-kind-of-name    | r[0] = E;",
        "wrong-kind-of-name    | r[0] = sup;",
        "unknown-cause         | trap storge(1);",
        "duplicate-name        | let x = r[0]; let x = r[1];",
        "unknown-type          | let x : Wrd = 1;",
        // widths and types
        "width-mismatch        | limit = r[0];",
        "width-mismatch        | r[0] = limit;",
        "width-mismatch        | r[0] = r[1] + limit;",
        "width-mismatch        | if r[0] == limit { }",
        "width-mismatch        | r[0] = if psw.ie then r[1] else limit;",
        "sign-mismatch         | r[0] = int(r[1]);",
        "sign-mismatch         | r[0] = r[1] + int(r[2]);",
        "type-mismatch         | r[0] = psw.mode;",
        "type-mismatch         | psw.mode = 1;",
        "type-mismatch         | psw.ie = 1;",
        "type-mismatch         | if r[0] { }",
        "type-mismatch         | r[0] = !r[1];",
        "type-mismatch         | psw.ie = ~psw.ie;",
        "type-mismatch         | r[0] = zext(psw.mode);",
        "type-mismatch         | psw.ie = psw.ie & psw.ie;",
        "type-mismatch         | psw.ie = limit < limit < limit;",
        "needs-width           | r[0] = limit ++ 3;",
        "needs-width           | var x = 3;",
        "needs-width           | let x = zext(limit);",
        "literal-too-wide      | limit = 256;",
        "literal-too-wide      | limit = -129;",
        "literal-too-wide      | if limit == 300 { }",
        "bad-extension         | limit = zext(r[0]);",
        "bad-extension         | r[0] = trunc(limit);",
        "slice-out-of-range    | limit = r[0][16..9];",
        "slice-out-of-range    | limit = r[0][0..7];",
        "slice-out-of-range    | psw.ie = r[0][16] == 1;",
        "index-out-of-range    | r[4] = 0;",
        "index-out-of-range    | E[256] = 0;",
        "not-indexable         | psw.ie = psw.mode[0] == 1;",
        "not-callable          | limit();",
        "bad-arguments         | trap storage;",
        "bad-arguments         | r[0] = min(r[1]);",
        "not-assignable        | let x = r[0]; x = r[1];",
        "not-assignable        | tty.rx = 0;",
        "not-assignable        | a = 1;",
        "match-not-exhaustive  | match a { 0 => { } 1..2 => { } }",
        "match-not-exhaustive  | match psw.mode { S => { } }",
        "bad-match-pattern     | match psw.mode { S => { } X => { } U => { } }",
        "bad-match-pattern     | match a { 4 => { } _ => { } }",
        "bad-constant          | r[0] = 1 / 0;",
        "not-constant          | for i in 0 .. a { }",
        "not-constant          | r[0][a..0] = 1;",
        // bodies
        "misplaced-statement   | assert psw.ie;",
        "bad-return            | return r[0];",
        "loop-too-long         | for i in 0 .. 100000 { r[0] = i; }",
        "unreachable-code      | trap priv; r[0] = 1;",
        "unreachable-arm       | match a { 0..3 => { } 1 => { } }",
        "mixed-operators       | r[0] = r[1] & r[2] + 1;",
      })
  void bodies(String slug, String statements) {
    assertEquals(List.of(slug), slugs(ElaboratorFixture.body(statements)), statements);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // declarations
        "duplicate-name        | reg psw : bits(8) role E;",
        "duplicate-name        | struct D : bits(8) { 7..4 a; 3..0 a; }",
        "circular-definition   | const A = B; const B = A;",
        "circular-definition   | alias al = al; instr t [0x10 0:8] 't' { limit = al; }",
        "missing-role          | reg x : bits(8);",
        "missing-role          | struct D : bits(8) { 7..4 a role E; 3..0 b; } reg d : D;",
        "missing-role          | memory M2[4] : bits(8);",
        "unknown-role          | reg x : bits(8) role X;",
        "role-twice            | struct D : bits(8) { 7..0 a role R; } reg x : D role E;",
        "overlapping-fields    | struct D : bits(8) { 7..4 a; 4..0 b; }",
        "field-out-of-range    | struct D : bits(8) { 8..4 a; }",
        "field-width           | struct D : bits(8) { 7..4 a : Mode; }",
        "duplicate-value       | enum N : bits(2) { A = 1, B = 1 }",
        "bad-size              | reg x : bits(0) role E;",
        "bad-size              | memory M2[0] : bits(8) role E;",
        "name-count            | reg x[2] : bits(8) role E names 'a';",
        "literal-too-wide      | enum N : bits(2) { A = 4 }",
        "not-constant          | const C = limit;",
        "bad-access            | space W(a: bits(8), how: Mode) on E { return a; }",
        "space-effect          | space W(a: bits(8)) on E { limit = 0; return a; }",
        "wrong-kind-of-name    | space W(a: bits(8)) on limit { return a; }",
        "missing-return        | space W(a: bits(8)) on E { if a == 0 { return a; } }",
        "no-modes              | reg x : Mode role M;",
        "duplicate-part        | after { } after { }",
        // functions
        "recursion             | fn f() { g(); } fn g() { f(); }",
        "missing-return        | fn f() -> bits(8) { if psw.ie { return 1; } } instr t [0x10 0:8] 't' { limit = f(); }",
        "no-result             | fn f() { limit = 1; } instr t [0x10 0:8] 't' { limit = f(); }",
        "bad-return            | fn f() -> bits(8) { return; } instr t [0x10 0:8] 't' { limit = f(); }",
        "bad-arguments         | fn f(x: bits(8)) { limit = x; } instr t [0x10 0:8] 't' { f(); }",
        "unused                | fn f() { limit = 1; }",
        "guard-on-storage      | guard g { if r[0] != 0 { trap priv; } } instr t [0x10 0:8] 't' requires g { limit = 1; }",
        "no-instruction-here   | fn f() { trap bad(ir); } after { f(); }",
        // traps
        "unknown-name          | traps via swop { 7 seven : program; }",
        "unknown-trap-kind     | traps via swap { 7 seven : fault; }",
        "bad-interrupt         | traps via swap { 7 seven : interrupt; }",
        "bad-interrupt         | traps via swap { 7 seven : program when psw.ie; }",
        "trap-arguments        | traps via swap { 7 seven(x: bits(17)) : program; }",
        "trap-arguments        | traps via swap { 7 seven(x: bits(8), y: bits(8)) : program; }",
        "duplicate-value       | traps via swap { 7 seven : program; 7 eight : program; }",
        "duplicate-name        | traps via swap { 7 priv : program; }",
        "effect-in-condition   | traps via swap { 7 seven : interrupt when V[0] == 1; }",
        // encodings
        "pattern-width         | instr t [0x10 a:2] 't {a:r}' { r[a] = 0; }",
        "duplicate-operand     | instr t [0x10 a:4 a:4] 't {a}' { r[a] = 0; }",
        "incomplete-operand    | instr t [0x10 a[7..4] 0:4] 't {a}' { r[a] = 0; }",
        "incomplete-operand    | instr t [0x10 a[3..0] a[3..0]] 't {a}' { r[a] = 0; }",
        "overlapping-encodings | instr t [0x10 0:8] 't' { } instr u [0x10 a:8] 'u {a}' { limit = a; }",
        "overlapping-encodings | instr t [0x10 a:8] 't {a}' if a < 5 { limit = a; } instr u [0x10 a:8] 'u {a}' if a > 3 { limit = a; }",
        "bad-override          | instr t [0x10 0:8] 't' overrides nop { limit = 0; }",
        "bad-override          | instr t [0x10 0:8] 't' overrides x { limit = 0; }",
        "bad-decode-condition  | instr t [0x10 a:8] 't {a}' if a == limit { limit = a; }",
        "bad-template          | instr t [0x10 a:8] 't {a} }' { limit = a; }",
        "unknown-operand       | instr t [0x10 a:8] 't {a} {b}' { limit = a; }",
        "operand-not-printed   | instr t [0x10 a:8] 't' { limit = a; }",
        "unknown-style         | instr t [0x10 a:8] 't {a:q}' { limit = a; }",
        "bad-split             | instr t [0b0001 a:12] 't {a}' split a { limit = a[7..0]; }",
        "unknown-operand       | instr t [0x10 a:8] 't {a}' split b { limit = a; }",
        "duplicate-instruction | instr nop [0x10 0:8] 'nop' { }",
        "nothing-to-replace    | replace instr nap [0x10 0:8] 'nap' { }",
        "nothing-to-replace    | remove instr nap;",
        "unknown-guard         | instr t [0x10 0:8] 't' requires user { limit = 1; }",
        "unused                | instr t [0x10 a:8] 't {a}' { limit = 1; }",
        "kind-width            | operand K { x [0:2] 'x'; y [0:1] 'y'; }",
        "incomplete-kind       | operand K : bits(8) { x [0:1] 'x' { get { return limit; } } y [1:1] 'y'; }",
        // claims
        "unknown-claim         | expect nop : inocuous;",
        "unknown-claim         | expect machine : privileged;",
        "unknown-claim         | expect nop : behavior_sensitive(place);",
        "unknown-subject       | expect nap : innocuous;",
        "unknown-subject       | expect machine, nop : vmm;",
        "unknown-assumption    | expect nop under quiet : innocuous;",
        "bad-selection         | expect nop when limit == 0 : innocuous;",
        "bad-selection         | instr t [0x10 a:8] 't {a}' { limit = a; } expect t when a == 1 : innocuous;",
        "unknown-mode          | vmm { deprivilege K to U; }",
        "incomplete-monitor    | vmm { run psw.mode = U; }",
        "incomplete-monitor    | vmm { deprivilege S to U; run E[0] = 1; }",
        "bad-test              | test 'x' { asm at 256 { 'nop' } }",
        "misplaced-statement   | test 'x' { trap priv; }",
        "effect-in-condition   | assume quiet : V[0] == 0;",
        // variants
        "unknown-parameter     | set q = 1;",
        "unknown-parameter-value | param q in {1, 2}; set q = 3;",
        "unknown-parameter-value | choice q in {a, b} = c;",
      })
  void declarations(String slug, String items) {
    assertEquals(List.of(slug), slugs(ElaboratorFixture.items(items.replace('\'', '"'))), items);
  }

  private static List<String> slugs(List<Diagnostic> diagnostics) {
    return diagnostics.stream().map(d -> d.code().slug()).toList();
  }
}
