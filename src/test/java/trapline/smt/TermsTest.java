package trapline.smt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the rules make of the shapes that described machines bring; that they are right is shown by
/// [TermsLaws].
final class TermsTest {
  private final Terms t = new Terms();
  private final Term x = word("x");
  private final Term y = word("y");
  private final Term z = word("z");
  private final Term p = t.variable("p", new Sort.BitVector(1));
  private final Term q = t.variable("q", new Sort.BitVector(1));
  private final Term m = t.variable("m", new Sort.Array(16, 16));

  @Test
  void aTermIsMadeOnce() {
    assertSame(t.add(x, y), t.add(y, x));
    assertSame(x, word("x"));
    assertNotSame(x, new Terms().variable("x", x.sort()));
    assertSame(t.truth(true), t.eq(x, x));
  }

  @Test
  void aNameHasOneSort() {
    assertThrows(IllegalArgumentException.class, () -> t.variable("x", new Sort.BitVector(8)));
    t.apply("f", 4, List.of(x));
    assertThrows(IllegalArgumentException.class, () -> t.apply("f", 5, List.of(x)));
    assertThrows(IllegalArgumentException.class, () -> t.add(x, t.constant(8, 1)));
    assertThrows(IllegalArgumentException.class, () -> t.not(new Terms().constant(16, 1)));
  }

  @Test
  void equalSumsAreOneTerm() {
    assertSame(t.add(t.add(x, n(3)), t.sub(y, z)), t.sub(t.add(y, n(3)), t.sub(z, x)));
    assertSame(n(7), t.sub(t.add(x, n(7)), x));
    assertTrue(t.eq(t.add(x, n(2)), t.add(x, n(3))).isFalse());
    assertSame(t.eq(x, t.sub(y, z)), t.eq(t.add(z, x), y));
    assertSame(t.eq(x, n(9)), t.eq(t.sub(n(10), x), n(1)));
  }

  @Test
  void masksAndShiftsReadAsFields() {
    assertSame(t.concat(t.extract(x, 7, 0), t.constant(8, 0)), t.and(t.shl(x, n(8)), n(0xff00)));
    assertSame(t.eq(t.extract(x, 15, 12), t.constant(4, 5)), t.eq(t.and(x, n(0xf000)), n(0x5000)));
    assertTrue(t.eq(t.and(x, n(0xf000)), n(0x5001)).isFalse());
    assertSame(x, t.concat(t.extract(x, 15, 9), t.extract(x, 8, 0)));
    assertSame(t.extract(x, 3, 0), t.extract(t.or(t.and(x, n(0x000f)), t.shl(y, n(4))), 3, 0));
  }

  @Test
  void rangesDecideComparisons() {
    Term small = t.zext(t.extract(x, 3, 0), 16);
    assertTrue(t.ult(small, n(16)).isTrue());
    assertTrue(t.ult(n(15), small).isFalse());
    assertFalse(t.ult(small, n(15)).isTrue(), "15 is not less than 15");
    assertSame(t.eq(t.extract(x, 15, 8), t.constant(8, 0)), t.ult(x, n(256)));
    assertSame(t.extract(x, 15, 15), t.slt(x, n(0)));
  }

  @Test
  void truthsKnowWhatFollowsFromTheirParts() {
    assertSame(t.and(p, q), t.and(p, t.and(q, p)));
    assertTrue(t.and(t.and(p, q), t.not(p)).isFalse());
    assertTrue(t.and(t.eq(x, n(1)), t.eq(x, n(2))).isFalse());
    assertSame(t.and(p, q), t.and(p, t.implies(p, q)));
    assertSame(p, t.ite(p, t.truth(true), t.truth(false)));
    assertSame(t.ite(p, x, y), t.ite(t.not(p), y, x));
    assertSame(t.ite(p, x, z), t.ite(p, t.ite(t.or(p, q), x, y), z));
    assertSame(t.ite(t.and(p, q), x, y), t.ite(p, t.ite(q, x, y), y));
    assertSame(p, t.eq(t.ite(p, n(1), n(2)), n(1)));
  }

  @Test
  void aChoiceKeepsWhatBothBranchesShare() {
    Term high = t.extract(x, 15, 8);
    assertSame(
        t.concat(high, t.ite(p, t.extract(y, 7, 0), t.extract(x, 7, 0))),
        t.ite(p, t.concat(high, t.extract(y, 7, 0)), x));
  }

  @Test
  void aSelectLooksThroughStores() {
    Term stored = t.store(t.store(m, x, y), t.add(x, n(1)), z);
    assertSame(y, t.select(stored, x));
    assertSame(z, t.select(stored, t.add(n(1), x)));
    assertSame(t.select(m, t.add(x, n(2))), t.select(stored, t.add(x, n(2))));
    assertSame(stored, t.store(t.store(m, t.add(x, n(1)), z), x, y));
    assertSame(m, t.store(m, x, t.select(m, x)));
    assertSame(t.store(m, x, t.ite(p, y, t.select(m, x))), t.ite(p, t.store(m, x, y), m));
    assertSame(y, t.select(t.constantArray(16, y), x));
  }

  @Test
  void shiftsTakeAmountsOfAnyWidth() {
    assertSame(n(0), t.shl(x, t.constant(70, 16)));
    assertSame(t.sext(t.extract(x, 15, 15), 16), t.ashr(x, t.constant(5, 31)));
    assertSame(t.zext(t.extract(x, 15, 1), 16), t.lshr(x, t.constant(1, 1)));
  }

  @Test
  void variablesAreThoseInItInOrderOfCreation() {
    assertEquals(List.of(x, y, m), List.copyOf(t.variables(t.select(t.store(m, x, y), n(1)))));
    assertEquals(Set.of(), t.variables(n(3)));
  }

  @Test
  void replacementsHappenAllAtOnce() {
    assertSame(t.sub(y, x), t.substitute(t.sub(x, y), Map.of(x, y, y, x)));
  }

  @Test
  void textIsReadableAndShort() {
    assertEquals("(ite p (bvadd x y) #x0007)", t.ite(p, t.add(x, y), n(7)).toString());
    assertEquals("((_ extract 7 4) x)", t.extract(x, 7, 4).toString());
    Term deep = x;
    for (int i = 0; i < 1000; i++) {
      deep = t.mul(t.udiv(deep, y), t.udiv(deep, z));
    }
    assertTrue(deep.toString().length() < 5000);
  }

  private Term word(String name) {
    return t.variable(name, new Sort.BitVector(16));
  }

  private Term n(long value) {
    return t.constant(16, value);
  }
}
