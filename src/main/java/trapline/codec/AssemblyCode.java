package trapline.codec;

import java.util.Locale;
import trapline.diag.Code;

/// What can be wrong with assembly text.
public enum AssemblyCode implements Code {
  ASM_UNKNOWN_INSTRUCTION,
  ASM_BAD_OPERAND,
  ASM_UNKNOWN_SYMBOL,
  ASM_DUPLICATE_SYMBOL,
  ASM_CIRCULAR_SYMBOL,
  ASM_VALUE_TOO_LARGE,
  ASM_BAD_EXPRESSION,
  ASM_UNKNOWN_DIRECTIVE,
  ASM_BAD_DIRECTIVE;

  @Override
  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }
}
