package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Local;
import trapline.isa.Statement;

/// `match`, as statement and expression: which arm is taken, checked to be one for every value.
///
/// The subject is a number, an enum, a truth value, an operand of a kind (its alternatives are the
/// patterns), a `choice`, or a number known now; the last two choose while the machine is built.
/// The last arm also takes the raw values of an enum that no enumerator names.
final class Matches {
  private Matches() {}

  /// How a match goes on.
  sealed interface Plan {
    /// The arm is known now.
    record Known(int arm) implements Plan {}

    /// The first arm whose condition holds, else the one after the last condition.
    record Tested(List<Integer> arms, List<Expr> conditions) implements Plan {}
  }

  static Value infer(Body b, Syntax.Expression.Match e, @Nullable Type hint) {
    List<List<Syntax.MatchPattern>> patterns =
        e.arms().stream().map(Syntax.MatchValue::patterns).toList();
    Optional<Plan> plan = plan(b, e.subject(), patterns, e.span());
    if (plan.isEmpty()) {
      return Value.WRONG;
    }
    return switch (plan.get()) {
      case Plan.Known(int arm) -> Expressions.infer(b, e.arms().get(arm).value(), hint);
      case Plan.Tested(List<Integer> arms, List<Expr> conditions) -> {
        List<Syntax.Expression> values = arms.stream().map(i -> e.arms().get(i).value()).toList();
        Type context = null;
        boolean isWrong = false;
        for (Syntax.Expression v : values) {
          Type natural = Expressions.natural(b, v);
          if (natural instanceof Type.Poison) {
            Expressions.infer(b, v, null);
            isWrong = true;
          }
          context = context == null ? natural : context;
        }
        if (isWrong) {
          yield Value.WRONG;
        }
        yield Expressions.choose(b, conditions, values, context == null ? hint : context, e.span());
      }
    };
  }

  static Flow lower(Body b, Syntax.Statement.Match s) {
    List<List<Syntax.MatchPattern>> patterns =
        s.arms().stream().map(Syntax.MatchArm::patterns).toList();
    Optional<Plan> plan = plan(b, s.subject(), patterns, s.span());
    if (plan.isEmpty()) {
      return Flow.GOES_ON;
    }
    return switch (plan.get()) {
      case Plan.Known(int arm) -> {
        Flow flow = Statements.lower(b, s.arms().get(arm).body());
        yield flow == Flow.ENDS && s.arms().size() > 1 ? Flow.ENDS_HERE : flow;
      }
      case Plan.Tested(List<Integer> arms, List<Expr> conditions) -> {
        List<Statement.Block> blocks = new ArrayList<>();
        Flow flow = Flow.ENDS;
        for (int i : arms) {
          Body arm = b.block();
          flow = flow.or(Statements.lower(arm, s.arms().get(i).body()));
          blocks.add(new Statement.Block(arm.out, s.arms().get(i).body().span()));
        }
        Statement.Block chain = blocks.getLast();
        for (int i = conditions.size() - 1; i >= 0; i--) {
          chain =
              new Statement.Block(
                  List.of(new Statement.If(conditions.get(i), blocks.get(i), chain)), s.span());
        }
        b.out.addAll(chain.statements());
        yield flow;
      }
    };
  }

  // ------------------------------------------------------------------ which arm

  private static Optional<Plan> plan(
      Body b, Syntax.Expression subject, List<List<Syntax.MatchPattern>> arms, Span whole) {
    if (arms.isEmpty()) {
      b.report(
          Diagnostic.of(
              TypeMistake.MATCH_NOT_EXHAUSTIVE,
              "a match without arms",
              whole,
              "no arm takes any value"));
      return Optional.empty();
    }
    Meaning.Variable operand = kindOperand(b, subject);
    boolean isNumbered =
        arms.stream().flatMap(List::stream).anyMatch(p -> p instanceof Syntax.MatchPattern.Range);
    if (operand != null && !isNumbered && operand.type() instanceof Type.OfKind(Kind kind)) {
      return alternatives(b, operand.local(), kind, arms, subject.span());
    }
    return switch (Expressions.infer(b, subject, null)) {
      case Value.Wrong _ -> Optional.empty();
      case Value.Picked(Meaning.Choice c) -> choice(b, c, arms, subject.span());
      case Value.Whole(BigInteger n) -> number(b, n, arms, subject.span());
      case Value.Run(Expr x, Type t) -> {
        Expr held =
            isCheap(x)
                ? x
                : b.site.isPure() ? b.shared(x, subject.span()) : b.capture("subject", x);
        yield tested(b, held, t, arms, subject.span());
      }
    };
  }

