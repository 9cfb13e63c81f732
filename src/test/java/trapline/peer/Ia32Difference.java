package trapline.peer;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/// Why the described IA-32 and a peer may differ on a situation. Each is explained in
/// src/site/markdown/machines/ia-32.md under its name.
enum Ia32Difference {
  /// Processors: POPA that faults leaves what it has popped until then.
  PARTIAL_POPA {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return peer.isProcessor()
          && kind.equals("popa")
          && stackLimit(s) - s.at("r", Ia32Trials.ESP) < 31;
    }
  },
  /// Intel's processor: a selector is read from the stack as 16 bits, though it is popped as 32.
  NARROW_SELECTOR {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      long at = s.at("r", Ia32Trials.ESP) + (kind.startsWith("retf") ? 4 : 0);
      boolean pops = kind.startsWith("retf") || SELECTORS.contains(kind);
      return peer == Ia32Peer.INTEL && pops && at + 1 <= stackLimit(s) && at + 3 > stackLimit(s);
    }
  },
  /// All: which of two places that both fault is looked at first.
  ORDER_OF_OPERANDS {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      if (!kind.startsWith("cmps")) {
        return false;
      }
      long page = s.at("E", (Ia32Trials.TABLE >> 2) + (Ia32Trials.DATA >> 12));
      boolean isAbsent = (page & 1) == 0 || (s.at("cpl") == 3 && (page & 4) == 0);
      return peer.isProcessor() ? Ia32Trials.code(s)[0] == 0x36 : isPaged(s) && isAbsent;
    }
  },
  /// Processors: CALL to where the code segment does not reach, and ENTER of a frame for which
  /// there is no room, or whose outer frames cannot be read, have pushed before they fault.
  PUSHED_FIRST {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      if (kind.equals("enter")) {
        return peer.isProcessor()
            && !LongStream.concat(pushedByEnter(s), readByEnter(s))
                .allMatch(at -> isInStack(s, at));
      }
      return peer.isProcessor() && kind.startsWith("call_far") && hasSmallCode(s);
    }

    private static boolean hasSmallCode(Cells s) {
      for (int at = Ia32Trials.LDT; at < Ia32Trials.LDT + 64; at += 8) {
        long descriptor = s.at("E", at >> 2) | s.at("E", (at >> 2) + 1) << 32;
        boolean isCode = (descriptor >>> 43 & 3) == 3;
        if (isCode && limit(descriptor) != 0xffffffffL) {
          return true;
        }
      }
      return false;
    }
  },
  /// All: whether a port is permitted is asked even if REP counts none.
  PERMISSION_WITHOUT_COUNT {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return Set.of("ins", "insb", "outs", "outsb").contains(kind)
          && s.at("r", Ia32Trials.ECX) == 0;
    }
  },
  /// QEMU: an operand that is read to be written faults as a read, where the page may not be
  /// reached at all.
  READ_TO_BE_WRITTEN {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      long page = s.at("E", (Ia32Trials.TABLE >> 2) + (Ia32Trials.DATA >> 12));
      return !peer.isProcessor() && isPaged(s) && (page & 5) != 5 && UPDATES.contains(kind);
    }
  },
  /// QEMU: ENTER does not ask whether the end of its frame can be written.
  FRAME_UNCHECKED {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor()
          && kind.equals("enter")
          && isPaged(s)
          && pushedByEnter(s)
              .anyMatch(at -> (at + baseOfStack(s) & 0xffffffffL) < Ia32Trials.STACKS);
    }
  },
  /// QEMU: shifts and rotations that fault when they write have set the flags.
  FLAGS_BEFORE_FAULT {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      long page = s.at("E", (Ia32Trials.TABLE >> 2) + (Ia32Trials.DATA >> 12));
      return !peer.isProcessor() && isPaged(s) && (page & 7) != 7 && kind.startsWith("shift");
    }
  },
  /// QEMU: what an entry into ring 3 pushes is stored as the supervisor does.
  PUSHED_AS_SUPERVISOR {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      boolean readOnly = (s.at("E", Ia32Trials.DIRECTORY >> 2) & 2) == 0;
      return !peer.isProcessor() && isPaged(s) && readOnly && s.at("cpl") == 3;
    }
  },
  /// What a port answers is not the processor's.
  ANSWERS_OF_PORTS {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor() && INPUTS.contains(kind) && isPermitted(kind, s);
    }
  },
  /// AMD's processor and QEMU: the flags of a comparison with REP change with each element.
  FLAGS_OF_EACH_ELEMENT {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      int[] code = Ia32Trials.code(s);
      int last = code[Math.max(0, Ia32Trials.prefixes(code) - 1)];
      return peer != Ia32Peer.INTEL && STRINGS.contains(kind) && (last == 0xf2 || last == 0xf3);
    }
  },
  /// AMD's processor: BOUND reads both bounds before it compares with either.
  BOTH_BOUNDS_FIRST {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return peer == Ia32Peer.AMD && kind.equals("bound");
    }
  },
  /// AMD's processor: a far return that is refused looks first at what an outer ring's would pop.
  OUTER_STACK_FIRST {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      int[] code = Ia32Trials.code(s);
      int popped =
          switch (kind) {
            case "iret" -> 20;
            case "retf" -> 16;
            case "retf_n" -> 16 + (code[1] | code[2] << 8);
            default -> 0;
          };
      return peer == Ia32Peer.AMD
          && popped > 0
          && s.at("r", Ia32Trials.ESP) + popped - 1 > stackLimit(s);
    }
  },
  /// QEMU: that there is no such register comes after privilege.
  PRIVILEGE_FIRST {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor() && kind.matches("mov_(to|from)_cr [1567]") && s.at("cpl") != 0;
    }
  },
  /// QEMU: what RET releases is a signed number.
  SIGNED_RELEASE {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor() && kind.equals("ret_n") && Ia32Trials.code(s)[2] >= 0x80;
    }
  },
  /// QEMU: bits of DR6 and DR7 that are always zero can be set.
  RESERVED_DEBUG_BITS {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor()
          && kind.equals("mov_to_dr")
          && (Ia32Trials.code(s)[2] >> 5 & 1) == 1;
    }
  },
  /// QEMU: ARPL stores what was there where it has nothing to change.
  STORES_UNCHANGED {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      long page = s.at("E", (Ia32Trials.TABLE >> 2) + (Ia32Trials.DATA >> 12));
      long all = page & s.at("E", Ia32Trials.DIRECTORY >> 2);
      return !peer.isProcessor() && isPaged(s) && (all & 2) == 0 && kind.equals("arpl");
    }
  },
  /// QEMU: a null selector is a task register's.
  NULL_TASK {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      if (peer.isProcessor() || !kind.equals("ltr") || s.at("cpl") != 0) {
        return false;
      }
      int[] code = Ia32Trials.code(s);
      int modrm = code[Ia32Trials.modrm(code)];
      return modrm < 0xc0 || (s.at("r", modrm & 7) & 0xfffc) == 0;
    }
  },
  /// QEMU: CR0.NW without CD.
  CACHE_BITS {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      int register = Ia32Trials.code(s)[2] & 7;
      return !peer.isProcessor()
          && kind.equals("mov_to_cr 0")
          && s.at("cpl") == 0
          && (s.at("r", register) >> 29 & 3) == 1;
    }
  },
  /// QEMU: a reserved bit written to CR4 is no fault, and nothing is done.
  RESERVED_CR4 {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor()
          && kind.equals("mov_to_cr 4")
          && s.at("cpl") == 0
          && (s.at("r", Ia32Trials.code(s)[2] & 7) & ~0x80c) != 0;
    }
  },
  /// QEMU: a far return leads beyond the code segment's limit, and only the next fetch may fault.
  RETURN_BEYOND_LIMIT {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      if (peer.isProcessor() || !(kind.equals("iret") || kind.startsWith("retf"))) {
        return false;
      }
      long top = baseOfStack(s) + s.at("r", Ia32Trials.ESP);
      return word(s, top) > limit(descriptor(s, word(s, top + 4)));
    }
  },
  /// QEMU: what an entry pushes on an inner stack may lie beyond its segment's limit.
  PUSHED_BEYOND_LIMIT {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor()
          && LongStream.range(0, s.at("cpl")).anyMatch(ring -> !hasRoom(s, ring));
    }

    private static boolean hasRoom(Cells s, long ring) {
      long top = word(s, Ia32Trials.TSS + 4 + 8 * ring);
      long selector = word(s, Ia32Trials.TSS + 8 + 8 * ring);
      long descriptor = descriptor(s, selector);
      boolean isStack = (selector & 3) == ring && (descriptor >>> 40 & 0xfa) == (0x92 | ring << 5);
      boolean isDown = (descriptor >>> 42 & 1) == 1;
      long limit = limit(descriptor);
      return !isStack || (isDown ? top - 24 > limit : top - 1 <= limit);
    }
  },
  /// QEMU: IDIV of the least dividend by -1 is a fault of its own, which ends it.
  OVERFLOW_OF_ITS_OWN {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      boolean half = Ia32Trials.isHalf(Ia32Trials.code(s));
      long mask = half ? 0xffffL : 0xffffffffL;
      return !peer.isProcessor()
          && kind.equals("idiv")
          && (s.at("r", Ia32Trials.EDX) & mask) == (mask + 1) >>> 1
          && (s.at("r", Ia32Trials.EAX) & mask) == 0;
    }
  },
  /// QEMU: the task register takes a TSS of 16 bits, which is not described.
  SMALL_TASK {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      if (peer.isProcessor() || !kind.equals("ltr") || s.at("cpl") != 0) {
        return false;
      }
      int[] code = Ia32Trials.code(s);
      long selector = s.at("r", code[Ia32Trials.modrm(code)] & 7);
      return (descriptor(s, selector) >>> 40 & 0x1f) == 1;
    }
  },
  /// QEMU: an exception in the course of another's delivery is not told from one in a software
  /// interrupt's (EXT of the error code).
  EXTERNAL_BIT {
    @Override
    boolean covers(String kind, Cells s, Ia32Peer peer) {
      return !peer.isProcessor() && kind.matches(BENIGN);
    }
  };

  private static long word(Cells s, long at) {
    int shift = 8 * (int) (at & 3);
    long both = s.at("E", at >> 2) | s.at("E", (at >> 2) + 1) << 32;
    return both >>> shift & 0xffffffffL;
  }

  /// What a selector selects, which is in the GDT or the LDT.
  private static long descriptor(Cells s, long selector) {
    int table = (selector & 4) == 0 ? Ia32Trials.GDT : Ia32Trials.LDT;
    long entry = table + (selector & 0xfff8);
    return word(s, entry) | word(s, entry + 4) << 32;
  }

  private static long limit(long descriptor) {
    return Ia32Trials.extent(descriptor) & 0xffffffffL;
  }

  /// The rows that may end in #UD or #BR, after which another exception is no double fault.
  private static final String BENIGN =
      "ud2|bound|bt_imm|mov_from_sreg [67]|mov_to_sreg (cs|6|7)|mov_(to|from)_[cd]r.*";

  private static final Set<String> INPUTS =
      Set.of("in_imm", "in_dx", "inb_imm", "inb_dx", "ins", "insb");

  private static boolean isPermitted(String kind, Cells s) {
    int[] code = Ia32Trials.code(s);
    int port = (int) s.at("r", Ia32Trials.EDX) & 0xffff;
    if (kind.endsWith("imm")) {
      port = code[Ia32Trials.prefixes(code) + 1];
    }
    int at = (int) (s.at("E", Ia32Trials.TSS + 0x64 >> 2) >> 16) + (port >> 3);
    boolean told = at + 1 <= s.at("tss_limit");
    long bits = s.at("E", Ia32Trials.TSS + at >> 2) >> 8 * (at & 3) >> (port & 7);
    return s.at("cpl") <= (s.at("eflags") >> 12 & 3) || told && (bits & 1) == 0;
  }

  private static final Set<String> STRINGS = Set.of("cmps", "cmpsb", "scas", "scasb");
  private static final Set<String> UPDATES =
      Set.of(
          "xchg",
          "xchgb",
          "alu_store",
          "alub_store",
          "alu_imm",
          "alu_imm16",
          "alu_imm8",
          "alub_imm",
          "inc",
          "dec",
          "incb",
          "decb",
          "not",
          "notb",
          "neg",
          "negb",
          "shift_imm",
          "shift_one",
          "shift_cl",
          "shiftb_imm",
          "shiftb_one",
          "shiftb_cl",
          "shiftd_imm",
          "shiftd_cl",
          "bt_r",
          "bt_imm",
          "xadd",
          "xaddb",
          "cmpxchg",
          "cmpxchgb",
          "cmpxchg8b");

  private static boolean isPaged(Cells s) {
    return s.at("cr0") >>> 31 == 1;
  }

  private static final Set<String> SELECTORS =
      Set.of("pop_es", "pop_ss", "pop_ds", "pop_fs", "pop_gs");

  private static long baseOfStack(Cells s) {
    return s.at("seg", Ia32Trials.SS) >>> 34 << 2;
  }

  private static long stackLimit(Cells s) {
    return s.at("seg", Ia32Trials.SS) & 0xffffffffL;
  }

  private static int levelOfEnter(Cells s) {
    return Ia32Trials.code(s)[3] & 31;
  }

  /// Where ENTER pushes, and the end of its frame, which it only checks.
  private static LongStream pushedByEnter(Cells s) {
    int[] code = Ia32Trials.code(s);
    long esp = s.at("r", Ia32Trials.ESP);
    long pushed = 4L * levelOfEnter(s) + 4;
    long frame = esp - pushed - (code[1] | code[2] << 8);
    return LongStream.concat(
        LongStream.iterate(4, n -> n <= pushed, n -> n + 4).map(n -> esp - n),
        LongStream.of(frame));
  }

  /// Where ENTER reads the pointers to the frames of outer levels.
  private static LongStream readByEnter(Cells s) {
    return LongStream.range(1, levelOfEnter(s)).map(n -> s.at("r", Ia32Trials.EBP) - 4 * n);
  }

  private static boolean isInStack(Cells s, long at) {
    return (at & 0xffffffffL) + 3 <= stackLimit(s);
  }

  abstract boolean covers(String kind, Cells s, Ia32Peer peer);

  static Optional<Ia32Difference> of(String kind, Cells s, Ia32Peer peer) {
    return Arrays.stream(values()).filter(d -> d.covers(kind, s, peer)).findFirst();
  }
}
