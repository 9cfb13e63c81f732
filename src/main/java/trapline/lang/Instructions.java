package trapline.lang;

import java.util.ArrayList;
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
import trapline.isa.Encoding;
import trapline.isa.Expr;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.Statement;
import trapline.isa.Template;

/// Lowers instructions, sees that no word belongs to two of them, and gives the rest to `reserved`.
final class Instructions {
  private final Draft draft;
  private final Meaning.Variable word;
  private final List<Instruction> lowered = new ArrayList<>();
  private final Map<String, Map<String, Meaning.Variable>> operands = new LinkedHashMap<>();
  private final Map<String, Syntax.Item.Instruction> syntax = new LinkedHashMap<>();
  private final Set<String> wrong = new LinkedHashSet<>();
  private boolean isDisjoint;

  Instructions(Draft draft, Meaning.Variable word) {
    this.draft = draft;
    this.word = word;
  }

  List<Instruction> lowered() {
    disjoint();
    return List.copyOf(lowered);
  }

  /// The names of instructions that have been reported.
  Set<String> wrong() {
    return wrong;
  }

  Map<String, Map<String, Meaning.Variable>> operands() {
    return operands;
  }

  void lower(Syntax.Item.Instruction item) {
    Optional<Encodings.Built> built =
        Encodings.build(
            draft,
            item.pattern(),
            item.patternSpan(),
            word.local().width(),
            item.template(),
            item.condition());
    if (built.isEmpty()) {
      wrong.add(item.name().text());
      return;
    }
    Scope scope = new Scope(null);
    built.get().operands().forEach(scope::declare);
    Body b = Body.of(draft, Site.body(Site.Kind.INSTRUCTION), scope);
    for (Syntax.Name guard : item.requires()) {
      Optional<Meaning> meaning = draft.lookup(guard);
      if (meaning.isPresent()
          && meaning.get() instanceof Meaning.Callable(Routine routine, boolean _, Span _)
          && routine.parameters().isEmpty()
          && routine.result() == null) {
        Calls.invoke(b, routine, List.of(), guard.span());
      } else {
        draft.problems.report(
            Diagnostic.of(
                    NameMistake.UNKNOWN_GUARD,
                    "there is no guard `" + guard.text() + "`",
                    guard.span(),
                    "not a guard")
                .help(
                    Spelling.advice(
                        guard.text(),
                        draft.guardNames(),
                        "declare it with `guard " + guard.text() + " { … }`")));
      }
    }
    Statements.lower(b, item.body());
    Encoding encoding = built.get().encoding();
    syntax.put(item.name().text(), item);
    operands.put(item.name().text(), built.get().operands());
    lowered.add(
        new Instruction(
            item.name().text(),
            encoding,
            new Statement.Block(b.out, item.body().span()),
            Rows.of(draft, item, encoding, built.get().operands()),
            item.cite().map(Syntax.Text::text),
            item.doc(),
            item.name().span()));
    Warnings.operands(draft, item, built.get().operands());
  }

  // ------------------------------------------------------------------ no word twice

  private void disjoint() {
    if (isDisjoint) {
      return;
    }
    isDisjoint = true;
    overrides();
    for (Overlap.Pair pair :
        Overlap.candidates(lowered.stream().map(Instruction::encoding).toList())) {
      Instruction a = lowered.get(pair.first());
      Instruction b = lowered.get(pair.second());
      Overlap.witness(a.encoding(), b.encoding()).ifPresent(w -> overlap(a, b, w));
    }
    Map<String, Instruction> rows = new LinkedHashMap<>();
    for (Instruction i : lowered) {
      for (Instruction.Row r : i.rows()) {
        Instruction other = rows.putIfAbsent(r.name(), i);
        if (other != null) {
          draft.problems.report(
              Diagnostic.of(
                      EncodingMistake.DUPLICATE_ROW,
                      "two rows are called `" + r.name() + "`",
                      i.span(),
                      "a row of `" + i.name() + "`")
                  .with(other.span(), "a row of `" + other.name() + "`")
                  .help("make the operand that tells them apart part of the name"));
          break;
        }
      }
    }
  }

  private void overlap(Instruction a, Instruction b, Bits witness) {
    draft.problems.report(
        Diagnostic.of(
                EncodingMistake.OVERLAPPING_ENCODINGS,
                "`" + a.name() + "` and `" + b.name() + "` share the word " + witness.toHex(),
                java.util.Objects.requireNonNull(syntax.get(b.name())).patternSpan(),
                "`" + b.name() + "`")
            .with(
                java.util.Objects.requireNonNull(syntax.get(a.name())).patternSpan(),
                "`" + a.name() + "`")
            .help(
                "make a constant differ, add a decode condition `if …`, or write `overrides "
                    + a.name()
                    + "`"));
  }

