package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Bank;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Statement;

/// Makes a `bank`'s reads and writes into functions: one pair per entry, and one pair that chooses
/// by number.
///
/// An entry without `get` (or `set`) reads (or is written) as a number that is no entry: by `else`.
/// Without an `else`, that is unpredictable.
///
/// The numbers of a bank on a memory are cells of it, which are registers of a device: [Devices].
final class Banks {
  private Banks() {}

  /// A bank as its users see it. A constant number goes straight to the entry's own function.
  record Numbered(
      String name,
      int indexWidth,
      Type type,
      Map<String, Bits> numbers,
      Map<Bits, Routine> getters,
      Map<Bits, Routine> setters,
      Routine getter,
      Routine setter) {}

  static void declare(Draft draft, Syntax.Item.Bank item) {
    Optional<Numbers> found = numbers(draft, item);
    if (found.isEmpty()) {
      draft.declare(item.name(), new Meaning.Poisoned(item.name().span()));
      return;
    }
    Syntax.Name counter = found.get().name;
    Type index = found.get().type;
    Type type = found.get().element;
    Map<String, Bits> numbers = new LinkedHashMap<>();
    Map<Bits, Span> places = new LinkedHashMap<>();
    Map<Bits, Routine> getters = new LinkedHashMap<>();
    Map<Bits, Routine> setters = new LinkedHashMap<>();
    for (Syntax.BankEntry entry : item.entries()) {
      Optional<Bits> number = Expressions.constant(Body.outside(draft), entry.number(), index);
      if (number.isEmpty()
          || !found
              .get()
              .memory
              .map(m -> Devices.has(draft, m, number.get(), entry))
              .orElse(true)) {
        continue;
      }
      draft.glossary.declare(
          "entry", item.name().text(), entry.name(), "= " + number.get().toHex());
      Span before = places.putIfAbsent(number.get(), entry.span());
      if (before != null || numbers.putIfAbsent(entry.name().text(), number.get()) != null) {
        var d =
            Diagnostic.of(
                StateMistake.DUPLICATE_VALUE,
                "`"
                    + item.name().text()
                    + "` has two entries "
                    + (before != null
                        ? "numbered " + number.get().toHex()
                        : "called `" + entry.name().text() + "`"),
                entry.span(),
                "again here");
        draft.problems.report(before != null ? d.with(before, "first here") : d);
        continue;
      }
      String full = item.name().text() + "." + entry.name().text();
      Routine getter = getter(draft, entry, full, type);
      Routine setter = setter(draft, entry, full, type);
      if (getter != null) {
        getters.put(number.get(), getter);
      }
      if (setter != null) {
        setters.put(number.get(), setter);
      }
      found
          .get()
          .memory
          .ifPresent(m -> Devices.declare(draft, m, number.get(), full, entry, getter, setter));
    }
    if (found.get().memory.isPresent() && item.otherwise().isPresent()) {
      Devices.otherwise(draft, item);
    }
    String name = item.name().text();
    Meaning.Variable n = parameter(counter, index);
    draft.glossary.declare(counter, n);
    Meaning.Variable v =
        new Meaning.Variable(
            new Local("value", type.width()), type, false, "parameter", item.span());
    Meaning.Variable m = parameter(counter, index);
    Routine getter =
        Bodies.routine(
            draft,
            name + ".get",
            List.of(n),
            type,
            item.span(),
            b -> choose(b, item, getters, n, null));
    Routine setter =
        Bodies.routine(
            draft,
            name + ".set",
            List.of(m, v),
            null,
            item.span(),
            b -> choose(b, item, setters, m, v.local()));
    draft.banks.add(new Bank(name, index.width(), numbers));
    draft.declare(
        item.name(),
        new Meaning.Banked(
            new Numbered(name, index.width(), type, numbers, getters, setters, getter, setter),
            item.name().span()));
  }

  /// What the numbers are called and are, what entries hold, and whose cells they are, if any's.
  private record Numbers(
      Syntax.Name name, Type type, Type element, Optional<Meaning.Storage> memory) {}