  private static boolean isCheap(Expr e) {
    return switch (e) {
      case Local _, Expr.Constant _ -> true;
      case Expr.Extract(Expr x, int _, int _) -> isCheap(x);
      case Expr.RegisterRead(var _, Expr i) -> i instanceof Expr.Constant;
      case Expr.MemoryRead _,
          Expr.PortPeek _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Concat _,
          Expr.Extend _,
          Expr.Conditional _,
          Expr.Unspecified _ ->
          false;
    };
  }

  private static Optional<Plan> tested(
      Body b, Expr x, Type type, List<List<Syntax.MatchPattern>> arms, Span subject) {
    int before = b.problems.errors();
    Cover cover = new Cover(type.width());
    List<Integer> taken = new ArrayList<>();
    List<Expr> conditions = new ArrayList<>();
    boolean isComplete = false;
    for (int i = 0; i < arms.size(); i++) {
      Expr condition = Fold.FALSE;
      boolean adds = false;
      for (Syntax.MatchPattern p : arms.get(i)) {
        if (p instanceof Syntax.MatchPattern.Rest) {
          adds |= !isComplete;
          isComplete = true;
          condition = Fold.TRUE;
          continue;
        }
        BigInteger[] range = range(b, p, type);
        if (range != null) {
          adds |= cover.add(range[0], range[1]);
          condition = Fold.or(condition, within(x, range[0], range[1]));
        } else {
          adds = true;
        }
      }
      if (b.problems.errors() == before && !adds) {
        unreachable(b, arms.get(i).getFirst().span());
        continue;
      }
      taken.add(i);
      conditions.add(condition);
      isComplete |=
          cover.isFull()
              || (type instanceof Type.Enumeration(var t, var _)
                  && cover.holdsAll(t.values().values()));
    }
    if (b.problems.errors() > before) {
      return Optional.empty();
    }
    if (!isComplete) {
      var d =
          Diagnostic.of(
              TypeMistake.MATCH_NOT_EXHAUSTIVE,
              "no arm takes " + cover.example(type),
              subject,
              type.text());
      b.report(d.help("add an arm for it, or `_ => …` for all others"));
      return Optional.empty();
    }
    conditions.removeLast();
    return Optional.of(new Plan.Tested(taken, conditions));
  }

  private static Expr within(Expr x, BigInteger low, BigInteger high) {
    int width = x.width();
    if (low.equals(high)) {
      return Fold.equal(x, new Bits(width, low));
    }
    Expr above =
        low.signum() == 0
            ? Fold.TRUE
            : Fold.binary(BinaryOp.ULE, new Expr.Constant(new Bits(width, low)), x);
    Expr below =
        high.equals(Bits.mask(width))
            ? Fold.TRUE
            : Fold.binary(BinaryOp.ULE, x, new Expr.Constant(new Bits(width, high)));
    return Fold.and(above, below);
  }

  /// The values a pattern stands for; null after a report.
  private static BigInteger @Nullable [] range(Body b, Syntax.MatchPattern p, Type type) {
    return switch (p) {
      case Syntax.MatchPattern.Rest _ -> null;
      case Syntax.MatchPattern.Range(BigInteger low, BigInteger high, Span span) -> {
        if (!type.isVector() || type.isSigned()) {
          bad(
              b,
              span,
              "a number",
              type,
              type.isSigned() ? "match on `bits(…)` of it" : "name the values");
          yield null;
        }
        BigInteger from = low.min(high);
        BigInteger to = low.max(high);
        if (to.bitLength() > type.width()) {
          bad(
              b,
              span,
              Mismatch.number(to),
              type,
              "the greatest value is " + Mismatch.number(Bits.mask(type.width())));
          yield null;
        }
        yield new BigInteger[] {from, to};
      }
      case Syntax.MatchPattern.Named(Syntax.Name name, Span span) -> {
        Optional<BigInteger> value = named(b, name, type);
        if (value.isEmpty()) {
          if (type.plain() instanceof Type.Enumeration(var t, var _)) {
            b.report(
                Diagnostic.of(
                        TypeMistake.BAD_MATCH_PATTERN,
                        "`" + name.text() + "` is no value of " + type.text(),
                        span,
                        "not an enumerator of " + type.text())
                    .help(Spelling.advice(name.text(), t.values().keySet(), "name an enumerator")));
          } else {
            bad(
                b,
                span,
                "`" + name.text() + "`",
                type,
                type.plain() instanceof Type.Truth
                    ? "the values are `true` and `false`"
                    : "use a number or a constant");
          }
          yield null;
        }
        yield new BigInteger[] {value.get(), value.get()};
      }
    };
  }

