package trapline.lang;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.Diagnostic;
import trapline.diag.Span;
import trapline.isa.Cause;
import trapline.isa.Expr;
import trapline.isa.Local;
import trapline.isa.Statement;
import trapline.isa.TrapEntry;
import trapline.isa.TrapLine;

/// The tables of causes and the trap sequences.
///
/// A cause's arguments are extended with zeros to the entry's parameters when the cause is raised.
final class Traps {
  /// A cause as bodies see it: what it is raised with.
  record Declared(Cause cause, List<Type> types) {}

  private record Line(Syntax.TrapLine syntax, Cause cause, Syntax.Item.TrapEntry entry) {}

  private final Draft draft;
  private final Map<String, Syntax.Item.TrapEntry> entries = new LinkedHashMap<>();
  private final Map<String, List<Meaning.Variable>> parameters = new LinkedHashMap<>();
  private final List<Line> lines = new ArrayList<>();

  Traps(Draft draft) {
    this.draft = draft;
  }

  /// Declares the causes, so that bodies can raise them.
  void declare(List<Syntax.Item.TrapEntry> sequences, List<Syntax.Item.Traps> tables) {
    for (Syntax.Item.TrapEntry e : sequences) {
      entries.put(e.name().text(), e);
      draft.glossary.declare("trap sequence", "", e.name(), "");
      parameters.put(e.name().text(), Bodies.parameters(draft, e.parameters()));
    }
    for (Syntax.Item.Traps table : tables) {
      Syntax.Item.TrapEntry entry = entries.get(table.entry().text());
      draft.glossary.mention("trap sequence", "", table.entry());
      if (entry == null) {
        draft.problems.report(
            Diagnostic.of(
                    NameMistake.UNKNOWN_NAME,
                    "there is no trap sequence `" + table.entry().text() + "`",
                    table.entry().span(),
                    "not declared")
                .help(
                    Spelling.advice(
                        table.entry().text(),
                        entries.keySet(),
                        "declare it with `trap "
                            + table.entry().text()
                            + "(code: bits(8)) { … }`")));
      }
      Map<BigInteger, Syntax.TrapLine> codes = new LinkedHashMap<>();
      for (Syntax.TrapLine line : table.lines()) {
        Syntax.TrapLine same = codes.putIfAbsent(line.code(), line);
        if (same != null) {
          draft.problems.report(
              Diagnostic.of(
                      StateMistake.DUPLICATE_VALUE,
                      "two causes have the code " + line.code(),
                      line.name().span(),
                      "code " + line.code() + " again")
                  .with(same.name().span(), "first here"));
        }
        declare(line, entry);
      }
    }
  }

