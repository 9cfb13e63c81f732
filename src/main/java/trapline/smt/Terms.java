package trapline.smt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.smt.Term.Bounds;
import trapline.smt.Term.Shape;

/// The factory of the terms of one job: makes each term once, and as simple as the rules can.
///
///     make(shape) = the term made of this shape before, else what the rules of its operation give,
///                   else a new term
///
/// Guaranteed: the result has the value that `trapline.bits.Bits` gives to the operation as asked,
/// under every assignment; the same calls in the same order give the same terms. Terms of two
/// factories must not be mixed. Confined to one thread.
///
/// The rules are in one file per family: [BitwiseRules], [ArithmeticRules], [ComparisonRules],
/// [ChoiceRules], [StructureRules], [ArrayRules]. A new rule is one line there; the laws test it with
/// no more said.
public final class Terms {
  /// Rules may ask for further terms this deep; below, terms stay as asked. Bounds the stack.
  private static final int RULE_DEPTH = 200;

  private final boolean simplifying;
  private final Map<Shape, Term> made = new HashMap<>();
  private final Map<String, Sort> variableSorts = new HashMap<>();
  private final Map<String, List<Integer>> functionWidths = new HashMap<>();
  private final Map<Term, Set<Term>> variables = new HashMap<>();
  private final Term no;
  private final Term yes;
  private int count;
  private int depth;

  public Terms() {
    this(true);
  }

  private Terms(boolean simplifying) {
    this.simplifying = simplifying;
    this.no = constant(Bits.FALSE);
    this.yes = constant(Bits.TRUE);
  }

  /// A factory without rules: terms exactly as written, to compare with.
  static Terms unsimplified() {
    return new Terms(false);
  }

  // Leaves

  public Term constant(Bits value) {
    return make(Op.CONSTANT, new Sort.BitVector(value.width()), value, List.of());
  }

  /// The low `width` bits of `value`.
  public Term constant(int width, long value) {
    return constant(Bits.of(width, value));
  }

  public Term truth(boolean value) {
    return value ? yes : no;
  }

  /// The variable of this name; a name has one sort.
  public Term variable(String name, Sort sort) {
    Sort known = variableSorts.putIfAbsent(name, sort);
    require(known == null || known.equals(sort), name + " is " + known + ", not " + sort);
    return make(Op.VARIABLE, sort, name, List.of());
  }

  /// An uninterpreted function; a name has one list of widths.
  public Term apply(String function, int width, List<Term> arguments) {
    List<Integer> widths = new ArrayList<>(arguments.stream().map(Term::width).toList());
    widths.add(width);
    List<Integer> known = functionWidths.putIfAbsent(function, widths);
    require(known == null || known.equals(widths), function + " has widths " + known);
    return make(Op.APPLY, new Sort.BitVector(width), function, List.copyOf(arguments));
  }

  // Bits and truths

  public Term not(Term a) {
    return make(Op.NOT, a.sort(), null, List.of(a));
  }

  public Term and(Term a, Term b) {
    return commutative(Op.AND, a, b);
  }

  public Term or(Term a, Term b) {
    return commutative(Op.OR, a, b);
  }

  public Term xor(Term a, Term b) {
    return commutative(Op.XOR, a, b);
  }

  /// True when all of these truths are.
  public Term and(List<Term> truths) {
    Term all = yes;
    for (Term truth : truths) {
      all = and(all, truth);
    }
    return all;
  }

  /// True when any of these truths is.
  public Term or(List<Term> truths) {
    Term any = no;
    for (Term truth : truths) {
      any = or(any, truth);
    }
    return any;
  }

  public Term implies(Term a, Term b) {
    return or(not(a), b);
  }

  // Arithmetic

  public Term neg(Term a) {
    return make(Op.NEG, a.sort(), null, List.of(a));
  }

  public Term add(Term a, Term b) {
    return commutative(Op.ADD, a, b);
  }

  public Term sub(Term a, Term b) {
    return binary(Op.SUB, a, b);
  }

  public Term mul(Term a, Term b) {
    return commutative(Op.MUL, a, b);
  }

  /// Unsigned division; by zero it is all ones.
  public Term udiv(Term a, Term b) {
    return binary(Op.UDIV, a, b);
  }

  /// Unsigned remainder; by zero it is the dividend.
  public Term urem(Term a, Term b) {
    return binary(Op.UREM, a, b);
  }

  /// Signed division towards zero; by zero it is 1 for a negative dividend, else all ones.
  public Term sdiv(Term a, Term b) {
    return binary(Op.SDIV, a, b);
  }

