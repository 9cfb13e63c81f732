package trapline.symbolic;

import java.util.List;
import trapline.isa.Access;
import trapline.isa.Memory;
import trapline.isa.Space;
import trapline.smt.Op;
import trapline.smt.Term;
import trapline.smt.Terms;

/// What a space makes of an address in a state: whether it translates, to which index, and what
/// storage it reads on the way, tables say.
public record Translation(Term translates, Term index, List<Read> reads) {
  /// The cell `index` of the memory, when the translation gets to it.
  public record Read(Memory memory, Term when, Term index) {}

  /// One that reads no storage.
  Translation(Term translates, Term index) {
    this(translates, index, List.of());
  }

  /// When that cell is read.
  public Term reads(Terms terms, Memory memory, Term cell) {
    return terms.or(
        reads.stream()
            .filter(r -> r.memory() == memory)
            .map(r -> terms.and(r.when(), terms.eq(cell, r.index())))
            .toList());
  }

  /// The parts of the address of which the index is made as they are.
  public List<Term> handedOn(Term address) {
    return Terms.all(Op.EXTRACT, List.of(index)).stream()
        .filter(e -> e.argument(0) == address)
        .toList();
  }

  public static Translation of(
      SymbolicState state, Terms terms, Space space, Term address, Access access) {
    return new Executor(terms, Executor.Storage.PHYSICAL, Executor.Loops.UNROLLED, "")
        .translate(state, space, address, access);
  }
}
