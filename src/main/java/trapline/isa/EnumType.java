package trapline.isa;

import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;

/// Named values of a fixed width, in the order of declaration.
public record EnumType(String name, int width, Map<String, Bits> values) {
  public Optional<String> nameOf(Bits value) {
    return values.entrySet().stream()
        .filter(e -> e.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
