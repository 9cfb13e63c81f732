package trapline.lang;

import java.util.Locale;
import trapline.diag.Code;

/// The mistakes about files: what cannot be read, what is imported, what is defined where.
public enum FileError implements Code {
  UNREADABLE_FILE,
  FILE_TOO_LARGE,
  TOO_MANY_FILES,
  NOT_UTF_8,
  IMPORT_NOT_FOUND,
  IMPORT_CYCLE,
  IMPORT_OUTSIDE,
  DUPLICATE_DEFINITION,
  NO_MACHINE;

  @Override
  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }
}
