package trapline.lang;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Local;
import trapline.isa.Statement;

/// The result of a function that only looks, as one expression: for conditions outside bodies.
///
/// Nothing when the function does more than look, or has more ways through it than are worth
/// unfolding.
final class Inline {
  private static final int BUDGET = 2000;

  private int steps;

  private Inline() {}

  static Optional<Expr> value(Function function, List<Expr> arguments) {
    return new Inline().call(function, arguments);
  }

  private Optional<Expr> call(Function function, List<Expr> arguments) {
    Map<Local, Expr> bound = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      bound.put(function.parameters().get(i), arguments.get(i));
    }
    return run(function.body().statements(), bound);
  }

  private Optional<Expr> run(List<Statement> statements, Map<Local, Expr> bound) {
    for (int i = 0; i < statements.size(); i++) {
      if (++steps > BUDGET) {
        return Optional.empty();
      }
      switch (statements.get(i)) {
        case Statement.Assign(Local target, Expr value) -> {
          Expr now = Words.substitute(value, bound);
          if (Effects.size(now, BUDGET) > BUDGET) {
            return Optional.empty();
          }
          bound.put(target, now);
        }
        case Statement.Return(Optional<Expr> value) -> {
          return value.map(v -> Words.substitute(v, bound));
        }
        case Statement.Call(Optional<Local> target, Function function, List<Expr> arguments) -> {
          Optional<Expr> result =
              call(function, arguments.stream().map(a -> Words.substitute(a, bound)).toList());
          if (target.isEmpty() || result.isEmpty()) {
            return Optional.empty();
          }
          bound.put(target.get(), result.get());
        }
        case Statement.If(Expr condition, Statement.Block then, Statement.Block otherwise) -> {
          List<Statement> rest = statements.subList(i + 1, statements.size());
          Expr c = Words.substitute(condition, bound);
          if (!returns(then) && !returns(otherwise)) {
            // Both ways go on: one continuation, with what each local is after either.
            Map<Local, Expr> yes = new LinkedHashMap<>(bound);
            Map<Local, Expr> no = new LinkedHashMap<>(bound);
            if (!assign(then, yes) || !assign(otherwise, no)) {
              return Optional.empty();
            }
            for (Local l : yes.keySet()) {
              Expr a = yes.get(l);
              Expr b = no.get(l);
              bound.put(l, b == null ? a : Fold.conditional(c, a, b));
            }
            for (Local l : no.keySet()) {
              bound.putIfAbsent(l, no.get(l));
            }
            continue;
          }
          Optional<Expr> yes = run(joined(then.statements(), rest), new LinkedHashMap<>(bound));
          Optional<Expr> no = run(joined(otherwise.statements(), rest), new LinkedHashMap<>(bound));
          return yes.isEmpty() || no.isEmpty()
              ? Optional.empty()
              : Optional.of(Fold.conditional(c, yes.get(), no.get()));
        }
        case Statement.RegisterWrite _,
            Statement.MemoryWrite _,
            Statement.Load _,
            Statement.Store _,
            Statement.Input _,
            Statement.Output _,
            Statement.Choose _,
            Statement.While _,
            Statement.Raise _,
            Statement.Halt _,
            Statement.Commit _,
            Statement.Unpredictable _,
            Statement.Execute _ -> {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private boolean assign(Statement.Block block, Map<Local, Expr> bound) {
    List<Statement> ended = new ArrayList<>(block.statements());
    // A result that nobody takes marks the end of the way.
    ended.add(new Statement.Return(Optional.of(Fold.TRUE)));
    return run(ended, bound).isPresent();
  }

  private static boolean returns(Statement.Block block) {
    return block.statements().stream()
        .anyMatch(s ->
            s instanceof Statement.Return
                || (s instanceof Statement.If(var _, var then, var otherwise)
                    && (returns(then) || returns(otherwise))));
  }

  private static List<Statement> joined(List<Statement> first, List<Statement> second) {
    List<Statement> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }
}
