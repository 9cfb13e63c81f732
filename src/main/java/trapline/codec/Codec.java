package trapline.codec;

import java.util.Map;
import trapline.bits.Bits;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;

/// Between instruction words, operands and assembly text, by the patterns of one machine.
public final class Codec {
  private final Machine machine;

  private Codec(Machine machine) {
    this.machine = machine;
  }

  public static Codec of(Machine machine) {
    return new Codec(machine);
  }

  public Machine machine() {
    return machine;
  }

  public Decoded decode(Bits word) {
    throw new UnsupportedOperationException();
  }

  /// The word of `instruction` with these operand values; ignored bits are zero.
  public Bits encode(Instruction instruction, Map<Local, Bits> operands) {
    throw new UnsupportedOperationException();
  }

  /// `word` in assembly, at `address` (for operands relative to it). A word that encodes nothing, or
  /// that no text gives back, is written as data: `.word 0x…`.
  public String disassemble(Bits word, long address) {
    throw new UnsupportedOperationException();
  }

  public Assembler assembler() {
    throw new UnsupportedOperationException();
  }
}
