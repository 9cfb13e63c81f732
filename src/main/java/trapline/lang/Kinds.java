package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Encoding;
import trapline.isa.Local;
import trapline.isa.OperandKind;
import trapline.isa.Statement;

/// Declares operand kinds: their alternatives' encodings, and their accessors as functions of the
/// bits.
///
/// Where two alternatives of one length share words, the earlier has them; where a shorter one is
/// the beginning of a longer one, the longer. The type of `addr` is that of the first alternative's
/// first `return`, so it must have one without a context.
final class Kinds {
  private Kinds() {}

  static void declare(Draft draft, Syntax.Item.OperandKind written) {
    int before = draft.problems.errors();
    String name = written.name().text();
    Kind base = written.base().flatMap(b -> base(draft, b)).orElse(null);
    if (written.base().isPresent() && base == null) {
      draft.declare(written.name(), new Meaning.Poisoned(written.name().span()));
      return;
    }
    Syntax.Item.OperandKind item = base == null ? written : extended(written, base);
    Type type =
        item.type()
            .map(t -> Types.resolve(Body.outside(draft), t))
            .orElse(base == null ? null : base.type());
    List<Encoding> encodings = new ArrayList<>();
    List<Map<String, Meaning.Variable>> operands = new ArrayList<>();
    Map<String, Span> names = new LinkedHashMap<>();
    Kind.Hole hole = null;
    item.hole().ifPresent(h -> draft.glossary.declare("hole", name, h.name(), h.width() + " bits"));
    for (Syntax.KindAlternative a : item.alternatives()) {
      draft.glossary.declare("alternative", name, a.name(), a.template().text());
      Span twin = names.putIfAbsent(a.name().text(), a.name().span());
      if (twin != null) {
        draft.problems.report(
            Diagnostic.of(
                    NameMistake.DUPLICATE_NAME,
                    "two alternatives are called `" + a.name().text() + "`",
                    a.name().span(),
                    "again here")
                .with(twin, "first here"));
      }
      List<Syntax.PatternItem> pattern = new ArrayList<>();
      Kind.Hole found = null;
      int offset = 0;
      for (Syntax.PatternItem p : a.pattern()) {
        int w = Encodings.width(draft, p);
        if (item.hole().isPresent()
            && p instanceof Syntax.PatternItem.Operand(Syntax.Name n, int _, Span place)
            && n.text().equals(item.hole().get().name().text())) {
          draft.glossary.mention("hole", name, n);
          found = new Kind.Hole(offset, w);
          pattern.add(new Syntax.PatternItem.Ignored(w, place));
        } else {
          pattern.add(p);
        }
        offset += w;
      }
      if (item.hole().isPresent() && !fills(draft, item, a, found, hole)) {
        continue;
      }
      hole = found;
      Encodings.build(draft, pattern, a.span(), null, a.template(), a.condition())
          .ifPresent(b -> {
            encodings.add(b.encoding());
            operands.add(b.operands());
          });
    }
    List<Kind.Alternative> alternatives =
        draft.problems.errors() > before ? List.of() : alternatives(draft, item, encodings);
    if (item.alternatives().isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
              EncodingMistake.INCOMPLETE_KIND,
              "operand kind `" + name + "` has no alternatives",
              item.name().span(),
              "nothing can be written"));
    }
    if (draft.problems.errors() > before) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    int width = alternatives.getFirst().encoding().width();
    OperandKind model =
        new OperandKind(
            name,
            width,
            alternatives.stream()
                .map(a -> new OperandKind.Alternative(a.name(), a.encoding()))
                .toList());
    boolean gets = complete(draft, item, "get", a -> a.get().isPresent());
    boolean sets = complete(draft, item, "set", a -> a.set().isPresent());
    boolean addresses = complete(draft, item, "addr", a -> a.address().isPresent());
    if (gets && type == null) {
      draft.problems.report(
          Diagnostic.of(
                  EncodingMistake.INCOMPLETE_KIND,
                  "operand kind `" + name + "` is read, but has no type",
                  item.name().span(),
                  "has `get`")
              .help("write `operand " + name + " : Word { … }`"));
    }
    Type value = type == null ? Type.bits(1) : type;
    Routine getter =
        gets
            ? accessor(
                draft,
                item,
                name + ".get",
                width,
                value,
                null,
                alternatives,
                operands,
                a -> a.get().orElseThrow())
            : null;
    Routine setter =
        sets
            ? accessor(
                draft,
                item,
                name + ".set",
                width,
                null,
                value,
                alternatives,
                operands,
                a -> a.set().orElseThrow())
            : null;
    Routine address = null;
    if (addresses) {
      Type at = addressType(draft, item, operands);
      address =
          accessor(
              draft,
              item,
              name + ".addr",
              width,
              at,
              null,
              alternatives,
              operands,
              a -> a.address().orElseThrow());
    }
    draft.declare(
        item.name(),
        new Meaning.OperandKindName(
            new Kind(
                name,
                type,
                width,
                model,
                alternatives,
                hole,
                getter,
                setter,
                address,
                item.alternatives(),
                item.name().span()),
            item.name().span()));
  }

  private static Optional<Kind> base(Draft draft, Syntax.Name name) {
    return switch (Encodings.kindType(draft, name)) {
      case Type.OfKind(Kind kind) -> Optional.of(kind);
      case Type.Poison poison -> Optional.empty();
      case Type type -> {
        draft.problems.report(
            Diagnostic.of(
                NameMistake.WRONG_KIND_OF_NAME,
                "`" + name.text() + "` is the type " + type.text() + ", not an operand kind",
                name.span(),
                "a kind is needed"));
        yield Optional.empty();
      }
    };
  }

  /// A kind's own alternatives, then those of the kind that it extends.
  private static Syntax.Item.OperandKind extended(Syntax.Item.OperandKind item, Kind base) {
    List<Syntax.KindAlternative> all = new ArrayList<>(item.alternatives());
    all.addAll(base.written());
    return new Syntax.Item.OperandKind(
        item.name(), item.hole(), item.base(), item.type(), all, item.span());
  }

  /// Whether an alternative leaves the hole where the one before does.
  private static boolean fills(
      Draft draft,
      Syntax.Item.OperandKind item,
      Syntax.KindAlternative alternative,
      Kind.@Nullable Hole found,
      Kind.@Nullable Hole before) {
    var hole = item.hole().orElseThrow();
    if (found != null
        && found.width() == hole.width()
        && (before == null || before.equals(found))) {
      return true;
    }
    draft.problems.report(
        Diagnostic.of(
                EncodingMistake.KIND_HOLE,
                "`"
                    + hole.name().text()
                    + ":"
                    + hole.width()
                    + "` stands at one place in all alternatives",
                alternative.span(),
                found == null
                    ? "is missing here"
                    : found.width() != hole.width()
                        ? "has " + found.width() + " bits"
                        : "elsewhere")
            .with(hole.span(), "declared here"));
    return false;
  }

  /// The alternatives in one width, and which of them comes first where they share bits.
  private static List<Kind.Alternative> alternatives(
      Draft draft, Syntax.Item.OperandKind item, List<Encoding> encodings) {
    int width = Math.max(1, encodings.stream().mapToInt(Encoding::length).max().orElse(1));
    List<Encoding> padded = encodings.stream().map(e -> Encodings.padded(e, width)).toList();
    Kind.Alternative[] made = new Kind.Alternative[padded.size()];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < made.length; i++) {
      order.add(i);
    }
    order.sort((x, y) -> Integer.compare(padded.get(y).length(), padded.get(x).length()));
    for (int at = 0; at < made.length; at++) {
      int i = order.get(at);
      Encoding e = padded.get(i);
      List<Kind.Alternative> earlier = new ArrayList<>();
      for (int j : order.subList(0, at)) {
        Kind.Alternative other = java.util.Objects.requireNonNull(made[j]);
        if (Overlap.witness(other.encoding(), e).isEmpty()) {
          continue;
        }
        earlier.add(other);
        if (other.encoding().length() > e.length()
            && Overlap.witness(other.encoding(), Encodings.ended(e)).isPresent()) {
          draft.problems.report(
              Diagnostic.of(
                      EncodingMistake.KIND_WIDTH,
                      "`"
                          + item.alternatives().get(i).name().text()
                          + "` with zeros behind reads as `"
                          + other.name()
                          + "`",
                      item.alternatives().get(i).span(),
                      e.length() + " bits")
                  .with(other.span(), other.encoding().length() + " bits")
                  .help("make a constant differ, or not all zero in the longer"));
        }
      }
      made[i] =
          new Kind.Alternative(
              item.alternatives().get(i).name().text(),
              e,
              List.copyOf(earlier),
              item.alternatives().get(i).span());
    }
    return List.of(made);
  }

  private static boolean complete(
      Draft draft,
      Syntax.Item.OperandKind item,
      String word,
      java.util.function.Predicate<Syntax.KindAlternative> has) {
    List<String> without =
        item.alternatives().stream().filter(a -> !has.test(a)).map(a -> a.name().text()).toList();
    if (without.isEmpty() || without.size() == item.alternatives().size()) {
      return without.isEmpty();
    }
    draft.problems.report(
        Diagnostic.of(
                EncodingMistake.INCOMPLETE_KIND,
                "`" + word + "` is missing in " + Spelling.listed(without),
                item.name().span(),
                "other alternatives of `" + item.name().text() + "` declare it")
            .help(
                "declare it in all alternatives; where it makes no sense, `trap` or `unpredictable`"));
    return false;
  }

  /// The type of the first value that an `addr` returns.
  private static Type addressType(
      Draft draft, Syntax.Item.OperandKind item, List<Map<String, Meaning.Variable>> operands) {
    for (int i = 0; i < item.alternatives().size(); i++) {
      Scope scope = new Scope(null);
      operands.get(i).forEach(scope::declare);
      Body b = Body.of(draft, Site.function(Type.bits(1)), scope).silent();
      Optional<Type> type = returned(b, item.alternatives().get(i).address().orElseThrow());
      if (type.isPresent()) {
        return type.get();
      }
    }
    draft.problems.report(
        Diagnostic.of(
                TypeMistake.NEEDS_WIDTH,
                "the width of `addr` is not known",
                item.name().span(),
                "no alternative tells it")
            .help("return `zext(…, n)`, or a variable of known width"));
    return Type.bits(1);
  }

  private static Optional<Type> returned(Body b, Syntax.Block block) {
    Body inner = b.scoped();
    for (Syntax.Statement s : block.statements()) {
      switch (s) {
        case Syntax.Statement.Return(Optional<Syntax.Expression> value, Span _)
            when value.isPresent() -> {
          return Optional.ofNullable(Expressions.natural(inner, value.get()));
        }
        case Syntax.Statement.If(var _, Syntax.Block then, var otherwise, Span _) -> {
          Optional<Type> found =
              returned(inner, then).or(() -> otherwise.flatMap(o -> returned(inner, o)));
          if (found.isPresent()) {
            return found;
          }
        }
        default -> Statements.lowerAlone(inner, s);
      }
    }
    return Optional.empty();
  }

  /// A function of the operand's bits that chooses the alternative and runs its block.
  private static Routine accessor(
      Draft draft,
      Syntax.Item.OperandKind item,
      String name,
      int width,
      @Nullable Type result,
      @Nullable Type parameter,
      List<Kind.Alternative> alternatives,
      List<Map<String, Meaning.Variable>> operands,
      Function<Syntax.KindAlternative, Syntax.Block> block) {
    Type bits = Type.bits(width);
    Meaning.Variable operand =
        new Meaning.Variable(new Local("bits", width), bits, false, "operand", item.span());
    List<Meaning.Variable> parameters = new ArrayList<>(List.of(operand));
    Local value = new Local("value", parameter == null ? 1 : parameter.width());
    if (parameter != null) {
      parameters.add(new Meaning.Variable(value, parameter, false, "parameter", item.span()));
    }
    return Bodies.routine(
        draft,
        name,
        parameters,
        result,
        item.span(),
        b -> {
          Statement.Block chain = Statement.Block.EMPTY;
          for (int i = alternatives.size() - 1; i >= 0; i--) {
            Kind.Alternative a = alternatives.get(i);
            Syntax.KindAlternative syntax = item.alternatives().get(i);
            Body arm = b.apart();
            for (Encoding.Operand o : a.encoding().operands()) {
              arm.emit(new Statement.Assign(o.local(), Words.operand(o, operand.local())));
            }
            operands.get(i).forEach(arm.scope::declare);
            if (parameter != null) {
              syntax
                  .setParameter()
                  .ifPresent(p ->
                      Statements.declare(
                          arm,
                          p,
                          new Meaning.Variable(value, parameter, false, "parameter", p.span())));
            }
            Syntax.Block code = block.apply(syntax);
            if (Statements.lower(arm, code) == Flow.GOES_ON && result != null) {
              Bodies.missingReturn(b, name, code.span(), item.span());
            }
            Statement.Block body = new Statement.Block(arm.out, code.span());
            chain =
                i == alternatives.size() - 1
                    ? body
                    : new Statement.Block(
                        List.of(new Statement.If(Kind.isA(a, operand.local()), body, chain)),
                        item.span());
          }
          b.out.addAll(chain.statements());
        });
  }
}
