package trapline.lang;

import java.util.Locale;
import trapline.diag.Code;

/// The mistakes that are seen before any name is looked up: characters, words, and the shape of the
/// text. Each has a page `diagnostics/<slug>` and a golden folder `reject/<slug>`.
public enum SyntaxError implements Code {
  TOO_DEEP,
  UNKNOWN_CHARACTER,
  UNCLOSED_STRING,
  UNCLOSED_COMMENT,
  UNCLOSED_BRACKET,
  UNOPENED_BRACKET,
  MISMATCHED_BRACKET,
  UNKNOWN_ESCAPE,
  MALFORMED_NUMBER,
  MALFORMED_NAME,
  NUMBER_TOO_LARGE,
  UNEXPECTED_WORD,
  MISSING_SEMICOLON,
  KEYWORD_AS_NAME,
  COMMA_IN_PATTERN,
  CONSTANT_WITHOUT_WIDTH,
  CONSTANT_TOO_WIDE,
  ZERO_WIDTH,
  DUPLICATE_CLAUSE,
  STATEMENT_WITHOUT_EFFECT,
  UNSUPPORTED_LANGUAGE;

  @Override
  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }
}
