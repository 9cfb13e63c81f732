package trapline.emit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import trapline.diag.Span;
import trapline.isa.Access;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.Statement;

/// The body of one method: statements of a description as Java statements, one for one and in
/// order.
///
/// What the front end has put in locals of its own, and is used once and at once, stands where it
/// is used. A local is declared in the innermost block that has all that mentions it.
final class Actions {
  private final Vocabulary words;
  private final Source source;
  private final Formulas formulas;
  private final Names names;
  private final Map<Local, Integer> reads = new HashMap<>();
  private final Set<Local> declared = new HashSet<>();
  private String text = "";

  /// What loops count with, the outermost first, and how many are open.
  private final List<String> counters = new ArrayList<>();

  private int depth;

  /// What an `any` is taken from; empty where the least value will do.
  private String turn = "";

  /// The width of what the method returns; 0 for nothing, and for whatever an expression has.
  private int result;

  /// `names` are those of the method's scope.
  Actions(Vocabulary words, Source source, String state) {
    this.words = words;
    this.source = source;
    names = words.locals();
    formulas = new Formulas(words, state);
  }

  Formulas formulas() {
    return formulas;
  }

  /// A parameter of the method, or a local that is declared already: its name.
  String parameter(Local local) {
    String name = names.of(local, local.name());
    formulas.name(local, name);
    declared.add(local);
    return name;
  }

  /// The parameters of a method.
  String parameters(List<Local> parameters) {
    return parameters.stream()
        .map(p -> Vocabulary.type(p.width()) + " " + parameter(p))
        .collect(Collectors.joining(", "));
  }

  /// A local that the method finds elsewhere.
  void known(Local local, String where) {
    formulas.name(local, where);
    declared.add(local);
  }

  /// Declares a local at the head of the method if its body sets it in some inner block only.
  void beforehand(Local local, Statement.Block body) {
    if (body.statements().stream().noneMatch(s -> Walk.sets(s).contains(local))) {
      source.line(declaration(local) + " = " + zero(local.width()) + ";");
    }
  }

  /// Each `any` takes the low bits of that number.
  void choosesBy(String number) {
    turn = number;
  }

  /// The method returns a value of that width.
  void result(int width) {
    result = width;
  }

  /// All of the body.
  void body(Statement.Block body) {
    text = body.span().text();
    formulas.compareAs(text);
    Walk.statements(
        body,
        s ->
            s.expressions()
                .forEach(e -> Walk.reads(e, local -> reads.merge(local, 1, Integer::sum))));
    block(body);
  }

  private void block(Statement.Block block) {
    List<Statement> statements = block.statements();
    for (int i = 0; i < statements.size(); i++) {
      Statement statement = statements.get(i);
      Optional<Loop> loop = Loop.at(statements.subList(i, statements.size()), counters(), declared);
      if (loop.isPresent()) {
        loop(loop.get());
        i += loop.get().length() - 1;
        continue;
      }
      if (i + 1 < statements.size() && isInlined(statement, statements.get(i + 1))) {
        formulas.inline(Walk.sets(statement).getFirst(), inline(statement));
        continue;
      }
      declare(statement, statements.subList(i + 1, statements.size()));
      statement(statement);
      if (Walk.ends(statement)) {
        return;
      }
    }
  }

  private void loop(Loop loop) {
    String i = counter();
    source.open(
        "for (long "
            + i
            + " = "
            + loop.start()
            + "; "
            + i
            + " < "
            + loop.end()
            + "; "
            + i
            + (loop.step().equals(BigInteger.ONE) ? "++" : " += " + loop.step())
            + ")");
    depth++;
    block(new Statement.Block(loop.body(), Span.NONE));
    depth--;
    source.close();
  }

  /// What the next loop counts with.
  private String counter() {
    if (counters.size() == depth) {
      counters.add(names.fresh("" + (char) ('i' + depth)));
    }
    return counters.get(depth);
  }

  /// The same as values of any width.
  private Function<Integer, Local> counters() {
    Map<Integer, Local> widths = new HashMap<>();
    return width ->
        widths.computeIfAbsent(
            width,
            w -> {
              Local local = new Local("i", w);
              formulas.name(local, counter());
              return local;
            });
  }

