package trapline.machine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.codec.Assembler;
import trapline.codec.Image;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Register;
import trapline.isa.Statement;
import trapline.isa.TestCase;

/// Runs the `test` blocks of a description on the concrete machine, each from reset.
///
/// Symbols and locals of a block are known to the blocks and assertions after it.
public final class TestRunner {
  /// What became of one test.
  public sealed interface Verdict {
    record Passed() implements Verdict {}

    /// An assertion does not hold, or the machine stopped. `values` are what the sides of the
    /// assertion are, a line each.
    record Failed(Span where, String message, List<String> values) implements Verdict {}

    /// The assembly text is wrong.
    record Rejected(List<Diagnostic> diagnostics) implements Verdict {}
  }

  public record Result(TestCase test, Verdict verdict) {
    public boolean passed() {
      return verdict instanceof Verdict.Passed;
    }
  }

  private final Simulator simulator;
  private final StatePrinter printer;

  private TestRunner(Simulator simulator) {
    this.simulator = simulator;
    printer = new StatePrinter(simulator.machine());
  }

  public static List<Result> run(Machine machine) {
    return machine.tests().isEmpty() ? List.of() : run(Simulator.of(machine));
  }

  public static List<Result> run(Simulator simulator) {
    var runner = new TestRunner(simulator);
    return simulator.machine().tests().stream()
        .map(test -> new Result(test, runner.verdict(test)))
        .toList();
  }

  private Verdict verdict(TestCase test) {
    State state = simulator.reset();
    var locals = new LinkedHashMap<Local, Bits>();
    var symbols = new LinkedHashMap<String, BigInteger>();
    for (TestCase.Step step : test.steps()) {
      Optional<? extends Verdict> wrong =
          switch (step) {
            case TestCase.Step.Assemble assemble -> assemble(state, assemble, symbols, test.span());
            case TestCase.Step.Run(int steps) -> run(state, steps, test.span());
            case TestCase.Step.Do(var block) -> perform(state, block, locals);
            case TestCase.Step.Assert check -> check(state, check, locals);
          };
      if (wrong.isPresent()) {
        return wrong.get();
      }
    }
    return new Verdict.Passed();
  }

  private Optional<Verdict> assemble(
      State state, TestCase.Step.Assemble step, Map<String, BigInteger> symbols, Span test) {
    var lines = new ArrayList<Assembler.Line>();
    for (TestCase.Line line : step.lines()) {
      Span span = line.span();
      boolean quoted = span.end() > span.start() && span.text().startsWith("\"");
      lines.add(
          new Assembler.Line(
              line.text(), quoted ? new Span(span.file(), span.start() + 1, span.end()) : span));
    }
    long at = step.at().toLong();
    return switch (simulator.codec().assembler().assemble(lines, at, symbols)) {
      case Assembler.Assembly.Rejected(var diagnostics) ->
          Optional.of(new Verdict.Rejected(diagnostics));
      case Assembler.Assembly.Assembled(var image) -> {
        symbols.putAll(image.symbols());
        Optional<Image.Cell> outside = simulator.load(state, image);
        yield outside.map(cell ->
            new Verdict.Failed(
                cell.source().file() == Span.NONE.file() ? test : cell.source(),
                "there is no storage at " + cell.address(),
                List.of()));
      }
    };
  }

  private Optional<Verdict> run(State state, int steps, Span test) {
    return simulator.run(state, steps).reason() instanceof Simulator.Run.Stopped(var why)
        ? Optional.of(new Verdict.Failed(test, "the machine stopped: " + why, List.of()))
        : Optional.empty();
  }

  private Optional<Verdict> perform(State state, Statement.Block block, Map<Local, Bits> locals) {
    return failure(simulator.perform(state, block, Optional.empty(), locals), block.span());
  }

  private static Optional<Verdict> failure(Simulator.Result result, Span where) {
    return switch (result) {
      case Simulator.Result.Returned _ -> Optional.empty();
      case Simulator.Result.Trapped(var cause, var arguments) ->
          Optional.of(new Verdict.Failed(where, "traps with `" + cause.name() + "`", List.of()));
      case Simulator.Result.Stopped(var why) ->
          Optional.of(new Verdict.Failed(where, "stops: " + why, List.of()));
    };
  }

  private Optional<Verdict> check(
      State state, TestCase.Step.Assert check, Map<Local, Bits> locals) {
    var result = simulator.perform(state, check.prelude(), Optional.of(check.condition()), locals);
    if (result instanceof Simulator.Result.Returned(var value)
        && value.filter(Bits::isTrue).isPresent()) {
      return Optional.empty();
    }
    return failure(result, check.span())
        .or(() ->
            Optional.of(
                new Verdict.Failed(
                    check.span(),
                    "the assertion does not hold",
                    sides(state, check.condition(), locals))));
  }

  /// The values that make `condition` false: both sides of the comparisons at fault.
  private List<String> sides(State state, Expr condition, Map<Local, Bits> locals) {
    return switch (condition) {
      case Expr.Binary(var op, var left, var right)
          when op == Expr.BinaryOp.AND && condition.width() == 1 -> {
        Expr culprit = value(state, left, locals).isTrue() ? right : left;
        yield sides(state, culprit, locals);
      }
      case Expr.Binary(var op, var left, var right)
          when op == Expr.BinaryOp.OR && condition.width() == 1 -> {
        var both = new ArrayList<>(sides(state, left, locals));
        both.addAll(sides(state, right, locals));
        yield both;
      }
      case Expr.Binary(var op, var left, var right) when op.isComparison() ->
          List.of(
              "left:  " + shown(left, right, value(state, left, locals)),
              "right: " + shown(right, left, value(state, right, locals)));
      case Expr.Unary(var op, var operand) when op == Expr.UnaryOp.NOT ->
          operand instanceof Expr.Binary(var inner, var _, var _) && inner.isComparison()
              ? sides(state, operand, locals)
              : List.of("it is true: " + shown(operand, operand, value(state, operand, locals)));
      case Expr.Conditional(var test, var then, var otherwise) ->
          sides(state, value(state, test, locals).isTrue() ? then : otherwise, locals);
      case Expr.Constant _ -> List.of();
      default -> List.of("value: " + shown(condition, condition, value(state, condition, locals)));
    };
  }

  private Bits value(State state, Expr expr, Map<Local, Bits> locals) {
    var result =
        simulator.perform(
            state, Statement.Block.EMPTY, Optional.of(expr), new LinkedHashMap<>(locals));
    return result instanceof Simulator.Result.Returned(var value)
        ? value.orElse(Bits.zero(expr.width()))
        : Bits.zero(expr.width());
  }

  /// `value` through the fields of the register that either side of the comparison reads.
  private String shown(Expr expr, Expr other, Bits value) {
    return register(expr)
        .or(() -> register(other))
        .map(r -> printer.value(r, value))
        .or(() -> field(expr).or(() -> field(other)).map(f -> printer.value(f, value)))
        .orElseGet(() -> printer.number(value));
  }

  private static Optional<Register> register(Expr expr) {
    return expr instanceof Expr.RegisterRead(var register, var _)
        ? Optional.of(register)
        : Optional.empty();
  }

  private static Optional<Field> field(Expr expr) {
    return expr instanceof Expr.Extract(var operand, int high, int low)
            && operand instanceof Expr.RegisterRead(var register, var _)
        ? register.fields().stream().filter(f -> f.high() == high && f.low() == low).findFirst()
        : Optional.empty();
  }
}
