package trapline.machine;

/// Why a machine cannot go on: `unpredictable`, an index out of range, a body that does not end.
///
/// Thrown by compiled code without a stack trace and caught at the border of [Simulator].
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;

  Fault(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
