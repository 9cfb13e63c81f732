package trapline.isa;

import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;

/// Which instruction words are this instruction, and where its operands lie in them.
///
///     word matches   iff   word & mask == match   and   condition(operands)
///
/// A word is as wide as the machine's longest instruction, begins with its high bits, and is zero
/// behind the `length` bits that are this instruction's.
///
/// An encoder puts zeros where no operand and no constant lies. `condition` is pure and mentions
/// only operand locals; the first `decided` bits of the word tell whether it holds.
public record Encoding(
    Bits mask,
    Bits match,
    List<Operand> operands,
    Optional<Expr> condition,
    Template template,
    int length,
    int decided) {

  /// An encoding of all bits of the word.
  public Encoding(
      Bits mask, Bits match, List<Operand> operands, Optional<Expr> condition, Template template) {
    this(mask, match, operands, condition, template, mask.width(), mask.width());
  }

  public int width() {
    return mask.width();
  }

  /// An operand and the pieces of the word it is made of; where no piece lies it is zero.
  public record Operand(Local local, List<Piece> pieces) {
    public Bits decode(Bits word) {
      Bits value = Bits.zero(local.width());
      for (Piece p : pieces) {
        value =
            value.insert(
                p.low() + p.width() - 1, p.low(), word.extract(p.at() + p.width() - 1, p.at()));
      }
      return value;
    }

    public Bits encode(Bits word, Bits value) {
      for (Piece p : pieces) {
        word =
            word.insert(
                p.at() + p.width() - 1, p.at(), value.extract(p.low() + p.width() - 1, p.low()));
      }
      return word;
    }
  }

  /// `width` bits of the operand from bit `low` on, found in the word from bit `at` on.
  public record Piece(int low, int at, int width) {}

  /// Decodes an operand word only by mask, match and nothing else; the condition is the caller's to
  /// evaluate.
  public boolean fits(Bits word) {
    return word.and(mask).equals(match);
  }

  /// Whether the constants leave open that a word with these first bits is this instruction, and
  /// goes on behind them.
  public boolean goesOn(Bits word, int bits) {
    return length > bits && isOpen(word, bits);
  }

  /// The same, whether it goes on or not.
  public boolean isOpen(Bits word, int bits) {
    return word.xor(match).and(mask).value().shiftRight(width() - bits).signum() == 0;
  }
}
