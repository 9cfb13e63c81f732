/// The commands a user types: the only place that prints, reads the clock or exits.
///
///     trapline check | witness | replay | explain          the question, its evidence, its words
///     trapline run | asm | disasm | test | fmt             the described machine at work
///
/// [trapline.cli.Trapline] is the entry point; every command is one class that turns its arguments
/// into calls of the packages below and their answer into an [trapline.cli.Exit].
@org.jspecify.annotations.NullMarked
package trapline.cli;
