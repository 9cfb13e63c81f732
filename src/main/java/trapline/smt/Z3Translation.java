package trapline.smt;

import com.microsoft.z3.ArrayExpr;
import com.microsoft.z3.BitVecExpr;
import com.microsoft.z3.BitVecSort;
import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Expr;
import com.microsoft.z3.FuncDecl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Terms as Z3 expressions, each translated once.
///
/// A truth is a `Bool` wherever its operation has one, else a `BitVec 1`; the other form is made when
/// it is asked for.
final class Z3Translation {
  private final Context z3;
  private final Map<Term, Expr<?>> natural = new HashMap<>();
  private final Map<Term, BitVecExpr> asBits = new HashMap<>();
  private final Map<String, FuncDecl<BitVecSort>> functions = new HashMap<>();

  Z3Translation(Context z3) {
    this.z3 = z3;
  }

  /// A 1-bit term as a `Bool`.
  BoolExpr truth(Term term) {
    translate(term);
    return made(term, BoolExpr.class) instanceof BoolExpr truth
        ? truth
        : z3.mkEq(natural.get(term), z3.mkBV(1, 1));
  }

  /// A bit-vector term as a `BitVec`.
  BitVecExpr bits(Term term) {
    translate(term);
    return vector(term);
  }

  private void translate(Term term) {
    Traversal.argumentsFirst(
        List.of(term), natural::containsKey, each -> natural.put(each, make(each)));
  }

  private static <E> @Nullable E cast(@Nullable Object expression, Class<E> type) {
    return type.isInstance(expression) ? type.cast(expression) : null;
  }

  private <E> @Nullable E made(Term term, Class<E> type) {
    return cast(natural.get(term), type);
  }

  private BoolExpr bool(Term term) {
    BoolExpr truth = made(term, BoolExpr.class);
    return truth != null ? truth : z3.mkEq(vector(term), z3.mkBV(1, 1));
  }

  private BitVecExpr vector(Term term) {
    BitVecExpr bits = made(term, BitVecExpr.class);
    return bits != null
        ? bits
        : asBits.computeIfAbsent(
            term, t -> (BitVecExpr) z3.mkITE(bool(t), z3.mkBV(1, 1), z3.mkBV(0, 1)));
  }

  private Expr<?> make(Term term) {
    boolean truth = !term.isArray() && term.width() == 1;
    return switch (term.op()) {
      case CONSTANT ->
          truth ? z3.mkBool(term.isTrue()) : z3.mkBV(term.value().value().toString(), term.width());
      case VARIABLE -> z3.mkConst(term.name(), truth ? z3.getBoolSort() : sort(term.sort()));
      case NOT -> truth ? z3.mkNot(bool(term.argument(0))) : z3.mkBVNot(bits0(term));
      case AND ->
          truth
              ? z3.mkAnd(bool(term.argument(0)), bool(term.argument(1)))
              : z3.mkBVAND(bits0(term), bits1(term));
      case OR ->
          truth
              ? z3.mkOr(bool(term.argument(0)), bool(term.argument(1)))
              : z3.mkBVOR(bits0(term), bits1(term));
      case XOR ->
          truth
              ? z3.mkXor(bool(term.argument(0)), bool(term.argument(1)))
              : z3.mkBVXOR(bits0(term), bits1(term));
      case EQ ->
          term.argument(0).width() == 1
              ? z3.mkEq(bool(term.argument(0)), bool(term.argument(1)))
              : z3.mkEq(bits0(term), bits1(term));
      case ITE -> {
        BoolExpr condition = bool(term.argument(0));
        if (term.isArray()) {
          yield z3.mkITE(condition, array(term.argument(1)), array(term.argument(2)));
        }
        yield truth
            ? z3.mkITE(condition, bool(term.argument(1)), bool(term.argument(2)))
            : z3.mkITE(condition, bits1(term), vector(term.argument(2)));
      }
      case NEG -> z3.mkBVNeg(bits0(term));
      case ADD -> z3.mkBVAdd(bits0(term), bits1(term));
      case SUB -> z3.mkBVSub(bits0(term), bits1(term));
      case MUL -> z3.mkBVMul(bits0(term), bits1(term));
      case UDIV -> z3.mkBVUDiv(bits0(term), bits1(term));
      case UREM -> z3.mkBVURem(bits0(term), bits1(term));
      case SDIV -> z3.mkBVSDiv(bits0(term), bits1(term));
      case SREM -> z3.mkBVSRem(bits0(term), bits1(term));
      case SHL -> z3.mkBVSHL(bits0(term), bits1(term));
      case LSHR -> z3.mkBVLSHR(bits0(term), bits1(term));
      case ASHR -> z3.mkBVASHR(bits0(term), bits1(term));
      case ULT -> z3.mkBVULT(bits0(term), bits1(term));
      case SLT -> z3.mkBVSLT(bits0(term), bits1(term));
      case EXTRACT -> z3.mkExtract(term.high(), term.low(), bits0(term));
      case CONCAT -> z3.mkConcat(bits0(term), bits1(term));
      case SEXT -> z3.mkSignExt(term.width() - term.argument(0).width(), bits0(term));
      case SELECT -> z3.mkSelect(array(term.argument(0)), bits1(term));
      case STORE -> z3.mkStore(array(term.argument(0)), bits1(term), vector(term.argument(2)));
      case CONSTANT_ARRAY ->
          z3.mkConstArray(
              z3.mkBitVecSort(((Sort.Array) term.sort()).indexWidth()), vector(term.argument(0)));
      case APPLY -> {
        FuncDecl<BitVecSort> function =
            functions.computeIfAbsent(
                term.name(),
                name ->
                    z3.mkFuncDecl(
                        name,
                        term.arguments().stream()
                            .map(a -> z3.mkBitVecSort(a.width()))
                            .toArray(BitVecSort[]::new),
                        z3.mkBitVecSort(term.width())));
        yield z3.mkApp(
            function, term.arguments().stream().map(this::vector).toArray(BitVecExpr[]::new));
      }
    };
  }

  private BitVecExpr bits0(Term term) {
    return vector(term.argument(0));
  }

  private BitVecExpr bits1(Term term) {
    return vector(term.argument(1));
  }

  @SuppressWarnings("unchecked")
  private ArrayExpr<BitVecSort, BitVecSort> array(Term term) {
    return (ArrayExpr<BitVecSort, BitVecSort>) natural.get(term);
  }

  private com.microsoft.z3.Sort sort(Sort sort) {
    return switch (sort) {
      case Sort.BitVector(int width) -> z3.mkBitVecSort(width);
      case Sort.Array(int indexWidth, int width) ->
          z3.mkArraySort(z3.mkBitVecSort(indexWidth), z3.mkBitVecSort(width));
    };
  }
}
