package trapline.vmm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Local;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Monitor;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Statement;
import trapline.machine.Selection;

/// Whether a guest may run for several steps before its state is taken back from the host.
///
/// It may if time on the virtual machine goes its own way: what `after` reads and changes is no
/// field that a program runs with (E, P, clocks that are the program's), no storage, and no device
/// but a virtual one, and so with what `interpret when` reads; what `shadow` reads is no storage
/// either; and no register that installed translation depends on moves so. Then `after` can run on
/// the virtual state while the rest of it is in the host. What the conditions of interrupts read of
/// a program's fields is `peeked`: taken back after every step. A machine of which this is not
/// plain from the description runs one step at a time.
///
/// Then `after` runs on the virtual state when all is taken back but what is `moved`: what `after`
/// changes of a program's own fields, which the host's `after` has changed already, and cells of
/// memories that are not divided, if it `stores` there.
public record Pace(
    boolean isSteady, boolean peeks, Selection peeked, List<Selection.Part> moved, boolean stores) {

  public static Pace of(Machine machine) {
    return new Search(machine.monitor().orElseThrow()).over(machine);
  }

  private static final class Search {
    private final Monitor monitor;
    private final Set<Statement.Block> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Field> peeked = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Selection.Part> moved = new LinkedHashSet<>();
    private final Set<Memory> stored = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Register> changed = new ArrayList<>();
    private boolean steady = true;
    private boolean asksForInterrupts;

    Search(Monitor monitor) {
      this.monitor = monitor;
    }

    Pace over(Machine machine) {
      look(monitor.interpret());
      look(machine.after());
      asksForInterrupts = true;
      machine.traps().forEach(line -> line.when().ifPresent(this::look));
      monitor.shadow().forEach(a -> storage(a.value()));
      if (monitor.mapping().isPresent()) {
        List<Selection.Part> read = new ArrayList<>();
        var mentions = new Mentions(read);
        machine.spaces().forEach(space -> mentions.of(space.body()));
        steady &= read.stream().noneMatch(part -> changed.contains(part.register()));
      }
      return new Pace(
          steady,
          !peeked.isEmpty(),
          Selection.of(machine, (register, field) -> peeked.contains(field)),
          List.copyOf(moved),
          !stored.stream().allMatch(machine::isTranslated));
    }

    private void look(Statement.Block block) {
      if (!seen.add(block)) {
        return;
      }
      for (Statement statement : block.statements()) {
        switch (statement) {
          case Statement.Assign(_, var value) -> look(value);
          case Statement.RegisterWrite(var register, var index, var value) -> {
            look(index);
            changed.add(register);
            written(register, index, value, 0);
          }
          case Statement.Input(_, var port) -> device(port);
          case Statement.Output(var port, var value) -> {
            device(port);
            look(value);
          }
          case Statement.If(var condition, _, _) -> look(condition);
          case Statement.While(var condition, _) -> look(condition);
          case Statement.Call(_, _, var arguments) -> arguments.forEach(this::look);
          case Statement.Return(var value) -> value.ifPresent(this::look);
          case Statement.MemoryWrite(var memory, _, _) -> {
            steady = false;
            stored.add(memory);
          }
          case Statement.Load _,
              Statement.Store _,
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

    private void device(Port port) {
      steady &= monitor.virtual().contains(new Monitor.Part.Device(port.device()));
    }

    /// `value` is written to the bits of an element from `low` on. Bits that are written back as
    /// they are do not change.
    private void written(Register register, Expr index, Expr value, int low) {
      switch (value) {
        case Expr.Concat(var left, var right) -> {
          written(register, index, right, low);
          written(register, index, left, low + right.width());
        }
        case Expr.Extract(Expr.RegisterRead(var from, var at), _, int first)
            when from == register && at.equals(index) && first == low -> {}
        default -> {
          touch(register, low + value.width() - 1, low);
          programs(register, low + value.width() - 1, low)
              .forEach(f -> moved.addAll(Mentions.parts(register, index, f.high(), f.low())));
          look(value);
        }
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
        case Expr.PortPeek(var port) -> device(port);
        case Expr.Constant _,
            Local _,
            Expr.Unary _,
            Expr.Binary _,
            Expr.Extract _,
            Expr.Concat _,
            Expr.Extend _,
            Expr.Conditional _ ->
            expr.parts().forEach(this::look);
      }
    }

    private void storage(Expr expr) {
      if (expr instanceof Expr.MemoryRead || expr instanceof Expr.Unspecified) {
        steady = false;
      }
      expr.parts().forEach(this::storage);
    }

    private void touch(Register register, int high, int low) {
      for (Field field : programs(register, high, low)) {
        if (asksForInterrupts) {
          peeked.add(field);
        } else {
          steady = false;
        }
      }
    }

    private List<Field> programs(Register register, int high, int low) {
      return register.fields().stream()
          .filter(f -> low <= f.high() && f.low() <= high && isPrograms(register, f))
          .toList();
    }

    /// Whether programs run with the field in the host.
    private boolean isPrograms(Register register, Field field) {
      boolean runs = field.hasRole(Role.E) || field.hasRole(Role.P) || field.hasRole(Role.CLOCK);
      return runs
          && !Monitor.covers(monitor.virtual(), register, field)
          && !Monitor.covers(monitor.configurable(), register, field);
    }
  }
}
