package trapline.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import trapline.bits.Bits;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Encoding;
import trapline.isa.EnumType;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.Template;
import trapline.isa.TrapEntry;
import trapline.isa.TrapLine;
import trapline.isa.UnspecifiedFunction;
import trapline.lang.Parser;
import trapline.lang.Syntax;

/// A second, plain reading of the descriptions that [RandomMachine] writes: from syntax tree to
/// model.
///
/// Believes what it reads: texts are well typed, and nothing is checked. Shares only the parser
/// with the front end, so that a difference in meaning between the two readings is found.
final class PlainReading {
  private final Map<String, Integer> types = new HashMap<>();
  private final Map<String, EnumType> enums = new HashMap<>();
  private final Map<String, Bits> enumerators = new HashMap<>();
  private final Map<String, Syntax.Item.Struct> structs = new HashMap<>();
  private final Map<String, Register> registers = new LinkedHashMap<>();
  private final Map<String, Memory> memories = new LinkedHashMap<>();
  private final Map<String, Port> ports = new LinkedHashMap<>();
  private final Map<String, Space> spaces = new LinkedHashMap<>();
  private final Map<String, Function> functions = new LinkedHashMap<>();
  private final Map<String, UnspecifiedFunction> unspecified = new LinkedHashMap<>();
  private final Map<String, Cause> causes = new LinkedHashMap<>();
  private int word;
  private final List<TrapLine> traps = new ArrayList<>();
  private final List<Mode> modes = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();

  /// What the variables of `for` stand for at the moment; each has a name of its own.
  private final Map<String, Syntax.Expression> constants = new HashMap<>();

  private record Typed(Expr expr, boolean signed) {}

  private PlainReading() {}

  static Machine read(String text) {
    var unit = Parser.parse(new SourceFile("<text>", text)).unit();
    return new PlainReading().machine(unit.definitions().getFirst());
  }

