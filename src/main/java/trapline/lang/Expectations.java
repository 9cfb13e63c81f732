package trapline.lang;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Assumption;
import trapline.isa.Encoding;
import trapline.isa.Expectation;
import trapline.isa.Expr;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Property;
import trapline.isa.Theorem;

/// Resolves `expect` lines: subjects to rows, claims to properties, hypotheses to assumptions.
///
/// A subject is an instruction, or the mnemonic of one row. `when` on a `choice` keeps the line
/// only in the instances where it holds; `when` on operands selects rows.
final class Expectations {
  private final Draft draft;
  private final Map<String, Instruction> instructions = new LinkedHashMap<>();
  private final Map<String, Map<String, Meaning.Variable>> operands;
  private final Instruction reserved;
  private final List<Assumption> assumptions;
  private final Set<String> wrong;

  Expectations(
      Draft draft,
      List<Instruction> instructions,
      Map<String, Map<String, Meaning.Variable>> operands,
      Instruction reserved,
      List<Assumption> assumptions,
      Set<String> wrong) {
    this.draft = draft;
    this.wrong = wrong;
    this.operands = operands;
    this.reserved = reserved;
    this.assumptions = assumptions;
    instructions.forEach(i -> this.instructions.put(i.name(), i));
  }

  List<Expectation> lower(Inheritance.Flat flat) {
    List<Expectation> made = new ArrayList<>();
    Set<String> own = new LinkedHashSet<>();
    for (Syntax.Item.Expect e : flat.expectations()) {
      lower(e, e.subjects(), e.claims()).ifPresent(made::add);
      keys(e, own);
    }
    List<Expectation> before = new ArrayList<>();
    for (Syntax.Item.Expect e : flat.inheritedExpectations()) {
      List<Syntax.Subject> subjects =
          e.subjects().stream()
              .filter(s -> !s.name().text().equals("machine") && isKnown(s.name().text()))
              .toList();
      Map<List<Syntax.Claim>, List<Syntax.Subject>> together = new LinkedHashMap<>();
      for (Syntax.Subject s : subjects) {
        List<Syntax.Claim> claims =
            e.claims().stream().filter(c -> !own.contains(key(e, s, c))).toList();
        together.computeIfAbsent(claims, _ -> new ArrayList<>()).add(s);
      }
      together.forEach((claims, of) -> {
        if (!claims.isEmpty()) {
          lower(e, of, claims).ifPresent(before::add);
        }
      });
    }
    before.addAll(made);
    return before;
  }

  private boolean isKnown(String name) {
    return name.equals("reserved") || instructions.containsKey(name) || row(name).isPresent();
  }

  private static void keys(Syntax.Item.Expect e, Set<String> keys) {
    e.subjects().forEach(s -> e.claims().forEach(c -> keys.add(key(e, s, c))));
  }

  private static String key(Syntax.Item.Expect e, Syntax.Subject s, Syntax.Claim c) {
    return s.name().text()
        + "|"
        + s.when().map(w -> w.span().text()).orElse("")
        + "|"
        + String.join(",", e.under().stream().map(Syntax.Name::text).toList())
        + "|"
        + c.name().text()
        + "|"
        + String.join(",", c.arguments().stream().map(Syntax.Name::text).toList());
  }

