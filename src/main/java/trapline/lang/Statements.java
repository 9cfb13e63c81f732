package trapline.lang;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Statement;

/// Lowers statements, in order, onto the end of a body.
///
/// `for` is unrolled; an `if` or `match` on what is known now keeps only the way taken.
final class Statements {
  private static final int MAX_TURNS = 4096;
  private static final int MAX_UNROLLED = 1 << 16;
  private static final int MAX_STATEMENTS = 500_000;
  private static final int MAX_DEPTH = 200;

  private Statements() {}

  /// Lowers a block, with names of its own, onto the end of `b`.
  static Flow lower(Body b, Syntax.Block block) {
    Body inner = b.scoped();
    if (inner.depth > MAX_DEPTH) {
      b.report(
          Diagnostic.of(
                  BodyMistake.TOO_DEEP,
                  "these blocks are nested too deeply",
                  block.span(),
                  "more than " + MAX_DEPTH + " levels")
              .help("move the inner ones to a function"));
      return Flow.GOES_ON;
    }
    inner.depth++;
    Flow flow = Flow.GOES_ON;
    boolean isWarned = false;
    for (Syntax.Statement s : block.statements()) {
      if (flow != Flow.GOES_ON) {
        if (flow == Flow.ENDS && !isWarned) {
          isWarned = true;
          b.report(
              Diagnostic.of(
                      BodyMistake.UNREACHABLE_CODE,
                      "this can never run",
                      s.span(),
                      "control has left before")
                  .help("remove it"));
        }
        // Still checked, for its own mistakes; but nothing is left of it.
        lower(inner.block(), s);
        continue;
      }
      inner.natural.clear();
      flow = lower(inner, s);
    }
    return flow;
  }

  /// One statement, with its names left in the scope of `b`.
  static void lowerAlone(Body b, Syntax.Statement s) {
    lower(b, s);
  }

