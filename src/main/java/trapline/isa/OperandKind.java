package trapline.isa;

import java.util.List;

/// A way to write an operand, described once and used by name in any pattern: an addressing mode,
/// or a mnemonic's suffix. All alternatives have one width; their accessors have become functions
/// of the operand's bits.
public record OperandKind(String name, int width, List<Alternative> alternatives) {
  public record Alternative(String name, Encoding encoding) {}
}
