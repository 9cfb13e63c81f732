package trapline.vmm;

/// A piece of a host's storage: cells `base` to `base + size - 1`.
public record Region(long base, long size) {
  public boolean overlaps(Region that) {
    return base < that.base + that.size && that.base < base + size;
  }

  @Override
  public String toString() {
    return size == 0 ? "nothing" : base + " to " + (base + size - 1);
  }
}
