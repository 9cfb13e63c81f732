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
    return Optional.of(PlainReading.read(text));
  }
}