  private Machine machine(Syntax.Definition definition) {
    TrapEntry entry = null;
    Fetch fetch = null;
    Statement.Block after = Statement.Block.EMPTY;
    Instruction reserved = null;
    List<Syntax.Item> inOrder = new ArrayList<>(definition.items());
    inOrder.sort(java.util.Comparator.comparingInt(PlainReading::rank));
    for (Syntax.Item item : inOrder) {
      switch (item) {
        case Syntax.Item.TypeAlias t -> types.put(t.name().text(), width(t.type()));
        case Syntax.Item.Enum e -> {
          Map<String, Bits> values = new LinkedHashMap<>();
          for (var one : e.enumerators()) {
            values.put(one.name().text(), Bits.of(width(e.type()), number(one.value())));
          }
          enumerators.putAll(values);
          enums.put(e.name().text(), new EnumType(e.name().text(), width(e.type()), values));
        }
        case Syntax.Item.Struct s -> structs.put(s.name().text(), s);
        case Syntax.Item.Register r -> register(r);
        case Syntax.Item.Memory m ->
            memories.put(
                m.name().text(),
                new Memory(
                    m.name().text(),
                    java.math.BigInteger.valueOf(number(m.count())),
                    width(m.type()),
                    role(m.role().orElseThrow().text()),
                    Span.NONE));
        case Syntax.Item.Device d ->
            d.ports()
                .forEach(p ->
                    ports.put(
                        d.name().text() + "." + p.name().text(),
                        new Port(
                            d.name().text(),
                            p.name().text(),
                            p.isInput(),
                            width(p.type()),
                            Span.NONE)));
        case Syntax.Item.Mode m ->
            modes.add(new Mode(m.name().text(), pure(m.when(), new Body(OptionalInt.empty()))));
        case Syntax.Item.Space s -> space(s);
        case Syntax.Item.TrapEntry t -> {
          Body body = new Body(OptionalInt.empty());
          List<Local> parameters = new ArrayList<>();
          t.parameters().forEach(p -> parameters.add(body.bind(p.name().text(), width(p.type()))));
          entry = new TrapEntry(t.name().text(), parameters, block(t.body(), body), Span.NONE);
        }
        case Syntax.Item.Traps t -> {
          for (var line : t.lines()) {
            List<Local> parameters =
                line.parameters().stream()
                    .map(p -> new Local(p.name().text(), width(p.type())))
                    .toList();
            Cause cause =
                new Cause(
                    line.name().text(),
                    new Bits(entry.parameters().getFirst().width(), line.code()),
                    parameters,
                    Cause.Kind.valueOf(line.kind().text().toUpperCase(java.util.Locale.ROOT)),
                    Span.NONE);
            causes.put(cause.name(), cause);
            traps.add(new TrapLine(cause, entry, Optional.empty(), Statement.Block.EMPTY));
          }
        }
        case Syntax.Item.Fetch f -> {
          int unitWidth = width(f.type());
          Local word =
              new Local(f.word().text(), f.most().map(m -> (int) number(m)).orElse(unitWidth));
          Local unit = word.width() == unitWidth ? word : new Local("unit", unitWidth);
          this.word = word.width();
          Body body = new Body(OptionalInt.empty());
          List<Statement> read = new ArrayList<>();
          Typed value = expr(f.value(), OptionalInt.of(unitWidth), body, read);
          read.add(new Statement.Assign(unit, value.expr));
          List<Statement> advance = new ArrayList<>();
          assign(f.target(), f.advance(), body, advance);
          fetch =
              new Fetch(
                  word,
                  unit,
                  new Statement.Block(read, Span.NONE),
                  new Statement.Block(advance, Span.NONE),
                  Optional.empty());
        }
        case Syntax.Item.Vmm _ -> {}
        case Syntax.Item.After a -> after = block(a.body(), new Body(OptionalInt.empty()));
        case Syntax.Item.Function f -> {
          Body body =
              new Body(f.type().map(t -> OptionalInt.of(width(t))).orElse(OptionalInt.empty()));
          List<Local> parameters = new ArrayList<>();
          f.parameters().forEach(p -> parameters.add(body.bind(p.name().text(), width(p.type()))));
          functions.put(
              f.name().text(),
              new Function(
                  f.name().text(), parameters, body.result, block(f.body(), body), Span.NONE));
        }
        case Syntax.Item.Unspecified u -> {
          Body body = new Body(OptionalInt.empty());
          List<Local> parameters = new ArrayList<>();
          u.parameters().forEach(p -> parameters.add(body.bind(p.name().text(), width(p.type()))));
          Local result = body.bind("result", width(u.type()));
          Optional<Expr> constraint = u.where().map(w -> pure(w, body));
          unspecified.put(
              u.name().text(),
              new UnspecifiedFunction(u.name().text(), parameters, result, constraint));
        }
        case Syntax.Item.Guard g ->
            functions.put(
                g.name().text(),
                new Function(
                    g.name().text(),
                    List.of(),
                    OptionalInt.empty(),
                    block(g.body(), new Body(OptionalInt.empty())),
                    Span.NONE));
        case Syntax.Item.Instruction i -> instruction(i, fetch);
        case Syntax.Item.Reserved r -> {
          int width = fetch.word().width();
          Local whole = new Local("word", width);
          Body body = new Body(OptionalInt.empty());
          body.scope.put(fetch.word().name(), fetch.word());
          Encoding encoding =
              new Encoding(
                  Bits.zero(width),
                  Bits.zero(width),
                  List.of(new Encoding.Operand(whole, List.of(new Encoding.Piece(0, 0, width)))),
                  Optional.of(noOther(whole)),
                  new Template(List.of()));
          reserved =
              new Instruction(
                  "reserved",
                  encoding,
                  block(r.body(), body),
                  List.of(new Instruction.Row("reserved", Map.of(), Optional.empty())),
                  Optional.empty(),
                  "",
                  Span.NONE);
        }
        default -> throw new UnsupportedOperationException(item.getClass().getSimpleName());
      }
    }
    if (modes.isEmpty()) {
      for (Register r : registers.values()) {
        for (Field f : r.fields()) {
          if (f.hasRole(Role.M)) {
            Expr read = new Expr.Extract(whole(r), f.high(), f.low());
            f.type()
                .orElseThrow()
                .values()
                .forEach((name, value) ->
                    modes.add(
                        new Mode(
                            name,
                            new Expr.Binary(Expr.BinaryOp.EQ, read, new Expr.Constant(value)))));
          }
        }
      }
    }
    return new Machine(
        definition.name().text(),
        Map.of(),
        List.copyOf(registers.values()),
        List.copyOf(memories.values()),
        List.copyOf(ports.values()),
        modes,
        List.copyOf(spaces.values()),
        List.of(),
        List.copyOf(unspecified.values()),
        traps,
        fetch,
        after,
        instructions,
        reserved,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        "",
        Span.NONE);
  }

  /// What must be known before what.
  private static int rank(Syntax.Item item) {
    return switch (item) {
      case Syntax.Item.TrapEntry _ -> 1;
      case Syntax.Item.Traps _ -> 2;
      case Syntax.Item.Space _ -> 3;
      case Syntax.Item.Fetch _, Syntax.Item.Unspecified _ -> 4;
      case Syntax.Item.Function _ -> 5;
      case Syntax.Item.Guard _ -> 6;
      case Syntax.Item.Instruction _ -> 7;
      case Syntax.Item.Reserved _ -> 8;
      case Syntax.Item.After _ -> 7;
      default -> 0;
    };
  }

