package trapline.peer;

import java.util.Arrays;
import java.util.Optional;

/// Why the KA10 described and the KS10 of simh may differ on a situation. Each is explained in
/// src/site/markdown/machines/pdp-10.md under its name.
///
/// Trap flags are compared by neither: the KA10 has none, and [Situation#KA10_FLAGS] masks them.
enum Difference {
  /// The KA10 adds one to both halves of a pointer with one addition, and the right half's carry or
  /// borrow reaches the left.
  CARRY_BETWEEN_HALVES {
    @Override
    boolean covers(Situation s, long word) {
      long pointer = s.at((int) (word >> 23) & 15);
      return switch (opcode(word)) {
        case 0252, 0253, 0260, 0261 -> (pointer & Situation.HALF) == Situation.HALF;
        case 0262, 0263 -> (pointer & Situation.HALF) == 0;
        default -> false;
      };
    }
  },
  /// What BLT leaves in its accumulator after the last word.
  BLOCK_TRANSFER_END {
    @Override
    boolean covers(Situation s, long word) {
      return opcode(word) == 0251;
    }
  },
  /// IBP, LDB and DPB found with first part done set: the KA10's IBP does nothing, and its LDB and
  /// DPB end by clearing the flag.
  FIRST_PART_DONE {
    @Override
    boolean covers(Situation s, long word) {
      return (s.flags() & Situation.FIRST_PART_DONE) != 0
          && (opcode(word) == 0133 || opcode(word) == 0135 || opcode(word) == 0137);
    }
  },
  /// The word goes to the instruction's own accumulator: the KA10 has written the accumulator
  /// before it writes storage, the KS10 writes it afterwards.
  ACCUMULATOR_FIRST {
    @Override
    boolean covers(Situation s, long word) {
      int a = (int) (word >> 23) & 15;
      return switch (opcode(word)) {
        case 0260, 0261 -> ((s.at(a) + 1) & Situation.HALF) == a;
        case 0262, 0266 -> s.effective(word) == a;
        default -> false;
      };
    }
  },
  /// IDIV of the most negative number by 1 or -1: the KA10, which divides magnitudes, refuses.
  MOST_NEGATIVE_DIVIDEND {
    @Override
    boolean covers(Situation s, long word) {
      if (opcode(word) < 0230 || opcode(word) > 0233) {
        return false;
      }
      int e = s.effective(word);
      long divisor = opcode(word) == 0231 ? e : s.at(e);
      return s.at((int) (word >> 23) & 15) == 1L << 35
          && (divisor == 1 || divisor == Situation.WORD);
    }
  },
  /// An arithmetic left shift that goes on when only the sign is left: the KA10 looks for overflow
  /// at each of its single shifts, and the sign differs from the zero behind it.
  LONG_SHIFT {
    @Override
    boolean covers(Situation s, long word) {
      int e = s.effective(word);
      return (opcode(word) == 0240 && (e & 0400377) > 35 && (e & 0400377) < 0400)
          || (opcode(word) == 0244 && (e & 0400377) > 70 && (e & 0400377) < 0400);
    }
  },
  /// An increment past the last address: the KA10 adds one to the whole pointer, and the carry
  /// counts its index field up.
  POINTER_CARRY {
    @Override
    boolean covers(Situation s, long word) {
      return opcode(word) >= 0133
          && opcode(word) <= 0136
          && (s.at(s.effective(word)) & Situation.HALF) == Situation.HALF;
    }
  };

  /// Of the instruction `word`, found in place or by XCT.
  abstract boolean covers(Situation s, long word);

  private static int opcode(long word) {
    return (int) (word >> 27);
  }

  static Optional<Difference> of(Situation s) {
    long word = s.instruction();
    for (int depth = 0; opcode(word) == 0256 && depth < 10; depth++) {
      word = s.at(s.effective(word));
    }
    long executed = word;
    return Arrays.stream(values()).filter(d -> d.covers(s, executed)).findFirst();
  }
}
