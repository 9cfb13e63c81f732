package trapline.emit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Machine;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.isa.UnspecifiedFunction;

/// What a machine leaves to its maker, or to chance, wherever it is mentioned; and all the
/// functions and spaces that it uses.
final class Unspecified {
  private final Set<UnspecifiedFunction> functions = new LinkedHashSet<>();
  private final Set<Function> called = new LinkedHashSet<>();
  private final Set<Space> spaces = new LinkedHashSet<>();
  private boolean chooses;

  private Unspecified() {}

  private static Unspecified look(Machine machine) {
    var all = new Unspecified();
    all.block(machine.fetch().read());
    all.block(machine.fetch().advance());
    all.block(machine.after());
    machine
        .traps()
        .forEach(t -> {
          t.when().ifPresent(all::expr);
          all.block(t.acknowledge());
          all.block(t.entry().body());
        });
    machine.modes().forEach(m -> all.expr(m.holds()));
    machine.instructions().forEach(i -> all.block(i.body()));
    all.block(machine.reserved().body());
    machine.monitor().ifPresent(m -> m.shadow().forEach(a -> all.expr(a.value())));
    return all;
  }

  static List<UnspecifiedFunction> of(Machine machine) {
    return List.copyOf(look(machine).functions);
  }

  /// Whether some statement leaves a value to chance.
  static boolean hasAny(Machine machine) {
    return look(machine).chooses;
  }

  /// The functions that these blocks call, and those that are called by them.
  static Set<Function> calledBy(List<Statement.Block> blocks) {
    var all = new Unspecified();
    blocks.forEach(all::block);
    return all.called;
  }

  private void block(Statement.Block block) {
    Walk.statements(
        block,
        s -> {
          s.expressions().forEach(this::expr);
          switch (s) {
            case Statement.Call(var _, var function, var _) -> {
              if (!called.contains(function)) {
                block(function.body());
                called.add(function);
              }
            }
            case Statement.Load(var _, var space, var _, var _) -> space(space);
            case Statement.Store(var space, var _, var _) -> space(space);
            case Statement.Choose _ -> chooses = true;
            default -> {}
          }
        });
  }

  private void space(Space space) {
    if (spaces.add(space)) {
      block(space.body());
    }
  }

  private void expr(Expr expr) {
    if (expr instanceof Expr.Unspecified(var function, var _)) {
      functions.add(function);
    }
    expr.parts().forEach(this::expr);
  }
}
