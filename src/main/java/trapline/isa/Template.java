package trapline.isa;

import java.util.List;

/// How an instruction (or an operand kind's alternative) is written in assembly.
public record Template(List<Part> parts) {
  public sealed interface Part {}

  /// Text as it stands; one or more blanks where white space may stand.
  public record Text(String text) implements Part {}

  /// An operand, and how it is written.
  public record Slot(Local operand, Style style) implements Part {}

  public sealed interface Style {
    /// An element of a register file, by its names.
    record RegisterName(Register register) implements Style {}

    /// An entry of a bank, by name, or by number.
    record BankEntry(Bank bank) implements Style {}

    /// An enumerator's name.
    record EnumName(EnumType type) implements Style {}

    /// By the templates of an operand kind.
    record Kind(OperandKind kind) implements Style {}

    /// `s`: signed decimal.
    record Signed() implements Style {}

    /// `u`: unsigned decimal, `x`: hexadecimal, `o`: octal.
    record Unsigned(int radix) implements Style {}

    /// `label`: an absolute program address. `label(k)`: in units of `scale` addresses, and the
    /// address bits above the operand's are those of this instruction's address.
    record Label(int scale) implements Style {}

    /// `rel(k, n)`: a program address relative to the one that comes `origin` addresses after this
    /// instruction's, in units of `scale` addresses. `rel(k)` is relative to this instruction's.
    /// `next(k)` is relative to the instruction behind this one, however long this one is.
    record Relative(int scale, int origin, boolean fromNext) implements Style {}
  }
}
