package trapline.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.codec.Assembler;
import trapline.codec.Codec;
import trapline.diag.SourceFile;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;
import trapline.machine.TestRunner;

/// Operand kinds whose alternatives differ in length: an instruction is one row, with an encoding
/// for each length.
final class KindLengthLaws {
  /// Modes of IA-32 with 16-bit addresses: a byte that names a register or how an address is
  /// formed, perhaps a byte for an index, perhaps a displacement; three bits are left to the
  /// instruction.
  private static final String MACHINE =
      """
      machine Modes {
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode : Mode role M reset S;
        reg ip : bits(16) role P reset 0;
        reg r[8] : bits(16) role E reset 0 names "ax", "cx", "dx", "bx", "sp", "bp", "si", "di";
        memory E[0x8000] : bits(16) role E;
        space V(a: bits(16)) on E { return a[15..1]; }
        view V8 : bits(8) of V by 8 little;
        view V16 : bits(16) of V by 8 little;
        operand mem(o:3) : bits(16) {
          plain  [0b00 o:3 b:3] "[{b:r}]" if b != 4 && b != 5
            { get { return V16[r[b]]; } set(v) { V16[r[b]] = v; } addr { return r[b]; } }
          index  [0b00 o:3 0b100 0:2 i:3 b:3]       "[{b:r}+{i:r}]"
            { get { return V16[r[b] + r[i]]; } set(v) { V16[r[b] + r[i]] = v; } addr { return r[b] + r[i]; } }
          short  [0b01 o:3 b:3 d:8] "[{b:r}+{d:s}]" if b != 4
            { get { return V16[r[b] + sext(d)]; } set(v) { V16[r[b] + sext(d)] = v; } addr { return r[b] + sext(d); } }
          long   [0b10 o:3 b:3 d:16 little] "[{b:r}+{d:s}]" if b != 4
            { get { return V16[r[b] + d]; } set(v) { V16[r[b] + d] = v; } addr { return r[b] + d; } }
          at     [0b00 o:3 0b101 d:16 little]       "[{d:u}]"
            { get { return V16[d]; } set(v) { V16[d] = v; } addr { return d; } }
        }
        operand rm(o:3) extends mem {
          direct [0b11 o:3 b:3]                     "{b:r}"
            { get { return r[b]; } set(v) { r[b] = v; } addr { return zext(b, 16); } }
        }
        operand swap : bits(1) {
          no   []     ""       { get { return 0; } }
          yes  [0x66] "swap "  { get { return 1; } }
        }
        trap none(code: bits(4)) { mode = S;  ip = 0; }
        traps via none { 1 opcode : illegal;  2 svc : call; }
        fetch ir : bits(8) to 48 = V8[ip] then ip = ip + 1;
        instr hlt  [0xf4]                            "hlt"                { if mode == U { trap svc; } halt; }
        instr load [s:swap 0x8b m:rm(x:3)]           "{s}mov {x:r}, {m}"
          { let v = m;  r[x] = if s == 1 then v[7..0] ++ v[15..8] else v; }
        instr stor [0x89 m:rm(x:3)]                  "mov {m}, {x:r}"     { m = r[x]; }
        instr lea  [0x8d m:mem(x:3)]                 "lea {x:r}, {m}"     { r[x] = m.addr; }
        instr addi [0x81 m:rm(0b000) i:16 little]    "add {m}, {i:u}"     { m = m + i; }
        instr subi [0x81 m:rm(0b101) i:16 little]    "sub {m}, {i:u}"     { m = m - i; }
        instr smsw [0x0f m:rm(0b100)]                "smsw {m}"           { m = zext(raw(mode)); }
        instr lmsw [0x0f m:rm(0b110)]                "lmsw {m}"
          { if mode == U { trap svc; } let v = m;  if v[0] == 1 { mode = U; } }
        reserved { trap opcode; }
        expect smsw : behavior_sensitive, !privileged;
        expect load, stor, addi : innocuous;
        test "modes" {
          asm at 0 {
            "  add bx, 0x100"
            "  add [bx], 0x1234"
            "  add [bx+2], 0x5678"
            "  add [bx+300], 7"
            "  mov cx, [bx]"
            "  mov dx, [bx+2]"
            "  add si, 300"
            "  mov di, [bx+si]"
            "  swap mov ax, [0x100]"
            "  lea bp, [bx+128]"
            "  lea sp, [bx+-128]"
            "  hlt"
          }
          assert E[0] == 0xc381 && E[1] == 0x0100 && E[2] == 0x0381 && E[4] == 0x4381 && E[5] == 0x7802;
          step 11;
          assert r[1] == 0x1234 && r[2] == 0x5678 && r[7] == 7 && r[0] == 0x3412;
          assert r[5] == 0x180 && r[4] == 0x80;
        }
      }
      """;

  @Test
  void everyModeIsFetchedReadWrittenAndAddressed() {
    Machine machine = Texts.load(MACHINE);
    TestRunner.run(machine)
        .forEach(r -> assertEquals(new TestRunner.Verdict.Passed(), r.verdict(), r.test().name()));
  }

  @Test
  void anInstructionIsOneRowWithAnEncodingForEachLength() {
    Machine machine = Texts.load(MACHINE);
    Instruction stor = LoaderFixture.instruction(machine, "stor");
    assertEquals(1, stor.rows().size());
    assertEquals(List.of(16, 24, 32), stor.encodings().stream().map(e -> e.length()).toList());
    assertEquals(6, LoaderFixture.instruction(machine, "load").encodings().size());
  }

  @Property(tries = 2, seed = "19850101")
  void textAndBytesSayTheSame(@ForAll Random random) {
    Machine machine = Texts.load(MACHINE);
    Codec codec = Codec.of(machine);
    int known = 0;
    for (int n = 0; n < 3000; n++) {
      Bits word = Bits.of(48, random.nextLong() & 0xffff_ffff_ffffL);
      int opcode = List.of(0x8b, 0x89, 0x8d, 0x81, 0x0f, 0x66, 0xf4).get(random.nextInt(7));
      word = word.insert(47, 40, Bits.of(8, opcode));
      if (opcode == 0x66) {
        word = word.insert(39, 32, Bits.of(8, 0x8b));
      }
      Bits fetched = codec.lengths().fetched(word);
      Bits canonical =
          fetched.width() == 48 ? fetched : fetched.concat(Bits.zero(48 - fetched.width()));
      String line = codec.disassemble(canonical, 0);
      known += line.startsWith(".word") ? 0 : 1;
      Bits again = assembled(codec, line).orElseThrow(() -> new AssertionError(line));
      // A displacement that fits a byte takes one; then the text is shorter, and says the same.
      assertTrue(again.width() <= fetched.width(), line);
      Bits whole = again.width() == 48 ? again : again.concat(Bits.zero(48 - again.width()));
      assertEquals(line, codec.disassemble(whole, 0));
    }
    assertTrue(known > 1500, "known " + known);
  }

  private static Optional<Bits> assembled(Codec codec, String line) {
    return codec.assembler().assemble(new SourceFile("line.s", line), 0)
            instanceof Assembler.Assembly.Assembled(var image)
        ? image.cells().stream().map(c -> c.value()).reduce(Bits::concat)
        : Optional.empty();
  }
}
