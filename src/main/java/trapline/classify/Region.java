package trapline.classify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.smt.Term;
import trapline.smt.Terms;

/// For which values of some variables, the operands of an instruction or the fields that a monitor
/// sets, something is so.
///
///     region = the values that are in none of the cubes `absent`
///
/// Every cube is proven to hold none. `exact`: every other value is shown to belong; else it is only
/// not known to be outside, and `why` says what stopped the search. `words`: a shorter form, proven to
/// say the same.
public record Region(
    Map<String, Integer> widths,
    List<Cube> absent,
    boolean exact,
    Optional<String> why,
    Optional<Form> words) {
  Region(Map<String, Integer> widths, List<Cube> absent, boolean exact, Optional<String> why) {
    this(widths, absent, exact, why, Optional.empty());
  }

  /// The values whose bits under each mask are these. A variable that is not mentioned is free.
  public record Cube(Map<String, Pattern> patterns) {
    public Cube {
      patterns = Collections.unmodifiableMap(new LinkedHashMap<>(patterns));
    }

    /// The values of both, if there are any.
    public Optional<Cube> and(Cube that) {
      Map<String, Pattern> both = new LinkedHashMap<>(patterns);
      for (Map.Entry<String, Pattern> entry : that.patterns.entrySet()) {
        Pattern mine = both.get(entry.getKey());
        if (mine == null) {
          both.put(entry.getKey(), entry.getValue());
          continue;
        }
        Optional<Pattern> joined = mine.and(entry.getValue());
        if (joined.isEmpty()) {
          return Optional.empty();
        }
        both.put(entry.getKey(), joined.get());
      }
      return Optional.of(new Cube(both));
    }
  }

  /// Bits under `mask` are those of `value`, which has no others.
  public record Pattern(Bits mask, Bits value) {
    boolean holds(Bits bits) {
      return bits.value().and(mask.value()).equals(value.value());
    }

    private String of(String name) {
      return mask.equals(Bits.ones(mask.width()))
          ? name
          : "(" + name + " & " + Region.number(mask.value()) + ")";
    }

    private String number() {
      return Region.number(value.value());
    }

    Optional<Pattern> and(Pattern that) {
      var common = mask.value().and(that.mask.value());
      if (!value.value().and(common).equals(that.value.value().and(common))) {
        return Optional.empty();
      }
      int width = mask.width();
      return Optional.of(
          new Pattern(
              new Bits(width, mask.value().or(that.mask.value())),
              new Bits(width, value.value().or(that.value.value()))));
    }
  }

  /// Nothing known to be outside, and why not more.
  static Region unknown(Map<String, Integer> widths, String why) {
    return new Region(widths, List.of(), false, Optional.of(why));
  }

  /// The same region, for which these are better words.
  Region inWords(Form form) {
    return new Region(widths, absent, exact, why, Optional.of(form));
  }

  /// How many variables it depends on.
  int mentions() {
    Set<String> names = new LinkedHashSet<>();
    absent.forEach(cube -> names.addAll(cube.patterns.keySet()));
    return names.size();
  }

  /// Whether a value is not known to be outside: if exact, whether it is inside.
  public boolean contains(Map<String, Bits> values) {
    return absent.stream()
        .noneMatch(cube ->
            cube.patterns.entrySet().stream()
                .allMatch(e -> e.getValue().holds(Objects.requireNonNull(values.get(e.getKey())))));
  }

  /// Whether it is known to be all there is.
  public boolean isEverything() {
    return exact && absent.isEmpty();
  }

  public boolean isNothing() {
    return absent.stream().anyMatch(c -> c.patterns.isEmpty());
  }

  /// As a person writes it: `csr in {0x100, 0x144}`, `mod = 3`, `rd != 0 or rs1 != 0`.
  public String predicate() {
    return form().text();
  }

  /// The same of the values outside.
  public String opposite() {
    return form().negated().text();
  }

  /// The region in the fewest words we know: the cubes by what they mention, together; what
  /// mentions one variable only, by its values.
  Form form() {
    if (words.isPresent()) {
      return words.get();
    }
    if (isNothing()) {
      return new Form.Either(List.of());
    }
    Map<String, List<Cube>> single = new LinkedHashMap<>();
    List<Form> all = new ArrayList<>();
    for (Cube cube : absent) {
      Set<String> names = cube.patterns.keySet();
      if (names.size() == 1) {
        single.computeIfAbsent(names.iterator().next(), n -> new ArrayList<>()).add(cube);
      } else {
        all.add(excluded(cube));
      }
    }
    List<Form> forms = new ArrayList<>();
    single.forEach((name, cubes) -> forms.add(ofOne(name, cubes)));
    forms.addAll(all);
    return forms.size() == 1 ? forms.getFirst() : new Form.Both(forms);
  }

  private Form excluded(Cube cube) {
    List<Form> any = new ArrayList<>();
    cube.patterns.forEach(
        (name, pattern) -> any.add(ofOne(name, List.of(new Cube(Map.of(name, pattern))))));
    return any.size() == 1 ? any.getFirst() : new Form.Either(any);
  }

  /// Bits of a variable up to which its values are looked at one by one.
  private static final int ENUMERATED = 12;

  private Form ofOne(String name, List<Cube> cubes) {
    List<Pattern> patterns =
        cubes.stream().map(c -> Objects.requireNonNull(c.patterns.get(name))).toList();
    int width = Objects.requireNonNull(widths.get(name));
    int low = patterns.stream().mapToInt(p -> p.mask.value().getLowestSetBit()).min().orElseThrow();
    int high = patterns.stream().mapToInt(p -> p.mask.value().bitLength() - 1).max().orElseThrow();
    if (high - low >= ENUMERATED) {
      List<Form> all = new ArrayList<>();
      patterns.forEach(p -> all.add(new Form.Not(name, p)));
      return all.size() == 1 ? all.getFirst() : new Form.Both(all);
    }
    List<Integer> values = new ArrayList<>();
    for (int v = 0; v < 1 << (high - low + 1); v++) {
      Bits value = Bits.of(high - low + 1, v);
      Bits whole = Bits.zero(width).insert(high, low, value);
      if (patterns.stream().noneMatch(p -> p.holds(whole))) {
        values.add(v);
      }
    }
    return new Form.In(name, width, high, low, values);
  }

  /// A predicate over the variables.
  public sealed interface Form {
    /// Bits `high..low` of a variable are one of `values`.
    record In(String variable, int width, int high, int low, List<Integer> values) implements Form {
      private String inWords() {
        int all = 1 << (high - low + 1);
        String part =
            high - low + 1 == width
                ? variable
                : variable + (high == low ? "[" + high + "]" : "[" + high + ".." + low + "]");
        if (values.isEmpty()) {
          return "never";
        }
        int first = values.getFirst();
        int last = values.getLast();
        boolean range = last - first + 1 == values.size();
        if (values.size() == 1) {
          return part + " = " + number(first);
        }
        if (values.size() == all - 1) {
          return part + " != " + list(absent());
        }
        if (range) {
          return first == 0
              ? part + " <= " + number(last)
              : last == all - 1
                  ? part + " >= " + number(first)
                  : part + " in " + number(first) + ".." + number(last);
        }
        return values.size() <= all / 2
            ? part + " in {" + list(values) + "}"
            : part + " not in {" + list(absent()) + "}";
      }

      private List<Integer> absent() {
        List<Integer> absent = new ArrayList<>();
        for (int v = 0; v < 1 << (high - low + 1); v++) {
          if (!values.contains(v)) {
            absent.add(v);
          }
        }
        return absent;
      }

      private static String list(List<Integer> values) {
        return values.stream().map(Form.In::number).collect(Collectors.joining(", "));
      }

      private static String number(int value) {
        return Region.number(BigInteger.valueOf(value));
      }
    }

    /// The bits of a variable are these.
    record Is(String variable, Pattern pattern) implements Form {}

    /// The bits of a variable are not these.
    record Not(String variable, Pattern pattern) implements Form {}

    /// Two variables are equal, or are not.
    record Same(String one, String two, boolean equal) implements Form {}

    record Both(List<Form> forms) implements Form {}

    record Either(List<Form> forms) implements Form {}

    default Term term(Terms terms, Map<String, Term> variables) {
      return switch (this) {
        case In(var name, int width, int high, int low, var values) -> {
          Term part = terms.extract(Objects.requireNonNull(variables.get(name)), high, low);
          yield terms.or(
              values.stream().map(v -> terms.eq(part, terms.constant(high - low + 1, v))).toList());
        }
        case Is(var name, var pattern) ->
            matches(terms, Objects.requireNonNull(variables.get(name)), pattern);
        case Not(var name, var pattern) ->
            terms.not(matches(terms, Objects.requireNonNull(variables.get(name)), pattern));
        case Same(var one, var two, boolean equal) -> {
          Term same =
              terms.eq(
                  Objects.requireNonNull(variables.get(one)),
                  Objects.requireNonNull(variables.get(two)));
          yield equal ? same : terms.not(same);
        }
        case Both(var forms) ->
            terms.and(forms.stream().map(f -> f.term(terms, variables)).toList());
        case Either(var forms) ->
            terms.or(forms.stream().map(f -> f.term(terms, variables)).toList());
      };
    }

    default Form negated() {
      return switch (this) {
        case In in -> new In(in.variable, in.width, in.high, in.low, in.absent());
        case Is(var name, var pattern) -> new Not(name, pattern);
        case Not(var name, var pattern) -> new Is(name, pattern);
        case Same(var one, var two, boolean equal) -> new Same(one, two, !equal);
        case Both(var forms) -> new Either(forms.stream().map(Form::negated).toList());
        case Either(var forms) -> new Both(forms.stream().map(Form::negated).toList());
      };
    }

    default String text() {
      return switch (this) {
        case In in -> in.inWords();
        case Is(var name, var pattern) -> pattern.of(name) + " = " + pattern.number();
        case Not(var name, var pattern) -> pattern.of(name) + " != " + pattern.number();
        case Same(var one, var two, boolean equal) -> one + (equal ? " = " : " != ") + two;
        case Both(var forms) ->
            forms.isEmpty() ? "always" : joined(forms, " and ", f -> f instanceof Either);
        case Either(var forms) ->
            forms.isEmpty() ? "never" : joined(forms, " or ", f -> f instanceof Both);
      };
    }

    private static String joined(List<Form> forms, String word, Predicate<Form> bracketed) {
      return forms.stream()
          .map(f -> bracketed.test(f) ? "(" + f.text() + ")" : f.text())
          .collect(Collectors.joining(word));
    }
  }

  /// Small numbers in decimal, others in hexadecimal.
  static String number(BigInteger value) {
    return value.bitLength() < 4 ? value.toString() : "0x" + value.toString(16);
  }

  static Term matches(Terms terms, Term variable, Pattern pattern) {
    return terms.eq(
        terms.and(variable, terms.constant(pattern.mask())), terms.constant(pattern.value()));
  }
}
