package trapline.lang;

import static trapline.lang.SyntaxError.COMMA_IN_PATTERN;
import static trapline.lang.SyntaxError.CONSTANT_TOO_WIDE;
import static trapline.lang.SyntaxError.CONSTANT_WITHOUT_WIDTH;
import static trapline.lang.SyntaxError.DUPLICATE_CLAUSE;
import static trapline.lang.SyntaxError.NUMBER_TOO_LARGE;
import static trapline.lang.SyntaxError.STATEMENT_WITHOUT_EFFECT;
import static trapline.lang.SyntaxError.UNKNOWN_ESCAPE;
import static trapline.lang.SyntaxError.UNSUPPORTED_LANGUAGE;
import static trapline.lang.SyntaxError.ZERO_WIDTH;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.antlr.v4.runtime.BufferedTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.lang.Syntax.Argument;
import trapline.lang.Syntax.Assignment;
import trapline.lang.Syntax.BankEntry;
import trapline.lang.Syntax.Block;
import trapline.lang.Syntax.Claim;
import trapline.lang.Syntax.Definition;
import trapline.lang.Syntax.Enumerator;
import trapline.lang.Syntax.Expression;
import trapline.lang.Syntax.FieldDecl;
import trapline.lang.Syntax.Import;
import trapline.lang.Syntax.Item;
import trapline.lang.Syntax.KindAlternative;
import trapline.lang.Syntax.MatchArm;
import trapline.lang.Syntax.MatchPattern;
import trapline.lang.Syntax.MatchValue;
import trapline.lang.Syntax.Name;
import trapline.lang.Syntax.Parameter;
import trapline.lang.Syntax.PatternItem;
import trapline.lang.Syntax.PortDecl;
import trapline.lang.Syntax.Statement;
import trapline.lang.Syntax.Subject;
import trapline.lang.Syntax.TestItem;
import trapline.lang.Syntax.Text;
import trapline.lang.Syntax.TrapLine;
import trapline.lang.Syntax.Unit;
import trapline.lang.Syntax.VmmItem;
import trapline.lang.grammar.IsaLexer;
import trapline.lang.grammar.IsaParser;
import trapline.lang.grammar.IsaParser.AfterItemContext;
import trapline.lang.grammar.IsaParser.AliasItemContext;
import trapline.lang.grammar.IsaParser.AlternativeContext;
import trapline.lang.grammar.IsaParser.AnyStmtContext;
import trapline.lang.grammar.IsaParser.AsmItemContext;
import trapline.lang.grammar.IsaParser.AssertStmtContext;
import trapline.lang.grammar.IsaParser.AssignContext;
import trapline.lang.grammar.IsaParser.AssignOrCallContext;
import trapline.lang.grammar.IsaParser.AssumeItemContext;
import trapline.lang.grammar.IsaParser.BankEntryContext;
import trapline.lang.grammar.IsaParser.BankItemContext;
import trapline.lang.grammar.IsaParser.BinaryExprContext;
import trapline.lang.grammar.IsaParser.BitItemContext;
import trapline.lang.grammar.IsaParser.BlockContext;
import trapline.lang.grammar.IsaParser.CallSuffixContext;
import trapline.lang.grammar.IsaParser.ChoiceItemContext;
import trapline.lang.grammar.IsaParser.ClaimContext;
import trapline.lang.grammar.IsaParser.CommitStmtContext;
import trapline.lang.grammar.IsaParser.CondExprContext;
import trapline.lang.grammar.IsaParser.ConfigureItemContext;
import trapline.lang.grammar.IsaParser.ConstItemContext;
import trapline.lang.grammar.IsaParser.ConstantBitsContext;
import trapline.lang.grammar.IsaParser.DefinitionContext;
import trapline.lang.grammar.IsaParser.DeprivilegeItemContext;
import trapline.lang.grammar.IsaParser.DeviceItemContext;
import trapline.lang.grammar.IsaParser.DoItemContext;
import trapline.lang.grammar.IsaParser.EnumItemContext;
import trapline.lang.grammar.IsaParser.ExecuteStmtContext;
import trapline.lang.grammar.IsaParser.ExpectItemContext;
import trapline.lang.grammar.IsaParser.ExprContext;
import trapline.lang.grammar.IsaParser.ExtensionDefContext;
import trapline.lang.grammar.IsaParser.FetchItemContext;
import trapline.lang.grammar.IsaParser.FieldContext;
import trapline.lang.grammar.IsaParser.FileContext;
import trapline.lang.grammar.IsaParser.FnItemContext;
import trapline.lang.grammar.IsaParser.ForStmtContext;
import trapline.lang.grammar.IsaParser.GuardItemContext;
import trapline.lang.grammar.IsaParser.HaltStmtContext;
import trapline.lang.grammar.IsaParser.IfStmtContext;
import trapline.lang.grammar.IsaParser.IgnoredBitsContext;
import trapline.lang.grammar.IsaParser.IndexSuffixContext;
import trapline.lang.grammar.IsaParser.InstrClauseContext;
import trapline.lang.grammar.IsaParser.InstrItemContext;
import trapline.lang.grammar.IsaParser.InterpretItemContext;
import trapline.lang.grammar.IsaParser.ItemContext;
import trapline.lang.grammar.IsaParser.LabelContext;
import trapline.lang.grammar.IsaParser.LanguageDeclContext;
import trapline.lang.grammar.IsaParser.LetStmtContext;
import trapline.lang.grammar.IsaParser.MachineDefContext;
import trapline.lang.grammar.IsaParser.MapItemContext;
import trapline.lang.grammar.IsaParser.MatchExprContext;
import trapline.lang.grammar.IsaParser.MatchPatContext;
import trapline.lang.grammar.IsaParser.MatchStmtContext;
import trapline.lang.grammar.IsaParser.MemberSuffixContext;
import trapline.lang.grammar.IsaParser.MemoryItemContext;
import trapline.lang.grammar.IsaParser.ModeItemContext;
import trapline.lang.grammar.IsaParser.NameContext;
import trapline.lang.grammar.IsaParser.NamedBitsContext;
import trapline.lang.grammar.IsaParser.NamesContext;
import trapline.lang.grammar.IsaParser.OperandItemContext;
import trapline.lang.grammar.IsaParser.ParamContext;
import trapline.lang.grammar.IsaParser.ParamItemContext;
import trapline.lang.grammar.IsaParser.ParamsContext;
import trapline.lang.grammar.IsaParser.PatternContext;
import trapline.lang.grammar.IsaParser.PostfixContext;
import trapline.lang.grammar.IsaParser.PostfixExprContext;
import trapline.lang.grammar.IsaParser.PrimaryContext;
import trapline.lang.grammar.IsaParser.RegClauseContext;
import trapline.lang.grammar.IsaParser.RegItemContext;
import trapline.lang.grammar.IsaParser.RemoveItemContext;
import trapline.lang.grammar.IsaParser.RequiresItemContext;
import trapline.lang.grammar.IsaParser.ReservedItemContext;
import trapline.lang.grammar.IsaParser.ReturnStmtContext;
import trapline.lang.grammar.IsaParser.RoleContext;
import trapline.lang.grammar.IsaParser.RunItemContext;
import trapline.lang.grammar.IsaParser.SetItemContext;
import trapline.lang.grammar.IsaParser.ShadowItemContext;
import trapline.lang.grammar.IsaParser.SpaceItemContext;
import trapline.lang.grammar.IsaParser.StatementContext;
import trapline.lang.grammar.IsaParser.StepItemContext;
import trapline.lang.grammar.IsaParser.StructItemContext;
import trapline.lang.grammar.IsaParser.SubjectContext;
import trapline.lang.grammar.IsaParser.TablesItemContext;
import trapline.lang.grammar.IsaParser.TestItemContext;
import trapline.lang.grammar.IsaParser.TestItemsContext;
import trapline.lang.grammar.IsaParser.TextContext;
import trapline.lang.grammar.IsaParser.TrapEntryItemContext;
import trapline.lang.grammar.IsaParser.TrapLineContext;
import trapline.lang.grammar.IsaParser.TrapStmtContext;
import trapline.lang.grammar.IsaParser.TrapsItemContext;
import trapline.lang.grammar.IsaParser.TypeContext;
import trapline.lang.grammar.IsaParser.TypeItemContext;
import trapline.lang.grammar.IsaParser.UnaryExprContext;
import trapline.lang.grammar.IsaParser.UnpredictableStmtContext;
import trapline.lang.grammar.IsaParser.UnspecifiedItemContext;
import trapline.lang.grammar.IsaParser.ViewItemContext;
import trapline.lang.grammar.IsaParser.VirtualItemContext;
import trapline.lang.grammar.IsaParser.VmmItemContext;
import trapline.lang.grammar.IsaParser.VmmItemsContext;
import trapline.lang.grammar.IsaParser.WhereItemContext;
import trapline.lang.grammar.IsaParser.WhileStmtContext;
import trapline.lang.grammar.IsaParser.WordContext;

