package trapline.isa;

import java.util.Optional;

/// One line of the table of causes: what happens on a cause, and for an interrupt when it is taken
/// (`when`, a pure condition) and what taking it does first (`acknowledge`).
public record TrapLine(
    Cause cause, TrapEntry entry, Optional<Expr> when, Statement.Block acknowledge) {}
