package trapline.lang;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Local;
import trapline.isa.Register;
import trapline.isa.Statement;

/// Finds the places that expressions name, reads them and writes them.
///
/// Guaranteed: an index is evaluated once, when its place is resolved; a write of part of a place
/// keeps the rest; the fixed bits of a register and its `zero` element never change.
final class Places {
  private Places() {}

  // ------------------------------------------------------------------ resolving

  static Place resolve(Body b, Syntax.Expression e, @Nullable Type hint) {
    if (b.depth > 400) {
      b.report(
          Diagnostic.of(
              BodyMistake.TOO_DEEP, "this expression is nested too deeply", e.span(), "too deep"));
      return new Place.Wrong();
    }
    b.depth++;
    Place place =
        switch (e) {
          case Syntax.Expression.Reference r -> reference(b, r.name(), hint);
          case Syntax.Expression.Index i -> index(b, i);
          case Syntax.Expression.Slice s -> slice(b, s);
          case Syntax.Expression.Member m -> member(b, m, hint);
          case Syntax.Expression.Number _,
              Syntax.Expression.Truth _,
              Syntax.Expression.Unary _,
              Syntax.Expression.Binary _,
              Syntax.Expression.Conditional _,
              Syntax.Expression.Match _,
              Syntax.Expression.Call _ ->
              computed(Expressions.infer(b, e, hint));
        };
    b.depth--;
    return place;
  }

  private static Place computed(Value v) {
    return v instanceof Value.Wrong ? new Place.Wrong() : new Place.Computed(v);
  }

  private static Place reference(Body b, Syntax.Name name, @Nullable Type hint) {
    Optional<Meaning> found = b.lookup(name);
    if (found.isEmpty()) {
      return enumerator(b, name, hint);
    }
    Meaning meaning = found.get();
    if (meaning == b.word.variable && !b.site.hasWord()) {
      b.report(
          Diagnostic.of(
                  NameMistake.NO_INSTRUCTION_HERE,
                  "`" + name.text() + "` has no value here",
                  name.span(),
                  "no instruction is being executed")
              .with(meaning.span(), "the instruction word is declared here")
              .help("only instructions, and the functions and guards they call, can mention it"));
      return new Place.Wrong();
    }
    return switch (meaning) {
      case Meaning.Whole(BigInteger n, Span _) -> new Place.Computed(new Value.Whole(n));
      case Meaning.Choice c -> new Place.Computed(new Value.Picked(c));
      case Meaning.Constant(Bits v, Type t, Span _) ->
          new Place.Computed(new Value.Run(new Expr.Constant(v), t));
      case Meaning.Enumerator x ->
          new Place.Computed(new Value.Run(new Expr.Constant(x.value()), x.type()));
      case Meaning.State s when !s.register().isFile() -> new Place.Element(s, Fold.constant(1, 0));
      case Meaning.Variable v -> new Place.Variable(v);
      case Meaning.Poisoned _ -> new Place.Wrong();
      case Meaning.Alias a -> {
        if (!b.draft.aliases.add(a.name())) {
          b.report(
              Diagnostic.of(
                  NameMistake.CIRCULAR_DEFINITION,
                  "`" + a.name() + "` is an alias of itself",
                  a.span(),
                  "defined by itself"));
          yield new Place.Wrong();
        }
        Place target = resolve(b.global(), a.target(), hint);
        b.draft.aliases.remove(a.name());
        yield target;
      }
      case Meaning.State _,
          Meaning.Storage _,
          Meaning.Device _,
          Meaning.Translation _,
          Meaning.Seen _,
          Meaning.Through _,
          Meaning.Banked _,
          Meaning.Callable _,
          Meaning.Loose _,
          Meaning.OperandKindName _,
          Meaning.TypeName _,
          Meaning.Virtual _,
          Meaning.Region _ ->
          new Place.Bare(meaning);
    };
  }

