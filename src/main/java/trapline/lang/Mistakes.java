package trapline.lang;

import static trapline.lang.SyntaxError.KEYWORD_AS_NAME;
import static trapline.lang.SyntaxError.MISSING_SEMICOLON;
import static trapline.lang.SyntaxError.UNEXPECTED_WORD;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.TokenStream;
import org.antlr.v4.runtime.atn.ATNState;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.lang.grammar.IsaLexer;
import trapline.lang.grammar.IsaParser;

/// Says what is wrong with the order of the words, once per construct.
///
/// A mistake ends the innermost construct that has an end of its own (an item, a statement, a
/// field, …): parsing goes on behind that construct, found by pairing brackets from its beginning,
/// which [Tokens] made possible. So a mistake cannot cause a second message; nor is anything said
/// of a construct of which something was said before.
final class Mistakes extends DefaultErrorStrategy {
  /// The constructs that a mistake does not leave.
  private static final Set<Integer> CONSTRUCTS =
      Set.of(
          IsaParser.RULE_languageDecl,
          IsaParser.RULE_importDecl,
          IsaParser.RULE_definition,
          IsaParser.RULE_item,
          IsaParser.RULE_field,
          IsaParser.RULE_port,
          IsaParser.RULE_bankEntry,
          IsaParser.RULE_trapLine,
          IsaParser.RULE_alternative,
          IsaParser.RULE_vmmItem,
          IsaParser.RULE_testItem,
          IsaParser.RULE_matchArm,
          IsaParser.RULE_statement);

  /// The rules that hold `{ element* }`.
  private static final Set<Integer> BODIES =
      Set.of(
          IsaParser.RULE_file,
          IsaParser.RULE_body,
          IsaParser.RULE_item,
          IsaParser.RULE_block,
          IsaParser.RULE_statement,
          IsaParser.RULE_testItem);

  /// Words that begin an item or a statement and nothing else: at the beginning of a line, what was
  /// before has ended.
  private static final Set<Integer> STARTERS =
      Set.of(
          IsaLexer.MACHINE,
          IsaLexer.PARAM,
          IsaLexer.CHOICE,
          IsaLexer.CONST,
          IsaLexer.STRUCT,
          IsaLexer.ENUM,
          IsaLexer.REG,
          IsaLexer.INSTR,
          IsaLexer.FN,
          IsaLexer.EXPECT,
          IsaLexer.LET,
          IsaLexer.VAR,
          IsaLexer.TRAP,
          IsaLexer.FOR,
          IsaLexer.WHILE,
          IsaLexer.RETURN,
          IsaLexer.HALT,
          IsaLexer.COMMIT,
          IsaLexer.UNPREDICTABLE);

  /// What other languages call our words.
  private static final Map<String, String> FOREIGN =
      Map.ofEntries(
          Map.entry("register", "reg"),
          Map.entry("registers", "reg"),
          Map.entry("function", "fn"),
          Map.entry("func", "fn"),
          Map.entry("def", "fn"),
          Map.entry("instruction", "instr"),
          Map.entry("insn", "instr"),
          Map.entry("op", "instr"),
          Map.entry("mem", "memory"),
          Map.entry("ram", "memory"),
          Map.entry("typedef", "type"),
          Map.entry("record", "struct"),
          Map.entry("bitfield", "struct"),
          Map.entry("parameter", "param"),
          Map.entry("constant", "const"),
          Map.entry("define", "const"),
          Map.entry("interrupts", "traps"),
          Map.entry("exception", "trap"),
          Map.entry("raise", "trap"),
          Map.entry("throw", "trap"),
          Map.entry("switch", "match"),
          Map.entry("case", "match"),
          Map.entry("foreach", "for"),
          Map.entry("loop", "while"),
          Map.entry("elif", "else if"),
          Map.entry("elsif", "else if"),
          Map.entry("elseif", "else if"),
          Map.entry("undefined", "unpredictable"),
          Map.entry("and", "&&"),
          Map.entry("or", "||"),
          Map.entry("xor", "^"),
          Map.entry("mod", "%"),
          Map.entry("shl", "<<"),
          Map.entry("shr", ">>"));

