package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;

/// A machine with everything it inherits, as one list of items.
///
/// In order: what it extends, the extensions it is made with, its own body. A later item replaces
/// an inherited one of the same sort and name; an instruction only when it says `replace`. Tables
/// of traps and `expect` lines add up, and `vmm extends` adds to the block; `expect machine` is
/// about the machine whose body holds it, and a later claim about the same thing takes the place of
/// an inherited one.
final class Inheritance {
  /// The items of a machine, by sort, each in order of declaration. `own` marks what its own body
  /// holds.
  record Flat(
      List<Syntax.Item.Param> params,
      List<Syntax.Item.Choice> choices,
      List<Syntax.Item.Set> sets,
      List<Syntax.Item> named,
      List<Syntax.Item.Mode> modes,
      List<Syntax.Item.TrapEntry> entries,
      List<Syntax.Item.Traps> traps,
      Syntax.Item.@Nullable Fetch fetch,
      Syntax.Item.@Nullable After after,
      Syntax.Item.@Nullable Reserved reserved,
      Syntax.Item.@Nullable Vmm vmm,
      List<Syntax.Item.Instruction> instructions,
      List<Syntax.Item.Assume> assumptions,
      List<Syntax.Item.Expect> inheritedExpectations,
      List<Syntax.Item.Expect> expectations,
      List<Syntax.Item.Test> tests,
      Set<String> own) {}

  private static final String DEFINITION = "definition";

  /// Of a choice.
  static final String VALUE = "value";

  private record Held(Syntax.Item item, Syntax.Definition from, Span span) {}

  private final Map<String, Syntax.Definition> definitions;
  private final Problems problems;
  private final Map<String, Held> items = new LinkedHashMap<>();
  private final List<Syntax.Item.Traps> traps = new ArrayList<>();
  private final List<Syntax.Item.Expect> inherited = new ArrayList<>();
  private List<Syntax.Item.Expect> latest = new ArrayList<>();
  private final Set<String> included = new LinkedHashSet<>();
  private final Set<String> active = new LinkedHashSet<>();

  private final Glossary glossary;

  private Inheritance(
      Map<String, Syntax.Definition> definitions, Problems problems, Glossary glossary) {
    this.definitions = definitions;
    this.problems = problems;
    this.glossary = glossary;
    definitions
        .values()
        .forEach(d ->
            glossary.declare(DEFINITION, "", d.name(), d.isExtension() ? "extension" : "machine"));
  }

  static Flat flatten(
      Map<String, Syntax.Definition> definitions,
      Syntax.Definition machine,
      Problems problems,
      Glossary glossary) {
    Inheritance i = new Inheritance(definitions, problems, glossary);
    i.include(machine);
    return i.flat(machine);
  }

  private void include(Syntax.Definition d) {
    if (!active.add(d.name().text())) {
      problems.report(
          Diagnostic.of(
              VariantMistake.CIRCULAR_INHERITANCE,
              "`"
                  + d.name().text()
                  + "` extends itself: "
                  + String.join(" -> ", active)
                  + " -> "
                  + d.name().text(),
              d.name().span(),
              "inherits from itself"));
      return;
    }
    d.base().ifPresent(base -> definition(base, false).ifPresent(this::include));
    for (Syntax.Name with : d.with()) {
      definition(with, true)
          .ifPresent(x -> {
            if (included.contains(x.name().text())) {
              return;
            }
            for (Syntax.Name required : x.requires()) {
              glossary.mention(DEFINITION, "", required);
              if (!included.contains(required.text())) {
                problems.report(
                    Diagnostic.of(
                            VariantMistake.MISSING_EXTENSION,
                            "extension `"
                                + x.name().text()
                                + "` requires `"
                                + required.text()
                                + "`",
                            with.span(),
                            "`" + required.text() + "` is not included before it")
                        .with(required.span(), "required here")
                        .help("write `with " + required.text() + ", " + x.name().text() + "`"));
              }
            }
            include(x);
          });
    }
    inherited.addAll(latest);
    latest = new ArrayList<>();
    add(d, d.items(), List.of());
    included.add(d.name().text());
    active.remove(d.name().text());
  }

  private Optional<Syntax.Definition> definition(Syntax.Name name, boolean isExtension) {
    Syntax.Definition d = definitions.get(name.text());
    glossary.mention(DEFINITION, "", name);
    if (d == null) {
      List<String> known =
          definitions.values().stream()
              .filter(x -> x.isExtension() == isExtension)
              .map(x -> x.name().text())
              .toList();
      problems.report(
          Diagnostic.of(
                  VariantMistake.UNKNOWN_DEFINITION,
                  "there is no "
                      + (isExtension ? "extension" : "machine")
                      + " `"
                      + name.text()
                      + "`",
                  name.span(),
                  "not in this file, nor in its imports")
              .help(Spelling.advice(name.text(), known, "import the file that declares it")));
      return Optional.empty();
    }
    if (d.isExtension() != isExtension) {
      problems.report(
          Diagnostic.of(
                  VariantMistake.WRONG_DEFINITION,
                  "`" + name.text() + "` is " + (d.isExtension() ? "an extension" : "a machine"),
                  name.span(),
                  isExtension
                      ? "an extension is needed after `with`"
                      : "a machine is needed after `extends`")
              .with(d.name().span(), "declared here"));
      return Optional.empty();
    }
    return Optional.of(d);
  }

