package trapline.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Statement;

/// Which bits of an element a register write changes: the front end has made whole writes of all,
/// keeping the other bits by reading them.
///
///     psw.pc = x   is lowered to   psw = psw[31..28] ++ x ++ psw[18..0]
///
/// `high..low` are new; all bits if the write keeps none that can be told.
record Change(int high, int low, Expr value) {

  private record Piece(int high, int low, Expr value, boolean isKept) {}

  static Change of(Statement.RegisterWrite write) {
    List<Piece> pieces = new ArrayList<>();
    split(write, write.value(), 0, pieces);
    List<Piece> changed = pieces.stream().filter(p -> !p.isKept).toList();
    return changed.size() == 1 && pieces.size() > 1
        ? new Change(changed.getFirst().high, changed.getFirst().low, changed.getFirst().value)
        : new Change(write.register().width() - 1, 0, write.value());
  }

  private static void split(Statement.RegisterWrite write, Expr value, int at, List<Piece> pieces) {
    if (value instanceof Expr.Concat(var left, var right)) {
      split(write, left, at + right.width(), pieces);
      split(write, right, at, pieces);
      return;
    }
    int high = at + value.width() - 1;
    boolean isKept =
        value instanceof Expr.Extract(Expr.RegisterRead(var register, var index), int h, int l)
            && register == write.register()
            && index.equals(write.index())
            && h == high
            && l == at;
    pieces.add(new Piece(high, at, value, isKept));
  }

  /// The field that is changed, if it is just one.
  Optional<Field> field(Statement.RegisterWrite write) {
    return write.register().fields().stream()
        .filter(f -> f.high() == high && f.low() == low)
        .findFirst();
  }

  /// The fields that may be changed.
  List<Field> fields(Statement.RegisterWrite write) {
    return write.register().fields().stream()
        .filter(f -> f.fixed().isEmpty() && f.low() <= high && low <= f.high())
        .toList();
  }

  boolean isWhole(Statement.RegisterWrite write) {
    return low == 0 && high == write.register().width() - 1;
  }
}
