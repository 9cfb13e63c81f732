package trapline.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Mode;
import trapline.isa.Register;
import trapline.isa.Role;

/// Finds the modes of a machine: as `mode` items say, else the enumerators of its one enum field of
/// role M.
final class Modes {
  private Modes() {}

  static List<Mode> of(Draft draft, List<Syntax.Item.Mode> items, Syntax.Name machine) {
    List<Mode> modes = new ArrayList<>();
    if (!items.isEmpty()) {
      for (Syntax.Item.Mode m : items) {
        draft.glossary.declare("mode", "", m.name(), "when " + m.when().span().text());
        modes.add(new Mode(m.name().text(), Expressions.condition(Body.outside(draft), m.when())));
      }
      if (modes.size() < 2) {
        draft.problems.report(
            Diagnostic.of(
                    StateMistake.NO_MODES,
                    "a machine has at least two modes",
                    items.getFirst().name().span(),
                    "the only mode")
                .help(
                    "declare the others with `mode name when condition;`, most privileged first"));
      }
      return modes;
    }
    record Candidate(Register register, Field field) {}
    List<Candidate> candidates = new ArrayList<>();
    List<Span> others = new ArrayList<>();
    for (Register r : draft.registers) {
      for (Field f : r.fields()) {
        if (f.hasRole(Role.M)) {
          if (f.type().isPresent() && !r.isFile()) {
            candidates.add(new Candidate(r, f));
          } else {
            others.add(r.span());
          }
        }
      }
    }
    if (candidates.size() == 1 && others.isEmpty()) {
      Candidate c = candidates.getFirst();
      Expr read = new Expr.RegisterRead(c.register, Fold.constant(1, 0));
      Expr field = Fold.extract(read, c.field.high(), c.field.low());
      draft.modesAreOf(c.field.type().orElseThrow());
      for (Map.Entry<String, Bits> e : c.field.type().orElseThrow().values().entrySet()) {
        modes.add(new Mode(e.getKey(), Fold.equal(field, e.getValue())));
      }
      return modes;
    }
    var d =
        Diagnostic.of(
            StateMistake.NO_MODES,
            candidates.isEmpty() && others.isEmpty()
                ? "no field has role M: which state is the mode?"
                : "the modes cannot be told from the fields of role M",
            machine.span(),
            candidates.size() + " enum fields and " + others.size() + " other fields of role M");
    for (Candidate c : candidates) {
      d = d.with(c.register.span(), "`" + c.field.name() + "` has role M");
    }
    for (Span s : others) {
      d = d.with(s, "has role M, but is no enum");
    }
    draft.problems.report(
        d.help("declare the modes, most privileged first: `mode Kernel when …;`"));
    return modes;
  }

  static Optional<Mode> find(Draft draft, Syntax.Name name) {
    Optional<Mode> mode =
        draft.modes.stream().filter(m -> m.name().equals(name.text())).findFirst();
    draft.glossary.mention("mode", "", name);
    if (mode.isEmpty() && !draft.modes.isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  NameMistake.UNKNOWN_MODE,
                  "there is no mode `" + name.text() + "`",
                  name.span(),
                  "not a mode")
              .help(
                  Spelling.advice(
                      name.text(), draft.modes.stream().map(Mode::name).toList(), "name a mode")));
    }
    return mode;
  }
}
