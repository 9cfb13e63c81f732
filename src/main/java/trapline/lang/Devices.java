package trapline.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.DeviceCell;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Memory;
import trapline.isa.Space;
import trapline.isa.Statement;

/// The banks that lie on a memory: cells that are registers of a device.
///
/// A cell has both a `get` and a `set`, which only act on registers and ports. Programs reach it
/// through spaces; what names it by a constant physical address is wrong.
final class Devices {
  private Devices() {}

  /// An entry of such a bank.
  record Declared(
      Memory memory, Bits index, String name, Routine getter, Routine setter, Span span) {}

  /// Whether the memory has that cell, and it is no other entry's; says so if not.
  static boolean has(Draft draft, Meaning.Storage storage, Bits index, Syntax.BankEntry entry) {
    Memory memory = storage.memory();
    if (!memory.has(index.value())) {
      draft.problems.report(
          Diagnostic.of(
                  TypeMistake.INDEX_OUT_OF_RANGE,
                  "`" + memory.name() + "` has no cell " + index.value(),
                  entry.number().span(),
                  "the last is " + Long.toUnsignedString(memory.last()))
              .with(storage.span(), "declared here"));
      return false;
    }
    Optional<Declared> before = at(draft, memory, index);
    before.ifPresent(d ->
        draft.problems.report(
            Diagnostic.of(
                    StateMistake.DUPLICATE_VALUE,
                    "cell " + index.value() + " of `" + memory.name() + "` is two registers",
                    entry.span(),
                    "again here")
                .with(d.span, "`" + d.name + "` is there already")));
    return before.isEmpty();
  }

