package trapline.emit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.codec.Evaluation;
import trapline.isa.EnumType;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Expr.UnaryOp;
import trapline.isa.Field;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Register;

/// Expressions of a description as Java expressions.
///
///     Formula = (text, how tightly it binds, whether bits above its width may be set)
///
/// A sum may have bits above its width as long as nothing looks at them: `low(9, a + b - c)` cuts
/// once. A truth is a Java `boolean` where one is wanted, else 0 or 1.
final class Formulas {
  private static final int PRIMARY = 16;
  private static final int UNARY = 15;
  private static final int PRODUCT = 12;
  private static final int SUM = 11;
  private static final int SHIFT = 10;
  private static final int RELATION = 9;
  private static final int EQUALITY = 8;
  private static final int AND = 7;
  private static final int XOR = 6;
  private static final int OR = 5;
  private static final int BOTH = 4;
  private static final int EITHER = 3;
  private static final int CHOICE = 2;

  private record Formula(String text, int binds, boolean isExact) {
    static Formula primary(String text) {
      return new Formula(text, PRIMARY, true);
    }
  }

  private final Vocabulary words;

  /// What the state is called, with a dot.
  private final String state;

  private final Map<Local, String> locals = new HashMap<>();

  /// What stands in the place of a local, once.
  private final Map<Local, String> inlined = new HashMap<>();

  /// Whether the description says `>` and never `<`, of which the front end makes one.
  private boolean greater;

  Formulas(Vocabulary words, String state) {
    this.words = words;
    this.state = state.isEmpty() ? "" : state + ".";
  }

  /// Compares as the description does, as far as its text tells.
  void compareAs(String text) {
    String plain = text.replaceAll("//[^\n]*|\"[^\"]*\"", "").replaceAll("=>|->|>>|<<", "");
    greater = plain.contains(">") && !plain.contains("<");
  }

  void name(Local local, String name) {
    locals.put(local, name);
  }

  void inline(Local local, String formula) {
    inlined.put(local, formula);
  }

  String name(Local local) {
    String name = locals.get(local);
    if (name == null) {
      throw new IllegalArgumentException("unbound " + local);
    }
    return name;
  }

  /// The value, without bits above its width: a `long`, or a `BigInteger`.
  String value(Expr expr) {
    return exact(expr).text;
  }

  /// The value as the trap sequence takes it.
  String argument(Expr expr) {
    return words.hasWideArguments() && !Vocabulary.isWide(expr.width())
        ? "wide(" + value(expr) + ")"
        : value(expr);
  }

  /// The value cut or extended to `width`.
  String value(Expr expr, int width) {
    if (Vocabulary.isWide(expr.width()) == Vocabulary.isWide(width)) {
      return value(expr);
    }
    return Vocabulary.isWide(width)
        ? "wide(" + value(expr) + ")"
        : "bits(" + value(expr) + ", " + (width - 1) + ", 0)";
  }

  /// An index, as a `long`.
  String index(Expr expr) {
    return Vocabulary.isWide(expr.width()) ? "toIndex(" + value(expr) + ")" : value(expr);
  }

  /// A truth as a Java `boolean`.
  String condition(Expr expr) {
    return truth(expr).text;
  }

  /// The value of an expression without variables.
  static Optional<Bits> constant(Expr expr) {
    return Optional.ofNullable(folded(expr));
  }

  private static @Nullable Bits folded(Expr expr) {
    return switch (expr) {
      case Expr.Constant(var value) -> value;
      case Local _, Expr.RegisterRead _, Expr.MemoryRead _, Expr.PortPeek _, Expr.Unspecified _ ->
          null;
      case Expr.Unary(var op, var operand) ->
          folded(operand) instanceof Bits a ? Evaluation.unary(op, a) : null;
      case Expr.Binary(var op, var left, var right) ->
          folded(left) instanceof Bits a && folded(right) instanceof Bits b
              ? Evaluation.binary(op, a, b)
              : null;
      case Expr.Extract(var operand, int high, int low) ->
          folded(operand) instanceof Bits a ? a.extract(high, low) : null;
      case Expr.Concat(var left, var right) ->
          folded(left) instanceof Bits a && folded(right) instanceof Bits b ? a.concat(b) : null;
      case Expr.Extend(var operand, int width, boolean signed) ->
          folded(operand) instanceof Bits a ? (signed ? a.sext(width) : a.zext(width)) : null;
      case Expr.Conditional(var condition, var then, var otherwise) ->
          folded(condition) instanceof Bits c ? folded(c.isTrue() ? then : otherwise) : null;
    };
  }

