package trapline.peer;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/// Why the described RISC-V and QEMU's may differ on a situation. Each is explained in
/// src/site/markdown/machines/risc-v.md under its name.
enum RiscvDifference {
  /// QEMU sets accessed and dirty bits itself.
  ACCESSED_AND_DIRTY {
    @Override
    boolean covers(String kind, Cells s) {
      for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 8; k++) {
          long entry = s.at("E", 0xc00 + 0x400 * i + k) & 0xff;
          if ((entry & 1) != 0 && (entry & 0xa) != 0 && (entry & 0xc0) != 0xc0) {
            return true;
          }
        }
      }
      return false;
    }
  },
  /// What mtval tells of a jump to a misaligned target: here the target, at QEMU the jump itself.
  MISALIGNED_TARGET {
    @Override
    boolean covers(String kind, Cells s) {
      int w = instruction(s);
      return switch (w & 0x7f) {
        case 0x63 -> (w & 1 << 8) != 0;
        case 0x6f -> (w & 1 << 21) != 0;
        case 0x67 -> (s.at("x", w >> 15 & 31) + (w >> 20) & 2) != 0;
        default -> false;
      };
    }
  },
  /// Misaligned atomics: QEMU raises the load's exception for AMO, and none for an SC that fails.
  MISALIGNED_ATOMIC {
    @Override
    boolean covers(String kind, Cells s) {
      int w = s.at(OfDescription.STEPS) == 2 ? second(s) : instruction(s);
      long size = 1L << (w >> 12 & 3);
      return (w & 0x7f) == 0x2f && (s.at("x", w >> 15 & 31) & (size - 1)) != 0;
    }
  },
  /// AMO where a load faults too: the fault is a store's; QEMU raises the load's.
  UNREADABLE_ATOMIC {
    @Override
    boolean covers(String kind, Cells s) {
      boolean translated = s.at("satp") >>> 31 != 0;
      return kind.startsWith("amo_") && (translated || s.at("pmpcfg[1]") != 0);
    }
  },
  /// A vector's mode that is reserved: here its low bit counts, QEMU writes nothing.
  RESERVED_VECTOR {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.endsWith("tvec") && (written(kind, s, s.at(control(kind))) & 2) != 0;
    }
  },
  /// The low bits of an exception's address, which are always zero: QEMU 7.2 keeps them.
  EXCEPTION_ADDRESS {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.endsWith("epc") && (written(kind, s, s.at(control(kind))) & 3) != 0;
    }
  },
  /// Sv48 and Sv57, which QEMU has.
  MORE_LEVELS {
    @Override
    boolean covers(String kind, Cells s) {
      long mode = written(kind, s, s.at("satp")) >>> 60;
      return kind.endsWith(" satp") && (mode == 9 || mode == 10);
    }
  },
  /// The mode that there is none of, in mstatus.MPP: QEMU 7.2 keeps it.
  RESERVED_MODE {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.endsWith(" mstatus") && (written(kind, s, s.at("mstatus")) >> 11 & 3) == 2;
    }
  },
  /// A return to a lower mode clears MPRV; QEMU 7.2 leaves it.
  RETURN_AND_MPRV {
    @Override
    boolean covers(String kind, Cells s) {
      return kind.endsWith("ret") && (s.at("mstatus") >> 17 & 1) == 1;
    }
  },
  /// A misaligned access is as many as the words it reaches into, each protected by itself; QEMU
  /// asks one entry of the protection to cover it all.
  MISALIGNED_AND_PROTECTED {
    @Override
    boolean covers(String kind, Cells s) {
      int w = instruction(s);
      long size = 1L << (w >> 12 & 3);
      return isLoadOrStore(w) && s.at("pmpcfg[1]") != 0 && (address(s, w) & size - 1) != 0;
    }
  },
  /// Under MPRV, a load or store in the page that the instruction comes from: QEMU goes where it
  /// has fetched.
  PAGE_OF_THE_CODE {
    @Override
    boolean covers(String kind, Cells s) {
      int w = instruction(s);
      boolean modified = s.at("priv") == 3 && (s.at("mstatus") >> 17 & 1) == 1;
      return isLoadOrStore(w) && modified && address(s, w) >> 12 == s.at("pc") >> 12;
    }
  },
  /// Of an entry of protection: reserved bits, and write without read. WARL; QEMU 7.2 keeps them.
  RESERVED_PROTECTION {
    @Override
    boolean covers(String kind, Cells s) {
      return isProtection(kind, s, "pmpcfg")
          && entries(kind, s).anyMatch(e -> (e & 0x60) != 0 || (e & 3) == 2);
    }
  },
  /// A grain of eight bytes: no regions of four, and the low bit of a range's bound reads as zero.
  /// QEMU's is four.
  GRAIN {
    @Override
    boolean covers(String kind, Cells s) {
      int i = kind.endsWith("1") ? 1 : 0;
      return isProtection(kind, s, "pmpcfg")
          ? entries(kind, s).anyMatch(e -> (e >> 3 & 3) == 2)
          : isProtection(kind, s, "pmpaddr")
              && (s.at("pmpcfg[" + i + "]") >> 4 & 1) == 0
              && (s.at("pmpaddr[" + i + "]") & 1) == 1;
    }
  },
  /// The high bits of an entry's address, which are zero: QEMU 7.2 keeps them.
  PROTECTED_ADDRESS {
    @Override
    boolean covers(String kind, Cells s) {
      String address = "pmpaddr[" + (kind.endsWith("1") ? 1 : 0) + "]";
      return isProtection(kind, s, "pmpaddr") && written(kind, s, s.at(address)) >>> 54 != 0;
    }
  },
  /// Setting or clearing no bits of a read-only register: a write all the same unless the source is
  /// x0; QEMU looks at the value.
  SETS_NOTHING {
    @Override
    boolean covers(String kind, Cells s) {
      int w = instruction(s);
      int source = w >> 15 & 31;
      return kind.startsWith("csr ") && (w >>> 30) == 3 && source != 0 && s.at("x", source) == 0;
    }
  },
  /// Of several interrupts, QEMU takes the one of the lowest number.
  INTERRUPT_ORDER {
    @Override
    boolean covers(String kind, Cells s) {
      return Long.bitCount(s.at("posted") & s.at("mie")) > 1;
    }
  };

  abstract boolean covers(String kind, Cells s);

  static Optional<RiscvDifference> of(String kind, Cells s) {
    return Arrays.stream(values()).filter(d -> d.covers(kind, s)).findFirst();
  }

  /// Whether these registers are written, and not only asked for.
  private static boolean isProtection(String kind, Cells s, String registers) {
    return kind.contains(" " + registers) && s.at("priv") == 3;
  }

  /// What is written as the configurations of both entries.
  private static LongStream entries(String kind, Cells s) {
    long both = written(kind, s, s.at("pmpcfg[1]") << 8 | s.at("pmpcfg[0]"));
    return LongStream.of(both & 0xff, both >> 8 & 0xff);
  }

  private static int instruction(Cells s) {
    return at(s, 0);
  }

  private static int second(Cells s) {
    return at(s, 1);
  }

  /// The first and only instruction of the piece of code, or the one after it.
  private static int at(Cells s, int further) {
    for (int i = 0x400; i < 0x410; i++) {
      if (s.at("E", i) != 0) {
        return (int) s.at("E", i + further);
      }
    }
    return 0;
  }

  private static boolean isLoadOrStore(int w) {
    return (w & 0x7f) == 0x23 || (w & 0x7f) == 0x03;
  }

  /// Where a load or store leads.
  private static long address(Cells s, int w) {
    long immediate = (w & 0x7f) == 0x23 ? (w >> 25 << 5) | (w >> 7 & 31) : w >> 20;
    return s.at("x", w >> 15 & 31) + immediate;
  }

  private static String control(String kind) {
    return kind.substring(kind.indexOf(' ') + 1);
  }

  /// What a CSR instruction writes over `old`.
  private static long written(String kind, Cells s, long old) {
    int w = instruction(s);
    long operand = (w >> 14 & 1) == 1 ? w >> 15 & 31 : s.at("x", w >> 15 & 31);
    return switch (w >> 12 & 3) {
      case 1 -> operand;
      case 2 -> old | operand;
      default -> old & ~operand;
    };
  }
}
