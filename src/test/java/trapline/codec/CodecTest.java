package trapline.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static trapline.isa.MachineFixture.block;
import static trapline.isa.MachineFixture.constant;
import static trapline.isa.MachineFixture.equal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.isa.Bank;
import trapline.isa.Encoding;
import trapline.isa.Encoding.Piece;
import trapline.isa.EnumType;
import trapline.isa.Expr;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.MachineFixture;
import trapline.isa.OperandKind;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Template;
import trapline.isa.Template.Slot;
import trapline.isa.Template.Style;
import trapline.isa.Template.Text;

/// A machine of 16-bit words with a template of every style.
final class CodecTest {
  private final MachineFixture fixture = new MachineFixture(16);
  private final Register r =
      fixture.register(
          new Register(
              "r", 4, 16, List.of(), Bits.zero(16), List.of("r0", "r1", "fp", "sp"), Span.NONE));
  private final Register t = fixture.register("t", 4, 8, Role.E);
  private final Local a = new Local("a", 2);
  private final Local b = new Local("b", 2);
  private final Local n = new Local("n", 8);
  private final Local e = new Local("e", 4);
  private final Codec codec;
  private final Assembler assembler;

  CodecTest() {
    add("add", 0x1, List.of(at(a, 10), at(b, 8)), text("add "), reg(a), text(", "), reg(b));
    add(
        "ldi",
        0x2,
        List.of(at(a, 10), at(n, 0)),
        text("ldi "),
        reg(a),
        text(", "),
        new Slot(n, new Style.Signed()));
    add(
        "ld",
        0x3,
        List.of(at(a, 10), at(b, 8), at(n, 0)),
        text("ld "),
        reg(a),
        text(", "),
        new Slot(n, new Style.Unsigned(16)),
        text("("),
        reg(b),
        text(")"));
    add("jmp", 0x4, List.of(at(n, 0)), text("jmp "), new Slot(n, new Style.Label(1)));
    add("br", 0x5, List.of(at(n, 0)), text("br "), new Slot(n, new Style.Relative(2, 0, false)));
    add("tw", 0x6, List.of(at(a, 10)), text("tw "), new Slot(a, new Style.RegisterName(t)));
    var kind =
        new OperandKind(
            "Suffix",
            4,
            List.of(
                alternative("plain", 0xf, 0, List.of(), Optional.empty()),
                alternative("m", 0xf, 1, List.of(), Optional.empty(), text("m")),
                alternative("cm", 0xf, 2, List.of(), Optional.empty(), text("cm")),
                alternative("c", 0xf, 3, List.of(), Optional.empty(), text("c")),
                indexed()));
    add(
        "and",
        0x7,
        List.of(at(e, 8), at(n, 0)),
        text("and"),
        new Slot(e, new Style.Kind(kind)),
        text(" "),
        new Slot(n, new Style.Unsigned(8)));
    add("andc", 0x8, List.of(at(n, 0)), text("andcx "), new Slot(n, new Style.Unsigned(10)));
    var bank = new Bank("csr", 8, Map.of("status", Bits.of(8, 0x30)));
    add("csr", 0x9, List.of(at(n, 0)), text("csr "), new Slot(n, new Style.BankEntry(bank)));
    var mode = new EnumType("Mode", 2, Map.of("kernel", Bits.of(2, 0), "user", Bits.of(2, 3)));
    add("mode", 0xa, List.of(at(a, 10)), text("mode "), new Slot(a, new Style.EnumName(mode)));
    var split = new Encoding.Operand(n, List.of(new Piece(4, 8, 4), new Piece(0, 2, 4)));
    add("scat", 0xb, List.of(split), text("scat "), new Slot(n, new Style.Signed()));
    // A condition in decoding: the operands differ, otherwise it is another instruction.
    var differ = new Expr.Unary(Expr.UnaryOp.NOT, equal(a, b));
    fixture.add(
        "xch",
        new Encoding(
            Bits.of(16, 0xf000),
            Bits.of(16, 0xc000),
            List.of(at(a, 10), at(b, 8)),
            Optional.of(differ),
            new Template(List.of(text("xch "), reg(a), text(","), reg(b)))),
        block());
    add("nop", 0xc, List.of(), text("nop"));
    add("far", 0xd, List.of(at(n, 0)), text("far "), new Slot(n, new Style.Label(4)));
    add(
        "near",
        0xe,
        List.of(at(n, 0)),
        text("near "),
        new Slot(n, new Style.Relative(4, 1, false)));
    codec = Codec.of(fixture.machine());
    assembler = codec.assembler();
  }

  private static Text text(String text) {
    return new Text(text);
  }

