package trapline.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.codec.Decoded;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;

/// Random situations of an R3000, each an instruction in a page of BREAKs: it runs until it or what
/// follows traps, so that what is compared includes an entry into the handler.
///
/// Code and data are one page each. They are reached through kseg0, kseg1, or one of eight entries
/// of the TLB, of which some are invalid, clean, or another process's.
final class MipsTrials implements Comparison.Trials {
  /// Where the page of code begins, and the instruction in it; the page of data.
  static final int CODE = 0x10000;

  static final int FIRST = CODE + 0x100;
  static final int DATA = 0x11000;

  static final int CODE_WORDS = 4;
  static final int DATA_WORDS = 16;
  static final int ENTRIES = 8;
  static final int BREAK = 0x0000000d;

  /// In storage, and not compared: the handler needs a register.
  static final int HANDLERS = 27;

  /// Where the program begins.
  static final int START = 26;

  private static final List<String> BRANCHES =
      List.of(
          "j", "jal", "jr", "jalr", "beq", "bne", "blez", "bgtz", "bltz", "bgez", "bltzal",
          "bgezal");
  private static final List<String> REFERENCES =
      List.of("lb", "lbu", "lh", "lhu", "lw", "lwl", "lwr", "sb", "sh", "sw", "swl", "swr");
  private static final List<String> LEFT_OUT =
      List.of(
          "cop",
          "lwc",
          "swc",
          "tlbwr",
          "bc0f",
          "bc0t",
          "cop0_move",
          "cop0_branch",
          "cop0_function",
          "lwc0",
          "swc0");

  /// What changes how the next instruction is fetched: one that lies where nothing is mapped.
  private static final List<String> CHANGING = List.of("mtc0", "rfe", "tlbr", "tlbwi");

  private static final int[] READABLE = {0, 2, 10, 12};
  private static final int[] WRITABLE = {0, 2, 4, 10, 12, 13};

  private final Machine machine;
  private final Codec codec;

  MipsTrials(Machine machine) {
    this.machine = machine;
    codec = Codec.of(machine);
  }

  @Override
  public List<String> classes() {
    List<String> names = new ArrayList<>();
    machine.instructions().stream()
        .map(Instruction::name)
        .filter(name -> !LEFT_OUT.contains(name))
        .forEach(names::add);

    return names;
  }

  @Override
  public Cells situation(String kind, int number) {
    return new Draw(Comparison.Trials.random(kind, number)).situation(kind);
  }

  @Override
  public Optional<String> known(String kind, Cells before) {
    return MipsDifference.of(kind, before).map(Enum::name);
  }

  static String storage(int address) {
    return "M[" + (address >>> 2) + "]";
  }

  private final class Draw {
    private final Random random;
    private final TreeMap<String, Long> values = new TreeMap<>();

    Draw(Random random) {
      this.random = random;
    }

    Cells situation(String kind) {
      for (int i = 1; i < 32; i++) {
        put("r[" + i + "]", word());
      }
      values.remove("r[" + HANDLERS + "]");
      put("hi", word());
      put("lo", word());
      for (int i = 0; i < DATA_WORDS; i++) {
        put(storage(DATA + 4 * i), random.nextInt());
      }
      int pid = random.nextInt(64);
      put("entryhi", page() << 12 | pid << 6);
      put("entrylo", random.nextInt() & 0xffffff00);
      put("index", random.nextInt(ENTRIES) << 8 | (chance(20) ? 1 << 31 : 0));
      put("context", random.nextInt() & 0xffe00000);
      boolean changes = CHANGING.contains(kind);
      boolean user = !changes && chance(40);
      int outer = changes || kind.equals("mfc0") ? random.nextInt(2) : random.nextInt(4);
      int current = (user ? 2 : 0) | (chance(50) ? 1 : 0);
      int usable = random.nextInt(16) | (chance(90) ? 1 : 0);
      put("status", usable << 28 | random.nextInt(64) << 10 | outer << 4 | outer << 2 | current);
      put("cause", changes ? 0 : random.nextInt(4) << 8);

      int code = user || (!changes && chance(40)) ? page() & 0x7ffff : 0x80010;
      if (!user && !changes && chance(20)) {
        code = chance(50) ? 0xa0010 : 0xc0010 | random.nextInt(16) << 8;
      }
      int start = code << 12 | FIRST & 0xfff;
      put("r[" + START + "]", start);
      entries(code, pid);
      int word = instruction(kind, start);
      put(storage(FIRST), word);
      boolean slot = BRANCHES.contains(kind);
      for (int i = 1; i < CODE_WORDS; i++) {
        put(storage(FIRST + 4 * i), BREAK);
      }
      if (slot && chance(80)) {
        String filler =
            List.of("addu", "addi", "sltu", "mult", "mfhi", "syscall", "ori")
                .get(random.nextInt(7));
        put(storage(FIRST + 4), encode(filler, word >> 21 & 31));
      }
      return new Cells(values);
    }