  private static Place enumerator(Body b, Syntax.Name name, @Nullable Type hint) {
    List<Meaning.Enumerator> candidates = b.draft.enumerators.getOrDefault(name.text(), List.of());
    if (hint instanceof Type.Enumeration wanted) {
      for (Meaning.Enumerator c : candidates) {
        if (c.type().equals(wanted)) {
          b.draft.glossary.mention(name, c);
          return new Place.Computed(new Value.Run(new Expr.Constant(c.value()), c.type()));
        }
      }
    }
    if (candidates.size() == 1) {
      Meaning.Enumerator c = candidates.getFirst();
      b.draft.glossary.mention(name, c);
      return new Place.Computed(new Value.Run(new Expr.Constant(c.value()), c.type()));
    }
    if (candidates.size() > 1) {
      var d =
          Diagnostic.of(
              NameMistake.AMBIGUOUS_ENUMERATOR,
              "`" + name.text() + "` belongs to several enums",
              name.span(),
              "which one is meant?");
      for (Meaning.Enumerator c : candidates) {
        d = d.with(c.span(), "`" + c.type().text() + "." + name.text() + "`");
      }
      b.report(d.help("write `" + candidates.getFirst().type().text() + "." + name.text() + "`"));
    } else if (!b.draft.isBeingDefined(name.text())) {
      unknown(
          b,
          NameMistake.UNKNOWN_NAME,
          "nothing is called `" + name.text() + "`",
          name,
          b.names(),
          "declare it, or check its spelling");
    }
    return new Place.Wrong();
  }

  static void unknown(
      Body b,
      NameMistake code,
      String message,
      Syntax.Name name,
      Collection<String> known,
      String otherwise) {
    b.report(
        Diagnostic.of(code, message, name.span(), "not declared")
            .help(Spelling.advice(name.text(), known, otherwise)));
  }

  private static Place index(Body b, Syntax.Expression.Index e) {
    Place base = resolve(b, e.base(), null);
    Optional<Access> access = Optional.empty();
    if (base instanceof Place.Bare(Meaning.Through(Meaning storage, Access why, Span _))) {
      base = new Place.Bare(storage);
      access = Optional.of(why);
    }
    Optional<Access> how = access;
    if (base instanceof Place.Wrong) {
      return base;
    }
    if (base instanceof Place.Bare named) {
      return switch (named.meaning()) {
        case Meaning.State s ->
            element(
                    b,
                    e.index(),
                    BigInteger.valueOf(s.register().count()),
                    "`" + s.register().name() + "` has " + s.register().count() + " elements",
                    s.span())
                .<Place>map(i -> new Place.Element(s, i))
                .orElseGet(Place.Wrong::new);
        case Meaning.Storage m ->
            element(
                    b,
                    e.index(),
                    m.memory().count(),
                    "`" + m.memory().name() + "` has " + m.memory().count() + " cells",
                    m.span())
                .<Place>map(i -> new Place.Cell(m, i))
                .orElseGet(Place.Wrong::new);
        case Meaning.Translation(Routines.Translation space, Span at) ->
            new Place.Window(
                space,
                Expressions.check(
                    b,
                    e.index(),
                    space.address(),
                    new Mismatch.Side(at, "addresses are " + space.address().text())),
                how);
        case Meaning.Seen(StorageView view, Span at) ->
            Views.address(b, view, e.index(), at)
                .<Place>map(a -> new Place.Seen(view, a, how))
                .orElseGet(Place.Wrong::new);
        case Meaning.Banked(Banks.Numbered bank, Span at) ->
            new Place.Entry(
                bank,
                Expressions.check(
                    b,
                    e.index(),
                    Type.bits(bank.indexWidth()),
                    new Mismatch.Side(
                        at, "entries are numbered by bits(" + bank.indexWidth() + ")")));
        case Meaning.Whole _,
            Meaning.Choice _,
            Meaning.Constant _,
            Meaning.TypeName _,
            Meaning.Enumerator _,
            Meaning.Device _,
            Meaning.Callable _,
            Meaning.Loose _,
            Meaning.Through _,
            Meaning.OperandKindName _,
            Meaning.Alias _,
            Meaning.Variable _,
            Meaning.Virtual _,
            Meaning.Region _,
            Meaning.Poisoned _ ->
            bare(b, e.base(), named.meaning());
      };
    }
    Type type = type(base);
    if (type instanceof Type.Poison) {
      return new Place.Wrong();
    }
    if (type == null || !type.isVector()) {
      notIndexable(b, e.base(), type);
      return new Place.Wrong();
    }
    Value index = Expressions.infer(b, e.index(), null);
    return switch (index) {
      case Value.Whole(BigInteger n) -> {
        if (n.signum() < 0 || n.compareTo(BigInteger.valueOf(type.width())) >= 0) {
          outside(b, e.index().span(), "bit " + Mismatch.number(n), e.base(), type);
          yield new Place.Wrong();
        }
        yield new Place.Bits(base, n.intValue(), n.intValue(), Type.bits(1));
      }
      case Value.Run(Expr x, Type t) when t.isVector() && !t.isSigned() -> new Place.Bit(base, x);
      case Value.Run(Expr _, Type t) -> {
        Mismatch.operand(b, e.index(), t, "[ ]");
        yield new Place.Wrong();
      }
      case Value.Picked _ -> {
        Mismatch.operand(b, e.index(), Type.TRUTH, "[ ]");
        yield new Place.Wrong();
      }
      case Value.Wrong _ -> new Place.Wrong();
    };
  }

