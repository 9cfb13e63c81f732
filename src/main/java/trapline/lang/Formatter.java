package trapline.lang;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.lang.grammar.IsaLexer;

/// Lays out a description: `trapline fmt`.
///
/// No token changes its line: a person decides what belongs on one line, which tables of instructions need.
/// Decided here, from the tokens alone:
///
///     indentation   two blanks for each open `{`; a line that goes on keeps its distance from the line
///                   where its statement began (two at least), or hangs below what follows an open bracket
///     blanks        one or none between two tokens; where the author left two or more, and one is due, the
///                   second token keeps its column, so that columns stay aligned
///     blank lines   one at most, none behind `{` or before `}`
///
/// Guaranteed: the same tokens and comments, so the same tree but for places; formatting twice changes
/// nothing more (decision 0002).
public final class Formatter {
  /// Blanks that a line may be set in from where it would stand by its brackets alone.
  private static final int FARTHEST = 80;

  /// Blanks by which `9..0` may stand to the right of `31..28` above it.
  private static final int NUMBERS = 4;

  private static final int TAB = 8;

  /// A text laid out, or the reasons why it cannot be.
  public sealed interface Formatted {
    record Text(String text) implements Formatted {}

    record Rejected(List<Diagnostic> diagnostics) implements Formatted {}
  }

  /// What a `{` opens, as far as its layout differs.
  private enum Braces {
    /// Statements or items: `;` and `}` end each.
    BLOCK,
    /// `enum`, `match`: `,` ends each.
    LIST,
    /// `param`, `choice`: short lists without blanks inside.
    VALUES,
    /// `asm`: every string stands for itself.
    LINES,
    /// `operand`: each alternative has a pattern.
    OPERAND
  }

  /// A token that is no white space, as the author placed it.
  private static final class Word {
    final Token token;
    final String text;
    final int column;
    final int linesBefore;
    final int gap;
    boolean isStart;
    @Nullable Bracket inside;
    @Nullable Bracket opens;
    boolean isPattern;
    int placed = -1;

    Word(Token token, String text, int column, int linesBefore, int gap) {
      this.token = token;
      this.text = text;
      this.column = column;
      this.linesBefore = linesBefore;
      this.gap = gap;
    }

    int type() {
      return token.getType();
    }

    boolean isComment() {
      return token.getChannel() != Token.DEFAULT_CHANNEL;
    }

    boolean isCloser() {
      return type() == IsaLexer.RBRACE || type() == IsaLexer.RPAREN || type() == IsaLexer.RBRACKET;
    }
  }

  private static final class Bracket {
    final int type;
    final Braces braces;
    final @Nullable Bracket outer;
    final int depth;
    @Nullable Word first;
    boolean isPattern;
    int leftmostNumber = Integer.MAX_VALUE;

    Bracket(int type, Braces braces, @Nullable Bracket outer) {
      this.type = type;
      this.braces = braces;
      this.outer = outer;
      this.depth = (outer == null ? 0 : outer.depth) + (type == IsaLexer.LBRACE ? 1 : 0);
    }
  }

  private final List<Word> words = new ArrayList<>();

  private Formatter() {}

  public static Formatted format(SourceFile file) {
    var parsed = Parser.parse(file);
    if (!parsed.isComplete()) {
      return new Formatted.Rejected(parsed.diagnostics());
    }
    var formatter = new Formatter();
    formatter.read(file.text());
    formatter.nest();
    return new Formatted.Text(formatter.layout());
  }

  // Where everything stands

  private void read(String text) {
    int column = 0;
    int lines = 0;
    int end = 0;
    for (Token token : new IsaLexer(CharStreams.fromString(text)).getAllTokens()) {
      String content = token.getText().replace("\r", "");
      if (token.getType() == IsaLexer.WS) {
        for (int i = 0; i < content.length(); i++) {
          switch (content.charAt(i)) {
            case '\n' -> {
              lines++;
              column = 0;
            }
            case '\t' -> column += TAB - column % TAB;
            case ' ' -> column++;
            default -> {}
          }
        }
        continue;
      }
      if (token.getType() == IsaLexer.LINE || token.getType() == IsaLexer.DOC) {
        content = content.stripTrailing();
      }
      words.add(new Word(token, content, column, lines, column - end));
      int last = content.lastIndexOf('\n');
      column = last < 0 ? column + content.length() : content.length() - last - 1;
      end = column;
      lines = 0;
    }
  }

  // Which brackets surround it, and where statements begin