    /// Eight entries, the code page's among them, no two of which match at once.
    private void entries(int code, int pid) {
      int mine = random.nextInt(ENTRIES);
      List<Integer> pages = new ArrayList<>();
      pages.add(code);
      for (int i = 0; i < ENTRIES; i++) {
        int page = code;
        while (pages.contains(page)) {
          page = page();
        }
        int its = chance(70) ? pid : random.nextInt(64);
        int flags = random.nextInt(16) & (chance(70) ? 15 : 13) | (chance(60) ? 2 : 0);
        int frame = DATA >> 12;
        if (i == mine) {
          page = code;
          its = pid;
          flags |= 2;
          frame = CODE >> 12;
        }
        pages.add(page);
        long high = Integer.toUnsignedLong(page << 12 | its << 6);
        values.put("tlb[" + i + "]", high << 32 | Integer.toUnsignedLong(frame << 12 | flags << 8));
      }
    }

    private int instruction(String kind, int start) {
      int word = encode(kind, 0);
      while (REFERENCES.contains(kind) && (word >> 21 & 31) == 0) {
        word = encode(kind, 0);
      }
      int s = word >> 21 & 31;
      if (REFERENCES.contains(kind)) {
        put("r[" + s + "]", target(start) - (short) word);
      }
      switch (kind) {
        case "jr", "jalr" -> {
          if (s != 0) {
            put("r[" + s + "]", near(start) + (chance(90) ? 0 : random.nextInt(4)));
          }
        }
        case "j", "jal" -> word = word & 0xfc000000 | near(start) >>> 2 & 0x03ffffff;
        case "beq", "bne" -> {
          word = word & 0xffff0000 | 2 + random.nextInt(100);
          if (chance(40)) {
            put("r[" + s + "]", values.getOrDefault("r[" + (word >> 16 & 31) + "]", 0L).intValue());
          }
        }
        case "blez", "bgtz", "bltz", "bgez", "bltzal", "bgezal" ->
            word = word & 0xffff0000 | 2 + random.nextInt(100);
        case "mfc0" -> word = word & ~(31 << 11) | READABLE[random.nextInt(READABLE.length)] << 11;
        case "mtc0" -> {
          int register = WRITABLE[random.nextInt(WRITABLE.length)];
          word = word & ~(31 << 11) | register << 11;
          int t = word >> 16 & 31;
          int mask = register == 12 ? 0xf000fc3d : register == 0 ? 0x80000700 : -1;
          put("r[" + t + "]", word() & mask);
        }
        case "add", "sub", "addi", "slt", "mult", "div" -> {
          if (chance(20)) {
            put("r[" + s + "]", Integer.MIN_VALUE + random.nextInt(3) - 1);
          }
        }
        default -> {}
      }
      return word;
    }

    /// An instruction with random operands, none of which is the handler's register.
    private int encode(String name, int not) {
      Instruction instruction = LoaderFixture.instruction(machine, name);
      int mask = instruction.encoding().mask().value().intValue();
      int match = instruction.encoding().match().value().intValue();
      while (true) {
        int word = random.nextInt() & ~mask | match;
        Decoded decoded = codec.decode(Bits.of(32, word));
        boolean free =
            decoded.operands().entrySet().stream()
                .noneMatch(e -> {
                  int n = e.getValue().width() == 5 ? e.getValue().toInt() : 0;
                  return n == HANDLERS || n == START || n != 0 && n == not;
                });
        if (free && decoded.instruction() == instruction) {
          return codec.encode(decoded.instruction(), decoded.operands()).value().intValue();
        }
      }
    }

    private boolean chance(int percent) {
      return random.nextInt(100) < percent;
    }

    private void put(String name, int value) {
      if (!name.equals("r[0]")) {
        values.put(name, Integer.toUnsignedLong(value));
      }
    }

    private int near(int start) {
      return start + 8 + 4 * random.nextInt(100);
    }

    private int page() {
      int[] pages = {3, 5, 0x12345, 0x7ffff, 0xc0003, 0xfffff, 0x400, 0x10};
      return chance(80) ? pages[random.nextInt(pages.length)] : 1 + random.nextInt(0x7ffff);
    }

    /// An address to load from or store to: if it leads anywhere, to the page of data.
    private int target(int start) {
      int offset = random.nextInt(4 * DATA_WORDS);
      if (chance(60)) {
        offset &= ~3;
      }
      int page =
          switch (random.nextInt(10)) {
            case 0 -> 0x80011;
            case 1 -> 0xa0011;
            case 2, 3 -> page();
            default ->
                (int) (values.getOrDefault("tlb[" + random.nextInt(ENTRIES) + "]", 0L) >>> 44);
          };
      return (page == start >>> 12 ? 0x80011 : page) << 12 | offset;
    }

    private int word() {
      return switch (random.nextInt(8)) {
        case 0 -> random.nextInt(4);
        case 1 -> -1 - random.nextInt(3);
        case 2 -> Integer.MAX_VALUE - 1 + random.nextInt(3);
        case 3 -> 1 << random.nextInt(32);
        case 4 -> random.nextInt() >> random.nextInt(32);
        default -> random.nextInt();
      };
    }
  }
}
