package trapline.peer;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/// Why the System/370 described and Hercules may differ on a situation. Each is explained in
/// src/site/markdown/machines/ibm-360-67.md under its name.
enum MainframeDifference {
  /// On an exception of its subject, EXECUTE is two halfwords long; Hercules stores the subject's
  /// length.
  EXECUTED_LENGTH {
    @Override
    boolean covers(String kind, Cells s) {
      if (!kind.equals("ex")) {
        return false;
      }
      long at = MainframeStorage.real(s, operand(s));
      long opcode = s.at("E", at / 4) >> ((at & 2) == 0 ? 24 : 8) & 0xff;
      return opcode < 0x40 || opcode >= 0xc0;
    }
  },
  /// Bits 29 and 30 of a segment-table entry: Hercules protects the segment, or has it in common.
  SEGMENT_BITS {
    @Override
    boolean covers(String kind, Cells s) {
      return isTranslated(kind, s, e -> (e.segment() & 7) != 0 && (e.segment() & 1) == 0);
    }
  },
  /// Bits 13 and 14 of an entry for a page of 4,096 bytes: Hercules has longer real addresses.
  PAGE_BITS {
    @Override
    boolean covers(String kind, Cells s) {
      return isTranslated(kind, s, e -> !e.isSmall() && (e.page() & 14) != 0 && (e.page() & 8) == 0);
    }
  },
  /// A page table has a length; Hercules takes all others than the least for the greatest.
  PAGE_TABLE_LENGTH {
    @Override
    boolean covers(String kind, Cells s) {
      return isTranslated(kind, s, e -> e.isBeyond() && e.segment() >> 28 != 0);
    }
  },
  /// Beyond its end a page table has no entry that could be in storage or not; Hercules looks there
  /// first.
  PAGE_TABLE_END {
    @Override
    boolean covers(String kind, Cells s) {
      return isTranslated(kind, s, e -> e.isBeyond() && (e.segment() & 0x800000) != 0);
    }
  },
  /// RRB is of a block of 2,048 bytes; Hercules takes the one beside it for the same.
  RESET_OF_TWO_BLOCKS {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.equals("rrb") && (s.at(Hercules.key(MainframeStorage.BESIDE)) & 3) != 0;
    }
  };

  abstract boolean covers(String kind, Cells s);

  static Optional<MainframeDifference> of(String kind, Cells s) {
    return Arrays.stream(values()).filter(d -> d.covers(kind, s)).findFirst();
  }

  private static boolean isTranslated(
      String kind, Cells s, Predicate<MainframeTables.Entries> what) {
    long address = kind.equals("fetch") ? s.at("psw") & 0xffffff : operand(s);
    return (kind.equals("lra") || MainframeTables.areOn(s))
        && MainframeTables.entries(s, address).stream().anyMatch(what);
  }

  /// The address of an instruction's storage operand, the first if it has two.
  private static long operand(Cells s) {
    long instruction = s.at("E", Hercules.CODE / 4);
    long opcode = instruction >> 24;
    boolean isIndexed = opcode >= 0x40 && opcode < 0x80 || opcode == 0xb1;
    long x = isIndexed ? instruction >> 16 & 15 : 0;
    long b = instruction >> 12 & 15;
    long at = (instruction & 0xfff) + (x == 0 ? 0 : s.at("gr", x)) + (b == 0 ? 0 : s.at("gr", b));
    return at & 0xffffff;
  }
}
