package trapline.lang;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATN;
import org.antlr.v4.runtime.atn.ATNState;
import org.antlr.v4.runtime.atn.RuleStopState;
import org.antlr.v4.runtime.atn.RuleTransition;
import org.antlr.v4.runtime.atn.Transition;
import org.antlr.v4.runtime.misc.IntervalSet;
import trapline.lang.grammar.IsaLexer;
import trapline.lang.grammar.IsaParser;

/// What may stand at a place of a text, as far as the grammar goes: these keywords, and a name or not.
///
///     all ways through the grammar's automaton that read the tokens from where the item begins to the place
///
/// What stands behind the place, or before the item, may be wrong. `word` is where the word begins, and
/// `item` where the item does that it belongs to.
public record Continuation(Set<String> keywords, boolean takesName, int word, int item) {

  /// Rules entered, one in another, before a text is taken for no description.
  private static final int DEEPEST = 2_000;

  /// Of the word that ends, or would begin, at `offset`.
  public static Continuation at(String text, int offset) {
    int start = offset;
    while (start > 0 && isOfWord(text.charAt(start - 1))) {
      start--;
    }
    List<? extends Token> all = Vocabulary.tokens(text.substring(0, start));
    if (!all.isEmpty() && isOpen(all.getLast(), text, start)) {
      return new Continuation(Set.of(), false, start, start);
    }
    List<? extends Token> tokens =
        all.stream().filter(t -> t.getChannel() == Token.DEFAULT_CHANNEL).toList();
    int depth = 0;
    int definition = 0;
    int sure = 0;
    int likely = 0;
    Token opener = null;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      switch (token.getType()) {
        case IsaLexer.LBRACE -> {
          if (++depth == 1) {
            opener = token;
            sure = i + 1;
            likely = i + 1;
          }
        }
        case IsaLexer.RBRACE -> {
          depth--;
          if (depth == 1) {
            likely = i + 1;
          } else if (depth <= 0) {
            depth = 0;
            opener = null;
            definition = i + 1;
          }
        }
        case IsaLexer.SEMI -> {
          if (depth == 1) {
            sure = i + 1;
            likely = i + 1;
          }
        }
        default -> {}
      }
    }
    IntervalSet fitting;
    if (opener == null) {
      fitting = after(IsaParser.RULE_file, tokens.subList(definition, tokens.size()));
    } else {
      // A `}` ends most items, but not `param Q in {1, 2}`.
      fitting = after(IsaParser.RULE_body, behind(opener, tokens, sure));
      if (fitting.isNil()) {
        fitting = after(IsaParser.RULE_body, behind(opener, tokens, likely));
      }
    }
    int first = opener == null ? definition : likely;
    int item =
        first < tokens.size() ? new Offsets(text).unit(tokens.get(first).getStartIndex()) : start;
    return new Continuation(Vocabulary.words(fitting), fitting.contains(IsaLexer.ID), start, item);
  }

  private static List<Token> behind(Token opener, List<? extends Token> tokens, int start) {
    List<Token> body = new ArrayList<>(List.of(opener));
    body.addAll(tokens.subList(start, tokens.size()));
    return body;
  }

  private static IntervalSet after(int rule, List<? extends Token> tokens) {
    var walk = new Walk(tokens);
    walk.from(rule, 0, 0);
    return walk.fitting;
  }

  private static boolean isOfWord(char c) {
    return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
  }

  /// Whether the text goes on in a comment or a string.
  private static boolean isOpen(Token last, String text, int end) {
    return switch (last.getType()) {
      case IsaLexer.BAD_STRING, IsaLexer.BAD_COMMENT -> true;
      case IsaLexer.LINE, IsaLexer.DOC -> end == 0 || text.charAt(end - 1) != '\n';
      default -> false;
    };
  }

  /// All ways through the automaton at once.
  private static final class Walk {
    private record Position(ATNState state, int at) {}

    private record Entry(int rule, int at) {}

    private final ATN atn = IsaParser._ATN;
    private final List<? extends Token> tokens;
    private final Map<Entry, Set<Integer>> ends = new HashMap<>();
    final IntervalSet fitting = new IntervalSet();

    Walk(List<? extends Token> tokens) {
      this.tokens = tokens;
    }

    /// Where a rule may end that begins at a token.
    Set<Integer> from(int rule, int begin, int depth) {
      var entry = new Entry(rule, begin);
      Set<Integer> known = ends.get(entry);
      if (known != null || depth > DEEPEST) {
        return known == null ? Set.of() : known;
      }
      Set<Integer> found = new HashSet<>();
      ends.put(entry, found);
      Set<Position> seen = new HashSet<>();
      Deque<Position> open = new ArrayDeque<>();
      open.push(new Position(atn.ruleToStartState[rule], begin));
      while (!open.isEmpty()) {
        Position p = open.pop();
        if (!seen.add(p)) {
          continue;
        }
        if (p.state instanceof RuleStopState) {
          found.add(p.at);
          continue;
        }
        for (Transition t : p.state.getTransitions()) {
          if (t instanceof RuleTransition call) {
            from(call.ruleIndex, p.at, depth + 1)
                .forEach(end -> open.push(new Position(call.followState, end)));
          } else if (t.isEpsilon()) {
            open.push(new Position(t.target, p.at));
          } else if (p.at == tokens.size()) {
            fitting.addAll(t.label());
          } else if (t.matches(
              tokens.get(p.at).getType(), 1, IsaLexer.VOCABULARY.getMaxTokenType())) {
            open.push(new Position(t.target, p.at + 1));
          }
        }
      }
      return found;
    }
  }
}
