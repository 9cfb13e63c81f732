/// A kit for properties of one's own instructions, in one's own project, with jqwik.
///
///     @OfMachine      which described machine the properties of a class are about
///     Situation     = (state, Program)            what may be the case before a program runs
///     Twins         = (Situation, Situation)      two that the program cannot tell apart
///     Program       = Decoded...                  instructions with operands, at least one
///     Run           = (before, after, outcome)    what became of it
///     @Executing @InMode @Length @Apart           which of them a parameter is to be
///     MachineArbitraries                          the same without annotations
///
/// Enter through [trapline.jqwik.OfMachine]. What fails is shrunk to the shortest program and the
/// smallest state: the fewest instructions, then the fewest cells that are not zero, then the smallest values;
/// and is printed as assembly, with what repeats it: a `test` block, or a witness for `trapline replay`.
///
/// jqwik is no dependency of Trapline's at run time: whoever uses this package brings it. Everything runs on the
/// concrete machine; only a choice of instructions by class asks a solver. Decision 0027.
@org.jspecify.annotations.NullMarked
package trapline.jqwik;