  private static Optional<Numbers> numbers(Draft draft, Syntax.Item.Bank item) {
    if (item.memory().isPresent()) {
      return Spaces.memory(draft, item.memory().get())
          .map(m ->
              new Numbers(
                  new Syntax.Name("cell", item.memory().get().span()),
                  Type.bits(m.memory().indexWidth()),
                  m.type(),
                  Optional.of(m)));
    }
    Syntax.Parameter parameter = item.index().orElseThrow();
    Type index = Types.resolve(Body.outside(draft), parameter.type());
    Type type = Types.resolve(Body.outside(draft), item.type().orElseThrow());
    if (index instanceof Type.Poison || type instanceof Type.Poison) {
      return Optional.empty();
    }
    if (!(index.plain() instanceof Type.Vector)) {
      draft.problems.report(
          Diagnostic.of(
              TypeMistake.TYPE_MISMATCH,
              "a bank is numbered by bits",
              parameter.span(),
              index.text()));
      return Optional.empty();
    }
    return Optional.of(new Numbers(parameter.name(), index, type, Optional.empty()));
  }

  private static Meaning.Variable parameter(Syntax.Name name, Type type) {
    return new Meaning.Variable(
        new Local(name.text(), type.width()), type, false, "parameter", name.span());
  }

  private static @Nullable Routine getter(
      Draft draft, Syntax.BankEntry entry, String name, Type type) {
    if (entry.target().isPresent()) {
      Syntax.Expression target = entry.target().get();
      return Bodies.routine(
          draft,
          name + ".get",
          List.of(),
          type,
          entry.span(),
          b -> b.emit(new Statement.Return(Optional.of(Expressions.check(b, target, type)))));
    }
    return entry
        .get()
        .map(block -> Bodies.routine(draft, name + ".get", List.of(), type, block))
        .orElse(null);
  }

  private static @Nullable Routine setter(
      Draft draft, Syntax.BankEntry entry, String full, Type type) {
    if (entry.target().isPresent()) {
      Syntax.Expression target = entry.target().get();
      Meaning.Variable v =
          new Meaning.Variable(
              new Local("value", type.width()), type, false, "parameter", entry.span());
      return Bodies.routine(
          draft,
          full + ".set",
          List.of(v),
          null,
          entry.span(),
          b -> {
            Place place = Places.resolve(b, target, null);
            if (Places.isAssignable(b, place, target)) {
              Type wanted = Places.type(place);
              if (wanted != null) {
                Places.write(
                    b,
                    place,
                    Expressions.coerce(b, new Value.Run(v.local(), type), wanted, target, null),
                    target);
              }
            }
          });
    }
    if (entry.set().isEmpty()) {
      return null;
    }
    Syntax.Name name = entry.setParameter().orElse(entry.name());
    Meaning.Variable written = parameter(name, type);
    draft.glossary.declare(name, written);
    return Bodies.routine(draft, full + ".set", List.of(written), null, entry.set().get());
  }

  private static void choose(
      Body b,
      Syntax.Item.Bank item,
      Map<Bits, Routine> routines,
      Meaning.Variable number,
      @Nullable Local value) {
    Body rest = b.block();
    if (item.otherwise().isPresent()) {
      Flow flow = Statements.lower(rest, item.otherwise().get());
      if (flow == Flow.GOES_ON && value == null) {
        Bodies.missingReturn(b, item.name().text(), item.otherwise().get().span(), item.span());
      }
    } else {
      rest.emit(new Statement.Unpredictable("`" + item.name().text() + "` has no such entry"));
    }
    Statement.Block chain = new Statement.Block(rest.out, item.span());
    List<Map.Entry<Bits, Routine>> entries = new ArrayList<>(routines.entrySet()).reversed();
    for (Map.Entry<Bits, Routine> entry : entries) {
      Body arm = b.block();
      Bits n = entry.getKey();
      Routine routine = entry.getValue();
      Value result =
          Calls.invoke(arm, routine, value == null ? List.of() : List.of(value), routine.span());
      if (result instanceof Value.Run(Expr x, Type _)) {
        arm.emit(new Statement.Return(Optional.of(x)));
      }
      chain =
          new Statement.Block(
              List.of(
                  new Statement.If(
                      Fold.equal(number.local(), n),
                      new Statement.Block(arm.out, routine.span()),
                      chain)),
              item.span());
    }
    b.out.addAll(chain.statements());
  }

  static Value read(Body b, Numbered bank, Expr number, Span mention) {
    if (number instanceof Expr.Constant(Bits n) && bank.getters.containsKey(n)) {
      return Calls.invoke(b, bank.getters.get(n), List.of(), mention);
    }
    return Calls.invoke(b, bank.getter, List.of(number), mention);
  }

  static void write(Body b, Numbered bank, Expr number, Expr value, Span mention) {
    if (number instanceof Expr.Constant(Bits n) && bank.setters.containsKey(n)) {
      Calls.invoke(b, bank.setters.get(n), List.of(value), mention);
    } else {
      Calls.invoke(b, bank.setter, List.of(number, value), mention);
    }
  }
}
