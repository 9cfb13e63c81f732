package trapline.scale;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Loader;

/// The text of a machine of a chosen size, to measure what size costs.
///
///     rows      instructions, and one more row for all other words; ten kinds in turn
///     width     bits of a word: of registers and of storage cells
///     cellBits  storage has 2^cellBits cells, and an address cellBits bits
///
/// A Popek and Goldberg machine with relocation and bounds. Instruction words are always 32 bits and
/// lie in a memory of their own, so that one size changes without the others. Instructions of a kind
/// differ in a constant. One in ten may be executed by the supervisor only; none is an offender, so
/// all questions about all rows have to be answered.
record SyntheticMachine(int rows, int width, int cellBits) {
  static final int KINDS = 10;
  static final int MOST_ROWS = 1 << 13;

  SyntheticMachine {
    if (rows < 1 || rows > MOST_ROWS || width < 8 || cellBits < 4) {
      throw new IllegalArgumentException("no machine of " + rows + ", " + width + ", " + cellBits);
    }
  }

  String name() {
    return "Rows" + rows + "Width" + width + "Cells" + cellBits;
  }

  Machine machine() {
    return machine(name(), text());
  }

  /// The machine that such a text describes.
  static Machine machine(String name, String text) {
    return switch (Loader.loadText(new SourceFile(name + ".isa", text))) {
      case Loader.Loaded.Machines(var machines, var _) ->
          machines.getFirst().instances(Map.of()).machines().getFirst();
      case Loader.Loaded.Rejected(var diagnostics) ->
          throw new IllegalStateException(diagnostics.toString());
    };
  }

  String text() {
    List<String> instructions = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      instructions.add(instruction(i, Optional.empty()));
    }
    return text(instructions);
  }

  /// The same with another body of one instruction.
  String textWith(int edited, String body) {
    List<String> instructions = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      instructions.add(instruction(i, i == edited ? Optional.of(body) : Optional.empty()));
    }
    return text(instructions);
  }

  private String text(List<String> instructions) {
    return HEAD.replace("@NAME@", name())
            .replace("@WIDTH@", Integer.toString(width))
            .replace("@ADDRESS@", Integer.toString(cellBits))
            .replace("@WIDER@", Integer.toString(cellBits + 1))
            .replace("@CELLS@", BigInteger.ONE.shiftLeft(cellBits).toString())
            .replace("@TO_ADDRESS@", converted("w", width, cellBits))
            .replace("@TO_WORD@", converted("a", cellBits, width))
        + instructions.stream().collect(Collectors.joining("\n", "", "\n"))
        + TAIL;
  }

  private static String converted(String value, int from, int to) {
    return from == to ? value : from < to ? "zext(" + value + ")" : value + "[" + (to - 1) + "..0]";
  }

  /// Instruction number `i`: its kind, its opcode, and a constant.
  private String instruction(int i, Optional<String> body) {
    String opcode = String.format("0b%13s", Integer.toBinaryString(i)).replace(' ', '0');
    int constant = i / KINDS % 100 + 1;
    String kind =
        List.of("add", "xor", "inc", "sll", "ldw", "stw", "brz", "jal", "mov", "setr")
            .get(i % KINDS);
    String effect =
        body.orElse(
            switch (i % KINDS) {
              case 0 -> "r[a] = r[a] + r[b] + " + constant + ";";
              case 1 -> "r[a] = r[b] ^ " + constant + ";";
              case 2 -> "r[a] = r[b] + sext(imm) + " + constant + ";";
              case 3 -> "r[a] = r[b] << " + (1 + constant % 7) + ";";
              case 4 -> "r[a] = V[address(r[b]) + sext(imm)] + " + constant + ";";
              case 5 -> "V[address(r[b]) + sext(imm)] = r[a] ^ " + constant + ";";
              case 6 -> "if r[a] == " + constant + " { pc = zext(imm); }";
              case 7 -> "r[a] = word(pc); pc = address(r[b]) + " + constant + ";";
              case 8 -> "r[a] = sext(imm) ^ " + constant + ";";
              default ->
                  "mode = U; base = address(r[a]); bound = zext(address(r[b])); pc = "
                      + constant
                      + ";";
            });
    return "  instr %s%d [%s a:3 b:3 imm:8 0:5] \"%s%d {a:r}, {b:r}, {imm:s}\"%s { %s }"
        .formatted(kind, i, opcode, kind, i, i % KINDS == 9 ? " requires supervisor" : "", effect);
  }

  private static final String HEAD =
      """
      language 1;

      machine @NAME@ {
        type Word = bits(@WIDTH@);
        type Address = bits(@ADDRESS@);
        enum Mode : bits(1) { S = 0, U = 1 }
        reg mode  : Mode       role M reset S;
        reg pc    : Address    role P reset 0;
        reg base  : Address    role R reset 0;
        reg bound : bits(@WIDER@) role R reset @CELLS@;
        reg was_mode : Mode    role R reset S;
        reg was_pc   : Address role R reset 0;
        reg why      : bits(8) role R reset 0;
        reg r[8]  : Word       role E reset 0 names "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7";
        memory C[@CELLS@] : bits(32) role E;
        memory E[@CELLS@] : Word role E;

        fn address(w: Word) -> Address { return @TO_ADDRESS@; }
        fn word(a: Address) -> Word { return @TO_WORD@; }

        fn place(a: Address) -> Address {
          if zext(a) >= bound { trap storage(); }
          let p : bits(@WIDER@) = zext(a) + zext(base);
          if p >= @CELLS@ { trap storage(); }
          return p[@ADDRESS@ - 1..0];
        }
        space I(a: Address) on C { return place(a); }
        space V(a: Address) on E { return place(a); }

        trap enter(code: bits(8)) {
          was_mode = mode;
          was_pc = pc;
          why = code;
          mode = S;
          pc = 0;
        }
        traps via enter {
          1 storage() : memory;
          2 opcode()  : illegal;
          3 privop()  : privilege;
        }
        fetch ir : bits(32) = I[pc] then pc = pc + 1;
        guard supervisor { if mode != S { trap privop(); } }

      """;

  private static final String TAIL =
      """
        reserved { trap opcode(); }

        vmm {
          deprivilege S to U;
          run    mode = U;
          shadow base  = virt.base + region.base;
          shadow bound = min(virt.bound, sat_sub(region.size, zext(virt.base)));
          virtual mode, was_mode, was_pc, why;
        }
        expect machine : vmm, hvmm;
      }
      """;
}
