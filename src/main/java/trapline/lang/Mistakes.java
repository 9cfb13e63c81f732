package trapline.lang;

import static trapline.lang.SyntaxError.*;

import java.util.ArrayList;
import java.util.List;
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
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.lang.grammar.IsaLexer;
import trapline.lang.grammar.IsaParser;

/// Says what is wrong with the order of the words, once per item, line or statement.
///
/// A mistake ends the innermost construct that has an end of its own (an item, a statement, a field, …):
/// parsing goes on behind that construct, found by pairing brackets from its beginning, which [Tokens]
/// made possible. So a mistake cannot cause a second message.
final class Mistakes extends DefaultErrorStrategy {
  /// The constructs that a mistake does not leave.
  private static final Set<Integer> ENDS =
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

  private final SourceFile file;
  private final Offsets offsets;
  private final Consumer<Diagnostic> sink;
  private int lastReported = -1;

  Mistakes(SourceFile file, Offsets offsets, Consumer<Diagnostic> sink) {
    this.file = file;
    this.offsets = offsets;
    this.sink = sink;
  }

  // Going on

  @Override
  public void recover(Parser parser, RecognitionException mistake) {
    if (!ENDS.contains(parser.getContext().getRuleIndex())) {
      throw mistake;
    }
    goTo(parser, endOf(parser.getTokenStream(), parser.getContext().getStart().getTokenIndex()));
  }

  /// In the body of a block: skips what begins no element of it.
  @Override
  public void sync(Parser parser) {
    ATNState state = parser.getInterpreter().atn.states.get(parser.getState());
    boolean isLoop =
        switch (state.getStateType()) {
          case ATNState.STAR_LOOP_ENTRY, ATNState.STAR_LOOP_BACK -> true;
          default -> false;
        };
    if (!isLoop) {
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
      goTo(parser, Math.max(token.getTokenIndex() + 1, endOf(parser.getTokenStream(), token.getTokenIndex())));
    }
  }

  @Override
  public Token recoverInline(Parser parser) {
    IntervalSet expected = parser.getExpectedTokens();
    Token token = parser.getCurrentToken();
    Token previous = parser.getTokenStream().LT(-1);
    if (expected.contains(IsaLexer.SEMI) && previous != null && endsStatement(parser, token)) {
      if (token.getTokenIndex() != lastReported) {
        lastReported = token.getTokenIndex();
        int end = previous.getStopIndex() + 1;
        sink.accept(
            Diagnostic.of(
                    MISSING_SEMICOLON,
                    "`;` is missing",
                    offsets.span(file, end, end),
                    "expected `;` here")
                .help("write `" + previous.getText() + ";`"));
      }
      var supplied = new CommonToken(IsaLexer.SEMI, ";");
      supplied.setStartIndex(previous.getStopIndex() + 1);
      supplied.setStopIndex(previous.getStopIndex());
      supplied.setTokenIndex(previous.getTokenIndex());
      return supplied;
    }
    throw new InputMismatchException(parser);
  }

  private boolean endsStatement(Parser parser, Token token) {
    if (token.getType() == IsaLexer.RBRACE || token.getType() == Token.EOF) {
      return true;
    }
    Token previous = parser.getTokenStream().LT(-1);
    return previous.getLine() < token.getLine()
        && Character.isLetterOrDigit(token.getText().codePointAt(0));
  }

  @Override
  public void reportError(Parser parser, RecognitionException mistake) {
    report(parser, mistake.getOffendingToken(), parser.getExpectedTokens());
  }

  @Override
  public boolean inErrorRecoveryMode(Parser parser) {
    return false;
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
    int index = start;
    Token before = null;
    for (; index < tokens.size(); index++) {
      Token token = tokens.get(index);
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        continue;
      }
      int type = token.getType();
      if (type == Token.EOF) {
        return index;
      }
      if (depth == 0 && before != null && before.getType() == IsaLexer.RBRACE && !goesOn(type)) {
        return index;
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
    return index;
  }

  private static boolean goesOn(int type) {
    return type == IsaLexer.ELSE
        || type == IsaLexer.SEMI
        || type == IsaLexer.ASSIGN
        || type >= IsaLexer.MINUS && type <= IsaLexer.LOR;
  }

  // Saying so

  private void report(Parser parser, Token token, IntervalSet expected) {
    if (token.getTokenIndex() == lastReported) {
      return;
    }
    lastReported = token.getTokenIndex();
    String wanted = String.join(" or ", describe(expected));
    String found = token.getType() == Token.EOF ? "the end of the file" : "`" + token.getText() + "`";
    sink.accept(
        Diagnostic.of(
            UNEXPECTED_WORD,
            "expected " + wanted + ", found " + found,
            span(token),
            "expected " + wanted));
  }

  private static List<String> describe(IntervalSet expected) {
    var result = new ArrayList<String>();
    for (int type : expected.toList()) {
      result.add(type == Token.EOF ? "the end of the file" : IsaLexer.VOCABULARY.getDisplayName(type));
    }
    return result;
  }

  private Span span(Token token) {
    return offsets.span(file, token.getStartIndex(), token.getStopIndex() + 1);
  }
}
