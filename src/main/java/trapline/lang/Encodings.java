package trapline.lang;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
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

  /// The encodings of a pattern, the shortest first, and its operands as a body sees them.
  record Built(List<Encoding> encodings, Map<String, Meaning.Variable> operands) {
    Encoding encoding() {
      return encodings.getFirst();
    }
  }

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
    Map<String, Span> first = new HashMap<>();
    pattern.forEach(item -> tell(draft.glossary, item, first));
    List<Layout> layouts = new ArrayList<>();
    for (Map<Syntax.PatternItem, Integer> choice : choices(draft, pattern)) {
      Optional<Layout> layout = lay(draft, pattern, span, wanted, choice);
      if (layout.isEmpty()) {
        return Optional.empty();
      }
      layouts.add(layout.get());
    }
    return finished(draft, layouts, template, condition);
  }

  /// Tells where operands are named, which may be scattered over several places.
  private static void tell(Glossary glossary, Syntax.PatternItem item, Map<String, Span> first) {
    Syntax.Name name =
        switch (item) {
          case Syntax.PatternItem.Operand o -> o.name();
          case Syntax.PatternItem.Piece p -> p.name();
          case Syntax.PatternItem.Kind k -> {
            k.hole().ifPresent(hole -> tell(glossary, hole, first));
            yield k.name();
          }
          case Syntax.PatternItem.Constant _, Syntax.PatternItem.Ignored _ -> null;
        };
    if (name != null) {
      Span before = first.putIfAbsent(name.text(), name.span());
      if (before == null) {
        glossary.name(item.span(), name);
      } else {
        glossary.mention(name, before);
      }
    }
  }

  /// Where everything lies in an encoding of so many bits, and how long operands are whose kinds
  /// leave it open.
  private record Layout(
      int length, Bits mask, Bits match, Map<String, Found> found, Map<String, Integer> lengths) {}

  /// How long each operand may be whose kind leaves it open, in all combinations.
  private static List<Map<Syntax.PatternItem, Integer>> choices(
      Draft draft, List<Syntax.PatternItem> pattern) {
    List<Map<Syntax.PatternItem, Integer>> choices = new ArrayList<>(List.of(Map.of()));
    for (Syntax.PatternItem item : pattern) {
      if (item instanceof Syntax.PatternItem.Kind k
          && kindType(draft, k.kind()) instanceof Type.OfKind(Kind kind)
          && kind.lengths().size() > 1) {
        List<Map<Syntax.PatternItem, Integer>> next = new ArrayList<>();
        for (Map<Syntax.PatternItem, Integer> so : choices) {
          for (int length : kind.lengths()) {
            Map<Syntax.PatternItem, Integer> more = new IdentityHashMap<>(so);
            more.put(item, length);
            next.add(more);
          }
        }
        choices = next;
      }
    }
    return choices;
  }

  private static Optional<Layout> lay(
      Draft draft,
      List<Syntax.PatternItem> pattern,
      Span span,
      @Nullable Integer wanted,
      Map<Syntax.PatternItem, Integer> choice) {
    int before = draft.problems.errors();
    int width = 0;
    for (Syntax.PatternItem item : pattern) {
      int w = choice.getOrDefault(item, width(draft, item));
      if (w > Types.MAX_WIDTH || (w < 1 && !choice.containsKey(item)) || width > Types.MAX_WIDTH) {
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
    int whole = wanted == null ? Math.max(1, width) : wanted;
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
    } else if (wanted != null && width != whole) {
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
    if (width == 0 && wanted != null) {
      draft.problems.report(
          Diagnostic.of(EncodingMistake.PATTERN_WIDTH, "an empty pattern", span, "no bits"));
      return Optional.empty();
    }
    Bits mask = Bits.zero(whole);
    Bits match = Bits.zero(whole);
    Map<String, Found> found = new LinkedHashMap<>();
    Map<String, Integer> lengths = new LinkedHashMap<>();
    int at = whole;
    for (Syntax.PatternItem item : pattern) {
      int w = choice.getOrDefault(item, width(draft, item));
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
        case Syntax.PatternItem.Kind(
                Syntax.Name name,
                Syntax.Name kind,
                Optional<Syntax.PatternItem> hole,
                Span place) -> {
          Type type = kindType(draft, kind);
          if (type instanceof Type.OfKind(Kind k)) {
            lengths.put(name.text(), w);
            whole(draft, found, name, new Found(type, pieces(k, at, w), true, place));
            Cubes.Cube common = k.common(w);
            if (choice.containsKey(item) || k.hole() != null) {
              for (Encoding.Piece p : pieces(k, at, w)) {
                int top = p.at() + p.width() - 1;
                int high = p.low() + p.width() - 1;
                mask = mask.insert(top, p.at(), common.mask().extract(high, p.low()));
                match = match.insert(top, p.at(), common.match().extract(high, p.low()));
              }
            }
            if (k.hole() != null || hole.isPresent()) {
              int low = k.hole() == null ? 0 : at + w - k.hole().offset() - k.hole().width();
              switch (fitting(draft, k, hole, place)) {
                case Syntax.PatternItem.Constant(var value, int n, Span _) -> {
                  mask = mask.insert(low + n - 1, low, Bits.ones(n));
                  match = match.insert(low + n - 1, low, new Bits(n, value));
                }
                case Syntax.PatternItem.Operand(Syntax.Name n, int bits, Span there) ->
                    whole(
                        draft,
                        found,
                        n,
                        new Found(
                            Type.bits(bits),
                            List.of(new Encoding.Piece(0, low, bits)),
                            true,
                            there));
                case null -> {}
                default -> {}
              }
            }
          } else {
            whole(
                draft,
                found,
                name,
                new Found(type, List.of(new Encoding.Piece(0, at, w)), true, place));
          }
        }
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
    return draft.problems.errors() > before
        ? Optional.empty()
        : Optional.of(new Layout(width, mask, match, found, lengths));
  }

  /// What stands in the hole of a kind; null after a report.
  private static Syntax.@Nullable PatternItem fitting(
      Draft draft, Kind kind, Optional<Syntax.PatternItem> hole, Span place) {
    int wanted = kind.hole() == null ? 0 : kind.hole().width();
    boolean fits =
        hole.isPresent()
            && !(hole.get() instanceof Syntax.PatternItem.Kind)
            && !(hole.get() instanceof Syntax.PatternItem.Piece)
            && width(draft, hole.get()) == wanted;
    if (fits) {
      return hole.get();
    }
    draft.problems.report(
        Diagnostic.of(
                EncodingMistake.KIND_HOLE,
                wanted == 0
                    ? "operand kind `" + kind.name() + "` leaves nothing open"
                    : "operand kind `" + kind.name() + "` leaves " + wanted + " bits open",
                hole.map(Syntax.PatternItem::span).orElse(place),
                wanted == 0 ? "to be removed" : "say what stands there")
            .with(kind.span(), "declared here")
            .help(
                wanted == 0
                    ? "write the name of the kind alone"
                    : "write `"
                        + kind.name()
                        + "(0b"
                        + "0".repeat(wanted)
                        + ")` or `"
                        + kind.name()
                        + "(x:"
                        + wanted
                        + ")`"));
    return null;
  }

  /// The pieces of an operand of a kind that begins below bit `at + length`.
  private static List<Encoding.Piece> pieces(Kind kind, int at, int length) {
    int behind = kind.width() - length;
    Kind.Hole hole = kind.hole();
    if (length == 0) {
      return List.of();
    }
    if (hole == null) {
      return List.of(new Encoding.Piece(behind, at, length));
    }
    List<Encoding.Piece> pieces = new ArrayList<>();
    int low = length - hole.offset() - hole.width();
    if (hole.offset() > 0) {
      int above = low + hole.width();
      pieces.add(new Encoding.Piece(behind + above, at + above, hole.offset()));
    }
    if (low > 0) {
      pieces.add(new Encoding.Piece(behind, at, low));
    }
    return pieces;
  }

  private static Optional<Built> finished(
      Draft draft,
      List<Layout> layouts,
      Syntax.Text template,
      Optional<Syntax.Expression> condition) {
    int before = draft.problems.errors();
    Map<String, Meaning.Variable> variables = new LinkedHashMap<>();
    Scope scope = new Scope(null);
    for (Map.Entry<String, Found> e : layouts.getFirst().found.entrySet()) {
      Found f = e.getValue();
      Type type = f.isWhole ? f.type : complete(draft, e.getKey(), f);
      Local local = new Local(e.getKey(), type.width());
      Meaning.Variable v = new Meaning.Variable(local, type, false, "operand", f.span);
      variables.put(e.getKey(), v);
      scope.declare(e.getKey(), v);
    }
    if (draft.problems.errors() > before) {
      return Optional.empty();
    }
    Expr decode = Fold.TRUE;
    if (condition.isPresent()) {
      Set<Local> locals = new LinkedHashSet<>();
      variables.values().forEach(v -> locals.add(v.local()));
      decode = Expressions.condition(Body.of(draft, Site.condition(), scope), condition.get());
      if (draft.problems.errors() == before && !Words.isOver(decode, locals)) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.BAD_DECODE_CONDITION,
                    "a decode condition depends on the operands alone",
                    condition.get().span(),
                    "reads the machine's state")
                .help("test the state in the body, and trap"));
      }
    }
    Template printed = Templates.parse(draft, template, variables);
    if (draft.problems.errors() > before) {
      return Optional.empty();
    }
    List<Encoding> encodings = new ArrayList<>();
    for (Layout layout : layouts) {
      int whole = layout.mask.width();
      List<Encoding.Operand> operands = new ArrayList<>();
      Expr restriction = Fold.TRUE;
      for (Map.Entry<String, Found> e : layout.found.entrySet()) {
        Meaning.Variable v = java.util.Objects.requireNonNull(variables.get(e.getKey()));
        operands.add(new Encoding.Operand(v.local(), List.copyOf(e.getValue().pieces)));
        Integer length = layout.lengths.get(e.getKey());
        restriction = Fold.and(restriction, restriction(v.type(), v.local(), length));
      }
      restriction = Fold.and(restriction, decode);
      Optional<Expr> only = Fold.isTrue(restriction) ? Optional.empty() : Optional.of(restriction);
      int decided = only.map(c -> Overlap.decided(c, operands, whole)).orElse(0);
      encodings.add(
          new Encoding(layout.mask, layout.match, operands, only, printed, layout.length, decided));
    }
    encodings.sort((a, b) -> Integer.compare(a.length(), b.length()));
    return Optional.of(new Built(List.copyOf(encodings), variables));
  }

  /// The encoding in a wider word, of which it is the high bits.
  static Encoding padded(Encoding e, int width) {
    int behind = width - e.width();
    if (behind == 0) {
      return e;
    }
    List<Encoding.Operand> operands =
        e.operands().stream()
            .map(o ->
                new Encoding.Operand(
                    o.local(),
                    o.pieces().stream()
                        .map(p -> new Encoding.Piece(p.low(), p.at() + behind, p.width()))
                        .toList()))
            .toList();
    return new Encoding(
        e.mask().concat(Bits.zero(behind)),
        e.match().concat(Bits.zero(behind)),
        operands,
        e.condition(),
        e.template(),
        e.length(),
        e.decided());
  }

  /// The encoding with zeros behind it.
  static Encoding ended(Encoding e) {
    int behind = e.width() - e.length();
    return behind == 0
        ? e
        : new Encoding(
            e.mask().insert(behind - 1, 0, Bits.ones(behind)),
            e.match(),
            e.operands(),
            e.condition(),
            e.template(),
            e.length(),
            e.decided());
  }

  static int width(Draft draft, Syntax.PatternItem item) {
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

  static Type kindType(Draft draft, Syntax.Name name) {
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

  /// What must hold of an operand for the word to be this instruction; of a kind, if it has so many
  /// bits.
  private static Expr restriction(Type type, Local local, @Nullable Integer length) {
    return switch (type) {
      case Type.OfKind(Kind kind) when length != null && kind.lengths().size() > 1 ->
          kind.isAny(length, local);
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
