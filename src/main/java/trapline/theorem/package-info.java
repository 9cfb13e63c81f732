/// Popek and Goldberg's theorems as hypotheses to discharge, and a conclusion with its scope.
///
///     Conclusion = (theorem, by privileged, by trapping)    each a Reading = (verdict, because)
///     Outcome    = an `expect` line: held, refuted or undecided, and why
///
/// Source: CACM 17(7), 1974: Theorem 1 p. 417, Theorem 2 p. 419, Theorem 3 p. 420.
@org.jspecify.annotations.NullMarked
package trapline.theorem;