  private static Optional<BigInteger> named(Body b, Syntax.Name name, Type type) {
    return switch (type.plain()) {
      case Type.Truth _ ->
          switch (name.text()) {
            case "true" -> Optional.of(BigInteger.ONE);
            case "false" -> Optional.of(BigInteger.ZERO);
            default -> Optional.empty();
          };
      case Type.Enumeration enumeration -> {
        b.draft.mentionEnumerator(name, enumeration);
        yield Optional.ofNullable(enumeration.type().values().get(name.text())).map(Bits::value);
      }
      case Type.Vector(int width, boolean _) ->
          b.lookup(name)
              .flatMap(m ->
                  switch (m) {
                    case Meaning.Whole(BigInteger n, Span _)
                        when n.signum() >= 0 && n.bitLength() <= width ->
                        Optional.of(n);
                    case Meaning.Constant(Bits v, Type _, Span _) when v.width() == width ->
                        Optional.of(v.value());
                    default -> Optional.empty();
                  });
      case Type.View _, Type.OfKind _, Type.Poison _ -> Optional.empty();
    };
  }

  private static void bad(Body b, Span span, String what, Type type, String help) {
    b.report(
        Diagnostic.of(
                TypeMistake.BAD_MATCH_PATTERN,
                what + " is no value of " + type.text(),
                span,
                "the subject is " + type.text())
            .help(help));
  }

  private static void unreachable(Body b, Span span) {
    b.report(
        Diagnostic.of(
                BodyMistake.UNREACHABLE_ARM,
                "this arm is never taken",
                span,
                "earlier arms take all of its values")
            .help("remove it, or move it up"));
  }

  // ------------------------------------------------------------------ known now

  private static Optional<Plan> choice(
      Body b, Meaning.Choice c, List<List<Syntax.MatchPattern>> arms, Span subject) {
    Map<String, Integer> byName = new LinkedHashMap<>();
    Integer rest = null;
    int before = b.problems.errors();
    for (int i = 0; i < arms.size(); i++) {
      for (Syntax.MatchPattern p : arms.get(i)) {
        switch (p) {
          case Syntax.MatchPattern.Rest _ -> rest = rest == null ? i : rest;
          case Syntax.MatchPattern.Named(Syntax.Name name, Span span) -> {
            b.draft.glossary.mention(Inheritance.VALUE, c.name(), name);
            if (!c.values().contains(name.text())) {
              b.report(
                  Diagnostic.of(
                          TypeMistake.BAD_MATCH_PATTERN,
                          "`" + name.text() + "` is no value of the choice `" + c.name() + "`",
                          span,
                          "not a value")
                      .with(c.span(), "declared here")
                      .help(Spelling.advice(name.text(), c.values(), "name a value")));
            } else if (byName.putIfAbsent(name.text(), i) != null) {
              unreachable(b, span);
            }
          }
          case Syntax.MatchPattern.Range(var _, var _, Span span) ->
              b.report(
                  Diagnostic.of(
                          TypeMistake.BAD_MATCH_PATTERN,
                          "a number is no value of the choice `" + c.name() + "`",
                          span,
                          "not a value")
                      .help("the values are " + Spelling.listed(c.values())));
        }
      }
    }
    if (rest == null) {
      List<String> missing = c.values().stream().filter(v -> !byName.containsKey(v)).toList();
      if (!missing.isEmpty() && b.problems.errors() == before) {
        b.report(
            Diagnostic.of(
                    TypeMistake.MATCH_NOT_EXHAUSTIVE,
                    "no arm takes " + Spelling.listed(missing),
                    subject,
                    "choice `" + c.name() + "`")
                .help("add an arm for it, or `_ => …` for all others"));
      }
    }
    Integer arm = byName.getOrDefault(c.value(), rest);
    return arm == null ? Optional.empty() : Optional.of(new Plan.Known(arm));
  }

