package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Local;
import trapline.isa.Statement;

/// Types expressions and turns them into the model's pure ones.
///
///     infer : expression x hint -> Value       the hint gives literals, `zext` and `sext` a width, nothing else
///     check : expression x type -> Expr        infers with the type as hint, and refuses every other type
///
/// Guaranteed: operands are evaluated from left to right; whatever can trap, consume or write has
/// become a statement of the body before the expression that needs it. A wrong operand is reported
/// once and poisons what contains it silently.
final class Expressions {
  /// Operators nested deeper than this are refused; long before a stack overflows.
  private static final int MAX_DEPTH = 300;

  private static final int MAX_NUMBER_BITS = 1 << 16;

  private Expressions() {}

  // ------------------------------------------------------------------ the two directions

  /// The expression as a value of `expected`; a zero of that type after a report.
  static Expr check(Body b, Syntax.Expression e, Type expected) {
    return check(b, e, expected, null);
  }

  static Expr check(Body b, Syntax.Expression e, Type expected, Mismatch.@Nullable Side other) {
    if (expected instanceof Type.Poison) {
      return zero(expected);
    }
    return coerce(b, infer(b, e, expected), expected, e, other);
  }

  static Expr condition(Body b, Syntax.Expression e) {
    return check(b, e, Type.TRUTH);
  }

  /// A number that is known now.
  static Optional<BigInteger> whole(Body b, Syntax.Expression e) {
    Value v = infer(b, e, null);
    return switch (v) {
      case Value.Whole(BigInteger n) -> Optional.of(n);
      case Value.Wrong _ -> Optional.empty();
      case Value.Run _, Value.Picked _ -> {
        b.report(
            Diagnostic.of(
                    StateMistake.NOT_CONSTANT,
                    "a number known before the machine runs is needed here",
                    e.span(),
                    "known only when the machine runs")
                .help("use a literal, a `param`, or a `const` without a type"));
        yield Optional.empty();
      }
    };
  }

  /// A number known now that fits an `int` of the host and lies in `least..most`.
  static Optional<Integer> size(Body b, Syntax.Expression e, int least, int most, String what) {
    return whole(b, e)
        .flatMap(n -> {
          if (n.compareTo(BigInteger.valueOf(least)) >= 0
              && n.compareTo(BigInteger.valueOf(most)) <= 0) {
            return Optional.of(n.intValueExact());
          }
          b.report(
              Diagnostic.of(
                  StateMistake.BAD_SIZE,
                  what + " must be in " + least + ".." + most,
                  e.span(),
                  "is " + n));
          return Optional.empty();
        });
  }

  /// A constant of the model, known now.
  static Optional<Bits> constant(Body b, Syntax.Expression e, Type expected) {
    int before = b.problems.errors();
    Expr value = check(b, e, expected);
    if (b.problems.errors() > before) {
      return Optional.empty();
    }
    if (value instanceof Expr.Constant(Bits v)) {
      return Optional.of(v);
    }
    b.report(
        Diagnostic.of(
            StateMistake.NOT_CONSTANT,
            "a value known before the machine runs is needed here",
            e.span(),
            "known only when the machine runs"));
    return Optional.empty();
  }

  /// The type the expression has without any context; null when it takes its width from one, poison
  /// when it is wrong whatever the context.
  static @Nullable Type natural(Body b, Syntax.Expression e) {
    if (e instanceof Syntax.Expression.Number) {
      return null;
    }
    Optional<Type> known = b.natural.get(e);
    if (known == null) {
      Body silent = b.silent();
      known =
          switch (infer(silent, e, null)) {
            case Value.Run(Expr _, Type t) -> Optional.of(t);
            case Value.Whole _, Value.Picked _ -> Optional.empty();
            case Value.Wrong _ ->
                silent.problems.wantOnlyContext() ? Optional.empty() : Optional.of(Type.POISON);
          };
      b.natural.put(e, known);
    }
    return known.orElse(null);
  }

