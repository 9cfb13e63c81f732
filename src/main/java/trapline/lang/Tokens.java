package trapline.lang;

import static trapline.lang.SyntaxError.MALFORMED_NAME;
import static trapline.lang.SyntaxError.MALFORMED_NUMBER;
import static trapline.lang.SyntaxError.MISMATCHED_BRACKET;
import static trapline.lang.SyntaxError.TOO_DEEP;
import static trapline.lang.SyntaxError.UNCLOSED_BRACKET;
import static trapline.lang.SyntaxError.UNCLOSED_COMMENT;
import static trapline.lang.SyntaxError.UNCLOSED_STRING;
import static trapline.lang.SyntaxError.UNKNOWN_CHARACTER;
import static trapline.lang.SyntaxError.UNOPENED_BRACKET;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;
import trapline.diag.Diagnostic;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.lang.grammar.IsaLexer;

/// Checks a list of tokens before it is parsed.
///
/// Guaranteed afterwards: only tokens of the language; every bracket is paired; brackets, prefixes
/// and `else` chains nest at most [#DEEPEST], and a statement holds at most [#LONGEST] operators,
/// so that the height of the parse tree is bounded whatever the text. A missing `)` or `]` is
/// supplied and a stray closer left out, so that parsing can go on; where braces do not pair, no
/// list is given, because every later message would be a guess.
final class Tokens {
  /// How deep brackets, prefix operators and `else if` chains may nest, together.
  static final int DEEPEST = 200;

  /// How many operators a statement may hold, each of which may add one to the height of its tree.
  static final int LONGEST = 1000;

  private record Open(Token token, int index) {}

  private final SourceFile file;
  private final Offsets offsets;
  private final Consumer<Diagnostic> sink;
  private final List<Token> result = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private boolean hopeless;

  private Tokens(SourceFile file, Offsets offsets, Consumer<Diagnostic> sink) {
    this.file = file;
    this.offsets = offsets;
    this.sink = sink;
  }

  /// The tokens to parse, or nothing if parsing could only mislead.
  static Optional<List<Token>> check(
      SourceFile file, Offsets offsets, List<? extends Token> tokens, Consumer<Diagnostic> sink) {
    var check = new Tokens(file, offsets, sink);
    check.words(tokens);
    if (!check.hopeless) {
      check.brackets();
    }
    if (!check.hopeless) {
      check.depth();
    }
    return check.hopeless ? Optional.empty() : Optional.of(check.result);
  }

  // Words

