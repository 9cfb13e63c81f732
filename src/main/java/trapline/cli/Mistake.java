package trapline.cli;

/// What was asked for cannot be done, and why; told in one line, without a trace.
final class Mistake extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Exit exit;

  Mistake(Exit exit, String message) {
    super(message, null, false, false);
    this.exit = exit;
  }

  static Mistake usage(String message) {
    return new Mistake(Exit.USAGE, message);
  }

  Exit exit() {
    return exit;
  }

  @Override
  public String getMessage() {
    return java.util.Objects.requireNonNullElse(super.getMessage(), "");
  }
}
