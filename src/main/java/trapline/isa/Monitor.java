package trapline.isa;

import java.util.List;
import java.util.Optional;
import trapline.diag.Span;

/// The `vmm` block: facts that a monitor needs, checked elsewhere.
///
/// `deprivileged` modes are virtualised and run in real `target`. `run` holds real values forced
/// while a guest runs; `shadow` gives real resource state as a function of the virtual state (what
/// registers read there) and of `regionBase` and `regionSize`; `virtual` is kept per guest.
public record Monitor(
    List<Mode> deprivileged,
    Mode target,
    List<Assignment> run,
    List<Assignment> shadow,
    Local regionBase,
    Local regionSize,
    List<Part> virtual,
    Optional<Function> map,
    Optional<Function> unmap,
    Span span) {

  /// Bits `high..low` of an element take `value` (over constants, or over virtual state for
  /// `shadow`).
  public record Assignment(
      Register register, int index, int high, int low, Expr value, Span span) {}

  public sealed interface Part {
    /// Bits `high..low` of every element.
    record Bits(Register register, int high, int low) implements Part {}

    record Device(String name) implements Part {}
  }
}
