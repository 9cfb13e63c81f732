package trapline.smt;

/// The operations of terms, each with its SMT-LIB name.
///
/// What SMT-LIB has besides is written with these: `x <= y` is `not (y < x)`, `zero_extend` is a
/// `concat` with zeros, `=>` is an `or`. Fewer operations are fewer rules.
public enum Op {
  CONSTANT(""),
  VARIABLE(""),
  NOT("bvnot"),
  NEG("bvneg"),
  ADD("bvadd"),
  SUB("bvsub"),
  MUL("bvmul"),
  UDIV("bvudiv"),
  UREM("bvurem"),
  SDIV("bvsdiv"),
  SREM("bvsrem"),
  AND("bvand"),
  OR("bvor"),
  XOR("bvxor"),
  SHL("bvshl"),
  LSHR("bvlshr"),
  ASHR("bvashr"),
  EQ("="),
  ULT("bvult"),
  SLT("bvslt"),
  ITE("ite"),
  EXTRACT("extract"),
  CONCAT("concat"),
  SEXT("sign_extend"),
  SELECT("select"),
  STORE("store"),
  CONSTANT_ARRAY("const"),
  APPLY("");

  private final String symbol;

  Op(String symbol) {
    this.symbol = symbol;
  }

  public String symbol() {
    return symbol;
  }
}
