package trapline.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Monitor;
import trapline.isa.Space;
import trapline.isa.Statement;

/// Reads `map` and `unmap` of a `vmm` block: how a monitor installs translations.
///
///     map(va, pa, how) where CONDITION { … }     va as wide as the spaces' addresses, pa as their indices,
///                                                how as their kind of access, if they have one
///     unmap() { … }                              takes out all: needed beside `map`
///     unmap(va) { … }                            takes out one: optional
///
/// They act on the real machine, as a program in its most privileged mode, and may speak of
/// `region`.
final class Mappings {
  private Mappings() {}

  static Optional<Monitor.Mapping> lower(
      Draft draft, Syntax.Item.Vmm item, List<Syntax.VmmItem.Map> items, Meaning.Region region) {
    Optional<Syntax.VmmItem.Map> map = only(draft, items, false, -1);
    Optional<Syntax.VmmItem.Map> clear = only(draft, items, true, 0);
    Optional<Syntax.VmmItem.Map> unmap = only(draft, items, true, 1);
    for (Syntax.VmmItem.Map m : items) {
      if (m.isUnmap() && m.parameters().size() > 1) {
        draft.problems.report(
            mistake(
                    "`unmap` takes an address, or nothing",
                    m.parameters().get(1).span(),
                    "one too many")
                .with(m.parameters().getFirst().span(), "the address")
                .help("leave the second out: what leads nowhere does so for every access"));
      }
      if (m.isUnmap() && m.where().isPresent()) {
        draft.problems.report(
            mistake(
                    "only `map` has a `where`",
                    m.where().get().span(),
                    "what has been mapped can be unmapped")
                .help("leave it out, or use `if` within the braces"));
      }
    }
    if (map.isEmpty()) {
      if (!items.isEmpty()) {
        draft.problems.report(
            mistake(
                    "`unmap` takes out what `map` puts in",
                    items.getFirst().span(),
                    "takes out what?")
                .with(item.span(), "no `map` in this block")
                .help("write `map(va: TYPE, pa: TYPE, how: ACCESS) { … }` beside it"));
      }
      return Optional.empty();
    }
    if (clear.isEmpty()) {
      draft.problems.report(
          mistake(
                  "the `vmm` block does not say what it is that nothing is mapped",
                  map.get().span(),
                  "no `unmap()`")
              .help("write `unmap() { … }`, after which no address leads anywhere"));
      return Optional.empty();
    }
    List<Meaning.Variable> parameters = Bodies.parameters(draft, map.get().parameters());
    List<Meaning.Variable> taken =
        unmap.map(u -> Bodies.parameters(draft, u.parameters())).orElse(List.of());
    if (!fits(draft, map.get(), parameters)
        || !unmap.map(u -> takes(draft, u, taken, map.get(), parameters)).orElse(true)) {
      return Optional.empty();
    }
    Scope scope = scope(parameters, region);
    Expr where =
        map.get()
            .where()
            .map(w -> Expressions.condition(Body.of(draft, Site.condition(), scope), w))
            .orElse(Fold.TRUE);
    return Optional.of(
        new Monitor.Mapping(
            function(draft, "map", map.get(), parameters, region),
            where,
            function(draft, "unmap all", clear.get(), List.of(), region),
            unmap.map(u -> function(draft, "unmap", u, taken, region))));
  }

  /// The item of that kind, with so many parameters if not negative; a second one is reported.
  private static Optional<Syntax.VmmItem.Map> only(
      Draft draft, List<Syntax.VmmItem.Map> items, boolean isUnmap, int parameters) {
    List<Syntax.VmmItem.Map> found =
        items.stream()
            .filter(m ->
                m.isUnmap() == isUnmap && (parameters < 0 || m.parameters().size() == parameters))
            .toList();
    if (found.size() > 1) {
      draft.problems.report(
          mistake("said twice", found.get(1).span(), "again here")
              .with(found.getFirst().span(), "said here")
              .help("keep one of the two"));
    }
    return found.stream().findFirst();
  }

  private static boolean fits(
      Draft draft, Syntax.VmmItem.Map map, List<Meaning.Variable> parameters) {
    if (parameters.stream().anyMatch(p -> p.type() instanceof Type.Poison)) {
      return false;
    }
    if (draft.spaces.isEmpty()) {
      draft.problems.report(
          mistake("`map` needs a space to map in", map.span(), "the machine has none")
              .help("write `space V(a: TYPE, how: ACCESS) on E { … }` in the machine"));
      return false;
    }
    for (Routines.Translation t : draft.spaces) {
      Optional<Space> space = draft.routines.lower(t.space(), Span.NONE).flatMap(s -> s);
      if (space.isEmpty()) {
        return false;
      }
      int cell = space.get().memory().indexWidth();
      boolean access = space.get().access().isPresent();
      boolean fits =
          parameters.size() == (access ? 3 : 2)
              && parameters.get(0).type().width() == space.get().address().width()
              && parameters.get(1).type().width() >= cell
              && (!access
                  || parameters.get(2).type().width() == space.get().access().get().width());
      if (!fits) {
        draft.problems.report(
            mistake(
                    "`map` does not fit space `" + t.name() + "`",
                    map.span(),
                    "other parameters are needed")
                .with(
                    space.get().span(),
                    "addresses of "
                        + space.get().address().width()
                        + " bits, indices of "
                        + cell
                        + (access ? ", and the kind of access" : ""))
                .help(
                    "write `map(va: bits("
                        + space.get().address().width()
                        + "), pa: bits("
                        + cell
                        + ")"
                        + (access ? ", how: ACCESS" : "")
                        + ")`"));
        return false;
      }
    }
    return true;
  }

  /// Whether `unmap` takes the address that `map` has been given.
  private static boolean takes(
      Draft draft,
      Syntax.VmmItem.Map unmap,
      List<Meaning.Variable> taken,
      Syntax.VmmItem.Map map,
      List<Meaning.Variable> given) {
    Type type = taken.getFirst().type();
    Type wanted = given.getFirst().type();
    if (type instanceof Type.Poison || type.width() == wanted.width()) {
      return !(type instanceof Type.Poison);
    }
    draft.problems.report(
        mistake(
                "`unmap` takes another address than `map`",
                unmap.parameters().getFirst().span(),
                "bits(" + type.width() + ")")
            .with(map.parameters().getFirst().span(), "bits(" + wanted.width() + ")")
            .help("write `unmap(va: bits(" + wanted.width() + ")) { … }`"));
    return false;
  }

  private static Scope scope(List<Meaning.Variable> parameters, Meaning.Region region) {
    Scope scope = new Scope(null);
    parameters.forEach(p -> scope.declare(p.local().name(), p));
    scope.declare("region", region);
    return scope;
  }

  private static Function function(
      Draft draft,
      String name,
      Syntax.VmmItem.Map item,
      List<Meaning.Variable> parameters,
      Meaning.Region region) {
    Body b = Body.of(draft, Site.body(Site.Kind.MONITOR), scope(parameters, region));
    Statements.lower(b, item.body());
    List<Local> locals = new ArrayList<>(parameters.stream().map(Meaning.Variable::local).toList());
    locals.addAll(List.of(region.base(), region.size(), region.tables()));
    return new Function(
        name,
        List.copyOf(locals),
        OptionalInt.empty(),
        new Statement.Block(b.out, item.body().span()),
        item.span());
  }

  static Diagnostic mistake(String what, Span span, String label) {
    return Diagnostic.of(ClaimMistake.INCOMPLETE_MONITOR, what, span, label);
  }
}