  static Optional<Expr> element(
      Body b, Syntax.Expression e, BigInteger count, String what, Span declared) {
    return switch (Expressions.infer(b, e, null)) {
      case Value.Whole(BigInteger n) -> {
        if (n.signum() < 0 || n.compareTo(count) >= 0) {
          b.report(
              Diagnostic.of(
                      TypeMistake.INDEX_OUT_OF_RANGE,
                      "there is no element " + Mismatch.number(n),
                      e.span(),
                      "the last is " + count.subtract(BigInteger.ONE))
                  .with(declared, what));
          yield Optional.empty();
        }
        yield Optional.of(new Expr.Constant(new Bits(Bits.indexWidth(count), n)));
      }
      case Value.Run(Expr x, Type t) when t.isVector() && !t.isSigned() -> {
        if (x instanceof Expr.Constant(Bits v) && v.value().compareTo(count) >= 0) {
          b.report(
              Diagnostic.of(
                      TypeMistake.INDEX_OUT_OF_RANGE,
                      "there is no element " + v.value(),
                      e.span(),
                      "the last is " + count.subtract(BigInteger.ONE))
                  .with(declared, what));
          yield Optional.empty();
        }
        yield Optional.of(x);
      }
      case Value.Run(Expr _, Type t) -> {
        Mismatch.operand(b, e, t, "[ ]");
        yield Optional.empty();
      }
      case Value.Picked _ -> {
        Mismatch.operand(b, e, Type.TRUTH, "[ ]");
        yield Optional.empty();
      }
      case Value.Wrong _ -> Optional.empty();
    };
  }

  private static Place slice(Body b, Syntax.Expression.Slice e) {
    Place base = resolve(b, e.base(), null);
    if (base instanceof Place.Wrong) {
      return base;
    }
    if (base instanceof Place.Bare(Meaning meaning)) {
      return bare(b, e.base(), meaning);
    }
    Type type = type(base);
    if (type instanceof Type.Poison) {
      return new Place.Wrong();
    }
    if (type == null || !type.isVector()) {
      notIndexable(b, e.base(), type);
      return new Place.Wrong();
    }
    Optional<BigInteger> high = Expressions.whole(b, e.high());
    Optional<BigInteger> low = Expressions.whole(b, e.low());
    if (high.isEmpty() || low.isEmpty()) {
      return new Place.Wrong();
    }
    BigInteger h = high.get();
    BigInteger l = low.get();
    if (l.signum() < 0
        || h.compareTo(BigInteger.valueOf(type.width())) >= 0
        || h.compareTo(l) < 0) {
      if (h.compareTo(l) < 0) {
        b.report(
            Diagnostic.of(
                    TypeMistake.SLICE_OUT_OF_RANGE,
                    "slice bounds are exchanged",
                    e.span(),
                    h + ".." + l)
                .help("the high bit comes first: `[" + l + ".." + h + "]`"));
      } else {
        outside(
            b, e.span(), "bits " + Mismatch.number(h) + ".." + Mismatch.number(l), e.base(), type);
      }
      return new Place.Wrong();
    }
    int width = h.intValue() - l.intValue() + 1;
    return new Place.Bits(
        base,
        h.intValue(),
        l.intValue(),
        new Type.Vector(width, type.isSigned() && width == type.width()));
  }

