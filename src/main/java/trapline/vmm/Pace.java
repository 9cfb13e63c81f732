package trapline.vmm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Statement;
import trapline.machine.Selection;

/// Whether a guest may run for several steps before its state is taken back from the host.
///
/// It may if time on the virtual machine goes its own way: what `after` and the conditions of
/// interrupts read and write is no field that a program runs with (E, P, clocks that are the
/// program's), no storage and no port that `after` would use; and what `shadow` reads is no storage
/// either; and no register that installed translation depends on moves so. Then `after` can run on
/// the virtual state while the rest of it is in the host. A machine of which this is not plain from
/// the description runs one step at a time.
final class Pace {
  private final Monitor monitor;
  private final Set<Statement.Block> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Register> written = new ArrayList<>();
  private boolean steady = true;

  private Pace(Monitor monitor) {
    this.monitor = monitor;
  }

  static boolean isSteady(Machine machine) {
    Monitor monitor = machine.monitor().orElseThrow();
    Pace pace = new Pace(monitor);
    pace.look(machine.after());
    machine.traps().forEach(line -> line.when().ifPresent(pace::look));
    monitor.shadow().forEach(a -> pace.storage(a.value()));
    if (monitor.mapping().isPresent()) {
      List<Selection.Part> read = new ArrayList<>();
      var mentions = new Mentions(read);
      machine.spaces().forEach(s -> mentions.of(s.body()));
      pace.steady &= read.stream().noneMatch(p -> pace.written.contains(p.register()));
    }
    return pace.steady;
  }

  private void look(Statement.Block block) {
    if (!seen.add(block)) {
      return;
    }
    for (Statement statement : block.statements()) {
      switch (statement) {
        case Statement.Assign(_, var value) -> look(value);
        case Statement.RegisterWrite(var register, var index, var value) -> {
          touch(register, register.width() - 1, 0);
          written.add(register);
          look(index);
          look(value);
        }
        case Statement.If(var condition, _, _) -> look(condition);
        case Statement.While(var condition, _) -> look(condition);
        case Statement.Call(_, _, var arguments) -> arguments.forEach(this::look);
        case Statement.Return(var value) -> value.ifPresent(this::look);
        case Statement.MemoryWrite _,
            Statement.Load _,
            Statement.Store _,
            Statement.Input _,
            Statement.Output _,
            Statement.Choose _,
            Statement.Raise _,
            Statement.Halt _,
            Statement.Commit _,
            Statement.Unpredictable _,
            Statement.Execute _ ->
            steady = false;
      }
      statement.blocks().forEach(this::look);
    }
  }

  private void look(Expr expr) {
    switch (expr) {
      case Expr.Extract(Expr.RegisterRead(var register, var index), int high, int low) -> {
        touch(register, high, low);
        look(index);
      }
      case Expr.RegisterRead(var register, var index) -> {
        touch(register, register.width() - 1, 0);
        look(index);
      }
      case Expr.MemoryRead _, Expr.Unspecified _ -> steady = false;
      case Expr.Constant _,
          Local _,
          Expr.PortPeek _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Extract _,
          Expr.Concat _,
          Expr.Extend _,
          Expr.Conditional _ ->
          parts(expr).forEach(this::look);
    }
  }

  private void storage(Expr expr) {
    if (expr instanceof Expr.MemoryRead || expr instanceof Expr.Unspecified) {
      steady = false;
    }
    parts(expr).forEach(this::storage);
  }

  private static List<Expr> parts(Expr expr) {
    return switch (expr) {
      case Expr.Constant _, Local _, Expr.PortPeek _ -> List.of();
      case Expr.RegisterRead(_, var index) -> List.of(index);
      case Expr.MemoryRead(_, var index) -> List.of(index);
      case Expr.Unary(_, var operand) -> List.of(operand);
      case Expr.Binary(_, var left, var right) -> List.of(left, right);
      case Expr.Extract(var operand, _, _) -> List.of(operand);
      case Expr.Concat(var left, var right) -> List.of(left, right);
      case Expr.Extend(var operand, _, _) -> List.of(operand);
      case Expr.Conditional(var condition, var then, var otherwise) ->
          List.of(condition, then, otherwise);
      case Expr.Unspecified(_, var arguments) -> new ArrayList<>(arguments);
    };
  }

  private void touch(Register register, int high, int low) {
    for (Field field : register.fields()) {
      if (low <= field.high() && field.low() <= high && isPrograms(register, field)) {
        steady = false;
      }
    }
  }

  /// Whether programs run with the field in the host.
  private boolean isPrograms(Register register, Field field) {
    boolean runs = field.hasRole(Role.E) || field.hasRole(Role.P) || field.hasRole(Role.CLOCK);
    return runs
        && !Monitor.covers(monitor.virtual(), register, field)
        && !Monitor.covers(monitor.configurable(), register, field);
  }
}
