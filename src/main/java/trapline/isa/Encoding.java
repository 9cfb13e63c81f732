package trapline.isa;

import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;

/// Which instruction words are this instruction, and where its operands lie in them.
///
///     word matches   iff   word & mask == match   and   condition(operands)
///
/// An encoder puts zeros where no operand and no constant lies. `condition` is pure and mentions
/// only operand locals.
public record Encoding(
    Bits mask, Bits match, List<Operand> operands, Optional<Expr> condition, Template template) {

  public int width() {
    return mask.width();
  }

  /// An operand and the pieces of the word it is made of.
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
}
