package trapline.lang;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Expr;

/// Sets of words as unions of cubes `word & mask == match`, put together where they are neighbours.
///
/// Five hundred opcodes become a dozen comparisons: what "no other instruction" costs to say.
final class Cubes {
  record Cube(Bits mask, Bits match) {}

  private Cubes() {}

  /// The same set in fewer cubes. Merges pairs that differ in one bit, as long as there are any.
  static List<Cube> merged(Collection<Cube> cubes) {
    Set<Cube> now = new LinkedHashSet<>(cubes);
    boolean isChanged = true;
    while (isChanged) {
      isChanged = false;
      for (Cube c : List.copyOf(now)) {
        if (!now.contains(c)) {
          continue;
        }
        for (int i = 0; i < c.mask.width(); i++) {
          if (!c.mask.bit(i)) {
            continue;
          }
          Cube other = new Cube(c.mask, new Bits(c.match.width(), c.match.value().flipBit(i)));
          if (now.remove(other)) {
            now.remove(c);
            now.add(
                new Cube(
                    new Bits(c.mask.width(), c.mask.value().clearBit(i)),
                    new Bits(c.match.width(), c.match.value().clearBit(i))));
            isChanged = true;
            break;
          }
        }
      }
    }
    return new ArrayList<>(now);
  }

  /// The disjunction, as a balanced tree.
  static Expr any(List<Expr> conditions) {
    return switch (conditions.size()) {
      case 0 -> Fold.FALSE;
      case 1 -> conditions.getFirst();
      default -> {
        int half = conditions.size() / 2;
        yield Fold.or(
            any(conditions.subList(0, half)), any(conditions.subList(half, conditions.size())));
      }
    };
  }
}