  static Value infer(Body b, Syntax.Expression e, @Nullable Type hint) {
    if (b.depth > MAX_DEPTH) {
      b.report(
          Diagnostic.of(
                  BodyMistake.TOO_DEEP,
                  "this expression is nested too deeply",
                  e.span(),
                  "more than " + MAX_DEPTH + " levels")
              .help("name its parts with `let`"));
      return Value.WRONG;
    }
    b.depth++;
    Value value =
        switch (e) {
          case Syntax.Expression.Number n -> new Value.Whole(n.value());
          case Syntax.Expression.Truth t ->
              new Value.Run(t.value() ? Fold.TRUE : Fold.FALSE, Type.TRUTH);
          case Syntax.Expression.Reference _,
              Syntax.Expression.Index _,
              Syntax.Expression.Slice _,
              Syntax.Expression.Member _ ->
              Places.read(b, Places.resolve(b, e, hint), e, hint);
          case Syntax.Expression.Call c -> Calls.infer(b, c, hint);
          case Syntax.Expression.Unary u -> unary(b, u, hint);
          case Syntax.Expression.Binary x -> binary(b, x, hint);
          case Syntax.Expression.Conditional c -> conditional(b, c, hint);
          case Syntax.Expression.Match m -> Matches.infer(b, m, hint);
        };
    b.depth--;
    return value instanceof Value.Run(Expr _, Type t) && t instanceof Type.Poison
        ? Value.WRONG
        : value;
  }

  /// The value as `expected`, or a zero after a report.
  static Expr coerce(
      Body b, Value value, Type expected, Syntax.Expression e, Mismatch.@Nullable Side other) {
    if (expected instanceof Type.Poison) {
      return zero(expected);
    }
    return switch (value) {
      case Value.Wrong _ -> zero(expected);
      case Value.Whole(BigInteger n) -> literal(b, n, expected, e, other);
      case Value.Picked(Meaning.Choice c) -> {
        Mismatch.types(b, e, "a value of the choice `" + c.name() + "`", expected, other);
        yield zero(expected);
      }
      case Value.Run(Expr x, Type t) -> {
        if (converts(t, expected)) {
          yield x;
        }
        Mismatch.report(b, e, t, expected, other);
        yield zero(expected);
      }
    };
  }

  static Expr zero(Type type) {
    return new Expr.Constant(Bits.zero(type.width()));
  }

  /// Implicit conversion: none but between a struct and its bits.
  static boolean converts(Type from, Type to) {
    return from.plain().equals(to.plain())
        && (!(from instanceof Type.View) || !(to instanceof Type.View) || from.equals(to));
  }

  static Expr literal(
      Body b, BigInteger n, Type expected, Syntax.Expression e, Mismatch.@Nullable Side other) {
    if (!(expected.plain() instanceof Type.Vector(int width, boolean signed))) {
      Mismatch.types(b, e, "a number", expected, other);
      return zero(expected);
    }
    BigInteger least = BigInteger.ONE.shiftLeft(width - 1).negate();
    BigInteger most = Bits.mask(signed ? width - 1 : width);
    if (signed && width == 1) {
      most = BigInteger.ZERO;
    }
    if (n.compareTo(least) < 0 || n.compareTo(most) > 0) {
      int needed = n.signum() < 0 ? n.bitLength() + 1 : n.bitLength() + (signed ? 1 : 0);
      var d =
          Diagnostic.of(
              TypeMistake.LITERAL_TOO_WIDE,
              Mismatch.number(n) + " does not fit " + expected.text(),
              e.span(),
              "needs " + needed + " bits");
      b.report(other == null ? d : d.with(other.span(), other.text()));
      return zero(expected);
    }
    return new Expr.Constant(Bits.wrap(width, n));
  }

  // ------------------------------------------------------------------ order of evaluation

  /// Keeps `value`, computed before the statements from `mark` on, from seeing what they change.
  static Value settle(Body b, Value value, int mark) {
    return value instanceof Value.Run(Expr x, Type t)
        ? new Value.Run(settle(b, x, mark), t)
        : value;
  }

  static Expr settle(Body b, Expr x, int mark) {
    if (mark < b.out.size()
        && Effects.reads(x)
        && Effects.writes(b.draft, b.out.subList(mark, b.out.size()))) {
      Local held = new Local("held", x.width());
      b.out.add(mark, new Statement.Assign(held, x));
      return held;
    }
    return x;
  }

