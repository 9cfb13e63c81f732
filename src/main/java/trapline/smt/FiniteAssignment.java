package trapline.smt;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import trapline.bits.Bits;

/// Finitely many values, and zero for everything else.
final class FiniteAssignment implements Assignment {
  /// What has a value of its own.
  sealed interface Place {
    record OfVariable(Term variable) implements Place {}

    record OfCell(Term array, Bits index) implements Place {}

    record OfApplication(String function, List<Bits> arguments) implements Place {}
  }

  private final Map<Place, Bits> values = new HashMap<>();

  /// Takes over what the value of these terms depends on.
  void record(Assignment other, Collection<Term> terms) {
    Evaluation recorded =
        new Evaluation(
            new Assignment() {
              @Override
              public Bits variable(Term variable) {
                return values.computeIfAbsent(
                    new Place.OfVariable(variable), place -> other.variable(variable));
              }

              @Override
              public Bits cell(Term array, Bits index) {
                return values.computeIfAbsent(
                    new Place.OfCell(array, index), place -> other.cell(array, index));
              }

              @Override
              public Bits apply(String function, int width, List<Bits> arguments) {
                return values.computeIfAbsent(
                    new Place.OfApplication(function, arguments),
                    place -> other.apply(function, width, arguments));
              }
            });
    terms.forEach(recorded::of);
  }

  /// What gives a variable, a read of an array variable, or an application its value, where others
  /// have these values.
  static Place place(Term term, Function<Term, Bits> value) {
    return switch (term.op()) {
      case VARIABLE -> new Place.OfVariable(term);
      case SELECT -> new Place.OfCell(term.argument(0), value.apply(term.argument(1)));
      case APPLY ->
          new Place.OfApplication(term.name(), term.arguments().stream().map(value).toList());
      default -> throw new IllegalArgumentException("free in no model: " + term);
    };
  }

  Bits get(Place place, int width) {
    return values.getOrDefault(place, Bits.zero(width));
  }

  void put(Place place, Bits value) {
    values.put(place, value);
  }

  @Override
  public Bits variable(Term variable) {
    return get(new Place.OfVariable(variable), variable.width());
  }

  @Override
  public Bits cell(Term array, Bits index) {
    return get(new Place.OfCell(array, index), ((Sort.Array) array.sort()).width());
  }

  @Override
  public Bits apply(String function, int width, List<Bits> arguments) {
    return get(new Place.OfApplication(function, arguments), width);
  }
}