  // ---------------------------------------------------------------------------------- declarations

  private int width(Syntax.Type type) {
    return switch (type) {
      case Syntax.Type.BitVector b -> (int) number(b.width());
      case Syntax.Type.Bool _ -> 1;
      case Syntax.Type.Named n ->
          types.containsKey(n.name().text())
              ? types.get(n.name().text())
              : enums.containsKey(n.name().text())
                  ? enums.get(n.name().text()).width()
                  : width(structs.get(n.name().text()).type());
    };
  }

  private static long number(Syntax.Expression expression) {
    return ((Syntax.Expression.Number) expression).value().longValueExact();
  }

  private static Role role(String word) {
    return word.equals("clock") ? Role.CLOCK : Role.valueOf(word);
  }

  private void register(Syntax.Item.Register r) {
    String name = r.name().text();
    int width = width(r.type());
    List<Field> fields = new ArrayList<>();
    if (r.type() instanceof Syntax.Type.Named n && structs.containsKey(n.name().text())) {
      for (var f : structs.get(n.name().text()).fields()) {
        fields.add(
            new Field(
                f.name().map(Syntax.Name::text).orElse(""),
                f.high(),
                f.low(),
                f.role().map(x -> role(x.text())),
                enumOf(f.type()),
                f.fixed().map(v -> new Bits(f.high() - f.low() + 1, v))));
      }
    } else {
      fields.add(
          new Field(
              name,
              width - 1,
              0,
              r.role().map(x -> role(x.text())),
              enumOf(Optional.of(r.type())),
              Optional.empty()));
    }
    int count = r.count().map(c -> (int) number(c)).orElse(1);
    registers.put(
        name, new Register(name, count, width, fields, Bits.zero(width), List.of(), Span.NONE));
  }

  private Optional<EnumType> enumOf(Optional<Syntax.Type> type) {
    return type.filter(t -> t instanceof Syntax.Type.Named n && enums.containsKey(n.name().text()))
        .map(t -> enums.get(((Syntax.Type.Named) t).name().text()));
  }

  private void space(Syntax.Item.Space s) {
    Memory memory = memories.get(s.memory().text());
    Body body = new Body(OptionalInt.of(memory.indexWidth()));
    List<Local> parameters = new ArrayList<>();
    s.parameters().forEach(p -> parameters.add(body.bind(p.name().text(), width(p.type()))));
    Map<Access, Bits> values = new LinkedHashMap<>();
    if (parameters.size() > 1) {
      values.put(Access.FETCH, enumerators.get("Fetch"));
      values.put(Access.LOAD, enumerators.get("Load"));
      values.put(Access.STORE, enumerators.get("Store"));
    }
    spaces.put(
        s.name().text(),
        new Space(
            s.name().text(),
            memory,
            parameters.getFirst(),
            parameters.size() > 1 ? Optional.of(parameters.get(1)) : Optional.empty(),
            values,
            block(s.body(), body),
            Span.NONE));
  }

  private void instruction(Syntax.Item.Instruction i, Fetch fetch) {
    Body body = new Body(OptionalInt.empty());
    body.scope.put(fetch.word().name(), fetch.word());
    int at = fetch.word().width();
    Bits mask = Bits.zero(at);
    Bits match = Bits.zero(at);
    List<Encoding.Operand> operands = new ArrayList<>();
    for (var item : i.pattern()) {
      switch (item) {
        case Syntax.PatternItem.Constant c -> {
          at -= c.width();
          mask = mask.insert(at + c.width() - 1, at, Bits.ones(c.width()));
          match = match.insert(at + c.width() - 1, at, new Bits(c.width(), c.value()));
        }
        case Syntax.PatternItem.Operand o -> {
          at -= o.width();
          Local local = body.bind(o.name().text(), o.width());
          operands.add(new Encoding.Operand(local, List.of(new Encoding.Piece(0, at, o.width()))));
        }
        case Syntax.PatternItem.Ignored ignored -> at -= ignored.width();
        default -> throw new UnsupportedOperationException(item.toString());
      }
    }
    List<Statement> statements = new ArrayList<>();
    i.requires()
        .forEach(g ->
            statements.add(
                new Statement.Call(Optional.empty(), functions.get(g.text()), List.of())));
    Optional<Expr> condition = i.condition().map(c -> pure(c, body));
    statements.addAll(block(i.body(), body).statements());
    List<Instruction.Row> rows = new ArrayList<>();
    rows.add(new Instruction.Row(i.name().text(), Map.of(), Optional.empty()));
    for (var split : i.split()) {
      Local local = body.scope.get(split.text());
      rows.clear();
      for (int v = 0; v < 1 << local.width(); v++) {
        rows.add(
            new Instruction.Row(
                i.name().text() + " " + v,
                Map.of(local, Bits.of(local.width(), v)),
                Optional.empty()));
      }
    }
    instructions.add(
        new Instruction(
            i.name().text(),
            new Encoding(
                mask,
                match,
                operands,
                condition,
                new Template(List.of()),
                fetch.word().width() - at,
                condition.isEmpty() ? 0 : decided(i.condition().get(), operands, mask.width())),
            new Statement.Block(statements, Span.NONE),
            rows,
            Optional.empty(),
            "",
            Span.NONE));
  }

