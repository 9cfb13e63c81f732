package trapline.jqwik;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.providers.TypeUsage;
import trapline.isa.Role;

/// Which situations, twins and programs are wanted.
///
///     Shape.ANY.executing("add", "sub").inMode("U").ofLength(1, 8).apartIn(Role.R)
///
/// The same as the annotations of these names. `instructions`, `classes` and `encoded` as in
/// [Executing]; `apart`: [Apart].
public record Shape(
    Set<String> instructions,
    Set<String> classes,
    String encoded,
    Optional<String> mode,
    int shortest,
    int longest,
    Set<Role> apart) {
  /// One instruction, of any kind, in any state.
  public static final Shape ANY =
      new Shape(Set.of(), Set.of(), "", Optional.empty(), 1, 1, Set.of(Role.M, Role.R));

  public Shape {
    if (shortest < 1 || longest < shortest) {
      throw new IllegalArgumentException("programs of " + shortest + " to " + longest);
    }
    if (apart.isEmpty() || !Set.of(Role.M, Role.R).containsAll(apart)) {
      throw new IllegalArgumentException("apart in " + apart + ", and not in M or R");
    }
  }

  static Shape of(TypeUsage parameter) {
    Shape shape = ANY;
    var executing = parameter.findAnnotation(Executing.class);
    if (executing.isPresent()) {
      shape =
          shape
              .executing(executing.get().value())
              .ofClasses(executing.get().classes())
              .encoded(executing.get().encoded());
    }
    var mode = parameter.findAnnotation(InMode.class);
    if (mode.isPresent()) {
      shape = shape.inMode(mode.get().value());
    }
    var length = parameter.findAnnotation(Length.class);
    if (length.isPresent()) {
      shape = shape.ofLength(length.get().min(), length.get().max());
    }
    var apart = parameter.findAnnotation(Apart.class);
    return apart.isPresent() ? shape.apartIn(apart.get().value()) : shape;
  }

  /// Of instructions or rows of these names.
  public Shape executing(String... names) {
    return new Shape(Set.copyOf(List.of(names)), classes, encoded, mode, shortest, longest, apart);
  }

  /// Of rows that are proved to have all these classes.
  public Shape ofClasses(String... words) {
    return new Shape(
        instructions, Set.copyOf(List.of(words)), encoded, mode, shortest, longest, apart);
  }

  /// Of words that begin so.
  public Shape encoded(String bits) {
    return new Shape(instructions, classes, bits, mode, shortest, longest, apart);
  }

  public Shape inMode(String name) {
    return new Shape(instructions, classes, encoded, Optional.of(name), shortest, longest, apart);
  }

  /// With at least and at most so many instructions.
  public Shape ofLength(int least, int most) {
    return new Shape(instructions, classes, encoded, mode, least, most, apart);
  }

  /// Of twins that differ in registers of these roles only.
  public Shape apartIn(Role... roles) {
    return new Shape(
        instructions, classes, encoded, mode, shortest, longest, Set.copyOf(List.of(roles)));
  }
}
