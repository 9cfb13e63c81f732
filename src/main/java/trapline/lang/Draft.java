package trapline.lang;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Bank;
import trapline.isa.EnumType;
import trapline.isa.Fetch;
import trapline.isa.Function;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.UnspecifiedFunction;

/// One instance of a machine under construction: what has been declared so far, and what is yet to
/// be.
///
/// Declarations may stand in any order: an item waits in `pending` until something mentions it.
final class Draft {
  final Problems problems = Problems.collecting();
  final Scope globals = new Scope(null);
  final Glossary glossary;
  final Map<String, List<Meaning.Enumerator>> enumerators = new LinkedHashMap<>();
  final Map<String, Traps.Declared> causes = new LinkedHashMap<>();
  final List<Register> registers = new ArrayList<>();
  final List<Memory> memories = new ArrayList<>();
  final List<Port> ports = new ArrayList<>();
  final List<Mode> modes = new ArrayList<>();
  final List<Routines.Translation> spaces = new ArrayList<>();
  final List<Bank> banks = new ArrayList<>();
  final List<UnspecifiedFunction> unspecified = new ArrayList<>();
  final List<Devices.Declared> devices = new ArrayList<>();
  final Routines routines = new Routines(problems);
  final Map<Function, Boolean> writers = new IdentityHashMap<>();

  /// The names that something mentions, for warnings about what nothing does.
  final Set<String> used = new LinkedHashSet<>();

  /// The word under execution, once `fetch` is known.
  Meaning.@Nullable Variable word;

  /// What one fetch brings.
  @Nullable Type unit;

  /// What an address of a program counts, where the fetch goes through a view.
  Optional<Fetch.Units> units = Optional.empty();

  /// All functions, so that those that nothing calls are checked too.
  final List<Routine> all = new ArrayList<>();

  /// Statements lowered so far, those of unrolled loops as often as they turn.
  int lowered;

  /// Turns of loops unrolled so far.
  int unrolled;

  /// The aliases being followed.
  final Set<String> aliases = new LinkedHashSet<>();

  private final java.util.SequencedMap<String, Runnable> pending = new LinkedHashMap<>();
  private final Map<String, Span> resolving = new LinkedHashMap<>();

  Draft(Glossary glossary) {
    this.glossary = glossary;
  }

  /// Postpones a declaration until its name is mentioned, or [#declareAll].
  void postpone(Syntax.Name name, Runnable declaration) {
    pending.put(name.text(), declaration);
  }

  void declareAll() {
    while (!pending.isEmpty()) {
      force(pending.firstEntry().getKey());
    }
  }

  void declare(Syntax.Name name, Meaning meaning) {
    glossary.declare(name, meaning);
    globals
        .declare(name.text(), meaning)
        .ifPresent(before ->
            problems.report(
                Diagnostic.of(
                        NameMistake.DUPLICATE_NAME,
                        "`" + name.text() + "` is declared twice",
                        name.span(),
                        "declared again here")
                    .with(before.span(), "first declared here, as a " + before.noun())
                    .help("give one of them another name")));
  }

  /// The declaration of a global name; a name that is being defined by itself is reported.
  Optional<Meaning> lookup(Syntax.Name name) {
    used.add(name.text());
    Span circle = resolving.get(name.text());
    if (circle != null) {
      problems.report(
          Diagnostic.of(
                  NameMistake.CIRCULAR_DEFINITION,
                  "`" + name.text() + "` is defined by itself",
                  name.span(),
                  "needs `" + name.text() + "`, which is being defined")
              .help("write the value out in one of the definitions on the way"));
      return Optional.empty();
    }
    force(name.text());
    Optional<Meaning> meaning = globals.lookup(name.text());
    meaning.ifPresent(m -> glossary.mention(name, m));
    return meaning;
  }

  /// An enumerator where its enum is known already.
  void mentionEnumerator(Syntax.Name name, Type.Enumeration type) {
    enumerators.getOrDefault(name.text(), List.of()).stream()
        .filter(e -> e.type().equals(type))
        .forEach(e -> glossary.mention(name, e));
  }

  /// The modes have no declaration of their own: they are the values of this enum.
  void modesAreOf(EnumType type) {
    enumerators.values().stream()
        .flatMap(List::stream)
        .filter(e -> e.type().type() == type)
        .forEach(e -> glossary.alias("mode", new Syntax.Name(e.name(), e.span())));
  }

  boolean isDeclared(String name) {
    return pending.containsKey(name)
        || resolving.containsKey(name)
        || globals.here(name).isPresent();
  }

  boolean isBeingDefined(String name) {
    return resolving.containsKey(name);
  }

  /// Declares one postponed name now.
  void require(String name) {
    force(name);
  }

  private void force(String name) {
    Runnable declaration = pending.remove(name);
    if (declaration != null) {
      resolving.put(name, Span.NONE);
      declaration.run();
      resolving.remove(name);
    }
  }

  /// Declared types, for suggestions.
  Set<String> typeNames() {
    Set<String> types = new LinkedHashSet<>();
    for (String name : globals.all()) {
      if (globals.here(name).orElseThrow() instanceof Meaning.TypeName) {
        types.add(name);
      }
    }
    return types;
  }

  Set<String> guardNames() {
    Set<String> guards = new LinkedHashSet<>();
    for (String name : globals.all()) {
      if (globals.here(name).orElseThrow()
              instanceof Meaning.Callable(Routine _, boolean isGuard, Span _)
          && isGuard) {
        guards.add(name);
      }
    }
    return guards;
  }

  Set<String> names() {
    Set<String> all = new LinkedHashSet<>(globals.all());
    all.addAll(pending.keySet());
    all.addAll(enumerators.keySet());
    return all;
  }
}
