package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Statement;
import trapline.isa.TestCase;

/// Lowers `test` blocks: assembly stays text, what lies between the steps becomes statements.
final class Tests {
  private static final int MAX_STEPS = 1_000_000_000;

  private Tests() {}

  static TestCase lower(Draft draft, Syntax.Item.Test item) {
    List<TestCase.Step> steps = new ArrayList<>();
    Scope scope = new Scope(null);
    for (Syntax.TestItem i : item.items()) {
      Body b = Body.of(draft, Site.body(Site.Kind.TEST), scope);
      switch (i) {
        case Syntax.TestItem.Assemble(Syntax.Expression at, List<Syntax.Text> lines, Span _) ->
            Expressions.whole(b, at)
                .filter(n -> isIndex(draft, n, at.span()))
                .ifPresent(n ->
                    steps.add(
                        new TestCase.Step.Assemble(
                            new Bits(Math.max(1, n.bitLength()), n),
                            lines.stream()
                                .map(l -> new TestCase.Line(l.text(), l.span()))
                                .toList())));
        case Syntax.TestItem.Step(Syntax.Expression count, Span _) ->
            Expressions.size(b, count, 0, MAX_STEPS, "the number of steps")
                .ifPresent(n -> steps.add(new TestCase.Step.Run(n)));
        case Syntax.TestItem.Do(
                Syntax.Statement.Assert(Syntax.Expression condition, Span span),
                Span _) -> {
          Expr c = Expressions.condition(b, condition);
          steps.add(new TestCase.Step.Assert(new Statement.Block(b.out, span), c, span));
        }
        case Syntax.TestItem.Do(Syntax.Statement s, Span span) -> {
          Statements.lowerAlone(b, s);
          steps.add(new TestCase.Step.Do(new Statement.Block(b.out, span)));
        }
      }
    }
    return new TestCase(item.name().text(), steps, item.span());
  }

  private static boolean isIndex(Draft draft, BigInteger n, Span span) {
    BigInteger places =
        draft.memories.stream()
            .map(m ->
                draft.units.isEmpty()
                    ? m.count()
                    : m.count()
                        .multiply(BigInteger.valueOf(m.width()))
                        .divide(BigInteger.valueOf(draft.units.get().width())))
            .reduce(BigInteger.ZERO, BigInteger::max);
    boolean fits = n.signum() >= 0 && n.compareTo(places) < 0;
    if (!fits) {
      draft.problems.report(
          Diagnostic.of(
              ClaimMistake.BAD_TEST,
              "there is no cell " + Mismatch.number(n),
              span,
              "the largest memory has " + places + " cells"));
    }
    return fits;
  }
}
