package trapline.serve;

import java.time.Duration;

/// What one page may ask for: bytes of a request, time of a check from its beginning to its
/// verdict, checks at a time, checks that wait, and pages remembered.
public record Limits(int bytes, Duration whole, int parallel, int waiting, int sessions) {
  public static Limits within(Duration whole) {
    return new Limits(1 << 20, whole, 2, 8, 16);
  }
}
