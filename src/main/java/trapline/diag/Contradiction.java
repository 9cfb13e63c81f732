package trapline.diag;

/// Two engines that must agree do not: one of them, or the tool, is wrong.
///
/// Carries what either side says, each under its name. Never caught to carry on: no verdict stands
/// beside a contradiction.
public final class Contradiction extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String one;
  private final String other;

  /// `question`: what both were asked; `one` and `other`: what each side says, with its name.
  public Contradiction(String question, String one, String other) {
    super("contradiction\n  asked: " + question + "\n  " + one + "\n  " + other);
    this.one = one;
    this.other = other;
  }

  public String one() {
    return one;
  }

  public String other() {
    return other;
  }
}
