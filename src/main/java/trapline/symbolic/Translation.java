package trapline.symbolic;

import trapline.isa.Access;
import trapline.isa.Space;
import trapline.smt.Term;
import trapline.smt.Terms;

/// What a space makes of an address in a state: whether it translates, and to which index.
public record Translation(Term translates, Term index) {
  public static Translation of(
      SymbolicState state, Terms terms, Space space, Term address, Access access) {
    return new Executor(terms, Executor.Storage.PHYSICAL, Executor.Loops.UNROLLED, "")
        .translate(state, space, address, access);
  }
}
