package trapline.isa;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a description may claim of the machine.
public enum Theorem {
  /// Theorem 1: a virtual machine monitor can be built.
  VMM,
  /// Theorem 2: a recursive one.
  RECURSIVE,
  /// Theorem 3: a hybrid one.
  HVMM;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Theorem> of(String word) {
    return Arrays.stream(values()).filter(t -> t.word().equals(word)).findFirst();
  }
}
