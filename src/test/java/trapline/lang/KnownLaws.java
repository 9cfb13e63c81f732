package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Expr.UnaryOp;
import trapline.isa.Local;

/// What is known of a value is what it is, whatever the rest of the word turns out to be.
final class KnownLaws {
  private static final int WIDTH = 10;
  private final Local word = new Local("word", WIDTH);

  @Property(tries = 300)
  void whatIsKnownHoldsForEveryWord(@ForAll Random random) {
    Expr e = expression(random, 1 + random.nextInt(6), 4);
    Bits mask = bits(random, WIDTH);
    Bits match = bits(random, WIDTH).and(mask);
    Known known = Known.of(e, word, new Known(mask, match));
    assertEquals(e.width(), known.mask().width());
    assertTrue(
        known.value().and(known.mask().not()).isZero(), "nothing is told of what is not known");
    for (int n = 0; n < 1 << WIDTH; n++) {
      Bits w = Bits.of(WIDTH, n);
      if (w.and(mask).equals(match)) {
        Bits value = Words.evaluate(e, Map.of(word, w));
        assertEquals(known.value(), value.and(known.mask()), e::toString);
      }
    }
  }

  @Property(tries = 200)
  void ofAWholeWordAllIsKnown(@ForAll Random random) {
    Expr e = expression(random, 1 + random.nextInt(6), 4);
    Bits w = bits(random, WIDTH);
    Known known = Known.of(e, word, new Known(Bits.ones(WIDTH), w));
    assertEquals(new Known(Bits.ones(e.width()), Words.evaluate(e, Map.of(word, w))), known);
  }

  private static Bits bits(Random random, int width) {
    return new Bits(width, new BigInteger(width, random));
  }

  private Expr expression(Random random, int width, int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      if (random.nextInt(4) == 0) {
        return new Expr.Constant(bits(random, width));
      }
      int low = random.nextInt(WIDTH - width + 1);
      return new Expr.Extract(word, low + width - 1, low);
    }
    Expr a = expression(random, width, depth - 1);
    Expr b = expression(random, width, depth - 1);
    return switch (random.nextInt(10)) {
      case 0 -> new Expr.Unary(UnaryOp.NOT, a);
      case 1 -> new Expr.Unary(UnaryOp.NEG, a);
      case 2 -> new Expr.Binary(BinaryOp.AND, a, b);
      case 3 -> new Expr.Binary(BinaryOp.OR, a, b);
      case 4 -> new Expr.Binary(BinaryOp.XOR, a, b);
      case 5 -> new Expr.Binary(BinaryOp.ADD, a, b);
      case 6 -> new Expr.Conditional(expression(random, 1, depth - 1), a, b);
      case 7 ->
          width == 1
              ? new Expr.Binary(
                  random.nextBoolean() ? BinaryOp.EQ : BinaryOp.ULT,
                  expression(random, 3, depth - 1),
                  expression(random, 3, depth - 1))
              : new Expr.Concat(
                  expression(random, width - 1, depth - 1), expression(random, 1, depth - 1));
      case 8 -> new Expr.Extend(expression(random, 1, depth - 1), width, random.nextBoolean());
      default ->
          width < WIDTH ? new Expr.Extract(expression(random, width + 1, depth - 1), width, 1) : b;
    };
  }
}