  private void nest() {
    Bracket inner = null;
    Deque<Statement> outer = new ArrayDeque<>();
    var statement = new Statement();
    boolean afterBrace = false;
    for (Word word : words) {
      if (word.isCloser() && inner != null) {
        statement = inner.type == IsaLexer.LBRACE && !outer.isEmpty() ? outer.pop() : statement;
        inner = inner.outer;
      }
      word.inside = inner;
      boolean inBraces = inner == null || inner.type == IsaLexer.LBRACE;
      if (word.isComment()) {
        word.isStart = inBraces && (statement.isOver || afterBrace);
        continue;
      }
      if (afterBrace) {
        statement.isOver = !goesOn(word.type());
        word.isStart = word.type() == IsaLexer.ELSE;
        afterBrace = false;
      }
      if (inBraces && inner != null && inner.braces == Braces.LINES) {
        statement.isOver = true;
      }
      if (inBraces && statement.isOver && !word.isCloser()) {
        statement = statement.next(word);
        word.isStart = true;
        if (inner != null && word.type() == IsaLexer.INT && word.linesBefore > 0) {
          inner.leftmostNumber = Math.min(inner.leftmostNumber, word.column);
        }
      }
      statement.sees(word);
      if (inner != null && inner.first == null && !word.isCloser()) {
        inner.first = word;
      }
      switch (word.type()) {
        case IsaLexer.LBRACE -> {
          inner = new Bracket(IsaLexer.LBRACE, statement.braces(), inner);
          word.opens = inner;
          outer.push(statement);
          statement = new Statement();
        }
        case IsaLexer.LPAREN, IsaLexer.LBRACKET -> {
          word.isPattern =
              word.type() == IsaLexer.LBRACKET
                  && statement.takesPattern(inner == null ? Braces.BLOCK : inner.braces);
          boolean isHole =
              word.type() == IsaLexer.LPAREN
                  && ((inner != null && inner.isPattern) || statement.firstText.equals("operand"));
          inner = new Bracket(word.type(), Braces.BLOCK, inner);
          inner.isPattern = word.isPattern || isHole;
          word.opens = inner;
        }
        case IsaLexer.RBRACE -> afterBrace = true;
        case IsaLexer.SEMI -> statement.isOver = true;
        case IsaLexer.COMMA ->
            statement.isOver |= inBraces && inner != null && inner.braces == Braces.LIST;
        default -> {}
      }
    }
  }

  private static boolean goesOn(int type) {
    return switch (type) {
      case IsaLexer.ELSE,
          IsaLexer.SEMI,
          IsaLexer.COMMA,
          IsaLexer.ASSIGN,
          IsaLexer.RPAREN,
          IsaLexer.RBRACKET ->
          true;
      default -> type >= IsaLexer.MINUS && type <= IsaLexer.LOR;
    };
  }

  /// The statement or item that is being read, as far as layout depends on it.
  private static final class Statement {
    boolean isOver = true;
    int beginsWith;
    boolean hasMatch;
    boolean hasPattern;
    String firstText = "";

    Statement next(Word word) {
      isOver = false;
      beginsWith = word.type();
      firstText = word.text;
      hasMatch = false;
      hasPattern = false;
      return this;
    }

    void sees(Word word) {
      hasMatch |= word.type() == IsaLexer.MATCH;
    }

    Braces braces() {
      if (hasMatch || beginsWith == IsaLexer.ENUM) {
        return Braces.LIST;
      }
      return switch (firstText) {
        case "param", "choice" -> Braces.VALUES;
        case "asm" -> Braces.LINES;
        case "operand" -> Braces.OPERAND;
        default -> Braces.BLOCK;
      };
    }

    boolean takesPattern(Braces around) {
      boolean takes =
          !hasPattern
              && (beginsWith == IsaLexer.INSTR
                  || beginsWith == IsaLexer.REPLACE
                  || around == Braces.OPERAND);
      hasPattern |= takes;
      return takes;
    }
  }

  // The new places

  private String layout() {
    var out = new StringBuilder();
    Line line = new Line(0, 0);
    Line base = line;
    int column = 0;
    Word previous = null;
    Word comment = null;
    for (Word word : words) {
      if (previous == null || word.linesBefore > 0) {
        boolean isApart =
            word.linesBefore > 1
                && previous != null
                && !(previous.type() == IsaLexer.LBRACE)
                && word.type() != IsaLexer.RBRACE;
        out.append(previous == null ? "" : isApart ? "\n\n" : "\n");
        column = indent(word, base, comment);
        out.append(" ".repeat(column));
        line = new Line(word.column, column);
      } else {
        int blanks = blanks(previous, word);
        int aligned = line.now + word.column - line.before;
        if (blanks == 1 && word.gap > 1) {
          blanks = Math.max(1, aligned - column);
        }
        out.append(" ".repeat(blanks));
        column += blanks;
      }
      word.placed = column;
      if (word.isStart && !word.isComment()) {
        base = line;
      }
      comment = word.type() == IsaLexer.LINE || word.type() == IsaLexer.DOC ? word : null;
      out.append(word.text);
      int end = word.text.lastIndexOf('\n');
      if (end < 0) {
        column += word.text.length();
      } else {
        column = word.text.length() - end - 1;
        line = new Line(0, 0);
      }
      previous = word;
    }
    return out.isEmpty() ? "" : out.append('\n').toString();
  }

