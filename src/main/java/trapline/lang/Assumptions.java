package trapline.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.diag.Diagnostic;
import trapline.isa.Assumption;
import trapline.isa.Expr;
import trapline.isa.Space;

/// Lowers hypotheses: `assume name : condition;`, and `assume name : apart(V);`, which no condition
/// can say, each with `when condition` for the states that it restricts.
final class Assumptions {
  private static final String APART = "apart";

  private Assumptions() {}

  static Assumption lower(Draft draft, List<Space> spaces, Syntax.Item.Assume item) {
    Expr elsewhere =
        item.when()
            .map(w -> Fold.not(Expressions.condition(Body.outside(draft), w)))
            .orElse(Fold.constant(1, 0));
    Optional<Syntax.Expression.Call> call = apart(draft, item.condition());
    return call.isPresent()
        ? new Assumption(
            item.name().text(), elsewhere, named(draft, spaces, call.get()), item.span())
        : new Assumption(
            item.name().text(),
            Fold.or(elsewhere, Expressions.condition(Body.outside(draft), item.condition())),
            List.of(),
            item.span());
  }

  private static Optional<Syntax.Expression.Call> apart(Draft draft, Syntax.Expression condition) {
    return condition instanceof Syntax.Expression.Call call
            && call.callee() instanceof Syntax.Expression.Reference(var name, var span)
            && name.text().equals(APART)
            && !draft.isDeclared(APART)
        ? Optional.of(call)
        : Optional.empty();
  }

  private static List<Space> named(Draft draft, List<Space> spaces, Syntax.Expression.Call call) {
    List<Space> named = new ArrayList<>();
    for (Syntax.Argument argument : call.arguments()) {
      if (argument.value() instanceof Syntax.Expression.Reference(var space, var _)) {
        draft.lookup(space);
      }
      spaces.stream()
          .filter(s ->
              argument.name().isEmpty()
                  && argument.value() instanceof Syntax.Expression.Reference(var name, var span)
                  && name.text().equals(s.name()))
          .findFirst()
          .ifPresentOrElse(
              named::add,
              () ->
                  draft.problems.report(
                      Diagnostic.of(
                              NameMistake.WRONG_KIND_OF_NAME,
                              "`apart` takes names of spaces",
                              argument.span(),
                              "not a space")
                          .help(
                              spaces.isEmpty()
                                  ? "this machine declares no `space`"
                                  : "name one: `apart(" + spaces.getFirst().name() + ")`")));
    }
    if (call.arguments().isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  TypeMistake.BAD_ARGUMENTS,
                  "`apart` takes names of spaces",
                  call.span(),
                  "names none")
              .help("say whose storage keeps to itself: `apart(V)`"));
    }
    return named;
  }
}
