package trapline.symbolic;

import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.Set;
import trapline.isa.Cause;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.isa.Statement;

/// What a loop reads, which locals it sets, how it may trap, and whether that is all it does.
///
/// A *quiet* loop only computes: it writes no state, so its result is a function of what it reads,
/// and it names no element or cell that does not exist, and reaches no storage that has a device's
/// registers in it.
final class Quiet {
  final Set<Register> registers = new LinkedHashSet<>();
  final Set<Memory> memories = new LinkedHashSet<>();
  final Set<Space> spaces = new LinkedHashSet<>();
  final Set<Port> ports = new LinkedHashSet<>();
  final Set<Local> read = new LinkedHashSet<>();
  final Set<Local> assigned = new LinkedHashSet<>();
  final Set<Cause> causes = new LinkedHashSet<>();
  boolean quiet = true;
  private final Machine machine;
  private boolean translating;

  private Quiet(Machine machine) {
    this.machine = machine;
  }

  static Quiet of(Statement.While loop, Machine machine) {
    Quiet facts = new Quiet(machine);
    facts.visit(loop.condition());
    facts.visit(loop.body(), false);
    return facts;
  }

  private void visit(Statement.Block block, boolean callee) {
    for (Statement statement : block.statements()) {
      visit(statement, callee);
    }
  }

  private void visit(Statement statement, boolean callee) {
    switch (statement) {
      case Statement.Assign(var target, var value) -> {
        visit(value);
        assigned.add(target);
      }
      case Statement.Load(var target, var space, var address, var access) -> {
        visit(address);
        assigned.add(target);
        spaces.add(space);
        quiet &= !reachesBeyond(space.memory().indexWidth(), space.memory().count());
        quiet &= space.devices().isEmpty();
        boolean outer = translating;
        translating = true;
        visit(space.body(), true);
        translating = outer;
      }
      case Statement.Call(var target, Function function, var arguments) -> {
        arguments.forEach(this::visit);
        target.ifPresent(assigned::add);
        visit(function.body(), true);
      }
      case Statement.If(var condition, var then, var otherwise) -> {
        visit(condition);
        visit(then, callee);
        visit(otherwise, callee);
      }
      case Statement.While(var condition, var body) -> {
        visit(condition);
        visit(body, callee);
      }
      case Statement.Raise(var cause, var arguments) -> {
        arguments.forEach(this::visit);
        causes.add(cause);
      }
      case Statement.Return(var value) -> {
        value.ifPresent(this::visit);
        quiet &= callee;
      }
      case Statement.RegisterWrite write -> quiet = false;
      case Statement.MemoryWrite write -> quiet = false;
      case Statement.Store store -> quiet = false;
      case Statement.Input input -> quiet = false;
      case Statement.Output output -> quiet = false;
      case Statement.Choose choose -> quiet = false;
      case Statement.Halt halt -> quiet = false;
      case Statement.Commit commit -> quiet = false;
      case Statement.Unpredictable unpredictable -> quiet = false;
      case Statement.Execute execute -> quiet = false;
    }
  }

  /// What translation reads does not count: the window stands for it.
  private void visit(Expr expr) {
    switch (expr) {
      case Local local -> read.add(local);
      case Expr.Constant constant -> {}
      case Expr.RegisterRead(var register, var index) -> {
        visit(index);
        quiet &= !reachesBeyond(index, BigInteger.valueOf(register.count()));
        if (!translating) {
          registers.add(register);
        }
      }
      case Expr.MemoryRead(var memory, var index) -> {
        visit(index);
        quiet &= !reachesBeyond(index, memory.count());
        quiet &= machine.devices(memory).isEmpty();
        if (!translating) {
          memories.add(memory);
        }
      }
      case Expr.PortPeek(var port) -> ports.add(port);
      case Expr.Unary(var op, var operand) -> visit(operand);
      case Expr.Binary(var op, var left, var right) -> {
        visit(left);
        visit(right);
      }
      case Expr.Extract(var operand, var high, var low) -> visit(operand);
      case Expr.Concat(var left, var right) -> {
        visit(left);
        visit(right);
      }
      case Expr.Extend(var operand, var width, var signed) -> visit(operand);
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        visit(condition);
        visit(then);
        visit(otherwise);
      }
      case Expr.Unspecified(var function, var arguments) -> arguments.forEach(this::visit);
    }
  }

  private static boolean reachesBeyond(Expr index, BigInteger count) {
    return index instanceof Expr.Constant(var value)
        ? value.value().compareTo(count) >= 0
        : reachesBeyond(index.width(), count);
  }

  /// Whether an index of that many bits can name one beyond so many.
  private static boolean reachesBeyond(int width, BigInteger count) {
    return BigInteger.ONE.shiftLeft(width).compareTo(count) > 0;
  }
}
