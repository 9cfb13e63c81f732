package trapline.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/// The cells of a large memory: pages made when first written, all else zero.
final class Pages {
  private static final int PAGE_BITS = 10;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int RECENT = 64;

  private final Map<Long, long[]> pages = new HashMap<>();
  private final long[] recentNumbers = new long[RECENT];
  private final long[][] recent = new long[RECENT][];

  long read(long index) {
    long number = index >>> PAGE_BITS;
    int slot = (int) number & RECENT - 1;
    long[] page = recent[slot];
    if (page == null || recentNumbers[slot] != number) {
      page = pages.get(number);
      if (page == null) {
        return 0;
      }
      recent[slot] = page;
      recentNumbers[slot] = number;
    }
    return page[(int) index & PAGE - 1];
  }

  void write(long index, long value) {
    long number = index >>> PAGE_BITS;
    int slot = (int) number & RECENT - 1;
    long[] page = recent[slot];
    if (page == null || recentNumbers[slot] != number) {
      page = pages.computeIfAbsent(number, n -> new long[PAGE]);
      recent[slot] = page;
      recentNumbers[slot] = number;
    }
    page[(int) index & PAGE - 1] = value;
  }

  Pages copy() {
    Pages copy = new Pages();
    pages.forEach((number, page) -> copy.pages.put(number, page.clone()));
    return copy;
  }

  boolean sameAs(Pages that) {
    return covers(that) && that.covers(this);
  }

  /// Tells of the index of each cell that is not zero, in no order.
  void nonzero(LongConsumer found) {
    pages.forEach((number, page) -> {
      for (int i = 0; i < PAGE; i++) {
        if (page[i] != 0) {
          found.accept((number << PAGE_BITS) + i);
        }
      }
    });
  }

  private boolean covers(Pages that) {
    for (var entry : that.pages.entrySet()) {
      long[] mine = pages.get(entry.getKey());
      long[] theirs = entry.getValue();
      for (int i = 0; i < PAGE; i++) {
        if ((mine == null ? 0 : mine[i]) != theirs[i]) {
          return false;
        }
      }
    }
    return true;
  }
}
