package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Assumption;
import trapline.isa.Expectation;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.TestCase;
import trapline.isa.TrapLine;
import trapline.isa.UnspecifiedFunction;

/// Builds one instance of a machine: every parameter has one value.
///
///     declare names -> causes -> the instruction word -> bodies -> instructions -> what is left over -> claims
final class Assembly {
  private final Draft draft;
  private final Inheritance.Flat flat;
  private final Syntax.Definition machine;

  private Assembly(Inheritance.Flat flat, Syntax.Definition machine, Glossary glossary) {
    this.draft = new Draft(glossary);
    this.flat = flat;
    this.machine = machine;
  }

  /// The machine, absent when it has errors, and all that there is to say about it.
  record Result(Optional<Machine> machine, Problems problems) {}

  static Result build(
      Inheritance.Flat flat,
      Syntax.Definition machine,
      List<Settings.Value> setting,
      Glossary glossary) {
    Assembly a = new Assembly(flat, machine, glossary);
    Machine made = a.assemble(setting);
    return new Result(
        made == null || a.draft.problems.hasErrors() ? Optional.empty() : Optional.of(made),
        a.draft.problems);
  }

  private @Nullable Machine assemble(List<Settings.Value> setting) {
    declareParameters(setting);
    postponeNames();
    declareWord();
    draft.declareAll();
    Traps traps = new Traps(draft);
    traps.declare(flat.entries(), flat.traps());
    if (draft.problems.hasErrors()) {
      // Bodies that rest on a broken declaration would only repeat its mistake in other words.
      return null;
    }
    draft.modes.addAll(Modes.of(draft, flat.modes(), machine.name()));
    List<Space> spaces = lowerBodies();
    Optional<Fetch> fetch = Optional.ofNullable(flat.fetch()).flatMap(this::fetch);
    Statement.Block after = after();
    List<TrapLine> table = traps.lower();
    missing();
    if (draft.word == null) {
      return null;
    }
    Instructions instructions = new Instructions(draft, draft.word);
    for (Syntax.Item.Instruction i : flat.instructions()) {
      draft.glossary.declare(Glossary.INSTRUCTION, "", i.name(), i.template().text());
      instructions.lower(i);
    }
    Instruction reserved = instructions.reserved(flat.reserved(), machine.name().span());
    List<Assumption> assumptions = new ArrayList<>();
    for (Syntax.Item.Assume a : flat.assumptions()) {
      draft.glossary.declare("assumption", "", a.name(), a.condition().span().text());
      assumptions.add(Assumptions.lower(draft, spaces, a));
    }
    Optional<Monitor> monitor =
        Optional.ofNullable(flat.vmm()).flatMap(v -> Monitors.lower(draft, v));
    List<Expectation> expectations =
        new Expectations(
                draft,
                instructions.lowered(),
                instructions.operands(),
                reserved,
                assumptions,
                instructions.wrong())
            .lower(flat);
    List<TestCase> tests = flat.tests().stream().map(t -> Tests.lower(draft, t)).toList();
    Warnings.check(draft, flat);
    if (fetch.isEmpty() || draft.problems.hasErrors()) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    setting.forEach(v -> values.put(v.name().text(), v.text()));
    return new Machine(
        machine.name().text(),
        values,
        List.copyOf(draft.registers),
        List.copyOf(draft.memories),
        List.copyOf(draft.ports),
        List.copyOf(draft.modes),
        spaces,
        List.copyOf(draft.banks),
        List.copyOf(draft.unspecified),
        table,
        fetch.get(),
        after,
        instructions.lowered(),
        reserved,
        monitor,
        assumptions,
        expectations,
        tests,
        machine.doc(),
        machine.span());
  }

  private void declareParameters(List<Settings.Value> setting) {
    for (Settings.Value v : setting) {
      draft.declare(
          v.name(),
          v.number().isPresent()
              ? new Meaning.Whole(v.number().get(), v.name().span())
              : new Meaning.Choice(v.name().text(), v.values(), v.text(), v.name().span()));
    }
  }

  private void postponeNames() {
    List<Syntax.Item.Enum> enums = new ArrayList<>();
    for (Syntax.Item item : flat.named()) {
      switch (item) {
        case Syntax.Item.Enum i -> {
          enums.add(i);
          draft.postpone(i.name(), () -> Types.enumeration(draft, i));
        }
        case Syntax.Item.Const i -> draft.postpone(i.name(), () -> Types.constant(draft, i));
        case Syntax.Item.TypeAlias i -> draft.postpone(i.name(), () -> Types.alias(draft, i));
        case Syntax.Item.Struct i -> draft.postpone(i.name(), () -> Layout.struct(draft, i));
        case Syntax.Item.Register i -> draft.postpone(i.name(), () -> State.register(draft, i));
        case Syntax.Item.Memory i -> draft.postpone(i.name(), () -> State.memory(draft, i));
        case Syntax.Item.Alias i ->
            draft.postpone(
                i.name(),
                () ->
                    draft.declare(
                        i.name(), new Meaning.Alias(i.name().text(), i.target(), i.name().span())));
        case Syntax.Item.View i -> draft.postpone(i.name(), () -> Views.declare(draft, i));
        case Syntax.Item.Device i -> draft.postpone(i.name(), () -> State.device(draft, i));
        case Syntax.Item.Space i -> draft.postpone(i.name(), () -> Spaces.declare(draft, i));
        case Syntax.Item.Bank i -> draft.postpone(i.name(), () -> Banks.declare(draft, i));
        case Syntax.Item.Unspecified i -> draft.postpone(i.name(), () -> unspecified(i));
        case Syntax.Item.Function i -> draft.postpone(i.name(), () -> Bodies.function(draft, i));
        case Syntax.Item.Guard i -> draft.postpone(i.name(), () -> Bodies.guard(draft, i));
        case Syntax.Item.OperandKind i -> draft.postpone(i.name(), () -> Kinds.declare(draft, i));
        default -> throw new IllegalStateException("no name of its own: " + item);
      }
    }
    // Enumerators are names of their own, so enums come first.
    enums.forEach(e -> draft.require(e.name().text()));
  }

