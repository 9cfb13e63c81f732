package trapline.lang;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Local;

/// Encodings as conditions on a word, and operands as bits of it.
final class Words {
  private Words() {}

  /// `word & mask == match`, and the condition, of the operands as they lie in the word.
  static Expr matches(Encoding encoding, Expr word) {
    Expr fits = fits(encoding.mask(), encoding.match(), word);
    return encoding
        .condition()
        .map(c -> Fold.and(fits, substitute(c, operands(encoding, word))))
        .orElse(fits);
  }

  /// `word & mask == match`.
  static Expr fits(Bits mask, Bits match, Expr word) {
    if (mask.isZero()) {
      return Fold.TRUE;
    }
    int low = mask.value().getLowestSetBit();
    int high = mask.value().bitLength() - 1;
    if (mask.value().bitCount() == high - low + 1) {
      return Fold.equal(Fold.extract(word, high, low), match.extract(high, low));
    }
    return Fold.equal(Fold.binary(BinaryOp.AND, word, new Expr.Constant(mask)), match);
  }

  static Map<Local, Expr> operands(Encoding encoding, Expr word) {
    Map<Local, Expr> bound = new LinkedHashMap<>();
    for (Encoding.Operand o : encoding.operands()) {
      bound.put(o.local(), operand(o, word));
    }
    return bound;
  }

  /// The operand's value, put together from its pieces, with zeros where none lies.
  static Expr operand(Encoding.Operand operand, Expr word) {
    List<Encoding.Piece> ascending =
        operand.pieces().stream().sorted((p, q) -> Integer.compare(p.low(), q.low())).toList();
    Expr value = null;
    int filled = 0;
    for (Encoding.Piece p : ascending) {
      value = value == null ? zeros(p.low()) : above(zeros(p.low() - filled), value);
      value = above(Fold.extract(word, p.at() + p.width() - 1, p.at()), value);
      filled = p.low() + p.width();
    }
    Expr whole = above(zeros(operand.local().width() - filled), value);
    return whole == null ? new Expr.Constant(Bits.zero(operand.local().width())) : whole;
  }

  private static @Nullable Expr zeros(int width) {
    return width == 0 ? null : new Expr.Constant(Bits.zero(width));
  }

  private static @Nullable Expr above(@Nullable Expr high, @Nullable Expr low) {
    return high == null ? low : low == null ? high : Fold.concat(high, low);
  }

  /// The expression with locals replaced.
  static Expr substitute(Expr e, Map<Local, Expr> by) {
    return switch (e) {
      case Local l -> by.getOrDefault(l, l);
      case Expr.Constant c -> c;
      case Expr.PortPeek p -> p;
      case Expr.RegisterRead(var r, Expr i) -> new Expr.RegisterRead(r, substitute(i, by));
      case Expr.MemoryRead(var m, Expr i) -> new Expr.MemoryRead(m, substitute(i, by));
      case Expr.Unary(var op, Expr x) ->
          op == Expr.UnaryOp.NOT ? Fold.not(substitute(x, by)) : Fold.negate(substitute(x, by));
      case Expr.Binary(var op, Expr x, Expr y) -> {
        Expr a = substitute(x, by);
        Expr b = substitute(y, by);
        yield op == BinaryOp.AND && a.width() == 1
            ? Fold.and(a, b)
            : op == BinaryOp.OR && a.width() == 1 ? Fold.or(a, b) : Fold.binary(op, a, b);
      }
      case Expr.Extract(Expr x, int high, int low) -> Fold.extract(substitute(x, by), high, low);
      case Expr.Concat(Expr x, Expr y) -> Fold.concat(substitute(x, by), substitute(y, by));
      case Expr.Extend(Expr x, int width, boolean signed) ->
          Fold.extend(substitute(x, by), width, signed);
      case Expr.Conditional(Expr c, Expr x, Expr y) ->
          Fold.conditional(substitute(c, by), substitute(x, by), substitute(y, by));
      case Expr.Unspecified(var f, var arguments) ->
          new Expr.Unspecified(f, arguments.stream().map(a -> substitute(a, by)).toList());
    };
  }

  /// The value of an expression over these locals alone; what reads state is refused.
  static Bits evaluate(Expr e, Map<Local, Bits> locals) {
    return switch (e) {
      case Local l -> locals.getOrDefault(l, Bits.zero(l.width()));
      case Expr.Constant(Bits v) -> v;
      case Expr.Unary(var op, Expr x) ->
          op == Expr.UnaryOp.NOT ? evaluate(x, locals).not() : evaluate(x, locals).neg();
      case Expr.Binary(var op, Expr x, Expr y) ->
          Fold.compute(op, evaluate(x, locals), evaluate(y, locals));
      case Expr.Extract(Expr x, int high, int low) -> evaluate(x, locals).extract(high, low);
      case Expr.Concat(Expr x, Expr y) -> evaluate(x, locals).concat(evaluate(y, locals));
      case Expr.Extend(Expr x, int width, boolean signed) ->
          signed ? evaluate(x, locals).sext(width) : evaluate(x, locals).zext(width);
      case Expr.Conditional(Expr c, Expr x, Expr y) ->
          evaluate(c, locals).isTrue() ? evaluate(x, locals) : evaluate(y, locals);
      case Expr.RegisterRead _, Expr.MemoryRead _, Expr.PortPeek _, Expr.Unspecified _ ->
          throw new IllegalArgumentException("reads state: " + e);
    };
  }

  /// Does it mention anything but constants and these locals?
  static boolean isOver(Expr e, java.util.Set<Local> locals) {
    return switch (e) {
      case Local l -> locals.contains(l);
      case Expr.Constant _ -> true;
      case Expr.RegisterRead _, Expr.MemoryRead _, Expr.PortPeek _, Expr.Unspecified _ -> false;
      case Expr.Unary _,
          Expr.Binary _,
          Expr.Extract _,
          Expr.Concat _,
          Expr.Extend _,
          Expr.Conditional _ ->
          e.parts().stream().allMatch(part -> isOver(part, locals));
    };
  }
}
