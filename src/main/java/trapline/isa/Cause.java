package trapline.isa;

import java.util.List;
import trapline.bits.Bits;
import trapline.diag.Span;

/// A reason to trap: its code, its kind, and what it tells the trap entry.
public record Cause(String name, Bits code, List<Local> parameters, Kind kind, Span span) {
  public enum Kind {
    /// A storage reference outside what R allows; left out of classification, as in the paper.
    MEMORY,
    /// The operation is not allowed in this mode.
    PRIVILEGE,
    /// No such instruction.
    ILLEGAL,
    /// Arithmetic, bad operand.
    PROGRAM,
    /// A request by the program: SVC, a system call.
    CALL,
    /// Asked for from outside the instruction stream.
    INTERRUPT;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Override
  public boolean equals(Object that) {
    return this == that;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