  private Optional<Expectation> lower(
      Syntax.Item.Expect e, List<Syntax.Subject> subjects, List<Syntax.Claim> claims) {
    int before = draft.problems.errors();
    List<Assumption> under = new ArrayList<>();
    for (Syntax.Name name : e.under()) {
      draft.glossary.mention("assumption", "", name);
      assumptions.stream()
          .filter(a -> a.name().equals(name.text()))
          .findFirst()
          .ifPresentOrElse(
              under::add,
              () ->
                  draft.problems.report(
                      Diagnostic.of(
                              ClaimMistake.UNKNOWN_ASSUMPTION,
                              "there is no assumption `" + name.text() + "`",
                              name.span(),
                              "not declared")
                          .help(
                              Spelling.advice(
                                  name.text(),
                                  assumptions.stream().map(Assumption::name).toList(),
                                  "declare it with `assume " + name.text() + " : condition;`"))));
    }
    List<Expectation.Subject> resolved = new ArrayList<>();
    boolean ofMachine = subjects.stream().anyMatch(s -> s.name().text().equals("machine"));
    for (Syntax.Subject s : subjects) {
      if (s.name().text().equals("machine") != ofMachine) {
        draft.problems.report(
            Diagnostic.of(
                    ClaimMistake.UNKNOWN_SUBJECT,
                    "the machine and instructions have different properties",
                    s.span(),
                    "another sort of subject")
                .with(subjects.getFirst().span(), "the first subject")
                .help("write two `expect` lines"));
        return Optional.empty();
      }
      subject(s).ifPresent(resolved::add);
    }
    List<Expectation.Claim> made = new ArrayList<>();
    for (Syntax.Claim c : claims) {
      claim(c, ofMachine).ifPresent(made::add);
    }
    return draft.problems.errors() > before || resolved.isEmpty() || made.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Expectation(resolved, under, made, e.cite().map(Syntax.Text::text), e.span()));
  }

  // ------------------------------------------------------------------ subjects

  private Optional<Expectation.Subject> subject(Syntax.Subject s) {
    String name = s.name().text();
    if (name.equals("machine")) {
      if (s.when().isPresent()) {
        Expr c = Expressions.condition(Body.outside(draft), s.when().get());
        if (!(c instanceof Expr.Constant)) {
          undecided(
              s.when().get(), "a condition on parameters and choices is needed for the machine");
          return Optional.empty();
        }
        return Fold.isTrue(c) ? Optional.of(new Expectation.Subject.OfMachine()) : Optional.empty();
      }
      return Optional.of(new Expectation.Subject.OfMachine());
    }
    draft.glossary.mention(Glossary.INSTRUCTION, "", s.name());
    Instruction instruction = name.equals("reserved") ? reserved : instructions.get(name);
    List<Instruction.Row> rows;
    if (instruction != null) {
      rows = instruction.rows();
    } else {
      Optional<Instruction> holder = row(name);
      if (holder.isEmpty() && !wrong.isEmpty()) {
        // It may be a row of an instruction that has been reported.
        return Optional.empty();
      }
      if (holder.isEmpty()) {
        Set<String> known = new LinkedHashSet<>(instructions.keySet());
        known.add("reserved");
        known.add("machine");
        instructions.values().forEach(i -> i.rows().forEach(r -> known.add(r.name())));
        draft.problems.report(
            Diagnostic.of(
                    ClaimMistake.UNKNOWN_SUBJECT,
                    "there is no instruction `" + name + "`",
                    s.name().span(),
                    "nothing to expect of")
                .help(
                    Spelling.advice(
                        name, known, "name an instruction, a row, `reserved` or `machine`")));
        return Optional.empty();
      }
      instruction = holder.get();
      rows = instruction.rows().stream().filter(r -> r.name().equals(name)).toList();
    }
    String text = name + s.when().map(w -> " when " + w.span().text()).orElse("");
    if (s.when().isEmpty()) {
      return Optional.of(new Expectation.Subject.OfRows(text, instruction, rows));
    }
    List<Instruction.Row> selected = select(s.when().get(), instruction, rows);
    return selected == null || selected.isEmpty()
        ? Optional.empty()
        : Optional.of(new Expectation.Subject.OfRows(text, instruction, selected));
  }

  private Optional<Instruction> row(String name) {
    return instructions.values().stream()
        .filter(i -> i.rows().stream().anyMatch(r -> r.name().equals(name)))
        .findFirst();
  }

  /// The rows of which the condition holds; null after a report, empty where it is about another
  /// instance.
  private @Nullable List<Instruction.Row> select(
      Syntax.Expression when, Instruction instruction, List<Instruction.Row> rows) {
    Scope scope = new Scope(null);
    operands.getOrDefault(instruction.name(), Map.of()).forEach(scope::declare);
    int before = draft.problems.errors();
    Expr condition = Expressions.condition(Body.of(draft, Site.condition(), scope), when);
    if (draft.problems.errors() > before) {
      return null;
    }
    if (condition instanceof Expr.Constant) {
      return Fold.isTrue(condition) ? rows : List.of();
    }
    Set<Local> locals = new LinkedHashSet<>();
    instruction.encoding().operands().forEach(o -> locals.add(o.local()));
    if (!Words.isOver(condition, locals)) {
      undecided(
          when, "`when` selects rows by their operands, not by state; use `assume` and `under`");
      return null;
    }
    List<Instruction.Row> selected = new ArrayList<>();
    for (Instruction.Row row : rows) {
      Boolean holds = decide(condition, row, instruction.encodings());
      if (holds == null) {
        var d =
            Diagnostic.of(
                ClaimMistake.BAD_SELECTION,
                "row `" + row.name() + "` is neither in nor out",
                when.span(),
                "depends on operands that rows do not fix");
        draft.problems.report(
            d.with(instruction.span(), "the instruction").help("add the operand to `split`"));
        return null;
      }
      if (holds) {
        selected.add(row);
      }
    }
    if (selected.isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  ClaimMistake.BAD_SELECTION,
                  "no row of `" + instruction.name() + "` satisfies this",
                  when.span(),
                  "selects nothing")
              .help(
                  "the rows are "
                      + Spelling.listed(
                          rows.stream().limit(12).map(Instruction.Row::name).toList())));
      return null;
    }
    return selected;
  }

  /// Does the condition hold of all words of the row, of none (false), or of some (null)?
  private static @Nullable Boolean decide(
      Expr condition, Instruction.Row row, List<Encoding> encodings) {
    Map<Local, Expr> fixed = new LinkedHashMap<>();
    row.fixed().forEach((l, v) -> fixed.put(l, new Expr.Constant(v)));
    Expr c = Words.substitute(condition, fixed);
    if (c instanceof Expr.Constant(Bits v)) {
      return v.isTrue();
    }
    boolean some = false;
    boolean others = false;
    for (Encoding encoding : encodings) {
      Expr restriction = Fold.TRUE;
      if (row.condition().isPresent()) {
        restriction = Words.substitute(row.condition().get(), fixed);
      }
      if (encoding.condition().isPresent()) {
        restriction = Fold.and(restriction, Words.substitute(encoding.condition().get(), fixed));
      }
      Local word = new Local("word", encoding.width());
      Map<Local, Expr> operands = Words.operands(encoding, word);
      Expr in = Words.substitute(Fold.and(restriction, c), operands);
      Expr out = Words.substitute(Fold.and(restriction, Fold.not(c)), operands);
      some |= Overlap.search(in, word, encoding.mask(), encoding.match()).isPresent();
      others |= Overlap.search(out, word, encoding.mask(), encoding.match()).isPresent();
    }
    return (some && others) ? null : Boolean.valueOf(some);
  }

  private void undecided(Syntax.Expression when, String why) {
    draft.problems.report(
        Diagnostic.of(ClaimMistake.BAD_SELECTION, why, when.span(), "cannot be decided per row"));
  }

  // ------------------------------------------------------------------ claims

  private Optional<Expectation.Claim> claim(Syntax.Claim c, boolean ofMachine) {
    if (ofMachine) {
      Optional<Theorem> theorem = Theorem.of(c.name().text());
      if (theorem.isEmpty() || !c.arguments().isEmpty()) {
        unknown(c, Arrays.stream(Theorem.values()).map(Theorem::word).toList(), "of a machine");
        return Optional.empty();
      }
      return Optional.of(new Expectation.Claim.OfMachine(theorem.get(), c.negated()));
    }
    Optional<Property> property = Property.of(c.name().text());
    if (property.isEmpty()) {
      unknown(
          c, Arrays.stream(Property.values()).map(Property::word).toList(), "of an instruction");
      return Optional.empty();
    }
    if (c.arguments().isEmpty()) {
      return Optional.of(
          new Expectation.Claim.OfRow(property.get(), Optional.empty(), c.negated()));
    }
    Optional<Property> way = way(c.arguments().getFirst().text());
    boolean narrows =
        property.get() == Property.BEHAVIOR_SENSITIVE
            || property.get() == Property.USER_SENSITIVE
            || property.get() == Property.SUPERVISOR_SENSITIVE;
    if (way.isEmpty()
        || !narrows
        || c.arguments().size() > 1
        || (property.get() == Property.BEHAVIOR_SENSITIVE
            && way.get() == Property.CONTROL_SENSITIVE)) {
      draft.problems.report(
          Diagnostic.of(
                  ClaimMistake.UNKNOWN_CLAIM,
                  "`" + c.name().text() + "` is not narrowed so",
                  c.arguments().getFirst().span(),
                  "not a way to be " + c.name().text())
              .help(
                  "the ways are `location`, `mode`, `resource`, `clock`"
                      + (property.get() == Property.BEHAVIOR_SENSITIVE ? "" : ", `control`")));
      return Optional.empty();
    }
    return Optional.of(
        property.get() == Property.BEHAVIOR_SENSITIVE
            ? new Expectation.Claim.OfRow(way.get(), Optional.empty(), c.negated())
            : new Expectation.Claim.OfRow(property.get(), way, c.negated()));
  }

  private static Optional<Property> way(String word) {
    return switch (word) {
      case "location" -> Optional.of(Property.LOCATION_SENSITIVE);
      case "mode" -> Optional.of(Property.MODE_SENSITIVE);
      case "resource" -> Optional.of(Property.RESOURCE_SENSITIVE);
      case "clock", "time" -> Optional.of(Property.CLOCK_SENSITIVE);
      case "control" -> Optional.of(Property.CONTROL_SENSITIVE);
      default -> Optional.empty();
    };
  }

  private void unknown(Syntax.Claim c, List<String> known, String of) {
    Span span = c.name().span();
    draft.problems.report(
        Diagnostic.of(
                ClaimMistake.UNKNOWN_CLAIM,
                "`" + c.name().text() + "` is no property " + of,
                span,
                "not a claim")
            .help(
                Spelling.advice(
                    c.name().text(), known, "the claims are " + Spelling.listed(known))));
  }
}