  private void unspecified(Syntax.Item.Unspecified item) {
    List<Meaning.Variable> parameters = Bodies.parameters(draft, item.parameters());
    Type type = Types.resolve(Body.outside(draft), item.type());
    Local result = new Local("result", type.width());
    Scope scope = new Scope(null);
    parameters.forEach(p -> scope.declare(p.local().name(), p));
    scope.declare(
        "result", new Meaning.Variable(result, type, false, "result", item.type().span()));
    Optional<Expr> constraint =
        item.where().map(w -> Expressions.condition(Body.of(draft, Site.condition(), scope), w));
    var function =
        new UnspecifiedFunction(
            item.name().text(),
            parameters.stream().map(Meaning.Variable::local).toList(),
            result,
            constraint);
    draft.unspecified.add(function);
    draft.declare(
        item.name(),
        new Meaning.Loose(
            function,
            parameters.stream().map(Meaning.Variable::type).toList(),
            type,
            item.name().span()));
  }

  private void declareWord() {
    Syntax.Item.Fetch f = flat.fetch();
    if (f != null) {
      Type unit = Types.resolve(Body.outside(draft), f.type());
      int most = f.most().flatMap(m -> most(unit.width(), m)).orElse(unit.width());
      draft.unit = unit;
      Type type = most == unit.width() ? unit : Type.bits(most);
      draft.word =
          new Meaning.Variable(
              new Local(f.word().text(), type.width()),
              type,
              false,
              "instruction word",
              f.word().span());
      draft.glossary.declare(f.word(), draft.word);
    }
  }

  /// The bits of the longest instruction: a multiple of the unit.
  private Optional<Integer> most(int unit, Syntax.Expression most) {
    Optional<Integer> bits =
        Expressions.size(
            Body.outside(draft), most, unit, Types.MAX_WIDTH, "the longest instruction");
    if (bits.isPresent() && bits.get() % unit != 0) {
      draft.problems.report(
          Diagnostic.of(
              StateMistake.BAD_SIZE,
              "instructions are made of units of " + unit + " bits",
              most.span(),
              bits.get() + " is no multiple"));
      return Optional.empty();
    }
    return bits;
  }

  /// Every space, function and guard, called or not.
  private List<Space> lowerBodies() {
    List<Space> spaces = new ArrayList<>();
    for (Routines.Translation t : draft.spaces) {
      draft.routines.lower(t.space(), Span.NONE).flatMap(s -> s).ifPresent(spaces::add);
    }
    Devices.check(draft, spaces);
    for (int i = 0; i < draft.all.size(); i++) {
      draft.routines.lower(draft.all.get(i).body(), draft.all.get(i).span());
    }
    return spaces;
  }

  private Optional<Fetch> fetch(Syntax.Item.Fetch item) {
    Meaning.Variable word = draft.word;
    if (word == null) {
      return Optional.empty();
    }
    Body read = Body.of(draft, Site.body(Site.Kind.FETCH), new Scope(null));
    Type type = draft.unit == null ? word.type() : draft.unit;
    Local unit =
        type.width() == word.local().width() ? word.local() : new Local("unit", type.width());
    Expr value =
        Expressions.check(
            read,
            item.value(),
            type,
            new Mismatch.Side(word.span(), "`" + word.local().name() + "` : " + type.text()));
    read.emit(new Statement.Assign(unit, value));
    draft.units = Views.units(draft, item.value());
    Body advance =
        Body.of(draft, new Site(Site.Kind.ADVANCE, null, false, Access.LOAD), new Scope(null));
    Statements.assign(advance, item.target(), item.advance());
    return Optional.of(
        new Fetch(
            word.local(),
            unit,
            new Statement.Block(read.out, item.value().span()),
            new Statement.Block(advance.out, item.target().span().to(item.advance().span())),
            draft.units));
  }

  private Statement.Block after() {
    Syntax.Item.After item = flat.after();
    if (item == null) {
      return Statement.Block.EMPTY;
    }
    Body b = Body.of(draft, Site.body(Site.Kind.AFTER), new Scope(null));
    Statements.lower(b, item.body());
    return new Statement.Block(b.out, item.body().span());
  }

  private void missing() {
    List<String> parts = new ArrayList<>();
    if (flat.fetch() == null) {
      parts.add("`fetch`");
    }
    if (flat.reserved() == null) {
      parts.add("`reserved`");
    }
    if (flat.traps().isEmpty()) {
      parts.add("`traps`");
    }
    if (flat.instructions().isEmpty()) {
      parts.add("`instr`");
    }
    if (draft.memories.isEmpty()) {
      parts.add("`memory`");
    }
    if (!parts.isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.MISSING_PART,
                  "machine `" + machine.name().text() + "` has no " + Spelling.joined(parts),
                  machine.name().span(),
                  "not complete")
              .help(
                  flat.reserved() == null && parts.size() == 1
                      ? "say what every other encoding does: `reserved { trap … ; }`"
                      : "declare "
                          + (parts.size() == 1 ? "it" : "them")
                          + ", or inherit "
                          + (parts.size() == 1 ? "it" : "them")
                          + " with `extends`"));
    }
  }
}