  /// Takes the words of an overriding instruction from those it overrides.
  private void overrides() {
    for (Syntax.Item.Instruction item : List.copyOf(syntax.values())) {
      for (Syntax.Name name : item.overrides()) {
        int at = index(name.text());
        int by = index(item.name().text());
        if (wrong.contains(name.text())) {
          continue;
        }
        if (at < 0) {
          draft.problems.report(
              Diagnostic.of(
                      EncodingMistake.BAD_OVERRIDE,
                      "there is no instruction `" + name.text() + "` to override",
                      name.span(),
                      "not an instruction")
                  .help(Spelling.advice(name.text(), syntax.keySet(), "name an instruction")));
          continue;
        }
        Instruction below = lowered.get(at);
        Encoding over = lowered.get(by).encoding();
        if (Overlap.witness(below.encoding(), over).isEmpty()) {
          draft.problems.report(
              Diagnostic.of(
                      EncodingMistake.BAD_OVERRIDE,
                      "`" + item.name().text() + "` and `" + name.text() + "` share no word",
                      name.span(),
                      "nothing is overridden")
                  .help("remove `overrides " + name.text() + "`"));
          continue;
        }
        Bits operandBits = operandBits(below.encoding());
        if (!over.mask().and(below.encoding().mask().or(operandBits).not()).isZero()) {
          draft.problems.report(
              Diagnostic.of(
                      EncodingMistake.BAD_OVERRIDE,
                      "`"
                          + item.name().text()
                          + "` is told from `"
                          + name.text()
                          + "` by bits that `"
                          + name.text()
                          + "` ignores",
                      name.span(),
                      "cannot be expressed")
                  .help("make the ignored bits an operand, or constant"));
          continue;
        }
        Expr taken = Words.matches(over, word(below.encoding()));
        Expr left = Fold.not(taken);
        Optional<Expr> condition =
            Optional.of(below.encoding().condition().map(c -> Fold.and(c, left)).orElse(left));
        Encoding e = below.encoding();
        lowered.set(
            at,
            new Instruction(
                below.name(),
                new Encoding(e.mask(), e.match(), e.operands(), condition, e.template()),
                below.body(),
                below.rows(),
                below.cite(),
                below.doc(),
                below.span()));
      }
    }
  }

  private int index(String name) {
    for (int i = 0; i < lowered.size(); i++) {
      if (lowered.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static Bits operandBits(Encoding e) {
    Bits bits = Bits.zero(e.width());
    for (Encoding.Operand o : e.operands()) {
      for (Encoding.Piece p : o.pieces()) {
        bits = bits.insert(p.at() + p.width() - 1, p.at(), Bits.ones(p.width()));
      }
    }
    return bits;
  }

  /// The word as an expression over the operands; zeros where it ignores bits.
  private static Expr word(Encoding e) {
    Expr word = new Expr.Constant(e.match());
    for (Encoding.Operand o : e.operands()) {
      for (Encoding.Piece p : o.pieces()) {
        word =
            Fold.insert(
                word,
                p.at() + p.width() - 1,
                p.at(),
                Fold.extract(o.local(), p.low() + p.width() - 1, p.low()));
      }
    }
    return word;
  }

  // ------------------------------------------------------------------ what is left over

  /// Every word that is no other instruction: one operand, the word itself.
  Instruction reserved(Syntax.Item.@Nullable Reserved item, Span machine) {
    disjoint();
    Local whole = new Local("word", word.local().width());
    List<Cubes.Cube> cubes = new ArrayList<>();
    List<Expr> others = new ArrayList<>();
    for (Instruction i : lowered) {
      if (i.encoding().condition().isEmpty()) {
        cubes.add(new Cubes.Cube(i.encoding().mask(), i.encoding().match()));
      } else {
        others.add(Words.matches(i.encoding(), whole));
      }
    }
    List<Expr> taken = new ArrayList<>();
    Cubes.merged(cubes).forEach(c -> taken.add(Words.fits(c.mask(), c.match(), whole)));
    taken.addAll(others);
    Expr left = Fold.not(Cubes.any(taken));
    int width = whole.width();
    Encoding encoding =
        new Encoding(
            Bits.zero(width),
            Bits.zero(width),
            List.of(new Encoding.Operand(whole, List.of(new Encoding.Piece(0, 0, width)))),
            Optional.of(left),
            new Template(
                List.of(
                    new Template.Text("reserved "),
                    new Template.Slot(whole, new Template.Style.Unsigned(16)))));
    Body b = Body.of(draft, Site.body(Site.Kind.INSTRUCTION), new Scope(null));
    Span span = machine;
    if (item != null) {
      span = item.span();
      Statements.lower(b, item.body());
    }
    return new Instruction(
        "reserved",
        encoding,
        new Statement.Block(b.out, span),
        List.of(new Instruction.Row("reserved", Map.of(), Optional.empty())),
        Optional.empty(),
        "Every word that is no other instruction.",
        span);
  }
}
