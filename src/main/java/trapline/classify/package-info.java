/// Popek and Goldberg's classes of instructions, one file per definition.
///
///     Finding  = Holds(witness?) | Fails(grounds, counterexample?) | Undecided(why)
///     Witness  = (property, row, word, states before, results)      replayed before anyone sees it
///     Inquiry  = one row of one machine, and the means to ask about it
///     Search   = the way to a yes to a question, or to a proof of no
///     Classes  = a Finding for every Property of a row
///
/// Entry point: [trapline.classify.Classifier]. A question is answered by structure where that is
/// possible, then by a solver: first is there none (loops abstracted, so that a no is a proof), then
/// which is the least (loops unrolled, so that a yes is a state). Sound: no answer rests on a
/// time-out; a witness that the concrete machine does not confirm is a Contradiction.
///
/// Source: CACM 17(7), 1974, section 4, pp. 415-417; what goes past it is in the manual, `definitions`.
@org.jspecify.annotations.NullMarked
package trapline.classify;