  private static Flow lower(Body b, Syntax.Statement s) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
    if (++b.draft.lowered > MAX_STATEMENTS) {
      if (b.draft.lowered == MAX_STATEMENTS + 1) {
        b.report(
            Diagnostic.of(
                BodyMistake.LOOP_TOO_LONG,
                "too many statements",
                s.span(),
                "more than " + MAX_STATEMENTS + " after unrolling"));
      }
      return Flow.GOES_ON;
    }
    return switch (s) {
      case Syntax.Statement.Bind x -> bind(b, x);
      case Syntax.Statement.Any x -> any(b, x);
      case Syntax.Statement.Assign x -> assign(b, x.target(), x.value());
      case Syntax.Statement.Evaluate(Syntax.Expression call, Span _) -> {
        Calls.perform(b, call);
        yield Flow.GOES_ON;
      }
      case Syntax.Statement.Trap x -> Traps.raise(b, x);
      case Syntax.Statement.If x -> branch(b, x);
      case Syntax.Statement.Match x -> Matches.lower(b, x);
      case Syntax.Statement.For x -> repeat(b, x);
      case Syntax.Statement.While x -> loop(b, x);
      case Syntax.Statement.Return x -> leave(b, x);
      case Syntax.Statement.Halt(Span span) -> {
        if (isIn(
            b,
            span,
            "halt",
            Site.Kind.INSTRUCTION,
            Site.Kind.FUNCTION,
            Site.Kind.TRAP_ENTRY,
            Site.Kind.AFTER)) {
          b.emit(new Statement.Halt());
        }
        yield Flow.GOES_ON;
      }
      case Syntax.Statement.Commit(Span span) -> {
        if (isIn(b, span, "commit", Site.Kind.INSTRUCTION, Site.Kind.FUNCTION)) {
          b.emit(new Statement.Commit());
        }
        yield Flow.GOES_ON;
      }
      case Syntax.Statement.Unpredictable(var message, Span _) -> {
        b.emit(new Statement.Unpredictable(message.map(Syntax.Text::text).orElse("unpredictable")));
        yield Flow.ENDS;
      }
      case Syntax.Statement.Execute(Syntax.Expression word, Span span) -> {
        Type type = b.draft.word == null ? null : b.draft.word.type();
        if (isIn(b, span, "execute", Site.Kind.INSTRUCTION, Site.Kind.FUNCTION) && type != null) {
          b.emit(new Statement.Execute(Expressions.check(b, word, type)));
        }
        yield Flow.ENDS;
      }
      case Syntax.Statement.Assert(Syntax.Expression condition, Span span) -> {
        isIn(b, span, "assert");
        Expressions.condition(b, condition);
        yield Flow.GOES_ON;
      }
    };
  }

  private static boolean isIn(Body b, Span span, String word, Site.Kind... kinds) {
    if (List.of(kinds).contains(b.site.kind())) {
      return true;
    }
    b.report(
        Diagnostic.of(
            BodyMistake.MISPLACED_STATEMENT,
            "`" + word + "` has no meaning here",
            span,
            kinds.length == 0 ? "only in a `test`" : "only in instructions and what they call"));
    return false;
  }

  static void declare(Body b, Syntax.Name name, Meaning meaning) {
    b.draft.glossary.declare(name, meaning);
    b.scope
        .declare(name.text(), meaning)
        .ifPresent(before ->
            b.report(
                Diagnostic.of(
                        NameMistake.DUPLICATE_NAME,
                        "`" + name.text() + "` is declared twice",
                        name.span(),
                        "declared again here")
                    .with(before.span(), "first declared here")
                    .help("give one of them another name")));
  }

  private static Flow bind(Body b, Syntax.Statement.Bind s) {
    String noun = s.isVariable() ? "variable" : "let";
    if (s.type().isPresent()) {
      int errors = b.draft.problems.errors();
      Type type = Types.resolve(b, s.type().get());
      if (b.draft.problems.errors() > errors) {
        declare(b, s.name(), new Meaning.Poisoned(s.name().span()));
        return Flow.GOES_ON;
      }
      Expr value =
          Expressions.check(
              b,
              s.value(),
              type,
              new Mismatch.Side(s.name().span(), "`" + s.name().text() + "` : " + type.text()));
      Local local = b.capture(s.name().text(), value);
      declare(
          b, s.name(), new Meaning.Variable(local, type, s.isVariable(), noun, s.name().span()));
      return Flow.GOES_ON;
    }
    switch (Expressions.infer(b, s.value(), null)) {
      case Value.Run(Expr x, Type type) -> {
        Local local = b.capture(s.name().text(), x);
        declare(
            b, s.name(), new Meaning.Variable(local, type, s.isVariable(), noun, s.name().span()));
      }
      case Value.Whole(BigInteger n) -> {
        if (s.isVariable()) {
          b.report(
              Diagnostic.of(
                      TypeMistake.NEEDS_WIDTH,
                      "`" + s.name().text() + "` has no width",
                      s.value().span(),
                      "a number has no width of its own")
                  .help(
                      "give it a type: `var "
                          + s.name().text()
                          + " : bits(8) = "
                          + Mismatch.source(s.value())
                          + ";`"));
          declare(b, s.name(), new Meaning.Poisoned(s.name().span()));
        } else {
          declare(b, s.name(), new Meaning.Whole(n, s.name().span()));
        }
      }
      case Value.Picked(Meaning.Choice c) -> declare(b, s.name(), c);
      case Value.Wrong _ -> declare(b, s.name(), new Meaning.Poisoned(s.name().span()));
    }
    return Flow.GOES_ON;
  }

  private static Flow any(Body b, Syntax.Statement.Any s) {
    Type type = Types.resolve(b, s.type());
    Local local = new Local(s.name().text(), type.width());
    declare(
        b,
        s.name(),
        new Meaning.Variable(local, type, false, "value chosen by `any`", s.name().span()));
    Optional<Expr> constraint = s.where().map(w -> Expressions.condition(b.pure(), w));
    b.emit(new Statement.Choose(local, constraint));
    return Flow.GOES_ON;
  }

  static Flow assign(Body b, Syntax.Expression target, Syntax.Expression value) {
    Place place = Places.resolve(b, target, null);
    if (!Places.isAssignable(b, place, target)) {
      return Flow.GOES_ON;
    }
    Type type = Places.type(place);
    if (type == null) {
      return Flow.GOES_ON;
    }
    int mark = b.out.size();
    Expr x = Expressions.check(b, value, type, Mismatch.side(b, target, type));
    Places.write(b, settle(b, place, mark), x, target);
    return Flow.GOES_ON;
  }

  /// Indexes are evaluated before the value, and keep what they were.
  private static Place settle(Body b, Place place, int mark) {
    return switch (place) {
      case Place.Element(var s, Expr i) -> new Place.Element(s, Expressions.settle(b, i, mark));
      case Place.Cell(var m, Expr i) -> new Place.Cell(m, Expressions.settle(b, i, mark));
      case Place.Window(var s, Expr a, var w) ->
          new Place.Window(s, Expressions.settle(b, a, mark), w);
      case Place.Seen(var v, Expr a, var w) -> new Place.Seen(v, Expressions.settle(b, a, mark), w);
      case Place.Entry(var bank, Expr n) -> new Place.Entry(bank, Expressions.settle(b, n, mark));
      case Place.Bits(Place base, int high, int low, Type t) ->
          new Place.Bits(settle(b, base, mark), high, low, t);
      case Place.Bit(Place base, Expr n) -> {
        Expr number = Expressions.settle(b, n, mark);
        yield new Place.Bit(settle(b, base, number == n ? mark : mark + 1), number);
      }
      case Place.Port _,
          Place.Variable _,
          Place.Address _,
          Place.Computed _,
          Place.Bare _,
          Place.Wrong _ ->
          place;
    };
  }

  private static Flow branch(Body b, Syntax.Statement.If s) {
    int before = b.problems.errors();
    Expr condition = Expressions.condition(b, s.condition());
    if (condition instanceof Expr.Constant && b.problems.errors() == before) {
      Flow flow = Flow.GOES_ON;
      if (Fold.isTrue(condition)) {
        flow = lower(b, s.then());
      } else if (s.otherwise().isPresent()) {
        flow = lower(b, s.otherwise().get());
      }
      return flow == Flow.ENDS ? Flow.ENDS_HERE : flow;
    }
    Body then = b.branch();
    Flow flow = lower(then, s.then());
    Body otherwise = b.branch();
    Flow other = s.otherwise().map(o -> lower(otherwise, o)).orElse(Flow.GOES_ON);
    b.emit(
        new Statement.If(
            condition,
            new Statement.Block(then.out, s.then().span()),
            new Statement.Block(
                otherwise.out, s.otherwise().map(Syntax.Block::span).orElse(s.span()))));
    return flow.or(other);
  }

  private static Flow repeat(Body b, Syntax.Statement.For s) {
    Optional<BigInteger> from = Expressions.whole(b, s.from());
    Optional<BigInteger> to = Expressions.whole(b, s.to());
    if (from.isEmpty() || to.isEmpty()) {
      return Flow.GOES_ON;
    }
    BigInteger turns = to.get().subtract(from.get()).add(BigInteger.ONE);
    if (turns.compareTo(BigInteger.valueOf(MAX_TURNS)) > 0
        || (turns.signum() > 0 && (b.draft.unrolled += turns.intValue()) > MAX_UNROLLED)) {
      b.report(
          Diagnostic.of(
                  BodyMistake.LOOP_TOO_LONG,
                  "too many turns to unroll: " + Mismatch.number(turns),
                  s.from().span().to(s.to().span()),
                  "at most " + MAX_TURNS + " in a loop, " + MAX_UNROLLED + " in a machine")
              .help("use `while`, which is not unrolled"));
      return Flow.GOES_ON;
    }
    int before = b.problems.errors();
    for (BigInteger i = from.get(); i.compareTo(to.get()) <= 0; i = i.add(BigInteger.ONE)) {
      Body turn = b.scoped();
      turn.scope.declare(s.variable().text(), new Meaning.Whole(i, s.variable().span()));
      Flow flow = lower(turn, s.body());
      if (b.problems.errors() > before) {
        return Flow.GOES_ON;
      }
      if (flow != Flow.GOES_ON) {
        return Flow.ENDS_HERE;
      }
    }
    return Flow.GOES_ON;
  }

  private static Flow loop(Body b, Syntax.Statement.While s) {
    Body test = b.branch();
    Expr condition = Expressions.condition(test, s.condition());
    Body body = b.branch();
    lower(body, s.body());
    if (test.out.isEmpty()) {
      b.emit(new Statement.While(condition, new Statement.Block(body.out, s.body().span())));
      return Flow.GOES_ON;
    }
    // The condition has effects: they happen before each test.
    Local again = new Local("again", 1);
    b.out.addAll(test.out);
    b.emit(new Statement.Assign(again, condition));
    body.out.addAll(test.out);
    body.emit(new Statement.Assign(again, condition));
    b.emit(new Statement.While(again, new Statement.Block(body.out, s.body().span())));
    return Flow.GOES_ON;
  }

  private static Flow leave(Body b, Syntax.Statement.Return s) {
    Type result = b.site.result();
    if (b.site.kind() == Site.Kind.TEST) {
      isIn(b, s.span(), "return", Site.Kind.INSTRUCTION);
      return Flow.ENDS;
    }
    if (s.value().isEmpty()) {
      if (result != null) {
        b.report(
            Diagnostic.of(
                BodyMistake.BAD_RETURN,
                "a value of type " + result.text() + " is due",
                s.span(),
                "returns nothing"));
      }
      b.emit(new Statement.Return(Optional.empty()));
      return Flow.ENDS;
    }
    Syntax.Expression value = s.value().get();
    if (result == null) {
      b.report(
          Diagnostic.of(BodyMistake.BAD_RETURN, "nothing is returned here", value.span(), "a value")
              .help("declare the result with `-> type`, or write `return;`"));
      return Flow.ENDS;
    }
    b.emit(new Statement.Return(returned(b, value, result)));
    return Flow.ENDS;
  }

  private static Optional<Expr> returned(Body b, Syntax.Expression value, Type result) {
    if (b.site.kind() != Site.Kind.SPACE) {
      return Optional.of(Expressions.check(b, value, result));
    }
    // A space returns an index, of whatever width it was computed in.
    Value v = Expressions.infer(b, value, result);
    return Optional.of(
        v instanceof Value.Run(Expr x, Type t) && t.isVector() && !t.isSigned()
            ? x
            : Expressions.coerce(b, v, result, value, null));
  }
}
