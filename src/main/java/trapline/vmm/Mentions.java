package trapline.vmm;

import java.util.List;
import java.util.stream.IntStream;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Register;
import trapline.isa.Statement;
import trapline.machine.Selection;

/// The bits of registers that expressions and statements read, whether or not they get there.
final class Mentions {
  private final List<Selection.Part> parts;
  private boolean storage;

  /// Adds to `parts`.
  Mentions(List<Selection.Part> parts) {
    this.parts = parts;
  }

  /// Whether something else is read as well: storage, a port, an unspecified function.
  boolean hasStorage() {
    return storage;
  }

  void of(Statement.Block block) {
    block.statements().forEach(this::of);
  }

  private void of(Statement statement) {
    statement.expressions().forEach(this::of);
    switch (statement) {
      case Statement.Load(_, var space, _, _) -> {
        storage = true;
        of(space.body());
      }
      case Statement.Store(var space, _, _) -> of(space.body());
      case Statement.Input _ -> storage = true;
      case Statement.Assign _,
          Statement.RegisterWrite _,
          Statement.MemoryWrite _,
          Statement.Output _,
          Statement.Call _,
          Statement.Choose _,
          Statement.If _,
          Statement.While _,
          Statement.Raise _,
          Statement.Return _,
          Statement.Halt _,
          Statement.Commit _,
          Statement.Unpredictable _,
          Statement.Execute _ -> {}
    }
    statement.blocks().forEach(this::of);
  }

  void of(Expr expr) {
    switch (expr) {
      case Expr.Extract(Expr.RegisterRead(var register, var index), int high, int low) ->
          read(register, index, high, low);
      case Expr.RegisterRead(var register, var index) ->
          read(register, index, register.width() - 1, 0);
      case Expr.MemoryRead _, Expr.PortPeek _, Expr.Unspecified _ -> {
        storage = true;
        expr.parts().forEach(this::of);
      }
      case Expr.Constant _,
          Local _,
          Expr.Unary _,
          Expr.Binary _,
          Expr.Extract _,
          Expr.Concat _,
          Expr.Extend _,
          Expr.Conditional _ ->
          expr.parts().forEach(this::of);
    }
  }

  private void read(Register register, Expr index, int high, int low) {
    of(index);
    parts.addAll(parts(register, index, high, low));
  }

  /// Bits of the elements that `index` may name.
  static List<Selection.Part> parts(Register register, Expr index, int high, int low) {
    return IntStream.range(0, register.count())
        .filter(i -> !(index instanceof Expr.Constant(Bits at)) || at.value().intValue() == i)
        .mapToObj(i -> new Selection.Part(register, i, high, low))
        .toList();
  }
}
