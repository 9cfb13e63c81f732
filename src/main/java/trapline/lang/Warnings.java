package trapline.lang;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Statement;

/// What is allowed, but hardly meant: names that nothing uses, guards on what any program may
/// write.
final class Warnings {
  private Warnings() {}

  static void check(Draft draft, Inheritance.Flat flat) {
    if (draft.problems.hasErrors()) {
      return;
    }
    for (Syntax.Item item : flat.named()) {
      switch (item) {
        case Syntax.Item.Function f -> unused(draft, flat, f.name(), "function");
        case Syntax.Item.Guard g -> {
          unused(draft, flat, g.name(), "guard");
          if (flat.own().contains("name " + g.name().text())
              && draft.globals.here(g.name().text()).orElse(null)
                  instanceof Meaning.Callable(Routine r, boolean _, Span _)) {
            draft.routines.lower(r.body(), g.span()).ifPresent(f -> guard(draft, g, f));
          }
        }
        default -> {}
      }
    }
  }

  private static void unused(Draft draft, Inheritance.Flat flat, Syntax.Name name, String noun) {
    if (!draft.used.contains(name.text()) && flat.own().contains("name " + name.text())) {
      draft.problems.report(
          Diagnostic.of(
                  BodyMistake.UNUSED,
                  noun + " `" + name.text() + "` is never used",
                  name.span(),
                  "nothing mentions it")
              .help("remove it, or use it"));
    }
  }

  /// Operands that a body does not look at are ordinary (`svc n`); those that not even the
  /// template's style explains are not.
  static void operands(
      Draft draft, Syntax.Item.Instruction item, Map<String, Meaning.Variable> operands) {
    Set<String> mentioned = Mentions.of(item.body());
    item.condition().ifPresent(c -> mentioned.addAll(Mentions.of(c)));
    item.split().forEach(s -> mentioned.add(s.text()));
    boolean usesWord = draft.word != null && mentioned.contains(draft.word.local().name());
    for (Map.Entry<String, Meaning.Variable> o : operands.entrySet()) {
      if (!mentioned.contains(o.getKey())
          && !usesWord
          && !item.body().statements().isEmpty()
          && !trapsAtOnce(item.body())) {
        draft.problems.report(
            Diagnostic.of(
                    BodyMistake.UNUSED,
                    "operand `" + o.getKey() + "` of `" + item.name().text() + "` is never used",
                    o.getValue().span(),
                    "the body does not look at it")
                .help(
                    "make its bits constant, or ignored with `_:"
                        + o.getValue().local().width()
                        + "`"));
      }
    }
  }

  private static boolean trapsAtOnce(Syntax.Block body) {
    return body.statements().getFirst() instanceof Syntax.Statement.Trap
        || body.statements().getFirst() instanceof Syntax.Statement.Evaluate
        || body.statements().getFirst() instanceof Syntax.Statement.Execute;
  }

  // ------------------------------------------------------------------ guards

  private static void guard(Draft draft, Syntax.Item.Guard item, Function function) {
    Set<String> fields = new LinkedHashSet<>();
    conditions(function.body().statements(), fields);
    if (!fields.isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  BodyMistake.GUARD_ON_STORAGE,
                  "guard `"
                      + item.name().text()
                      + "` is decided by "
                      + Spelling.listed(fields)
                      + ", which any program may write",
                  item.name().span(),
                  "role E")
              .help("give the field role M or R if it protects something"));
    }
  }

  private static void conditions(List<Statement> statements, Set<String> fields) {
    for (Statement s : statements) {
      if (s instanceof Statement.If(Expr c, Statement.Block then, Statement.Block otherwise)) {
        storage(c, 0, c.width() - 1, fields);
        conditions(then.statements(), fields);
        conditions(otherwise.statements(), fields);
      }
    }
  }

  /// Adds the fields of role E in bits `high..low` of the expression.
  private static void storage(Expr e, int low, int high, Set<String> fields) {
    switch (e) {
      case Expr.RegisterRead(Register r, Expr _) -> {
        for (Field f : r.fields()) {
          if (f.hasRole(Role.E) && f.low() <= high && f.high() >= low) {
            fields.add(r.fields().size() == 1 ? r.name() : r.name() + "." + f.name());
          }
        }
      }
      case Expr.Extract(Expr x, int top, int bottom) -> storage(x, bottom, top, fields);
      case Expr.Unary(var _, Expr x) -> storage(x, 0, x.width() - 1, fields);
      case Expr.Binary(var _, Expr x, Expr y) -> {
        storage(x, 0, x.width() - 1, fields);
        storage(y, 0, y.width() - 1, fields);
      }
      case Expr.Concat(Expr x, Expr y) -> {
        storage(x, 0, x.width() - 1, fields);
        storage(y, 0, y.width() - 1, fields);
      }
      case Expr.Extend(Expr x, int _, boolean _) -> storage(x, 0, x.width() - 1, fields);
      case Expr.Conditional(Expr c, Expr x, Expr y) -> {
        storage(c, 0, 0, fields);
        storage(x, 0, x.width() - 1, fields);
        storage(y, 0, y.width() - 1, fields);
      }
      case trapline.isa.Local _,
          Expr.Constant _,
          Expr.MemoryRead _,
          Expr.PortPeek _,
          Expr.Unspecified _ -> {}
    }
  }
}