  // ------------------------------------------------------------------ operators

  private static Value unary(Body b, Syntax.Expression.Unary u, @Nullable Type hint) {
    if (u.operator().equals("!")) {
      Value v = infer(b, u.operand(), Type.TRUTH);
      if (v instanceof Value.Run(Expr x, Type t) && t.isVector()) {
        Mismatch.types(b, u.operand(), t.text(), Type.TRUTH, null);
        return Value.WRONG;
      }
      return v instanceof Value.Wrong
          ? v
          : new Value.Run(Fold.not(coerce(b, v, Type.TRUTH, u.operand(), null)), Type.TRUTH);
    }
    boolean negative = u.operator().equals("-");
    return switch (infer(b, u.operand(), hint)) {
      case Value.Whole(BigInteger n) -> new Value.Whole(negative ? n.negate() : n.not());
      case Value.Run(Expr x, Type t) when t.isVector() ->
          new Value.Run(negative ? Fold.negate(x) : Fold.not(x), t.plain());
      case Value.Run(Expr _, Type t) -> {
        Mismatch.operand(b, u.operand(), t, u.operator());
        yield Value.WRONG;
      }
      case Value.Picked _ -> {
        Mismatch.operand(b, u.operand(), Type.TRUTH, u.operator());
        yield Value.WRONG;
      }
      case Value.Wrong w -> w;
    };
  }

  private static Value binary(Body b, Syntax.Expression.Binary e, @Nullable Type hint) {
    PrecedenceLint.check(b, e);
    return switch (e.operator()) {
      case "&&", "||" -> logical(b, e);
      case "==", "!=", "<", "<=", ">", ">=" -> comparison(b, e);
      case "<<", ">>" -> shift(b, e, hint);
      case "++" -> concat(b, e);
      default -> arithmetic(b, e, hint);
    };
  }

  private static Value arithmetic(Body b, Syntax.Expression.Binary e, @Nullable Type hint) {
    Type context = context(b, e.left(), e.right(), hint);
    if (context instanceof Type.Poison) {
      return Value.WRONG;
    }
    Value l = infer(b, e.left(), context);
    int mark = b.out.size();
    Value r = infer(b, e.right(), context);
    l = settle(b, l, mark);
    if (l instanceof Value.Whole(BigInteger m) && r instanceof Value.Whole(BigInteger n)) {
      return wholes(b, e, m, n);
    }
    Pair pair = unify(b, e, l, r);
    if (pair == null) {
      return Value.WRONG;
    }
    if (!(pair.type instanceof Type.Vector(int _, boolean signed))) {
      Mismatch.operand(b, e.left(), pair.type, e.operator());
      return Value.WRONG;
    }
    BinaryOp op =
        switch (e.operator()) {
          case "+" -> BinaryOp.ADD;
          case "-" -> BinaryOp.SUB;
          case "*" -> BinaryOp.MUL;
          case "/" -> signed ? BinaryOp.SDIV : BinaryOp.UDIV;
          case "%" -> signed ? BinaryOp.SREM : BinaryOp.UREM;
          case "&" -> BinaryOp.AND;
          case "|" -> BinaryOp.OR;
          case "^" -> BinaryOp.XOR;
          default -> throw new IllegalStateException("operator " + e.operator());
        };
    return new Value.Run(Fold.binary(op, pair.left, pair.right), pair.type);
  }

  private static Value wholes(Body b, Syntax.Expression.Binary e, BigInteger m, BigInteger n) {
    if ((e.operator().equals("/") || e.operator().equals("%")) && n.signum() == 0) {
      b.report(
          Diagnostic.of(TypeMistake.BAD_CONSTANT, "division by zero", e.right().span(), "is 0"));
      return Value.WRONG;
    }
    if (e.operator().equals("*") && m.bitLength() + n.bitLength() > MAX_NUMBER_BITS) {
      b.report(
          Diagnostic.of(
              TypeMistake.BAD_CONSTANT, "this number is out of hand", e.span(), "too many digits"));
      return Value.WRONG;
    }
    return new Value.Whole(
        switch (e.operator()) {
          case "+" -> m.add(n);
          case "-" -> m.subtract(n);
          case "*" -> m.multiply(n);
          case "/" -> m.divide(n);
          case "%" -> m.remainder(n);
          case "&" -> m.and(n);
          case "|" -> m.or(n);
          case "^" -> m.xor(n);
          default -> throw new IllegalStateException("operator " + e.operator());
        });
  }

