package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Span;
import trapline.isa.EnumType;
import trapline.isa.Field;
import trapline.isa.Register;
import trapline.isa.Role;

/// What the names in a description mean where they stand, as the checker has found it.
///
///     entries  : place of a declaration -> what is declared
///     mentions : place of a name        -> the declarations that it means
///
/// A name in an extension may mean one thing in one machine and another in the next, so a mention has
/// several declarations. A mention is spelled as what it means. Complete for descriptions without errors,
/// but for what no setting ever reaches; otherwise for as much as was understood.
public final class Glossary {
  /// A declared name: a `register`, of type `bits(32), role E`. A part knows the name of what it is
  /// a part of (`owner`), and what has parts that of their owner (`parts`); empty where there are
  /// none.
  public record Entry(
      Span span, String noun, String type, String owner, String parts, boolean isLocal) {
    public String name() {
      return span.text();
    }
  }

  /// What instructions are called.
  public static final String INSTRUCTION = "instruction";

  private final Map<Span, Entry> entries = new LinkedHashMap<>();
  private final Map<Span, Set<Span>> mentions = new LinkedHashMap<>();

  /// Meanings not put into words yet: few of them are ever asked for.
  private final Map<Span, Meaning> meanings = new LinkedHashMap<>();

  /// Where the name is in a longer declaration.
  private final Map<Span, Span> names = new HashMap<>();

  /// What is found by sort, owner and name: `instruction .add`, `port console.tx`.
  private final Map<String, Span> sorts = new HashMap<>();

  /// What is declared, in the order met.
  public Collection<Entry> entries() {
    settle();
    return Collections.unmodifiableCollection(entries.values());
  }

  /// The declaration at exactly this place.
  public @Nullable Entry entry(Span declaration) {
    settle();
    return entries.get(declaration);
  }

  public Map<Span, Set<Span>> mentions() {
    return Collections.unmodifiableMap(mentions);
  }

  /// Takes over what another machine's names mean.
  public void addAll(Glossary that) {
    that.settle();
    that.entries.forEach(entries::putIfAbsent);
    that.mentions.forEach(
        (at, of) -> mentions.computeIfAbsent(at, _ -> new LinkedHashSet<>(2)).addAll(of));
  }

  // ------------------------------------------------------------------ what the checker tells

  void declare(Syntax.Name name, Meaning meaning) {
    if (!isSpelled(name.span(), name.text())) {
      return;
    }
    meanings.putIfAbsent(name.span(), meaning);
  }

  /// A name that only those of its sort can be confused with: a `port` of `console`.
  void declare(String noun, String owner, Syntax.Name name, String type) {
    entries.putIfAbsent(name.span(), new Entry(name.span(), noun, type, owner, "", false));
    sorts.put(key(noun, owner, name), name.span());
  }

  /// What is declared as something else can be found as this too.
  void alias(String noun, Syntax.Name name) {
    sorts.put(key(noun, "", name), name.span());
  }

  void mention(Syntax.Name at, Meaning meaning) {
    Span declaration = names.getOrDefault(meaning.span(), meaning.span());
    if (mention(at, declaration)) {
      meanings.putIfAbsent(declaration, meaning);
    }
  }

  /// Where the name stands in a declaration that messages show as a whole.
  void name(Span declaration, Syntax.Name name) {
    names.put(declaration, name.span());
  }

  void mention(String noun, String owner, Syntax.Name at) {
    Span declaration = sorts.get(key(noun, owner, at));
    if (declaration != null) {
      mention(at, declaration);
    }
  }

  /// Whether it is one: what stands for itself, as `virt`, is declared nowhere.
  boolean mention(Syntax.Name at, Span declaration) {
    if (!isSpelled(at.span(), at.text()) || !isSpelled(declaration, at.text())) {
      return false;
    }
    mentions.computeIfAbsent(at.span(), _ -> new LinkedHashSet<>(2)).add(declaration);
    return true;
  }

  private static boolean isSpelled(Span span, String name) {
    return span.end() - span.start() == name.length()
        && span.file().text().startsWith(name, span.start());
  }

  private static String key(String noun, String owner, Syntax.Name name) {
    return noun + " " + owner + "." + name.text();
  }

  // ------------------------------------------------------------------ in words

  private void settle() {
    meanings.forEach((span, m) -> {
      String owner = m instanceof Meaning.Enumerator e ? e.type().text() : "";
      boolean isLocal = m instanceof Meaning.Variable;
      entries.putIfAbsent(span, new Entry(span, m.noun(), type(m), owner, parts(m), isLocal));
    });
    meanings.clear();
  }