  /// So many of a word's first bits hold the operands that a condition mentions.
  private static int decided(
      Syntax.Expression condition, List<Encoding.Operand> operands, int width) {
    int bits = 0;
    for (Encoding.Operand o : operands) {
      if (condition.toString().contains("text=" + o.local().name() + ",")) {
        bits = Math.max(bits, width - o.pieces().getFirst().at());
      }
    }
    return bits;
  }

  /// That a word is no instruction's.
  private Expr noOther(Local word) {
    Expr none = new Expr.Constant(Bits.TRUE);
    for (Instruction i : instructions) {
      Encoding encoding = i.encoding();
      Expr masked = new Expr.Binary(Expr.BinaryOp.AND, word, new Expr.Constant(encoding.mask()));
      Expr fits = new Expr.Binary(Expr.BinaryOp.EQ, masked, new Expr.Constant(encoding.match()));
      if (encoding.condition().isPresent()) {
        Map<Local, Expr> operands = new HashMap<>();
        for (Encoding.Operand o : encoding.operands()) {
          Encoding.Piece p = o.pieces().getFirst();
          operands.put(o.local(), new Expr.Extract(word, p.at() + p.width() - 1, p.at()));
        }
        fits =
            new Expr.Binary(
                Expr.BinaryOp.AND, fits, replaced(encoding.condition().get(), operands));
      }
      none = new Expr.Binary(Expr.BinaryOp.AND, none, new Expr.Unary(Expr.UnaryOp.NOT, fits));
    }
    return none;
  }

  private static Expr replaced(Expr expr, Map<Local, Expr> by) {
    return switch (expr) {
      case Local l -> by.get(l);
      case Expr.Constant c -> c;
      case Expr.Unary(var op, var x) -> new Expr.Unary(op, replaced(x, by));
      case Expr.Binary(var op, var x, var y) ->
          new Expr.Binary(op, replaced(x, by), replaced(y, by));
      default -> throw new UnsupportedOperationException(expr.toString());
    };
  }

  // -------------------------------------------------------------------------------------- bodies

  private static final class Body {
    Map<String, Local> scope = new HashMap<>();
    final OptionalInt result;

    Body(OptionalInt result) {
      this.result = result;
    }

    Local bind(String name, int width) {
      Local local = new Local(name, width);
      scope.put(name, local);
      return local;
    }
  }

  private Statement.Block block(Syntax.Block block, Body body) {
    Map<String, Local> outside = new HashMap<>(body.scope);
    List<Statement> out = new ArrayList<>();
    block.statements().forEach(s -> statement(s, body, out));
    body.scope = outside;
    return new Statement.Block(out, Span.NONE);
  }

