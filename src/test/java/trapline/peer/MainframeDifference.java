package trapline.peer;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
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
      return isTranslated(
          kind, s, e -> !e.isSmall() && (e.page() & 14) != 0 && (e.page() & 8) == 0);
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
  /// Bit 16 of a PSW of EC mode: Hercules has a secondary address space.
  SECONDARY_SPACE {
    @Override
    boolean covers(String kind, Cells s) {
      long at = kind.equals("lpsw") ? MainframeStorage.real(s, operand(s)) : 0;
      return (s.at("E", at / 4) & 0x88000) == 0x88000;
    }
  },
  /// A comparison that ends early need not look at the bytes behind; the description does.
  COMPARED_PART {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.equals("clm") && isAcross(s, operand(s), 4);
    }
  },
  /// Operands in both pages, each of which may have an exception: none goes before the others.
  OPERANDS_IN_TWO_PAGES {
    @Override
    boolean covers(String kind, Cells s) {
      if (!FIELDS.contains(kind)) {
        return false;
      }
      int length = kind.equals("tr") ? 256 : length(s);
      long edge = MainframeTables.edge(s, operand(s));
      return Math.min(operand(s), second(s)) < edge
          && Math.max(operand(s) + length(s), second(s) + length) > edge;
    }
  },
  /// RRB is of a block of 2,048 bytes; Hercules takes the one beside it for the same.
  RESET_OF_TWO_BLOCKS {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.equals("rrb") && (s.at(Mainframe.key(MainframeStorage.BESIDE)) & 3) != 0;
    }
  };

  /// Of storage to storage, without those that compare.
  private static final Set<String> FIELDS =
      Set.of("mvc", "mvn", "mvz", "nc", "oc", "xc", "tr", "mvo", "pack", "unpk");

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

  /// Whether an operand that may be so long is in both pages of the zone.
  private static boolean isAcross(Cells s, long address, int length) {
    long edge = MainframeTables.edge(s, address);
    return address < edge && address + length > edge;
  }

  /// Of a field of an instruction from storage to storage, at most.
  private static int length(Cells s) {
    long instruction = s.at("E", Hercules.CODE / 4);
    return instruction >> 28 == 0xf ? 16 : (int) (instruction >> 16 & 0xff) + 1;
  }

  /// The address of the second operand.
  private static long second(Cells s) {
    long half = s.at("E", Hercules.CODE / 4 + 1) >> 16;
    long b = half >> 12;
    return (half & 0xfff) + (b == 0 ? 0 : s.at("gr", b)) & 0xffffff;
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
