package trapline.emit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Expr.BinaryOp;
import trapline.isa.Local;
import trapline.isa.Statement;

/// A `for` that the front end has unrolled, found again.
///
///     s(0) s(1) ... s(n-1), alike but for locals of their own and constants a + b*i
///       =>   for (i = start; i < end; i += step) body(i)
///
/// `length` statements of the block are the loop's.
record Loop(List<Statement> body, BigInteger start, BigInteger end, BigInteger step, int length) {
  private static final int LEAST = 3;
  private static final int LONGEST = 8;

  /// What varies: the value in the first round, and by how much it grows.
  private record Course(Bits first, BigInteger step) {
    boolean varies() {
      return step.signum() != 0;
    }
  }

  /// The loop that `statements` begin with; `variable` is its counter in a width, `declared` what
  /// has been declared before it.
  static Optional<Loop> at(
      List<Statement> statements, Function<Integer, Local> variable, Set<Local> declared) {
    for (int period = 1; period <= LONGEST && LEAST * period <= statements.size(); period++) {
      Optional<Loop> loop = at(statements, period, variable, declared);
      if (loop.isPresent()) {
        return loop;
      }
    }
    return Optional.empty();
  }

  private static Optional<Loop> at(
      List<Statement> statements,
      int period,
      Function<Integer, Local> variable,
      Set<Local> declared) {
    List<Form> rounds = new ArrayList<>();
    List<Local> places = new ArrayList<>();
    for (int at = 0; at + period <= statements.size(); at += period) {
      Form next = Form.of(statements.subList(at, at + period), places);
      if (!rounds.isEmpty() && !next.fits(rounds)) {
        break;
      }
      rounds.add(next);
    }
    List<Statement> body = statements.subList(0, period);
    if (rounds.size() < LEAST || body.stream().anyMatch(Walk::ends)) {
      return Optional.empty();
    }
    int length = rounds.size() * period;
    if (!keepToThemselves(rounds, statements.subList(length, statements.size()), declared)) {
      return Optional.empty();
    }
    List<Course> courses = new ArrayList<>();
    List<Bits> first = rounds.getFirst().constants;
    for (int i = 0; i < first.size(); i++) {
      courses.add(new Course(first.get(i), step(rounds, i)));
    }
    if (courses.stream().anyMatch(c -> c.varies() && Vocabulary.isWide(c.first.width()))) {
      return Optional.empty();
    }
    Optional<Course> counter =
        courses.stream().filter(Course::varies).min((a, b) -> a.step.compareTo(b.step));
    BigInteger times = BigInteger.valueOf(rounds.size());
    return counter.map(c -> {
      boolean counts = courses.stream().allMatch(o -> o.step.mod(c.step).signum() == 0);
      BigInteger start = counts ? c.first.value() : BigInteger.ZERO;
      BigInteger step = counts ? c.step : BigInteger.ONE;
      int[] at = {0};
      Rewriting rewriting =
          new Rewriting(
              constant -> {
                Course course = courses.get(at[0]++);
                return course.varies() ? value(course, start, step, variable) : constant;
              },
              local -> local);
      return new Loop(
          rewriting.statements(body), start, start.add(step.multiply(times)), step, length);
    });
  }

  private static BigInteger step(List<Form> rounds, int i) {
    return rounds
        .get(1)
        .constants
        .get(i)
        .value()
        .subtract(rounds.getFirst().constants.get(i).value());
  }

  /// Whether each local is either there before and the same in all rounds, or of one round only.
  private static boolean keepToThemselves(
      List<Form> rounds, List<Statement> rest, Set<Local> declared) {
    Set<Local> own = new HashSet<>();
    for (int i = 0; i < rounds.getFirst().locals.size(); i++) {
      Local one = rounds.getFirst().locals.get(i);
      for (Form round : rounds) {
        Local local = round.locals.get(i);
        boolean fits =
            declared.contains(one)
                ? local == one
                : !declared.contains(local)
                    && own.add(local)
                    && rest.stream().noneMatch(s -> Walk.mentions(s, local));
        if (!fits) {
          return false;
        }
      }
    }
    return true;
  }

  /// What the constant is in each round, as an expression.
  private static Expr value(
      Course course, BigInteger start, BigInteger step, Function<Integer, Local> variable) {
    int width = course.first.width();
    BigInteger factor = course.step.divide(step);
    BigInteger offset = course.first.value().subtract(factor.multiply(start));
    Expr value = variable.apply(width);
    if (!factor.equals(BigInteger.ONE)) {
      value = new Expr.Binary(BinaryOp.MUL, new Expr.Constant(new Bits(width, factor)), value);
    }
    return switch (offset.signum()) {
      case 0 -> value;
      case 1 -> new Expr.Binary(BinaryOp.ADD, value, new Expr.Constant(new Bits(width, offset)));
      default ->
          new Expr.Binary(BinaryOp.SUB, value, new Expr.Constant(new Bits(width, offset.negate())));
    };
  }

  /// Statements without their constants and locals, and those in order.
  private record Form(List<Statement> shape, List<Bits> constants, List<Local> locals) {
    /// `places` stand for the locals, in the order in which they are met.
    static Form of(List<Statement> statements, List<Local> places) {
      List<Bits> constants = new ArrayList<>();
      List<Local> locals = new ArrayList<>();
      Rewriting rewriting =
          new Rewriting(
              constant -> {
                constants.add(constant.value());
                return new Expr.Constant(Bits.zero(constant.width()));
              },
              local -> {
                if (!locals.contains(local)) {
                  locals.add(local);
                }
                return place(places, locals.indexOf(local), local.width());
              });
      return new Form(rewriting.statements(statements), constants, locals);
    }

    private static Local place(List<Local> places, int number, int width) {
      if (number == places.size()) {
        places.add(new Local("local " + number, width));
      }
      Local place = places.get(number);
      return place.width() == width ? place : new Local("another", width);
    }

    /// Whether this goes on as those before it have begun.
    boolean fits(List<Form> before) {
      Form first = before.getFirst();
      if (!shape.equals(first.shape)) {
        return false;
      }
      for (int i = 0; i < constants.size(); i++) {
        BigInteger grown = constants.get(i).value().subtract(first.constants.get(i).value());
        BigInteger step =
            before.size() == 1
                ? grown
                : before.get(1).constants.get(i).value().subtract(first.constants.get(i).value());
        if (step.signum() < 0 || !grown.equals(step.multiply(BigInteger.valueOf(before.size())))) {
          return false;
        }
      }
      return true;
    }
  }
}
