package trapline.lang;

import java.util.Map;
import trapline.diag.Diagnostic;
import trapline.diag.Span;

/// Warns where readers of C and readers of this language would put the parentheses differently.
///
///     a & b << 2        here a & (b << 2)
///     a | b + 1         here a | (b + 1)
final class PrecedenceLint {
  private static final Map<String, Integer> GROUP =
      Map.of("*", 1, "/", 1, "%", 1, "+", 1, "-", 1, "<<", 2, ">>", 2, "&", 3, "^", 4, "|", 5);

  private PrecedenceLint() {}

  static void check(Body b, Syntax.Expression.Binary e) {
    check(b, e, e.left());
    check(b, e, e.right());
  }

  private static void check(Body b, Syntax.Expression.Binary outer, Syntax.Expression operand) {
    if (!(operand instanceof Syntax.Expression.Binary inner)) {
      return;
    }
    Integer mine = GROUP.get(outer.operator());
    Integer its = GROUP.get(inner.operator());
    if (mine == null || its == null || mine.equals(its) || isGrouped(inner.span())) {
      return;
    }
    b.report(
        Diagnostic.of(
                BodyMistake.MIXED_OPERATORS,
                "`" + inner.operator() + "` inside `" + outer.operator() + "` without parentheses",
                inner.span(),
                "binds tighter than `" + outer.operator() + "`")
            .help("write `(" + Mismatch.source(inner) + ")`"));
  }

  /// Is the expression in parentheses of its own? Its span does not include them.
  private static boolean isGrouped(Span span) {
    String text = span.file().text();
    int i = span.start() - 1;
    while (i >= 0 && Character.isWhitespace(text.charAt(i))) {
      i--;
    }
    int j = span.end();
    while (j < text.length() && Character.isWhitespace(text.charAt(j))) {
      j++;
    }
    return i >= 0 && j < text.length() && text.charAt(i) == '(' && text.charAt(j) == ')';
  }
}
