/// Described machines against independent simulators of them.
///
/// Any machine:
///
///     Cells       = what a program sees, by the description's names
///     Stepper     -> what one step makes of it     (OfDescription; RiscvQemu, through Gdb)
///     Comparison  = random trials by class, live, recorded and replayed
///
/// A machine adds its random situations ([RiscvTrials]), and why the two may differ
/// ([RiscvDifference]), each reason with the situations it covers.
///
/// The PDP-10, which came first, and whose peer has a console:
///
///     Trial     = Situation, then one instruction, then Situation
///     Trials    -> random situations, by operation code
///     Peer      -> what another program makes of them       (simh's `pdp10`, a KS10)
///     Described -> what isa-specs/pdp-10.isa makes of them
///     Difference = why the two may differ, each with the situations it covers
///
/// The default tests replay what is recorded under src/test/resources/vectors; with
/// `-Dpeer.simh=true`, `-Dpeer.qemu=true` fresh trials run live.
@org.jspecify.annotations.NullMarked
package trapline.peer;