  private static void outside(Body b, Span span, String what, Syntax.Expression base, Type type) {
    b.report(
        Diagnostic.of(
                TypeMistake.SLICE_OUT_OF_RANGE,
                what + " of " + type.width() + " bits",
                span,
                "the highest bit is " + (type.width() - 1))
            .with(base.span(), type.text() + Mismatch.origin(b, base)));
  }

  private static void notIndexable(Body b, Syntax.Expression base, @Nullable Type type) {
    String what = type == null ? "a number without a width" : type.text();
    var d =
        Diagnostic.of(
            TypeMistake.NOT_INDEXABLE,
            "`[ ]` does not apply to " + what,
            base.span(),
            what + Mismatch.origin(b, base));
    b.report(
        type == null ? d : d.help("take its bits first: `raw(" + Mismatch.source(base) + ")`"));
  }

  private static Place member(Body b, Syntax.Expression.Member e, @Nullable Type hint) {
    Place base = resolve(b, e.base(), null);
    Syntax.Name name = e.name();
    switch (base) {
      case Place.Wrong w -> {
        return w;
      }
      case Place.Bare(Meaning.Device d) -> {
        Meaning.Line line = d.lines().get(name.text());
        if (line != null) {
          b.draft.glossary.mention("port", d.name(), name);
          return new Place.Port(line);
        }
        unknown(
            b,
            NameMistake.UNKNOWN_FIELD,
            "device `" + d.name() + "` has no port `" + name.text() + "`",
            name,
            d.lines().keySet(),
            "declare the port");
        return new Place.Wrong();
      }
      case Place.Bare(Meaning.Banked(Banks.Numbered bank, Span _)) -> {
        Bits number = bank.numbers().get(name.text());
        if (number != null) {
          b.draft.glossary.mention("entry", bank.name(), name);
          return new Place.Entry(bank, new Expr.Constant(number));
        }
        unknown(
            b,
            NameMistake.UNKNOWN_FIELD,
            "bank `" + bank.name() + "` has no entry `" + name.text() + "`",
            name,
            bank.numbers().keySet(),
            "declare the entry");
        return new Place.Wrong();
      }
      case Place.Bare(Meaning.TypeName(Type.Enumeration t, Span _)) -> {
        Bits value = t.type().values().get(name.text());
        if (value != null) {
          b.draft.mentionEnumerator(name, t);
          return new Place.Computed(new Value.Run(new Expr.Constant(value), t));
        }
        unknown(
            b,
            NameMistake.UNKNOWN_FIELD,
            "enum `" + t.text() + "` has no `" + name.text() + "`",
            name,
            t.type().values().keySet(),
            "declare it");
        return new Place.Wrong();
      }
      case Place.Bare(Meaning storage)
          when storage instanceof Meaning.Translation
              || (storage instanceof Meaning.Seen(StorageView view, Span _)
                  && view.space() != null) -> {
        for (Access a : Access.values()) {
          if (a.word().equals(name.text())) {
            return new Place.Bare(new Meaning.Through(storage, a, storage.span()));
          }
        }
        unknown(
            b,
            NameMistake.UNKNOWN_FIELD,
            "storage is reached to `Fetch`, `Load` or `Store`, not to `" + name.text() + "`",
            name,
            List.of("Fetch", "Load", "Store"),
            "");
        return new Place.Wrong();
      }
      case Place.Bare(Meaning.Virtual _) -> {
        return reference(b.global(), name, hint);
      }
      case Place.Bare(Meaning.Region region) -> {
        if (!Meaning.Region.PARTS.contains(name.text())) {
          unknown(
              b,
              NameMistake.UNKNOWN_FIELD,
              "`region` has no `" + name.text() + "`",
              name,
              Meaning.Region.PARTS,
              "");
          return new Place.Wrong();
        }
        Local local = region.part(name.text());
        if (!region.fits()) {
          return new Place.Computed(new Value.Run(local, Type.bits(local.width())));
        }
        if (hint == null || !hint.isVector()) {
          Mismatch.needsWidth(b, e, "`region." + name.text() + "`");
          return new Place.Wrong();
        }
        Expr x = Fold.resize(local, hint.width());
        return new Place.Computed(new Value.Run(x, Type.bits(hint.width())));
      }
      case Place.Bare(Meaning meaning) -> {
        return bare(b, e.base(), meaning);
      }
      case Place.Variable(Meaning.Variable v)
          when v.type() instanceof Type.OfKind(Kind kind) && name.text().equals("addr") -> {
        if (kind.address() == null) {
          b.report(
              Diagnostic.of(
                      NameMistake.UNKNOWN_FIELD,
                      "operands of kind `" + kind.name() + "` have no address",
                      name.span(),
                      "no `addr`")
                  .with(kind.span(), "no alternative declares `addr { … }`"));
          return new Place.Wrong();
        }
        return new Place.Address(v, kind);
      }
      case Place.Element _,
          Place.Cell _,
          Place.Window _,
          Place.Seen _,
          Place.Entry _,
          Place.Port _,
          Place.Variable _,
          Place.Bits _,
          Place.Bit _,
          Place.Address _,
          Place.Computed _ -> {
        Type type = type(base);
        if (type instanceof Type.View view) {
          Optional<Type.Part> part = view.part(name.text());
          if (part.isPresent()) {
            b.draft.glossary.mention("field", view.name(), name);
            return new Place.Bits(base, part.get().high(), part.get().low(), part.get().type());
          }
          unknown(
              b,
              NameMistake.UNKNOWN_FIELD,
              "struct `" + view.name() + "` has no field `" + name.text() + "`",
              name,
              view.parts().stream().filter(p -> p.fixed().isEmpty()).map(Type.Part::name).toList(),
              "declare the field");
          return new Place.Wrong();
        }
        if (type instanceof Type.Poison) {
          return new Place.Wrong();
        }
        String what = type == null ? "a number" : type.text();
        b.report(
            Diagnostic.of(
                    NameMistake.UNKNOWN_FIELD,
                    what + " has no fields",
                    name.span(),
                    "`." + name.text() + "` names nothing")
                .with(e.base().span(), what + Mismatch.origin(b, e.base())));
        return new Place.Wrong();
      }
    }
  }

