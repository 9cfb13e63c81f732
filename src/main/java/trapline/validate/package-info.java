/// Verdicts put to the test: what was decided by proof is seen to happen, or not to happen, in runs.
///
///     Exhibit    = Shown | Unseen | Unshowable       one gap witness, run as a guest
///     Validation = Check...                          all that supports or contradicts an analysis
///     Check      = (what, SUPPORTED | CONTRADICTED | REFUTED | OPEN, detail)
///
/// Enter through [trapline.validate.Validation#of]. Proofs and runs share the description and the
/// concrete machine only; a contradiction means that one of the two engines is wrong.
@org.jspecify.annotations.NullMarked
package trapline.validate;
