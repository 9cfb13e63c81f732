package trapline.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.Statement;

/// Which R state decides *where* the running program's storage lies: the paper's relocation.
///
///     relocation = { bits of role R on which the index that some space returns depends }
///
/// by data, or by control between two ways that both return. A condition that only decides whether
/// the translation traps (a bound check) does not count: what it reads is control R. Fields count
/// whole, in every element of a register file.
///
/// A dependence is found in the text, not by comparing values: an upper bound of the true one.
final class Relocation {
  private final Layout layout;
  private Map<Local, Integer> depends = new HashMap<>();
  private int returned;

  /// Whether the body called last can be left without a trap.
  private boolean survived;

  private Relocation(Layout layout) {
    this.layout = layout;
  }

  /// The relocation bits of a machine's code.
  static int of(Layout layout) {
    Machine machine = layout.machine;
    int found = 0;
    for (Space space : machine.spaces()) {
      Relocation relocation = new Relocation(layout);
      relocation.depends.put(space.address(), 0);
      space.access().ifPresent(a -> relocation.depends.put(a, 0));
      relocation.run(space.body(), 0);
      found |= relocation.returned;
    }
    return wholeFields(layout, found) & layout.bitsOf(Role.R);
  }

  private static int wholeFields(Layout layout, int bits) {
    int whole = bits;
    for (var register : layout.machine.registers()) {
      for (var field : register.fields()) {
        int all = layout.bitsOf(register, Layout.mask(field.width()) << field.low());
        if ((all & bits) != 0) {
          whole |= all;
        }
      }
    }
    return whole;
  }

  /// How a block can be left.
  ///
  /// `onward`: by its end. `returns`: by `return`. `control`: what decides between the two, and so
  /// everything that comes after.
  private record Ways(boolean onward, boolean returns, int control) {
    boolean survives() {
      return onward || returns;
    }
  }

  private Ways run(Statement.Block block, int control) {
    boolean returns = false;
    int now = control;
    for (Statement statement : block.statements()) {
      Ways ways = run(statement, now);
      returns |= ways.returns;
      now |= ways.control;
      if (!ways.onward) {
        return new Ways(false, returns, now);
      }
    }
    return new Ways(true, returns, now);
  }

  private Ways run(Statement statement, int control) {
    return switch (statement) {
      case Statement.Assign(var target, var value) -> assign(target, of(value) | control, control);
      case Statement.Load(var target, var space, var address, var _) -> {
        int index = call(space.body(), List.of(space.address()), List.of(of(address)), control);
        yield assign(target, index | layout.bitsOf(space.memory()), control);
      }
      case Statement.Call(var target, var function, var arguments) -> {
        List<Integer> values = new ArrayList<>();
        arguments.forEach(a -> values.add(of(a)));
        int value = call(function.body(), function.parameters(), values, control);
        boolean comesBack = survived;
        target.ifPresent(t -> depends.put(t, value | control));
        yield new Ways(comesBack, false, control);
      }
      case Statement.If(var condition, var then, var otherwise) -> {
        Map<Local, Integer> before = new HashMap<>(depends);
        int saved = returned;
        boolean thenSurvives = run(then, control).survives();
        depends = new HashMap<>(before);
        boolean otherwiseSurvives = run(otherwise, control).survives();
        depends = new HashMap<>(before);
        returned = saved;
        int inside = thenSurvives && otherwiseSurvives ? control | of(condition) : control;
        if (!thenSurvives) {
          yield run(otherwise, inside);
        }
        if (!otherwiseSurvives) {
          yield run(then, inside);
        }
        Ways one = run(then, inside);
        Map<Local, Integer> after = depends;
        depends = before;
        Ways two = run(otherwise, inside);
        after.forEach((local, bits) -> depends.merge(local, bits, (a, b) -> a | b));
        boolean returns = one.returns || two.returns;
        int onward = returns ? one.control | two.control : control;
        yield new Ways(one.onward || two.onward, returns, onward);
      }
      case Statement.While(var condition, var body) -> {
        boolean returns = false;
        int inside = control;
        for (Map<Local, Integer> before = Map.of(); !before.equals(depends); ) {
          before = new HashMap<>(depends);
          inside |= of(condition);
          Ways ways = run(body, inside);
          returns |= ways.returns;
          inside |= ways.control;
          before.forEach((local, bits) -> depends.merge(local, bits, (a, b) -> a | b));
        }
        yield new Ways(true, returns, returns ? inside : control);
      }
      case Statement.Return(var value) -> {
        returned |= control | value.map(this::of).orElse(0);
        yield new Ways(false, true, control);
      }
      case Statement.Raise(var _, var _) -> new Ways(false, false, control);
      case Statement.Unpredictable(var _) -> new Ways(false, false, control);
      case Statement.Choose(var target, var _) -> assign(target, control, control);
      case Statement.Input(var target, var port) ->
          assign(target, layout.bitsOf(port) | control, control);
      case Statement.RegisterWrite(var _, var _, var _) -> impure();
      case Statement.MemoryWrite(var _, var _, var _) -> impure();
      case Statement.Store(var _, var _, var _) -> impure();
      case Statement.Output(var _, var _) -> impure();
      case Statement.Halt() -> impure();
      case Statement.Commit() -> impure();
      case Statement.Execute(var _) -> impure();
    };
  }

  private static Ways impure() {
    throw new UnsupportedOperationException("a translation that changes the state");
  }

  private Ways assign(Local target, int bits, int control) {
    depends.put(target, bits);
    return new Ways(true, false, control);
  }

  private int call(Statement.Block body, List<Local> names, List<Integer> values, int control) {
    for (int i = 0; i < names.size(); i++) {
      depends.put(names.get(i), values.get(i) | control);
    }
    int saved = returned;
    returned = 0;
    survived = run(body, control).survives();
    int value = returned;
    returned = saved;
    return value;
  }

  private int of(Expr expr) {
    return switch (expr) {
      case Local local -> depends.getOrDefault(local, 0);
      case Expr.Constant(var _) -> 0;
      case Expr.RegisterRead(var register, var index) -> layout.bitsOf(register, -1L) | of(index);
      case Expr.MemoryRead(var memory, var index) -> layout.bitsOf(memory) | of(index);
      case Expr.PortPeek(var port) -> layout.bitsOf(port);
      case Expr.Unary(var _, var operand) -> of(operand);
      case Expr.Binary(var _, var left, var right) -> of(left) | of(right);
      case Expr.Extract(Expr.RegisterRead(var register, var index), var high, var low) ->
          layout.bitsOf(register, Layout.mask(high - low + 1) << low) | of(index);
      case Expr.Extract(var operand, var _, var _) -> of(operand);
      case Expr.Concat(var left, var right) -> of(left) | of(right);
      case Expr.Extend(var operand, var _, var _) -> of(operand);
      case Expr.Conditional(var condition, var then, var otherwise) ->
          of(condition) | of(then) | of(otherwise);
      case Expr.Unspecified(var _, var arguments) ->
          arguments.stream().mapToInt(this::of).reduce(0, (a, b) -> a | b);
    };
  }
}