  /// Reports a name that stands where a value or place is needed.
  private static Place bare(Body b, Syntax.Expression e, Meaning meaning) {
    String name = Mismatch.source(e);
    String fix =
        switch (meaning) {
          case Meaning.State _, Meaning.Storage _ -> "choose an element: `" + name + "[0]`";
          case Meaning.Translation _, Meaning.Seen _ -> "give an address: `" + name + "[a]`";
          case Meaning.Banked _ -> "give a number: `" + name + "[n]`";
          case Meaning.Callable _, Meaning.Loose _ -> "call it: `" + name + "()`";
          case Meaning.Device(var _, var lines, Span _) ->
              "choose a port: "
                  + Spelling.listed(lines.keySet().stream().map(l -> name + "." + l).toList());
          case Meaning.TypeName _ -> "a type is no value; convert with `" + name + "(…)`";
          default -> "a value is needed here";
        };
    b.report(
        Diagnostic.of(
                NameMistake.WRONG_KIND_OF_NAME,
                "`" + name + "` is a " + meaning.noun() + ", not a value",
                e.span(),
                "a " + meaning.noun())
            .with(meaning.span(), "declared here")
            .help(fix));
    return new Place.Wrong();
  }

  // ------------------------------------------------------------------ types

  /// The type of what a place holds; null for a number without a width, or what was reported.
  static @Nullable Type type(Place place) {
    return switch (place) {
      case Place.Element(var state, var _) -> state.type();
      case Place.Cell(var storage, var _) -> storage.type();
      case Place.Window(var space, var _, var _) -> space.storage().type();
      case Place.Seen(var view, var _, var _) -> view.type();
      case Place.Entry(var bank, var _) -> bank.type();
      case Place.Port(var line) -> line.type();
      case Place.Variable(var v) -> valueType(v);
      case Place.Bits(var _, int _, int _, Type type) -> type;
      case Place.Bit _ -> Type.bits(1);
      case Place.Address(var _, Kind kind) ->
          kind.address() == null ? null : kind.address().result();
      case Place.Computed(Value.Run(var _, Type t)) -> t;
      case Place.Computed _, Place.Bare _, Place.Wrong _ -> null;
    };
  }