/// Builds [Syntax] from a parse tree that holds no error.
///
/// Reports what the grammar accepts only to let it be reported well: constants without a width,
/// commas in patterns, clauses given twice, statements that do nothing, numbers beyond the limits.
final class Trees {
  /// Bits in the largest number of a description.
  static final int LARGEST_NUMBER = 4096;

  /// The largest width, bit position, or size of a piece.
  static final int LARGEST_WIDTH = 65_536;

  private final SourceFile file;
  private final BufferedTokenStream tokens;
  private final Offsets offsets;
  private final Consumer<Diagnostic> sink;

  Trees(SourceFile file, BufferedTokenStream tokens, Offsets offsets, Consumer<Diagnostic> sink) {
    this.file = file;
    this.tokens = tokens;
    this.offsets = offsets;
    this.sink = sink;
  }

  // Files and definitions

  Unit unit(FileContext c) {
    if (c.languageDecl() != null) {
      language(c.languageDecl());
    }
    return new Unit(imports(c), c.definition().stream().map(this::definition).toList(), span(c));
  }

  List<Import> imports(FileContext c) {
    var found = new ArrayList<Import>();
    for (var declaration : c.importDecl()) {
      TerminalNode path = declaration.STRING();
      if (path != null && path.getSymbol().getStartIndex() <= path.getSymbol().getStopIndex()) {
        found.add(new Import(unescaped(path.getSymbol()), span(path.getSymbol())));
      }
    }
    return found;
  }

