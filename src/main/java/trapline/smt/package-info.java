/// Bit-vector terms and the solvers that answer questions about them.
///
///     Sort     = BitVector(width) | Array(indexWidth, width)
///     Term     = Op(Term*)  with a constant, a name or bit bounds where the Op has them
///     Question = Term*                      a conjunction of truths (1-bit terms)
///     Answer   = Sat(Model) | Unsat | Unknown(why)
///
/// Entry points: [Terms] makes terms, [SolverChoice] makes a [Solver]. What is asked goes through
/// layers ([SolverLayer]); a model is made smaller without a solver by [AdjustableModel].
///
/// Invariants: within one [Terms], equal terms are the same object; every operation is total and
/// means what `trapline.bits.Bits` says; a simplified term has the value of the term as written,
/// under every assignment. Truth values are 1-bit vectors. This package knows bit vectors and
/// diagnostics, and nothing of described machines: the symbolic and the concrete executor share no
/// more than [trapline.bits.Bits].
@org.jspecify.annotations.NullMarked
package trapline.smt;
