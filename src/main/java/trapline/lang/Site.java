package trapline.lang;

import org.jspecify.annotations.Nullable;
import trapline.isa.Access;

/// Where in a description code stands, and so what it may do.
///
/// `result` is the type that `return` gives, absent where nothing is returned. `isPure` code only
/// looks: it is an expression of the model, evaluated without effect. `access` is what a read
/// through a space counts as.
record Site(Kind kind, @Nullable Type result, boolean isPure, Access access) {
  enum Kind {
    INSTRUCTION,
    FUNCTION,
    SPACE,
    FETCH,
    ADVANCE,
    TRAP_ENTRY,
    AFTER,
    ACKNOWLEDGE,
    CONDITION,
    MONITOR,
    TEST
  }

  static Site body(Kind kind) {
    return new Site(kind, null, false, kind == Kind.FETCH ? Access.FETCH : Access.LOAD);
  }

  static Site function(@Nullable Type result) {
    return new Site(Kind.FUNCTION, result, false, Access.LOAD);
  }

  static Site condition() {
    return new Site(Kind.CONDITION, null, true, Access.LOAD);
  }

  /// Is there a word under execution, which an instruction or what it calls may mention?
  boolean hasWord() {
    return kind == Kind.INSTRUCTION || kind == Kind.FUNCTION || kind == Kind.ADVANCE;
  }
}
