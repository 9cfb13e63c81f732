package trapline.lang;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Statement;

/// A stretch of code being lowered: the names in sight, where it stands, and the statements so far.
///
/// Expressions with effects append to `out` what has to happen first; what they return is pure.
final class Body {
  private static final int LARGE = 2000;

  final Draft draft;
  final Problems problems;
  final Site site;
  final Scope scope;
  final List<Statement> out;

  /// The types that expressions of the current statement have without a context; see
  /// [Expressions#natural].
  final Map<Syntax.Expression, Optional<Type>> natural;

  /// The word under execution, where there is one: the fetch's own in an instruction, an added
  /// parameter in a function, so that functions are closed.
  final Word word;

  int depth;

  /// The instruction word as a body sees it, and whether the body has mentioned it.
  static final class Word {
    final Meaning.@Nullable Variable variable;
    boolean isUsed;

    Word(Meaning.@Nullable Variable variable) {
      this.variable = variable;
    }
  }

  private Body(
      Draft draft,
      Problems problems,
      Site site,
      Scope scope,
      List<Statement> out,
      Map<Syntax.Expression, Optional<Type>> natural,
      Word word,
      int depth) {
    this.draft = draft;
    this.problems = problems;
    this.site = site;
    this.scope = scope;
    this.out = out;
    this.natural = natural;
    this.word = word;
    this.depth = depth;
  }

  static Body of(Draft draft, Site site, Scope scope) {
    return new Body(
        draft,
        draft.problems,
        site,
        scope,
        new ArrayList<>(),
        new IdentityHashMap<>(),
        word(draft, site),
        0);
  }

  private static Word word(Draft draft, Site site) {
    Meaning.Variable w = draft.word;
    if (w == null || site.kind() != Site.Kind.FUNCTION) {
      return new Word(w);
    }
    Local own = new Local(w.local().name(), w.local().width());
    return new Word(new Meaning.Variable(own, w.type(), false, w.noun(), w.span()));
  }

  /// For a value that must be known now, or a condition: code outside all bodies.
  static Body outside(Draft draft) {
    return of(draft, Site.condition(), new Scope(null));
  }

  /// The same place, but nothing said here counts: to ask what type something would have.
  Body silent() {
    return new Body(draft, Problems.silent(), site, scope, new ArrayList<>(), natural, word, depth);
  }

  /// The same place, with statements of its own.
  Body branch() {
    return new Body(draft, problems, site, scope, new ArrayList<>(), natural, word, depth);
  }

  /// The same place, seeing only what the machine declares: for aliases.
  Body global() {
    return new Body(
        draft, problems, site, new Scope(null), out, new IdentityHashMap<>(), word, depth);
  }

  /// The same code, but with names and statements of its own, and none of these in sight.
  Body apart() {
    return new Body(
        draft,
        problems,
        site,
        new Scope(null),
        new ArrayList<>(),
        new IdentityHashMap<>(),
        word,
        depth);
  }

  /// Names of its own too.
  Body block() {
    return new Body(
        draft,
        problems,
        site,
        new Scope(scope),
        new ArrayList<>(),
        new IdentityHashMap<>(),
        word,
        depth);
  }

  /// Names of its own, but the statements of this one.
  Body scoped() {
    return new Body(
        draft, problems, site, new Scope(scope), out, new IdentityHashMap<>(), word, depth);
  }

  /// The same place, for a condition that only looks.
  Body pure() {
    return new Body(
        draft,
        problems,
        Site.condition(),
        scope,
        new ArrayList<>(),
        new IdentityHashMap<>(),
        word,
        depth);
  }

  boolean isDeclared(String name) {
    return scope.lookup(name).isPresent() || draft.isDeclared(name);
  }

  void emit(Statement statement) {
    out.add(statement);
  }

  void report(Diagnostic diagnostic) {
    problems.report(diagnostic);
  }

  /// A local that holds `value` from here on.
  Local capture(String name, Expr value) {
    Local local = new Local(name, value.width());
    emit(new Statement.Assign(local, value));
    return local;
  }

  /// An expression that may stand in several places without growing: itself if it is small, else a
  /// local that holds it. In code that only looks, what is too large to repeat is refused.
  Expr shared(Expr value, Span span) {
    if (Effects.size(value, 8) <= 8) {
      return value;
    }
    if (!site.isPure()) {
      return capture("value", value);
    }
    if (Effects.size(value, LARGE) > LARGE) {
      report(
          Diagnostic.of(
              BodyMistake.TOO_DEEP,
              "this condition is too large",
              span,
              "more than " + LARGE + " parts"));
      return Expressions.zero(Type.bits(value.width()));
    }
    return value;
  }

  Optional<Meaning> lookup(Syntax.Name name) {
    Optional<Meaning> local = scope.lookup(name.text());
    if (local.isPresent()) {
      draft.used.add(name.text());
      draft.glossary.mention(name, local.get());
      return local;
    }
    Meaning.Variable w = word.variable;
    if (w != null
        && w.local().name().equals(name.text())
        && draft.globals.here(name.text()).isEmpty()) {
      word.isUsed = true;
      draft.glossary.mention(name, w);
      return Optional.of(w);
    }
    return draft.lookup(name);
  }

  /// As [#lookup], without a trace: for messages.
  Optional<Meaning> peek(String name) {
    return scope.lookup(name).or(() -> draft.globals.lookup(name));
  }

  Set<String> names() {
    Set<String> all = scope.all();
    all.addAll(draft.names());
    if (draft.word != null) {
      all.add(draft.word.local().name());
    }
    return all;
  }
}
