package trapline.isa;

import java.util.List;
import java.util.Optional;

/// A function that the maker chose: deterministic, otherwise known only by `constraint`, a
/// condition over `parameters` and `result`.
public record UnspecifiedFunction(
    String name, List<Local> parameters, Local result, Optional<Expr> constraint) {
  public int width() {
    return result.width();
  }

  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
