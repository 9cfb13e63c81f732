package trapline.codec;

import java.util.Map;
import trapline.bits.Bits;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;

/// Between instruction words, operands and assembly text, by the patterns of one machine.
public final class Codec {
  private final Machine machine;
  private final Decoder decoder;

  private Codec(Machine machine) {
    this.machine = machine;
    decoder = new Decoder(machine.instructions());
  }

  public static Codec of(Machine machine) {
    return new Codec(machine);
  }

  public Machine machine() {
    return machine;
  }

  public Decoded decode(Bits word) {
    Instruction instruction = instruction(number(word));
    return new Decoded(instruction, Decoder.operands(instruction.encoding(), word));
  }

  /// The number of the instruction that `word` encodes, in the machine's order; `reserved` is last.
  public int number(Bits word) {
    return decoder.decode(word);
  }

  /// As [#number(Bits)], for machines whose words have at most 64 bits.
  public int number(long word) {
    return decoder.decode(word, machine.fetch().word().width());
  }

  public Instruction instruction(int number) {
    return number < machine.instructions().size()
        ? machine.instructions().get(number)
        : machine.reserved();
  }

  /// The word of `instruction` with these operand values; ignored bits are zero.
  public Bits encode(Instruction instruction, Map<Local, Bits> operands) {
    Bits word = instruction.encoding().match();
    for (var operand : instruction.encoding().operands()) {
      Bits value = operands.get(operand.local());
      if (value != null) {
        word = operand.encode(word, value);
      }
    }
    return word;
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