  private final SourceFile file;
  private final Offsets offsets;
  private final Consumer<Diagnostic> sink;
  private final List<Span> said = new ArrayList<>();

  /// The choices made at the token of index `decisionsAt`.
  private final List<Decision> decisions = new ArrayList<>();

  private int decisionsAt = -1;

  private record Decision(int state, ParserRuleContext context) {}

  Mistakes(SourceFile file, Offsets offsets, List<Diagnostic> before, Consumer<Diagnostic> sink) {
    this.file = file;
    this.offsets = offsets;
    this.sink = sink;
    before.forEach(diagnostic -> said.add(diagnostic.span()));
  }

  // Going on

  @Override
  public boolean inErrorRecoveryMode(Parser parser) {
    return false;
  }

  @Override
  public void reportError(Parser parser, RecognitionException mistake) {
    boolean isHere = mistake.getOffendingToken() == parser.getCurrentToken();
    report(parser, mistake.getOffendingToken(), isHere ? expected(parser) : IntervalSet.EMPTY_SET);
  }

  /// What could have stood here, options that were passed over included.
  private IntervalSet expected(Parser parser) {
    var expected = new IntervalSet(parser.getExpectedTokens());
    if (decisionsAt == parser.getTokenStream().index()) {
      for (var decision : decisions) {
        expected.addAll(parser.getATN().getExpectedTokens(decision.state, decision.context));
      }
    }
    return expected;
  }

  @Override
  public void recover(Parser parser, RecognitionException mistake) {
    if (parser.getContext().getRuleIndex() == IsaParser.RULE_file) {
      goTo(parser, parser.getTokenStream().size());
      return;
    }
    if (!CONSTRUCTS.contains(parser.getContext().getRuleIndex())) {
      throw mistake;
    }
    goTo(parser, endOf(parser.getTokenStream(), parser.getContext().getStart().getTokenIndex()));
  }

  /// At an element of a body: skips what begins none.
  @Override
  public void sync(Parser parser) {
    int index = parser.getTokenStream().index();
    if (decisionsAt != index) {
      decisions.clear();
      decisionsAt = index;
    }
    decisions.add(new Decision(parser.getState(), parser.getContext()));
    ATNState state = parser.getInterpreter().atn.states.get(parser.getState());
    int kind = state.getStateType();
    if ((kind != ATNState.STAR_LOOP_ENTRY && kind != ATNState.STAR_LOOP_BACK)
        || !BODIES.contains(parser.getContext().getRuleIndex())) {
      return;
    }
    IntervalSet expected = parser.getExpectedTokens();
    boolean isBody =
        (expected.contains(IsaLexer.RBRACE) || expected.contains(Token.EOF))
            && !expected.contains(IsaLexer.COMMA)
            && !expected.contains(IsaLexer.SEMI);
    while (isBody && !expected.contains(parser.getTokenStream().LA(1))) {
      Token token = parser.getCurrentToken();
      if (token.getType() == IsaLexer.RBRACE || token.getType() == Token.EOF) {
        return;
      }
      report(parser, token, expected);
      int end = endOf(parser.getTokenStream(), token.getTokenIndex());
      goTo(parser, Math.max(token.getTokenIndex() + 1, end));
    }
  }

  @Override
  public Token recoverInline(Parser parser) {
    Token token = parser.getCurrentToken();
    Token previous = parser.getTokenStream().LT(-1);
    if (previous == null
        || !parser.getExpectedTokens().contains(IsaLexer.SEMI)
        || !endsBefore(token, previous)) {
      throw new InputMismatchException(parser);
    }
    int end = previous.getStopIndex() + 1;
    say(
        parser,
        previous,
        Diagnostic.of(
                MISSING_SEMICOLON,
                "`;` is missing",
                offsets.span(file, end, end),
                "expected `;` here")
            .help("write `" + previous.getText() + ";`"));
    var supplied = new CommonToken(IsaLexer.SEMI, ";");
    supplied.setStartIndex(end);
    supplied.setStopIndex(end - 1);
    supplied.setTokenIndex(previous.getTokenIndex());
    return supplied;
  }

