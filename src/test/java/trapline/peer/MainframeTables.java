package trapline.peer;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Segment and page tables of a System/370, with control registers 0 and 1, in a shape that these
/// allow: what translates the addresses of the instruction and of the zone's two pages
/// ([MainframeStorage]).
final class MainframeTables {
  private static final int SMALL = 0x400000;
  private static final int LARGE = 0x800000;
  private static final int WIDE = 0x100000;

  private final Random random;

  /// Whether the instruction, or the one after it, is fetched through the tables.
  private final boolean isFetched;

  private final boolean isSmall;
  private final boolean isWide;
  private final int pageSize;
  private final int segmentSize;

  /// Where the instruction's page is.
  private final int code;

  /// Where the zone's second page begins.
  private final int edge;

  private int cr0;
  private int cr1;
  private final ByteBuffer segments = ByteBuffer.allocate(Hercules.PIECE);
  private final ByteBuffer pages = ByteBuffer.allocate(Hercules.PIECE);

  MainframeTables(Random random, boolean isOn, boolean isReal) {
    this.random = random;
    isFetched = isOn || isReal;
    isSmall = random.nextBoolean();
    isWide = random.nextBoolean();
    pageSize = isSmall ? 2048 : 4096;
    segmentSize = isWide ? 1 << 20 : 1 << 16;
    code =
        isReal || !isOn
            ? Hercules.CODE + (isOn ? 0x1000 * random.nextInt(13) : 0)
            : random.nextInt(0x1000) << 12;
    edge = drawnEdge();
    cr0 = (isSmall ? SMALL : LARGE) | (isWide ? WIDE : 0) | random.nextInt(2) << 31;
    int low = segment(edge - 1);
    int high = segment(edge);
    int own = segment(code);
    int first = Math.min(own, low);
    int origin = MainframeStorage.SEGMENTS + 64 - 4 * first + 63 & ~63;
    int most = Math.max(own, high) >> 4;
    cr1 =
        (isWide ? random.nextInt(256) : most + random.nextInt(16 - most)) << 24
            | origin
            | random.nextInt(64);
    describe(0, edge - pageSize, MainframeStorage.FIRST);
    describe(low == high ? 0 : 1, edge, MainframeStorage.SECOND);
    describe(2, code, Hercules.CODE);
    if (isSmall) {
      describe(2, code + 0x800, Hercules.CODE + 0x800 * (1 + random.nextInt(8)));
    }
    if (chance(50)) {
      spoil(chance(60) ? edge : edge - pageSize);
    }
    if (chance(5)) {
      spoil(chance(60) ? edge : edge - pageSize);
    }
  }

  /// In another segment than the instruction, and not far, so that one piece has all entries.
  private int drawnEdge() {
    int own = segment(code);
    int count = (1 << 24) / segmentSize;
    while (true) {
      int s = own + random.nextInt(13) - 6;
      int at = chance(15) ? 0 : random.nextInt(segmentSize / pageSize);
      int drawn = s * segmentSize + at * pageSize;
      if (s >= 0 && s < count && drawn > 0 && s != own && segment(drawn - 1) != own) {
        return drawn;
      }
    }
  }

  private int segment(int address) {
    return address / segmentSize;
  }

  private int page(int address) {
    return address % segmentSize / pageSize;
  }

  /// The first four bits of the page index, which the length of a page table counts.
  private int part(int address) {
    return address % segmentSize / (segmentSize / 16);
  }

  private int segmentEntry(int address) {
    return (cr1 & 0x7fffc0) + 4 * segment(address) - MainframeStorage.SEGMENTS;
  }

  private int pageEntry(int address) {
    return (segments.getInt(segmentEntry(address)) & 0xfffff8)
        + 2 * page(address)
        - MainframeStorage.PAGES;
  }

  /// An address in a frame. Of a segment that has one already, it is the next page.
  private void describe(int table, int address, int frame) {
    int at = segmentEntry(address);
    int origin = MainframeStorage.PAGES + 64 * table + 8 - 2 * page(address) & ~7;
    int length = part(address) + random.nextInt(16 - part(address));
    int old = segments.getInt(at);
    if (old != 0) {
      origin = old & 0xfffff8;
      length = Math.max(length, old >>> 28);
    }
    segments.putInt(at, length << 28 | origin);
    int entry = (frame & -pageSize) >> 8 | random.nextInt(2);
    pages.putShort(pageEntry(address), (short) entry);
  }

