package trapline.lang;

import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;

/// Words for values that do not fit: both sides, both declarations, and what to write instead.
final class Mismatch {
  private Mismatch() {}

  /// The other side of a mistake. Its words are found only when they are needed, which is seldom.
  record Side(Span span, Supplier<String> words) {
    Side(Span span, String text) {
      this(span, () -> text);
    }

    String text() {
      return words.get();
    }
  }

  static Side side(Body b, Syntax.Expression e, Type type) {
    return new Side(e.span(), () -> type.text() + origin(b, e));
  }

  /// ": element of `r`, declared at third.isa:19", for expressions that name a declared thing.
  static String origin(Body b, Syntax.Expression e) {
    return switch (e) {
      case Syntax.Expression.Reference r ->
          b.peek(r.name().text()).map(m -> declared(r.name().text(), m)).orElse("");
      case Syntax.Expression.Index i ->
          i.base() instanceof Syntax.Expression.Reference r
              ? b.peek(r.name().text())
                  .filter(m -> m instanceof Meaning.State || m instanceof Meaning.Storage)
                  .map(m ->
                      ": element of `" + r.name().text() + "`, declared at " + m.span().place())
                  .orElse("")
              : "";
      case Syntax.Expression.Member m ->
          field(b, m).map(p -> ": field declared at " + p.span().place()).orElse("");
      case Syntax.Expression.Number _,
          Syntax.Expression.Truth _,
          Syntax.Expression.Unary _,
          Syntax.Expression.Binary _,
          Syntax.Expression.Conditional _,
          Syntax.Expression.Match _,
          Syntax.Expression.Slice _,
          Syntax.Expression.Call _ ->
          "";
    };
  }

  private static Optional<Type.Part> field(Body b, Syntax.Expression.Member m) {
    if (m.base() instanceof Syntax.Expression.Reference r) {
      return b.peek(r.name().text())
          .flatMap(x ->
              switch (x) {
                case Meaning.State s when s.type() instanceof Type.View v ->
                    v.part(m.name().text());
                case Meaning.Variable s when s.type() instanceof Type.View v ->
                    v.part(m.name().text());
                default -> Optional.empty();
              });
    }
    return Optional.empty();
  }

  private static String declared(String name, Meaning m) {
    return m.span() == Span.NONE ? "" : ": `" + name + "`, declared at " + m.span().place();
  }

  /// A value of type `has` where `wanted` is due.
  static void report(Body b, Syntax.Expression e, Type has, Type wanted, @Nullable Side other) {
    Type from = has.plain();
    Type to = wanted.plain();
    if (from instanceof Type.Vector(int w, boolean s)
        && to instanceof Type.Vector(int v, boolean t)) {
      if (s != t) {
        var d =
            Diagnostic.of(
                TypeMistake.SIGN_MISMATCH,
                "`" + from.text() + "` and `" + to.text() + "` do not mix",
                e.span(),
                has.text() + origin(b, e));
        b.report(and(d, other).help("convert with `" + (t ? "int(" : "bits(") + source(e) + ")`"));
        return;
      }
      if (w != v) {
        var d =
            Diagnostic.of(
                TypeMistake.WIDTH_MISMATCH,
                "widths differ: " + v + " and " + w,
                e.span(),
                has.text() + origin(b, e));
        String fix =
            w > v
                ? "take the low "
                    + (v == 1 ? "bit" : v + " bits")
                    + " with `"
                    + grouped(e)
                    + "["
                    + (v == 1 ? "0" : v - 1 + "..0")
                    + "]`"
                : "widen it with `zext(" + source(e) + ", " + v + ")`, or `sext` to keep the sign";
        b.report(and(d, other).help(fix));
        return;
      }
    }
    types(b, e, has.text(), wanted, other);
  }

  private static Diagnostic and(Diagnostic d, @Nullable Side other) {
    return other == null ? d : d.with(other.span(), other.text());
  }

  static void types(Body b, Syntax.Expression e, String has, Type wanted, @Nullable Side other) {
    var d =
        and(
            Diagnostic.of(
                TypeMistake.TYPE_MISMATCH,
                wanted.text() + " is needed, not " + has,
                e.span(),
                has + origin(b, e)),
            other);
    Optional<String> help =
        switch (wanted.plain()) {
          case Type.Truth _ -> Optional.of("compare it: `" + source(e) + " != 0`");
          case Type.Enumeration(var type, var _) ->
              Optional.of(
                  has.startsWith("bits") || has.equals("a number")
                      ? "convert with `"
                          + type.name()
                          + "("
                          + source(e)
                          + ")`, or name an enumerator: "
                          + Spelling.listed(type.values().keySet())
                      : "`" + type.name() + "` has " + Spelling.listed(type.values().keySet()));
          case Type.Vector _
              when !has.startsWith("bits") && !has.startsWith("int") && !has.startsWith("a ") ->
              Optional.of("take its bits with `raw(" + source(e) + ")`");
          default -> Optional.empty();
        };
    b.report(help.map(d::help).orElse(d));
  }

  /// An operand that its operator does not take.
  static void operand(Body b, Syntax.Expression e, Type type, String operator) {
    var d =
        Diagnostic.of(
            TypeMistake.TYPE_MISMATCH,
            "`" + operator + "` does not take " + type.text(),
            e.span(),
            type.text() + origin(b, e));
    String fix =
        switch (type.plain()) {
          case Type.Truth _ ->
              switch (operator) {
                case "&" -> "truth values are joined by `&&`";
                case "|" -> "truth values are joined by `||`";
                case "^" -> "truth values differ by `!=`";
                case "~" -> "a truth value is negated by `!`";
                default -> "take its bit with `raw(" + source(e) + ")`";
              };
          case Type.Vector v when v.signed() -> "convert with `bits(" + source(e) + ")`";
          default -> "take its bits with `raw(" + source(e) + ")`";
        };
    b.report(d.help(fix));
  }

  static void needsWidth(Body b, Syntax.Expression e, String what) {
    b.report(
        Diagnostic.of(
                TypeMistake.NEEDS_WIDTH,
                what + " has no width here",
                e.span(),
                "nothing around it says how wide")
            .help("write `zext(" + source(e) + ", 8)` for 8 bits"));
  }

  static String number(BigInteger n) {
    return n.bitLength() <= 64
        ? n.toString()
        : n.signum() < 0 ? "a number below -2^64" : "a number above 2^64";
  }

  /// The expression as the author wrote it, if short.
  static String source(Syntax.Expression e) {
    String text = e.span().text().strip();
    return text.length() > 40 || text.contains("\n") || text.isEmpty() ? "…" : text;
  }

  private static String grouped(Syntax.Expression e) {
    return switch (e) {
      case Syntax.Expression.Binary _,
          Syntax.Expression.Unary _,
          Syntax.Expression.Conditional _,
          Syntax.Expression.Match _ ->
          "(" + source(e) + ")";
      case Syntax.Expression.Number _,
          Syntax.Expression.Truth _,
          Syntax.Expression.Reference _,
          Syntax.Expression.Index _,
          Syntax.Expression.Slice _,
          Syntax.Expression.Member _,
          Syntax.Expression.Call _ ->
          source(e);
    };
  }
}
