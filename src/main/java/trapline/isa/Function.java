package trapline.isa;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import trapline.diag.Span;

/// A named body that instructions call; not recursive. A guard is a function without parameters and
/// result. Every way through a function with a result ends in `Return`.
public record Function(
    String name, List<Local> parameters, OptionalInt width, Statement.Block body, Span span) {
  /// The function that gives an expression over its parameters.
  public static Function returning(String name, List<Local> parameters, Expr value, Span span) {
    return new Function(
        name,
        parameters,
        OptionalInt.of(value.width()),
        new Statement.Block(List.of(new Statement.Return(Optional.of(value))), span),
        span);
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
