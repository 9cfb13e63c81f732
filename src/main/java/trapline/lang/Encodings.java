package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Template;

/// Turns patterns into encodings: which bits are constant, where the operands lie, what else must
/// hold.
///
/// An operand of a kind must be one of its alternatives; that is part of the condition.
final class Encodings {
  private Encodings() {}

  /// An encoding and its operands as a body sees them.
  record Built(Encoding encoding, Map<String, Meaning.Variable> operands) {}

  /// The pieces of one operand, as found in the pattern from the left.
  private record Found(Type type, List<Encoding.Piece> pieces, boolean isWhole, Span span) {}

  /// `wanted` is the width of the instruction word, null where any width will do.
  static Optional<Built> build(
      Draft draft,
      List<Syntax.PatternItem> pattern,
      Span span,
      @Nullable Integer wanted,
      Syntax.Text template,
      Optional<Syntax.Expression> condition) {
    int before = draft.problems.errors();
    int width = 0;
    for (Syntax.PatternItem item : pattern) {
      int w = width(draft, item);
      if (w > Types.MAX_WIDTH || w < 1 || width > Types.MAX_WIDTH) {
        draft.problems.report(
            Diagnostic.of(
                EncodingMistake.PATTERN_WIDTH,
                "a pattern has at most " + Types.MAX_WIDTH + " bits",
                item.span(),
                "too wide"));
        return Optional.empty();
      }
      if (item instanceof Syntax.PatternItem.Kind k
          && kindType(draft, k.kind()) instanceof Type.Poison) {
        return Optional.empty();
      }
      width += w;
    }
    if (draft.problems.errors() > before) {
      return Optional.empty();
    }
    int whole = wanted == null ? width : wanted;
    int unit = wanted == null || draft.unit == null ? whole : draft.unit.width();
    if (unit < whole) {
      if (width % unit != 0 || width > whole) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.PATTERN_WIDTH,
                    "the pattern has "
                        + width
                        + " bits, an instruction a multiple of "
                        + unit
                        + " up to "
                        + whole,
                    span,
                    width > whole ? (width - whole) + " bits too many" : "no multiple of " + unit)
                .help(
                    width > whole
                        ? "make an operand narrower"
                        : "add `0:"
                            + (unit - width % unit)
                            + "` for zeros, or `_:"
                            + (unit - width % unit)
                            + "` for ignored bits"));
        return Optional.empty();
      }
    } else if (width != whole) {
      draft.problems.report(
          Diagnostic.of(
                  EncodingMistake.PATTERN_WIDTH,
                  "the pattern has " + width + " bits, an instruction " + whole,
                  span,
                  width < whole
                      ? (whole - width) + " bits are missing"
                      : (width - whole) + " bits too many")
              .help(
                  width < whole
                      ? "add `0:"
                          + (whole - width)
                          + "` for zeros, or `_:"
                          + (whole - width)
                          + "` for ignored bits"
                      : "make an operand narrower"));
      return Optional.empty();
    }
    if (width == 0) {
      draft.problems.report(
          Diagnostic.of(EncodingMistake.PATTERN_WIDTH, "an empty pattern", span, "no bits"));
      return Optional.empty();
    }
    Bits mask = Bits.zero(whole);
    Bits match = Bits.zero(whole);
    Map<String, Found> found = new LinkedHashMap<>();
    int at = whole;
    for (Syntax.PatternItem item : pattern) {
      int w = width(draft, item);
      at -= w;
      switch (item) {
        case Syntax.PatternItem.Constant(var value, int _, Span place) -> {
          mask = mask.insert(at + w - 1, at, Bits.ones(w));
          match = match.insert(at + w - 1, at, new Bits(w, value));
        }
        case Syntax.PatternItem.Operand(Syntax.Name name, int _, Span place) ->
            whole(
                draft,
                found,
                name,
                new Found(Type.bits(w), List.of(new Encoding.Piece(0, at, w)), true, place));
        case Syntax.PatternItem.Kind(Syntax.Name name, Syntax.Name kind, Span place) ->
            whole(
                draft,
                found,
                name,
                new Found(
                    kindType(draft, kind), List.of(new Encoding.Piece(0, at, w)), true, place));
        case Syntax.PatternItem.Piece(Syntax.Name name, int high, int low, Span place) -> {
          Encoding.Piece piece = new Encoding.Piece(Math.min(low, high), at, w);
          Found so = found.get(name.text());
          if (so == null) {
            found.put(
                name.text(),
                new Found(Type.bits(1), new ArrayList<>(List.of(piece)), false, place));
          } else if (so.isWhole) {
            twice(draft, name, so.span);
          } else {
            so.pieces.add(piece);
          }
        }
        case Syntax.PatternItem.Ignored _ -> {}
      }
    }
    List<Encoding.Operand> operands = new ArrayList<>();
    Map<String, Meaning.Variable> variables = new LinkedHashMap<>();
    Scope scope = new Scope(null);
    Expr restriction = Fold.TRUE;
    for (Map.Entry<String, Found> e : found.entrySet()) {
      Found f = e.getValue();
      Type type = f.isWhole ? f.type : complete(draft, e.getKey(), f);
      Local local = new Local(e.getKey(), type.width());
      operands.add(new Encoding.Operand(local, List.copyOf(f.pieces)));
      Meaning.Variable v = new Meaning.Variable(local, type, false, "operand", f.span);
      variables.put(e.getKey(), v);
      scope.declare(e.getKey(), v);
      restriction = Fold.and(restriction, restriction(type, local));
    }
    if (draft.problems.errors() > before) {
      return Optional.empty();
    }
    if (condition.isPresent()) {
      Set<Local> locals = new LinkedHashSet<>();
      operands.forEach(o -> locals.add(o.local()));
      Expr c = Expressions.condition(Body.of(draft, Site.condition(), scope), condition.get());
      if (draft.problems.errors() == before && !Words.isOver(c, locals)) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.BAD_DECODE_CONDITION,
                    "a decode condition depends on the operands alone",
                    condition.get().span(),
                    "reads the machine's state")
                .help("test the state in the body, and trap"));
      }
      restriction = Fold.and(restriction, c);
    }
    Template printed = Templates.parse(draft, template, variables);
    if (draft.problems.errors() > before) {
      return Optional.empty();
    }
    Optional<Expr> only = Fold.isTrue(restriction) ? Optional.empty() : Optional.of(restriction);
    int decided = only.map(c -> Overlap.decided(c, operands, whole)).orElse(0);
    return Optional.of(
        new Built(new Encoding(mask, match, operands, only, printed, width, decided), variables));
  }

  private static int width(Draft draft, Syntax.PatternItem item) {
    return switch (item) {
      case Syntax.PatternItem.Constant c -> c.width();
      case Syntax.PatternItem.Operand o -> o.width();
      case Syntax.PatternItem.Kind k -> kindType(draft, k.kind()).width();
      case Syntax.PatternItem.Piece p ->
          Math.max(p.high(), p.low()) > Types.MAX_WIDTH
              ? Integer.MAX_VALUE
              : Math.abs(p.high() - p.low()) + 1;
      case Syntax.PatternItem.Ignored i -> i.width();
    };
  }

  private static Type kindType(Draft draft, Syntax.Name name) {
    Optional<Meaning> meaning = draft.lookup(name);
    if (meaning.isPresent()) {
      switch (meaning.get()) {
        case Meaning.OperandKindName(Kind kind, Span _) -> {
          return new Type.OfKind(kind);
        }
        case Meaning.TypeName(Type type, Span _) -> {
          return type;
        }
        case Meaning.Poisoned _ -> {
          return Type.POISON;
        }
        case Meaning m ->
            draft.problems.report(
                Diagnostic.of(
                        NameMistake.WRONG_KIND_OF_NAME,
                        "`" + name.text() + "` is a " + m.noun() + ", not an operand kind",
                        name.span(),
                        "a kind or a type is needed")
                    .with(m.span(), "declared here"));
      }
    } else if (!draft.isBeingDefined(name.text())) {
      draft.problems.report(
          Diagnostic.of(
                  NameMistake.UNKNOWN_NAME,
                  "there is no operand kind `" + name.text() + "`",
                  name.span(),
                  "not declared")
              .help(
                  Spelling.advice(
                      name.text(),
                      draft.names(),
                      "declare it with `operand " + name.text() + " { … }`")));
    }
    return Type.POISON;
  }

  private static void whole(Draft draft, Map<String, Found> found, Syntax.Name name, Found f) {
    Found before = found.putIfAbsent(name.text(), f);
    if (before != null) {
      twice(draft, name, before.span);
    }
  }

  private static void twice(Draft draft, Syntax.Name name, Span before) {
    draft.problems.report(
        Diagnostic.of(
                EncodingMistake.DUPLICATE_OPERAND,
                "operand `" + name.text() + "` stands twice in the pattern",
                name.span(),
                "again here")
            .with(before, "first here")
            .help(
                "pieces of one operand are written `"
                    + name.text()
                    + "[7..4]` … `"
                    + name.text()
                    + "[3..0]`"));
  }

  /// The pieces must make up the operand, each bit once.
  private static Type complete(Draft draft, String name, Found f) {
    int width = 0;
    for (Encoding.Piece p : f.pieces) {
      width = Math.max(width, p.low() + p.width());
    }
    if (width > Types.MAX_WIDTH) {
      draft.problems.report(
          Diagnostic.of(
              EncodingMistake.INCOMPLETE_OPERAND,
              "operand `" + name + "` is too wide",
              f.span,
              width + " bits"));
      return Type.bits(1);
    }
    int[] times = new int[width];
    for (Encoding.Piece p : f.pieces) {
      for (int i = p.low(); i < p.low() + p.width(); i++) {
        times[i]++;
      }
    }
    for (int i = 0; i < width; i++) {
      if (times[i] != 1) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.INCOMPLETE_OPERAND,
                    "bit "
                        + i
                        + " of operand `"
                        + name
                        + "` "
                        + (times[i] == 0 ? "stands nowhere" : "stands twice"),
                    f.span,
                    "its pieces make up bits " + (width - 1) + "..0")
                .help(
                    times[i] == 0
                        ? "add `" + name + "[" + i + "]` to the pattern"
                        : "each bit of an operand stands once"));
        break;
      }
    }
    return Type.bits(width);
  }

  /// What must hold of an operand for the word to be this instruction.
  private static Expr restriction(Type type, Local local) {
    return switch (type) {
      case Type.OfKind(Kind kind) -> {
        Expr any = kind.isAny(local);
        yield Overlap.isAlways(any, local) ? Fold.TRUE : any;
      }
      case Type.Enumeration(var e, var _) -> {
        if (e.values().size() == 1L << Math.min(e.width(), 40)) {
          yield Fold.TRUE;
        }
        Expr any = Fold.FALSE;
        for (Bits v : e.values().values()) {
          any = Fold.or(any, Fold.equal(local, v));
        }
        yield any;
      }
      case Type.Vector _, Type.Truth _, Type.View _, Type.Poison _ -> Fold.TRUE;
    };
  }
}