  /// Signed remainder with the sign of the dividend; by zero it is the dividend.
  public Term srem(Term a, Term b) {
    return binary(Op.SREM, a, b);
  }

  // Shifts: the amount has any width; past the width of `a` only zeros, or signs, are left

  public Term shl(Term a, Term amount) {
    return shift(Op.SHL, a, amount);
  }

  public Term lshr(Term a, Term amount) {
    return shift(Op.LSHR, a, amount);
  }

  public Term ashr(Term a, Term amount) {
    return shift(Op.ASHR, a, amount);
  }

  // Comparisons

  /// Equality of bit vectors. Arrays are not compared: ask about one symbolic index instead.
  public Term eq(Term a, Term b) {
    sameWidth(a, b);
    return make(Op.EQ, truthSort(), null, ordered(a, b));
  }

  public Term distinct(Term a, Term b) {
    return not(eq(a, b));
  }

  /// True when no two of these are equal.
  public Term distinct(List<Term> terms) {
    Term all = yes;
    for (int i = 0; i < terms.size(); i++) {
      for (int j = i + 1; j < terms.size(); j++) {
        all = and(all, distinct(terms.get(i), terms.get(j)));
      }
    }
    return all;
  }

  public Term ult(Term a, Term b) {
    sameWidth(a, b);
    return make(Op.ULT, truthSort(), null, List.of(a, b));
  }

  public Term ule(Term a, Term b) {
    return not(ult(b, a));
  }

  public Term slt(Term a, Term b) {
    sameWidth(a, b);
    return make(Op.SLT, truthSort(), null, List.of(a, b));
  }

  public Term sle(Term a, Term b) {
    return not(slt(b, a));
  }

  // Choice

  /// `whenTrue` or `whenFalse`, two bit vectors or two arrays of one sort.
  public Term ite(Term condition, Term whenTrue, Term whenFalse) {
    require(condition.width() == 1, "a condition of width " + condition.width());
    require(whenTrue.sort().equals(whenFalse.sort()), "branches of two sorts");
    return make(Op.ITE, whenTrue.sort(), null, List.of(condition, whenTrue, whenFalse));
  }

  // Structure

  /// Bits `high..low` of `a`, both included.
  public Term extract(Term a, int high, int low) {
    require(
        0 <= low && low <= high && high < a.width(),
        high + ".." + low + " of " + a.width() + " bits");
    return make(Op.EXTRACT, new Sort.BitVector(high - low + 1), new Bounds(high, low), List.of(a));
  }

  /// `high` in the high bits, `low` below.
  public Term concat(Term high, Term low) {
    return make(
        Op.CONCAT, new Sort.BitVector(high.width() + low.width()), null, List.of(high, low));
  }

  /// `whole` with other bits `high..low`, both included.
  public Term insert(Term whole, int high, int low, Term bits) {
    Term upper =
        high < whole.width() - 1 ? concat(extract(whole, whole.width() - 1, high + 1), bits) : bits;
    return low > 0 ? concat(upper, extract(whole, low - 1, 0)) : upper;
  }

  /// The same value in `width` bits: extended with zeros, or the low bits.
  public Term zext(Term a, int width) {
    if (width == a.width()) {
      return a;
    }
    return width < a.width()
        ? extract(a, width - 1, 0)
        : concat(constant(Bits.zero(width - a.width())), a);
  }

  /// The same signed value in `width` bits: extended with the sign, or the low bits.
  public Term sext(Term a, int width) {
    if (width == a.width()) {
      return a;
    }
    return width < a.width()
        ? extract(a, width - 1, 0)
        : make(Op.SEXT, new Sort.BitVector(width), null, List.of(a));
  }

  // Arrays

  public Term select(Term array, Term index) {
    Sort.Array sort = arraySort(array);
    require(index.width() == sort.indexWidth(), "an index of width " + index.width());
    return make(Op.SELECT, new Sort.BitVector(sort.width()), null, List.of(array, index));
  }

  public Term store(Term array, Term index, Term value) {
    Sort.Array sort = arraySort(array);
    require(index.width() == sort.indexWidth(), "an index of width " + index.width());
    require(value.width() == sort.width(), "a cell of width " + value.width());
    return make(Op.STORE, sort, null, List.of(array, index, value));
  }

  /// The array with `value` in every cell.
  public Term constantArray(int indexWidth, Term value) {
    return make(Op.CONSTANT_ARRAY, new Sort.Array(indexWidth, value.width()), null, List.of(value));
  }