  private void language(LanguageDeclContext c) {
    BigInteger version = number(c.INT());
    if (!version.equals(BigInteger.ONE)) {
      sink.accept(
          Diagnostic.of(
                  UNSUPPORTED_LANGUAGE,
                  "this trapline reads version 1 of the language, not version " + version,
                  span(c.INT().getSymbol()),
                  "asks for version " + version)
              .help(
                  "write `language 1;`, or use the trapline that the description was written for"));
    }
  }

  private Definition definition(DefinitionContext context) {
    return switch (context) {
      case MachineDefContext c ->
          new Definition(
              false,
              name(c.name(0)),
              Optional.ofNullable(c.name(1)).map(this::name),
              names(c.names()),
              List.of(),
              items(c.body().item()),
              doc(c),
              span(c));
      case ExtensionDefContext c ->
          new Definition(
              true,
              name(c.name()),
              Optional.empty(),
              List.of(),
              names(c.names()),
              items(c.body().item()),
              doc(c),
              span(c));
      default -> throw unknown(context);
    };
  }

  // Items

  private List<Item> items(List<ItemContext> items) {
    return items.stream().map(this::item).toList();
  }

  private Item item(ItemContext context) {
    Span span = span(context);
    return switch (context) {
      case ParamItemContext c -> {
        var values = expressions(c.expr());
        Optional<Expression> preset = Optional.empty();
        if (c.ASSIGN() != null) {
          preset = Optional.of(values.getLast());
          values = values.subList(0, values.size() - 1);
        }
        yield new Item.Param(name(c.name()), values, preset, span);
      }
      case ChoiceItemContext c ->
          new Item.Choice(
              name(c.name(0)),
              names(c.names()),
              Optional.ofNullable(c.name(1)).map(this::name),
              span);
      case SetItemContext c -> new Item.Set(name(c.name()), expression(c.expr()), span);
      case ConstItemContext c ->
          new Item.Const(name(c.name()), type(c.type()), expression(c.expr()), span);
      case TypeItemContext c -> new Item.TypeAlias(name(c.name()), some(c.type()), span);
      case EnumItemContext c ->
          new Item.Enum(
              name(c.name()),
              some(c.type()),
              c.enumerator().stream()
                  .map(e -> new Enumerator(name(e.name()), expression(e.expr()), span(e)))
                  .toList(),
              span);
      case StructItemContext c ->
          new Item.Struct(
              name(c.name()), some(c.type()), c.field().stream().map(this::field).toList(), span);
      case RegItemContext c -> register(c);
      case MemoryItemContext c ->
          new Item.Memory(
              name(c.name()), expression(c.expr()), some(c.type()), role(c.role()), span);
      case AliasItemContext c -> new Item.Alias(name(c.name()), postfix(c.postfix()), span);
      case ViewItemContext c ->
          new Item.View(
              name(c.name(0)),
              some(c.type()),
              name(c.name(1)),
              Optional.ofNullable(c.expr()).map(this::expression),
              Optional.ofNullable(c.order).map(o -> o.getText().equals("big")),
              c.aligned != null,
              span);
      case DeviceItemContext c ->
          new Item.Device(
              name(c.name()),
              c.port().stream()
                  .map(p ->
                      new PortDecl(
                          p.getStart().getText().equals("in"),
                          word(p.word()),
                          some(p.type()),
                          span(p)))
                  .toList(),
              span);
      case ModeItemContext c -> new Item.Mode(name(c.name()), expression(c.expr()), span);
      case SpaceItemContext c ->
          new Item.Space(
              name(c.name(0)), parameters(c.params()), name(c.name(1)), block(c.block()), span);
      case BankItemContext c ->
          new Item.Bank(
              name(c.name(0)),
              Optional.ofNullable(c.param()).map(this::parameter),
              Optional.ofNullable(c.type()).map(this::some),
              Optional.ofNullable(c.name(1)).map(this::name),
              c.bankEntry().stream().map(this::bankEntry).toList(),
              Optional.ofNullable(c.block()).map(this::block),
              span);
      case TrapEntryItemContext c ->
          new Item.TrapEntry(name(c.name()), parameters(c.params()), block(c.block()), span);
      case TrapsItemContext c ->
          new Item.Traps(name(c.name()), c.trapLine().stream().map(this::trapLine).toList(), span);
      case FetchItemContext c ->
          new Item.Fetch(
              name(c.name()),
              some(c.type()),
              c.expr().size() > 2 ? Optional.of(expression(c.expr(0))) : Optional.empty(),
              expression(c.expr(c.expr().size() - 2)),
              postfix(c.postfix()),
              expression(c.expr().getLast()),
              span);
      case AfterItemContext c -> new Item.After(block(c.block()), span);
      case UnspecifiedItemContext c ->
          new Item.Unspecified(
              name(c.name()), parameters(c.params()), some(c.type()), optional(c.expr()), span);
      case FnItemContext c ->
          new Item.Function(
              name(c.name()), parameters(c.params()), type(c.type()), block(c.block()), span);
      case GuardItemContext c -> new Item.Guard(name(c.name()), block(c.block()), span);
      case OperandItemContext c ->
          new Item.OperandKind(
              name(c.name(0)),
              c.INT() == null
                  ? Optional.empty()
                  : Optional.of(
                      new PatternItem.Operand(
                          name(c.hole), small(c.INT(), 1), name(c.hole).span())),
              Optional.ofNullable(c.base).map(this::name),
              type(c.type()),
              c.alternative().stream().map(this::alternative).toList(),
              span);
      case InstrItemContext c -> instruction(c);
      case RequiresItemContext c -> new Item.RequiresGroup(names(c.names()), items(c.item()), span);
      case RemoveItemContext c ->
          new Item.Remove(c.label().stream().map(this::label).toList(), span);
      case ReservedItemContext c -> new Item.Reserved(block(c.block()), span);
      case VmmItemsContext c ->
          new Item.Vmm(c.extension != null, c.vmmItem().stream().map(this::vmmItem).toList(), span);
      case AssumeItemContext c ->
          new Item.Assume(
              name(c.name()),
              expression(c.expr(0)),
              Optional.ofNullable(c.expr(1)).map(this::expression),
              span);
      case ExpectItemContext c ->
          new Item.Expect(
              c.subject().stream().map(this::subject).toList(),
              names(c.names()),
              c.claim().stream().map(this::claim).toList(),
              Optional.ofNullable(c.cite()).map(t -> text(t.text())),
              span);
      case TestItemsContext c ->
          new Item.Test(text(c.text()), c.testItem().stream().map(this::testItem).toList(), span);
      default -> throw unknown(context);
    };
  }