  /// An operand of a kind reads as the kind's type; without `get` it is its bits.
  private static Type valueType(Meaning.Variable v) {
    if (v.type() instanceof Type.OfKind(Kind kind)) {
      return kind.getter() != null && kind.getter().result() != null
          ? kind.getter().result()
          : Type.bits(kind.width());
    }
    return v.type();
  }

  // ------------------------------------------------------------------ reading

  static Value read(Body b, Place place, Syntax.Expression e, @Nullable Type hint) {
    return switch (place) {
      case Place.Wrong _ -> Value.WRONG;
      case Place.Computed(Value v) -> v;
      case Place.Bare(Meaning meaning) -> {
        bare(b, e, meaning);
        yield Value.WRONG;
      }
      case Place.Element(Meaning.State s, Expr index) ->
          new Value.Run(
              element(s, s.zero().isPresent() ? b.shared(index, e.span()) : index), s.type());
      case Place.Cell(Meaning.Storage m, Expr index) -> {
        Devices.reached(b, m.memory(), index, e.span());
        yield new Value.Run(new Expr.MemoryRead(m.memory(), index), m.type());
      }
      case Place.Window(Routines.Translation space, Expr address, Optional<Access> access) -> {
        if (!allowed(b, e, "a read through `" + space.name() + "` may trap")) {
          yield Value.WRONG;
        }
        yield new Value.Run(
            load(b, space, address, access.orElse(b.site.access()), e.span()),
            space.storage().type());
      }
      case Place.Seen(StorageView view, Expr address, Optional<Access> access) -> {
        if (view.space() != null
            && !allowed(b, e, "a read through `" + view.space().name() + "` may trap")) {
          yield Value.WRONG;
        }
        yield new Value.Run(
            Views.read(b, view, address, access.orElse(b.site.access()), e.span()), view.type());
      }
      case Place.Entry(Banks.Numbered bank, Expr number) -> Banks.read(b, bank, number, e.span());
      case Place.Port(Meaning.Line line) -> {
        if (!line.port().isInput()) {
          b.report(
              Diagnostic.of(
                      NameMistake.WRONG_KIND_OF_NAME,
                      "`" + line.port().fullName() + "` is an output",
                      e.span(),
                      "what was written is gone")
                  .with(line.port().span(), "declared `out` here"));
          yield Value.WRONG;
        }
        if (b.site.isPure()) {
          yield new Value.Run(new Expr.PortPeek(line.port()), line.type());
        }
        Local read = new Local(line.port().name(), line.port().width());
        b.emit(new Statement.Input(read, line.port()));
        yield new Value.Run(read, line.type());
      }
      case Place.Variable(Meaning.Variable v) ->
          v.type() instanceof Type.OfKind(Kind kind) && kind.getter() != null
              ? Calls.invoke(b, kind.getter(), List.of(v.local()), e.span())
              : new Value.Run(v.local(), valueType(v));
      case Place.Address(Meaning.Variable v, Kind kind) ->
          kind.address() == null
              ? Value.WRONG
              : Calls.invoke(b, kind.address(), List.of(v.local()), e.span());
      case Place.Bits(Place base, int high, int low, Type type) ->
          read(b, base, e, null) instanceof Value.Run(Expr x, Type _)
              ? new Value.Run(Fold.extract(x, high, low), type)
              : Value.WRONG;
      case Place.Bit(Place base, Expr number) ->
          read(b, base, e, null) instanceof Value.Run(Expr x, Type _)
              ? new Value.Run(
                  Fold.extract(Fold.binary(BinaryOp.LSHR, x, number), 0, 0), Type.bits(1))
              : Value.WRONG;
    };
  }

