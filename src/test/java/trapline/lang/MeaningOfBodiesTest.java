package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trapline.machine.TestRunner;

/// What statements do, seen from outside: the instruction `t` runs once on the simulator from r =
/// (1, 2, 3, 0x8001), limit = 128, and then the condition holds.
final class MeaningOfBodiesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        // widths
        "r[0] = ~1;                                        # r[0] == 0xfffe",
        "r[0] = -17;                                       # r[0] == 0xffef",
        "r[0] = r[3] + r[3];                               # r[0] == 2",
        "r[0] = sext(r[3][15..12]);                        # r[0] == 0xfff8",
        "r[0] = zext(r[3][15..12]);                        # r[0] == 8",
        "r[0] = zext(r[3][15..8] ++ r[3][3..0]);           # r[0] == 0x801",
        "r[0] = bits(int(r[3]) >> 4);                      # r[0] == 0xf800",
        "r[0] = r[3] >> 4;                                 # r[0] == 0x0800",
        "r[0] = r[1] << r[2];                              # r[0] == 16",
        "r[0] = r[1] << 16;                                # r[0] == 0",
        "r[0] = bits(int(r[3]) / 2);                       # r[0] == 0xc001",
        "r[0] = if int(r[3]) < 0 then 1 else 2;            # r[0] == 1",
        "r[0] = min(r[3], r[2]) + max(r[1], 5);            # r[0] == 8",
        "r[0] = zext(sat_add(limit, 200));                 # r[0] == 255",
        "r[0] = zext(sat_sub(limit, 200));                 # r[0] == 0",
        "r[0] = zext(raw(psw.ie)) + width(limit);          # r[0] == 8",
        "let n = 3; r[0] = n; limit = n;                   # r[0] == 3 && limit == 3",
        // places
        "r[0][7..4] = 5;                                   # r[0] == 0x51",
        "r[0][15] = 1;                                     # r[0] == 0x8001",
        "r[0][r[2]] = 1;                                   # r[0] == 9",
        "r[0] = zext(r[3][r[1]]) + zext(r[3][r[1] - 2]);   # r[0] == 1",
        "psw = 0xffff;                                     # psw == 0xc0ff",
        "psw = PSW(pc = 9); psw.ie = true;                 # psw == 0x4009",
        "E[9][7..0] = 0xab; E[9][15] = 1;                  # E[9] == 0x80ab",
        "V[10] = 7; V[10][3..0] = 0; r[0] = V[10];         # r[0] == 0 && E[10] == 0",
        "let p : PSW = 0x8003; psw.mode = p.mode;          # psw.mode == U",
        "var p = psw; p.pc = 77; r[0] = p;                 # r[0] == 77",
        "tty.tx = 65; r[0] = zext(tty.rx);                 # r[0] == 0",
        // order and effects
        "r[0] = r[0] + bump();                             # r[0] == 101",
        "r[0] = bump() + r[0];                             # r[0] == 200",
        "r[bump()[1..0]] = r[0];                           # r[0] == 100",
        "r[r[0][1..0]] = bump();                           # r[1] == 100 && r[0] == 100",
        "psw.ie = r[0] == 5 && bump() == 100;              # r[0] == 1 && !psw.ie",
        "psw.ie = r[0] == 1 && bump() == 100;              # r[0] == 100 && psw.ie",
        "psw.ie = r[0] == 1 || bump() == 100;              # r[0] == 1 && psw.ie",
        "r[1] = if r[0] == 1 then 7 else bump();           # r[0] == 1 && r[1] == 7",
        "r[1] = if r[0] != 1 then 7 else bump();           # r[0] == 100 && r[1] == 100",
        "r[1] = match r[0][1..0] { 0 => bump(), 1 => 8, _ => bump() }; # r[0] == 1 && r[1] == 8",
        "both(r[0], bump());                               # r[1] == 1 && r[2] == 100",
        // control
        "for i in 0 .. 3 { r[i] = i * 2; }                 # r[0] == 0 && r[3] == 6",
        "for i in 3 .. 2 { r[i] = 0; }                     # r[3] == 0x8001",
        "while r[0] < 10 { r[0] = r[0] + 4; }              # r[0] == 13",
        "while bump2() < 10 { r[1] = r[1] + 1; }           # r[0] == 11 && r[1] == 6",
        "match r[2] { 0 => { r[0] = 0; } 1 .. 5 => { r[0] = 50; } _ => { r[0] = 60; } } # r[0] == 50",
        "match psw.mode { U => { r[0] = 5; } S => { r[0] = 6; } } # r[0] == 6",
        "match psw.ie { true => { r[0] = 5; } false => { r[0] = 6; } } # r[0] == 6",
        "match r[1] { TWO => { r[0] = 5; } _ => { r[0] = 6; } } # r[0] == 5",
        "if r[0] == 1 { r[1] = 9; return; } r[1] = 8;      # r[1] == 9",
        "r[0] = early(r[1]);                               # r[0] == 20",
        "any x : bits(8) where x == 9; r[0] = zext(x);     # r[0] == 9",
        "r[0] = loose(r[1]) - loose(r[1]);                 # r[0] == 0",
        "r[1] = 5; trap bad(ir);                           # r[1] == 2 && E[2] == 2 && E[3] == 0x1000",
        "r[1] = 5; commit; r[2] = 6; trap priv;            # r[1] == 5 && r[2] == 3 && E[2] == 3",
        "execute 0x1101;                                   # r[1] == 42",
        // zero and names
        "z[0] = 7; z[1] = 8; r[0] = z[0] + z[1];           # r[0] == 8",
        "z[r[0][0] ++ r[1][0]] = 7; r[0] = z[2];           # r[0] == 7",
        "z[r[1][0] ++ r[1][0]] = 7; r[0] = z[r[1][1..1] ^ 1]; # r[0] == 0",
        "low = 3; r[0] = zext(low);                        # r[0] == 3 && limit == 0x83",
      })
  void bodies(String statements, String condition) {
    String items =
        """
        const TWO = 2;
        reg z[4] : bits(16) role E zero 0;
        alias low = limit[3..0];
        fn bump() -> bits(16) { r[0] = 100; return r[0]; }
        fn bump2() -> bits(16) { r[0] = r[0] + 2; return r[0] - 1; }
        fn both(x: bits(16), y: bits(16)) { r[1] = x; r[2] = y; }
        fn early(x: bits(16)) -> bits(16) { if x == 2 { return 20; } let y = x + 1; return y; }
        unspecified fn loose(x: bits(16)) -> bits(16) where result != x;
        instr set [0x11 a:8] "set {a:u}" { r[a[1..0]] = 42; }
        instr t [0x10 0:8] "t" { %s }
        test "t" {
          asm at 16 { "t" }
          r[0] = 1; r[1] = 2; r[2] = 3; r[3] = 0x8001; limit = 128; psw.pc = 16;
          step 1;
          assert %s;
        }
        """
            .formatted(statements, condition);
    var results = TestRunner.run(ElaboratorFixture.machine(items));
    assertEquals(
        List.of(),
        results.stream().filter(r -> !r.passed()).map(TestRunner.Result::verdict).toList(),
        statements);
  }
}