  private void statement(Syntax.Statement statement, Body body, List<Statement> out) {
    switch (statement) {
      case Syntax.Statement.Bind b -> {
        OptionalInt want = b.type().map(t -> OptionalInt.of(width(t))).orElse(OptionalInt.empty());
        Expr value = expr(b.value(), want, body, out).expr;
        out.add(new Statement.Assign(body.bind(b.name().text(), value.width()), value));
      }
      case Syntax.Statement.Assign a -> assign(a.target(), a.value(), body, out);
      case Syntax.Statement.Trap t -> {
        Cause cause = causes.get(t.cause().text());
        List<Expr> arguments = new ArrayList<>();
        for (int i = 0; i < t.arguments().size(); i++) {
          int width = cause.parameters().get(i).width();
          arguments.add(expr(t.arguments().get(i), OptionalInt.of(width), body, out).expr);
        }
        out.add(new Statement.Raise(cause, arguments));
      }
      case Syntax.Statement.If i -> {
        Expr condition = expr(i.condition(), OptionalInt.of(1), body, out).expr;
        out.add(
            new Statement.If(
                condition,
                block(i.then(), body),
                i.otherwise().map(o -> block(o, body)).orElse(Statement.Block.EMPTY)));
      }
      case Syntax.Statement.Match m -> {
        Expr subject = expr(m.subject(), OptionalInt.empty(), body, out).expr;
        Statement.Block rest = block(m.arms().getLast().body(), body);
        for (int i = m.arms().size() - 2; i >= 0; i--) {
          var range = (Syntax.MatchPattern.Range) m.arms().get(i).patterns().getFirst();
          Expr is =
              new Expr.Binary(
                  Expr.BinaryOp.EQ,
                  subject,
                  new Expr.Constant(new Bits(subject.width(), range.low())));
          rest =
              new Statement.Block(
                  List.of(new Statement.If(is, block(m.arms().get(i).body(), body), rest)),
                  Span.NONE);
        }
        out.addAll(rest.statements());
      }
      case Syntax.Statement.Return r ->
          out.add(new Statement.Return(r.value().map(v -> expr(v, body.result, body, out).expr)));
      case Syntax.Statement.Halt _ -> out.add(new Statement.Halt());
      case Syntax.Statement.Commit _ -> out.add(new Statement.Commit());
      case Syntax.Statement.While w -> {
        Expr condition = pure(w.condition(), body);
        out.add(new Statement.While(condition, block(w.body(), body)));
      }
      case Syntax.Statement.For f -> {
        for (long v = number(f.from()); v <= number(f.to()); v++) {
          constants.put(
              f.variable().text(),
              new Syntax.Expression.Number(java.math.BigInteger.valueOf(v), f.span()));
          out.addAll(block(f.body(), body).statements());
        }
        constants.remove(f.variable().text());
      }
      case Syntax.Statement.Any a -> {
        Local local = body.bind(a.name().text(), width(a.type()));
        out.add(new Statement.Choose(local, a.where().map(w -> pure(w, body))));
      }
      case Syntax.Statement.Unpredictable u ->
          out.add(new Statement.Unpredictable(u.message().map(Syntax.Text::text).orElse("")));
      case Syntax.Statement.Execute e ->
          out.add(new Statement.Execute(expr(e.word(), OptionalInt.of(word), body, out).expr));
      default -> throw new UnsupportedOperationException(statement.toString());
    }
  }

  private void assign(
      Syntax.Expression target, Syntax.Expression value, Body body, List<Statement> out) {
    switch (target) {
      case Syntax.Expression.Reference(var name, var _) -> {
        Local local = body.scope.get(name.text());
        if (local != null) {
          out.add(
              new Statement.Assign(
                  local, expr(value, OptionalInt.of(local.width()), body, out).expr));
        } else {
          Register r = registers.get(name.text());
          out.add(
              new Statement.RegisterWrite(
                  r, zero(), expr(value, OptionalInt.of(r.width()), body, out).expr));
        }
      }
      case Syntax.Expression.Member(
              Syntax.Expression.Reference(var base, var _),
              var member,
              var _) -> {
        Port port = ports.get(base.text() + "." + member.text());
        if (port != null) {
          out.add(
              new Statement.Output(
                  port, expr(value, OptionalInt.of(port.width()), body, out).expr));
          return;
        }
        Register r = registers.get(base.text());
        Field f = field(r, member.text());
        part(r, zero(), f.high(), f.low(), value, body, out);
      }
      case Syntax.Expression.Slice(var whole, var high, var low, var _) ->
          slice(whole, (int) number(high), (int) number(low), value, body, out);
      case Syntax.Expression.Index(
              Syntax.Expression whole,
              Syntax.Expression.Number(var bit, var _),
              var _)
          when !(whole instanceof Syntax.Expression.Reference) ->
          slice(whole, bit.intValue(), bit.intValue(), value, body, out);
      case Syntax.Expression.Index(
              Syntax.Expression.Reference(var base, var _),
              var index,
              var _) -> {
        if (registers.get(base.text()) instanceof Register r && !r.isFile()) {
          int bit = (int) number(index);
          part(r, zero(), bit, bit, value, body, out);
        } else if (registers.get(base.text()) instanceof Register r) {
          Expr at = expr(index, OptionalInt.of(r.indexWidth()), body, out).expr;
          out.add(
              new Statement.RegisterWrite(
                  r, at, expr(value, OptionalInt.of(r.width()), body, out).expr));
        } else if (memories.get(base.text()) instanceof Memory m) {
          Expr at = expr(index, OptionalInt.of(m.indexWidth()), body, out).expr;
          out.add(
              new Statement.MemoryWrite(
                  m, at, expr(value, OptionalInt.of(m.width()), body, out).expr));
        } else {
          Space s = spaces.get(base.text());
          Expr at = expr(index, OptionalInt.of(s.address().width()), body, out).expr;
          out.add(
              new Statement.Store(
                  s, at, expr(value, OptionalInt.of(s.memory().width()), body, out).expr));
        }
      }
      default -> throw new UnsupportedOperationException(target.toString());
    }
  }

