package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Statement;

/// Calls: of functions and guards, of what the maker chose, of types, and of the functions every description has.
///
///     zext(e), zext(e, n)    zeros in front, to the width of the context or to n
///     sext(e), sext(e, n)    copies of the sign in front
///     trunc(e), trunc(e, n)  the low bits
///     raw(e)                 the bits of an enum, a truth value, a struct, an operand
///     int(e), bits(e)        the same bits as a signed, an unsigned number
///     bool(e)                one bit as a truth value
///     Mode(e), PSW(e)        bits as an enum, as a struct
///     PSW(mode = S, …)       a struct from its fields, the others zero or as fixed
///     min(a, b), max(a, b)   of two numbers of one type
///     sat_add, sat_sub       of two unsigned numbers: all ones, or zero, where they would wrap
///     width(e)               the number of bits of a value, known now
final class Calls {
  static final Set<String> BUILT_IN =
      Set.of(
          "zext", "sext", "trunc", "raw", "int", "bits", "bool", "min", "max", "sat_add", "sat_sub",
          "width");

  private Calls() {}

  static Value infer(Body b, Syntax.Expression.Call e, @Nullable Type hint) {
    if (!(e.callee() instanceof Syntax.Expression.Reference(Syntax.Name name, Span _))) {
      b.report(
          Diagnostic.of(
              TypeMistake.NOT_CALLABLE,
              "only a name can be called",
              e.callee().span(),
              "not a function's name"));
      return Value.WRONG;
    }
    if (BUILT_IN.contains(name.text()) && !b.isDeclared(name.text())) {
      return builtIn(b, e, name.text(), hint);
    }
    Optional<Meaning> meaning = b.lookup(name);
    if (meaning.isEmpty()) {
      if (!b.draft.isBeingDefined(name.text())) {
        var known = b.names();
        known.addAll(BUILT_IN);
        Places.unknown(
            b,
            NameMistake.UNKNOWN_NAME,
            "there is no function `" + name.text() + "`",
            name,
            known,
            "declare it with `fn " + name.text() + "(…) { … }`");
      }
      return Value.WRONG;
    }
    return switch (meaning.get()) {
      case Meaning.Callable(Routine routine, boolean _, Span at) -> {
        Optional<List<Expr>> arguments =
            arguments(
                b,
                e,
                name.text(),
                routine.parameters().stream().map(p -> p.local().name()).toList(),
                routine.parameters().stream().map(Meaning.Variable::type).toList(),
                at);
        if (arguments.isEmpty()) {
          yield Value.WRONG;
        }
        Value result = invoke(b, routine, arguments.get(), e.span());
        if (routine.result() == null) {
          b.report(
              Diagnostic.of(
                      TypeMistake.NO_RESULT,
                      "`" + name.text() + "` gives no value",
                      e.span(),
                      "used as a value")
                  .with(at, "declared without `->`")
                  .help("call it as a statement, or declare its result"));
        }
        yield result;
      }
      case Meaning.Loose l -> {
        Optional<List<Expr>> arguments =
            arguments(
                b,
                e,
                name.text(),
                l.function().parameters().stream().map(Local::name).toList(),
                l.parameters(),
                l.span());
        yield arguments
            .<Value>map(a -> new Value.Run(new Expr.Unspecified(l.function(), a), l.type()))
            .orElse(Value.WRONG);
      }
      case Meaning.TypeName(Type type, Span at) -> convert(b, e, type, at);
      case Meaning.Poisoned _ -> Value.WRONG;
      case Meaning other -> {
        b.report(
            Diagnostic.of(
                    TypeMistake.NOT_CALLABLE,
                    "`" + name.text() + "` is a " + other.noun() + ", not a function",
                    name.span(),
                    "called here")
                .with(other.span(), "declared here"));
        yield Value.WRONG;
      }
    };
  }