  private FieldDecl field(FieldContext c) {
    int high = small(c.INT(0), 0);
    int low = c.DOTS() == null ? high : small(c.INT(1), 0);
    Optional<BigInteger> fixed =
        c.ASSIGN() == null ? Optional.empty() : Optional.of(number(c.INT(c.INT().size() - 1)));
    return new FieldDecl(
        high,
        low,
        Optional.ofNullable(c.word()).map(this::word),
        type(c.type()),
        role(c.role()),
        fixed,
        span(c));
  }

  private Item.Register register(RegItemContext c) {
    RegClauseContext role = null;
    RegClauseContext reset = null;
    RegClauseContext names = null;
    RegClauseContext zero = null;
    for (var clause : c.regClause()) {
      if (clause.role() != null) {
        role = once("role", role, clause);
      } else if (!clause.text().isEmpty()) {
        names = once("names", names, clause);
      } else if (clause.getStart().getText().equals("reset")) {
        reset = once("reset", reset, clause);
      } else {
        zero = once("zero", zero, clause);
      }
    }
    return new Item.Register(
        name(c.name()),
        optional(c.expr()),
        some(c.type()),
        role == null ? Optional.empty() : role(role.role()),
        reset == null ? Optional.empty() : optional(reset.expr()),
        names == null ? List.of() : names.text().stream().map(this::text).toList(),
        zero == null ? Optional.empty() : optional(zero.expr()),
        span(c));
  }

  private BankEntry bankEntry(BankEntryContext c) {
    boolean gets = c.name() == null ? !c.block().isEmpty() : c.block().size() == 2;
    return new BankEntry(
        expression(c.expr()),
        word(c.word()),
        Optional.ofNullable(c.postfix()).map(this::postfix),
        gets ? Optional.of(block(c.block(0))) : Optional.empty(),
        Optional.ofNullable(c.name()).map(this::name),
        c.name() == null ? Optional.empty() : Optional.of(block(c.block().getLast())),
        span(c));
  }

  private TrapLine trapLine(TrapLineContext c) {
    return new TrapLine(
        number(c.INT()),
        word(c.word(0)),
        parameters(c.params()),
        word(c.word(1)),
        optional(c.expr()),
        Optional.ofNullable(c.block()).map(this::block),
        span(c));
  }

