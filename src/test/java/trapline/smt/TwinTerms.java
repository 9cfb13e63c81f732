package trapline.smt;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import trapline.bits.Bits;

/// Random terms, each made twice: as written, and simplified.
///
///     Twin = (written, simplified)       the same calls to two factories
///
/// The generator favours what rules look for: few names, repeated parts, special constants.
final class TwinTerms {
  /// One of the two factories' terms.
  record Twin(Term written, Term simplified) {
    int width() {
      return written.width();
    }
  }

  private static final int[] WIDTHS = {1, 1, 1, 2, 3, 4, 7, 8, 8, 16, 32, 33, 64, 65, 70};
  private static final int INDEX_WIDTH = 4;

  final Terms writing = Terms.unsimplified();
  final Terms simplifying = new Terms();
  private final SplittableRandom random;
  private final List<Integer> widths = new ArrayList<>();
  private final List<Twin> vectors = new ArrayList<>();
  private final List<Twin> arrays = new ArrayList<>();
  private final int widest;

  TwinTerms(long seed, int widest) {
    this.random = new SplittableRandom(seed);
    this.widest = widest;
    for (int i = 0; i < 3; i++) {
      widths.add(Math.min(widest, WIDTHS[random.nextInt(WIDTHS.length)]));
    }
    widths.add(1);
    for (String name : List.of("m", "n")) {
      arrays.add(
          both(t -> t.variable(name, new Sort.Array(Math.min(widest, INDEX_WIDTH), cellWidth()))));
    }
  }

  /// All vectors made so far, parts before wholes.
  List<Twin> vectors() {
    return vectors;
  }

  void grow(int terms) {
    for (int i = 0; i < terms; i++) {
      step();
    }
  }

  Twin truth() {
    return of(1);
  }

