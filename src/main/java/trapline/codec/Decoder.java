package trapline.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Local;

/// Finds the instruction that a word encodes.
///
///     Node = Leaf(candidates)                 tried in the machine's order
///          | Branch(low, children)            by the value of a run of bits
///
/// A branch looks at bits that all of its candidates fix, or, where they share none, at the one bit
/// that most of them fix; candidates that leave it open go both ways. A word that several encodings
/// fit is the first of them in the machine's order.
final class Decoder {
  private static final int TABLE_BITS = 12;

  private sealed interface Node {}

  private record Leaf(int[] candidates) implements Node {}

  private record Branch(int low, int width, Node[] children) implements Node {}

  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Encoding> encodings = new ArrayList<>();
  private final long[] masks;
  private final long[] matches;
  private final boolean narrow;
  private final Node root;

  Decoder(List<Instruction> all) {
    for (Instruction instruction : all) {
      for (Encoding encoding : instruction.encodings()) {
        instructions.add(instruction);
        encodings.add(encoding);
      }
    }
    masks = new long[encodings.size()];
    matches = new long[encodings.size()];
    var numbers = new ArrayList<Integer>();
    boolean fitsLong = true;
    for (int i = 0; i < encodings.size(); i++) {
      Encoding encoding = encodings.get(i);
      masks[i] = encoding.mask().toLong();
      matches[i] = encoding.match().toLong();
      fitsLong &= encoding.width() <= Long.SIZE;
      numbers.add(i);
    }
    narrow = fitsLong;
    root = node(numbers, BigInteger.ZERO);
  }

  /// How many encodings there are.
  int size() {
    return encodings.size();
  }

  Instruction instruction(int number) {
    return instructions.get(number);
  }

  Encoding encoding(int number) {
    return encodings.get(number);
  }

  /// The number of the encoding of `word`, in the machine's order, or how many there are if it is
  /// none.
  int decode(Bits word) {
    if (narrow) {
      return decode(word.toLong(), word.width());
    }
    Node node = root;
    while (node instanceof Branch(int low, int width, Node[] children)) {
      node = children[word.extract(low + width - 1, low).toInt()];
    }
    for (int i : ((Leaf) node).candidates) {
      if (encodings.get(i).fits(word) && holds(i, word)) {
        return i;
      }
    }
    return encodings.size();
  }

  int decode(long word, int width) {
    Node node = root;
    while (node instanceof Branch branch) {
      node = branch.children[(int) (word >>> branch.low) & (1 << branch.width) - 1];
    }
    for (int i : ((Leaf) node).candidates) {
      if ((word & masks[i]) == matches[i]
          && (encodings.get(i).condition().isEmpty() || holds(i, Bits.of(width, word)))) {
        return i;
      }
    }
    return encodings.size();
  }

  /// Whether encoding `i` may still be that of a word of which the first `bits` bits are known, and
  /// goes on behind them.
  boolean goesOn(int i, Bits word, int bits) {
    Encoding encoding = encodings.get(i);
    return encoding.goesOn(word, bits)
        && (encoding.condition().isEmpty() || encoding.decided() > bits || holds(i, word));
  }

  boolean fits(int i, Bits word) {
    return encodings.get(i).fits(word) && holds(i, word);
  }

  private boolean holds(int i, Bits word) {
    Encoding encoding = encodings.get(i);
    return encoding
        .condition()
        .map(c -> Evaluation.of(c, operands(encoding, word)).isTrue())
        .orElse(true);
  }

  static Map<Local, Bits> operands(Encoding encoding, Bits word) {
    var operands = new LinkedHashMap<Local, Bits>();
    encoding.operands().forEach(o -> operands.put(o.local(), o.decode(word)));
    return operands;
  }

  /// The tree for `candidates` once the bits `seen` have been looked at.
  private Node node(List<Integer> candidates, BigInteger seen) {
    if (candidates.size() <= 2) {
      return leaf(candidates);
    }
    BigInteger common = null;
    for (int i : candidates) {
      BigInteger mask = mask(i).andNot(seen);
      common = common == null ? mask : common.and(mask);
    }
    if (common == null || common.signum() == 0) {
      return splitOnOneBit(candidates, seen);
    }
    int high = common.bitLength() - 1;
    int low = high;
    int limit = Math.min(TABLE_BITS, Bits.indexWidth(candidates.size()) + 3);
    while (low > 0 && common.testBit(low - 1) && high - low + 2 <= limit) {
      low--;
    }
    return branch(candidates, seen, high, low);
  }

  private Node splitOnOneBit(List<Integer> candidates, BigInteger seen) {
    int best = -1;
    int most = candidates.size() / 2;
    int width = encodings.getFirst().width();
    for (int bit = 0; bit < width; bit++) {
      if (!seen.testBit(bit)) {
        int at = bit;
        int fixing = (int) candidates.stream().filter(i -> mask(i).testBit(at)).count();
        if (fixing > most) {
          most = fixing;
          best = bit;
        }
      }
    }
    return best < 0 ? leaf(candidates) : branch(candidates, seen, best, best);
  }

  private Node branch(List<Integer> candidates, BigInteger seen, int high, int low) {
    int width = high - low + 1;
    BigInteger run = Bits.mask(width).shiftLeft(low);
    var parts = new ArrayList<List<Integer>>();
    for (int v = 0; v < 1 << width; v++) {
      parts.add(new ArrayList<>());
    }
    for (int i : candidates) {
      if (mask(i).testBit(low)) {
        parts.get(match(i).and(run).shiftRight(low).intValue()).add(i);
      } else {
        parts.forEach(p -> p.add(i));
      }
    }
    Node[] children = new Node[parts.size()];
    for (int v = 0; v < children.length; v++) {
      children[v] = node(parts.get(v), seen.or(run));
    }
    return new Branch(low, width, children);
  }

  private static Leaf leaf(List<Integer> candidates) {
    return new Leaf(candidates.stream().mapToInt(i -> i).toArray());
  }

  private BigInteger mask(int i) {
    return encodings.get(i).mask().value();
  }

  private BigInteger match(int i) {
    return encodings.get(i).match().value();
  }
}