  private static Optional<Plan> number(
      Body b, BigInteger n, List<List<Syntax.MatchPattern>> arms, Span subject) {
    for (int i = 0; i < arms.size(); i++) {
      for (Syntax.MatchPattern p : arms.get(i)) {
        boolean fits =
            switch (p) {
              case Syntax.MatchPattern.Rest _ -> true;
              case Syntax.MatchPattern.Range(BigInteger low, BigInteger high, Span _) ->
                  n.compareTo(low.min(high)) >= 0 && n.compareTo(low.max(high)) <= 0;
              case Syntax.MatchPattern.Named(Syntax.Name name, Span _) ->
                  b.lookup(name).orElse(null) instanceof Meaning.Whole(BigInteger m, Span _)
                      && m.equals(n);
            };
        if (fits) {
          return Optional.of(new Plan.Known(i));
        }
      }
    }
    b.report(
        Diagnostic.of(
                TypeMistake.MATCH_NOT_EXHAUSTIVE,
                "no arm takes " + Mismatch.number(n),
                subject,
                "is " + Mismatch.number(n))
            .help("add an arm for it, or `_ => …` for all others"));
    return Optional.empty();
  }

  // ------------------------------------------------------------------ operands of a kind

  /// The operand of a kind that the expression names, if it names one.
  static Meaning.@Nullable Variable kindOperand(Body b, Syntax.Expression e) {
    return e instanceof Syntax.Expression.Reference(Syntax.Name name, Span _)
            && b.scope.lookup(name.text()).orElse(null) instanceof Meaning.Variable v
            && v.type() instanceof Type.OfKind
            && b.lookup(name).isPresent()
        ? v
        : null;
  }

  private static Optional<Plan> alternatives(
      Body b, Local bits, Kind kind, List<List<Syntax.MatchPattern>> arms, Span subject) {
    Map<String, Integer> byName = new LinkedHashMap<>();
    int before = b.problems.errors();
    Integer rest = null;
    List<Integer> taken = new ArrayList<>();
    List<Expr> conditions = new ArrayList<>();
    for (int i = 0; i < arms.size() && rest == null; i++) {
      Expr condition = Fold.FALSE;
      for (Syntax.MatchPattern p : arms.get(i)) {
        switch (p) {
          case Syntax.MatchPattern.Rest _ -> rest = i;
          case Syntax.MatchPattern.Named(Syntax.Name name, Span span) -> {
            Optional<Kind.Alternative> a = kind.alternative(name.text());
            b.draft.glossary.mention("alternative", kind.name(), name);
            if (a.isEmpty()) {
              b.report(
                  Diagnostic.of(
                          TypeMistake.BAD_MATCH_PATTERN,
                          "operand kind `"
                              + kind.name()
                              + "` has no alternative `"
                              + name.text()
                              + "`",
                          span,
                          "not an alternative")
                      .with(kind.span(), "declared here")
                      .help(
                          Spelling.advice(
                              name.text(),
                              kind.alternatives().stream().map(Kind.Alternative::name).toList(),
                              "name an alternative")));
            } else if (byName.putIfAbsent(name.text(), i) != null) {
              unreachable(b, span);
            } else {
              condition = Fold.or(condition, Kind.isA(a.get(), bits));
            }
          }
          case Syntax.MatchPattern.Range(var _, var _, Span span) ->
              b.report(
                  Diagnostic.of(
                          TypeMistake.BAD_MATCH_PATTERN,
                          "a number is no alternative of `" + kind.name() + "`",
                          span,
                          "not an alternative")
                      .help("name alternatives, or match on `raw(…)`"));
        }
      }
      taken.add(i);
      conditions.add(condition);
    }
    List<String> missing =
        kind.alternatives().stream()
            .map(Kind.Alternative::name)
            .filter(a -> !byName.containsKey(a))
            .toList();
    if (b.problems.errors() > before) {
      return Optional.empty();
    }
    if (rest == null && !missing.isEmpty()) {
      b.report(
          Diagnostic.of(
                  TypeMistake.MATCH_NOT_EXHAUSTIVE,
                  "no arm takes " + Spelling.listed(missing),
                  subject,
                  "operand kind `" + kind.name() + "`")
              .help("add an arm for it, or `_ => …` for all others"));
      return Optional.empty();
    }
    conditions.removeLast();
    return Optional.of(new Plan.Tested(taken, conditions));
  }