  private int cellWidth() {
    return widths.getFirst();
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0 -> arrayStep();
      case 1 -> keep(unary(of(width()), t -> t::not));
      case 2 -> keep(select(array(), of(Math.min(widest, INDEX_WIDTH))));
      case 3, 4 -> structure();
      case 5, 6 -> comparison();
      case 7 -> choice();
      default -> arithmetic();
    }
  }

  private void arithmetic() {
    int width = width();
    Twin a = of(width);
    Twin b = of(width);
    keep(
        switch (random.nextInt(17)) {
          case 0, 1 -> both(a, b, t -> t::add);
          case 2 -> both(a, b, t -> t::sub);
          case 3 -> both(a, b, t -> t::mul);
          case 4 -> both(a, b, t -> t::udiv);
          case 5 -> both(a, b, t -> t::urem);
          case 6 -> both(a, b, t -> t::sdiv);
          case 7 -> both(a, b, t -> t::srem);
          case 8, 9 -> both(a, b, t -> t::and);
          case 10, 11 -> both(a, b, t -> t::or);
          case 12 -> both(a, b, t -> t::xor);
          case 13 -> both(a, of(width()), t -> t::shl);
          case 14 -> both(a, of(width()), t -> t::lshr);
          case 15 -> both(a, of(width()), t -> t::ashr);
          default -> unary(a, random.nextBoolean() ? t -> t::not : t -> t::neg);
        });
  }

  private void comparison() {
    int width = width();
    Twin a = of(width);
    Twin b = of(width);
    keep(
        switch (random.nextInt(6)) {
          case 0, 1 -> both(a, b, t -> t::eq);
          case 2 -> both(a, b, t -> t::ult);
          case 3 -> both(a, b, t -> t::ule);
          case 4 -> both(a, b, t -> t::slt);
          default -> both(a, b, t -> t::sle);
        });
  }

  private void choice() {
    Twin c = of(1);
    int width = width();
    Twin a = of(width);
    Twin b = of(width);
    keep(
        new Twin(
            writing.ite(c.written(), a.written(), b.written()),
            simplifying.ite(c.simplified(), a.simplified(), b.simplified())));
  }

  private void structure() {
    Twin a = of(width());
    int width = a.width();
    switch (random.nextInt(4)) {
      case 0 -> {
        int low = random.nextInt(width);
        int high = low + random.nextInt(width - low);
        keep(unary(a, t -> x -> t.extract(x, high, low)));
      }
      case 1 -> {
        Twin b = of(width());
        if (width + b.width() <= widest) {
          keep(both(a, b, t -> t::concat));
        }
      }
      case 2 -> {
        int to = 1 + random.nextInt(widest);
        keep(unary(a, t -> x -> t.zext(x, to)));
      }
      default -> {
        int to = 1 + random.nextInt(widest);
        keep(unary(a, t -> x -> t.sext(x, to)));
      }
    }
  }

  private void arrayStep() {
    Twin array = array();
    Twin index = of(Math.min(widest, INDEX_WIDTH));
    Twin value = of(cellWidth());
    arrays.add(
        switch (random.nextInt(6)) {
          case 0 -> {
            Twin c = of(1);
            Twin other = array();
            yield new Twin(
                writing.ite(c.written(), array.written(), other.written()),
                simplifying.ite(c.simplified(), array.simplified(), other.simplified()));
          }
          case 1 ->
              new Twin(
                  writing.constantArray(index.width(), value.written()),
                  simplifying.constantArray(index.width(), value.simplified()));
          default -> store(array, index, random.nextInt(8) == 0 ? select(array, index) : value);
        });
  }

  private Twin store(Twin array, Twin index, Twin value) {
    return new Twin(
        writing.store(array.written(), index.written(), value.written()),
        simplifying.store(array.simplified(), index.simplified(), value.simplified()));
  }

  private Twin select(Twin array, Twin index) {
    return new Twin(
        writing.select(array.written(), index.written()),
        simplifying.select(array.simplified(), index.simplified()));
  }

  private Twin array() {
    return arrays.get(random.nextBoolean() ? arrays.size() - 1 : random.nextInt(arrays.size()));
  }

  private int width() {
    return widths.get(random.nextInt(widths.size()));
  }

  /// A term of this width: one made before, a name, a constant, or a function of one made before.
  private Twin of(int width) {
    List<Twin> made = vectors.stream().filter(twin -> twin.width() == width).toList();
    int kind = random.nextInt(12);
    if (kind < 7 && !made.isEmpty()) {
      int recent = Math.min(made.size(), 4);
      return random.nextBoolean()
          ? made.get(random.nextInt(made.size()))
          : made.get(made.size() - 1 - random.nextInt(recent));
    }
    if (kind < 9) {
      String name = (random.nextBoolean() ? "x" : "y") + width;
      return both(t -> t.variable(name, new Sort.BitVector(width)));
    }
    if (kind == 9 && !vectors.isEmpty()) {
      Twin argument = vectors.get(random.nextInt(vectors.size()));
      String name = "f" + argument.width() + "to" + width;
      return unary(argument, t -> x -> t.apply(name, width, List.of(x)));
    }
    Bits value = special(width);
    return both(t -> t.constant(value));
  }

  private Bits special(int width) {
    return switch (random.nextInt(8)) {
      case 0 -> Bits.zero(width);
      case 1 -> Bits.ones(width);
      case 2 -> Bits.of(width, 1);
      case 3 -> Bits.of(width, 1).shl(Bits.of(32, random.nextInt(width)));
      case 4 -> Bits.ones(width).lshr(Bits.of(32, random.nextInt(width)));
      case 5 -> Bits.ones(width).shl(Bits.of(32, random.nextInt(width)));
      case 6 -> Bits.of(width, random.nextInt(-8, 9));
      default ->
          Bits.wrap(
              width,
              BigInteger.valueOf(random.nextLong())
                  .multiply(BigInteger.valueOf(random.nextLong())));
    };
  }

  private void keep(Twin twin) {
    vectors.add(twin);
    if (random.nextInt(3) == 0 && !widths.contains(twin.width())) {
      widths.add(twin.width());
    }
  }

  private Twin both(Function<Terms, Term> make) {
    return new Twin(make.apply(writing), make.apply(simplifying));
  }

  private Twin unary(Twin a, Function<Terms, UnaryOperator<Term>> make) {
    return new Twin(
        make.apply(writing).apply(a.written()), make.apply(simplifying).apply(a.simplified()));
  }

  private Twin both(Twin a, Twin b, Function<Terms, BinaryOperator<Term>> make) {
    return new Twin(
        make.apply(writing).apply(a.written(), b.written()),
        make.apply(simplifying).apply(a.simplified(), b.simplified()));
  }

  /// Values of names and cells by hash: the same for both twins, often special.
  static Assignment assignment(long seed) {
    return new Assignment() {
      @Override
      public Bits variable(Term variable) {
        return value(variable.name(), variable.width());
      }

      @Override
      public Bits cell(Term array, Bits index) {
        return value(array.name() + index, ((Sort.Array) array.sort()).width());
      }

      @Override
      public Bits apply(String function, int width, List<Bits> arguments) {
        return value(function + arguments, width);
      }

      private Bits value(String name, int width) {
        SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
        return switch (random.nextInt(6)) {
          case 0 -> Bits.zero(width);
          case 1 -> Bits.ones(width);
          case 2 -> Bits.of(width, random.nextInt(-4, 5));
          default -> {
            Bits low = Bits.of(64, random.nextLong());
            yield Bits.of(64, random.nextLong()).concat(low).zext(width);
          }
        };
      }
    };
  }
}