  /// Where the first token of a line stood, and where it stands now.
  private record Line(int before, int now) {}

  private static int indent(Word word, Line base, @Nullable Word comment) {
    // Below a comment on the right, the rest of it.
    if (word.isComment()
        && comment != null
        && comment.column == word.column
        && word.linesBefore == 1) {
      return comment.placed;
    }
    Bracket inside = word.inside;
    int depth = inside == null ? 0 : inside.depth;
    if (inside != null
        && !word.isCloser()
        && inside.first != null
        && inside.first != word
        && inside.first.placed >= 0
        && inside.first.linesBefore == 0
        && inside.first.column == word.column) {
      return inside.first.placed;
    }
    if (word.type() == IsaLexer.RBRACE) {
      return 2 * depth;
    }
    if (word.isStart) {
      int numbers =
          word.type() == IsaLexer.INT && inside != null ? inside.leftmostNumber : word.column;
      return 2 * depth + Math.clamp(word.column - numbers, 0, NUMBERS);
    }
    boolean mayStandBelow = word.isCloser() || word.type() == IsaLexer.LBRACE;
    return base.now + Math.clamp(word.column - base.before, mayStandBelow ? 0 : 2, FARTHEST);
  }

  /// Words that are followed by a value, so that a `(` behind them begins one.
  private static final Set<String> BEFORE_VALUES =
      Set.of(
          "if", "match", "while", "return", "in", "then", "else", "when", "where", "assert",
          "execute", "step");

  /// Words that may be followed by a value, or be the name of what is called.
  private static final Set<String> MAYBE_BEFORE_VALUES = Set.of("at", "reset", "zero");

  /// 1 if a blank is due between two tokens of a line, else 0.
  private static int blanks(Word left, Word right) {
    if (left.isComment() || right.isComment()) {
      return right.type() == IsaLexer.LINE || right.type() == IsaLexer.DOC
          ? 1
          : Math.min(1, right.gap);
    }
    Bracket inside = right.inside;
    boolean inPattern = inside != null && (inside.type == IsaLexer.LBRACKET || inside.isPattern);
    boolean inParentheses = inside != null && inside.type == IsaLexer.LPAREN;
    switch (right.type()) {
      case IsaLexer.RPAREN,
          IsaLexer.RBRACKET,
          IsaLexer.COMMA,
          IsaLexer.SEMI,
          IsaLexer.DOT,
          IsaLexer.DOTS -> {
        return 0;
      }
      case IsaLexer.COLON -> {
        return inPattern || inParentheses ? 0 : 1;
      }
      case IsaLexer.RBRACE -> {
        return left.opens == null && isValues(left.inside) ? 0 : 1;
      }
      default -> {}
    }
    switch (left.type()) {
      case IsaLexer.LPAREN,
          IsaLexer.LBRACKET,
          IsaLexer.DOT,
          IsaLexer.DOTS,
          IsaLexer.NOT,
          IsaLexer.TILDE -> {
        return 0;
      }
      case IsaLexer.COLON -> {
        return inPattern ? 0 : 1;
      }
      case IsaLexer.LBRACE -> {
        return isValues(left.opens) ? 0 : 1;
      }
      case IsaLexer.MINUS -> {
        // Of a sign nothing but its distance tells it from a difference; keep what is there.
        return Math.min(1, right.gap);
      }
      default -> {}
    }
    boolean isWord = Character.isLetterOrDigit(left.text.charAt(0));
    boolean endsOperand =
        isWord || left.type() == IsaLexer.RPAREN || left.type() == IsaLexer.RBRACKET;
    return switch (right.type()) {
      case IsaLexer.LPAREN ->
          !endsOperand || BEFORE_VALUES.contains(left.text)
              ? 1
              : MAYBE_BEFORE_VALUES.contains(left.text) ? Math.min(1, right.gap) : 0;
      case IsaLexer.LBRACKET -> right.isPattern ? 1 : endsOperand ? 0 : 1;
      default -> 1;
    };
  }

  private static boolean isValues(@Nullable Bracket bracket) {
    return bracket != null && bracket.braces == Braces.VALUES;
  }
}
