package trapline.smt;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// Many stores to cells that lie side by side, as one that clears a table makes them.
///
///     store(... store(array, base + 0, v) ..., base + n - 1, v)[i]  =  ite(i - base < n, v, array[i])
///
/// Cells with another value among them are choices of their own, as long as they are few.
///
/// `base` and `pieces` are of the stores; `below` is what they were made to.
record Stretch(Term base, List<Stretch.Piece> pieces, Term below) {
  /// So many stores make a stretch.
  private static final int STORES = 128;

  /// So many pieces of one value each are told apart.
  private static final int PIECES = 16;

  /// From one offset to another, the same value.
  record Piece(BigInteger first, BigInteger last, Term value) {}

  /// The stretch that an array ends in; null if there is none.
  static @Nullable Stretch of(Term array) {
    if (array.op() != Op.STORE) {
      return null;
    }
    Term base = base(array.argument(1));
    int stores = 0;
    Term below = array;
    for (; isStoreFrom(base, below); below = below.argument(0)) {
      stores++;
    }
    if (stores < STORES) {
      return null;
    }
    TreeMap<BigInteger, Term> cells = new TreeMap<>();
    for (Term at = array; at != below; at = at.argument(0)) {
      cells.putIfAbsent(offset(at.argument(1)), at.argument(2));
    }
    List<Piece> pieces = pieces(cells);
    return pieces.size() <= PIECES ? new Stretch(base, pieces, below) : null;
  }

  private static boolean isStoreFrom(Term base, Term array) {
    return array.op() == Op.STORE && base(array.argument(1)) == base;
  }

  Term select(Terms t, Term index) {
    Term at = t.sub(index, base);
    Map<Term, Term> when = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      Term far = t.sub(at, t.constant(new Bits(at.width(), piece.first)));
      Term count = t.constant(new Bits(at.width(), piece.last.subtract(piece.first)));
      when.merge(piece.value, t.ule(far, count), t::or);
    }
    Term result = t.select(below, index);
    for (Map.Entry<Term, Term> choice : when.entrySet()) {
      result = t.ite(choice.getValue(), choice.getKey(), result);
    }
    return result;
  }

  private static List<Piece> pieces(TreeMap<BigInteger, Term> cells) {
    List<Piece> pieces = new ArrayList<>();
    cells.forEach((offset, value) -> {
      Piece last = pieces.isEmpty() ? null : pieces.getLast();
      if (last != null && last.value == value && last.last.add(BigInteger.ONE).equals(offset)) {
        pieces.set(pieces.size() - 1, new Piece(last.first, offset, value));
      } else {
        pieces.add(new Piece(offset, offset, value));
      }
    });
    return pieces;
  }

  private static Term base(Term index) {
    return index.op() == Op.ADD && index.argument(1).isConstant() ? index.argument(0) : index;
  }

  private static BigInteger offset(Term index) {
    return index.op() == Op.ADD && index.argument(1).isConstant()
        ? index.argument(1).value().value()
        : BigInteger.ZERO;
  }
}
