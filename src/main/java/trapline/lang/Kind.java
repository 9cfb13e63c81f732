package trapline.lang;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Span;
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.OperandKind;

/// An operand kind under construction: its alternatives, and the functions of its bits that read,
/// write and address an operand (absent where no alternative declares them).
///
/// An operand is as wide as the longest alternative; the bits of a shorter one are its high bits,
/// and zeros follow. `hole` are bits that belong to the instruction that uses the kind; `written`
/// is how the alternatives were, for kinds that extend it.
record Kind(
    String name,
    @Nullable Type type,
    int width,
    OperandKind model,
    List<Alternative> alternatives,
    @Nullable Hole hole,
    @Nullable Routine getter,
    @Nullable Routine setter,
    @Nullable Routine address,
    List<Syntax.KindAlternative> written,
    Span span) {

  /// So many bits, so many bits behind the first of the operand.
  record Hole(int offset, int width) {}

  /// `earlier` are alternatives that share bits with it and come first: longer ones, and of equal
  /// length those declared before.
  record Alternative(String name, Encoding encoding, List<Alternative> earlier, Span span) {}

  Optional<Alternative> alternative(String wanted) {
    return alternatives.stream().filter(a -> a.name().equals(wanted)).findFirst();
  }

  /// How many bits an operand may have, the fewest first.
  List<Integer> lengths() {
    return alternatives.stream().map(a -> a.encoding().length()).distinct().sorted().toList();
  }

  List<Alternative> ofLength(int length) {
    return alternatives.stream().filter(a -> a.encoding().length() == length).toList();
  }

  /// Whether the first bits tell how long an operand is, whatever follows it.
  boolean isPrefixFree() {
    return alternatives.stream()
        .allMatch(a ->
            a.earlier().stream().allMatch(e -> e.encoding().length() == a.encoding().length()));
  }

  /// The bits that all alternatives of a length fix, and to what.
  Cubes.Cube common(int length) {
    Bits mask = Bits.ones(width);
    Bits match = ofLength(length).getFirst().encoding().match();
    for (Alternative a : ofLength(length)) {
      mask = mask.and(a.encoding().mask()).and(a.encoding().match().xor(match).not());
    }
    return new Cubes.Cube(mask, match.and(mask));
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
    return isAny(alternatives, bits);
  }

  /// The condition that `bits` are an operand of this length.
  Expr isAny(int length, Expr bits) {
    List<Alternative> some = ofLength(length);
    Alternative first = some.getFirst();
    return some.size() == 1 && first.earlier().isEmpty() && first.encoding().condition().isEmpty()
        ? Fold.TRUE
        : isAny(some, bits);
  }

  private static Expr isAny(List<Alternative> some, Expr bits) {
    Expr any = Fold.FALSE;
    for (Alternative a : some) {
      any = Fold.or(any, isA(a, bits));
    }
    return any;
  }
}
