package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Space;
import trapline.isa.Statement;

/// Declares spaces: the code that finds a physical index, or traps, and changes nothing.
///
/// Every `return` gives the index in one width: the widest that any of them computes.
final class Spaces {
  private Spaces() {}

  static void declare(Draft draft, Syntax.Item.Space item) {
    Optional<Meaning.Storage> on = memory(draft, item.memory());
    if (on.isEmpty()) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    Meaning.Storage storage = on.get();
    List<Meaning.Variable> parameters = Bodies.parameters(draft, item.parameters());
    if (parameters.stream().anyMatch(p -> p.type() instanceof Type.Poison)) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    if (parameters.isEmpty() || parameters.size() > 2 || !parameters.getFirst().type().isVector()) {
      draft.problems.report(
          Diagnostic.of(
                  TypeMistake.BAD_ARGUMENTS,
                  "a space takes an address, and may take the kind of access",
                  item.name().span(),
                  parameters.size() + " parameters")
              .help(
                  "write `space "
                      + item.name().text()
                      + "(a: Word, how: Access) on "
                      + item.memory().text()
                      + "`"));
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    Map<Access, Bits> accesses =
        parameters.size() == 2 ? accesses(draft, parameters.get(1)) : Map.of();
    var deferred =
        new Routines.Deferred<Optional<Space>>(
            item.name().text(),
            item.name().span(),
            () -> Optional.of(lower(draft, item, storage.memory(), parameters, accesses)));
    var translation =
        new Routines.Translation(
            item.name().text(), storage, parameters.getFirst().type(), deferred);
    draft.spaces.add(translation);
    draft.declare(item.name(), new Meaning.Translation(translation, item.name().span()));
  }

  /// The memory of that name; says so if there is none.
  static Optional<Meaning.Storage> memory(Draft draft, Syntax.Name name) {
    Optional<Meaning> on = draft.lookup(name);
    if (on.isPresent() && on.get() instanceof Meaning.Storage storage) {
      return Optional.of(storage);
    }
    if (on.isEmpty()) {
      Places.unknown(
          Body.outside(draft),
          NameMistake.UNKNOWN_NAME,
          "there is no memory `" + name.text() + "`",
          name,
          draft.memories.stream().map(Memory::name).toList(),
          "declare it with `memory`");
    } else if (!(on.get() instanceof Meaning.Poisoned)) {
      draft.problems.report(
          Diagnostic.of(
                  NameMistake.WRONG_KIND_OF_NAME,
                  "`" + name.text() + "` is a " + on.get().noun() + ", not a memory",
                  name.span(),
                  "a memory is needed")
              .with(on.get().span(), "declared here"));
    }
    return Optional.empty();
  }

  private static Map<Access, Bits> accesses(Draft draft, Meaning.Variable how) {
    Map<Access, Bits> values = new LinkedHashMap<>();
    if (how.type() instanceof Type.Enumeration(var type, Span declared)) {
      List<String> missing = new ArrayList<>();
      for (Access a : Access.values()) {
        String name = a.word();
        Bits value = type.values().get(name);
        if (value == null) {
          missing.add(name);
        } else {
          values.put(a, value);
        }
      }
      if (!missing.isEmpty()) {
        draft.problems.report(
            Diagnostic.of(
                    StateMistake.BAD_ACCESS,
                    "enum `" + type.name() + "` lacks " + Spelling.listed(missing),
                    how.span(),
                    "says why storage is reached")
                .with(declared, "declared here")
                .help("it needs the enumerators `Fetch`, `Load` and `Store`"));
      }
      return values;
    }
    draft.problems.report(
        Diagnostic.of(
                StateMistake.BAD_ACCESS,
                "the second parameter of a space is an enum",
                how.span(),
                how.type().text())
            .help("declare `enum Access : bits(2) { Fetch = 0, Load = 1, Store = 2 }`"));
    return values;
  }

  private static Space lower(
      Draft draft,
      Syntax.Item.Space item,
      Memory memory,
      List<Meaning.Variable> parameters,
      Map<Access, Bits> accesses) {
    Scope scope = new Scope(null);
    parameters.forEach(p -> scope.declare(p.local().name(), p));
    Body b =
        Body.of(
            draft,
            new Site(Site.Kind.SPACE, Type.bits(memory.indexWidth()), false, Access.LOAD),
            scope);
    if (Statements.lower(b, item.body()) == Flow.GOES_ON) {
      Bodies.missingReturn(b, item.name().text(), item.body().span(), item.name().span());
    }
    if (Effects.writes(draft, b.out)) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.SPACE_EFFECT,
                  "space `" + item.name().text() + "` changes state",
                  item.name().span(),
                  "it may only find an index, or trap")
              .help("let the instruction, or the trap sequence, make the change"));
    }
    int width = Math.max(memory.indexWidth(), widest(b.out));
    Statement.Block body = new Statement.Block(resized(b.out, width), item.body().span());
    Optional<Local> access =
        parameters.size() == 2 ? Optional.of(parameters.get(1).local()) : Optional.empty();
    return new Space(
        item.name().text(),
        memory,
        parameters.getFirst().local(),
        access,
        accesses,
        body,
        Devices.of(draft, memory),
        item.span());
  }

  private static int widest(List<Statement> statements) {
    int widest = 1;
    for (Statement s : statements) {
      widest =
          Math.max(
              widest,
              switch (s) {
                case Statement.Return(Optional<Expr> value) -> value.map(Expr::width).orElse(1);
                case Statement.If(var _, var then, var otherwise) ->
                    Math.max(widest(then.statements()), widest(otherwise.statements()));
                case Statement.While(var _, var body) -> widest(body.statements());
                default -> 1;
              });
    }
    return widest;
  }

  private static List<Statement> resized(List<Statement> statements, int width) {
    List<Statement> made = new ArrayList<>();
    for (Statement s : statements) {
      made.add(
          switch (s) {
            case Statement.Return(Optional<Expr> value) ->
                new Statement.Return(value.map(v -> Fold.extend(v, width, false)));
            case Statement.If(Expr c, var then, var otherwise) ->
                new Statement.If(
                    c,
                    new Statement.Block(resized(then.statements(), width), then.span()),
                    new Statement.Block(resized(otherwise.statements(), width), otherwise.span()));
            case Statement.While(Expr c, var body) ->
                new Statement.While(
                    c, new Statement.Block(resized(body.statements(), width), body.span()));
            default -> s;
          });
    }
    return made;
  }
}
