package trapline.peer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Why the R3000 described and another simulator's may differ on a situation. Each is explained in
/// src/site/markdown/machines/mips-r3000.md under its name.
enum MipsDifference {
  /// What is left in HI and LO is open.
  DIVISION_BY_ZERO {
    @Override
    boolean covers(String kind, Cells s, int word) {
      return (kind.equals("div") || kind.equals("divu")) && s.at("r", word >> 16 & 31) == 0;
    }
  },
  /// DIV of the most negative number by -1 gives zeros.
  MOST_NEGATIVE_DIVIDEND {
    @Override
    boolean covers(String kind, Cells s, int word) {
      return kind.equals("div")
          && (int) s.at("r", word >> 21 & 31) == Integer.MIN_VALUE
          && (int) s.at("r", word >> 16 & 31) == -1;
    }
  },
  /// An overflow of ADDI, SUB, or ADD to register 0 is not noticed, or one is where there is none.
  OVERFLOW {
    @Override
    boolean covers(String kind, Cells s, int word) {
      int slot = (int) s.at(MipsTrials.storage(MipsTrials.FIRST + 4));
      return kind.equals("addi")
          || kind.equals("sub")
          || (kind.equals("add") && (word >> 11 & 31) == 0)
          || slot >>> 26 == 8;
    }
  },
  /// A jump to an address that is no multiple of four goes to the multiple before.
  UNALIGNED_FETCH {
    @Override
    boolean covers(String kind, Cells s, int word) {
      return (kind.equals("jr") || kind.equals("jalr")) && (s.at("r", word >> 21 & 31) & 3) != 0;
    }
  },
  /// Loads and stores of a user's reach the kernel's segments while their translation is at hand.
  KERNEL_ADDRESS {
    @Override
    boolean covers(String kind, Cells s, int word) {
      return word >>> 29 >= 4 && (s.at("status") & 2) != 0 && address(s, word) < 0;
    }
  },
  /// A mapped page that is not to be reached is now and then reached all the same.
  STALE_ENTRY {
    @Override
    boolean covers(String kind, Cells s, int word) {
      if (word >>> 29 < 4 || address(s, word) >>> 30 == 2) {
        return false;
      }
      boolean stores = word >>> 29 == 5;
      for (int i = 0; i < MipsTrials.ENTRIES; i++) {
        long entry = s.at("tlb", i);
        if ((int) (entry >> 44) == address(s, word) >>> 12 && isUsable(s, entry)) {
          return stores && (entry >> 10 & 1) == 0;
        }
      }
      return true;
    }
  },
  /// LWL, LWR, SWL and SWR: BadVAddr is the word's address, and SWL and SWR tell another cause.
  UNALIGNED_WORD {
    @Override
    boolean covers(String kind, Cells s, int word) {
      return List.of("lwl", "lwr", "swl", "swr").contains(kind)
          && ((address(s, word) & 3) != 0 || (s.at("status") & 2) != 0)
          && ((s.at("status") & 2) != 0 || address(s, word) >>> 30 != 2);
    }
  },
  /// Whether CP0 may be used is decided by the mode bits of an R4000.
  CP0_USABLE {
    @Override
    boolean covers(String kind, Cells s, int word) {
      return word >>> 26 == 16 && (s.at("status") >> 28 & 1) == 0;
    }
  },
  /// RFE clears the old pair of mode and interrupt enable.
  OLD_PAIR {
    @Override
    boolean covers(String kind, Cells s, int word) {
      return (kind.equals("rfe") || kind.equals("mfc0")) && (s.at("status") >> 4 & 3) != 0;
    }
  };

  private static boolean isUsable(Cells s, long entry) {
    boolean its = (entry >> 38 & 63) == (s.at("entryhi") >> 6 & 63) || (entry >> 8 & 1) == 1;
    return its && (entry >> 9 & 1) == 1;
  }

  private static int address(Cells s, int word) {
    return (int) s.at("r", word >> 21 & 31) + (short) word;
  }

  abstract boolean covers(String kind, Cells s, int word);

  static Optional<MipsDifference> of(String kind, Cells s) {
    int word = (int) s.at(MipsTrials.storage(MipsTrials.FIRST));
    return Arrays.stream(values()).filter(d -> d.covers(kind, s, word)).findFirst();
  }
}