  private void add(Syntax.Definition from, List<Syntax.Item> all, List<Syntax.Name> guards) {
    for (Syntax.Item item : all) {
      switch (item) {
        case Syntax.Item.RequiresGroup(List<Syntax.Name> more, List<Syntax.Item> inner, Span _) -> {
          List<Syntax.Name> both = new ArrayList<>(guards);
          both.addAll(more);
          add(from, inner, both);
        }
        case Syntax.Item.Instruction i -> instruction(from, guarded(i, guards));
        case Syntax.Item.Remove(List<Syntax.Name> names, Span _) -> {
          for (Syntax.Name n : names) {
            Held removed = items.remove("instr " + n.text());
            if (removed == null) {
              nothing(n, "remove");
            } else {
              glossary.mention(n, removed.span);
            }
          }
        }
        case Syntax.Item.Traps t -> traps.add(t);
        case Syntax.Item.Expect e -> latest.add(e);
        case Syntax.Item.Param i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Choice i -> {
          i.values().forEach(v -> glossary.declare(VALUE, i.name().text(), v, ""));
          i.preset().ifPresent(v -> glossary.mention(VALUE, i.name().text(), v));
          put(from, "name ", i.name(), i);
        }
        case Syntax.Item.Set i -> {
          Held set = items.get("name " + i.name().text());
          if (set != null) {
            glossary.mention(i.name(), set.span);
            if (i.value() instanceof Syntax.Expression.Reference(Syntax.Name value, Span _)) {
              glossary.mention(VALUE, i.name().text(), value);
            }
          }
          items.put("set " + i.name().text(), new Held(i, from, i.span()));
        }
        case Syntax.Item.Const i -> put(from, "name ", i.name(), i);
        case Syntax.Item.TypeAlias i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Enum i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Struct i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Register i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Memory i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Alias i -> put(from, "name ", i.name(), i);
        case Syntax.Item.View i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Device i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Space i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Bank i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Unspecified i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Function i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Guard i -> put(from, "name ", i.name(), i);
        case Syntax.Item.OperandKind i -> put(from, "name ", i.name(), i);
        case Syntax.Item.Mode i -> put(from, "mode ", i.name(), i);
        case Syntax.Item.TrapEntry i -> put(from, "trap ", i.name(), i);
        case Syntax.Item.Assume i -> put(from, "assume ", i.name(), i);
        case Syntax.Item.Fetch i -> only(from, "fetch", i, i.word().span());
        case Syntax.Item.After i -> only(from, "after", i, i.span());
        case Syntax.Item.Reserved i -> only(from, "reserved", i, i.span());
        case Syntax.Item.Vmm i -> only(from, "vmm", i.isMore() ? more(i) : i, i.span());
        case Syntax.Item.Test i ->
            put(from, "test ", new Syntax.Name(i.name().text(), i.name().span()), i);
      }
    }
  }

  private static Syntax.Item.Instruction guarded(
      Syntax.Item.Instruction i, List<Syntax.Name> guards) {
    if (guards.isEmpty()) {
      return i;
    }
    List<Syntax.Name> all = new ArrayList<>(guards);
    all.addAll(i.requires());
    return new Syntax.Item.Instruction(
        i.replaces(),
        i.name(),
        i.pattern(),
        i.patternSpan(),
        i.template(),
        all,
        i.split(),
        i.overrides(),
        i.condition(),
        i.cite(),
        i.body(),
        i.doc(),
        i.span());
  }

  private void instruction(Syntax.Definition from, Syntax.Item.Instruction i) {
    String key = "instr " + i.name().text();
    Held before = items.get(key);
    if (i.replaces() && before == null) {
      nothing(i.name(), "replace");
    } else if (!i.replaces() && before != null) {
      problems.report(
          Diagnostic.of(
                  VariantMistake.DUPLICATE_INSTRUCTION,
                  "there is an instruction `" + i.name().text() + "` already",
                  i.name().span(),
                  "again here")
              .with(before.span, "first here")
              .help(
                  before.from == from
                      ? "give one of them another name"
                      : "write `replace instr " + i.name().text() + "`"));
      return;
    }
    if (before != null) {
      glossary.mention(i.name(), before.span);
    }
    items.put(key, new Held(i, from, i.name().span()));
  }