  private static Value shift(Body b, Syntax.Expression.Binary e, @Nullable Type hint) {
    boolean left = e.operator().equals("<<");
    Value l = infer(b, e.left(), hint);
    int mark = b.out.size();
    Value r = infer(b, e.right(), null);
    l = settle(b, l, mark);
    if (l instanceof Value.Wrong || r instanceof Value.Wrong) {
      return Value.WRONG;
    }
    if (r instanceof Value.Whole(BigInteger n) && (n.signum() < 0 || n.bitLength() > 24)) {
      b.report(
          Diagnostic.of(
              TypeMistake.BAD_CONSTANT,
              "a shift by " + Mismatch.number(n),
              e.right().span(),
              "must not be negative, nor out of hand"));
      return Value.WRONG;
    }
    if (l instanceof Value.Whole(BigInteger m)) {
      if (r instanceof Value.Whole(BigInteger n)) {
        if (left && m.bitLength() + n.intValue() > MAX_NUMBER_BITS) {
          b.report(
              Diagnostic.of(
                  TypeMistake.BAD_CONSTANT,
                  "this number is out of hand",
                  e.span(),
                  "too many digits"));
          return Value.WRONG;
        }
        return new Value.Whole(left ? m.shiftLeft(n.intValue()) : m.shiftRight(n.intValue()));
      }
      if (hint == null) {
        Mismatch.needsWidth(b, e.left(), "this number");
        return Value.WRONG;
      }
      l = new Value.Run(literal(b, m, hint, e.left(), null), hint);
    }
    if (!(l instanceof Value.Run(Expr x, Type t)) || !t.isVector()) {
      Mismatch.operand(
          b, e.left(), l instanceof Value.Run run ? run.type() : Type.TRUTH, e.operator());
      return Value.WRONG;
    }
    Expr amount;
    switch (r) {
      case Value.Whole(BigInteger n) ->
          amount = new Expr.Constant(new Bits(Math.max(x.width(), n.bitLength()), n));
      case Value.Run(Expr y, Type u) when u.isVector() && !u.isSigned() -> amount = y;
      case Value.Run(Expr _, Type u) -> {
        Mismatch.operand(b, e.right(), u, e.operator());
        return Value.WRONG;
      }
      case Value.Picked _, Value.Wrong _ -> {
        return Value.WRONG;
      }
    }
    BinaryOp op = left ? BinaryOp.SHL : t.isSigned() ? BinaryOp.ASHR : BinaryOp.LSHR;
    return new Value.Run(Fold.binary(op, x, amount), t.plain());
  }

  private static Value concat(Body b, Syntax.Expression.Binary e) {
    Value l = infer(b, e.left(), null);
    int mark = b.out.size();
    Value r = infer(b, e.right(), null);
    l = settle(b, l, mark);
    Expr x = concatenated(b, l, e.left());
    Expr y = concatenated(b, r, e.right());
    if (x != null && y != null && x.width() + y.width() > Types.MAX_WIDTH) {
      b.report(
          Diagnostic.of(
              StateMistake.BAD_SIZE,
              "a width must be in 1.." + Types.MAX_WIDTH,
              e.span(),
              x.width() + y.width() + " bits"));
      return Value.WRONG;
    }
    return x == null || y == null
        ? Value.WRONG
        : new Value.Run(Fold.concat(x, y), Type.bits(x.width() + y.width()));
  }

  private static @Nullable Expr concatenated(Body b, Value v, Syntax.Expression e) {
    return switch (v) {
      case Value.Run(Expr x, Type t) when t.isVector() && !t.isSigned() -> x;
      case Value.Run(Expr _, Type t) -> {
        Mismatch.operand(b, e, t, "++");
        yield null;
      }
      case Value.Whole _ -> {
        Mismatch.needsWidth(b, e, "a number in `++`");
        yield null;
      }
      case Value.Picked _ -> {
        Mismatch.operand(b, e, Type.TRUTH, "++");
        yield null;
      }
      case Value.Wrong _ -> null;
    };
  }