  /// What storage holds at an address, through translation.
  static Local load(Body b, Routines.Translation space, Expr address, Access access, Span span) {
    Local loaded = new Local("loaded", space.storage().memory().width());
    b.draft
        .routines
        .lower(space.space(), span)
        .flatMap(s -> s)
        .ifPresent(s -> b.emit(new Statement.Load(loaded, s, address, access)));
    return loaded;
  }

  static void store(Body b, Routines.Translation space, Expr address, Expr value, Span span) {
    b.draft
        .routines
        .lower(space.space(), span)
        .flatMap(s -> s)
        .ifPresent(s -> b.emit(new Statement.Store(s, address, value)));
  }

  /// Effects are refused where code only looks.
  static boolean allowed(Body b, Syntax.Expression e, String what) {
    if (b.site.isPure()) {
      b.report(
          Diagnostic.of(
                  BodyMistake.EFFECT_IN_CONDITION,
                  "a condition outside bodies only looks at state",
                  e.span(),
                  what)
              .help("mention registers, memory and ports directly, or functions that only look"));
    }
    return !b.site.isPure();
  }

  private static Expr element(Meaning.State s, Expr index) {
    Register r = s.register();
    Expr read = new Expr.RegisterRead(r, index);
    if (s.zero().isEmpty()) {
      return read;
    }
    Expr isZero = isElement(index, s.zero().getAsInt());
    return Fold.conditional(isZero, new Expr.Constant(Bits.zero(r.width())), read);
  }

  private static Expr isElement(Expr index, int number) {
    if (index.width() < 31 && number >= 1 << index.width()) {
      return Fold.FALSE;
    }
    return Fold.equal(index, Bits.of(index.width(), number));
  }

  // ------------------------------------------------------------------ writing

  /// Can the place be assigned at all? Reports when it cannot.
  static boolean isAssignable(Body b, Place place, Syntax.Expression e) {
    Optional<String> why =
        switch (place) {
          case Place.Wrong _ -> Optional.of("");
          case Place.Element _, Place.Cell _, Place.Entry _ -> Optional.empty();
          case Place.Window(var _, var _, Optional<Access> access) -> stores(access);
          case Place.Seen(var _, var _, Optional<Access> access) -> stores(access);
          case Place.Port(Meaning.Line line) ->
              line.port().isInput() ? Optional.of("it is an input port") : Optional.empty();
          case Place.Variable(Meaning.Variable v) -> {
            if (v.type() instanceof Type.OfKind(Kind kind)) {
              yield kind.setter() != null
                  ? Optional.empty()
                  : Optional.of(
                      "no alternative of operand kind `" + kind.name() + "` declares `set`");
            }
            yield v.isMutable()
                ? Optional.empty()
                : Optional.of(
                    v.noun().equals("let")
                        ? "it was bound by `let`; use `var`"
                        : "it is " + (v.noun().matches("[aeiou].*") ? "an " : "a ") + v.noun());
          }
          case Place.Bits(Place base, int _, int _, Type _) -> {
            yield isAssignable(b, base, e) ? Optional.empty() : Optional.of("");
          }
          case Place.Bit(Place base, Expr _) ->
              isAssignable(b, base, e) ? Optional.empty() : Optional.of("");
          case Place.Address _ -> Optional.of("an address is computed");
          case Place.Computed _ -> Optional.of("it is a value, not a place");
          case Place.Bare(Meaning m) -> {
            bare(b, e, m);
            yield Optional.of("");
          }
        };
    why.filter(w -> !w.isEmpty())
        .ifPresent(w ->
            b.report(
                Diagnostic.of(
                    TypeMistake.NOT_ASSIGNABLE,
                    "`" + Mismatch.source(e) + "` cannot be assigned",
                    e.span(),
                    w)));
    return why.isEmpty();
  }

  private static Optional<String> stores(Optional<Access> access) {
    return access
        .filter(a -> a != Access.STORE)
        .map(a -> "storage is reached to `" + a.word() + "`");
  }

