package trapline.isa;

import java.math.BigInteger;
import java.util.List;
import trapline.bits.Bits;
import trapline.diag.Span;

/// A register, or a file of `count` like registers.
///
/// `reset` is the value of every element after reset. `names` are the assembler's names of the
/// elements, empty when it has none. The bits that no field of role covers are fixed.
public record Register(
    String name,
    int count,
    int width,
    List<Field> fields,
    Bits reset,
    List<String> names,
    Span span) {

  public boolean isFile() {
    return count > 1;
  }

  /// The width of an index expression that can name every element.
  public int indexWidth() {
    return Bits.indexWidth(count);
  }

  /// The bits of an element that have `role`.
  public Bits mask(Role role) {
    BigInteger mask = BigInteger.ZERO;
    for (Field field : fields) {
      if (field.hasRole(role)) {
        mask = mask.or(Bits.mask(field.width()).shiftLeft(field.low()));
      }
    }
    return new Bits(width, mask);
  }

  public boolean hasRole(Role role) {
    return fields.stream().anyMatch(f -> f.hasRole(role));
  }

  /// The name of element `index` as a person writes it: `r3`, `tlb[3]`, `psw`.
  public String elementName(int index) {
    if (!isFile()) {
      return name;
    }
    return index < names.size() ? names.get(index) : name + "[" + index + "]";
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
