package trapline.lang;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import trapline.lang.grammar.IsaLexer;
import trapline.lang.grammar.IsaParser;

/// The words of the language, as the lexer knows them.
public final class Vocabulary {
  private static final Set<String> KEYWORDS = all();
  private static final Set<String> SOFT =
      words(IsaParser._ATN.nextTokens(IsaParser._ATN.ruleToStartState[IsaParser.RULE_soft]));

  private Vocabulary() {}

  /// Every keyword, also those that may be names.
  public static Set<String> keywords() {
    return KEYWORDS;
  }

  /// Whether `text` may be the name of something that expressions mention.
  public static boolean isName(String text) {
    if (SOFT.contains(text)) {
      return true;
    }
    List<? extends Token> tokens = tokens(text);
    return tokens.size() == 1 && tokens.getFirst().getType() == IsaLexer.ID;
  }

  static List<? extends Token> tokens(String text) {
    var lexer = new IsaLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    return lexer.getAllTokens();
  }

  /// The keywords among tokens.
  static Set<String> words(IntervalSet types) {
    Set<String> words = new TreeSet<>();
    for (int type : types.toList()) {
      String literal = type < 1 ? null : IsaLexer.VOCABULARY.getLiteralName(type);
      if (literal != null && Character.isLetter(literal.charAt(1))) {
        words.add(literal.substring(1, literal.length() - 1));
      }
    }
    return words;
  }

  private static Set<String> all() {
    return Set.copyOf(words(IntervalSet.of(1, IsaLexer.VOCABULARY.getMaxTokenType())));
  }
}
