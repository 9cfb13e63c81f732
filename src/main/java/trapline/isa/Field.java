package trapline.isa;

import java.util.Optional;
import trapline.bits.Bits;

/// Bits `high..low` of a register element.
///
/// A field either has a role, or is `fixed`: it always holds that constant, and writes leave it.
/// The fields of a register cover all its bits without overlap, high bits first. A register without
/// a struct has one field, with the register's name. `isTruth`: descriptions write it `true` or
/// `false`.
public record Field(
    String name,
    int high,
    int low,
    Optional<Role> role,
    Optional<EnumType> type,
    Optional<Bits> fixed,
    boolean isTruth) {
  /// A field of bits.
  public Field(
      String name,
      int high,
      int low,
      Optional<Role> role,
      Optional<EnumType> type,
      Optional<Bits> fixed) {
    this(name, high, low, role, type, fixed, false);
  }

  public int width() {
    return high - low + 1;
  }

  public boolean hasRole(Role wanted) {
    return role.filter(r -> r == wanted).isPresent();
  }
}
