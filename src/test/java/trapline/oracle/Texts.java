package trapline.oracle;

import java.util.Optional;
import trapline.isa.Machine;

/// Descriptions as texts.
final class Texts {
  private Texts() {}

  static Machine load(String text) {
    return tryLoad(text).orElseThrow();
  }

  static Optional<Machine> tryLoad(String text) {
    try {
      Machine machine = PlainReading.read(text);
      WellFormed.check(machine);
      BruteForce.decide(machine, BruteForce.Options.STANDARD);
      return Optional.of(machine);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }
}