  /// A call for its effect: the result, if there is one, is dropped.
  static void perform(Body b, Syntax.Expression e) {
    if (e
            instanceof
            Syntax.Expression.Call(
                Syntax.Expression.Reference(Syntax.Name name, Span _),
                var _,
                Span span)
        && b.isDeclared(name.text())) {
      Optional<Meaning> meaning = b.lookup(name);
      if (meaning.isPresent()
          && meaning.get() instanceof Meaning.Callable(Routine routine, boolean _, Span at)) {
        arguments(
                b,
                (Syntax.Expression.Call) e,
                name.text(),
                routine.parameters().stream().map(p -> p.local().name()).toList(),
                routine.parameters().stream().map(Meaning.Variable::type).toList(),
                at)
            .ifPresent(a -> invoke(b, routine, a, span));
        return;
      }
    }
    if (e instanceof Syntax.Expression.Call call) {
      if (!(infer(b, call, null) instanceof Value.Wrong)) {
        b.report(
            Diagnostic.of(
                    BodyMistake.MISPLACED_STATEMENT,
                    "this statement does nothing",
                    e.span(),
                    "a value that nobody takes")
                .help("assign it, or remove it"));
      }
      return;
    }
    Place place = Places.resolve(b, e, null);
    if (!(place instanceof Place.Wrong)) {
      String text = Mismatch.source(e);
      b.report(
          Diagnostic.of(
                  BodyMistake.MISPLACED_STATEMENT,
                  "this statement does nothing",
                  e.span(),
                  "neither an assignment nor a call")
              .help(
                  place instanceof Place.Bare(Meaning.Callable _)
                      ? "call it: `" + text + "();`"
                      : "assign it: `" + text + " = …;`"));
    }
  }

  /// Calls a routine with arguments of its parameters' types.
  static Value invoke(Body b, Routine routine, List<Expr> arguments, Span mention) {
    Type type = routine.result();
    if (b.problems.isSilent()) {
      return type == null
          ? Value.WRONG
          : new Value.Run(new Local(routine.name(), type.width()), type);
    }
    Optional<Function> function = b.draft.routines.lower(routine.body(), mention);
    if (function.isEmpty()) {
      return Value.WRONG;
    }
    if (function.get().parameters().size() > routine.parameters().size()) {
      // It mentions the instruction word, which has become its last parameter.
      Meaning.Variable word = b.word.variable;
      if (word == null || !b.site.hasWord()) {
        b.report(
            Diagnostic.of(
                    NameMistake.NO_INSTRUCTION_HERE,
                    "`" + routine.name() + "` mentions the instruction word",
                    mention,
                    "no instruction is being executed here")
                .with(routine.span(), "declared here"));
        return Value.WRONG;
      }
      b.word.isUsed = true;
      arguments = new ArrayList<>(arguments);
      arguments.add(word.local());
    }
    if (b.site.isPure()) {
      Optional<Expr> inline = Inline.value(function.get(), arguments);
      if (inline.isPresent() && type != null) {
        return new Value.Run(inline.get(), type);
      }
      b.report(
          Diagnostic.of(
                  BodyMistake.EFFECT_IN_CONDITION,
                  "a condition outside bodies only looks at state",
                  mention,
                  "`" + routine.name() + "` does more than look")
              .with(routine.span(), "declared here"));
      return Value.WRONG;
    }
    if (type == null) {
      b.emit(new Statement.Call(Optional.empty(), function.get(), arguments));
      return Value.WRONG;
    }
    Local result = new Local(routine.name(), type.width());
    b.emit(new Statement.Call(Optional.of(result), function.get(), arguments));
    return new Value.Run(result, type);
  }

  private static Optional<List<Expr>> arguments(
      Body b,
      Syntax.Expression.Call e,
      String name,
      List<String> names,
      List<Type> types,
      Span declared) {
    for (Syntax.Argument a : e.arguments()) {
      if (a.name().isPresent()) {
        b.report(
            Diagnostic.of(
                    TypeMistake.BAD_ARGUMENTS,
                    "arguments of a function have no names",
                    a.name().get().span(),
                    "only a struct's fields are named")
                .with(declared, "declared here")
                .help("give the arguments in order"));
        return Optional.empty();
      }
    }
    return arguments(
        b,
        e.arguments().stream().map(Syntax.Argument::value).toList(),
        name,
        names,
        types,
        e.span(),
        declared);
  }

