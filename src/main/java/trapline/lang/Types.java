package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.EnumType;

/// Resolves types, and declares the names for them: enums and type aliases.
final class Types {
  /// No machine has wider words; a guard against absurd sizes.
  static final int MAX_WIDTH = 4096;

  private Types() {}

  /// Whether `type` is the name of something that was declared wrongly, and reported there.
  static boolean isPoisoned(Draft draft, Syntax.Type type) {
    return type instanceof Syntax.Type.Named(Syntax.Name name, Span _)
        && draft.lookup(name).orElse(null) instanceof Meaning.Poisoned;
  }

  /// The type written; poison after a report.
  static Type resolve(Body b, Syntax.Type type) {
    return switch (type) {
      case Syntax.Type.Bool _ -> Type.TRUTH;
      case Syntax.Type.BitVector(Syntax.Expression width, boolean signed, Span _) ->
          Expressions.size(b, width, 1, MAX_WIDTH, "a width")
              .<Type>map(w -> new Type.Vector(w, signed))
              .orElse(Type.POISON);
      case Syntax.Type.Named(Syntax.Name name, Span _) -> {
        Optional<Meaning> meaning = b.draft.lookup(name);
        if (meaning.isPresent() && meaning.get() instanceof Meaning.TypeName(Type t, Span _)) {
          yield t;
        }
        if (meaning.isPresent()) {
          Meaning m = meaning.get();
          if (!(m instanceof Meaning.Poisoned)) {
            b.report(
                Diagnostic.of(
                        NameMistake.UNKNOWN_TYPE,
                        "`" + name.text() + "` is a " + m.noun() + ", not a type",
                        name.span(),
                        "a type is needed")
                    .with(m.span(), "declared here"));
          }
        } else if (!b.draft.isBeingDefined(name.text())) {
          Places.unknown(
              b,
              NameMistake.UNKNOWN_TYPE,
              "there is no type `" + name.text() + "`",
              name,
              b.draft.typeNames(),
              "write `bits(n)`, or declare it with `type`, `enum` or `struct`");
        }
        yield Type.POISON;
      }
    };
  }

  static void enumeration(Draft draft, Syntax.Item.Enum item) {
    Type of = resolve(Body.outside(draft), item.type());
    if (of instanceof Type.Poison) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      poison(draft, item);
      return;
    }
    if (!(of instanceof Type.Vector(int width, boolean signed)) || signed) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      poison(draft, item);
      draft.problems.report(
          Diagnostic.of(
                  TypeMistake.TYPE_MISMATCH,
                  "an enum is made of bits",
                  item.type().span(),
                  of.text())
              .help("write `bits(n)`"));
      return;
    }
    Map<String, Bits> values = new LinkedHashMap<>();
    Map<Bits, Syntax.Name> byValue = new LinkedHashMap<>();
    Map<String, Syntax.Name> byName = new LinkedHashMap<>();
    for (Syntax.Enumerator e : item.enumerators()) {
      Optional<Bits> value = Expressions.constant(Body.outside(draft), e.value(), of);
      if (value.isEmpty()) {
        values.putIfAbsent(e.name().text(), Bits.zero(width));
        byName.putIfAbsent(e.name().text(), e.name());
        continue;
      }
      Syntax.Name same = byName.putIfAbsent(e.name().text(), e.name());
      if (same != null) {
        draft.problems.report(
            Diagnostic.of(
                    NameMistake.DUPLICATE_NAME,
                    "`" + e.name().text() + "` is declared twice",
                    e.name().span(),
                    "again here")
                .with(same.span(), "first here"));
        continue;
      }
      Syntax.Name twin = byValue.putIfAbsent(value.get(), e.name());
      if (twin != null) {
        draft.problems.report(
            Diagnostic.of(
                    StateMistake.DUPLICATE_VALUE,
                    "`"
                        + twin.text()
                        + "` and `"
                        + e.name().text()
                        + "` are both "
                        + value.get().value(),
                    e.span(),
                    "the same value")
                .with(twin.span(), "first here"));
      }
      values.put(e.name().text(), value.get());
    }
    var type =
        new Type.Enumeration(new EnumType(item.name().text(), width, values), item.name().span());
    for (Syntax.Enumerator e : item.enumerators()) {
      Bits value = values.get(e.name().text());
      if (value != null && byName.get(e.name().text()) == e.name()) {
        var enumerator = new Meaning.Enumerator(e.name().text(), value, type, e.name().span());
        draft.enumerators.computeIfAbsent(e.name().text(), _ -> new ArrayList<>()).add(enumerator);
        draft.glossary.declare(e.name(), enumerator);
      }
    }
    draft.declare(item.name(), new Meaning.TypeName(type, item.name().span()));
  }

  /// The enumerators of a wrong enum are known, but mean nothing.
  private static void poison(Draft draft, Syntax.Item.Enum item) {
    for (Syntax.Enumerator e : item.enumerators()) {
      if (draft.globals.here(e.name().text()).isEmpty()) {
        draft.globals.declare(e.name().text(), new Meaning.Poisoned(e.name().span()));
      }
    }
  }

  static void alias(Draft draft, Syntax.Item.TypeAlias item) {
    draft.declare(
        item.name(),
        new Meaning.TypeName(resolve(Body.outside(draft), item.type()), item.name().span()));
  }

  static void constant(Draft draft, Syntax.Item.Const item) {
    Body b = Body.outside(draft);
    if (item.type().isPresent()) {
      Type type = resolve(b, item.type().get());
      Expressions.constant(b, item.value(), type)
          .ifPresentOrElse(
              v -> draft.declare(item.name(), new Meaning.Constant(v, type, item.name().span())),
              () -> draft.declare(item.name(), new Meaning.Poisoned(item.name().span())));
      return;
    }
    switch (Expressions.infer(b, item.value(), null)) {
      case Value.Whole(BigInteger n) ->
          draft.declare(item.name(), new Meaning.Whole(n, item.name().span()));
      case Value.Run(trapline.isa.Expr.Constant(Bits v), Type t) ->
          draft.declare(item.name(), new Meaning.Constant(v, t, item.name().span()));
      case Value.Wrong _ -> draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      case Value.Run _, Value.Picked _ -> {
        draft.problems.report(
            Diagnostic.of(
                StateMistake.NOT_CONSTANT,
                "a constant is known before the machine runs",
                item.value().span(),
                "known only when the machine runs"));
        draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      }
    }
  }
}
