package trapline.machine;

/// Why a machine cannot go on: `unpredictable`, an index out of range, a body that does not end.
///
/// Thrown by compiled code without a stack trace and caught at the border of [Simulator].
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean unpredictable;

  Fault(String reason) {
    this(reason, false);
  }

  private Fault(String reason, boolean unpredictable) {
    super(reason, null, false, false);
    this.unpredictable = unpredictable;
  }

  /// The architecture makes no promise.
  static Fault unpredictable(String message) {
    return new Fault(message.isEmpty() ? "unpredictable" : "unpredictable: " + message, true);
  }

  boolean isUnpredictable() {
    return unpredictable;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
