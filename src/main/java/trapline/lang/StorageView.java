package trapline.lang;

import org.jspecify.annotations.Nullable;
import trapline.diag.Span;

/// Storage seen in elements of another width: `view V32 : bits(32) of V8 little;`.
///
///     element at address a = bits a*unit .. a*unit + width - 1 of the cells in a row
///
/// where the row begins with the low bits of the first cell, or with its high bits if it is
/// big-endian. An aligned view takes the address without the bits that count within an element.
record StorageView(
    String name,
    Meaning base,
    Type type,
    int cell,
    int unit,
    boolean isBigEndian,
    boolean isAligned,
    Span span) {

  int width() {
    return type.width();
  }

  /// How many addresses begin in one cell; those of a view that is viewed lead to its elements.
  int places() {
    return base instanceof Meaning.Seen ? 1 : cell / unit;
  }

  /// Whether an element begins at the beginning of a cell and fills it, and others whole.
  boolean isOfWholeCells() {
    return width() >= cell && (isAligned || places() == 1);
  }

  /// Whether an element lies in one cell.
  boolean isLane() {
    return width() < cell && (isAligned || width() == unit);
  }

  /// What translates, if anything does.
  Routines.@Nullable Translation space() {
    return switch (base) {
      case Meaning.Translation(Routines.Translation space, Span _) -> space;
      case Meaning.Seen(StorageView below, Span _) -> below.space();
      default -> null;
    };
  }

  /// The memory that it comes down to.
  Meaning.Storage storage() {
    return switch (base) {
      case Meaning.Translation(Routines.Translation space, Span _) -> space.storage();
      case Meaning.Seen(StorageView below, Span _) -> below.storage();
      case Meaning.Storage m -> m;
      default -> throw new IllegalStateException("a view of a " + base.noun());
    };
  }
}
