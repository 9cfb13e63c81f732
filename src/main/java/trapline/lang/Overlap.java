package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Local;

/// Finds a word that two encodings claim, or shows that there is none.
///
/// Constants are compared first; where conditions remain, the bits that they depend on are
/// enumerated. Conditions on more bits than that are taken to overlap: the author is told, never
/// left alone.
final class Overlap {
  private static final int MAX_BITS = 16;

  private Overlap() {}

  /// A word that both encode.
  static Optional<Bits> witness(Encoding a, Encoding b) {
    BigInteger common = a.mask().value().and(b.mask().value());
    if (a.match().value().xor(b.match().value()).and(common).signum() != 0) {
      return Optional.empty();
    }
    Bits word = a.match().or(b.match());
    if (a.condition().isEmpty() && b.condition().isEmpty()) {
      return Optional.of(word);
    }
    Local w = new Local("word", a.width());
    Expr both = Fold.and(condition(a, w), condition(b, w));
    return search(both, w, a.mask().or(b.mask()), word);
  }

  private static Expr condition(Encoding e, Local word) {
    return e.condition().map(c -> Words.substitute(c, Words.operands(e, word))).orElse(Fold.TRUE);
  }

  /// A value of `word` with the bits of `mask` as in `match` that satisfies the condition.
  static Optional<Bits> search(Expr condition, Local word, Bits mask, Bits match) {
    List<Integer> free = new ArrayList<>();
    Bits relevant = relevant(condition, word);
    for (int i = 0; i < word.width(); i++) {
      if (relevant.bit(i) && !mask.bit(i)) {
        free.add(i);
      }
    }
    if (free.size() > MAX_BITS) {
      return Optional.of(match);
    }
    for (long n = 0; n < 1L << free.size(); n++) {
      BigInteger value = match.value();
      for (int i = 0; i < free.size(); i++) {
        if ((n >> i & 1) != 0) {
          value = value.setBit(free.get(i));
        }
      }
      Bits candidate = new Bits(word.width(), value);
      if (Words.evaluate(condition, Map.of(word, candidate)).isTrue()) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /// Does the condition hold for every value of `word`? No, when that is too much to enumerate.
  static boolean isAlways(Expr condition, Local word) {
    return search(Fold.not(condition), word, Bits.zero(word.width()), Bits.zero(word.width()))
        .isEmpty();
  }

  /// The bits of `word` that the expression can depend on.
  private static Bits relevant(Expr e, Local word) {
    Bits none = Bits.zero(word.width());
    return switch (e) {
      case Local l -> l == word ? Bits.ones(word.width()) : none;
      case Expr.Constant _, Expr.PortPeek _ -> none;
      case Expr.Extract(Expr x, int high, int low) ->
          x == word ? none.insert(high, low, Bits.ones(high - low + 1)) : relevant(x, word);
      case Expr.Binary(Expr.BinaryOp op, Expr x, Expr.Constant(Bits v))
          when op == Expr.BinaryOp.AND && x == word ->
          v;
      case Expr.RegisterRead(var _, Expr i) -> relevant(i, word);
      case Expr.MemoryRead(var _, Expr i) -> relevant(i, word);
      case Expr.Unary(var _, Expr x) -> relevant(x, word);
      case Expr.Binary(var _, Expr x, Expr y) -> relevant(x, word).or(relevant(y, word));
      case Expr.Concat(Expr x, Expr y) -> relevant(x, word).or(relevant(y, word));
      case Expr.Extend(Expr x, int _, boolean _) -> relevant(x, word);
      case Expr.Conditional(Expr c, Expr x, Expr y) ->
          relevant(c, word).or(relevant(x, word)).or(relevant(y, word));
      case Expr.Unspecified(var _, List<Expr> arguments) -> {
        Bits all = none;
        for (Expr a : arguments) {
          all = all.or(relevant(a, word));
        }
        yield all;
      }
    };
  }
}
