package trapline.codec;

import java.util.Map;
import trapline.bits.Bits;
import trapline.isa.Instruction;
import trapline.isa.Local;

/// An instruction word taken apart: the instruction, and what each operand is, in order.
///
/// A word that no instruction encodes is the machine's `reserved`, with the word itself as operand.
public record Decoded(Instruction instruction, Map<Local, Bits> operands) {}