  /// `&&` and `||`: the right side is evaluated only if the left does not decide.
  private static Value logical(Body b, Syntax.Expression.Binary e) {
    boolean and = e.operator().equals("&&");
    int before = b.problems.errors();
    Expr l = condition(b, e.left());
    if ((and ? Fold.isFalse(l) : Fold.isTrue(l)) && b.problems.errors() == before) {
      return new Value.Run(l, Type.TRUTH);
    }
    Body right = b.branch();
    Expr r = condition(right, e.right());
    if (b.problems.errors() > before) {
      return Value.WRONG;
    }
    if (right.out.isEmpty()) {
      if (Effects.isRisky(r)) {
        return new Value.Run(
            and ? Fold.conditional(l, r, Fold.FALSE) : Fold.conditional(l, Fold.TRUE, r),
            Type.TRUTH);
      }
      return new Value.Run(and ? Fold.and(l, r) : Fold.or(l, r), Type.TRUTH);
    }
    Local both = b.capture(and ? "both" : "either", l);
    right.emit(new Statement.Assign(both, r));
    b.emit(
        new Statement.If(
            and ? both : Fold.not(both),
            new Statement.Block(right.out, e.right().span()),
            Statement.Block.EMPTY));
    return new Value.Run(both, Type.TRUTH);
  }

  private static Value comparison(Body b, Syntax.Expression.Binary e) {
    Optional<Value> special =
        Matches.named(b, e.left(), e.right(), e.operator())
            .or(() -> Matches.named(b, e.right(), e.left(), e.operator()));
    if (special.isPresent()) {
      return special.get();
    }
    Type context = context(b, e.left(), e.right(), null);
    if (context instanceof Type.Poison) {
      return Value.WRONG;
    }
    Value l = infer(b, e.left(), context);
    int mark = b.out.size();
    Value r = infer(b, e.right(), context);
    l = settle(b, l, mark);
    if (l instanceof Value.Whole(BigInteger m) && r instanceof Value.Whole(BigInteger n)) {
      int c = m.compareTo(n);
      boolean truth =
          switch (e.operator()) {
            case "==" -> c == 0;
            case "!=" -> c != 0;
            case "<" -> c < 0;
            case "<=" -> c <= 0;
            case ">" -> c > 0;
            default -> c >= 0;
          };
      return new Value.Run(truth ? Fold.TRUE : Fold.FALSE, Type.TRUTH);
    }
    Pair p = unify(b, e, l, r);
    if (p == null) {
      return Value.WRONG;
    }
    boolean isEquality = e.operator().equals("==") || e.operator().equals("!=");
    if (!isEquality && !p.type.isVector()) {
      Mismatch.operand(b, e.left(), p.type, e.operator());
      return Value.WRONG;
    }
    boolean signed = p.type.isSigned();
    BinaryOp less = signed ? BinaryOp.SLT : BinaryOp.ULT;
    BinaryOp atMost = signed ? BinaryOp.SLE : BinaryOp.ULE;
    Expr x =
        switch (e.operator()) {
          case "==" -> Fold.equal(p.left, p.right);
          case "!=" -> Fold.not(Fold.equal(p.left, p.right));
          case "<" -> Fold.binary(less, p.left, p.right);
          case "<=" -> Fold.binary(atMost, p.left, p.right);
          case ">" -> Fold.binary(less, p.right, p.left);
          default -> Fold.binary(atMost, p.right, p.left);
        };
    return new Value.Run(x, Type.TRUTH);
  }

  // ------------------------------------------------------------------ two operands, one type

  private record Pair(Expr left, Expr right, Type type) {}

  /// What the operands of one operation take their width from: each other, else the hint. Poison
  /// when one of them is wrong, which has then been reported.
  static @Nullable Type context(
      Body b, Syntax.Expression left, Syntax.Expression right, @Nullable Type hint) {
    Type l = natural(b, left);
    Type r = natural(b, right);
    if (l instanceof Type.Poison || r instanceof Type.Poison) {
      if (l instanceof Type.Poison) {
        infer(b, left, null);
      }
      if (r instanceof Type.Poison) {
        infer(b, right, null);
      }
      return Type.POISON;
    }
    return l != null ? l.plain() : r != null ? r.plain() : hint == null ? null : hint.plain();
  }