  private void words(List<? extends Token> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      CommonToken token = (CommonToken) tokens.get(i);
      switch (token.getType()) {
        case IsaLexer.BAD_INT -> {
          number(token);
          token.setType(IsaLexer.INT);
          token.setText("1");
        }
        case IsaLexer.BAD_ID -> {
          sink.accept(
              Diagnostic.of(
                      MALFORMED_NAME,
                      "`" + token.getText() + "` cannot be a name",
                      span(token),
                      "names begin with a letter")
                  .help("write `" + suggestion(token.getText()) + "`"));
          token.setType(IsaLexer.ID);
        }
        case IsaLexer.BAD_STRING -> {
          sink.accept(
              Diagnostic.of(
                      UNCLOSED_STRING,
                      "this string is never closed",
                      head(token),
                      "opened here, and the line ends before a closing quote")
                  .help("put a `\"` at the end of the string; strings do not span lines"));
          token.setType(IsaLexer.STRING);
          token.setText("\"\"");
          hopeless = true;
        }
        case IsaLexer.BAD_COMMENT -> {
          sink.accept(
              Diagnostic.of(
                      UNCLOSED_COMMENT,
                      "this comment is never closed",
                      span(token.getStartIndex(), token.getStartIndex() + 2),
                      "opened here, and the file ends before `*/`")
                  .help(
                      "put `*/` at the end of the comment, or begin each of its lines with `//`"));
          token.setChannel(Token.HIDDEN_CHANNEL);
          hopeless = true;
        }
        case IsaLexer.BAD_CHARACTER -> {
          int close = closingQuote(tokens, i);
          if (close > i) {
            quotes(token, tokens.get(close));
            result.add(token);
            i = close;
            continue;
          }
          int last = i;
          while (last + 1 < tokens.size()
              && tokens.get(last + 1).getType() == IsaLexer.BAD_CHARACTER
              && tokens.get(last + 1).getStartIndex() == tokens.get(last).getStopIndex() + 1) {
            last++;
          }
          characters(token, tokens.get(last));
          i = token.getText().equals("#") ? lastOfLine(tokens, last) : last;
          continue;
        }
        default -> {}
      }
      result.add(token);
    }
  }

  private void number(Token token) {
    String text = token.getText();
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    Diagnostic wrong =
        Diagnostic.of(MALFORMED_NUMBER, "`" + text + "` is not a number", span(token), why(lower));
    Optional<String> fix = fix(lower);
    sink.accept(fix.isPresent() ? wrong.help(fix.get()) : wrong);
  }

  private static String why(String text) {
    String digits = text.length() > 2 ? text.substring(2) : "";
    if (text.matches("0[xbo]_*")) {
      return "digits are missing after `" + text.substring(0, 2) + "`";
    }
    if (text.endsWith("_") || text.contains("__") || text.matches("0[xbo]_.*")) {
      return "a single `_` may stand between two digits only";
    }
    if (text.startsWith("0x")) {
      return "hexadecimal digits are 0-9 and a-f";
    }
    if (text.startsWith("0b") && digits.matches("[0-9_]+")) {
      return "binary digits are 0 and 1";
    }
    if (text.startsWith("0o") && digits.matches("[0-9_]+")) {
      return "octal digits are 0-7";
    }
    return "names begin with a letter, and numbers hold only digits";
  }

  private static Optional<String> fix(String text) {
    if (text.matches("[0-9][0-9a-f]*h")) {
      return Optional.of("write `0x" + text.substring(0, text.length() - 1) + "` for hexadecimal");
    }
    if (text.matches("[0-7]+[oq]")) {
      return Optional.of("write `0o" + text.substring(0, text.length() - 1) + "` for octal");
    }
    if (text.matches("0[xbo][0-9a-f_]*[0-9a-f][0-9a-f_]*")) {
      String tidy =
          text.substring(0, 2) + text.substring(2).replaceAll("_+", "_").replaceAll("^_|_$", "");
      if (tidy.matches("0x.*|0b[01_]+|0o[0-7_]+")) {
        return Optional.of("write `" + tidy + "`");
      }
    }
    if (text.matches("[0-9][0-9_]*")) {
      return Optional.of("write `" + text.replaceAll("_+", "_").replaceAll("_$", "") + "`");
    }
    if (text.matches("[0-9]+[a-f][0-9a-f]*") && !text.startsWith("0b")) {
      return Optional.of("write `0x" + text + "` if it is hexadecimal");
    }
    return Optional.empty();
  }

  private static String suggestion(String name) {
    String tidy = name.replaceAll("^_+", "");
    if (tidy.isEmpty()) {
      return "_";
    }
    return Character.isDigit(tidy.charAt(0)) ? "x" + tidy : tidy;
  }

  private static int lastOfLine(List<? extends Token> tokens, int start) {
    int last = start;
    while (last + 1 < tokens.size()
        && tokens.get(last + 1).getLine() == tokens.get(start).getLine()
        && !tokens.get(last + 1).getText().contains("\n")) {
      last++;
    }
    return last;
  }

  /// The index of the typographic quote that closes the one at `start`, or -1.
  private static int closingQuote(List<? extends Token> tokens, int start) {
    if (!"“”„‘’'`".contains(tokens.get(start).getText())) {
      return -1;
    }
    for (int i = start + 1; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.getLine() != tokens.get(start).getLine()) {
        return -1;
      }
      if (token.getType() == IsaLexer.BAD_CHARACTER && "“”„‘’'`".contains(token.getText())) {
        return i;
      }
    }
    return -1;
  }

  private void quotes(CommonToken open, Token close) {
    Span span = span(open.getStartIndex(), close.getStopIndex() + 1);
    sink.accept(
        Diagnostic.of(
                UNKNOWN_CHARACTER,
                "strings are written with plain double quotes",
                span,
                "these quotes are no part of the language")
            .help("write \"" + span.text().substring(1, span.text().length() - 1) + "\""));
    open.setType(IsaLexer.STRING);
    open.setText("\"\"");
  }

  private void characters(Token first, Token last) {
    Span span = span(first.getStartIndex(), last.getStopIndex() + 1);
    String text = span.text();
    int point = text.codePointAt(0);
    String shown =
        Character.isISOControl(point) || Character.getType(point) == Character.FORMAT
            ? "U+%04X".formatted(point)
            : text;
    Diagnostic unknown =
        Diagnostic.of(
            UNKNOWN_CHARACTER,
            "`" + shown + "` is no part of the language",
            span,
            Character.isLetter(point)
                ? "names are written with the letters a-z and A-Z"
                : "not expected here");
    Optional<String> help =
        switch (text) {
          case "“", "”", "„", "‟", "‘", "’", "'", "`" ->
              Optional.of("strings are written \"like this\"");
          case "–", "—", "−" -> Optional.of("write `-`");
          case "→" -> Optional.of("write `->`");
          case "≠" -> Optional.of("write `!=`");
          case "≤" -> Optional.of("write `<=`");
          case "≥" -> Optional.of("write `>=`");
          case "…" -> Optional.of("write `..` for a range");
          case "#" -> Optional.of("comments begin with `//`");
          case "?" -> Optional.of("write `if a then b else c`");
          case "@", "$" -> Optional.of("names need no mark: write the name alone");
          case "\\" -> Optional.of("a statement may go on in the next line without a mark");
          case "\u00a0" -> Optional.of("this is a no-break space; write an ordinary space");
          default -> Optional.empty();
        };
    sink.accept(help.isPresent() ? unknown.help(help.get()) : unknown);
  }

  // Brackets

  /// A closer that pairs, but stands elsewhere than its opener makes one expect.
  private record Suspect(Token opener, Token closer) {}

  private void brackets() {
    var paired = new ArrayList<Token>();
    Suspect early = null;
    Suspect late = null;
    for (int i = 0; i < result.size(); i++) {
      Token token = result.get(i);
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        paired.add(token);
        continue;
      }
      int type = token.getType();
      if (isWrongCloser(type, i)) {
        Token opener = open.pop().token;
        mismatched(opener, token);
        paired.add(closer(opener, token.getStartIndex(), token.getStopIndex()));
        continue;
      }
      if (type == IsaLexer.SEMI || type == IsaLexer.RBRACE || type == IsaLexer.LBRACE) {
        // None of the three can stand inside ( ) or [ ], but for the braces of a `match`.
        while (!open.isEmpty()
            && open.peek().token.getType() != IsaLexer.LBRACE
            && !(type == IsaLexer.LBRACE && sawMatch(paired, open.peek().index))) {
          supply(paired, open.pop().token, token);
        }
      }
      if (closerOf(type) != 0) {
        open.push(new Open(token, paired.size()));
      } else if (type == IsaLexer.RBRACE || type == IsaLexer.RPAREN || type == IsaLexer.RBRACKET) {
        if (open.stream().noneMatch(o -> closerOf(o.token.getType()) == type)
            || (type != IsaLexer.RBRACE && open.peek().token.getType() == IsaLexer.LBRACE)) {
          unopened(token, type == IsaLexer.RBRACE ? early : null);
          continue;
        }
        while (closerOf(open.peek().token.getType()) != type) {
          supply(paired, open.pop().token, token);
        }
        Token opener = open.pop().token;
        if (type == IsaLexer.RBRACE && isFirstOfLine(token)) {
          int difference = indent(token) - indent(opener);
          if (difference > 0 && early == null) {
            early = new Suspect(opener, token);
          } else if (difference < 0 && late == null) {
            late = new Suspect(opener, token);
          }
        }
      }
      paired.add(token);
    }
    if (!open.isEmpty()) {
      unclosed(late);
    }
    result.clear();
    result.addAll(paired);
  }

  private static int closerOf(int opener) {
    return switch (opener) {
      case IsaLexer.LBRACE -> IsaLexer.RBRACE;
      case IsaLexer.LPAREN -> IsaLexer.RPAREN;
      case IsaLexer.LBRACKET -> IsaLexer.RBRACKET;
      default -> 0;
    };
  }

  private static boolean sawMatch(List<Token> tokens, int since) {
    return tokens.subList(since, tokens.size()).stream()
        .anyMatch(t -> t.getType() == IsaLexer.MATCH);
  }

  private void supply(List<Token> paired, Token opener, Token before) {
    Token previous = opener;
    for (int i = paired.size() - 1; i >= 0; i--) {
      if (paired.get(i).getChannel() == Token.DEFAULT_CHANNEL) {
        previous = paired.get(i);
        break;
      }
    }
    String closer = opener.getType() == IsaLexer.LPAREN ? ")" : "]";
    int end = previous.getStopIndex() + 1;
    sink.accept(
        Diagnostic.of(
                UNCLOSED_BRACKET,
                "this `" + opener.getText() + "` is never closed",
                span(opener),
                "opened here")
            .with(span(end, end), "`" + closer + "` expected here at the latest")
            .help("put a `" + closer + "` before the `" + before.getText() + "`"));
    paired.add(closer(opener, end, end - 1));
  }

  private static CommonToken closer(Token opener, int start, int stop) {
    var closer =
        new CommonToken(
            closerOf(opener.getType()), opener.getType() == IsaLexer.LPAREN ? ")" : "]");
    closer.setStartIndex(start);
    closer.setStopIndex(stop);
    closer.setLine(opener.getLine());
    return closer;
  }

  /// Whether the closer at `index` was meant for the innermost ( or [, of another kind than it.
  private boolean isWrongCloser(int type, int index) {
    if (open.isEmpty() || open.peek().token.getType() == IsaLexer.LBRACE) {
      return false;
    }
    if (closerOf(open.peek().token.getType()) == type) {
      return false;
    }
    return switch (type) {
      case IsaLexer.RPAREN, IsaLexer.RBRACKET -> {
        // One that other openers of its kind wait for is not wrong, unless there are more than they
        // need.
        long waiting =
            open.stream()
                .takeWhile(o -> o.token.getType() != IsaLexer.LBRACE)
                .filter(o -> closerOf(o.token.getType()) == type)
                .count();
        long given =
            result.subList(index, result.size()).stream()
                .takeWhile(t -> t.getType() == type)
                .count();
        yield given > waiting;
      }
      case IsaLexer.RBRACE ->
          result.subList(index + 1, result.size()).stream()
              .filter(t -> t.getChannel() == Token.DEFAULT_CHANNEL)
              .findFirst()
              .map(Token::getType)
              .filter(next ->
                  next == IsaLexer.SEMI
                      || next == IsaLexer.COMMA
                      || next == IsaLexer.RPAREN
                      || next == IsaLexer.RBRACKET)
              .isPresent();
      default -> false;
    };
  }

  private void mismatched(Token opener, Token closer) {
    sink.accept(
        Diagnostic.of(
                MISMATCHED_BRACKET,
                "this `" + closer.getText() + "` cannot close a `" + opener.getText() + "`",
                span(closer),
                "closes another kind of bracket")
            .with(span(opener), "opened here")
            .help("write `" + (opener.getType() == IsaLexer.LPAREN ? ")" : "]") + "`"));
  }

  private void unopened(Token closer, @Nullable Suspect early) {
    String opener =
        switch (closer.getType()) {
          case IsaLexer.RBRACE -> "{";
          case IsaLexer.RPAREN -> "(";
          default -> "[";
        };
    Diagnostic stray =
        Diagnostic.of(
            UNOPENED_BRACKET,
            "this `" + closer.getText() + "` closes nothing",
            span(closer),
            "no `" + opener + "` is open here");
    if (early != null) {
      stray =
          stray
              .with(span(early.closer), "this `}` may be one too many: it already closes …")
              .with(span(early.opener), "… this block");
    }
    sink.accept(
        stray.help("remove one `" + closer.getText() + "`, or open a `" + opener + "` before it"));
    if (closer.getType() == IsaLexer.RBRACE) {
      hopeless = true;
    }
  }

  private void unclosed(@Nullable Suspect late) {
    hopeless = true;
    Token opener = late == null ? open.peek().token : late.opener;
    String closer = IsaLexer.VOCABULARY.getLiteralName(closerOf(opener.getType())).replace("'", "");
    Diagnostic unclosed =
        Diagnostic.of(
            UNCLOSED_BRACKET,
            "this `" + opener.getText() + "` is never closed",
            span(opener),
            "opened here");
    if (late == null) {
      int end = 0;
      for (Token token : result) {
        if (token.getChannel() == Token.DEFAULT_CHANNEL) {
          end = token.getStopIndex() + 1;
        }
      }
      unclosed = unclosed.with(span(end, end), "the file ends without its `" + closer + "`");
    } else {
      unclosed =
          unclosed.with(
              span(late.closer), "the next `}` is this, which stands further to the left");
    }
    sink.accept(unclosed.help("put a `" + closer + "` where the block ends"));
  }

  private boolean isFirstOfLine(Token token) {
    int start = offsets.unit(token.getStartIndex());
    int line = file.text().lastIndexOf('\n', start - 1) + 1;
    return file.text().substring(line, start).isBlank();
  }

  private int indent(Token token) {
    int line = file.text().lastIndexOf('\n', offsets.unit(token.getStartIndex()) - 1) + 1;
    int end = line;
    while (end < file.text().length()
        && (file.text().charAt(end) == ' ' || file.text().charAt(end) == '\t')) {
      end++;
    }
    return end - line;
  }

  // Depth

  /// Counts, over the paired tokens, how many levels a tree may have at most.
  private void depth() {
    var outer = new ArrayDeque<Level>();
    var level = new Level(0, 0);
    Token previous = null;
    for (Token token : result) {
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        continue;
      }
      int type = token.getType();
      boolean isBinary = type >= IsaLexer.MINUS && type <= IsaLexer.LOR;
      if (previous != null && previous.getType() == IsaLexer.RBRACE && !isBinary) {
        level.nextStatement(type == IsaLexer.ELSE);
      }
      switch (type) {
        case IsaLexer.LBRACE -> {
          outer.push(level);
          level = new Level(level.depth + level.prefixes + 1, level.operators);
        }
        case IsaLexer.LPAREN, IsaLexer.LBRACKET -> {
          outer.push(level);
          level = new Level(level.depth + level.prefixes + 1, level.operators + 1);
        }
        case IsaLexer.RBRACE -> level = outer.pop();
        case IsaLexer.RPAREN, IsaLexer.RBRACKET -> {
          int operators = level.operators;
          level = outer.pop();
          level.operators = operators;
        }
        case IsaLexer.SEMI -> level.nextStatement(false);
        case IsaLexer.COMMA -> level.prefixes = 0;
        case IsaLexer.MINUS -> {
          level.prefixes += endsOperand(previous) ? 0 : 1;
          level.operators++;
        }
        case IsaLexer.NOT, IsaLexer.TILDE, IsaLexer.IF, IsaLexer.ELSE, IsaLexer.MATCH -> {
          level.prefixes++;
          level.operators++;
        }
        default -> {
          if (isBinary || type == IsaLexer.DOT) {
            level.operators++;
          }
        }
      }
      if (level.depth + level.prefixes > DEEPEST) {
        tooDeep(
            token,
            "nested too deeply",
            "more than " + DEEPEST + " levels deep",
            "move the inner part into a function of its own, or name it with `let`");
        return;
      }
      if (level.operators > LONGEST) {
        tooDeep(
            token,
            "this statement is too long",
            "more than " + LONGEST + " operators up to here",
            "split it with `let`");
        return;
      }
      previous = token;
    }
  }

  /// What has been counted between one pair of brackets: the depth outside, and in the current
  /// statement the prefixes (each a level for what follows) and operators (outer ones included).
  private static final class Level {
    final int depth;
    final int before;
    int prefixes;
    int operators;

    Level(int depth, int operators) {
      this.depth = depth;
      this.before = operators;
      this.operators = operators;
    }

    void nextStatement(boolean keepsPrefixes) {
      prefixes = keepsPrefixes ? prefixes : 0;
      operators = before;
    }
  }

  /// Whether a `-` after `token` subtracts.
  private static boolean endsOperand(@Nullable Token token) {
    return token != null
        && switch (token.getType()) {
          case IsaLexer.INT, IsaLexer.ID, IsaLexer.RPAREN, IsaLexer.RBRACKET, IsaLexer.RBRACE ->
              true;
          default -> Character.isLetter(token.getText().charAt(0));
        };
  }

  private void tooDeep(Token token, String message, String label, String help) {
    sink.accept(Diagnostic.of(TOO_DEEP, message, span(token), label).help(help));
    hopeless = true;
  }

  // Places

  private Span head(Token token) {
    return span(token.getStartIndex(), token.getStartIndex() + 1);
  }

  private Span span(Token token) {
    return span(token.getStartIndex(), token.getStopIndex() + 1);
  }

  private Span span(int start, int end) {
    return offsets.span(file, start, end);
  }
}
