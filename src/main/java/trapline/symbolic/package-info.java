/// An instruction -> its guarded effects, by symbolic execution.
///
///     Layout   = the slots of a machine's state; a value per slot is a SymbolicState
///     Start    = an initial state of variables, told apart from another by the Dimensions left free
///     Executor : (Machine, row, SymbolicState) -> Effects
///     Effects  = (after, completes, traps, unpredictable, unresolved, constraints, accesses)
///
/// There is one merged effect per outcome, not one per path: where branches join, each slot becomes
/// an if-then-else. Exact for bodies without `while`; a loop is either unrolled to a bound, what lies
/// beyond being `unresolved`, or, when it only computes, abstracted to a function of what it reads.
///
/// Theory: Popek and Goldberg 1974, section 2; the two ways of reading storage are decision 0004.
@org.jspecify.annotations.NullMarked
package trapline.symbolic;
