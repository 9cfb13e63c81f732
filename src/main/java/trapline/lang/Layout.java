package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.EnumType;
import trapline.isa.Field;
import trapline.isa.Role;

/// Lays out structs over words, and gives the fields of registers their roles.
///
/// Bits of a register that no field names are fixed at their reset value.
final class Layout {
  private Layout() {}

  static void struct(Draft draft, Syntax.Item.Struct item) {
    Body b = Body.outside(draft);
    Type of = Types.resolve(b, item.type());
    if (!(of.plain() instanceof Type.Vector(int width, boolean _))) {
      if (!(of instanceof Type.Poison)) {
        draft.problems.report(
            Diagnostic.of(
                TypeMistake.TYPE_MISMATCH,
                "a struct is a view of bits",
                item.type().span(),
                of.text()));
      }
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    int errors = draft.problems.errors();
    List<Type.Part> parts = new ArrayList<>();
    Map<String, Span> names = new LinkedHashMap<>();
    for (Syntax.FieldDecl f : item.fields()) {
      part(draft, f, width, of, item)
          .ifPresent(p -> {
            if (p.fixed().isEmpty()) {
              Span before = names.putIfAbsent(p.name(), p.span());
              if (before != null) {
                draft.problems.report(
                    Diagnostic.of(
                            NameMistake.DUPLICATE_NAME,
                            "two fields are called `" + p.name() + "`",
                            p.span(),
                            "again here")
                        .with(before, "first here"));
                return;
              }
            }
            for (Type.Part q : parts) {
              if (isWrong(p) || isWrong(q)) {
                continue;
              }
              if (p.low() <= q.high() && q.low() <= p.high()) {
                draft.problems.report(
                    Diagnostic.of(
                            StateMistake.OVERLAPPING_FIELDS,
                            "two fields share bit " + Math.min(p.high(), q.high()),
                            p.span(),
                            "bits " + range(p.high(), p.low()))
                        .with(q.span(), "bits " + range(q.high(), q.low()))
                        .help("move one of them"));
                return;
              }
            }
            parts.add(p);
            f.name()
                .ifPresent(
                    n -> draft.glossary.declare("field", item.name().text(), n, Glossary.part(p)));
          });
    }
    if (draft.problems.errors() > errors) {
      // What is said of the struct is enough; its uses would say it again.
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    parts.sort(Comparator.comparingInt(Type.Part::high).reversed());
    draft.declare(
        item.name(),
        new Meaning.TypeName(
            new Type.View(item.name().text(), width, List.copyOf(parts), item.name().span()),
            item.name().span()));
  }

  private static Optional<Type.Part> part(
      Draft draft, Syntax.FieldDecl f, int width, Type of, Syntax.Item.Struct item) {
    if (f.low() < 0 || f.high() < f.low() || f.high() >= width) {
      var d =
          Diagnostic.of(
                  StateMistake.FIELD_OUT_OF_RANGE,
                  f.high() < f.low() ? "field bounds are exchanged" : "a field beyond the struct",
                  f.span(),
                  "bits " + range(f.high(), f.low()))
              .with(item.type().span(), of.text() + ": bits " + (width - 1) + "..0");
      draft.problems.report(
          f.high() < f.low()
              ? d.help("the high bit comes first: `" + f.low() + ".." + f.high() + "`")
              : d);
      return broken(f);
    }
    int bits = f.high() - f.low() + 1;
    if (f.fixed().isPresent()) {
      BigInteger value = f.fixed().get();
      if (value.bitLength() > bits) {
        draft.problems.report(
            Diagnostic.of(
                TypeMistake.LITERAL_TOO_WIDE,
                Mismatch.number(value) + " does not fit " + bits + " bits",
                f.span(),
                "needs " + value.bitLength() + " bits"));
        return broken(f);
      }
      return Optional.of(
          new Type.Part(
              range(f.high(), f.low()),
              f.high(),
              f.low(),
              Type.bits(bits),
              Optional.empty(),
              Optional.of(new Bits(bits, value)),
              f.span()));
    }
    String name = f.name().map(Syntax.Name::text).orElse(range(f.high(), f.low()));
    Type type = f.type().map(t -> Types.resolve(Body.outside(draft), t)).orElse(Type.bits(bits));
    if (type instanceof Type.Poison) {
      return broken(f);
    }
    if (type.width() != bits) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.FIELD_WIDTH,
                  "field `" + name + "` has " + bits + " bits, its type " + type.width(),
                  f.span(),
                  "bits " + range(f.high(), f.low()))
              .with(f.type().map(Syntax.Type::span).orElse(f.span()), type.text()));
      return broken(f);
    }
    return Optional.of(
        new Type.Part(
            name,
            f.high(),
            f.low(),
            type,
            f.role().map(r -> role(draft, r).orElse(Role.E)),
            Optional.empty(),
            f.name().map(Syntax.Name::span).orElse(f.span())));
  }

  /// A field that has been reported: its name is known, and nothing said of it is an error.
  private static Optional<Type.Part> broken(Syntax.FieldDecl f) {
    return f.name()
        .map(n ->
            new Type.Part(
                n.text(), 0, 0, Type.POISON, Optional.of(Role.E), Optional.empty(), n.span()));
  }

  private static boolean isWrong(Type.Part part) {
    return part.type() instanceof Type.Poison;
  }

  static String range(int high, int low) {
    return high == low ? Integer.toString(high) : high + ".." + low;
  }

  static Optional<Role> role(Draft draft, Syntax.Name word) {
    for (Role r : Role.values()) {
      if (r.word().equals(word.text())) {
        return Optional.of(r);
      }
    }
    draft.problems.report(
        Diagnostic.of(
                StateMistake.UNKNOWN_ROLE,
                "there is no role `" + word.text() + "`",
                word.span(),
                "not a role")
            .help("the roles are `E`, `M`, `P`, `R` and `clock`"));
    return Optional.empty();
  }

  /// The constant bits of a struct, zeros elsewhere.
  static Bits fixed(Type.View view) {
    Bits value = Bits.zero(view.width());
    for (Type.Part p : view.parts()) {
      if (p.fixed().isPresent()) {
        value = value.insert(p.high(), p.low(), p.fixed().get());
      }
    }
    return value;
  }

  // ------------------------------------------------------------------ the fields of a register

  /// The fields of a register of `type`: they cover it, high bits first, each with a role or fixed.
  static List<Field> fields(
      Draft draft,
      Syntax.Name register,
      Type type,
      @Nullable Role role,
      @Nullable Span roleSpan,
      Bits reset) {
    List<Field> fields = new ArrayList<>();
    if (!(type instanceof Type.View view)) {
      if (role == null && roleSpan == null) {
        missingRole(draft, register, List.of(), register.span());
      }
      fields.add(
          new Field(
              register.text(),
              type.width() - 1,
              0,
              Optional.of(role == null ? Role.E : role),
              enumOf(type),
              Optional.empty(),
              type instanceof Type.Truth));
      return fields;
    }
    boolean ownRoles = hasRole(view);
    if (ownRoles && role != null) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.ROLE_TWICE,
                  "`" + register.text() + "` has a role, and so have its fields",
                  roleSpan == null ? register.span() : roleSpan,
                  "role " + role.word())
              .with(view.span(), "the fields of `" + view.name() + "` carry roles")
              .help("remove this one, or those of the fields"));
    }
    List<String> lacking = new ArrayList<>();
    collect(view, "", 0, ownRoles ? null : role, fields, lacking);
    if (!lacking.isEmpty() && roleSpan == null) {
      missingRole(
          draft,
          register,
          ownRoles ? lacking : List.of(),
          ownRoles ? view.span() : register.span());
    }
    return covered(fields, view.width(), reset);
  }

  private static boolean hasRole(Type.View view) {
    return view.parts().stream()
        .anyMatch(
            p -> p.role().isPresent() || (p.type() instanceof Type.View inner && hasRole(inner)));
  }

  private static void collect(
      Type.View view,
      String prefix,
      int offset,
      @Nullable Role role,
      List<Field> fields,
      List<String> lacking) {
    for (Type.Part p : view.parts()) {
      if (isWrong(p)) {
        continue;
      }
      String name = prefix + p.name();
      int high = p.high() + offset;
      int low = p.low() + offset;
      if (p.fixed().isPresent()) {
        fields.add(
            new Field(
                Layout.range(high, low), high, low, Optional.empty(), Optional.empty(), p.fixed()));
        continue;
      }
      Role own = p.role().orElse(role);
      if (p.type() instanceof Type.View inner && (own == null || hasRole(inner))) {
        collect(inner, name + ".", low, own, fields, lacking);
        continue;
      }
      if (own == null) {
        lacking.add(name);
        own = Role.E;
      }
      fields.add(
          new Field(
              name,
              high,
              low,
              Optional.of(own),
              enumOf(p.type()),
              Optional.empty(),
              p.type() instanceof Type.Truth));
    }
  }

  private static List<Field> covered(List<Field> fields, int width, Bits reset) {
    List<Field> all = new ArrayList<>();
    int next = width - 1;
    for (Field f : fields) {
      gap(all, next, f.high() + 1, reset);
      all.add(f);
      next = f.low() - 1;
    }
    gap(all, next, 0, reset);
    return all;
  }

  private static void gap(List<Field> all, int high, int low, Bits reset) {
    if (high >= low) {
      all.add(
          new Field(
              range(high, low),
              high,
              low,
              Optional.empty(),
              Optional.empty(),
              Optional.of(reset.extract(high, low))));
    }
  }

  private static Optional<EnumType> enumOf(Type type) {
    return type instanceof Type.Enumeration(EnumType e, Span _) ? Optional.of(e) : Optional.empty();
  }

  private static void missingRole(
      Draft draft, Syntax.Name register, List<String> fields, Span declared) {
    var d =
        Diagnostic.of(
            StateMistake.MISSING_ROLE,
            fields.isEmpty()
                ? "`" + register.text() + "` has no role"
                : Spelling.listed(fields)
                    + " of `"
                    + register.text()
                    + "` "
                    + (fields.size() == 1 ? "has" : "have")
                    + " no role",
            register.span(),
            "which part of <E, M, P, R> is it?");
    if (!fields.isEmpty()) {
      d = d.with(declared, "the fields are declared here");
    }
    draft.problems.report(
        d.help(
            "write `role E` for what programs may use, `M` for the mode, `P` for the program counter, "
                + "`R` for relocation and control, `clock` for time"));
  }
}