  private void nothing(Syntax.Name name, String word) {
    List<String> known =
        items.keySet().stream()
            .filter(k -> k.startsWith("instr "))
            .map(k -> k.substring(6))
            .toList();
    problems.report(
        Diagnostic.of(
                VariantMistake.NOTHING_TO_REPLACE,
                "there is no instruction `" + name.text() + "` to " + word,
                name.span(),
                "not inherited")
            .help(Spelling.advice(name.text(), known, "write `instr` without `" + word + "`")));
  }

  private void put(Syntax.Definition from, String sort, Syntax.Name name, Syntax.Item item) {
    String key = sort + name.text();
    Held before = items.get(key);
    if (before != null && (before.from == from || before.item.getClass() != item.getClass())) {
      problems.report(
          Diagnostic.of(
                  NameMistake.DUPLICATE_NAME,
                  "`" + name.text() + "` is declared twice",
                  name.span(),
                  "declared again here")
              .with(before.span, "first declared here")
              .help("give one of them another name"));
      return;
    }
    if (before != null) {
      glossary.mention(name, before.span);
    }
    items.put(key, new Held(item, from, name.span()));
  }

  private void only(Syntax.Definition from, String word, Syntax.Item item, Span span) {
    Held before = items.get(word);
    if (before != null && before.from == from) {
      problems.report(
          Diagnostic.of(
                  StateMistake.DUPLICATE_PART,
                  "`" + from.name().text() + "` has two `" + word + "`",
                  span,
                  "again here")
              .with(before.span, "first here")
              .help("put them together"));
      return;
    }
    items.put(word, new Held(item, from, span));
  }

  /// The inherited block with what is added to it.
  private Syntax.Item.Vmm more(Syntax.Item.Vmm added) {
    List<Syntax.VmmItem> all = new ArrayList<>();
    Held before = items.get("vmm");
    if (before != null && before.item instanceof Syntax.Item.Vmm inherited) {
      all.addAll(inherited.items());
    } else {
      problems.report(
          Diagnostic.of(
                  VariantMistake.NOTHING_TO_REPLACE,
                  "there is no `vmm` block to extend",
                  added.span(),
                  "none is inherited")
              .help("write `vmm` without `extends`"));
    }
    all.addAll(added.items());
    return new Syntax.Item.Vmm(false, all, added.span());
  }

  private Flat flat(Syntax.Definition machine) {
    List<Syntax.Item.Param> params = new ArrayList<>();
    List<Syntax.Item.Choice> choices = new ArrayList<>();
    List<Syntax.Item.Set> sets = new ArrayList<>();
    List<Syntax.Item> named = new ArrayList<>();
    List<Syntax.Item.Mode> modes = new ArrayList<>();
    List<Syntax.Item.TrapEntry> entries = new ArrayList<>();
    List<Syntax.Item.Instruction> instructions = new ArrayList<>();
    List<Syntax.Item.Assume> assumptions = new ArrayList<>();
    List<Syntax.Item.Test> tests = new ArrayList<>();
    Syntax.Item.Fetch fetch = null;
    Syntax.Item.After after = null;
    Syntax.Item.Reserved reserved = null;
    Syntax.Item.Vmm vmm = null;
    Set<String> own = new LinkedHashSet<>();
    for (Map.Entry<String, Held> e : items.entrySet()) {
      if (e.getValue().from == machine) {
        own.add(e.getKey());
      }
      switch (e.getValue().item) {
        case Syntax.Item.Param i -> params.add(i);
        case Syntax.Item.Choice i -> choices.add(i);
        case Syntax.Item.Set i -> sets.add(i);
        case Syntax.Item.Mode i -> modes.add(i);
        case Syntax.Item.TrapEntry i -> entries.add(i);
        case Syntax.Item.Instruction i -> instructions.add(i);
        case Syntax.Item.Assume i -> assumptions.add(i);
        case Syntax.Item.Test i -> tests.add(i);
        case Syntax.Item.Fetch i -> fetch = i;
        case Syntax.Item.After i -> after = i;
        case Syntax.Item.Reserved i -> reserved = i;
        case Syntax.Item.Vmm i -> vmm = i;
        case Syntax.Item.Const _,
            Syntax.Item.TypeAlias _,
            Syntax.Item.Enum _,
            Syntax.Item.Struct _,
            Syntax.Item.Register _,
            Syntax.Item.Memory _,
            Syntax.Item.Alias _,
            Syntax.Item.View _,
            Syntax.Item.Device _,
            Syntax.Item.Space _,
            Syntax.Item.Bank _,
            Syntax.Item.Unspecified _,
            Syntax.Item.Function _,
            Syntax.Item.Guard _,
            Syntax.Item.OperandKind _ ->
            named.add(e.getValue().item);
        case Syntax.Item.Traps _,
            Syntax.Item.RequiresGroup _,
            Syntax.Item.Remove _,
            Syntax.Item.Expect _ -> {}
      }
    }
    return new Flat(
        params,
        choices,
        sets,
        named,
        modes,
        entries,
        traps,
        fetch,
        after,
        reserved,
        vmm,
        instructions,
        assumptions,
        inherited,
        latest,
        tests,
        own);
  }
}
