package trapline.peer;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Why the Model 67 described and R. Cornwell's IBM 360 may differ on a situation. Each is
/// explained in src/site/markdown/machines/ibm-360-67.md under its name.
enum Model67Difference {
  /// A segment that is not there: the simulator interrupts with the code of a page.
  NO_SUCH_SEGMENT {
    @Override
    boolean covers(String kind, Cells s) {
      return isTranslated(s) && IntStream.range(0, 16).anyMatch(i -> (tableWord(s, i) & 1) != 0);
    }
  },
  /// An entry of a page table with bits that must be zero: the simulator changes control register 2
  /// as well, and its LRA finds no exception.
  BITS_OF_A_PAGE {
    @Override
    boolean covers(String kind, Cells s) {
      return (isTranslated(s) || kind.equals("lra"))
          && IntStream.range(16, Model67Simh.TABLE_BYTES / 4)
              .mapToLong(i -> tableWord(s, i))
              .anyMatch(word -> (word & 0x00070007) != 0);
    }
  },
  /// LRA beyond a page table's end.
  LRA_BEYOND_THE_PAGES {
    @Override
    boolean covers(String kind, Cells s) {
      if (!kind.equals("lra")) {
        return false;
      }
      long a = new Instruction(s).first();
      return (a >> 12 & 0xff) > tableWord(s, (int) (a >> 20)) >> 24;
    }
  },
  /// A quotient that does not fit: the simulator does not see all of them.
  QUOTIENT_TOO_LARGE {
    @Override
    boolean covers(String kind, Cells s) {
      if (!kind.equals("d") && !kind.equals("dr")) {
        return false;
      }
      int r = new Instruction(s).second() >> 4 & 14;
      long dividend = s.at("gr", r) << 32 | s.at("gr", r + 1);
      return dividend >= 1L << 31 || dividend <= -1L << 31;
    }
  },
  /// An odd register and an operand out of reach: either exception may be told.
  WHICH_COMES_FIRST {
    @Override
    boolean covers(String kind, Cells s) {
      Instruction i = new Instruction(s);
      return (kind.equals("m") || kind.equals("d"))
          && (i.second() & 16) != 0
          && isRefused(s, i.first(), 4, false);
    }
  },
  /// The second halfword of an instruction is in a page that is not there: the simulator's old PSW
  /// has an address in the middle of the instruction.
  FETCH_ACROSS_PAGES {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.equals("fetch") && isRefused(s, s.at("psw") + 2 & 0xffffff, 2, false);
    }
  },
  /// An operand of many bytes that is not all in reach: how many of them are stored, which operand
  /// is looked at first, and which of a page's addresses control register 2 has.
  NOT_ALL_IN_REACH {
    @Override
    boolean covers(String kind, Cells s) {
      return new Instruction(s).isHalfReached();
    }
  },
  /// The simulator asks for leave to store what TRT only reads, and looks at each operand of MVO
  /// with the length of the other.
  WRONG_REACH {
    @Override
    boolean covers(String kind, Cells s) {
      Instruction i = new Instruction(s);
      int longer = Math.max(i.second() >> 4, i.second() & 15) + 1;
      return switch (i.opcode()) {
        case 0xdd -> isRefused(s, i.first(), i.second() + 1, true);
        case 0xf1 ->
            isRefused(s, i.first(), longer, true) || isRefused(s, i.based(4, false), longer, false);
        default -> false;
      };
    }
  },
  /// What LMC keeps of the channels' masks, and a data exception for low bits of register 0.
  WHAT_IS_LOADED {
    @Override
    boolean covers(String kind, Cells s) {
      int second = new Instruction(s).second();
      return kind.equals("lmc") && (includes(second, 0) || includes(second, 4));
    }
  },
  /// STMC of the registers that say how a duplex system is partitioned.
  PARTITIONING {
    @Override
    boolean covers(String kind, Cells s) {
      int second = new Instruction(s).second();
      return kind.equals("stmc") && IntStream.range(8, 15).anyMatch(r -> includes(second, r));
    }
  },
  /// Bits of an extended PSW that are not used, its length code, and addresses of 32 bits: the
  /// simulator interrupts.
  BITS_OF_A_PSW {
    @Override
    boolean covers(String kind, Cells s) {
      if (!Model67Simh.isExtended(s.at("cr6")) || !kind.equals("lpsw") && !kind.equals("ssm")) {
        return false;
      }
      long a = new Instruction(s).first();
      return (at(s, a) & 0xf8) != 0
          || kind.equals("lpsw") && ((at(s, a + 2) & 0xc0) != 0 || at(s, a + 3) != 0);
    }
  };

  /// The instruction of a situation, or the one that its EXECUTE finds.
  private static final class Instruction {
    private final Cells s;
    private final int[] bytes = new int[6];

    Instruction(Cells s) {
      this.s = s;
      for (int i = 0; i < 6; i++) {
        bytes[i] = (int) at(s, s.at("psw") + i & 0xffffff);
      }
      long subject = first();
      if (opcode() == 0x44 && !isRefused(s, subject, 6, false)) {
        int change = bytes[1] >> 4 == 0 ? 0 : (int) s.at("gr", bytes[1] >> 4) & 0xff;
        for (int i = 0; i < 6; i++) {
          bytes[i] = (int) at(s, subject + i);
        }
        bytes[1] |= change;
      }
    }

    int opcode() {
      return bytes[0];
    }

    int second() {
      return bytes[1];
    }

    /// From base and displacement; those of formats with an index have one.
    private long based(int i, boolean indexed) {
      int base = bytes[i] >> 4;
      long a = (bytes[i] & 15) << 8 | bytes[i + 1];
      int x = indexed ? bytes[1] & 15 : 0;
      return a + (base == 0 ? 0 : s.at("gr", base)) + (x == 0 ? 0 : s.at("gr", x)) & 0xffffff;
    }

    long first() {
      return based(2, opcode() < 0x80 || opcode() == 0xb1);
    }

    boolean isHalfReached() {
      int count = ((second() & 15) - (second() >> 4) & 15) * 4 + 4;
      int[] lengths = {second() + 1, second() + 1};
      if (opcode() >= 0xf0) {
        lengths = new int[] {(second() >> 4) + 1, (second() & 15) + 1};
      } else if (opcode() == 0xdc || opcode() == 0xdd) {
        lengths[1] = 257;
      }
      return switch (opcode()) {
        case 0x98, 0xb8 -> isRefused(s, first(), count, false);
        case 0x90, 0xb0 -> isRefused(s, first(), count, true);
        default ->
            opcode() >= 0xc0
                && (isRefused(s, first(), lengths[0], opcode() != 0xd5 && opcode() != 0xdd)
                    || isRefused(s, based(4, false), lengths[1], false));
      };
    }
  }

  abstract boolean covers(String kind, Cells s);

  static Optional<Model67Difference> of(String kind, Cells s) {
    return Arrays.stream(values()).filter(d -> d.covers(kind, s)).findFirst();
  }

  private static boolean includes(int registers, int r) {
    return (r - (registers >> 4) & 15) <= ((registers & 15) - (registers >> 4) & 15);
  }

  private static boolean isTranslated(Cells s) {
    return Model67Simh.isExtended(s.at("cr6")) && (s.at("psw") >> 50 & 1) == 1;
  }

  private static long tableWord(Cells s, int i) {
    return s.at("E", Model67Simh.TABLES / 4 + i);
  }

  /// Negative where there is none.
  private static long real(Cells s, long address) {
    long a = address & 0xffffff;
    if (!isTranslated(s)) {
      return a < 0x40000 ? a : -1;
    }
    long segments = s.at("cr0") & 0xffffc0;
    long segment = s.at("E", segments / 4 + (a >> 20));
    long page = (segment & 0xfffffe) + 2 * (a >> 12 & 0xff);
    if (segments >= 0x40000 || page >= 0x40000 || (segment & 1) != 0) {
      return -1;
    }
    long entry = s.at("E", page / 4) >> ((page & 2) == 0 ? 16 : 0) & 0xffff;
    boolean isThere = (entry & 15) == 0 && entry >> 4 < 0x40 && (a >> 12 & 0xff) <= segment >> 24;
    return isThere ? entry >> 4 << 12 | a & 0xfff : -1;
  }

  private static long at(Cells s, long address) {
    long a = real(s, address);
    return a < 0 ? 0 : s.at("E", a / 4) >> (24 - 8 * (a & 3)) & 0xff;
  }

  /// Whether any of these bytes is out of reach.
  private static boolean isRefused(Cells s, long address, int length, boolean store) {
    long key = s.at("psw") >> 44 & 15;
    return LongStream.range(address, address + length)
        .map(a -> real(s, a))
        .anyMatch(a -> {
          long lock = a < 0 ? 0 : s.at("skey", a / 2048);
          return a < 0 || key != 0 && lock >> 3 != key && (store || (lock & 4) != 0);
        });
  }
}
