package trapline.machine;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is chosen where the architecture leaves it open: the values of the next `any`s, in the
/// order in which they are met, and of `unspecified` functions at some arguments.
///
/// What is not given here, or does not satisfy its constraint, the simulator draws. Numbers are
/// unsigned, and cut to the width of the place that they are for.
public record Chosen(List<BigInteger> any, Map<Call, BigInteger> unspecified) {
  public static final Chosen NOTHING = new Chosen(List.of(), Map.of());

  /// An `unspecified` function at these arguments.
  public record Call(String function, List<BigInteger> arguments) {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  public Chosen {
    any = List.copyOf(any);
    unspecified = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(unspecified));
  }

  public boolean isEmpty() {
    return any.isEmpty() && unspecified.isEmpty();
  }

  @Nullable BigInteger next(int index) {
    return index < any.size() ? any.get(index) : null;
  }
}