  private KindAlternative alternative(AlternativeContext c) {
    Block get = null;
    Block set = null;
    Block address = null;
    String before = "";
    for (var child : c.children) {
      if (child instanceof BlockContext b) {
        switch (before) {
          case "get" -> get = block(b);
          case "addr" -> address = block(b);
          default -> set = block(b);
        }
      } else {
        before = child.getText();
      }
    }
    return new KindAlternative(
        word(c.word()),
        c.pattern() == null ? List.of() : pattern(c.pattern()),
        text(c.text()),
        optional(c.expr()),
        Optional.ofNullable(get),
        Optional.ofNullable(c.name()).map(this::name),
        Optional.ofNullable(set),
        Optional.ofNullable(address),
        span(c));
  }

  private Item.Instruction instruction(InstrItemContext c) {
    var requires = new ArrayList<Name>();
    var split = new ArrayList<Name>();
    var overrides = new ArrayList<Name>();
    InstrClauseContext condition = null;
    InstrClauseContext cite = null;
    for (var clause : c.instrClause()) {
      switch (clause.getStart().getType()) {
        case IsaLexer.REQUIRES -> requires.addAll(names(clause.names()));
        case IsaLexer.SPLIT -> split.addAll(names(clause.names()));
        case IsaLexer.OVERRIDES -> clause.label().stream().map(this::label).forEach(overrides::add);
        case IsaLexer.IF -> condition = once("if", condition, clause);
        default -> cite = once("cite", cite, clause);
      }
    }
    return new Item.Instruction(
        c.getStart().getType() == IsaLexer.REPLACE,
        label(c.label()),
        pattern(c.pattern()),
        span(c.pattern()),
        text(c.text()),
        requires,
        split,
        overrides,
        condition == null ? Optional.empty() : optional(condition.expr()),
        cite == null ? Optional.empty() : Optional.of(text(cite.cite().text())),
        block(c.block()),
        doc(c),
        span(c));
  }

  private <C extends ParserRuleContext> C once(String word, @Nullable C earlier, C clause) {
    if (earlier == null) {
      return clause;
    }
    sink.accept(
        Diagnostic.of(
                DUPLICATE_CLAUSE, "`" + word + "` is given twice", span(clause), "given again here")
            .with(span(earlier), "given first here")
            .help("keep one of the two"));
    return earlier;
  }

  // Patterns

  private List<PatternItem> pattern(PatternContext c) {
    if (!c.COMMA().isEmpty()) {
      sink.accept(
          Diagnostic.of(
                  COMMA_IN_PATTERN,
                  "no commas in patterns",
                  span(c.COMMA(0).getSymbol()),
                  c.COMMA().size() == 1 ? "this comma" : "this comma, and each after it")
              .help("write " + c.getText().replace(",", " ").replaceAll("\\s+", " ")));
    }
    List<PatternItem> items = new ArrayList<>();
    c.bitItem()
        .forEach(b -> {
          if (b instanceof NamedBitsContext n && n.little != null) {
            littleEnd(n, items);
          } else {
            items.add(bits(b));
          }
        });
    return items;
  }

  /// `d:32 little`: the operand's bytes, the low one first.
  private void littleEnd(NamedBitsContext c, List<PatternItem> items) {
    int width = small(c.INT(0), 1);
    for (int low = 0; low < width; low += Byte.SIZE) {
      int high = Math.min(width, low + Byte.SIZE) - 1;
      items.add(new PatternItem.Piece(name(c.name(0)), high, low, span(c)));
    }
  }

  private PatternItem bits(BitItemContext context) {
    Span span = span(context);
    return switch (context) {
      case ConstantBitsContext c -> constant(c);
      case NamedBitsContext c -> {
        Name name = name(c.name(0));
        if (c.COLON() != null) {
          yield c.INT().isEmpty()
              ? new PatternItem.Kind(
                  name, name(c.name(1)), Optional.ofNullable(c.bitItem()).map(this::bits), span)
              : new PatternItem.Operand(name, small(c.INT(0), 1), span);
        }
        int high = small(c.INT(0), 0);
        yield new PatternItem.Piece(
            name, high, c.INT().size() == 1 ? high : small(c.INT(1), 0), span);
      }
      case IgnoredBitsContext c -> new PatternItem.Ignored(small(c.INT(), 1), span);
      default -> throw unknown(context);
    };
  }

