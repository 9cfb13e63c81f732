package trapline.isa;

/// The part a field plays in Popek and Goldberg's state S = <E, M, P, R> (CACM 17(7), 1974, p.
/// 414).
public enum Role {
  /// Executable storage: memory, and the registers and flags that any program may use.
  E("E"),
  /// The processor mode.
  M("M"),
  /// The program counter.
  P("P"),
  /// State that decides which resources the running program has: relocation and control.
  R("R"),
  /// State that advances by itself.
  CLOCK("clock");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  /// As written after `role` in a description.
  public String word() {
    return word;
  }
}
