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
/// Where two alternatives share words, the earlier has them. The type of `addr` is that of the
/// first alternative's first `return`, so it must have one without a context.
final class Kinds {
  private Kinds() {}

  static void declare(Draft draft, Syntax.Item.OperandKind item) {
    int before = draft.problems.errors();
    String name = item.name().text();
    Type type = item.type().map(t -> Types.resolve(Body.outside(draft), t)).orElse(null);
    List<Kind.Alternative> alternatives = new ArrayList<>();
    List<Map<String, Meaning.Variable>> operands = new ArrayList<>();
    Map<String, Span> names = new LinkedHashMap<>();
    for (Syntax.KindAlternative a : item.alternatives()) {
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
      Optional<Encodings.Built> built =
          Encodings.build(draft, a.pattern(), a.span(), null, a.template(), a.condition());
      if (built.isEmpty()) {
        continue;
      }
      Encoding encoding = built.get().encoding();
      if (!alternatives.isEmpty()
          && alternatives.getFirst().encoding().width() != encoding.width()) {
        draft.problems.report(
            Diagnostic.of(
                    EncodingMistake.KIND_WIDTH,
                    "alternatives of one kind have one width: "
                        + alternatives.getFirst().encoding().width()
                        + " and "
                        + encoding.width(),
                    a.span(),
                    encoding.width() + " bits")
                .with(
                    alternatives.getFirst().span(),
                    alternatives.getFirst().encoding().width() + " bits")
                .help("fill the shorter with `0:n` or `_:n`"));
        continue;
      }
      List<Kind.Alternative> earlier =
          alternatives.stream()
              .filter(e -> Overlap.witness(e.encoding(), encoding).isPresent())
              .toList();
      alternatives.add(new Kind.Alternative(a.name().text(), encoding, earlier, a.span()));
      operands.add(built.get().operands());
    }
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
                getter,
                setter,
                address,
                item.name().span()),
            item.name().span()));
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