  static void declare(
      Draft draft,
      Meaning.Storage storage,
      Bits index,
      String name,
      Syntax.BankEntry entry,
      @Nullable Routine getter,
      @Nullable Routine setter) {
    if (getter == null || setter == null) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.INCOMPLETE_DEVICE,
                  "`"
                      + name
                      + "` does not say what a "
                      + (getter == null ? "read" : "write")
                      + " does",
                  entry.name().span(),
                  "a program may " + (getter == null ? "read" : "write") + " there")
              .help(
                  getter == null
                      ? "add `get { return 0; }`, or what else it reads as"
                      : "add `set(v) { }`, if nothing comes of it"));
      return;
    }
    draft.devices.add(
        new Declared(storage.memory(), index, name, getter, setter, entry.number().span()));
  }

  static void otherwise(Draft draft, Syntax.Item.Bank item) {
    draft.problems.report(
        Diagnostic.of(
                StateMistake.INCOMPLETE_DEVICE,
                "`" + item.name().text() + "` says what other cells are",
                item.otherwise().orElseThrow().span(),
                "other cells are storage")
            .help("take `else` away, or give the cells that are meant one by one"));
  }

  /// The registers on the memory, in the order of their cells.
  static List<DeviceCell> of(Draft draft, Memory memory) {
    List<DeviceCell> cells = new ArrayList<>();
    for (Declared d : draft.devices) {
      if (d.memory == memory) {
        Optional<Function> get = draft.routines.lower(d.getter.body(), d.span);
        Optional<Function> set = draft.routines.lower(d.setter.body(), d.span);
        if (get.isPresent() && set.isPresent()) {
          cells.add(new DeviceCell(d.name, d.index, get.get(), set.get()));
        }
      }
    }
    cells.sort((a, b) -> a.index().value().compareTo(b.index().value()));
    return List.copyOf(cells);
  }

  /// Reports registers that no space reaches, and those whose code is not a device's.
  static void check(Draft draft, List<Space> spaces) {
    for (Declared d : draft.devices) {
      Optional<Space> space = spaces.stream().filter(s -> s.memory() == d.memory).findFirst();
      if (space.isEmpty()) {
        draft.problems.report(
            Diagnostic.of(
                    StateMistake.INCOMPLETE_DEVICE,
                    "no program reaches `" + d.name + "`",
                    d.span,
                    "no space is on `" + d.memory.name() + "`")
                .help("device registers are reached through spaces: `space V(a) on …`"));
        continue;
      }
      space.get().devices().stream()
          .filter(c -> c.name().equals(d.name))
          .findFirst()
          .ifPresent(c -> {
            check(draft, d, c.get(), d.getter);
            check(draft, d, c.set(), d.setter);
          });
    }
  }

  private static void check(Draft draft, Declared device, Function function, Routine routine) {
    String what =
        function.parameters().size() > routine.parameters().size()
            ? "looks at the instruction"
            : refused(function.body());
    if (what != null) {
      draft.problems.report(
          Diagnostic.of(
                  StateMistake.DEVICE_EFFECT,
                  "`" + function.name() + "` " + what,
                  function.span(),
                  "a device's register only acts on registers and ports")
              .with(device.span, "`" + device.name + "` is a cell of storage")
              .help("let an instruction do it, or the space that leads to the cell"));
    }
  }

  private static @Nullable String refused(Statement.Block block) {
    for (Statement statement : block.statements()) {
      String what = refused(statement);
      for (Statement.Block inner : what == null ? statement.blocks() : List.<Statement.Block>of()) {
        what = what == null ? refused(inner) : what;
      }
      if (what != null) {
        return what;
      }
    }
    return null;
  }

  private static @Nullable String refused(Statement statement) {
    return switch (statement) {
      case Statement.Assign(var _, Expr value) -> storage(List.of(value));
      case Statement.RegisterWrite(var _, Expr index, Expr value) -> storage(List.of(index, value));
      case Statement.Output(var _, Expr value) -> storage(List.of(value));
      case Statement.Call(var _, var _, List<Expr> arguments) -> storage(arguments);
      case Statement.If(Expr condition, var _, var _) -> storage(List.of(condition));
      case Statement.Return(Optional<Expr> value) -> storage(value.stream().toList());
      case Statement.Input _, Statement.Unpredictable _ -> null;
      case Statement.Choose _ -> "chooses, which the architecture would leave open each time";
      case Statement.While _ -> "loops as often as it takes";
      case Statement.MemoryWrite _, Statement.Load _, Statement.Store _ -> "reaches storage";
      case Statement.Raise(var cause, var _) -> "traps: `" + cause.name() + "`";
      case Statement.Halt _ -> "halts the machine";
      case Statement.Commit _ -> "commits what an instruction did";
      case Statement.Execute _ -> "executes another instruction";
    };
  }

  private static @Nullable String storage(List<Expr> all) {
    return all.stream().anyMatch(Devices::readsStorage) ? "reaches storage" : null;
  }

  private static boolean readsStorage(Expr e) {
    return switch (e) {
      case trapline.isa.Local _, Expr.Constant _, Expr.PortPeek _ -> false;
      case Expr.MemoryRead _ -> true;
      case Expr.RegisterRead(var _, Expr index) -> readsStorage(index);
      case Expr.Unary(var _, Expr x) -> readsStorage(x);
      case Expr.Binary(var _, Expr x, Expr y) -> readsStorage(x) || readsStorage(y);
      case Expr.Extract(Expr x, int _, int _) -> readsStorage(x);
      case Expr.Concat(Expr x, Expr y) -> readsStorage(x) || readsStorage(y);
      case Expr.Extend(Expr x, int _, boolean _) -> readsStorage(x);
      case Expr.Conditional(Expr c, Expr x, Expr y) ->
          readsStorage(c) || readsStorage(x) || readsStorage(y);
      case Expr.Unspecified(var _, List<Expr> arguments) ->
          arguments.stream().anyMatch(Devices::readsStorage);
    };
  }

  /// Reports a physical access to a register, where its address is a constant.
  static void reached(Body b, Memory memory, Expr index, Span span) {
    if (index instanceof Expr.Constant(Bits at)) {
      at(b.draft, memory, at)
          .ifPresent(d ->
              b.report(
                  Diagnostic.of(
                          StateMistake.DEVICE_CELL,
                          "cell " + at.value() + " of `" + memory.name() + "` is no storage",
                          span,
                          "reaches device register `" + d.name + "` physically")
                      .with(d.span, "a register by this line")
                      .help("use `" + d.name + "` itself, or reach it through a space")));
    }
  }

  private static Optional<Declared> at(Draft draft, Memory memory, Bits index) {
    return draft.devices.stream()
        .filter(d -> d.memory == memory && d.index.value().equals(index.value()))
        .findFirst();
  }
}
