/// The brute-force oracle: the paper's definitions, enumerated over all states of tiny machines.
///
///     Layout     = where each element of a machine's state lies in one array and in one packed word
///     Cells      = one concrete state
///     TreeWalk   = i(S), by plain recursion over the body
///     Relocation = which fields decide where the running program's storage lies
///     BruteForce = every row of a machine -> the verdict on every property, with its witness
///
/// Shares no code with `trapline.machine`, `trapline.symbolic`, `trapline.smt` and
/// `trapline.classify`: two executors that agree are evidence only because they share little. It may
/// use the model (`isa`, `bits`) and the front end, to load text.
///
/// Popek and Goldberg, CACM 17(7), 1974, section 4.
@org.jspecify.annotations.NullMarked
package trapline.oracle;
