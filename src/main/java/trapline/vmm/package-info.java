/// The monitor of a described machine, generated from its `vmm` block, and its validation.
///
///     Computer       = Bare | VirtualMachine                       what programs run on
///     ControlProgram = Allocator, Timer, VirtualMachine...         the monitor of one Computer
///     Placement      = the map f for one guest
///     Stop           = Done | Preempted | Trapped | Interrupted | Halted | Stopped
///     Lockstep       = a guest bare and virtual, compared after every step, or stretch
///     Experiment     = a Plan of guests and monitors set up, run, and each guest's Outcome
///     Journal, Tally = what the monitor did, and how much of it
///     Chronicle      = the same over time, for a picture; Meter = what it cost
///
/// Enter through [trapline.vmm.Experiment#of], or [trapline.vmm.ControlProgram#on]. Nothing here knows an instruction: what a monitor
/// does for one is the description's own body, run on the virtual state. A virtual machine is again
/// a Computer, so nesting is composition.
///
/// Popek and Goldberg 1974, section "Virtual machine monitors"; theory, section 5.
@org.jspecify.annotations.NullMarked
package trapline.vmm;