  /// Writes bits of a register, of one of its fields, or of an element of a file.
  private void slice(
      Syntax.Expression whole,
      int high,
      int low,
      Syntax.Expression value,
      Body body,
      List<Statement> out) {
    switch (whole) {
      case Syntax.Expression.Reference r ->
          part(registers.get(r.name().text()), zero(), high, low, value, body, out);
      case Syntax.Expression.Member(
              Syntax.Expression.Reference(var base, var _),
              var member,
              var _) -> {
        Register r = registers.get(base.text());
        int at = field(r, member.text()).low();
        part(r, zero(), at + high, at + low, value, body, out);
      }
      case Syntax.Expression.Index(
              Syntax.Expression.Reference(var base, var _),
              var index,
              var _) -> {
        Register r = registers.get(base.text());
        Expr at = expr(index, OptionalInt.of(r.indexWidth()), body, out).expr;
        part(r, at, high, low, value, body, out);
      }
      default -> throw new UnsupportedOperationException(whole.toString());
    }
  }

  private void part(
      Register r,
      Expr index,
      int high,
      int low,
      Syntax.Expression value,
      Body body,
      List<Statement> out) {
    Expr all = expr(value, OptionalInt.of(high - low + 1), body, out).expr;
    Expr old = new Expr.RegisterRead(r, index);
    if (high < r.width() - 1) {
      all = new Expr.Concat(new Expr.Extract(old, r.width() - 1, high + 1), all);
    }
    if (low > 0) {
      all = new Expr.Concat(all, new Expr.Extract(old, low - 1, 0));
    }
    out.add(new Statement.RegisterWrite(r, index, all));
  }

