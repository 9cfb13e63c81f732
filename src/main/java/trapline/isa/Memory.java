package trapline.isa;

import trapline.bits.Bits;
import trapline.diag.Span;

/// Physical storage: `count` cells of `width` bits, zero at reset.
public record Memory(String name, long count, int width, Role role, Span span) {
  /// The width of an index expression that can name every cell.
  public int indexWidth() {
    return Bits.indexWidth(count);
  }

  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