  /// Whether a statement seems to end between `previous` and `token`.
  private static boolean endsBefore(Token token, Token previous) {
    return token.getType() == IsaLexer.RBRACE
        || token.getType() == Token.EOF
        || STARTERS.contains(token.getType())
        || (previous.getLine() < token.getLine() && isWord(token));
  }

  private static boolean isWord(Token token) {
    return Character.isLetterOrDigit(token.getText().codePointAt(0));
  }

  private static void goTo(Parser parser, int index) {
    TokenStream tokens = parser.getTokenStream();
    while (tokens.index() < index && tokens.LA(1) != Token.EOF) {
      parser.consume();
    }
  }

  /// The index of the first token behind the construct that begins at `start`.
  private static int endOf(TokenStream tokens, int start) {
    int depth = 0;
    Token before = null;
    for (int index = start; index < tokens.size(); index++) {
      Token token = tokens.get(index);
      int type = token.getType();
      if (type == Token.EOF) {
        return index;
      }
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        continue;
      }
      if (depth == 0 && before != null) {
        if (before.getType() == IsaLexer.RBRACE && !goesOn(type)) {
          return index;
        }
        if (STARTERS.contains(type) && before.getLine() < token.getLine()) {
          return index;
        }
      }
      switch (type) {
        case IsaLexer.LBRACE, IsaLexer.LPAREN, IsaLexer.LBRACKET -> depth++;
        case IsaLexer.RBRACE, IsaLexer.RPAREN, IsaLexer.RBRACKET -> {
          if (--depth < 0) {
            return index;
          }
        }
        case IsaLexer.SEMI -> {
          if (depth == 0) {
            return index + 1;
          }
        }
        default -> {}
      }
      before = token;
    }
    return tokens.size();
  }

  private static boolean goesOn(int type) {
    return type == IsaLexer.ELSE
        || type == IsaLexer.SEMI
        || type == IsaLexer.ASSIGN
        || (type >= IsaLexer.MINUS && type <= IsaLexer.LOR);
  }

  // Saying so

  /// Says it, unless something was said of the same construct up to `token`.
  private void say(Parser parser, Token token, Diagnostic diagnostic) {
    Token start = construct(parser.getContext()).getStart();
    Span reach =
        span(start.getTokenIndex() <= token.getTokenIndex() ? start : token).to(span(token));
    boolean isRepeated =
        said.stream()
            .anyMatch(earlier ->
                (reach.start() <= earlier.start() && earlier.start() <= reach.end())
                    || earlier.equals(diagnostic.span()));
    if (!isRepeated && said.size() < trapline.lang.Parser.MOST_DIAGNOSTICS) {
      said.add(diagnostic.span());
      sink.accept(diagnostic);
    }
  }

  private void report(Parser parser, Token token, IntervalSet expected) {
    ParserRuleContext context = parser.getContext();
    ParserRuleContext construct = construct(context);
    Token previous = parser.getTokenStream().LT(-1);
    boolean isFirst =
        context.getRuleIndex() == IsaParser.RULE_file || isLoopOf(context, token, expected);
    String found =
        token.getType() == Token.EOF ? "the end of the file" : "`" + token.getText() + "`";

    Optional<Diagnostic> special =
        special(context, previous, token, next(parser, token), expected, isFirst);
    if (special.isPresent()) {
      say(parser, token, special.get());
      return;
    }
    var news = new IntervalSet(expected);
    if (isFirst && expected.size() > 1) {
      news.remove(IsaLexer.RBRACE);
      news.remove(Token.EOF);
    }
    String wanted = wanted(news, isWord(token));
    Diagnostic diagnostic =
        wanted.isEmpty()
            ? Diagnostic.of(
                UNEXPECTED_WORD, found + " cannot stand here", span(token), "not expected")
            : Diagnostic.of(
                UNEXPECTED_WORD,
                "expected " + wanted + ", found " + found,
                span(token),
                wanted.length() > 40 ? "not expected here" : "expected " + wanted);
    if (!isFirst && construct.getStart().getLine() < token.getLine()) {
      diagnostic = diagnostic.with(span(construct.getStart()), "in what begins here");
    }
    Optional<String> help = hint(context, previous, token, expected, isFirst);
    if (help.isEmpty() && !isFirst) {
      help = Forms.of(construct).map(form -> "the form is `" + form + "`");
    }
    say(parser, token, help.isPresent() ? diagnostic.help(help.get()) : diagnostic);
  }

  /// Whether `token` stands where an element of the body `context` should begin.
  private static boolean isLoopOf(ParserRuleContext context, Token token, IntervalSet expected) {
    return BODIES.contains(context.getRuleIndex())
        && expected.contains(IsaLexer.RBRACE)
        && !expected.contains(IsaLexer.COMMA)
        && !expected.contains(IsaLexer.SEMI)
        && token.getType() != IsaLexer.RBRACE;
  }

  private static ParserRuleContext construct(ParserRuleContext context) {
    ParserRuleContext at = context;
    while (!CONSTRUCTS.contains(at.getRuleIndex()) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  /// Mistakes that deserve words of their own.
  private Optional<Diagnostic> special(
      ParserRuleContext context,
      @Nullable Token previous,
      Token token,
      Token next,
      IntervalSet expected,
      boolean isFirst) {
    String text = token.getText();
    int type = token.getType();
    if (isOperator(token) && next.getType() == IsaLexer.ASSIGN && touches(token, next)) {
      return noAssignment(token, next);
    }
    if (previous != null
        && isOperator(previous)
        && type == IsaLexer.ASSIGN
        && touches(previous, token)) {
      return noAssignment(previous, token);
    }
    if ((type == IsaLexer.CONCAT && next.getType() == IsaLexer.SEMI)
        || (type == IsaLexer.MINUS && next.getType() == IsaLexer.MINUS && touches(token, next))) {
      String operator = type == IsaLexer.MINUS ? "-" : "+";
      return of(
          "there is no `" + operator + operator + "` that counts",
          type == IsaLexer.MINUS ? span(token).to(span(next)) : span(token),
          "no statement ends like this",
          "write `x = x " + operator + " 1`");
    }
    Optional<Diagnostic> misnamed = misnamed(context, previous, token, expected);
    if (misnamed.isPresent()) {
      return misnamed;
    }
    if (type == IsaLexer.COLON && context.getRuleIndex() == IsaParser.RULE_suffix) {
      return of(
          "a slice is written with `..`",
          span(token),
          "expected `..`",
          "write `x[15..0]`, both ends included");
    }
    if (isFirst && type == IsaLexer.SEMI) {
      return of(
          "nothing to end here",
          span(token),
          previous != null && previous.getType() == IsaLexer.RBRACE
              ? "a `}` needs no `;`"
              : "nothing stands before this `;`",
          "remove the `;`");
    }
    if (isFirst && type == IsaLexer.ELSE) {
      return of(
          "this `else` belongs to no `if`",
          span(token),
          "no `if` ends right before it",
          "write it right behind the `}` of an `if`");
    }
    boolean inBlock = isFirst && expected.contains(IsaLexer.LET);
    if (inBlock
        && isWord(token)
        && Forms.items().contains(text)
        && !Forms.statements().contains(text)) {
      Diagnostic inside =
          Diagnostic.of(
                  UNEXPECTED_WORD,
                  "`" + text + "` cannot stand in a block of statements",
                  span(token),
                  "an item of a machine")
              .help("close the block with `}` before it, or move it out");
      return Optional.of(inside.with(span(context.getStart()), "the block begins here"));
    }
    if (isFirst
        && !inBlock
        && expected.contains(IsaLexer.INSTR)
        && isWord(token)
        && Forms.statements().contains(text)) {
      return of(
          "`" + text + "` cannot stand outside a block of statements",
          span(token),
          "a statement, where an item of the machine is expected",
          "move it into the body of an `instr`, `fn`, `guard`, …");
    }
    if (context.getRuleIndex() == IsaParser.RULE_file) {
      return ofFile(token);
    }
    if (context.getRuleIndex() == IsaParser.RULE_arg
        && previous != null
        && isKeyword(previous)
        && expected.contains(IsaLexer.ASSIGN)
        && !expected.contains(IsaLexer.INT)) {
      return Optional.of(
          Diagnostic.of(
                  KEYWORD_AS_NAME,
                  "`" + previous.getText() + "` is a word of the language",
                  span(previous),
                  "names no value")
              .help("give the value another name, such as `" + previous.getText() + "_`"));
    }
    if (isKeyword(token)
        && (expected.contains(IsaLexer.ID) || context.getRuleIndex() == IsaParser.RULE_label)
        && (!expected.contains(IsaLexer.LET) || context.getRuleIndex() == IsaParser.RULE_label)
        && (previous == null || previous.getLine() == token.getLine())) {
      boolean isMnemonic = expected.contains(IsaLexer.IF) && !expected.contains(IsaLexer.INT);
      return Optional.of(
          Diagnostic.of(
                  KEYWORD_AS_NAME,
                  "`" + text + "` is a word of the language",
                  span(token),
                  "cannot be a name here")
              .help(
                  isMnemonic
                      ? "`expect "
                          + text
                          + "` speaks of more than one instruction, so none can have this name"
                      : "choose another name, such as `" + text + "_`"));
    }
    return Optional.empty();
  }

  private Optional<Diagnostic> noAssignment(Token operator, Token assign) {
    return of(
        "there is no `" + operator.getText() + "=`",
        span(operator).to(span(assign)),
        "neither an assignment nor an operator",
        operator.getType() == IsaLexer.COLON
            ? "write `=`"
            : "write the target again: `x = x " + operator.getText() + " …`");
  }

  /// Two words in a row, which begin no statement: the first was meant to be another.
  private Optional<Diagnostic> misnamed(
      ParserRuleContext context, @Nullable Token previous, Token token, IntervalSet expected) {
    if (context.getRuleIndex() != IsaParser.RULE_statement
        || previous == null
        || context.getStart() != previous
        || !expected.contains(IsaLexer.ASSIGN)
        || !(isWord(token)
            || token.getType() == IsaLexer.LBRACE
            || token.getType() == IsaLexer.NOT)) {
      return Optional.empty();
    }
    String word = previous.getText();
    Optional<String> meant =
        Optional.ofNullable(FOREIGN.get(word)).or(() -> Spelling.nearest(word, Forms.statements()));
    String help;
    if (meant.isPresent()) {
      help = "write `" + meant.get() + "`";
    } else if (token.getType() == IsaLexer.ID) {
      help =
          "a new name is introduced by `let "
              + token.getText()
              + " = …;` or `var "
              + token.getText()
              + " : TYPE = …;`";
    } else {
      return Optional.empty();
    }
    return of(
        "no statement begins with `" + word + "`",
        span(previous),
        "not a word of the language",
        help);
  }

  private Optional<Diagnostic> ofFile(Token token) {
    String text = token.getText();
    return switch (text) {
      case "import", "language" ->
          of(
              "`" + text + "` must stand first",
              span(token),
              "comes after something else",
              text.equals("import")
                  ? "move it before the first machine"
                  : "make it the first line of the file");
      default -> {
        if (Forms.items().contains(text)) {
          yield of(
              "`" + text + "` belongs inside a machine",
              span(token),
              "expected `machine` or `extension`",
              "write `machine NAME { … }` around it");
        }
        yield Optional.empty();
      }
    };
  }

  private static Optional<Diagnostic> of(String message, Span span, String label, String help) {
    return Optional.of(Diagnostic.of(UNEXPECTED_WORD, message, span, label).help(help));
  }

  /// A way out, where the words suggest one.
  private static Optional<String> hint(
      ParserRuleContext context,
      @Nullable Token previous,
      Token token,
      IntervalSet expected,
      boolean isFirst) {
    String text = token.getText();
    int type = token.getType();
    if (type == IsaLexer.ASSIGN && expected.contains(IsaLexer.EQ)) {
      return Optional.of("`=` assigns; write `==` to compare");
    }
    if (type == IsaLexer.EQ && expected.contains(IsaLexer.ASSIGN)) {
      return Optional.of("`==` compares; write `=` to assign");
    }
    if (type == IsaLexer.LT && context.getRuleIndex() == IsaParser.RULE_type) {
      return Optional.of("widths stand in parentheses: `bits(32)`");
    }
    if (type == IsaLexer.COLON && expected.contains(IsaLexer.ARROW)) {
      return Optional.of("the type of a result follows `->`");
    }
    if ((type == IsaLexer.ARROW || type == IsaLexer.COLON)
        && expected.contains(IsaLexer.FATARROW)) {
      return Optional.of("write `=>` between a pattern and what it leads to");
    }
    if (previous != null
        && previous.getType() == IsaLexer.FATARROW
        && expected.contains(IsaLexer.LBRACE)) {
      return Optional.of("what an arm does stands in braces: `=> { … }`");
    }
    if (expected.contains(IsaLexer.ELSE) && expected.contains(IsaLexer.PLUS)) {
      return Optional.of("an `if` that is a value needs both: `if a then b else c`");
    }
    if (type == IsaLexer.COMMA && expected.contains(IsaLexer.SEMI)) {
      return Optional.of("write `;`");
    }
    if (type == IsaLexer.SEMI
        && expected.contains(IsaLexer.COMMA)
        && expected.contains(IsaLexer.RBRACE)) {
      return Optional.of("write `,`");
    }
    if (context.getRuleIndex() == IsaParser.RULE_bitItem
        && previous != null
        && isWord(previous)
        && expected.contains(IsaLexer.COLON)
        && expected.contains(IsaLexer.LBRACKET)) {
      return Optional.of("say how many bits it has: `" + previous.getText() + ":n`");
    }
    if (type == IsaLexer.INT
        && expected.contains(IsaLexer.ID)
        && !expected.contains(IsaLexer.INT)) {
      return Optional.of("names begin with a letter");
    }
    if (isWord(token)) {
      String ours = FOREIGN.get(text);
      if (ours != null && (isWanted(ours, expected) || (ours.startsWith("else") && isFirst))) {
        return Optional.of("write `" + ours + "`");
      }
      Optional<String> near = Spelling.nearest(text, words(expected));
      if (near.isPresent()) {
        return Optional.of("did you mean `" + near.get() + "`?");
      }
    }
    if (previous != null && previous.getText().equals("not") && isWord(token)) {
      return Optional.of("write `!" + text + "`");
    }
    return Optional.empty();
  }

  private static boolean isWanted(String ours, IntervalSet expected) {
    return words(expected).contains(ours);
  }

  /// Everything expected, as it is written.
  private static Set<String> words(IntervalSet expected) {
    var words = new LinkedHashSet<String>();
    for (int type : expected.toList()) {
      String literal = type < 0 ? null : IsaLexer.VOCABULARY.getLiteralName(type);
      if (literal != null) {
        words.add(literal.substring(1, literal.length() - 1));
      }
    }
    return words;
  }

  private static boolean isOperator(Token token) {
    int type = token.getType();
    return type == IsaLexer.COLON
        || (type >= IsaLexer.MINUS && type <= IsaLexer.XOR)
        || type == IsaLexer.OR
        || type == IsaLexer.CONCAT;
  }

  private static Token next(Parser parser, Token token) {
    TokenStream tokens = parser.getTokenStream();
    int index = token.getTokenIndex() + 1;
    while (index < tokens.size() - 1 && tokens.get(index).getChannel() != Token.DEFAULT_CHANNEL) {
      index++;
    }
    return tokens.get(Math.min(index, tokens.size() - 1));
  }

  private static boolean touches(Token before, Token after) {
    return before.getStopIndex() + 1 == after.getStartIndex();
  }

  /// Whether `token` is a word of the language that is no name anywhere but in lenient places.
  private static boolean isKeyword(Token token) {
    return token.getType() != IsaLexer.ID
        && token.getType() > 0
        && Character.isLetter(token.getText().codePointAt(0));
  }

  // What was expected, in few words

  private static String wanted(IntervalSet expected, boolean foundWord) {
    var types = new LinkedHashSet<>(expected.toList());
    var parts = new ArrayList<String>();
    boolean hasName = types.contains(IsaLexer.ID);
    if (types.contains(IsaLexer.INSTR) && types.contains(IsaLexer.REG) && !hasName) {
      parts.add("an item such as `reg`, `fn` or `instr`");
      keep(types);
    } else if (types.contains(IsaLexer.LET)
        && types.contains(IsaLexer.LPAREN)
        && !types.contains(IsaLexer.THEN)) {
      parts.add(types.contains(IsaLexer.STEP) ? "`asm`, `step` or a statement" : "a statement");
      keep(types);
    } else if (hasName && types.contains(IsaLexer.INT) && types.contains(IsaLexer.NOT)) {
      parts.add("an expression");
      keep(types, IsaLexer.RPAREN, IsaLexer.RBRACKET, IsaLexer.SEMI, IsaLexer.STRING);
    } else if (hasName && types.contains(IsaLexer.INT) && types.contains(IsaLexer.LPAREN)) {
      parts.add("a name");
      keep(types);
    } else if (hasName) {
      boolean isType = types.contains(typeOf("bits")) && !types.contains(IsaLexer.IF);
      parts.add(
          isType
              ? "a type"
              : types.contains(IsaLexer.INT)
                  ? types.contains(IsaLexer.UNDERSCORE) ? "a pattern" : "a name or a number"
                  : "a name");
      keep(
          types,
          IsaLexer.NOT,
          IsaLexer.RPAREN,
          IsaLexer.RBRACE,
          IsaLexer.LBRACE,
          IsaLexer.RBRACKET);
      if (types.contains(IsaLexer.NOT)) {
        types.remove(IsaLexer.NOT);
      }
    } else if (types.contains(IsaLexer.PLUS)) {
      // An operand is complete: operators and suffixes could follow everywhere, and are no news.
      if (foundWord) {
        parts.add("an operator");
      }
      types.removeIf(type -> type >= IsaLexer.MINUS && type <= IsaLexer.LOR);
      types.removeAll(List.of(IsaLexer.LBRACKET, IsaLexer.LPAREN, IsaLexer.DOT));
    } else if (types.contains(IsaLexer.DOT) && types.contains(IsaLexer.LBRACKET)) {
      types.removeAll(List.of(IsaLexer.LBRACKET, IsaLexer.LPAREN, IsaLexer.DOT));
    }
    var clauses = types.stream().filter(t -> t > 0 && isWordType(t)).toList();
    for (int type : types) {
      if (type > 0 && clauses.size() > 3 && isWordType(type)) {
        continue;
      }
      parts.add(name(type));
    }
    if (clauses.size() > 3) {
      parts.add("one of " + String.join(", ", clauses.stream().map(Mistakes::name).toList()));
    }
    return switch (parts.size()) {
      case 0 -> "";
      case 1 -> parts.getFirst();
      default -> String.join(", ", parts.subList(0, parts.size() - 1)) + " or " + parts.getLast();
    };
  }

  private static void keep(Set<Integer> types, Integer... wanted) {
    types.retainAll(List.of(wanted));
  }

  private static int typeOf(String literal) {
    for (int type = 1; type <= IsaLexer.VOCABULARY.getMaxTokenType(); type++) {
      if (("'" + literal + "'").equals(IsaLexer.VOCABULARY.getLiteralName(type))) {
        return type;
      }
    }
    throw new IllegalArgumentException(literal);
  }

  private static boolean isWordType(int type) {
    String literal = IsaLexer.VOCABULARY.getLiteralName(type);
    return literal != null && Character.isLetter(literal.charAt(1));
  }

  private static String name(int type) {
    return switch (type) {
      case Token.EOF -> "the end of the file";
      case IsaLexer.INT -> "a number";
      case IsaLexer.STRING -> "a string";
      case IsaLexer.ID -> "a name";
      default -> "`" + IsaLexer.VOCABULARY.getLiteralName(type).replace("'", "") + "`";
    };
  }

  private Span span(Token token) {
    return offsets.span(file, token.getStartIndex(), token.getStopIndex() + 1);
  }
}