  private Slot reg(Local local) {
    return new Slot(local, new Style.RegisterName(r));
  }

  private static Encoding.Operand at(Local local, int low) {
    return new Encoding.Operand(local, List.of(new Piece(0, low, local.width())));
  }

  private void add(String name, int code, List<Encoding.Operand> operands, Template.Part... parts) {
    fixture.add(
        name,
        new Encoding(
            Bits.of(16, 0xf000),
            Bits.of(16, code << 12),
            operands,
            Optional.empty(),
            new Template(List.of(parts))),
        block());
  }

  private static OperandKind.Alternative alternative(
      String name,
      int mask,
      int match,
      List<Encoding.Operand> operands,
      Optional<Expr> condition,
      Template.Part... parts) {
    return new OperandKind.Alternative(
        name,
        new Encoding(
            Bits.of(4, mask),
            Bits.of(4, match),
            operands,
            condition,
            new Template(List.of(parts))));
  }

  private OperandKind.Alternative indexed() {
    var x = new Local("x", 3);
    var some = new Expr.Unary(Expr.UnaryOp.NOT, equal(x, constant(3, 0)));
    return alternative(
        "x",
        8,
        8,
        List.of(at(x, 0)),
        Optional.of(some),
        text("@"),
        new Slot(x, new Style.Unsigned(10)));
  }

  private List<Long> assemble(String text) {
    return switch (assembler.assemble(new SourceFile("t.asm", text), 0)) {
      case Assembler.Assembly.Assembled(var image) ->
          image.cells().stream().map(c -> c.value().toLong()).toList();
      case Assembler.Assembly.Rejected(var diagnostics) ->
          throw new AssertionError(diagnostics.toString());
    };
  }

  private String wrong(String text) {
    return switch (assembler.assemble(new SourceFile("t.asm", text), 0)) {
      case Assembler.Assembly.Assembled(var image) -> throw new AssertionError(image.toString());
      case Assembler.Assembly.Rejected(var diagnostics) -> {
        var first = diagnostics.getFirst();
        yield first.code().slug()
            + " "
            + first.span().line()
            + ":"
            + first.span().column()
            + " "
            + first.message()
            + first.help().map(h -> " (" + h + ")").orElse("");
      }
    };
  }

  @Test
  void everyStyleAssembles() {
    assertEquals(
        List.of(0x1600L, 0x28ffL, 0x3710L, 0x4002L, 0x50ffL, 0x6c00L),
        assemble(
            """
            start: add r1, fp      ; a comment
                   ldi fp,-1       // another
            back:  LD R1 , 0x10 ( sp )
                   jmp back
                   br 2
                   tw t[3]
            """));
    assertEquals(
        List.of(0x7107L, 0x7208L, 0x7301L, 0x8001L, 0x7002L, 0x7d07L),
        assemble("andm 7\nandcm 0o10\nandc 1\nandcx 1\nand 2\nand@5 7"));
    assertEquals(
        List.of(0x9030L, 0x9031L, 0xac00L, 0xbf34L, 0xc100L, 0xc000L),
        assemble(
            "csr status\ncsr status+1\nmode user\nscat -3\nxch r0,r1\nnop"
                .replace("status+1", "0x31")));
  }

  @Test
  void labelsInLargerUnitsAndFromTheNextInstruction() {
    assertEquals(List.of(0xc000L, 0xd002L, 0xe001L), assemble("nop\nfar 8\nnear 7"));
    assertEquals("far 0x408", codec.disassemble(Bits.of(16, 0xd002), 0x400));
    assertEquals("near 1021", codec.disassemble(Bits.of(16, 0xe0ff), 0x400));
    assertTrue(wrong("far 6").contains("6 is no multiple of 4"));
    assertTrue(wrong("far 0x400").contains("too far away"));
    assertTrue(wrong("near 4").contains("no multiple of 4"));
  }

  @Test
  void symbolsAndDirectives() {
    assertEquals(
        List.of(0x4009L, 2L, 0x2aL, 65535L, 0L, 0L, (long) 'h', 10L, 0L),
        assemble(
            """
            size = 2
            jmp end
            .word size, size * (20 + 1), -1
            .zero size
            .asciz "h\\n"
            end:
            """));
    assertEquals(List.of((72L << 9) + (105 << 2)), assemble(".packed \"Hi\""));
    assertEquals(List.of((33L << 10) + (34 << 4)), assemble(".sixbit \"AB\""));
    assertEquals(List.of(0x4021L), assemble(".org 0x20\njmp next\nnext:"));
    assertEquals(List.of(7L, 5L), assemble("b = a + 1\n.word b + 1, c\na = 5\nc = a"));
    assertEquals(List.of(59L, 39L), assemble(".word ';', '\\''"));
  }

