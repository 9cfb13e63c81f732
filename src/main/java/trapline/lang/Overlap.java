package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Local;

/// Finds a word that two encodings claim, or shows that there is none.
///
/// Constants are compared first; where conditions remain, the bits that they depend on are tried
/// from the left, as far as they leave the condition open. Where that takes more than so many
/// tries, the encodings are taken to overlap: the author is told, never left alone.
final class Overlap {
  private static final int MAX_TRIES = 1 << 16;

  /// So many encodings are compared pair by pair.
  private static final int FEW = 8;

  /// The share of comparisons that must be left for a division to be made.
  private static final double WORTHWHILE = 0.9;

  /// A question that has been answered: many instructions have the same operands in the same place.
  private record Asked(Expr condition, Bits mask, Bits match) {}

  /// When a word is the encoding's, beside its constants, and the bits of the word that tell.
  private record Condition(Expr holds, Bits relevant) {
    static Condition of(Encoding e, Local word) {
      Expr holds =
          e.condition().map(c -> Words.substitute(c, Words.operands(e, word))).orElse(Fold.TRUE);
      return new Condition(holds, Overlap.relevant(holds, word));
    }
  }

  private final Map<Encoding, Condition> conditions = new IdentityHashMap<>();
  private final Map<Asked, Optional<Bits>> answers = new HashMap<>();
  private final Map<Integer, Local> words = new HashMap<>();

  /// A word that both encode.
  static Optional<Bits> witness(Encoding a, Encoding b) {
    return new Overlap().common(a, b);
  }

  /// A word that both encode; what was found out before is used again.
  Optional<Bits> common(Encoding a, Encoding b) {
    BigInteger common = a.mask().value().and(b.mask().value());
    if (a.match().value().xor(b.match().value()).and(common).signum() != 0) {
      return Optional.empty();
    }
    Bits word = a.match().or(b.match());
    if (a.condition().isEmpty() && b.condition().isEmpty()) {
      return Optional.of(word);
    }
    Local w = words.computeIfAbsent(a.width(), n -> new Local("word", n));
    Condition one = conditions.computeIfAbsent(a, e -> Condition.of(e, w));
    Condition other = conditions.computeIfAbsent(b, e -> Condition.of(e, w));
    Expr both = Fold.and(one.holds, other.holds);
    Bits mask = a.mask().or(b.mask());
    Bits relevant = one.relevant.or(other.relevant);
    return answers
        .computeIfAbsent(
            new Asked(both, mask.and(relevant), word.and(relevant)),
            asked -> search(both, w, asked.mask, asked.match).map(found -> found.and(relevant)))
        .map(found -> found.or(word));
  }

