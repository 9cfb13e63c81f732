package trapline.isa;

/// How an instruction arrives: `read` leaves the instruction word in `word`, then `advance` moves
/// P. A trap in an instruction undoes `advance` too.
public record Fetch(Local word, Statement.Block read, Statement.Block advance) {}
