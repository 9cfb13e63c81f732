package trapline.isa;

import java.util.List;

/// A way to write an operand, described once and used by name in any pattern: an addressing mode,
/// or a mnemonic's suffix. An operand is as wide as the longest alternative: the bits of a shorter
/// one come first, zeros behind. Accessors have become functions of the operand's bits.
public record OperandKind(String name, int width, List<Alternative> alternatives) {
  /// Whether alternatives differ in length.
  public boolean hasLengths() {
    return alternatives.stream().map(a -> a.encoding().length()).distinct().count() > 1;
  }

  public record Alternative(String name, Encoding encoding) {}
}