  @Test
  void mistakesAreSaidWithTheirPlace() {
    assertEquals(
        "asm-unknown-instruction 2:3 there is no instruction `ad` (did you mean `add`?)",
        wrong("nop\n  ad r1, r2"));
    assertEquals(
        "asm-unknown-symbol 1:5 `fq` is not defined (did you mean `fp`?)", wrong("add fq, r1"));
    assertEquals("asm-value-too-large 1:5 300 does not fit 8 bits", wrong("jmp 300"));
    assertEquals(
        "asm-bad-operand 1:9 `, r3` is too much",
        wrong("xch r1,r0, r3".replace("xch r1,r0", "mode 0  ")));
    assertEquals("asm-bad-operand 1:4 5 is no multiple of 2 away from 0", wrong("br 5"));
    assertEquals(
        "asm-bad-operand 1:10 `xch` cannot be encoded with these operands", wrong("xch r1,r1"));
    assertEquals(
        "asm-duplicate-symbol 2:1 `a` is defined twice (give one of them another name)",
        wrong("a: nop\na: nop"));
    assertEquals(
        "asm-circular-symbol 1:1 `a` is defined by itself", wrong("a = b\nb = a + 1\n.word a"));
    assertEquals(
        "asm-unknown-directive 1:1 there is no directive `.wrod` (did you mean `.word`?)",
        wrong(".wrod 1"));
    assertEquals(
        "asm-bad-expression 1:8 a number or a label is missing",
        wrong(".word 1+").replace("1:9", "1:8"));
  }

  @Test
  void manyTextsNeverThrow() {
    var random = new Random(5);
    String pieces =
        "add ldi r1 , ( ) \" ' ; : = .word .org .ascii \\ 0x 12 - ~ << \n nop and cm @ \t 0b2 ä";
    String[] parts = pieces.split(" ");
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      int length = random.nextInt(12);
      for (int k = 0; k < length; k++) {
        text.append(parts[random.nextInt(parts.length)]).append(random.nextBoolean() ? " " : "");
      }
      assembler.assemble(new SourceFile("t", text.toString()), 0);
    }
  }

  @Test
  void everyWordSurvivesTheRoundTrip() {
    for (int w = 0; w < 1 << 16; w++) {
      Bits word = Bits.of(16, w);
      Decoded decoded = codec.decode(word);
      String text = codec.disassemble(word, 40);
      Bits canonical =
          text.startsWith(".word") ? word : codec.encode(decoded.instruction(), decoded.operands());
      var lines = List.of(new Assembler.Line(text, Span.NONE));
      if (assembler.assemble(lines, 40, Map.of())
          instanceof Assembler.Assembly.Assembled(var image)) {
        assertEquals(canonical, image.cells().getFirst().value(), text);
      } else {
        throw new AssertionError(text);
      }
    }
    assertEquals(".word 0xf123", codec.disassemble(Bits.of(16, 0xf123), 0));
    assertEquals("br 38", codec.disassemble(Bits.of(16, 0x50ff), 40));
    assertEquals("ld r1, 0x10(sp)", codec.disassemble(Bits.of(16, 0x3710), 0));
  }

  @Property(tries = 200)
  void theDecoderFindsTheFirstThatFits(@ForAll long seed) {
    var random = new Random(seed);
    var machine = new MachineFixture(12);
    int count = 1 + random.nextInt(40);
    for (int i = 0; i < count; i++) {
      Bits mask = Bits.of(12, random.nextInt() & (random.nextBoolean() ? 0xff0 : 0xfff));
      Bits match = Bits.of(12, random.nextInt()).and(mask);
      machine.add(
          "i" + i,
          new Encoding(mask, match, List.of(), Optional.empty(), new Template(List.of())),
          block());
    }
    Machine built = machine.machine();
    Codec under = Codec.of(built);
    var instructions = new ArrayList<Instruction>(built.instructions());
    for (int w = 0; w < 1 << 12; w++) {
      Bits word = Bits.of(12, w);
      Instruction expected =
          instructions.stream()
              .filter(i -> i.encoding().fits(word))
              .findFirst()
              .orElse(built.reserved());
      assertEquals(expected, under.decode(word).instruction());
    }
  }

  @Test
  void symbolsComeWithTheImage() {
    var assembly = assembler.assemble(new SourceFile("t", "x: nop\ny = x + 5"), 7);
    assertTrue(assembly instanceof Assembler.Assembly.Assembled);
    assertEquals(
        Map.of("x", BigInteger.valueOf(7), "y", BigInteger.valueOf(12)),
        ((Assembler.Assembly.Assembled) assembly).image().symbols());
  }
}