  private static @Nullable Pair unify(Body b, Syntax.Expression.Binary e, Value l, Value r) {
    if (l instanceof Value.Wrong || r instanceof Value.Wrong) {
      return null;
    }
    Type type;
    if (l instanceof Value.Run(Expr _, Type t)) {
      type = t.plain();
    } else if (r instanceof Value.Run(Expr _, Type t)) {
      type = t.plain();
    } else {
      Mismatch.operand(b, e.left(), Type.TRUTH, e.operator());
      return null;
    }
    int before = b.problems.errors();
    Expr x =
        coerce(
            b,
            l,
            type,
            e.left(),
            r instanceof Value.Run(Expr _, Type t) ? Mismatch.side(b, e.right(), t) : null);
    Expr y =
        coerce(
            b,
            r,
            type,
            e.right(),
            l instanceof Value.Run(Expr _, Type t) ? Mismatch.side(b, e.left(), t) : null);
    return b.problems.errors() > before ? null : new Pair(x, y, type);
  }

  // ------------------------------------------------------------------ if … then … else

  private static Value conditional(Body b, Syntax.Expression.Conditional e, @Nullable Type hint) {
    Expr condition = condition(b, e.condition());
    if (condition instanceof Expr.Constant(Bits v)) {
      return infer(b, v.isTrue() ? e.then() : e.otherwise(), hint);
    }
    Type context = context(b, e.then(), e.otherwise(), hint);
    if (context instanceof Type.Poison) {
      return Value.WRONG;
    }
    return choose(b, List.of(condition), List.of(e.then(), e.otherwise()), context, e.span());
  }

  /// The first value whose condition holds, the last without one; only its own effects happen.
  static Value choose(
      Body b,
      List<Expr> conditions,
      List<Syntax.Expression> values,
      @Nullable Type context,
      Span span) {
    List<Body> bodies = new ArrayList<>();
    List<Value> raw = new ArrayList<>();
    Type type = null;
    Syntax.Expression typed = null;
    boolean isWrong = false;
    for (Syntax.Expression v : values) {
      Body arm = b.branch();
      Value value = infer(arm, v, context);
      bodies.add(arm);
      raw.add(value);
      isWrong |= value instanceof Value.Wrong;
      if (type == null && value instanceof Value.Run(Expr _, Type t)) {
        type = t;
        typed = v;
      }
    }
    if (isWrong) {
      return Value.WRONG;
    }
    if (type == null) {
      if (context == null) {
        Mismatch.needsWidth(b, values.getFirst(), "these values");
        return Value.WRONG;
      }
      type = context;
    }
    int before = b.problems.errors();
    List<Expr> results = new ArrayList<>();
    boolean hasEffects = false;
    for (int i = 0; i < values.size(); i++) {
      Mismatch.Side side =
          typed == null || typed == values.get(i) ? null : Mismatch.side(b, typed, type);
      results.add(coerce(bodies.get(i), raw.get(i), type, values.get(i), side));
      hasEffects |= !bodies.get(i).out.isEmpty();
    }
    if (b.problems.errors() > before) {
      return Value.WRONG;
    }
    if (!hasEffects) {
      Expr result = results.getLast();
      for (int i = conditions.size() - 1; i >= 0; i--) {
        result = Fold.conditional(conditions.get(i), results.get(i), result);
      }
      return new Value.Run(result, type);
    }
    Local chosen = new Local("chosen", type.width());
    for (int i = 0; i < results.size(); i++) {
      bodies.get(i).emit(new Statement.Assign(chosen, results.get(i)));
    }
    Statement.Block chain = new Statement.Block(bodies.getLast().out, span);
    for (int i = conditions.size() - 1; i >= 0; i--) {
      chain =
          new Statement.Block(
              List.of(
                  new Statement.If(
                      conditions.get(i),
                      new Statement.Block(bodies.get(i).out, values.get(i).span()),
                      chain)),
              span);
    }
    b.out.addAll(chain.statements());
    return new Value.Run(chosen, type);
  }
}