  private void declare(Syntax.TrapLine line, Syntax.Item.@Nullable TrapEntry entry) {
    List<Meaning.Variable> slots =
        entry == null ? List.of() : parameters.getOrDefault(entry.name().text(), List.of());
    Optional<Cause.Kind> kind =
        Arrays.stream(Cause.Kind.values())
            .filter(k -> k.word().equals(line.kind().text()))
            .findFirst();
    if (kind.isEmpty()) {
      List<String> kinds = Arrays.stream(Cause.Kind.values()).map(Cause.Kind::word).toList();
      draft.problems.report(
          Diagnostic.of(
                  TrapMistake.UNKNOWN_TRAP_KIND,
                  "there is no kind of trap `" + line.kind().text() + "`",
                  line.kind().span(),
                  "not a kind")
              .help(
                  Spelling.advice(
                      line.kind().text(), kinds, "the kinds are " + Spelling.listed(kinds))));
    }
    boolean isInterrupt = kind.orElse(Cause.Kind.PROGRAM) == Cause.Kind.INTERRUPT;
    if (kind.isPresent() && isInterrupt && line.when().isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  TrapMistake.BAD_INTERRUPT,
                  "`" + line.name().text() + "` does not say when it happens",
                  line.name().span(),
                  "an interrupt without `when`")
              .help("add `when condition`"));
    }
    if (kind.isPresent() && !isInterrupt && (line.when().isPresent() || line.ack().isPresent())) {
      Span span =
          line.when().map(Syntax.Expression::span).orElseGet(() -> line.ack().orElseThrow().span());
      draft.problems.report(
          Diagnostic.of(
                  TrapMistake.BAD_INTERRUPT,
                  "only an interrupt has `when` and `ack`",
                  span,
                  "of a cause of kind `" + line.kind().text() + "`")
              .with(line.kind().span(), "its kind")
              .help("make it an `interrupt`, or remove this"));
    }
    if (isInterrupt && !line.parameters().isEmpty()) {
      draft.problems.report(
          Diagnostic.of(
                  TrapMistake.BAD_INTERRUPT,
                  "an interrupt has no arguments",
                  line.parameters().getFirst().span(),
                  "nobody gives them")
              .help("read what it needs in the trap sequence"));
    }
    List<Meaning.Variable> declared = Bodies.parameters(draft, line.parameters());
    List<Local> locals = new ArrayList<>();
    for (int i = 0; i < declared.size(); i++) {
      Meaning.Variable p = declared.get(i);
      if (entry == null) {
        locals.add(p.local());
      } else if (i + 1 >= slots.size()) {
        draft.problems.report(
            Diagnostic.of(
                    TrapMistake.TRAP_ARGUMENTS,
                    "`" + entry.name().text() + "` has no parameter for `" + p.local().name() + "`",
                    p.span(),
                    "argument " + (i + 1))
                .with(
                    entry.name().span(),
                    "takes the code and " + Math.max(0, slots.size() - 1) + " arguments"));
        locals.add(p.local());
      } else {
        Local slot = slots.get(i + 1).local();
        if (p.local().width() > slot.width() && !(slots.get(i + 1).type() instanceof Type.Poison)) {
          draft.problems.report(
              Diagnostic.of(
                      TrapMistake.TRAP_ARGUMENTS,
                      "`" + p.local().name() + "` does not fit `" + slot.name() + "`",
                      p.span(),
                      p.type().text())
                  .with(slots.get(i + 1).span(), slots.get(i + 1).type().text()));
        }
        locals.add(new Local(p.local().name(), slot.width()));
      }
    }
    int width =
        slots.isEmpty() ? Math.max(1, line.code().bitLength()) : slots.getFirst().local().width();
    boolean isSound = slots.isEmpty() || !(slots.getFirst().type() instanceof Type.Poison);
    if (line.code().bitLength() > width && isSound) {
      draft.problems.report(
          Diagnostic.of(
                  TypeMistake.LITERAL_TOO_WIDE,
                  "code " + line.code() + " does not fit " + width + " bits",
                  line.name().span(),
                  "needs " + line.code().bitLength() + " bits")
              .with(slots.getFirst().span(), "takes the code"));
    }
    Cause cause =
        new Cause(
            line.name().text(),
            Bits.wrap(width, line.code()),
            locals,
            kind.orElse(Cause.Kind.PROGRAM),
            line.span());
    draft.glossary.declare("trap", "", line.name(), "= " + line.code() + ", " + line.kind().text());
    Declared before =
        draft.causes.putIfAbsent(
            cause.name(),
            new Declared(cause, declared.stream().map(Meaning.Variable::type).toList()));
    if (before != null) {
      draft.problems.report(
          Diagnostic.of(
                  NameMistake.DUPLICATE_NAME,
                  "two causes are called `" + cause.name() + "`",
                  line.name().span(),
                  "again here")
              .with(before.cause().span(), "first here"));
    } else if (entry != null) {
      lines.add(new Line(line, cause, entry));
    }
  }

  static Flow raise(Body b, Syntax.Statement.Trap s) {
    switch (b.site.kind()) {
      case INSTRUCTION, FUNCTION, SPACE, FETCH -> {}
      case TRAP_ENTRY, AFTER, ACKNOWLEDGE, CONDITION, MONITOR, TEST ->
          b.report(
              Diagnostic.of(
                      BodyMistake.MISPLACED_STATEMENT,
                      "`trap` has no meaning here",
                      s.span(),
                      "no instruction is being executed")
                  .help(
                      b.site.kind() == Site.Kind.MONITOR
                          ? "leave out what cannot be mapped: `map(…) where CONDITION { … }`"
                          : "only instructions, fetches and spaces trap, and what they call"));
    }
    Declared declared = b.draft.causes.get(s.cause().text());
    b.draft.glossary.mention("trap", "", s.cause());
    if (declared == null) {
      b.report(
          Diagnostic.of(
                  NameMistake.UNKNOWN_CAUSE,
                  "no table of traps lists `" + s.cause().text() + "`",
                  s.cause().span(),
                  "not a cause")
              .help(
                  Spelling.advice(
                      s.cause().text(), b.draft.causes.keySet(), "add it to `traps via … { }`")));
      return Flow.ENDS;
    }
    Cause cause = declared.cause();
    Optional<List<Expr>> arguments =
        Calls.arguments(
            b,
            s.arguments(),
            cause.name(),
            cause.parameters().stream().map(Local::name).toList(),
            declared.types(),
            s.span(),
            cause.span());
    if (arguments.isPresent()) {
      List<Expr> extended = new ArrayList<>();
      for (int i = 0; i < arguments.get().size(); i++) {
        extended.add(Fold.resize(arguments.get().get(i), cause.parameters().get(i).width()));
      }
      b.emit(new Statement.Raise(cause, extended));
    }
    return Flow.ENDS;
  }

  /// Lowers the sequences and conditions, once everything is declared.
  List<TrapLine> lower() {
    Map<String, TrapEntry> lowered = new LinkedHashMap<>();
    for (Syntax.Item.TrapEntry e : entries.values()) {
      List<Meaning.Variable> slots = parameters.getOrDefault(e.name().text(), List.of());
      Scope scope = new Scope(null);
      slots.forEach(p -> scope.declare(p.local().name(), p));
      Body b = Body.of(draft, Site.body(Site.Kind.TRAP_ENTRY), scope);
      Statements.lower(b, e.body());
      lowered.put(
          e.name().text(),
          new TrapEntry(
              e.name().text(),
              slots.stream().map(Meaning.Variable::local).toList(),
              new Statement.Block(b.out, e.body().span()),
              e.span()));
    }
    List<TrapLine> table = new ArrayList<>();
    for (Line line : lines) {
      Optional<Expr> when =
          line.syntax.when().map(w -> Expressions.condition(Body.outside(draft), w));
      Statement.Block ack =
          line.syntax
              .ack()
              .map(block -> {
                Body b = Body.of(draft, Site.body(Site.Kind.ACKNOWLEDGE), new Scope(null));
                Statements.lower(b, block);
                return new Statement.Block(b.out, block.span());
              })
              .orElse(Statement.Block.EMPTY);
      table.add(
          new TrapLine(
              line.cause,
              java.util.Objects.requireNonNull(lowered.get(line.entry.name().text())),
              when,
              ack));
    }
    return table;
  }
}