  static Optional<List<Expr>> arguments(
      Body b,
      List<Syntax.Expression> given,
      String name,
      List<String> names,
      List<Type> types,
      Span span,
      Span declared) {
    if (given.size() != types.size()) {
      b.report(
          Diagnostic.of(
                  TypeMistake.BAD_ARGUMENTS,
                  "`" + name + "` takes " + counted(types.size()) + ", not " + given.size(),
                  span,
                  counted(given.size()) + " given")
              .with(
                  declared,
                  types.isEmpty()
                      ? "declared without parameters"
                      : "declared with " + String.join(", ", names)));
      return Optional.empty();
    }
    int before = b.problems.errors();
    List<Expr> values = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      int mark = b.out.size();
      String text = "parameter `" + names.get(i) + "` : " + types.get(i).text();
      Expr value =
          Expressions.check(b, given.get(i), types.get(i), new Mismatch.Side(declared, text));
      for (int j = 0; j < i; j++) {
        Expr held = Expressions.settle(b, values.get(j), mark);
        mark += held == values.get(j) ? 0 : 1;
        values.set(j, held);
      }
      values.add(value);
    }
    return b.problems.errors() > before ? Optional.empty() : Optional.of(values);
  }

  private static String counted(int n) {
    return n == 0 ? "no arguments" : n == 1 ? "one argument" : n + " arguments";
  }

  // ------------------------------------------------------------------ types as functions

  private static Value convert(Body b, Syntax.Expression.Call e, Type type, Span declared) {
    boolean named = e.arguments().stream().anyMatch(a -> a.name().isPresent());
    if (type instanceof Type.View view && (named || e.arguments().isEmpty())) {
      return literal(b, e, view);
    }
    if (e.arguments().size() != 1 || named) {
      b.report(
          Diagnostic.of(
                  TypeMistake.BAD_ARGUMENTS,
                  "a conversion to " + type.text() + " takes one value",
                  e.span(),
                  e.arguments().size() + " given")
              .with(declared, "declared here"));
      return Value.WRONG;
    }
    Syntax.Expression of = e.arguments().getFirst().value();
    Type from = type.isSigned() ? type : Type.bits(type.width());
    Value v = Expressions.infer(b, of, from);
    if (v instanceof Value.Run(Expr x, Type t)
        && (t.equals(type) || t.plain().equals(type.plain()))) {
      return new Value.Run(x, type);
    }
    int before = b.problems.errors();
    Expr x =
        Expressions.coerce(
            b,
            v,
            from,
            of,
            new Mismatch.Side(declared, type.text() + " has " + type.width() + " bits"));
    return v instanceof Value.Wrong || b.problems.errors() > before
        ? Value.WRONG
        : new Value.Run(x, type);
  }

  private static Value literal(Body b, Syntax.Expression.Call e, Type.View view) {
    Expr value = new Expr.Constant(Layout.fixed(view));
    Map<String, Span> given = new LinkedHashMap<>();
    int before = b.problems.errors();
    for (Syntax.Argument a : e.arguments()) {
      if (a.name().isEmpty()) {
        b.report(
            Diagnostic.of(
                    TypeMistake.BAD_ARGUMENTS,
                    "the fields of `" + view.name() + "` are given by name",
                    a.span(),
                    "which field?")
                .with(view.span(), "declared here")
                .help("write `" + view.name() + "(field = value)`"));
        continue;
      }
      Syntax.Name name = a.name().get();
      b.draft.glossary.mention("field", view.name(), name);
      Optional<Type.Part> part = view.part(name.text());
      if (part.isEmpty()) {
        Places.unknown(
            b,
            NameMistake.UNKNOWN_FIELD,
            "struct `" + view.name() + "` has no field `" + name.text() + "`",
            name,
            view.parts().stream().filter(p -> p.fixed().isEmpty()).map(Type.Part::name).toList(),
            "declare the field");
        continue;
      }
      Span earlier = given.putIfAbsent(name.text(), name.span());
      if (earlier != null) {
        b.report(
            Diagnostic.of(
                    TypeMistake.BAD_ARGUMENTS,
                    "field `" + name.text() + "` is given twice",
                    name.span(),
                    "again here")
                .with(earlier, "first here"));
        continue;
      }
      int mark = b.out.size();
      Type.Part p = part.get();
      Expr x =
          Expressions.check(
              b,
              a.value(),
              p.type(),
              new Mismatch.Side(p.span(), "field `" + p.name() + "` : " + p.type().text()));
      value = Expressions.settle(b, value, mark);
      value = Fold.insert(value, p.high(), p.low(), x);
    }
    return b.problems.errors() > before ? Value.WRONG : new Value.Run(value, view);
  }

  // ------------------------------------------------------------------ what every description has

  private static Value builtIn(Body b, Syntax.Expression.Call e, String name, @Nullable Type hint) {
    List<Syntax.Expression> args = new ArrayList<>();
    for (Syntax.Argument a : e.arguments()) {
      if (a.name().isPresent()) {
        b.report(
            Diagnostic.of(
                TypeMistake.BAD_ARGUMENTS,
                "arguments of `" + name + "` have no names",
                a.name().get().span(),
                "a name"));
        return Value.WRONG;
      }
      args.add(a.value());
    }
    int least =
        switch (name) {
          case "min", "max", "sat_add", "sat_sub" -> 2;
          default -> 1;
        };
    int most =
        switch (name) {
          case "zext", "sext", "trunc" -> 2;
          default -> least;
        };
    if (args.size() < least || args.size() > most) {
      b.report(
          Diagnostic.of(
              TypeMistake.BAD_ARGUMENTS,
              "`"
                  + name
                  + "` takes "
                  + counted(least)
                  + (most > least ? ", and may take a width" : "")
                  + ", not "
                  + args.size(),
              e.span(),
              counted(args.size()) + " given"));
      return Value.WRONG;
    }
    return switch (name) {
      case "zext", "sext", "trunc" -> resize(b, e, name, args, hint);
      case "raw" -> raw(b, args.getFirst());
      case "int", "bits" -> sign(b, args.getFirst(), name.equals("int"), hint);
      case "bool" -> new Value.Run(Expressions.check(b, args.getFirst(), Type.bits(1)), Type.TRUTH);
      case "width" ->
          switch (Expressions.infer(b.silent(), args.getFirst(), null)) {
            case Value.Run(Expr _, Type t) -> new Value.Whole(BigInteger.valueOf(t.width()));
            case Value.Whole _, Value.Picked _ -> {
              Mismatch.needsWidth(b, args.getFirst(), "this");
              yield Value.WRONG;
            }
            case Value.Wrong _ ->
                Expressions.infer(b, args.getFirst(), null) instanceof Value.Wrong w
                    ? w
                    : Value.WRONG;
          };
      default -> two(b, e, name, args, hint);
    };
  }

  private static Value resize(
      Body b,
      Syntax.Expression.Call e,
      String name,
      List<Syntax.Expression> args,
      @Nullable Type hint) {
    Syntax.Expression of = args.getFirst();
    int width;
    if (args.size() == 2) {
      Optional<Integer> given = Expressions.size(b, args.get(1), 1, Types.MAX_WIDTH, "a width");
      if (given.isEmpty()) {
        return Value.WRONG;
      }
      width = given.get();
    } else if (hint != null && hint.isVector()) {
      width = hint.width();
    } else {
      b.report(
          Diagnostic.of(
                  TypeMistake.NEEDS_WIDTH,
                  "`" + name + "` does not know to how many bits",
                  e.span(),
                  "nothing around it says how wide")
              .help("write `" + name + "(" + Mismatch.source(of) + ", 11)` for 11 bits"));
      return Value.WRONG;
    }
    Value v = Expressions.infer(b, of, args.size() == 2 ? Type.bits(width) : null);
    return switch (v) {
      case Value.Wrong w -> w;
      case Value.Whole(BigInteger n) -> {
        int before = b.problems.errors();
        Expr x = Expressions.literal(b, n, Type.bits(width), of, null);
        yield b.problems.errors() > before ? Value.WRONG : new Value.Run(x, Type.bits(width));
      }
      case Value.Run(Expr x, Type t) when t.isVector() -> {
        boolean narrows = name.equals("trunc");
        if (narrows ? width > x.width() : width < x.width()) {
          b.report(
              Diagnostic.of(
                      TypeMistake.BAD_EXTENSION,
                      "`" + name + "` from " + x.width() + " to " + width + " bits",
                      e.span(),
                      narrows ? "cannot widen" : "cannot narrow")
                  .with(of.span(), t.text() + Mismatch.origin(b, of))
                  .help(
                      narrows
                          ? "widen with `zext` or `sext`"
                          : "take the low bits with `"
                              + Mismatch.source(of)
                              + "["
                              + (width - 1)
                              + "..0]`"));
          yield Value.WRONG;
        }
        yield new Value.Run(
            narrows ? Fold.extract(x, width - 1, 0) : Fold.extend(x, width, name.equals("sext")),
            new Type.Vector(width, t.isSigned()));
      }
      case Value.Run(Expr _, Type t) -> {
        Mismatch.operand(b, of, t, name);
        yield Value.WRONG;
      }
      case Value.Picked _ -> {
        Mismatch.operand(b, of, Type.TRUTH, name);
        yield Value.WRONG;
      }
    };
  }

  private static Value raw(Body b, Syntax.Expression of) {
    // The bits of an operand of a kind are what its instruction word holds, not what it reads.
    if (of instanceof Syntax.Expression.Reference(Syntax.Name name, Span _)
        && b.scope.lookup(name.text()).orElse(null) instanceof Meaning.Variable v
        && v.type() instanceof Type.OfKind(Kind kind)) {
      b.lookup(name);
      return new Value.Run(v.local(), Type.bits(kind.width()));
    }
    return switch (Expressions.infer(b, of, null)) {
      case Value.Run(Expr x, Type _) -> new Value.Run(x, Type.bits(x.width()));
      case Value.Whole _, Value.Picked _ -> {
        Mismatch.needsWidth(b, of, "the operand of `raw`");
        yield Value.WRONG;
      }
      case Value.Wrong w -> w;
    };
  }

  private static Value sign(Body b, Syntax.Expression of, boolean signed, @Nullable Type hint) {
    Type wanted = hint != null && hint.isVector() ? new Type.Vector(hint.width(), false) : null;
    return switch (Expressions.infer(b, of, wanted)) {
      case Value.Run(Expr x, Type t) when t.isVector() ->
          new Value.Run(x, new Type.Vector(x.width(), signed));
      case Value.Run(Expr _, Type t) -> {
        Mismatch.operand(b, of, t, signed ? "int" : "bits");
        yield Value.WRONG;
      }
      case Value.Whole(BigInteger n) -> {
        if (hint == null || !hint.isVector()) {
          Mismatch.needsWidth(b, of, "this number");
          yield Value.WRONG;
        }
        Type type = new Type.Vector(hint.width(), signed);
        yield new Value.Run(Expressions.literal(b, n, type, of, null), type);
      }
      case Value.Picked _ -> {
        Mismatch.operand(b, of, Type.TRUTH, signed ? "int" : "bits");
        yield Value.WRONG;
      }
      case Value.Wrong w -> w;
    };
  }

  private static Value two(
      Body b,
      Syntax.Expression.Call e,
      String name,
      List<Syntax.Expression> args,
      @Nullable Type hint) {
    Type context = Expressions.context(b, args.getFirst(), args.getLast(), hint);
    if (context instanceof Type.Poison) {
      return Value.WRONG;
    }
    Value l = Expressions.infer(b, args.getFirst(), context);
    int mark = b.out.size();
    Value r = Expressions.infer(b, args.getLast(), context);
    l = Expressions.settle(b, l, mark);
    if (l instanceof Value.Wrong || r instanceof Value.Wrong) {
      return Value.WRONG;
    }
    if (l instanceof Value.Whole(BigInteger m) && r instanceof Value.Whole(BigInteger n)) {
      if (name.equals("min") || name.equals("max")) {
        return new Value.Whole(name.equals("min") ? m.min(n) : m.max(n));
      }
      if (context == null) {
        Mismatch.needsWidth(b, e, "this sum");
        return Value.WRONG;
      }
    }
    Type type =
        l instanceof Value.Run(Expr _, Type t)
            ? t.plain()
            : r instanceof Value.Run(Expr _, Type t) ? t.plain() : context;
    if (!(type instanceof Type.Vector(int width, boolean signed))
        || (signed && name.startsWith("sat"))) {
      Mismatch.operand(b, args.getFirst(), type == null ? Type.TRUTH : type, name);
      return Value.WRONG;
    }
    int before = b.problems.errors();
    Expr x = Expressions.coerce(b, l, type, args.getFirst(), null);
    Expr y =
        Expressions.coerce(b, r, type, args.getLast(), Mismatch.side(b, args.getFirst(), type));
    if (b.problems.errors() > before) {
      return Value.WRONG;
    }
    x = b.shared(x, args.getFirst().span());
    y = b.shared(y, args.getLast().span());
    BinaryOp less = signed ? BinaryOp.SLT : BinaryOp.ULT;
    Expr sum = Fold.binary(BinaryOp.ADD, x, y);
    Expr result =
        switch (name) {
          case "min" -> Fold.conditional(Fold.binary(less, x, y), x, y);
          case "max" -> Fold.conditional(Fold.binary(less, x, y), y, x);
          case "sat_sub" ->
              Fold.conditional(
                  Fold.binary(less, x, y),
                  new Expr.Constant(Bits.zero(width)),
                  Fold.binary(BinaryOp.SUB, x, y));
          default ->
              Fold.conditional(Fold.binary(less, sum, x), new Expr.Constant(Bits.ones(width)), sum);
        };
    return new Value.Run(result, type);
  }
}
