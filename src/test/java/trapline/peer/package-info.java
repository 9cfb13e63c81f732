/// The described PDP-10 against independent simulators of the machine.
///
///     Trial     = Situation, then one instruction, then Situation
///     Trials    -> random situations, by operation code
///     Peer      -> what another program makes of them       (simh's `pdp10`, a KS10)
///     Described -> what isa-specs/pdp-10.isa makes of them
///     Difference = why the two may differ, each with the situations it covers
///
/// The default tests replay trials recorded under src/test/resources/vectors/pdp-10; with
/// `-Dpeer.simh=true` fresh ones run live.
@org.jspecify.annotations.NullMarked
package trapline.peer;
