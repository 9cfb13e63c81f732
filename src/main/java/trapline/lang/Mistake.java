package trapline.lang;

import java.util.Locale;
import trapline.diag.Code;

/// A code whose slug is the name of its enum constant: `WIDTH_MISMATCH` is `width-mismatch`.
interface Mistake extends Code {
  String name();

  @Override
  default String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  default Severity severity() {
    return Severity.ERROR;
  }
}
