package trapline.codec;

import java.util.List;
import java.util.Map;
import trapline.bits.Bits;
import trapline.diag.Span;

/// Assembled storage: words at addresses in the order of the text, and what each symbol stands for.
public record Image(List<Cell> cells, Map<String, Bits> symbols) {
  /// A word, where it goes, and what it was assembled from.
  public record Cell(long address, Bits word, Span source) {}

  public Image {
    cells = List.copyOf(cells);
  }
}