  // ------------------------------------------------------------------ == with names

  /// `subject == name` where the subject is a choice or an operand of a kind, and the name one of
  /// its values.
  static Optional<Value> named(
      Body b, Syntax.Expression subject, Syntax.Expression value, String operator) {
    if (!(value instanceof Syntax.Expression.Reference(Syntax.Name name, Span _))
        || !(subject instanceof Syntax.Expression.Reference(Syntax.Name of, Span _))
        || (!operator.equals("==") && !operator.equals("!="))) {
      return Optional.empty();
    }
    Meaning.Variable operand = kindOperand(b, subject);
    if (operand != null && operand.type() instanceof Type.OfKind(Kind kind)) {
      Optional<Kind.Alternative> a = kind.alternative(name.text());
      if (a.isPresent()) {
        b.draft.glossary.mention("alternative", kind.name(), name);
        Expr is = Kind.isA(a.get(), operand.local());
        return Optional.of(new Value.Run(operator.equals("==") ? is : Fold.not(is), Type.TRUTH));
      }
      return Optional.empty();
    }
    if (b.scope.lookup(of.text()).isEmpty()
        && b.isDeclared(of.text())
        && b.lookup(of).orElse(null) instanceof Meaning.Choice c) {
      b.draft.glossary.mention(Inheritance.VALUE, c.name(), name);
      if (!c.values().contains(name.text())) {
        Places.unknown(
            b,
            NameMistake.UNKNOWN_NAME,
            "choice `" + c.name() + "` has no value `" + name.text() + "`",
            name,
            c.values(),
            "name a value");
        return Optional.of(Value.WRONG);
      }
      return Optional.of(
          new Value.Run(
              c.value().equals(name.text()) == operator.equals("==") ? Fold.TRUE : Fold.FALSE,
              Type.TRUTH));
    }
    return Optional.empty();
  }

  // ------------------------------------------------------------------ what is covered

  /// A set of numbers below 2^width, as disjoint ranges.
  private static final class Cover {
    private final TreeMap<BigInteger, BigInteger> ranges = new TreeMap<>();
    private final BigInteger last;

    Cover(int width) {
      last = Bits.mask(width);
    }

    /// Adds a range; did that add anything?
    boolean add(BigInteger low, BigInteger high) {
      var before = ranges.floorEntry(low);
      if (before != null && before.getValue().compareTo(high) >= 0) {
        return false;
      }
      BigInteger from = low;
      BigInteger to = high;
      if (before != null && before.getValue().add(BigInteger.ONE).compareTo(low) >= 0) {
        from = before.getKey();
      }
      for (var next = ranges.ceilingEntry(from);
          next != null && next.getKey().compareTo(to.add(BigInteger.ONE)) <= 0;
          next = ranges.ceilingEntry(from)) {
        to = to.max(next.getValue());
        ranges.remove(next.getKey());
      }
      ranges.put(from, to);
      return true;
    }

    boolean isFull() {
      var first = ranges.firstEntry();
      return first != null && first.getKey().signum() == 0 && first.getValue().compareTo(last) >= 0;
    }

    boolean holds(BigInteger n) {
      var at = ranges.floorEntry(n);
      return at != null && at.getValue().compareTo(n) >= 0;
    }

    boolean holdsAll(java.util.Collection<Bits> values) {
      return values.stream().allMatch(v -> holds(v.value()));
    }

    /// The least value not covered, in the words of the type.
    String example(Type type) {
      if (type instanceof Type.Enumeration(var t, var _)) {
        return Spelling.listed(
            t.values().entrySet().stream()
                .filter(e -> !holds(e.getValue().value()))
                .map(Map.Entry::getKey)
                .toList());
      }
      var first = ranges.firstEntry();
      BigInteger n =
          first == null || first.getKey().signum() > 0
              ? BigInteger.ZERO
              : first.getValue().add(BigInteger.ONE);
      return type.plain() instanceof Type.Truth
          ? (n.signum() == 0 ? "`false`" : "`true`")
          : Mismatch.number(n);
    }
  }
}
