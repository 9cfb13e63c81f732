package trapline.codec;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import trapline.bits.Bits;
import trapline.diag.Span;

/// Assembled storage: what addresses of a program name, in the order of the text, and what each
/// symbol stands for.
public record Image(List<Cell> cells, Map<String, BigInteger> symbols) {
  /// What an address holds, of the width of [Codec#units], and what it was assembled from.
  public record Cell(long address, Bits value, Span source) {}

  public Image {
    cells = List.copyOf(cells);
  }
}
