package trapline.machine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import trapline.bits.Bits;
import trapline.codec.Evaluation;
import trapline.isa.Local;
import trapline.isa.UnspecifiedFunction;

/// What a maker might have chosen where the architecture leaves it open: a seeded hash.
///
/// An `unspecified fn` is one function for the life of a simulator: same arguments, same result. An
/// `any` is another value each time. Either satisfies its constraint, found by trying candidates.
final class Choices {
  private static final int TRIES = 1 << 16;

  private record Question(UnspecifiedFunction function, List<Bits> arguments) {}

  private final long seed;
  private final Map<Question, Bits> answers = new ConcurrentHashMap<>();

  Choices(long seed) {
    this.seed = seed;
  }

  static long spread(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /// The next `any`: its candidates begin elsewhere than those of the last.
  static void any(State state) {
    state.choices++;
    state.given = state.chosen.next(state.anys++);
  }

  /// Candidate `attempt`: the value that is given, if one is; then all values in turn when they are
  /// few, else hashes, then the small values.
  static long candidate(State state, int attempt, int width) {
    BigInteger given = state.given;
    if (given != null && attempt == 0) {
      return given.longValue() & Narrow.mask(width);
    }
    return drawn(state, given == null ? attempt : attempt - 1, width);
  }

  static BigInteger wideCandidate(State state, int attempt, int width) {
    BigInteger given = state.given;
    if (given != null && attempt == 0) {
      return given.and(Bits.mask(width));
    }
    int draw = given == null ? attempt : attempt - 1;
    return wide(start(state), drawn(state, draw, Long.SIZE), draw, width);
  }

  private static long start(State state) {
    return spread(state.choices * 0x9E3779B97F4A7C15L);
  }

  private static long drawn(State state, int attempt, int width) {
    return drawn(start(state), attempt, width);
  }

  private static long drawn(long start, int attempt, int width) {
    if (attempt >= Math.min(TRIES, width < 16 ? 1 << width : TRIES)) {
      throw new Fault("no value found that satisfies the constraint of an `any`");
    }
    long value =
        width < 16
            ? start + attempt
            : attempt < TRIES / 2 ? spread(start + attempt) : attempt - TRIES / 2;
    return value & Narrow.mask(width);
  }

  private static BigInteger wide(long start, long low, int attempt, int width) {
    BigInteger value = BigInteger.ZERO;
    for (int at = 0; at < width; at += Long.SIZE) {
      long part = attempt < TRIES / 2 ? spread(start + at) : 0;
      value = value.shiftLeft(Long.SIZE).or(Layout.unsigned(part));
    }
    return value.shiftLeft(Long.SIZE).or(Layout.unsigned(low)).and(Bits.mask(width));
  }

  static BigInteger choose(
      Choices choices, State state, UnspecifiedFunction function, BigInteger[] arguments) {
    BigInteger given =
        state.chosen.unspecified().get(new Chosen.Call(function.name(), List.of(arguments)));
    if (given != null) {
      return given.and(Bits.mask(function.width()));
    }
    var values = new ArrayList<Bits>();
    for (int i = 0; i < arguments.length; i++) {
      values.add(new Bits(function.parameters().get(i).width(), arguments[i]));
    }
    return choices.choose(function, values).value();
  }

  Bits choose(UnspecifiedFunction function, List<Bits> arguments) {
    var question = new Question(function, arguments);
    Bits known = answers.get(question);
    if (known != null) {
      return known;
    }
    Bits answer = search(function, arguments);
    answers.put(question, answer);
    return answer;
  }

  private Bits search(UnspecifiedFunction function, List<Bits> arguments) {
    int width = function.width();
    long start = seed ^ function.name().hashCode();
    for (Bits argument : arguments) {
      start = spread(start + argument.value().hashCode() * 0x9E3779B97F4A7C15L);
    }
    var locals = new LinkedHashMap<Local, Bits>();
    for (int i = 0; i < arguments.size(); i++) {
      locals.put(function.parameters().get(i), arguments.get(i));
    }
    int tries = width < 16 ? 1 << width : TRIES;
    for (int attempt = 0; attempt < tries; attempt++) {
      long low = drawn(start, attempt, Math.min(width, Long.SIZE));
      Bits candidate = new Bits(width, wide(start, low, attempt, width));
      if (fits(function, locals, candidate)) {
        return candidate;
      }
      if (attempt < arguments.size()
          && arguments.get(attempt).width() == width
          && fits(function, locals, arguments.get(attempt))) {
        return arguments.get(attempt);
      }
    }
    if (fits(function, locals, Bits.ones(width))) {
      return Bits.ones(width);
    }
    throw new Fault("no value found that satisfies the constraint of `" + function.name() + "`");
  }

  private boolean fits(UnspecifiedFunction function, Map<Local, Bits> locals, Bits candidate) {
    locals.put(function.result(), candidate);
    return function
        .constraint()
        .map(c -> Evaluation.of(c, locals, this::choose).isTrue())
        .orElse(true);
  }
}