  private static Field field(Register r, String name) {
    return r.fields().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  private static Expr zero() {
    return new Expr.Constant(Bits.zero(1));
  }

  private static Expr whole(Register r) {
    return new Expr.RegisterRead(r, zero());
  }

  // ---------------------------------------------------------------------------------- expressions

  private Expr pure(Syntax.Expression expression, Body body) {
    List<Statement> out = new ArrayList<>();
    Expr expr = expr(expression, OptionalInt.of(1), body, out).expr;
    if (!out.isEmpty()) {
      throw new UnsupportedOperationException("an effect in " + expression);
    }
    return expr;
  }

  private static Typed unsigned(Expr expr) {
    return new Typed(expr, false);
  }

  /// Whether an expression takes its width from where it stands.
  private boolean isLiteral(Syntax.Expression e) {
    return switch (e) {
      case Syntax.Expression.Number _ -> true;
      case Syntax.Expression.Reference r -> constants.containsKey(r.name().text());
      case Syntax.Expression.Unary u -> isLiteral(u.operand());
      case Syntax.Expression.Binary b ->
          isShift(b.operator()) ? isLiteral(b.left()) : isLiteral(b.left()) && isLiteral(b.right());
      case Syntax.Expression.Conditional c -> isLiteral(c.then()) && isLiteral(c.otherwise());
      default -> false;
    };
  }

  private static boolean isShift(String operator) {
    return operator.equals("<<") || operator.equals(">>");
  }

  private Typed expr(Syntax.Expression e, OptionalInt want, Body body, List<Statement> out) {
    return switch (e) {
      case Syntax.Expression.Number n ->
          unsigned(new Expr.Constant(Bits.wrap(want.orElseThrow(), n.value())));
      case Syntax.Expression.Truth t -> unsigned(new Expr.Constant(Bits.of(t.value())));
      case Syntax.Expression.Reference r when constants.containsKey(r.name().text()) ->
          expr(constants.get(r.name().text()), want, body, out);
      case Syntax.Expression.Reference r -> reference(r.name().text(), body);
      case Syntax.Expression.Unary u -> {
        Typed x = expr(u.operand(), want, body, out);
        var op = u.operator().equals("-") ? Expr.UnaryOp.NEG : Expr.UnaryOp.NOT;
        yield new Typed(new Expr.Unary(op, x.expr), x.signed);
      }
      case Syntax.Expression.Binary b -> binary(b, want, body, out);
      case Syntax.Expression.Conditional c -> {
        Expr condition = expr(c.condition(), OptionalInt.of(1), body, out).expr;
        Typed[] two = pair(c.then(), c.otherwise(), want, body, out);
        yield new Typed(new Expr.Conditional(condition, two[0].expr, two[1].expr), two[0].signed);
      }
      case Syntax.Expression.Index(var base, var index, var _) -> index(base, index, body, out);
      case Syntax.Expression.Slice s ->
          unsigned(
              new Expr.Extract(
                  expr(s.base(), OptionalInt.empty(), body, out).expr,
                  (int) number(s.high()),
                  (int) number(s.low())));
      case Syntax.Expression.Member(
              Syntax.Expression.Reference(var base, var _),
              var member,
              var _) -> {
        Port port = ports.get(base.text() + "." + member.text());
        if (port != null) {
          Local held = new Local(port.name(), port.width());
          out.add(new Statement.Input(held, port));
          yield unsigned(held);
        }
        Register r = registers.get(base.text());
        Field f = field(r, member.text());
        yield unsigned(
            f.width() == r.width() ? whole(r) : new Expr.Extract(whole(r), f.high(), f.low()));
      }
      case Syntax.Expression.Call c -> call(c, want, body, out);
      default -> throw new UnsupportedOperationException(e.toString());
    };
  }

  private Typed reference(String name, Body body) {
    if (body.scope.get(name) instanceof Local local) {
      return unsigned(local);
    }
    if (registers.get(name) instanceof Register r) {
      return unsigned(whole(r));
    }
    return unsigned(new Expr.Constant(enumerators.get(name)));
  }

  private Typed index(
      Syntax.Expression base, Syntax.Expression index, Body body, List<Statement> out) {
    if (base instanceof Syntax.Expression.Reference(var name, var _)
        && !body.scope.containsKey(name.text())) {
      if (spaces.get(name.text()) instanceof Space s) {
        Expr at = expr(index, OptionalInt.of(s.address().width()), body, out).expr;
        Local loaded = new Local("loaded", s.memory().width());
        out.add(new Statement.Load(loaded, s, at, fetching(body) ? Access.FETCH : Access.LOAD));
        return unsigned(loaded);
      }
      if (memories.get(name.text()) instanceof Memory m) {
        Expr at = expr(index, OptionalInt.of(m.indexWidth()), body, out).expr;
        return unsigned(new Expr.MemoryRead(m, at));
      }
      if (registers.get(name.text()) instanceof Register r && r.isFile()) {
        Expr at = expr(index, OptionalInt.of(r.indexWidth()), body, out).expr;
        return unsigned(new Expr.RegisterRead(r, at));
      }
    }
    int bit = (int) number(index);
    return unsigned(new Expr.Extract(expr(base, OptionalInt.empty(), body, out).expr, bit, bit));
  }

  /// Only the fetch's body has an empty scope when it loads.
  private static boolean fetching(Body body) {
    return body.scope.isEmpty();
  }

  private Typed[] pair(
      Syntax.Expression left,
      Syntax.Expression right,
      OptionalInt want,
      Body body,
      List<Statement> out) {
    if (isLiteral(left) && !isLiteral(right)) {
      Typed r = expr(right, want, body, out);
      return new Typed[] {expr(left, OptionalInt.of(r.expr.width()), body, out), r};
    }
    Typed l = expr(left, want, body, out);
    return new Typed[] {l, expr(right, OptionalInt.of(l.expr.width()), body, out)};
  }

  private Typed binary(
      Syntax.Expression.Binary b, OptionalInt want, Body body, List<Statement> out) {
    String op = b.operator();
    if (op.equals("&&") || op.equals("||")) {
      Expr l = expr(b.left(), OptionalInt.of(1), body, out).expr;
      Expr r = expr(b.right(), OptionalInt.of(1), body, out).expr;
      var and = op.equals("&&") ? Expr.BinaryOp.AND : Expr.BinaryOp.OR;
      return unsigned(new Expr.Binary(and, l, r));
    }
    if (op.equals("++")) {
      return unsigned(
          new Expr.Concat(
              expr(b.left(), OptionalInt.empty(), body, out).expr,
              expr(b.right(), OptionalInt.empty(), body, out).expr));
    }
    if (isShift(op)) {
      Typed l = expr(b.left(), want, body, out);
      Expr r = expr(b.right(), OptionalInt.empty(), body, out).expr;
      var shift =
          op.equals("<<") ? Expr.BinaryOp.SHL : l.signed ? Expr.BinaryOp.ASHR : Expr.BinaryOp.LSHR;
      return new Typed(new Expr.Binary(shift, l.expr, r), l.signed);
    }
    boolean compares = List.of("==", "!=", "<", "<=", ">", ">=").contains(op);
    Typed[] two = pair(b.left(), b.right(), compares ? OptionalInt.empty() : want, body, out);
    Expr l = two[0].expr;
    Expr r = two[1].expr;
    boolean signed = two[0].signed || two[1].signed;
    return switch (op) {
      case "+" -> new Typed(new Expr.Binary(Expr.BinaryOp.ADD, l, r), signed);
      case "-" -> new Typed(new Expr.Binary(Expr.BinaryOp.SUB, l, r), signed);
      case "*" -> new Typed(new Expr.Binary(Expr.BinaryOp.MUL, l, r), signed);
      case "/" ->
          new Typed(
              new Expr.Binary(signed ? Expr.BinaryOp.SDIV : Expr.BinaryOp.UDIV, l, r), signed);
      case "%" ->
          new Typed(
              new Expr.Binary(signed ? Expr.BinaryOp.SREM : Expr.BinaryOp.UREM, l, r), signed);
      case "&" -> new Typed(new Expr.Binary(Expr.BinaryOp.AND, l, r), signed);
      case "|" -> new Typed(new Expr.Binary(Expr.BinaryOp.OR, l, r), signed);
      case "^" -> new Typed(new Expr.Binary(Expr.BinaryOp.XOR, l, r), signed);
      case "==" -> unsigned(new Expr.Binary(Expr.BinaryOp.EQ, l, r));
      case "!=" ->
          unsigned(new Expr.Unary(Expr.UnaryOp.NOT, new Expr.Binary(Expr.BinaryOp.EQ, l, r)));
      case "<" -> unsigned(less(l, r, signed));
      case ">" -> unsigned(less(r, l, signed));
      case "<=" -> unsigned(new Expr.Unary(Expr.UnaryOp.NOT, less(r, l, signed)));
      case ">=" -> unsigned(new Expr.Unary(Expr.UnaryOp.NOT, less(l, r, signed)));
      default -> throw new UnsupportedOperationException(op);
    };
  }

  private static Expr less(Expr l, Expr r, boolean signed) {
    return new Expr.Binary(signed ? Expr.BinaryOp.SLT : Expr.BinaryOp.ULT, l, r);
  }

  private Typed call(Syntax.Expression.Call c, OptionalInt want, Body body, List<Statement> out) {
    String name = ((Syntax.Expression.Reference) c.callee()).name().text();
    if (functions.get(name) instanceof Function f) {
      List<Expr> arguments = new ArrayList<>();
      for (int i = 0; i < f.parameters().size(); i++) {
        int width = f.parameters().get(i).width();
        arguments.add(expr(c.arguments().get(i).value(), OptionalInt.of(width), body, out).expr);
      }
      Local result = new Local(name, f.width().orElseThrow());
      out.add(new Statement.Call(Optional.of(result), f, arguments));
      return unsigned(result);
    }
    if (unspecified.get(name) instanceof UnspecifiedFunction u) {
      List<Expr> arguments = new ArrayList<>();
      for (int i = 0; i < u.parameters().size(); i++) {
        int width = u.parameters().get(i).width();
        arguments.add(expr(c.arguments().get(i).value(), OptionalInt.of(width), body, out).expr);
      }
      return unsigned(new Expr.Unspecified(u, arguments));
    }
    if (structs.containsKey(name)) {
      return unsigned(assembled(structs.get(name), c, body, out));
    }
    Syntax.Expression argument = c.arguments().getFirst().value();
    boolean extends_ = name.equals("zext") || name.equals("sext");
    Typed x = expr(argument, extends_ ? OptionalInt.empty() : want, body, out);
    return switch (name) {
      case "zext", "sext" -> {
        int to =
            c.arguments().size() > 1
                ? (int) number(c.arguments().get(1).value())
                : want.orElseThrow();
        yield to == x.expr.width() ? x : unsigned(new Expr.Extend(x.expr, to, name.equals("sext")));
      }
      case "int" -> new Typed(x.expr, true);
      default -> unsigned(x.expr);
    };
  }

  /// A struct's value from the fields that are named; the others are zero, or fixed.
  private Expr assembled(
      Syntax.Item.Struct struct, Syntax.Expression.Call c, Body body, List<Statement> out) {
    Expr all = null;
    List<Syntax.FieldDecl> fields = new ArrayList<>(struct.fields());
    fields.sort((a, b) -> b.high() - a.high());
    for (Syntax.FieldDecl f : fields) {
      int width = f.high() - f.low() + 1;
      Expr part = new Expr.Constant(new Bits(width, f.fixed().orElse(java.math.BigInteger.ZERO)));
      for (Syntax.Argument a : c.arguments()) {
        boolean same =
            f.name().isPresent() && a.name().orElseThrow().text().equals(f.name().get().text());
        part = same ? expr(a.value(), OptionalInt.of(width), body, out).expr : part;
      }
      all = all == null ? part : new Expr.Concat(all, part);
    }
    return all;
  }
}
