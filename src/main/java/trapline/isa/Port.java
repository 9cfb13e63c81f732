package trapline.isa;

import trapline.diag.Span;

/// One port of a device. A write to an output is an observable event; a read of an input in a body
/// consumes, a peek does not. What a device holds counts as R.
public record Port(String device, String name, boolean isInput, int width, Span span) {
  /// `console.rx`
  public String fullName() {
    return device + "." + name;
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
    return fullName();
  }
}
