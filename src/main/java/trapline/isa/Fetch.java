package trapline.isa;

import java.util.Optional;

/// How an instruction arrives: `read` leaves the instruction word in `word`, then `advance` moves
/// P. A trap in an instruction undoes `advance` too.
///
/// `units` is absent where an address of a program names a cell of storage.
public record Fetch(
    Local word, Statement.Block read, Statement.Block advance, Optional<Units> units) {

  /// What an address of a program counts: so many bits. Of the units of a word, and of those of a
  /// wider cell, the first holds the high bits, or the low ones.
  public record Units(int width, boolean highFirst) {}
}