  // Walking

  /// The variables in `term`, arrays included, in order of creation.
  public Set<Term> variables(Term term) {
    Set<Term> known = variables.get(term);
    if (known == null) {
      Set<Term> seen = new HashSet<>();
      TreeSet<Integer> ids = new TreeSet<>();
      Map<Integer, Term> byId = new HashMap<>();
      Traversal.argumentsFirst(
          List.of(term),
          seen::contains,
          each -> {
            seen.add(each);
            if (each.isVariable()) {
              ids.add(each.id());
              byId.put(each.id(), each);
            }
          });
      Set<Term> found = new LinkedHashSet<>();
      ids.forEach(id -> found.add(byId.get(id)));
      known = Collections.unmodifiableSet(found);
      variables.put(term, known);
    }
    return known;
  }

  /// The terms of that kind that these are made of, in order of creation.
  public static List<Term> all(Op op, Collection<Term> roots) {
    List<Term> found = new ArrayList<>();
    Set<Term> seen = new HashSet<>();
    Traversal.argumentsFirst(
        roots,
        seen::contains,
        each -> {
          seen.add(each);
          if (each.op() == op) {
            found.add(each);
          }
        });
    return found.stream().sorted((a, b) -> Integer.compare(a.id(), b.id())).toList();
  }

  /// `term` with each key of `replacements` replaced by its value, all at once, and simplified
  /// anew.
  public Term substitute(Term term, Map<Term, Term> replacements) {
    return substitute(List.of(term), replacements).getFirst();
  }

  /// The same for several terms, whose shared parts are rebuilt once.
  public List<Term> substitute(Collection<Term> terms, Map<Term, Term> replacements) {
    Map<Term, Term> results = new HashMap<>();
    replacements.forEach((from, to) -> {
      require(from.sort().equals(to.sort()), "replacing " + from.sort() + " by " + to.sort());
      results.put(from, to);
    });
    Traversal.argumentsFirst(
        terms, results::containsKey, each -> results.put(each, rebuilt(each, results)));
    return terms.stream().map(results::get).toList();
  }

  /// The value of a bit-vector term.
  public Bits evaluate(Term term, Assignment assignment) {
    return new Evaluation(assignment).of(term);
  }

  private Term rebuilt(Term term, Map<Term, Term> results) {
    boolean same = term.factory() == this;
    List<Term> arguments = new ArrayList<>();
    for (Term argument : term.arguments()) {
      Term result = results.get(argument);
      same &= result == argument;
      arguments.add(result);
    }
    return same ? term : make(term.op(), term.sort(), term.shape().payload(), arguments);
  }

  // Making

  private Term binary(Op op, Term a, Term b) {
    sameWidth(a, b);
    return make(op, a.sort(), null, List.of(a, b));
  }

  private Term commutative(Op op, Term a, Term b) {
    sameWidth(a, b);
    return make(op, a.sort(), null, ordered(a, b));
  }

  /// Constants last, else the older first.
  private static List<Term> ordered(Term a, Term b) {
    boolean swap = a.isConstant() != b.isConstant() ? a.isConstant() : a.id() > b.id();
    return swap ? List.of(b, a) : List.of(a, b);
  }

  /// Brings the amount to the width of `a`, where SMT-LIB wants it. What is cut off decides first.
  private Term shift(Op op, Term a, Term amount) {
    int width = a.width();
    if (amount.width() <= width) {
      return make(op, a.sort(), null, List.of(a, zext(amount, width)));
    }
    Term high = extract(amount, amount.width() - 1, width);
    Term low = extract(amount, width - 1, 0);
    Term most = constant(Bits.ones(width));
    // The width itself need not fit in `width` bits, but all ones always shifts out everything that
    // the width does: 2^w - 1 >= w for every w >= 1.
    Term clamped = ite(eq(high, constant(Bits.zero(high.width()))), low, most);
    return make(op, a.sort(), null, List.of(a, clamped));
  }

  private Term make(Op op, Sort sort, @Nullable Object payload, List<Term> arguments) {
    for (Term argument : arguments) {
      require(argument.factory() == this, "a term of another factory");
    }
    Shape shape = new Shape(op, sort, payload, arguments);
    Term known = made.get(shape);
    if (known != null) {
      return known;
    }
    Term result = simplifying && depth < RULE_DEPTH ? simplified(shape) : null;
    if (result == null) {
      result = new Term(this, shape, count++);
    }
    made.put(shape, result);
    return result;
  }