  /// Declares the locals that are of this block, and that `statement` is the first to mention and
  /// does not itself declare.
  private void declare(Statement statement, List<Statement> rest) {
    for (Local local : Walk.locals(statement)) {
      if (!declared.contains(local)
          && !Walk.sets(statement).contains(local)
          && (Walk.isShared(statement, local)
              || rest.stream().anyMatch(s -> Walk.mentions(s, local)))) {
        source.line(declaration(local) + " = " + zero(local.width()) + ";");
      }
    }
  }

  private String declaration(Local local) {
    declared.add(local);
    formulas.name(local, names.fresh(local.name()));
    return Vocabulary.type(local.width()) + " " + formulas.name(local);
  }

  private static String zero(int width) {
    return Vocabulary.isWide(width) ? "BigInteger.ZERO" : "0";
  }

  /// Whether a statement is there only to give the next one a value.
  private boolean isInlined(Statement statement, Statement next) {
    if (!(statement instanceof Statement.Load)
        && !(statement instanceof Statement.Call)
        && !(statement instanceof Statement.Input)) {
      return false;
    }
    List<Local> sets = Walk.sets(statement);
    if (sets.size() != 1 || next instanceof Statement.While || next instanceof Statement.Choose) {
      return false;
    }
    Local local = sets.getFirst();
    if (reads.getOrDefault(local, 0) != 1 || declared.contains(local) || isNamed(local)) {
      return false;
    }
    for (Expr expr : printed(next)) {
      if (statement instanceof Statement.Load
          ? Walk.isCertain(local, expr)
          : Walk.comesFirst(local, expr)) {
        return true;
      }
      if (!(statement instanceof Statement.Load) && Walk.looks(expr)) {
        return false;
      }
    }
    return false;
  }

  /// The expressions of a statement as it will stand there.
  private static List<Expr> printed(Statement statement) {
    return statement instanceof Statement.RegisterWrite write
        ? List.of(write.index(), Change.of(write).value())
        : statement.expressions();
  }

  /// Whether the description gives the local its name.
  private boolean isNamed(Local local) {
    return Pattern.compile("\\b(let|var)\\s+" + local.name() + "\\b").matcher(text).find();
  }

  private String inline(Statement statement) {
    return switch (statement) {
      case Statement.Load load -> load(load);
      case Statement.Call call -> call(call);
      case Statement.Input(var _, var port) -> "s." + words.reading(port) + "()";
      default -> throw new IllegalArgumentException("" + statement);
    };
  }

