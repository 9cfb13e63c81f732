package trapline.vmm;

/// A piece of a host's storage: cells `base` to `base + size - 1`. The monitor's tables for whoever
/// has it begin at cell `tables`, if it keeps any.
public record Region(long base, long size, long tables) {
  public Region(long base, long size) {
    this(base, size, 0);
  }

  public boolean overlaps(Region that) {
    return base < that.base + that.size && that.base < base + size;
  }

  @Override
  public String toString() {
    return size == 0 ? "nothing" : base + " to " + (base + size - 1);
  }
}