  /// An operation as it is, for a rule whose result is final.
  Term written(Op op, Term... arguments) {
    Shape shape = new Shape(op, arguments[0].sort(), null, List.of(arguments));
    return made.computeIfAbsent(shape, s -> new Term(this, s, count++));
  }

  private @Nullable Term simplified(Shape shape) {
    List<Term> a = shape.arguments();
    depth++;
    try {
      Bits folded = Evaluation.fold(shape);
      if (folded != null) {
        return constant(folded);
      }
      Term chosen = chosen(shape);
      if (chosen != null) {
        return chosen;
      }
      return switch (shape.op()) {
        case CONSTANT, VARIABLE, APPLY, CONSTANT_ARRAY -> null;
        case NOT -> BitwiseRules.not(this, a.get(0));
        case AND -> BitwiseRules.and(this, a.get(0), a.get(1));
        case OR -> BitwiseRules.or(this, a.get(0), a.get(1));
        case XOR -> BitwiseRules.xor(this, a.get(0), a.get(1));
        case NEG -> ArithmeticRules.neg(this, a.get(0));
        case ADD -> ArithmeticRules.add(this, a.get(0), a.get(1));
        case SUB -> ArithmeticRules.sub(this, a.get(0), a.get(1));
        case MUL -> ArithmeticRules.mul(this, a.get(0), a.get(1));
        case UDIV -> ArithmeticRules.udiv(this, a.get(0), a.get(1));
        case UREM -> ArithmeticRules.urem(this, a.get(0), a.get(1));
        case SDIV -> ArithmeticRules.sdiv(this, a.get(0), a.get(1));
        case SREM -> ArithmeticRules.srem(this, a.get(0), a.get(1));
        case SHL -> ArithmeticRules.shl(this, a.get(0), a.get(1));
        case LSHR -> ArithmeticRules.lshr(this, a.get(0), a.get(1));
        case ASHR -> ArithmeticRules.ashr(this, a.get(0), a.get(1));
        case EQ -> ComparisonRules.eq(this, a.get(0), a.get(1));
        case ULT -> ComparisonRules.ult(this, a.get(0), a.get(1));
        case SLT -> ComparisonRules.slt(this, a.get(0), a.get(1));
        case ITE -> ChoiceRules.ite(this, a.get(0), a.get(1), a.get(2));
        case EXTRACT -> {
          Bounds bounds = shape.bounds();
          yield StructureRules.extract(this, a.get(0), bounds.high(), bounds.low());
        }
        case CONCAT -> StructureRules.concat(this, a.get(0), a.get(1));
        case SEXT -> StructureRules.sext(this, a.get(0), ((Sort.BitVector) shape.sort()).width());
        case SELECT -> ArrayRules.select(this, a.get(0), a.get(1));
        case STORE -> ArrayRules.store(this, a.get(0), a.get(1), a.get(2));
      };
    } finally {
      depth--;
    }
  }

  /// An operation on a choice between constants, and on constants: the choice between its results.
  private @Nullable Term chosen(Shape shape) {
    List<Term> arguments = shape.arguments();
    if (shape.op() == Op.ITE || shape.op() == Op.APPLY || shape.sort() instanceof Sort.Array) {
      return null;
    }
    int choice = -1;
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).isConstant()) {
        continue;
      }
      if (choice >= 0
          || arguments.get(i).isArray()
          || !ChoiceRules.isChoiceOfConstants(arguments.get(i))) {
        return null;
      }
      choice = i;
    }
    if (choice < 0) {
      return null;
    }
    Term chosen = arguments.get(choice);
    return ite(
        chosen.argument(0),
        make(
            shape.op(), shape.sort(), shape.payload(), with(arguments, choice, chosen.argument(1))),
        make(
            shape.op(),
            shape.sort(),
            shape.payload(),
            with(arguments, choice, chosen.argument(2))));
  }

  private static List<Term> with(List<Term> arguments, int index, Term argument) {
    List<Term> changed = new ArrayList<>(arguments);
    changed.set(index, argument);
    return List.copyOf(changed);
  }

  private static Sort truthSort() {
    return new Sort.BitVector(1);
  }

  private static Sort.Array arraySort(Term term) {
    return switch (term.sort()) {
      case Sort.Array array -> array;
      case Sort.BitVector bits -> throw new IllegalArgumentException("not an array: " + term);
    };
  }

  private static void sameWidth(Term a, Term b) {
    require(a.width() == b.width(), "widths differ: " + a.width() + " and " + b.width());
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
