package trapline.isa;

import java.util.Optional;

/// How an instruction arrives: `read` leaves a unit of it in `unit`, then `advance` moves P; and
/// again, as long as what has been read is the beginning of an instruction that goes on. The units
/// make up `word`, the first in the high bits, with zeros behind the last. A trap in an instruction
/// undoes `advance` too.
///
/// Where all instructions are one unit long, `unit` is `word`.
///
/// `units` is absent where an address of a program names a cell of storage.
public record Fetch(
    Local word, Local unit, Statement.Block read, Statement.Block advance, Optional<Units> units) {

  /// The fetch of a machine whose instructions are one unit long.
  public Fetch(Local word, Statement.Block read, Statement.Block advance, Optional<Units> units) {
    this(word, word, read, advance, units);
  }

  /// Whether instructions differ in length.
  public boolean isPiecewise() {
    return unit != word;
  }

  /// How many units the longest instruction has.
  public int most() {
    return word.width() / unit.width();
  }

  /// What an address of a program counts: so many bits. Of the units of a word, and of those of a
  /// wider cell, the first holds the high bits, or the low ones.
  public record Units(int width, boolean highFirst) {}
}
