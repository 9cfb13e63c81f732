package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Assembler;
import trapline.codec.Codec;
import trapline.codec.Image;
import trapline.diag.SourceFile;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.machine.TestRunner;

/// Instructions of several lengths: units are read as long as an instruction goes on, and text and
/// words say the same.
final class LengthLaws {
  /// Units of a byte; one, two and three of them. `j` reaches eight addresses with one byte, all
  /// with two.
  private static final String BYTES =
      """
      machine Bytes {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode role M reset S;
        reg pc : bits(8) role P reset 0;
        reg r[4] : bits(16) role E reset 0 names "a", "b", "c", "d";
        reg seen : bits(24) role E reset 0;
        memory E[256] : bits(8) role E;
        space V(a: bits(8)) on E { if a >= 0xf0 { trap storage; } return a; }
        view H : bits(16) of V little;
        trap none(code: bits(4), ir: bits(24), at: bits(8)) {
          mode = S;  seen = ir;  pc = 0xe0;  E[0xff] = at;
        }
        traps via none {
          1 opcode(ir: bits(24), at: bits(8)) : illegal;
          2 storage : memory;
          3 svc(ir: bits(24), at: bits(8)) : call;
        }
        fetch ir : bits(8) to 24 = V[pc] then pc = pc + 1;
        instr hlt [0x00]                       "hlt"               { if mode == U { trap svc(ir, pc); } halt; }
        instr inc [0b000001 x:2]               "inc {x:r}"         { r[x] = r[x] + 1; }
        instr ldi [0b000010 x:2 i[7..0] i[15..8]] "ldi {x:r}, {i:u}" { r[x] = i; }
        instr js  [0b10 d:6]                   "j {d:next}"        { pc = pc + sext(d); }
        instr jl  [0x11 t:8]                   "j {t:label}"       { pc = t; }
        instr two [0x20 0x01 x:2 0:6]          "two {x:r}"         { r[x] = 2; }
        instr mov [0x30 x:2 y:2 0:4] "mov {x:r}, {y:r}" if x != y  { r[x] = r[y]; }
        instr svc [0x40]                       "svc"               { trap svc(ir, pc); }
        instr exe [0x50]                       "exe"               { let b : bits(16) = 0x0812;  execute b ++ r[3][7..0]; }
        reserved { trap opcode(ir, pc); }
        ${tests}
      }
      """;

  @Test
  void everyLengthIsFetchedRunAndWritten() {
    passes(
        """
        test "lengths" {
          asm at 0 { "  inc a" "  ldi b, 0x1234" "  mov c, b" "  two d" "  hlt" }
          step 4;
          assert r[0] == 1 && r[1] == 0x1234 && r[2] == 0x1234 && r[3] == 2 && pc == 9;
          assert E[1] == 0b00001001 && E[2] == 0x34 && E[3] == 0x12;
        }
        test "reserved is as long as it takes to tell" {
          E[0] = 0x7f;  step 1;
          assert pc == 0xe0 && seen == 0x7f0000 && E[0xff] == 1;
        }
        test "the second unit may tell" {
          E[0] = 0x20;  E[1] = 0x02;  E[2] = 0xff;  step 1;
          assert seen == 0x200200 && E[0xff] == 2;
        }
        test "the third too" {
          E[0] = 0x20;  E[1] = 0x01;  E[2] = 0xff;  step 1;
          assert seen == 0x2001ff && E[0xff] == 3;
        }
        test "so may a decode condition" {
          E[0] = 0x30;  E[1] = 0x50;  E[2] = 0xff;  step 1;
          assert seen == 0x305000 && E[0xff] == 2;
        }
        test "a trap on a unit that is needed undoes all of them" {
          E[0xef] = 0x08;  pc = 0xef;  step 1;
          assert pc == 0xe0 && seen == 0 && r[0] == 0;
        }
        test "no unit is fetched that is not needed" {
          E[0xef] = 0x04;  pc = 0xef;  step 1;
          assert pc == 0xf0 && r[0] == 1;
        }
        test "an executed instruction leaves P alone" {
          asm at 0 { "ldi d, 0x77" "exe" }
          step 2;
          assert r[0] == 0x7712 && pc == 4;
        }
        """);
  }

  @Test
  void jumpsAreAsShortAsTheyReach() {
    passes(
        """
        test "short" {
          asm at 0 { "  j on" "  svc" "on:  hlt" }
          assert E[0] == 0x81;
          step 1;  assert pc == 2;
        }
        test "long" {
          asm at 0 { "  j on" "  .zero 31" "on:  hlt" }
          assert E[0] == 0x9f;
          step 1;  assert pc == 32;
        }
        test "too long" {
          asm at 0 { "  j on" "  .zero 32" "on:  hlt" }
          assert E[0] == 0x11 && E[1] == 34;
          step 1;  assert pc == 34;
        }
        test "one that grows makes another grow" {
          asm at 0 { "  j on" "  j over" "  .zero 29" "on:  hlt" "  .u16 0x1234" "over:  hlt" }
          assert E[0] == 0x9f || E[0] == 0x11;
          step 1;  assert E[pc] == 0;
        }
        """);
  }

  private static void passes(String tests) {
    Machine machine = Texts.load(BYTES.replace("${tests}", tests));
    TestRunner.run(machine)
        .forEach(r -> assertEquals(new TestRunner.Verdict.Passed(), r.verdict(), r.test().name()));
  }

  @Provide
  Arbitrary<String> machines() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.LENGTHS);
  }

  /// Every word that a fetch may bring is what its text assembles to, but for ignored bits.
  @Property(tries = 200, seed = "19640407", shrinking = ShrinkingMode.OFF)
  void textAndWordsSayTheSame(@ForAll("machines") String text) {
    Machine machine = Texts.load(text);
    Codec codec = Codec.of(machine);
    int width = machine.fetch().word().width();
    for (int w = 0; w < 1 << width; w++) {
      Bits word = Bits.of(width, w);
      Bits fetched = codec.lengths().fetched(word);
      if (!fetched
          .concat(Bits.zero(width))
          .extract(fetched.width() + width - 1, fetched.width())
          .equals(word)) {
        continue;
      }
      var decoded = codec.decode(word);
      Instruction instruction = decoded.instruction();
      Bits expected =
          instruction == machine.reserved()
              ? fetched
              : codec
                  .encode(instruction, decoded.operands())
                  .extract(width - 1, width - fetched.width());
      assertEquals(expected, assembled(codec, codec.disassemble(word, 3)), text);
    }
  }

  private static Bits assembled(Codec codec, String line) {
    return switch (codec.assembler().assemble(new SourceFile("line.s", line), 3)) {
      case Assembler.Assembly.Assembled(var image) -> {
        List<Bits> cells = new ArrayList<>();
        for (Image.Cell cell : image.cells()) {
          cells.add(cell.value());
        }
        yield cells.stream().reduce(Bits::concat).orElseThrow();
      }
      case Assembler.Assembly.Rejected(var why) ->
          throw new AssertionError(line + ": " + why.getFirst().message());
    };
  }
}