  private PatternItem.Constant constant(ConstantBitsContext c) {
    BigInteger value = number(c.INT(0));
    String text = c.INT(0).getText().replace("_", "");
    int digits = text.length() - 2;
    int width;
    if (c.INT().size() == 2) {
      width = small(c.INT(1), 1);
    } else if (text.startsWith("0x")) {
      width = 4 * digits;
    } else if (text.startsWith("0o")) {
      width = 3 * digits;
    } else if (text.startsWith("0b")) {
      width = digits;
    } else {
      width = Math.max(1, value.bitLength());
      sink.accept(
          Diagnostic.of(
                  CONSTANT_WITHOUT_WIDTH,
                  "how many bits is `" + text + "`?",
                  span(c),
                  "a decimal constant has no width of its own")
              .help(
                  "write `"
                      + text
                      + ":n` for n bits, or `0b"
                      + value.toString(2)
                      + "` for "
                      + width
                      + (width == 1 ? " bit" : " bits")));
    }
    if (value.bitLength() > width) {
      sink.accept(
          Diagnostic.of(
                  CONSTANT_TOO_WIDE,
                  "`"
                      + c.INT(0).getText()
                      + "` does not fit in "
                      + width
                      + (width == 1 ? " bit" : " bits"),
                  span(c.INT(0).getSymbol()),
                  "needs " + value.bitLength() + " bits")
              .with(span(c.INT(1).getSymbol()), "has " + width)
              .help(
                  "write `"
                      + c.INT(0).getText()
                      + ":"
                      + value.bitLength()
                      + "`, or a smaller constant"));
    }
    return new PatternItem.Constant(value, width, span(c));
  }

  // The monitor's facts, expectations, tests

  private VmmItem vmmItem(VmmItemContext context) {
    Span span = span(context);
    return switch (context) {
      case DeprivilegeItemContext c ->
          new VmmItem.Deprivilege(names(c.names()), name(c.name()), span);
      case RunItemContext c ->
          new VmmItem.Run(c.assign().stream().map(this::assignment).toList(), span);
      case ShadowItemContext c -> new VmmItem.Shadow(assignment(c.assign()), span);
      case VirtualItemContext c ->
          new VmmItem.Virtual(c.postfix().stream().map(this::postfix).toList(), span);
      case WhereItemContext c -> new VmmItem.Where(expression(c.expr()), span);
      case ConfigureItemContext c ->
          new VmmItem.Configure(c.postfix().stream().map(this::postfix).toList(), span);
      case MapItemContext c ->
          new VmmItem.Map(
              c.getStart().getText().equals("unmap"),
              parameters(c.params()),
              optional(c.expr()),
              block(c.block()),
              span);
      case TablesItemContext c -> new VmmItem.Tables(expression(c.expr()), span);
      case InterpretItemContext c -> new VmmItem.Interpret(expression(c.expr()), span);
      default -> throw unknown(context);
    };
  }

  private Assignment assignment(AssignContext c) {
    return new Assignment(postfix(c.postfix()), expression(c.expr()), span(c));
  }

  private Subject subject(SubjectContext c) {
    return new Subject(named(c.getStart()), optional(c.expr()), span(c));
  }

  private Claim claim(ClaimContext c) {
    var words = c.word().stream().map(this::word).toList();
    return new Claim(c.NOT() != null, words.getFirst(), words.subList(1, words.size()), span(c));
  }

  private TestItem testItem(TestItemContext context) {
    Span span = span(context);
    return switch (context) {
      case AsmItemContext c ->
          new TestItem.Assemble(
              expression(c.expr()), c.text().stream().map(this::text).toList(), span);
      case StepItemContext c -> new TestItem.Step(expression(c.expr()), span);
      case DoItemContext c -> new TestItem.Do(statement(c.statement()), span);
      default -> throw unknown(context);
    };
  }

  // Statements

  private Block block(BlockContext c) {
    return new Block(c.statement().stream().map(this::statement).toList(), span(c));
  }

  private Statement statement(StatementContext context) {
    Span span = span(context);
    return switch (context) {
      case LetStmtContext c ->
          new Statement.Bind(
              c.getStart().getText().equals("var"),
              name(c.name()),
              type(c.type()),
              expression(c.expr()),
              span);
      case AnyStmtContext c ->
          new Statement.Any(name(c.name()), some(c.type()), optional(c.expr()), span);
      case AssignOrCallContext c -> {
        Expression target = postfix(c.postfix());
        if (c.expr() != null) {
          yield new Statement.Assign(target, expression(c.expr()), span);
        }
        if (!(target instanceof Expression.Call)) {
          sink.accept(
              Diagnostic.of(
                      STATEMENT_WITHOUT_EFFECT,
                      "this statement does nothing",
                      target.span(),
                      "neither an assignment nor a call")
                  .help(
                      target instanceof Expression.Reference
                          ? "write `" + c.postfix().getText() + "();` to call it"
                          : "write `" + c.postfix().getText() + " = …;` to assign to it"));
        }
        yield new Statement.Evaluate(target, span);
      }
      case TrapStmtContext c -> new Statement.Trap(word(c.word()), expressions(c.expr()), span);
      case IfStmtContext c -> conditional(c, 0);
      case MatchStmtContext c ->
          new Statement.Match(
              expression(c.expr()),
              c.matchArm().stream()
                  .map(a -> new MatchArm(patterns(a.matchPat()), block(a.block()), span(a)))
                  .toList(),
              span);
      case ForStmtContext c ->
          new Statement.For(
              name(c.name()), expression(c.expr(0)), expression(c.expr(1)), block(c.block()), span);
      case WhileStmtContext c -> new Statement.While(expression(c.expr()), block(c.block()), span);
      case ExecuteStmtContext c -> new Statement.Execute(expression(c.expr()), span);
      case ReturnStmtContext c -> new Statement.Return(optional(c.expr()), span);
      case HaltStmtContext c -> new Statement.Halt(span);
      case CommitStmtContext c -> new Statement.Commit(span);
      case UnpredictableStmtContext c ->
          new Statement.Unpredictable(Optional.ofNullable(c.text()).map(this::text), span);
      case AssertStmtContext c -> new Statement.Assert(expression(c.expr()), span);
      default -> throw unknown(context);
    };
  }