  /// A pair of encodings by their numbers, `first < second`.
  record Pair(int first, int second) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair that) {
      return first != that.first
          ? Integer.compare(first, that.first)
          : Integer.compare(second, that.second);
    }
  }

  /// The pairs whose constants contradict each other nowhere, in order: the only ones that may
  /// share a word.
  ///
  /// Divides the encodings by a bit that tells many of them apart, as long as that saves
  /// comparisons: those that fix it either way never meet again, those that leave it open go both
  /// ways.
  static SortedSet<Pair> candidates(List<Encoding> encodings) {
    SortedSet<Pair> found = new TreeSet<>();
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < encodings.size(); i++) {
      all.add(i);
    }
    candidates(encodings, all, found);
    return found;
  }

  private static void candidates(
      List<Encoding> encodings, List<Integer> among, SortedSet<Pair> found) {
    int width = among.size() > FEW ? encodings.get(among.getFirst()).width() : 0;
    int[] zeros = new int[width];
    int[] ones = new int[width];
    for (int i : among) {
      for (int bit = 0; bit < width; bit++) {
        if (encodings.get(i).mask().bit(bit)) {
          (encodings.get(i).match().bit(bit) ? ones : zeros)[bit]++;
        }
      }
    }
    int best = -1;
    double least = WORTHWHILE * among.size() * among.size();
    for (int bit = 0; bit < width; bit++) {
      double left = among.size() - ones[bit];
      double right = among.size() - zeros[bit];
      if (left * left + right * right < least) {
        least = left * left + right * right;
        best = bit;
      }
    }
    if (best < 0) {
      compare(encodings, among, found);
      return;
    }
    int bit = best;
    candidates(
        encodings, among.stream().filter(i -> allows(encodings, i, bit, false)).toList(), found);
    candidates(
        encodings, among.stream().filter(i -> allows(encodings, i, bit, true)).toList(), found);
  }

  private static boolean allows(List<Encoding> encodings, int i, int bit, boolean value) {
    Encoding e = encodings.get(i);
    return !e.mask().bit(bit) || e.match().bit(bit) == value;
  }

  private static void compare(
      List<Encoding> encodings, List<Integer> among, SortedSet<Pair> found) {
    for (int i = 0; i < among.size(); i++) {
      Encoding a = encodings.get(among.get(i));
      for (int j = i + 1; j < among.size(); j++) {
        Encoding b = encodings.get(among.get(j));
        BigInteger common = a.mask().value().and(b.mask().value());
        if (a.match().value().xor(b.match().value()).and(common).signum() == 0) {
          found.add(new Pair(among.get(i), among.get(j)));
        }
      }
    }
  }

  /// A value of `word` with the bits of `mask` as in `match` that satisfies the condition.
  static Optional<Bits> search(Expr condition, Local word, Bits mask, Bits match) {
    List<Integer> free = new ArrayList<>();
    Bits open = relevant(condition, word).and(mask.not());
    for (int i = word.width() - 1; i >= 0; i--) {
      if (open.bit(i)) {
        free.add(i);
      }
    }
    return new Search(condition, word, free).from(0, new Known(open.not(), match));
  }

  /// Tries values of the free bits, the highest first.
  private static final class Search {
    private final Expr condition;
    private final Local word;
    private final List<Integer> free;
    private int tries;

    Search(Expr condition, Local word, List<Integer> free) {
      this.condition = condition;
      this.word = word;
      this.free = free;
    }

    Optional<Bits> from(int next, Known known) {
      Known holds = Known.of(condition, word, known);
      tries++;
      if (holds.isFalse()) {
        return Optional.empty();
      }
      if (holds.isTrue() || next == free.size() || tries > MAX_TRIES) {
        return Optional.of(known.value());
      }
      int bit = free.get(next);
      Bits one = Bits.zero(word.width()).insert(bit, bit, Bits.TRUE);
      Bits mask = known.mask().or(one);
      return from(next + 1, new Known(mask, known.value()))
          .or(() -> from(next + 1, new Known(mask, known.value().or(one))));
    }
  }

  /// Does the condition hold for every value of `word`? No, when that is too much to enumerate.
  static boolean isAlways(Expr condition, Local word) {
    return search(Fold.not(condition), word, Bits.zero(word.width()), Bits.zero(word.width()))
        .isEmpty();
  }

  /// So many of the first bits of a word of `width` bits tell whether a condition on operands
  /// holds.
  static int decided(Expr condition, List<Encoding.Operand> operands, int width) {
    Local word = new Local("word", width);
    Map<Local, Expr> bound = new LinkedHashMap<>();
    operands.forEach(o -> bound.put(o.local(), Words.operand(o, word)));
    Bits relevant = relevant(Words.substitute(condition, bound), word);
    return relevant.isZero() ? 0 : width - relevant.value().getLowestSetBit();
  }

  /// The bits of `word` that the expression can depend on.
  private static Bits relevant(Expr e, Local word) {
    return relevant(e, word, Bits.ones(e.width()));
  }

  /// The bits of `word` that these bits of the expression can depend on.
  private static Bits relevant(Expr e, Local word, Bits wanted) {
    Bits none = Bits.zero(word.width());
    if (wanted.isZero()) {
      return none;
    }
    return switch (e) {
      case Local l -> l == word ? wanted : none;
      case Expr.Constant _, Expr.PortPeek _ -> none;
      case Expr.Extract(Expr x, int high, int low) ->
          relevant(x, word, Bits.zero(x.width()).insert(high, low, wanted));
      case Expr.Concat(Expr x, Expr y) ->
          relevant(x, word, wanted.extract(wanted.width() - 1, y.width()))
              .or(relevant(y, word, wanted.extract(y.width() - 1, 0)));
      case Expr.Unary(Expr.UnaryOp op, Expr x) ->
          relevant(x, word, op == Expr.UnaryOp.NOT ? wanted : Bits.ones(x.width()));
      case Expr.Binary(Expr.BinaryOp op, Expr x, Expr.Constant(Bits v))
          when op == Expr.BinaryOp.AND ->
          relevant(x, word, wanted.and(v));
      case Expr.Binary(Expr.BinaryOp op, Expr x, Expr y) -> {
        boolean isBitwise =
            op == Expr.BinaryOp.AND || op == Expr.BinaryOp.OR || op == Expr.BinaryOp.XOR;
        yield relevant(x, word, isBitwise ? wanted : Bits.ones(x.width()))
            .or(relevant(y, word, isBitwise ? wanted : Bits.ones(y.width())));
      }
      case Expr.RegisterRead(var _, Expr i) -> relevant(i, word);
      case Expr.MemoryRead(var _, Expr i) -> relevant(i, word);
      case Expr.Extend(Expr x, int _, boolean _) -> relevant(x, word);
      case Expr.Conditional(Expr c, Expr x, Expr y) ->
          relevant(c, word).or(relevant(x, word, wanted)).or(relevant(y, word, wanted));
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
