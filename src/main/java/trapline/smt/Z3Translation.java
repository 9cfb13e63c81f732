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

/// Terms as Z3 expressions.
final class Z3Translation extends Translation<Expr<?>> {
  private final Context z3;
  private final BitVecExpr zero;
  private final BitVecExpr one;
  private final Map<String, FuncDecl<BitVecSort>> functions = new HashMap<>();

  Z3Translation(Context z3) {
    this.z3 = z3;
    this.zero = z3.mkBV(0, 1);
    this.one = z3.mkBV(1, 1);
  }

  @Override
  Expr<?> truthOf(Expr<?> vector) {
    return z3.mkEq(vector, one);
  }

  @Override
  Expr<?> vectorOf(Expr<?> truth) {
    return z3.mkITE((BoolExpr) truth, one, zero);
  }

  @Override
  Expr<?> make(Term term, Form form, List<Expr<?>> a) {
    return switch (form) {
      case TRUTH -> truth(term, a);
      case VECTOR -> vector(term, a);
    };
  }

  private BoolExpr truth(Term term, List<Expr<?>> a) {
    return switch (term.op()) {
      case CONSTANT -> z3.mkBool(term.isTrue());
      case VARIABLE -> z3.mkBoolConst(term.name());
      case NOT -> z3.mkNot((BoolExpr) a.get(0));
      case AND -> z3.mkAnd((BoolExpr) a.get(0), (BoolExpr) a.get(1));
      case OR -> z3.mkOr((BoolExpr) a.get(0), (BoolExpr) a.get(1));
      case XOR -> z3.mkXor((BoolExpr) a.get(0), (BoolExpr) a.get(1));
      case EQ -> z3.mkEq(a.get(0), a.get(1));
      case ITE ->
          (BoolExpr) z3.mkITE((BoolExpr) a.get(0), (BoolExpr) a.get(1), (BoolExpr) a.get(2));
      case ULT -> z3.mkBVULT(bits(a, 0), bits(a, 1));
      case SLT -> z3.mkBVSLT(bits(a, 0), bits(a, 1));
      case NEG, ADD, SUB, MUL, UDIV, UREM, SDIV, SREM, SHL, LSHR, ASHR -> throw unexpected(term);
      case EXTRACT, CONCAT, SEXT, SELECT, STORE, CONSTANT_ARRAY, APPLY -> throw unexpected(term);
    };
  }

  private Expr<?> vector(Term term, List<Expr<?>> a) {
    return switch (term.op()) {
      case CONSTANT -> z3.mkBV(term.value().value().toString(), term.width());
      case VARIABLE -> z3.mkConst(term.name(), sort(term.sort()));
      case NOT -> z3.mkBVNot(bits(a, 0));
      case AND -> z3.mkBVAND(bits(a, 0), bits(a, 1));
      case OR -> z3.mkBVOR(bits(a, 0), bits(a, 1));
      case XOR -> z3.mkBVXOR(bits(a, 0), bits(a, 1));
      case ITE -> z3.mkITE((BoolExpr) a.get(0), a.get(1), a.get(2));
      case NEG -> z3.mkBVNeg(bits(a, 0));
      case ADD -> z3.mkBVAdd(bits(a, 0), bits(a, 1));
      case SUB -> z3.mkBVSub(bits(a, 0), bits(a, 1));
      case MUL -> z3.mkBVMul(bits(a, 0), bits(a, 1));
      case UDIV -> z3.mkBVUDiv(bits(a, 0), bits(a, 1));
      case UREM -> z3.mkBVURem(bits(a, 0), bits(a, 1));
      case SDIV -> z3.mkBVSDiv(bits(a, 0), bits(a, 1));
      case SREM -> z3.mkBVSRem(bits(a, 0), bits(a, 1));
      case SHL -> z3.mkBVSHL(bits(a, 0), bits(a, 1));
      case LSHR -> z3.mkBVLSHR(bits(a, 0), bits(a, 1));
      case ASHR -> z3.mkBVASHR(bits(a, 0), bits(a, 1));
      case EXTRACT -> z3.mkExtract(term.high(), term.low(), bits(a, 0));
      case CONCAT -> z3.mkConcat(bits(a, 0), bits(a, 1));
      case SEXT -> z3.mkSignExt(term.width() - term.argument(0).width(), bits(a, 0));
      case SELECT -> z3.mkSelect(array(a), bits(a, 1));
      case STORE -> z3.mkStore(array(a), bits(a, 1), bits(a, 2));
      case CONSTANT_ARRAY ->
          z3.mkConstArray(z3.mkBitVecSort(((Sort.Array) term.sort()).indexWidth()), bits(a, 0));
      case APPLY ->
          z3.mkApp(
              functions.computeIfAbsent(term.name(), name -> function(term)),
              a.toArray(Expr<?>[]::new));
      case EQ, ULT, SLT -> throw unexpected(term);
    };
  }

  private FuncDecl<BitVecSort> function(Term term) {
    BitVecSort[] domain =
        term.arguments().stream()
            .map(argument -> z3.mkBitVecSort(argument.width()))
            .toArray(BitVecSort[]::new);
    return z3.mkFuncDecl(term.name(), domain, z3.mkBitVecSort(term.width()));
  }

  private com.microsoft.z3.Sort sort(Sort sort) {
    return switch (sort) {
      case Sort.BitVector(int width) -> z3.mkBitVecSort(width);
      case Sort.Array(int indexWidth, int width) ->
          z3.mkArraySort(z3.mkBitVecSort(indexWidth), z3.mkBitVecSort(width));
    };
  }

  private static BitVecExpr bits(List<Expr<?>> arguments, int index) {
    return (BitVecExpr) arguments.get(index);
  }

  @SuppressWarnings("unchecked")
  private static ArrayExpr<BitVecSort, BitVecSort> array(List<Expr<?>> arguments) {
    return (ArrayExpr<BitVecSort, BitVecSort>) arguments.get(0);
  }

  private static IllegalStateException unexpected(Term term) {
    return new IllegalStateException("not of this form: " + term);
  }
}