  /// The `index`-th test of a chain; the rest of the chain is its `else`.
  private Statement.If conditional(IfStmtContext c, int index) {
    Expression condition = expression(c.expr(index));
    Block then = block(c.block(index));
    Span span = span(c.expr(index)).to(span(c));
    Optional<Block> otherwise = Optional.empty();
    if (index + 1 < c.expr().size()) {
      Statement.If rest = conditional(c, index + 1);
      otherwise = Optional.of(new Block(List.of(rest), rest.span()));
    } else if (index + 1 < c.block().size()) {
      otherwise = Optional.of(block(c.block(index + 1)));
    }
    return new Statement.If(condition, then, otherwise, index == 0 ? span(c) : span);
  }

  private List<MatchPattern> patterns(List<MatchPatContext> patterns) {
    return patterns.stream().map(this::pattern).toList();
  }

  private MatchPattern pattern(MatchPatContext c) {
    if (c.UNDERSCORE() != null) {
      return new MatchPattern.Rest(span(c));
    }
    if (c.INT().isEmpty()) {
      return new MatchPattern.Named(named(c.getStart()), span(c));
    }
    BigInteger low = number(c.INT(0));
    return new MatchPattern.Range(low, c.INT().size() == 1 ? low : number(c.INT(1)), span(c));
  }

  // Expressions

  private List<Expression> expressions(List<ExprContext> expressions) {
    return expressions.stream().map(this::expression).toList();
  }

  private Optional<Expression> optional(@Nullable ExprContext c) {
    return c == null ? Optional.empty() : Optional.of(expression(c));
  }

  private Expression expression(ExprContext context) {
    return switch (context) {
      case PostfixExprContext c -> postfix(c.postfix());
      case UnaryExprContext c ->
          new Expression.Unary(c.op.getText(), expression(c.expr()), span(c));
      case BinaryExprContext c ->
          new Expression.Binary(
              c.op.getText(), expression(c.expr(0)), expression(c.expr(1)), span(c.op), span(c));
      case CondExprContext c ->
          new Expression.Conditional(
              expression(c.expr(0)), expression(c.expr(1)), expression(c.expr(2)), span(c));
      case MatchExprContext c ->
          new Expression.Match(
              expression(c.expr()),
              c.matchValue().stream()
                  .map(v -> new MatchValue(patterns(v.matchPat()), expression(v.expr()), span(v)))
                  .toList(),
              span(c));
      default -> throw unknown(context);
    };
  }

  private Expression postfix(PostfixContext c) {
    Expression result = primary(c.primary());
    Span start = span(c.primary());
    for (var suffix : c.suffix()) {
      Span span = start.to(span(suffix));
      result =
          switch (suffix) {
            case IndexSuffixContext s when s.expr().size() == 1 ->
                new Expression.Index(result, expression(s.expr(0)), span);
            case IndexSuffixContext s ->
                new Expression.Slice(result, expression(s.expr(0)), expression(s.expr(1)), span);
            case MemberSuffixContext s -> new Expression.Member(result, word(s.word()), span);
            case CallSuffixContext s ->
                new Expression.Call(
                    result,
                    s.arg().stream()
                        .map(a ->
                            new Argument(
                                Optional.ofNullable(a.word()).map(this::word),
                                expression(a.expr()),
                                span(a)))
                        .toList(),
                    span);
            default -> throw unknown(suffix);
          };
    }
    return result;
  }

  private Expression primary(PrimaryContext c) {
    if (c.expr() != null) {
      return expression(c.expr());
    }
    if (c.INT() != null) {
      return new Expression.Number(number(c.INT()), span(c));
    }
    if (c.ref() != null) {
      return new Expression.Reference(named(c.getStart()), span(c));
    }
    return new Expression.Truth(c.getStart().getText().equals("true"), span(c));
  }

  // Types, parameters, words

  private Optional<Syntax.Type> type(@Nullable TypeContext c) {
    return c == null ? Optional.empty() : Optional.of(some(c));
  }

  private Syntax.Type some(TypeContext c) {
    if (c.expr() != null) {
      return new Syntax.Type.BitVector(
          expression(c.expr()), c.getStart().getText().equals("int"), span(c));
    }
    return c.name() == null
        ? new Syntax.Type.Bool(span(c))
        : new Syntax.Type.Named(name(c.name()), span(c));
  }

