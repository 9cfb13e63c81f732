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

  /// Instructions whose operands tell by their first bits how long they are, so that no two of
  /// their encodings share a word.
  private final Set<String> telling = new LinkedHashSet<>();

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
    if (built.get().operands().values().stream()
        .allMatch(v -> !(v.type() instanceof Type.OfKind(Kind k)) || k.isPrefixFree())) {
      telling.add(item.name().text());
    }
    syntax.put(item.name().text(), item);
    operands.put(item.name().text(), built.get().operands());
    lowered.add(
        new Instruction(
            item.name().text(),
            built.get().encodings(),
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
    List<Instruction> owners = new ArrayList<>();
    List<Encoding> encodings = new ArrayList<>();
    for (Instruction i : lowered) {
      i.encodings()
          .forEach(e -> {
            owners.add(i);
            encodings.add(e);
          });
    }
    Overlap overlap = new Overlap();
    for (Overlap.Pair pair : Overlap.candidates(encodings)) {
      Encoding a = encodings.get(pair.first());
      Encoding b = encodings.get(pair.second());
      if (owners.get(pair.first()) == owners.get(pair.second())
          && telling.contains(owners.get(pair.first()).name())) {
        continue;
      }
      overlap
          .common(a, b)
          .ifPresent(w -> overlap(owners.get(pair.first()), a, owners.get(pair.second()), b, w));
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

  private void overlap(Instruction a, Encoding of, Instruction b, Encoding other, Bits witness) {
    int length = Math.max(of.length(), other.length());
    String word = witness.extract(witness.width() - 1, witness.width() - length).toHex();
    Instruction shorter = of.length() < other.length() ? a : b;
    Instruction longer = shorter == a ? b : a;
    draft.problems.report(
        Diagnostic.of(
                EncodingMistake.OVERLAPPING_ENCODINGS,
                of.length() == other.length()
                    ? "`" + a.name() + "` and `" + b.name() + "` share the word " + word
                    : "`" + longer.name() + "` may begin with `" + shorter.name() + "`: " + word,
                java.util.Objects.requireNonNull(syntax.get(b.name())).patternSpan(),
                "`" + b.name() + "`")
            .with(
                java.util.Objects.requireNonNull(syntax.get(a.name())).patternSpan(),
                "`" + a.name() + "`")
            .help(
                of.length() == other.length()
                    ? "make a constant differ, add a decode condition `if …`, or write `overrides "
                        + a.name()
                        + "`"
                    : "make a constant differ that both have, or add a decode condition `if …`"));
  }

  /// Takes the words of an overriding instruction from those it overrides.
  private void overrides() {
    for (Syntax.Item.Instruction item : List.copyOf(syntax.values())) {
      for (Syntax.Name name : item.overrides()) {
        draft.glossary.mention(Glossary.INSTRUCTION, "", name);
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
        List<Encoding> over = lowered.get(by).encodings();
        List<Encoding> left = new ArrayList<>();
        boolean isShared = false;
        boolean isTold = true;
        for (Encoding e : below.encodings()) {
          Optional<Expr> condition = e.condition();
          for (Encoding o : over) {
            if (Overlap.witness(e, o).isPresent()) {
              isShared = true;
              isTold &= o.mask().and(e.mask().or(operandBits(e)).not()).isZero();
              Expr rest = Fold.not(Words.matches(o, word(e)));
              condition = Optional.of(condition.map(c -> Fold.and(c, rest)).orElse(rest));
            }
          }
          left.add(
              new Encoding(
                  e.mask(),
                  e.match(),
                  e.operands(),
                  condition,
                  e.template(),
                  e.length(),
                  condition.map(c -> Overlap.decided(c, e.operands(), e.width())).orElse(0)));
        }
        if (!isShared) {
          draft.problems.report(
              Diagnostic.of(
                      EncodingMistake.BAD_OVERRIDE,
                      "`" + item.name().text() + "` and `" + name.text() + "` share no word",
                      name.span(),
                      "nothing is overridden")
                  .help("remove `overrides " + name.text() + "`"));
          continue;
        }
        if (!isTold) {
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
        lowered.set(
            at,
            new Instruction(
                below.name(),
                left,
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

  /// Every word that is no other instruction: one operand, the word itself. Its encodings are the
  /// lengths at which it can become clear that no instruction follows.
  Instruction reserved(Syntax.Item.@Nullable Reserved item, Span machine) {
    disjoint();
    Local whole = new Local("word", word.local().width());
    int unit = draft.unit == null ? whole.width() : draft.unit.width();
    List<Encoding> encodings = new ArrayList<>();
    lowered.forEach(i -> encodings.addAll(i.encodings()));
    List<Encoding> forms = new ArrayList<>();
    for (int length = unit; length <= whole.width(); length += unit) {
      if (length == unit || canFailAt(encodings, length, unit)) {
        forms.add(nothingElse(encodings, whole, length, unit));
      }
    }
    Body b = Body.of(draft, Site.body(Site.Kind.INSTRUCTION), new Scope(null));
    Span span = machine;
    if (item != null) {
      span = item.span();
      Statements.lower(b, item.body());
    }
    return new Instruction(
        "reserved",
        forms,
        new Statement.Block(b.out, span),
        List.of(new Instruction.Row("reserved", Map.of(), Optional.empty())),
        Optional.empty(),
        "Every word that is no other instruction.",
        span);
  }

  /// Whether what goes on before the last unit of `length` bits may turn out to be nothing with it.
  private static boolean canFailAt(List<Encoding> encodings, int length, int unit) {
    return encodings.stream()
        .filter(e -> e.length() >= length)
        .anyMatch(e -> {
          int low = e.width() - length;
          return !e.mask().extract(low + unit - 1, low).isZero()
              || (e.decided() > length - unit && e.decided() <= length);
        });
  }

  /// The words of which it is clear after `length` bits, and not before, that they are nothing
  /// else.
  private static Encoding nothingElse(List<Encoding> encodings, Local whole, int length, int unit) {
    int width = whole.width();
    List<Expr> taken = new ArrayList<>();
    List<Cubes.Cube> cubes = new ArrayList<>();
    for (Encoding e : encodings) {
      if (e.length() <= length) {
        if (e.condition().isEmpty()) {
          cubes.add(new Cubes.Cube(e.mask(), e.match()));
        } else {
          taken.add(Words.matches(e, whole));
        }
      }
    }
    List<Expr> any = new ArrayList<>(goingOn(encodings, whole, length, cubes));
    Cubes.merged(cubes).forEach(c -> any.add(Words.fits(c.mask(), c.match(), whole)));
    any.addAll(taken);
    Expr left = Fold.not(Cubes.any(any));
    if (length > unit) {
      List<Cubes.Cube> before = new ArrayList<>();
      List<Expr> went = new ArrayList<>(goingOn(encodings, whole, length - unit, before));
      Cubes.merged(before).forEach(c -> went.add(Words.fits(c.mask(), c.match(), whole)));
      left = Fold.and(Cubes.any(went), left);
    }
    int low = width - length;
    return new Encoding(
        Bits.zero(width),
        Bits.zero(width),
        List.of(new Encoding.Operand(whole, List.of(new Encoding.Piece(low, low, length)))),
        Optional.of(left),
        new Template(
            List.of(
                new Template.Text("reserved "),
                new Template.Slot(whole, new Template.Style.Unsigned(16)))),
        length,
        length);
  }

  /// That the first `length` bits are the beginning of an instruction that goes on; what needs no
  /// condition is added to `cubes`.
  private static List<Expr> goingOn(
      List<Encoding> encodings, Local whole, int length, List<Cubes.Cube> cubes) {
    int width = whole.width();
    List<Expr> conditions = new ArrayList<>();
    for (Encoding e : encodings) {
      if (e.length() > length) {
        Bits seen = Bits.zero(width).insert(width - 1, width - length, Bits.ones(length));
        Bits mask = e.mask().and(seen);
        Bits match = e.match().and(seen);
        if (e.condition().isEmpty() || e.decided() > length) {
          cubes.add(new Cubes.Cube(mask, match));
        } else {
          conditions.add(
              Fold.and(
                  Words.fits(mask, match, whole),
                  Words.substitute(e.condition().get(), Words.operands(e, whole))));
        }
      }
    }
    return conditions;
  }
}
