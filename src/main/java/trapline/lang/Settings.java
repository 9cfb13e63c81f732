package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.diag.Diagnostic;
import trapline.diag.Span;

/// The combinations of `param` and `choice` values of one machine, the preset ones first.
///
/// A `set` item, and then the caller, narrow them.
final class Settings {
  private static final int MAX_INSTANCES = 256;

  private Settings() {}

  /// One parameter with the value it has: a number, or the name of a choice.
  record Value(Syntax.Name name, Optional<BigInteger> number, List<String> values, String text) {}

  static List<List<Value>> of(
      Inheritance.Flat flat,
      Syntax.Definition machine,
      Map<String, String> wanted,
      Problems problems) {
    Map<String, List<Value>> all = new LinkedHashMap<>();
    for (Syntax.Item.Param p : flat.params()) {
      all.put(p.name().text(), numbers(p, problems));
    }
    for (Syntax.Item.Choice c : flat.choices()) {
      all.put(c.name().text(), names(c, problems));
    }
    for (Syntax.Item.Set s : flat.sets()) {
      String text =
          s.value() instanceof Syntax.Expression.Reference(Syntax.Name n, Span _)
              ? n.text()
              : number(s.value(), problems).map(BigInteger::toString).orElse("");
      narrow(all, s.name().text(), text, s.name().span(), s.value().span(), problems);
    }
    wanted.forEach((name, text) ->
        narrow(all, name, decimal(text), machine.name().span(), machine.name().span(), problems));
    long count = 1;
    for (List<Value> values : all.values()) {
      count = Math.min(count * values.size(), Integer.MAX_VALUE);
    }
    if (count > MAX_INSTANCES) {
      problems.report(
          Diagnostic.of(
                  VariantMistake.TOO_MANY_INSTANCES,
                  count + " combinations of parameters",
                  machine.name().span(),
                  "at most " + MAX_INSTANCES + " are analysed")
              .help("narrow them with `set`, or with `--set name=value`"));
      return List.of();
    }
    List<List<Value>> combinations = new ArrayList<>(List.of(List.of()));
    for (List<Value> values : all.values()) {
      List<List<Value>> next = new ArrayList<>();
      for (List<Value> so : combinations) {
        for (Value v : values) {
          List<Value> more = new ArrayList<>(so);
          more.add(v);
          next.add(more);
        }
      }
      combinations = next;
    }
    return combinations;
  }

  private static String decimal(String text) {
    try {
      return text.startsWith("0x") ? new BigInteger(text.substring(2), 16).toString() : text;
    } catch (NumberFormatException notANumber) {
      return text;
    }
  }

  private static Optional<BigInteger> number(Syntax.Expression e, Problems problems) {
    Draft nothing = new Draft(new Glossary());
    Optional<BigInteger> n = Expressions.whole(Body.outside(nothing), e);
    nothing.problems.all().forEach(problems::report);
    return n;
  }

  private static List<Value> numbers(Syntax.Item.Param p, Problems problems) {
    List<Value> values = new ArrayList<>();
    for (Syntax.Expression e : p.values()) {
      number(e, problems)
          .ifPresent(n -> {
            if (values.stream().noneMatch(v -> v.text().equals(n.toString()))) {
              values.add(new Value(p.name(), Optional.of(n), List.of(), n.toString()));
            }
          });
    }
    p.preset()
        .flatMap(e -> number(e, problems))
        .ifPresent(
            n -> first(values, n.toString(), p.preset().orElseThrow().span(), p.name(), problems));
    return values;
  }

  private static List<Value> names(Syntax.Item.Choice c, Problems problems) {
    List<String> texts = c.values().stream().map(Syntax.Name::text).distinct().toList();
    List<Value> values = new ArrayList<>();
    texts.forEach(t -> values.add(new Value(c.name(), Optional.empty(), texts, t)));
    c.preset().ifPresent(n -> first(values, n.text(), n.span(), c.name(), problems));
    return values;
  }

  private static void first(
      List<Value> values, String preset, Span span, Syntax.Name name, Problems problems) {
    Optional<Value> found = values.stream().filter(v -> v.text().equals(preset)).findFirst();
    if (found.isEmpty()) {
      unknownValue(name.text(), preset, values, span, name.span(), problems);
    } else {
      values.remove(found.get());
      values.addFirst(found.get());
    }
  }

  private static void narrow(
      Map<String, List<Value>> all,
      String name,
      String text,
      Span nameSpan,
      Span valueSpan,
      Problems problems) {
    List<Value> values = all.get(name);
    if (values == null) {
      problems.report(
          Diagnostic.of(
                  VariantMistake.UNKNOWN_PARAMETER,
                  "there is no parameter `" + name + "` to set",
                  nameSpan,
                  "not a `param` or `choice` of this machine")
              .help(Spelling.advice(name, all.keySet(), "the machine has no parameters")));
      return;
    }
    Optional<Value> found = values.stream().filter(v -> v.text().equals(text)).findFirst();
    if (found.isEmpty()) {
      unknownValue(
          name,
          text,
          values,
          valueSpan,
          values.isEmpty() ? nameSpan : values.getFirst().name().span(),
          problems);
      return;
    }
    all.put(name, List.of(found.get()));
  }

  private static void unknownValue(
      String name, String text, List<Value> values, Span span, Span declared, Problems problems) {
    List<String> known = values.stream().map(Value::text).toList();
    problems.report(
        Diagnostic.of(
                VariantMistake.UNKNOWN_PARAMETER_VALUE,
                "`" + name + "` cannot be " + text,
                span,
                "not one of its values")
            .with(declared, "the values are declared here")
            .help(Spelling.advice(text, known, "name one of them")));
  }
}
