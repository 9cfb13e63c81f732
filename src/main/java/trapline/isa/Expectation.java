package trapline.isa;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trapline.diag.Span;

/// An `expect` line: what its author, or the literature, says of instructions or of the machine.
public record Expectation(
    List<Subject> subjects,
    List<Assumption> under,
    List<Claim> claims,
    Optional<String> cite,
    Span span) {

  public sealed interface Subject {
    record OfMachine() implements Subject {}

    /// Rows of one instruction (or of `reserved`); never empty. `text` is the subject as written.
    record OfRows(String text, Instruction instruction, List<Instruction.Row> rows)
        implements Subject {}
  }

  public sealed interface Claim {
    boolean negated();

    /// Of a row. `by` narrows user- and supervisor-sensitive to a way: `user_sensitive(location)`.
    record OfRow(Property property, Optional<Property> by, boolean negated) implements Claim {}

    record OfMachine(Theorem theorem, boolean negated) implements Claim {}
  }

  /// The properties of rows that the claims are about; what is claimed of a machine rests on all.
  public Set<Property> properties() {
    Set<Property> properties = EnumSet.noneOf(Property.class);
    for (Claim claim : claims) {
      switch (claim) {
        case Claim.OfRow(var property, _, _) -> properties.add(property);
        case Claim.OfMachine _ -> properties.addAll(EnumSet.allOf(Property.class));
      }
    }
    return properties;
  }
}
