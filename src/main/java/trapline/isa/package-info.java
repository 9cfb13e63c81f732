/// What a described machine is: state with roles, spaces, traps, encodings, expressions, effects.
///
/// One [trapline.isa.Machine] is one machine with every `param` and `choice` fixed, every name
/// resolved and every width checked. Popek and Goldberg's state S = <E, M, P, R> is spread over its
/// registers, memories and ports by the [trapline.isa.Role] of each field.
///
///     Machine     = (registers, memories, ports, modes, spaces, functions, traps, fetch, after,
///                    instructions, reserved, monitor, assumptions, expectations, tests)
///     Expr        = Constant | Local | RegisterRead | MemoryRead | PortPeek
///                 | Unary | Binary | Extract | Concat | Extend | Conditional | Unspecified
///     Statement   = Assign | RegisterWrite | MemoryWrite | Load | Store | Input | Output | Call
///                 | Choose | If | While | Raise | Return | Halt | Commit | Unpredictable | Execute
///
/// Expressions are pure and total; whatever can trap, consume or write is a statement. All values
/// are bit vectors; a truth value is one bit. Nothing here depends on the text or on a solver.
///
/// Things that are declared (registers, locals, causes, ...) are equal only to themselves.
@org.jspecify.annotations.NullMarked
package trapline.isa;