  private void set(Local target, String value) {
    source.line(
        (declared.contains(target) ? formulas.name(target) : declaration(target))
            + " = "
            + value
            + ";");
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Statement.Assign(var target, var value) -> set(target, formulas.value(value));
      case Statement.RegisterWrite write -> source.line(write(write) + ";");
      case Statement.MemoryWrite(var memory, var index, var value) ->
          source.line(
              "s."
                  + words.of(memory)
                  + "("
                  + formulas.index(index)
                  + ", "
                  + formulas.value(value)
                  + ");");
      case Statement.Load load -> set(load.target(), load(load));
      case Statement.Store(var space, var address, var value) ->
          source.line(
              "s."
                  + words.of(space.memory())
                  + "("
                  + translate(space, address, Access.STORE)
                  + ", "
                  + formulas.value(value)
                  + ");");
      case Statement.Input input -> set(input.target(), inline(input));
      case Statement.Output(var port, var value) ->
          source.line("s." + words.of(port) + "(" + formulas.value(value) + ");");
      case Statement.Call call -> {
        if (call.target().isPresent()) {
          set(call.target().get(), call(call));
        } else {
          source.line(call(call) + ";");
        }
      }
      case Statement.Choose(var target, var constraint) -> choose(target, constraint);
      case Statement.If branch -> branch(branch);
      case Statement.While(var condition, var body) -> {
        source.open(
            Walk.ends(statement) ? "for (;;)" : "while (" + formulas.condition(condition) + ")");
        source.line("s.round();");
        block(body);
        source.close();
      }
      case Statement.Raise(var cause, var arguments) ->
          source.line(
              "throw new Trap("
                  + words.of(cause)
                  + arguments.stream()
                      .map(a -> ", " + formulas.argument(a))
                      .collect(Collectors.joining())
                  + ");");
      case Statement.Return(var value) ->
          source.line(
              value
                  .map(v -> "return " + formulas.value(v, result == 0 ? v.width() : result) + ";")
                  .orElse("return;"));
      case Statement.Halt _ -> source.line("s.halt();");
      case Statement.Commit _ -> source.line("s.commit();");
      case Statement.Unpredictable(var message) ->
          source.line(
              "throw new Stopped("
                  + quoted(
                      message.isEmpty() || message.equals("unpredictable")
                          ? "unpredictable"
                          : "unpredictable: " + message)
                  + ");");
      case Statement.Execute(var word) ->
          source.line("throw new Execute(" + formulas.value(word) + ");");
    }
  }

  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private void branch(Statement.If branch) {
    source.open("if (" + formulas.condition(branch.condition()) + ")");
    block(branch.then());
    Statement.Block otherwise = branch.otherwise();
    while (otherwise.statements().size() == 1
        && otherwise.statements().getFirst() instanceof Statement.If next
        && Walk.locals(next).stream()
            .noneMatch(l -> !declared.contains(l) && Walk.isShared(next, l))) {
      source.next("else if (" + formulas.condition(next.condition()) + ")");
      block(next.then());
      otherwise = next.otherwise();
    }
    if (!otherwise.statements().isEmpty()) {
      source.next("else");
      block(otherwise);
    }
    source.close();
  }

  private void choose(Local target, Optional<Expr> constraint) {
    if (!turn.isEmpty()) {
      source.note("any: in turn");
      set(target, "low(" + target.width() + ", " + turn + ")");
      return;
    }
    source.note("any: the least value that will do");
    set(target, zero(target.width()));
    constraint.ifPresent(c -> {
      String condition = formulas.condition(new Expr.Unary(Expr.UnaryOp.NOT, c));
      source.open("while (" + condition + ")");
      source.line(
          formulas.name(target)
              + " = another("
              + formulas.name(target)
              + ", "
              + target.width()
              + ");");
      source.close();
    });
  }

  private String write(Statement.RegisterWrite write) {
    Register register = write.register();
    Change change = Change.of(write);
    String index = register.isFile() ? formulas.index(write.index()) + ", " : "";
    var field = change.field(write);
    if (field.isPresent() && register.fields().size() > 1) {
      return "s."
          + words.of(register, field.get())
          + "("
          + index
          + formulas.valueFor(field.get(), change.value())
          + ")";
    }
    String value = formulas.value(change.value());
    if (!change.isWhole(write)) {
      String old = formulas.value(new Expr.RegisterRead(register, write.index()));
      value =
          "with("
              + old
              + ", "
              + change.high()
              + ", "
              + change.low()
              + ", "
              + (Vocabulary.isWide(register.width()) && !Vocabulary.isWide(change.value().width())
                  ? "wide(" + value + ")"
                  : value)
              + ")";
    }
    return register.isFile()
        ? "s." + words.of(register) + "(" + index + value + ")"
        : "s." + words.of(register) + " = " + value;
  }

  private String load(Statement.Load load) {
    return "s."
        + words.of(load.space().memory())
        + "("
        + translate(load.space(), load.address(), load.access())
        + ")";
  }

  private String translate(Space space, Expr address, Access access) {
    return words.of(space)
        + "("
        + formulas.value(address, space.address().width())
        + (space.access().isPresent() ? ", " + words.of(space, access) : "")
        + ")";
  }

  private String call(Statement.Call call) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < call.arguments().size(); i++) {
      arguments.add(
          formulas.value(call.arguments().get(i), call.function().parameters().get(i).width()));
    }
    return words.of(call.function()) + "(" + String.join(", ", arguments) + ")";
  }
}
