package trapline.lang;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.diag.Span;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.OperandKind;

/// An operand kind under construction: its alternatives, and the functions of its bits that read,
/// write and address an operand (absent where no alternative declares them).
record Kind(
    String name,
    @Nullable Type type,
    int width,
    OperandKind model,
    List<Alternative> alternatives,
    @Nullable Routine getter,
    @Nullable Routine setter,
    @Nullable Routine address,
    Span span) {

  /// `earlier` are alternatives before this one that share words with it; the earlier one has them.
  record Alternative(String name, Encoding encoding, List<Alternative> earlier, Span span) {}

  Optional<Alternative> alternative(String wanted) {
    return alternatives.stream().filter(a -> a.name().equals(wanted)).findFirst();
  }

  /// The condition that `bits` are written this way.
  static Expr isA(Alternative alternative, Expr bits) {
    Expr is = Words.matches(alternative.encoding(), bits);
    for (Alternative e : alternative.earlier()) {
      is = Fold.and(is, Fold.not(Words.matches(e.encoding(), bits)));
    }
    return is;
  }

  /// The condition that `bits` are an operand of this kind at all.
  Expr isAny(Expr bits) {
    Expr any = Fold.FALSE;
    for (Alternative a : alternatives) {
      any = Fold.or(any, isA(a, bits));
    }
    return any;
  }
}
