package trapline.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Statement;

/// Makes functions out of blocks: a scope with the parameters, the statements, and a return on
/// every way.
final class Bodies {
  private Bodies() {}

  /// A function whose code is written by the front end itself.
  static Routine routine(
      Draft draft,
      String name,
      List<Meaning.Variable> parameters,
      @Nullable Type result,
      Span span,
      Consumer<Body> code) {
    var deferred =
        new Routines.Deferred<Function>(
            name,
            span,
            () -> {
              Scope scope = new Scope(null);
              for (Meaning.Variable p : parameters) {
                scope.declare(p.local().name(), p);
              }
              Body b = Body.of(draft, Site.function(result), scope);
              code.accept(b);
              List<Local> locals = new ArrayList<>();
              parameters.forEach(p -> locals.add(p.local()));
              if (b.word.isUsed && b.word.variable != null) {
                locals.add(b.word.variable.local());
              }
              return new Function(
                  name,
                  List.copyOf(locals),
                  result == null ? OptionalInt.empty() : OptionalInt.of(result.width()),
                  new Statement.Block(b.out, span),
                  span);
            });
    Routine routine = new Routine(name, parameters, result, deferred, span);
    draft.all.add(routine);
    return routine;
  }

  /// A function whose code the author wrote.
  static Routine routine(
      Draft draft,
      String name,
      List<Meaning.Variable> parameters,
      @Nullable Type result,
      Syntax.Block block) {
    return routine(
        draft,
        name,
        parameters,
        result,
        block.span(),
        b -> {
          if (Statements.lower(b, block) == Flow.GOES_ON && result != null) {
            missingReturn(b, name, block.span(), block.span());
          }
        });
  }

  static void missingReturn(Body b, String name, Span end, Span declared) {
    b.report(
        Diagnostic.of(
                BodyMistake.MISSING_RETURN,
                "`" + name + "` does not return a value on every way",
                new Span(end.file(), Math.max(end.start(), end.end() - 1), end.end()),
                "reached without a value")
            .help("end every way with `return` or `trap`"));
  }

  static List<Meaning.Variable> parameters(Draft draft, List<Syntax.Parameter> parameters) {
    List<Meaning.Variable> made = new ArrayList<>();
    for (Syntax.Parameter p : parameters) {
      Type type = Types.resolve(Body.outside(draft), p.type());
      for (Meaning.Variable before : made) {
        if (before.local().name().equals(p.name().text())) {
          draft.problems.report(
              Diagnostic.of(
                      NameMistake.DUPLICATE_NAME,
                      "two parameters are called `" + p.name().text() + "`",
                      p.name().span(),
                      "again here")
                  .with(before.span(), "first here"));
        }
      }
      var variable =
          new Meaning.Variable(
              new Local(p.name().text(), type.width()), type, false, "parameter", p.name().span());
      draft.glossary.declare(p.name(), variable);
      made.add(variable);
    }
    return made;
  }

  static void function(Draft draft, Syntax.Item.Function item) {
    var parameters = parameters(draft, item.parameters());
    Type result = item.type().map(t -> Types.resolve(Body.outside(draft), t)).orElse(null);
    Routine routine = routine(draft, item.name().text(), parameters, result, item.body());
    draft.declare(item.name(), new Meaning.Callable(routine, false, item.name().span()));
  }

  static void guard(Draft draft, Syntax.Item.Guard item) {
    Routine routine = routine(draft, item.name().text(), List.of(), null, item.body());
    draft.declare(item.name(), new Meaning.Callable(routine, true, item.name().span()));
  }
}