  // Values.

  private Formula exact(Expr expr) {
    Formula formula = any(expr);
    return formula.isExact || expr.width() == Long.SIZE
        ? formula
        : Formula.primary("low(" + expr.width() + ", " + formula.text + ")");
  }

  private Formula any(Expr expr) {
    Bits constant = folded(expr);
    if (constant != null) {
      return Formula.primary(words.literal(constant));
    }
    return Vocabulary.isWide(expr.width()) ? wide(expr) : narrow(expr);
  }

  private Formula narrow(Expr expr) {
    int width = expr.width();
    return switch (expr) {
      case Expr.Constant(var value) -> Formula.primary(words.literal(value));
      case Local local -> local(local);
      case Expr.RegisterRead(var register, var index) -> element(register, index);
      case Expr.MemoryRead(var memory, var index) -> cell(memory, index);
      case Expr.PortPeek(var port) -> Formula.primary(state + words.of(port) + "()");
      case Expr.Unary(var op, var operand) -> {
        if (width == 1 && op == UnaryOp.NOT) {
          yield truthAsBit(expr);
        }
        yield new Formula((op == UnaryOp.NOT ? "~" : "-") + at(any(operand), UNARY), UNARY, false);
      }
      case Expr.Binary(var op, var left, var right) -> binary(op, left, right);
      case Expr.Extract(var operand, int high, int low) -> extract(operand, high, low);
      case Expr.Concat(var left, var right) -> concat(left, right);
      case Expr.Extend(var operand, int _, boolean signed) ->
          signed ? new Formula(signed(operand), PRIMARY, false) : exact(operand);
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        if (width == 1 && isTruth(then) && isTruth(otherwise)) {
          yield truthAsBit(expr);
        }
        String limit = limit(condition, then, otherwise);
        yield limit.isEmpty() ? choice(condition, then, otherwise) : Formula.primary(limit);
      }
      case Expr.Unspecified unspecified -> unspecified(unspecified);
    };
  }

  private Formula local(Local local) {
    String inline = inlined.get(local);
    return Formula.primary(inline != null ? inline : name(local));
  }

  private Formula choice(Expr condition, Expr then, Expr otherwise) {
    Formula one = exact(then);
    Formula two = exact(otherwise);
    boolean isInt =
        folded(then) != null && folded(otherwise) != null && !Vocabulary.isWide(then.width());
    String mark = isInt && !one.text.endsWith("L") ? "L" : "";
    return new Formula(
        at(truth(condition), CHOICE + 1)
            + " ? "
            + at(one, CHOICE + 1)
            + mark
            + " : "
            + at(two, CHOICE),
        CHOICE,
        true);
  }

  /// `min`, `max` and the difference that does not go below zero, as which the front end knows
  /// them.
  private String limit(Expr condition, Expr then, Expr otherwise) {
    if (!(condition instanceof Expr.Binary(var op, var one, var two))
        || op != BinaryOp.ULT
        || then.width() >= Long.SIZE
        || one.width() != then.width()) {
      return "";
    }
    Bits zero = folded(then);
    if (zero != null
        && zero.isZero()
        && otherwise.equals(new Expr.Binary(BinaryOp.SUB, one, two))) {
      return "Math.max(0, " + infix(exact(one), "-", exact(two), SUM, true).text + ")";
    }
    return then.equals(one) && otherwise.equals(two)
        ? "Math.min(" + value(one) + ", " + value(two) + ")"
        : then.equals(two) && otherwise.equals(one)
            ? "Math.max(" + value(one) + ", " + value(two) + ")"
            : "";
  }

  private Formula unspecified(Expr.Unspecified expr) {
    var parameters = expr.function().parameters();
    StringBuilder arguments = new StringBuilder();
    for (int i = 0; i < parameters.size(); i++) {
      arguments
          .append(i == 0 ? "" : ", ")
          .append(value(expr.arguments().get(i), parameters.get(i).width()));
    }
    return Formula.primary(state + "host." + words.of(expr.function()) + "(" + arguments + ")");
  }

  private Formula element(Register register, Expr index) {
    String name = state + words.of(register);
    return Formula.primary(register.isFile() ? name + "(" + index(index) + ")" : name);
  }

  private Formula cell(Memory memory, Expr index) {
    return Formula.primary(state + words.of(memory) + "(" + index(index) + ")");
  }

  private Formula binary(BinaryOp op, Expr left, Expr right) {
    int width = left.width();
    return switch (op) {
      case ADD -> infix(any(left), "+", any(right), SUM, false);
      case SUB -> infix(any(left), "-", any(right), SUM, false);
      case MUL -> infix(any(left), "*", any(right), PRODUCT, false);
      case AND, OR, XOR -> {
        if (width == 1 && (isTruth(left) || isTruth(right))) {
          yield truthAsBit(new Expr.Binary(op, left, right));
        }
        int binds = op == BinaryOp.AND ? AND : op == BinaryOp.OR ? OR : XOR;
        String sign = op == BinaryOp.AND ? "&" : op == BinaryOp.OR ? "|" : "^";
        yield infix(exact(left), sign, exact(right), binds, true);
      }
      case UDIV, SDIV, SREM -> call(name(op), value(left), value(right), width);
      case UREM -> Formula.primary("urem(" + value(left) + ", " + value(right) + ")");
      case SHL -> {
        Bits by = folded(right);
        yield by != null && by.value().bitLength() < 7 && by.toInt() < width
            ? infix(any(left), "<<", Formula.primary("" + by.toInt()), SHIFT, by.isZero())
            : call("shl", value(left), index(right), width);
      }
      case LSHR -> {
        Bits by = folded(right);
        yield by != null && by.value().bitLength() < 7 && by.toInt() < width
            ? infix(exact(left), ">>>", Formula.primary("" + by.toInt()), SHIFT, true)
            : Formula.primary("lshr(" + value(left) + ", " + index(right) + ")");
      }
      case ASHR -> call("ashr", value(left), index(right), width);
      case EQ, ULT, ULE, SLT, SLE -> truthAsBit(new Expr.Binary(op, left, right));
    };
  }

  private static String name(BinaryOp op) {
    return op.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Formula call(String name, String left, String right, int width) {
    return Formula.primary(name + "(" + left + ", " + right + ", " + width + ")");
  }

  private Formula truthAsBit(Expr expr) {
    return Formula.primary("bit(" + condition(expr) + ")");
  }

  private static Formula infix(Formula left, String op, Formula right, int binds, boolean isExact) {
    boolean mixes = binds >= OR && binds <= SHIFT;
    String one = mixes && left.binds != binds ? at(left, UNARY) : at(left, binds);
    String two = mixes ? at(right, UNARY) : at(right, binds + 1);
    return new Formula(one + " " + op + " " + two, binds, isExact);
  }

  private static String at(Formula formula, int least) {
    return formula.binds < least ? "(" + formula.text + ")" : formula.text;
  }

  /// A field by its name, else bits by their numbers.
  private Formula extract(Expr operand, int high, int low) {
    if (operand instanceof Expr.RegisterRead(var register, var index)) {
      for (Field field : Vocabulary.fields(register)) {
        if (field.low() <= low && high <= field.high()) {
          String text =
              state
                  + words.of(register, field)
                  + "("
                  + (register.isFile() ? index(index) : "")
                  + ")";
          return field.width() == high - low + 1
              ? Formula.primary(text)
              : bits(Formula.primary(text), field.width(), high - field.low(), low - field.low());
        }
      }
    }
    if (Vocabulary.isWide(operand.width())) {
      return Formula.primary("bits(" + value(operand) + ", " + high + ", " + low + ")");
    }
    return bits(any(operand), operand.width(), high, low);
  }

  private static Formula bits(Formula of, int width, int high, int low) {
    return low == 0
        ? Formula.primary("low(" + (high + 1) + ", " + of.text + ")")
        : high == width - 1 && of.isExact
            ? infix(of, ">>>", Formula.primary("" + low), SHIFT, true)
            : Formula.primary("bits(" + of.text + ", " + high + ", " + low + ")");
  }

  private Formula concat(Expr left, Expr right) {
    Bits high = folded(left);
    if (high != null) {
      return high.isZero()
          ? exact(right)
          : infix(
              Formula.primary(words.literal(high.concat(Bits.zero(right.width())))),
              "|",
              exact(right),
              OR,
              true);
    }
    Formula shifted = infix(exact(left), "<<", Formula.primary("" + right.width()), SHIFT, true);
    Bits low = folded(right);
    return low != null && low.isZero() ? shifted : infix(shifted, "|", exact(right), OR, true);
  }

  private String signed(Expr expr) {
    int width = expr.width();
    return width == Long.SIZE
        ? value(expr)
        : "signed("
            + (Vocabulary.isWide(width) ? value(expr) : any(expr).text)
            + ", "
            + width
            + ")";
  }

  // Values of more than 64 bits.

  private Formula wide(Expr expr) {
    int width = expr.width();
    return switch (expr) {
      case Expr.Constant(var value) -> Formula.primary(words.literal(value));
      case Local local -> local(local);
      case Expr.RegisterRead(var register, var index) -> element(register, index);
      case Expr.MemoryRead(var memory, var index) -> cell(memory, index);
      case Expr.PortPeek(var port) -> Formula.primary(state + words.of(port) + "()");
      case Expr.Unary(var op, var operand) ->
          loose(value(operand) + (op == UnaryOp.NOT ? ".not()" : ".negate()"));
      case Expr.Binary(var op, var left, var right) -> {
        String one = value(left);
        yield switch (op) {
          case ADD -> loose(one + ".add(" + value(right) + ")");
          case SUB -> loose(one + ".subtract(" + value(right) + ")");
          case MUL -> loose(one + ".multiply(" + value(right) + ")");
          case AND -> Formula.primary(one + ".and(" + value(right) + ")");
          case OR -> Formula.primary(one + ".or(" + value(right) + ")");
          case XOR -> Formula.primary(one + ".xor(" + value(right) + ")");
          case UDIV, SDIV, SREM -> call(name(op), one, value(right), width);
          case UREM -> Formula.primary("urem(" + one + ", " + value(right) + ")");
          case SHL, LSHR, ASHR -> call(name(op), one, index(right), width);
          case EQ, ULT, ULE, SLT, SLE -> throw new IllegalArgumentException("wide truth");
        };
      }
      case Expr.Extract(var operand, int high, int low) ->
          Formula.primary("wideBits(" + value(operand) + ", " + high + ", " + low + ")");
      case Expr.Concat(var left, var right) ->
          Formula.primary(
              value(left, width)
                  + ".shiftLeft("
                  + right.width()
                  + ").or("
                  + value(right, width)
                  + ")");
      case Expr.Extend(var operand, int _, boolean signed) -> {
        if (!signed) {
          yield Formula.primary(value(operand, width));
        }
        yield Vocabulary.isWide(operand.width())
            ? loose(signed(operand))
            : loose("BigInteger.valueOf(" + signed(operand) + ")");
      }
      case Expr.Conditional(var condition, var then, var otherwise) ->
          new Formula("(" + choice(condition, then, otherwise).text + ")", PRIMARY, true);
      case Expr.Unspecified unspecified -> unspecified(unspecified);
    };
  }

  private static Formula loose(String text) {
    return new Formula(text, PRIMARY, false);
  }

  // Truths.

  /// Whether an expression of one bit is better said as a Java `boolean`.
  private static boolean isTruth(Expr expr) {
    return expr.width() == 1
        && switch (expr) {
          case Expr.Binary(var op, var left, var right) ->
              op.isComparison() || isTruth(left) || isTruth(right);
          case Expr.Unary(var op, var _) -> op == UnaryOp.NOT;
          case Expr.Conditional(var _, var then, var otherwise) ->
              (isTruth(then) || folded(then) != null)
                  && (isTruth(otherwise) || folded(otherwise) != null);
          case Expr.Constant _,
              Local _,
              Expr.RegisterRead _,
              Expr.MemoryRead _,
              Expr.PortPeek _,
              Expr.Extract _,
              Expr.Concat _,
              Expr.Extend _,
              Expr.Unspecified _ ->
              false;
        };
  }

  private Formula truth(Expr expr) {
    Bits constant = folded(expr);
    if (constant != null) {
      return Formula.primary(constant.isTrue() ? "true" : "false");
    }
    return switch (expr) {
      case Expr.Unary(var op, var operand) when op == UnaryOp.NOT -> denied(operand);
      case Expr.Binary(var op, var left, var right) when op.isComparison() ->
          comparison(op, left, right, false);
      case Expr.Binary(var op, var left, var right)
          when op == BinaryOp.AND || op == BinaryOp.OR -> {
        boolean both = op == BinaryOp.AND;
        boolean lazy = Walk.isFaultless(right);
        String sign = both ? (lazy ? "&&" : "&") : lazy ? "||" : "|";
        int binds = both ? BOTH : EITHER;
        String one = and(truth(left), binds);
        String two = and(truth(right), binds);
        yield new Formula(one + " " + sign + " " + two, binds, true);
      }
      case Expr.Binary(var op, var left, var right) when op == BinaryOp.XOR ->
          new Formula(
              at(truth(left), EQUALITY + 1) + " != " + at(truth(right), EQUALITY + 1),
              EQUALITY,
              true);
      case Expr.Conditional(var condition, var then, var otherwise) -> {
        Bits no = folded(otherwise);
        Bits yes = folded(then);
        if (no != null && !no.isTrue()) {
          yield new Formula(
              and(truth(condition), BOTH) + " && " + and(truth(then), BOTH), BOTH, true);
        }
        if (yes != null && yes.isTrue()) {
          yield new Formula(
              and(truth(condition), EITHER) + " || " + and(truth(otherwise), EITHER), EITHER, true);
        }
        yield new Formula(
            at(truth(condition), CHOICE + 1)
                + " ? "
                + at(truth(then), CHOICE + 1)
                + " : "
                + at(truth(otherwise), CHOICE),
            CHOICE,
            true);
      }
      default -> isBit(expr, true);
    };
  }

  /// Whether one bit is set, or not; by its enumerator's name where it has one.
  private Formula isBit(Expr expr, boolean set) {
    String wanted =
        enumeration(expr)
            .flatMap(type -> words.enumerator(type, Bits.of(set)))
            .orElse(set ? "1" : "0");
    return new Formula(at(exact(expr), EQUALITY + 1) + " == " + wanted, EQUALITY, true);
  }

  /// In parentheses unless it is of that kind, or binds more tightly than any `and` and `or`.
  private static String and(Formula formula, int binds) {
    return formula.binds == binds ? formula.text : at(formula, EQUALITY);
  }

  private Formula denied(Expr expr) {
    return switch (expr) {
      case Expr.Binary(var op, var left, var right) when op.isComparison() ->
          comparison(op, left, right, true);
      case Expr.Unary(var op, var operand) when op == UnaryOp.NOT -> truth(operand);
      case Expr.Binary _, Expr.Conditional _ ->
          new Formula("!" + at(truth(expr), UNARY), UNARY, true);
      case Expr.Constant _,
          Expr.Unary _,
          Local _,
          Expr.RegisterRead _,
          Expr.MemoryRead _,
          Expr.PortPeek _,
          Expr.Extract _,
          Expr.Concat _,
          Expr.Extend _,
          Expr.Unspecified _ ->
          isBit(expr, false);
    };
  }

  private Formula comparison(BinaryOp op, Expr left, Expr right, boolean denied) {
    int width = left.width();
    if (op == BinaryOp.EQ) {
      if (width == 1 && folded(right) instanceof Bits wanted && enumeration(left).isEmpty()) {
        return wanted.isTrue() == denied ? denied(left) : truth(left);
      }
      if (width == 1 && folded(left) instanceof Bits wanted && enumeration(right).isEmpty()) {
        return wanted.isTrue() == denied ? denied(right) : truth(right);
      }
      if (Vocabulary.isWide(width)) {
        return new Formula(
            (denied ? "!" : "") + value(left) + ".equals(" + value(right) + ")",
            denied ? UNARY : PRIMARY,
            true);
      }
      if (width == 1 && (isTruth(left) || isTruth(right))) {
        return new Formula(
            at(truth(left), EQUALITY + 1)
                + (denied ? " != " : " == ")
                + at(truth(right), EQUALITY + 1),
            EQUALITY,
            true);
      }
      return new Formula(
          at(named(left, right), EQUALITY + 1)
              + (denied ? " != " : " == ")
              + at(named(right, left), EQUALITY + 1),
          EQUALITY,
          true);
    }
    boolean isSigned = op == BinaryOp.SLT || op == BinaryOp.SLE;
    boolean strict = op == BinaryOp.ULT || op == BinaryOp.SLT;
    boolean turns = folded(left) != null ? folded(right) == null : greater && !denied;
    if (turns && folded(right) == null) {
      boolean was = greater;
      greater = false;
      BinaryOp opposite =
          switch (op) {
            case ULT -> BinaryOp.ULE;
            case ULE -> BinaryOp.ULT;
            case SLT -> BinaryOp.SLE;
            default -> BinaryOp.SLT;
          };
      Formula turned = comparison(opposite, right, left, !denied);
      greater = was;
      return turned;
    }
    String sign = denied ? (strict ? ">=" : ">") : strict ? "<" : "<=";
    String one = isSigned ? signedOperand(left) : at(exact(left), RELATION + 1);
    String two = isSigned ? signedOperand(right) : at(exact(right), RELATION + 1);
    if (Vocabulary.isWide(width)) {
      return new Formula(one + ".compareTo(" + two + ") " + sign + " 0", RELATION, true);
    }
    if (!isSigned && width == Long.SIZE) {
      return new Formula(
          "Long.compareUnsigned(" + value(left) + ", " + value(right) + ") " + sign + " 0",
          RELATION,
          true);
    }
    return new Formula(one + " " + sign + " " + two, RELATION, true);
  }

  private String signedOperand(Expr expr) {
    Bits constant = folded(expr);
    return constant != null && expr.width() < 32 ? constant.signed().toString() : signed(expr);
  }

  /// `expr`, by its enumerator's name where it stands against a field of that type.
  private Formula named(Expr expr, Expr other) {
    Optional<Bits> value = constant(expr);
    Optional<String> name =
        other instanceof Local local
            ? value.flatMap(v -> words.access(local, v))
            : enumeration(other).flatMap(type -> value.flatMap(v -> words.enumerator(type, v)));
    return name.map(Formula::primary).orElseGet(() -> exact(expr));
  }

  private static Optional<EnumType> enumeration(Expr expr) {
    return expr instanceof Expr.Extract(Expr.RegisterRead(var register, var _), int high, int low)
        ? register.fields().stream()
            .filter(f -> f.high() == high && f.low() == low)
            .findFirst()
            .flatMap(Field::type)
        : expr instanceof Expr.RegisterRead(var register, var _) && register.fields().size() == 1
            ? register.fields().getFirst().type()
            : Optional.empty();
  }

  /// What is written to a field, by its enumerator's name where it has one.
  String valueFor(Field field, Expr expr) {
    return field
        .type()
        .flatMap(type -> constant(expr).flatMap(v -> words.enumerator(type, v)))
        .orElseGet(() -> value(expr));
  }
}
