package trapline.isa;

import trapline.bits.Bits;

/// A cell of physical storage that is a device's register: what a program reads there through a
/// space is what `get` returns, and what it writes goes to `set`. Both act on registers and ports
/// alone, and cannot trap. Storage is not touched.
///
/// Nothing else reaches the cell. A physical access, a translation's walk, or a fetch that does is
/// *unpredictable*: the description says nothing of it.
public record DeviceCell(String name, Bits index, Function get, Function set) {
  /// Why a machine stops that reaches the cell otherwise.
  public String reachedBy(String what) {
    return what + " reaches device register " + name;
  }
}