  private static String parts(Meaning meaning) {
    return switch (meaning) {
      case Meaning.Device d -> d.name();
      case Meaning.Banked(Banks.Numbered bank, Span _) -> bank.name();
      case Meaning.TypeName(Type.Enumeration e, Span _) -> e.text();
      case Meaning.State s -> parts(s.type());
      case Meaning.Storage s -> parts(s.type());
      case Meaning.Seen(StorageView view, Span _) -> parts(view.type());
      case Meaning.Variable v -> parts(v.type());
      case Meaning.Through(Meaning storage, var _, Span _) -> parts(storage);
      case Meaning.TypeName _,
          Meaning.Whole _,
          Meaning.Choice _,
          Meaning.Constant _,
          Meaning.Enumerator _,
          Meaning.Translation _,
          Meaning.Callable _,
          Meaning.Loose _,
          Meaning.OperandKindName _,
          Meaning.Alias _,
          Meaning.Virtual _,
          Meaning.Region _,
          Meaning.Poisoned _ ->
          "";
    };
  }

  private static String parts(Type type) {
    return switch (type) {
      case Type.View v -> v.name();
      case Type.OfKind(Kind kind) -> kind.name();
      case Type.Vector _, Type.Truth _, Type.Enumeration _, Type.Poison _ -> "";
    };
  }

  private static String type(Meaning meaning) {
    return switch (meaning) {
      case Meaning.Whole(BigInteger n, Span _) -> "= " + Mismatch.number(n);
      case Meaning.Choice c -> "of " + String.join(", ", c.values()) + " = " + c.value();
      case Meaning.Constant(Bits v, Type t, Span _) ->
          t.text() + " = " + Mismatch.number(v.value());
      case Meaning.TypeName(Type t, Span _) -> defined(t);
      case Meaning.Enumerator e -> e.type().text() + " = " + Mismatch.number(e.value().value());
      case Meaning.State(Register r, Type t, var _, Span _) ->
          (r.isFile() ? "[" + r.count() + "] " : "") + t.text() + roles(r);
      case Meaning.Storage(var m, Type t, Span _) ->
          "[" + Mismatch.number(m.count()) + "] " + t.text() + ", role " + m.role().word();
      case Meaning.Device d -> String.join(", ", d.lines().keySet());
      case Meaning.Translation(var space, Span _) ->
          space.address().text() + " -> " + space.storage().memory().name();
      case Meaning.Seen(StorageView view, Span _) -> view.type().text();
      case Meaning.Through(Meaning storage, var _, Span _) -> type(storage);
      case Meaning.Banked(Banks.Numbered bank, Span _) ->
          "[bits(" + bank.indexWidth() + ")] " + bank.type().text();
      case Meaning.Callable(Routine r, boolean isGuard, Span _) ->
          isGuard ? "" : parameters(r.parameters()) + result(r.result());
      case Meaning.Loose l ->
          l.parameters().stream().map(Type::text).collect(Collectors.joining(", ", "(", ")"))
              + result(l.type());
      case Meaning.OperandKindName(Kind kind, Span _) -> {
        Type of = kind.type();
        yield kind.width() + " bits" + (of == null ? "" : " for " + of.text());
      }
      case Meaning.Alias a -> "of " + a.target().span().text();
      case Meaning.Variable v -> v.type().text();
      case Meaning.Virtual _, Meaning.Region _, Meaning.Poisoned _ -> "";
    };
  }

  private static String defined(Type type) {
    return switch (type) {
      case Type.Enumeration(EnumType e, Span _) ->
          "enum of bits(" + e.width() + "): " + String.join(", ", e.values().keySet());
      case Type.View v -> "struct of bits(" + v.width() + ")";
      case Type.Vector _, Type.Truth _, Type.OfKind _, Type.Poison _ -> type.text();
    };
  }

  private static String parameters(List<Meaning.Variable> parameters) {
    return parameters.stream()
        .map(p -> p.local().name() + ": " + p.type().text())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String result(@Nullable Type result) {
    return result == null ? "" : " -> " + result.text();
  }

  private static String roles(Register register) {
    List<String> roles = new ArrayList<>();
    for (Field f : register.fields()) {
      for (Role role : Role.values()) {
        if (f.hasRole(role) && !roles.contains(role.word())) {
          roles.add(role.word());
        }
      }
    }
    return roles.isEmpty() ? "" : ", role " + String.join(", ", roles);
  }

  /// A part of a struct, as its mentions see it.
  static String part(Type.Part part) {
    return part.type().text()
        + ", "
        + (part.high() == part.low()
            ? "bit " + part.high()
            : "bits " + part.high() + ".." + part.low())
        + part.role().map(r -> ", role " + r.word()).orElse("");
  }
}
