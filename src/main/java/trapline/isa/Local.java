package trapline.isa;

/// A variable of one body: an operand, a parameter, or what `let` and `var` bind. Equal only to
/// itself.
public record Local(String name, int width) implements Expr {
  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return name;
  }
}