  private List<Parameter> parameters(@Nullable ParamsContext c) {
    return c == null ? List.of() : c.param().stream().map(this::parameter).toList();
  }

  private Parameter parameter(ParamContext c) {
    return new Parameter(name(c.name()), some(c.type()), span(c));
  }

  private Optional<Name> role(@Nullable RoleContext c) {
    return c == null ? Optional.empty() : Optional.of(word(c.word()));
  }

  private List<Name> names(@Nullable NamesContext c) {
    return c == null ? List.of() : c.name().stream().map(this::name).toList();
  }

  private Name name(NameContext c) {
    return named(c.getStart());
  }

  private Name label(LabelContext c) {
    return named(c.getStart());
  }

  private Name word(WordContext c) {
    return named(c.getStart());
  }

  private Name named(Token token) {
    return new Name(token.getText(), span(token));
  }

  // Literals

  private Text text(TextContext c) {
    return new Text(unescaped(c.getStart()), span(c));
  }

  private String unescaped(Token token) {
    String quoted = token.getText();
    var result = new StringBuilder();
    for (int i = 1; i < quoted.length() - 1; i++) {
      char next = quoted.charAt(i);
      if (next != '\\') {
        result.append(next);
        continue;
      }
      char escaped = quoted.charAt(++i);
      switch (escaped) {
        case '"', '\\' -> result.append(escaped);
        case 'n' -> result.append('\n');
        case 't' -> result.append('\t');
        default -> {
          int length = Character.isHighSurrogate(escaped) ? 2 : 1;
          int start = span(token).start() + i;
          sink.accept(
              Diagnostic.of(
                      UNKNOWN_ESCAPE,
                      "`\\" + quoted.substring(i, i + length) + "` means nothing in a string",
                      new Span(file, start - 1, start + length),
                      "unknown escape")
                  .help("the escapes are \\\" \\\\ \\n \\t; write \\\\ for a backslash"));
          result.append(escaped);
        }
      }
    }
    return result.toString();
  }

  private BigInteger number(TerminalNode node) {
    String text = node.getText().replace("_", "");
    int radix = 10;
    if (text.length() > 2 && text.charAt(0) == '0') {
      radix =
          switch (text.charAt(1)) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
          };
    }
    String digits = radix == 10 ? text : text.substring(2);
    if (digits.length() <= LARGEST_NUMBER) {
      BigInteger value = new BigInteger(digits, radix);
      if (value.bitLength() <= LARGEST_NUMBER) {
        return value;
      }
    }
    tooLarge(node, "numbers have at most " + LARGEST_NUMBER + " bits");
    return BigInteger.ONE;
  }

  private int small(TerminalNode node, int least) {
    BigInteger value = number(node);
    if (value.bitLength() > 31 || value.intValue() > LARGEST_WIDTH) {
      tooLarge(node, "widths and bit positions are at most " + LARGEST_WIDTH);
      return Math.max(least, 1);
    }
    if (value.intValue() < least) {
      sink.accept(
          Diagnostic.of(
                  ZERO_WIDTH,
                  "an operand of no bits",
                  span(node.getSymbol()),
                  "must be at least " + least)
              .help("leave it out of the pattern, or give its width"));
      return least;
    }
    return value.intValue();
  }

  private void tooLarge(TerminalNode node, String limit) {
    sink.accept(
        Diagnostic.of(NUMBER_TOO_LARGE, "this number is too large", span(node.getSymbol()), limit));
  }

  // Places

  /// The `///` lines right above the node, without their slashes.
  private String doc(ParserRuleContext c) {
    List<Token> hidden = tokens.getHiddenTokensToLeft(c.getStart().getTokenIndex());
    var lines = new ArrayList<String>();
    for (Token token : hidden == null ? List.<Token>of() : hidden) {
      switch (token.getType()) {
        case IsaLexer.DOC -> lines.add(token.getText().substring(3).strip());
        case IsaLexer.WS -> {
          if (token.getText().chars().filter(ch -> ch == '\n').count() > 1) {
            lines.clear();
          }
        }
        default -> lines.clear();
      }
    }
    return String.join("\n", lines);
  }

  private Span span(ParserRuleContext c) {
    Token stop = c.getStop();
    Token start = c.getStart();
    // A context of no tokens (an empty file) stops before it starts.
    return stop == null || stop.getTokenIndex() < start.getTokenIndex()
        ? offsets.span(file, start.getStartIndex(), start.getStartIndex())
        : offsets.span(file, start.getStartIndex(), stop.getStopIndex() + 1);
  }

  private Span span(Token token) {
    return offsets.span(file, token.getStartIndex(), token.getStopIndex() + 1);
  }

  private static IllegalStateException unknown(ParserRuleContext c) {
    return new IllegalStateException("no tree for " + IsaParser.ruleNames[c.getRuleIndex()]);
  }
}
