/// The concrete simulator: the ground truth that every witness is replayed on.
///
///     Simulator   = a machine, compiled once to bytecode
///     State       = registers, memories, input queues, outputs, halted
///     Outcome     = Completed(instruction) | Trapped(cause, arguments) | Stopped(reason)
///     Event       = Executed | Trapped | Interrupted | Stopped | Halted        one machine step
///     Visible     = what a running program sees of two states, compared
///     Translation = Reached(index) | Trapped(cause, arguments) | Stopped(reason)
///     TestRunner  = runs the `test` blocks of a description
///
/// Enter through [trapline.machine.Simulator#of]. Values of up to 64 bits are zero-extended `long`s
/// in compiled code, wider ones `BigInteger`s; the API speaks [trapline.bits.Bits]. Whatever the
/// architecture leaves open (`any`, `unspecified`) comes from a seeded hash, so runs repeat exactly.
@org.jspecify.annotations.NullMarked
package trapline.machine;