  /// Writes `value`, of the place's type. `e` is the place as written.
  static void write(Body b, Place place, Expr value, Syntax.Expression e) {
    switch (place) {
      case Place.Element(Meaning.State s, Expr index) ->
          writeElement(b, s, index, value, s.register().width() - 1, 0);
      case Place.Cell(Meaning.Storage m, Expr index) -> {
        Devices.reached(b, m.memory(), index, e.span());
        b.emit(new Statement.MemoryWrite(m.memory(), index, value));
      }
      case Place.Window(Routines.Translation space, Expr address, var _) ->
          store(b, space, address, value, e.span());
      case Place.Seen(StorageView view, Expr address, var _) ->
          Views.write(b, view, address, value, e.span());
      case Place.Entry(Banks.Numbered bank, Expr number) ->
          Banks.write(b, bank, number, value, e.span());
      case Place.Port(Meaning.Line line) -> b.emit(new Statement.Output(line.port(), value));
      case Place.Variable(Meaning.Variable v) -> {
        if (v.type() instanceof Type.OfKind(Kind kind)) {
          if (kind.setter() != null) {
            Calls.invoke(b, kind.setter(), List.of(v.local(), value), e.span());
          }
        } else {
          b.emit(new Statement.Assign(v.local(), value));
        }
      }
      case Place.Bits(Place base, int high, int low, Type _) ->
          writeBits(b, base, high, low, value, e);
      case Place.Bit(Place base, Expr number) -> {
        if (read(b, base, e, null) instanceof Value.Run(Expr whole, Type _)) {
          int width = whole.width();
          Expr one = Fold.binary(BinaryOp.SHL, Fold.constant(width, 1), number);
          Expr bit = Fold.binary(BinaryOp.SHL, Fold.extend(value, width, false), number);
          write(
              b,
              base,
              Fold.binary(BinaryOp.OR, Fold.binary(BinaryOp.AND, whole, Fold.not(one)), bit),
              e);
        }
      }
      case Place.Address _, Place.Computed _, Place.Bare _, Place.Wrong _ -> {}
    }
  }

  private static void writeBits(
      Body b, Place base, int high, int low, Expr value, Syntax.Expression e) {
    switch (base) {
      case Place.Bits(Place deeper, int _, int below, Type _) ->
          writeBits(b, deeper, high + below, low + below, value, e);
      case Place.Element(Meaning.State s, Expr index) ->
          writeElement(
              b,
              s,
              index,
              Fold.insert(new Expr.RegisterRead(s.register(), index), high, low, value),
              high,
              low);
      case Place.Port _ -> {
        b.report(
            Diagnostic.of(
                TypeMistake.NOT_ASSIGNABLE, "a port is written whole", e.span(), "part of a port"));
      }
      default -> {
        // The load that keeps the rest is a read like any other.
        if (read(b, base, e, null) instanceof Value.Run(Expr whole, Type _)) {
          write(b, base, Fold.insert(whole, high, low, value), e);
        }
      }
    }
  }

  /// Writes an element of which bits `high..low` are new.
  private static void writeElement(
      Body b, Meaning.State s, Expr index, Expr value, int high, int low) {
    Register r = s.register();
    Bits fixedMask = Bits.zero(r.width());
    Bits fixed = Bits.zero(r.width());
    for (var f : r.fields()) {
      if (f.fixed().isPresent() && f.low() <= high && f.high() >= low) {
        fixedMask = fixedMask.insert(f.high(), f.low(), Bits.ones(f.width()));
        fixed = fixed.insert(f.high(), f.low(), f.fixed().get());
      }
    }
    if (!fixedMask.isZero()) {
      value = Fold.binary(BinaryOp.AND, value, new Expr.Constant(fixedMask.not()));
      if (!fixed.isZero()) {
        value = Fold.binary(BinaryOp.OR, value, new Expr.Constant(fixed));
      }
    }
    Statement write = new Statement.RegisterWrite(r, index, value);
    if (s.zero().isPresent()) {
      Expr isZero = isElement(index, s.zero().getAsInt());
      if (Fold.isTrue(isZero)) {
        return;
      }
      if (!Fold.isFalse(isZero)) {
        write =
            new Statement.If(
                Fold.not(isZero),
                new Statement.Block(List.of(write), Span.NONE),
                Statement.Block.EMPTY);
      }
    }
    b.emit(write);
  }
}
