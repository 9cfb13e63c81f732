/// The monitor of a described machine as Java source, for people to read and to run elsewhere.
///
///     Emission   = package name, files, remarks            what `trapline vmm --emit` writes
///     files      = Words, Cause, Registers, Host, VirtualState, Machine, Mappings, Routines, Monitor
///     Formulas   = an isa.Expr   -> a Java expression
///     Actions    = an isa.Statement -> Java statements, in order
///     Loop       = unrolled statements -> the `for` that they were
///     Installing = what is installed where translation cannot be composed
///     Reasons    = why an instruction traps, and what it does to the virtual state
///
/// Enter through [trapline.emit.Emission#of]. What is emitted depends on nothing but the Java
/// platform, and not on trapline. It does what [trapline.vmm.VirtualMachine] does, step by step,
/// and shares no code with it, so that either is a check of the other.
///
/// Popek and Goldberg 1974, p. 416 (the control program); theory, section 5.
@org.jspecify.annotations.NullMarked
package trapline.emit;
