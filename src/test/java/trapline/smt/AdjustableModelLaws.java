package trapline.smt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import trapline.bits.Bits;

/// What is computed again after a change is what evaluation from the start gives; what is refused
/// changes nothing.
final class AdjustableModelLaws {
  /// A plain assignment that is changed alongside.
  private static final class Plain implements Assignment {
    final Map<Object, Bits> values = new HashMap<>();

    @Override
    public Bits variable(Term variable) {
      return values.getOrDefault(variable, Bits.zero(variable.width()));
    }

    @Override
    public Bits cell(Term array, Bits index) {
      return values.getOrDefault(
          List.of(array, index), Bits.zero(((Sort.Array) array.sort()).width()));
    }

    @Override
    public Bits apply(String function, int width, List<Bits> arguments) {
      return values.getOrDefault(List.of(function, arguments), Bits.zero(width));
    }
  }

  @Property(tries = 200)
  void adjustingIsEvaluatingAgain(
      @ForAll long seed, @ForAll @IntRange(min = 5, max = 40) int size) {
    TwinTerms twins = new TwinTerms(seed, 12);
    twins.grow(size);
    Terms terms = twins.simplifying;
    List<Term> all = twins.vectors().stream().map(TwinTerms.Twin::simplified).toList();
    Plain plain = new Plain();
    List<Term> required = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Term truth = twins.truth().simplified();
      required.add(terms.evaluate(truth, plain).isTrue() ? truth : terms.not(truth));
    }
    AdjustableModel adjustable =
        AdjustableModel.of(t -> terms.evaluate(t, plain), required, all, terms);
    List<Term> free = free(terms, all);
    Random random = new Random(seed);
    for (int i = 0; i < 30 && !free.isEmpty(); i++) {
      Map<Term, Bits> change = new LinkedHashMap<>();
      Map<Object, Bits> after = new HashMap<>(plain.values);
      Term term = free.get(random.nextInt(free.size()));
      Bits value = Bits.wrap(term.width(), new BigInteger(term.width(), random));
      change.put(term, value);
      after.put(key(term, terms, plain), value);
      Term wanted = random.nextBoolean() ? terms.truth(true) : twins.truth().simplified();
      Plain changed = new Plain();
      changed.values.putAll(after);
      boolean stands =
          terms.evaluate(wanted, changed).isTrue()
              && required.stream().allMatch(r -> terms.evaluate(r, changed).isTrue());
      assertEquals(stands, adjustable.adjust(change, wanted));
      if (stands) {
        plain.values.putAll(after);
      }
      all.forEach(t -> assertEquals(terms.evaluate(t, plain), adjustable.value(t)));
      required.forEach(r -> assertTrue(adjustable.value(r).isTrue()));
    }
  }

  /// What a model gives values to.
  private static List<Term> free(Terms terms, List<Term> all) {
    Set<Term> free = new LinkedHashSet<>(Terms.all(Op.APPLY, all));
    Terms.all(Op.SELECT, all).stream().filter(s -> s.argument(0).isVariable()).forEach(free::add);
    all.forEach(t -> terms.variables(t).stream().filter(v -> !v.isArray()).forEach(free::add));
    return List.copyOf(free);
  }

  private static Object key(Term term, Terms terms, Plain plain) {
    return switch (term.op()) {
      case SELECT -> List.of(term.argument(0), terms.evaluate(term.argument(1), plain));
      case APPLY ->
          List.of(
              term.name(), term.arguments().stream().map(a -> terms.evaluate(a, plain)).toList());
      default -> term;
    };
  }
}