  /// Something wrong with what translates an address.
  private void spoil(int address) {
    int at = segmentEntry(address);
    int entry = segments.getInt(at);
    int page = (entry & 0xfffff8) + 2 * page(address) - MainframeStorage.PAGES;
    switch (random.nextInt(12)) {
      case 0, 1 -> spoilPage(page, isSmall ? 4 : 8);
      case 2 -> spoilPage(page, isSmall ? 2 : 2 << random.nextInt(2));
      case 3 -> spoilPage(page, 0x8000);
      case 4, 5 -> segments.putInt(at, entry | 1);
      case 6 -> segments.putInt(at, entry | 1 << 24 + random.nextInt(4));
      case 7 -> segments.putInt(at, entry | 2 << random.nextInt(2));
      case 8 -> {
        int length = part(address) == 0 ? 0 : random.nextInt(part(address));
        segments.putInt(at, entry & 0xfffffff | length << 28);
      }
      case 9 -> segments.putInt(at, entry | 0x800000);
      case 10 -> shorten(segment(address) >> 4);
      default -> {
        if (!isFetched && chance(50)) {
          cr1 |= 0x800000;
        } else if (!isFetched) {
          cr0 ^= 1 << 19 + random.nextInt(5);
        }
      }
    }
  }

  private void spoilPage(int at, int bits) {
    if (at >= 0 && at < Hercules.PIECE) {
      pages.putShort(at, (short) (pages.getShort(at) | bits));
    }
  }

  /// A segment table that ends before, but not before the instruction's entry.
  private void shorten(int needed) {
    int least = isFetched ? segment(code) >> 4 : 0;
    if (!isWide && needed > least) {
      cr1 = cr1 & 0xffffff | least + random.nextInt(needed - least) << 24;
    }
  }

  int code() {
    return code;
  }

  int edge() {
    return edge;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  Map<String, Long> cells() {
    Map<String, Long> cells = new HashMap<>();
    cells.put("cr0", cr0 & 0xffffffffL);
    cells.put("cr1", cr1 & 0xffffffffL);
    for (int i = 0; i < Hercules.PIECE; i += 4) {
      cells.put("E[" + (MainframeStorage.SEGMENTS + i) / 4 + "]", segments.getInt(i) & 0xffffffffL);
      cells.put("E[" + (MainframeStorage.PAGES + i) / 4 + "]", pages.getInt(i) & 0xffffffffL);
    }
    return cells;
  }

  /// What translates one of the zone's pages: its entries, as far as they are in the pieces, and
  /// the part of the page table that has the page's.
  record Entries(long segment, long page, int part, boolean isSmall) {
    boolean isBeyond() {
      return part > segment >> 28;
    }
  }

  /// Of both pages; `address` is one in them.
  static List<Entries> entries(Cells s, long address) {
    long edge = edge(s, address);
    return List.of(entriesOf(s, edge - 1), entriesOf(s, edge));
  }

  private static Entries entriesOf(Cells s, long address) {
    boolean isSmall = (s.at("cr0") & SMALL) != 0;
    int bits = (s.at("cr0") & WIDE) != 0 ? 20 : 16;
    long segment = s.at("E", ((s.at("cr1") & 0x7fffc0) + 4 * (address >> bits)) / 4);
    long index = (address & (1L << bits) - 1) >> (isSmall ? 11 : 12);
    long at = (segment & 0x7ffff8) + 2 * index;
    long page = s.at("E", at / 4) >> ((at & 2) == 0 ? 16 : 0) & 0xffff;
    return new Entries(segment, page, (int) (address >> bits - 4) & 15, isSmall);
  }

  /// Where the zone's second page begins, if an address is one in the zone.
  static long edge(Cells s, long address) {
    long size = pageSize(s);
    long rest = address & size - 1;
    return address - rest + (rest >= size - MainframeStorage.SPLIT ? size : 0);
  }

  static long pageSize(Cells s) {
    return (s.at("cr0") & SMALL) != 0 ? 2048 : 4096;
  }

  static boolean areOn(Cells s) {
    return (s.at("psw") >> 43 & s.at("psw") >> 50 & 1) == 1;
  }
}
