package trapline.peer;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Random situations of a Model 67, by mnemonic, laid out as [Model67Simh] has it: a fifth with the
/// standard PSW, a fifth with the extended one and real addresses, the others translated. Two pages
/// of data follow each other, and so do two of code; operands begin or end at their ends. Some
/// pages and segments are not there, some tables too short, some entries wrong, some keys others'.
final class Model67Trials implements Comparison.Trials {
  /// What a Model 67 has besides.
  private static final String INSTRUCTIONS =
      """
      basr 0d rr branch|bas 4d rx branch|tr dc ss|trt dd ss|lpsw 82 si mode|ssm 80 si mode
      lmc b8 rs mode|stmc b0 rs control|lra b1 rx real
      fetch 58 rx edge
      """;

  private static final Set<String> PRIVILEGED = Set.of("mode", "key", "control", "real", "io");

  private final Map<String, MainframeDraw.Kind> kinds =
      MainframeDraw.kinds(MainframeDraw.COMMON + INSTRUCTIONS);

  /// Cells of data, tables and code.
  private final Set<Integer> compared = new HashSet<>(Model67Simh.LAYOUT.cells().values());

  Model67Trials() {
    for (int at : new int[] {Model67Simh.CODE, Model67Simh.EDGE}) {
      compared.addAll(List.of(at / 4, at / 4 + 1, at / 4 + 2));
    }
  }

  @Override
  public List<String> classes() {
    return List.copyOf(kinds.keySet());
  }

  @Override
  public Optional<String> known(String kind, Cells before) {
    return Model67Difference.of(kind, before).map(Enum::name);
  }

  @Override
  public Cells situation(String kind, int number) {
    return new Draw(kinds.get(kind), Comparison.Trials.random(kind, number, 67)).cells();
  }

  private final class Draw extends MainframeDraw {
    private static final int ENTRIES = 32;
    private static final int MISSING = 8;

    private final Kind kind;
    private final TreeMap<String, Long> cells = new TreeMap<>();
    private final byte[] core = new byte[Model67Simh.TABLES + 0x1000 - Model67Simh.DATA];
    private final boolean extended;
    private final boolean translated;

    /// Virtual pages, with their segments: of the data and the code, each the first of two.
    private int data = Model67Simh.DATA >> 12;

    private int code = Model67Simh.CODE >> 12;
    private int target; // where the SS instruction drawn last stores

    Draw(Kind kind, Random random) {
      super(kinds, random);
      this.kind = kind;
      extended = chance(80);
      translated = extended && chance(75);
    }

    Cells cells() {
      fill();
      int cr0 = Model67Simh.TABLES | octet() << 24;
      if (translated || kind.wish().equals("real") || kind.wish().equals("mode")) {
        cr0 = tables();
        code = translated ? code : Model67Simh.CODE >> 12;
        data = translated || kind.wish().equals("real") ? data : Model67Simh.DATA >> 12;
      }
      long psw = psw();
      boolean atEdge = kind.wish().equals("edge");
      byte[] instruction = instruction(kind);
      set(Model67Simh.EDGE - 2, new byte[] {0x0a, (byte) Model67Simh.FIELD});
      for (int i = 0; i < 8; i += 2) {
        set(Model67Simh.CODE + i, new byte[] {0x0a, (byte) Model67Simh.FIELD});
        set(Model67Simh.EDGE + i, new byte[] {0x0a, (byte) Model67Simh.FIELD});
      }
      set(atEdge ? Model67Simh.EDGE : Model67Simh.CODE, instruction);
      int ia = (code << 12) + ((atEdge ? Model67Simh.EDGE : Model67Simh.CODE) & 0xfff);
      cells.put("psw", psw | ia);
      cells.put("cr0", cr0 & 0xffffffffL);
      cells.put("cr2", word() & 0xffffffffL);
      cells.put("cr4", 0L);
      cells.put("cr6", extended ? 0x00800000L : 0L);
      for (int r = 0; r < 16; r++) {
        cells.put("gr[" + r + "]", registers[r] & 0xffffffffL);
      }
      cells.put("E[25]", (long) Mainframe.CALLED);
      cells.put("E[27]", (long) Mainframe.REFUSED);
      for (int at = Model67Simh.DATA; at < Model67Simh.DATA + core.length; at += 4) {
        if (compared.contains(at / 4)) {
          cells.put("E[" + at / 4 + "]", word(at) & 0xffffffffL);
        }
      }
      return new Cells(cells);
    }

    private void fill() {
      for (int end : Model67Simh.ENDS) {
        for (int i = 0; i < Model67Simh.END_BYTES; i++) {
          core[end - Model67Simh.DATA + i] = (byte) octet();
        }
      }
      for (int r = 0; r < 16; r++) {
        registers[r] = word();
      }
    }

    /// Without the address, and keys that go with it.
    private long psw() {
      long mask = !extended ? random.nextInt(256) : random.nextInt(4) | (translated ? 4 : 0);
      if (kind.wish().equals("mode")) {
        mask &= translated ? 5 : 1;
      }
      int key = chance(50) ? 0 : random.nextInt(4);
      for (int block : Model67Simh.BLOCKS) {
        int lock = chance(75) ? key : random.nextInt(4);
        cells.put("skey[" + block / 2048 + "]", (long) lock << 3 | random.nextInt(8));
      }
      long state = chance(PRIVILEGED.contains(kind.wish()) ? 10 : 50) ? 1 : 0;
      long flags = random.nextInt(4) << 2 | state;
      return mask << 48 | (long) key << 44 | flags << 40 | (long) random.nextInt(64) << 34;
    }

    // ------------------------------------------------------------------------------------- tables

    /// A segment table and three page tables; gives control register 0.
    private int tables() {
      boolean same = kind.wish().equals("mode"); // the next instruction is found in either mode
      int ofCode = same || chance(30) ? 0 : random.nextInt(16);
      int ofData = chance(50) ? ofCode : random.nextInt(16);
      code = ofCode << 8 | (same ? Model67Simh.CODE >> 12 : 16 + random.nextInt(15));
      data = ofData << 8 | random.nextInt(15);
      int[] segments = new int[16];
      int[] used = new int[16];
      for (int s = 0; s < 16; s++) {
        used[s] = random.nextInt(3);
        segments[s] = entry(used[s], ENTRIES - 1);
      }
      if (ofCode != ofData && used[ofCode] == used[ofData] && (code & 31) == (data & 31) + 1) {
        used[ofData] = (used[ofData] + 1) % 3;
        segments[ofData] = entry(used[ofData], ENTRIES - 1);
      }
      for (int i = 0; i < 3 * ENTRIES; i++) {
        put(Model67Simh.TABLES + 64 + 2 * i, page(random.nextInt(2), chance(20) ? MISSING : 0));
      }
      int first = random.nextInt(2);
      setPage(used[ofData], data & 31, page(first, chance(7) ? MISSING : 0));
      setPage(
          used[ofData],
          (data & 31) + 1,
          page(chance(80) ? 1 - first : first, chance(15) ? MISSING : 0));
      setPage(used[ofCode], code & 31, page(2, !same && chance(2) ? MISSING : 0));
      setPage(
          used[ofCode],
          (code & 31) + 1 & 31,
          page(3, kind.wish().equals("edge") && chance(30) ? MISSING : 0));
      boolean isLooked = kind.wish().equals("real");
      if (chance(isLooked ? 10 : 3)) {
        segments[ofData] |= same && ofCode == ofData ? 0 : 1;
      } else if (chance(isLooked ? 15 : 5)) {
        int last = ofData == ofCode ? code & 31 : Math.max(0, (data & 31) - random.nextInt(2));
        segments[ofData] = entry(used[ofData], last);
      } else if (chance(2) && ofCode != ofData) {
        segments[ofData] = entry(used[ofData], 31) | 0x40000 << random.nextInt(6);
      } else if (chance(3)) {
        int at = Model67Simh.TABLES + 64 * (1 + used[ofData]) + 2 * (data & 31);
        put(at, half(at) | 1 + random.nextInt(7));
      } else if (chance(2)) {
        setPage(used[ofData], data & 31, page(0x30 + random.nextInt(200), 0));
      }
      for (int s = 0; s < 16; s++) {
        for (int i = 0; i < 4; i++) {
          core[Model67Simh.TABLES + 4 * s + i - Model67Simh.DATA] =
              (byte) (segments[s] >> (24 - 8 * i));
        }
      }
      int origin =
          chance(98) || same
              ? Model67Simh.TABLES
              : Model67Simh.TABLES | 0x40000 << random.nextInt(6);
      return origin | octet() << 24;
    }

    private int entry(int table, int last) {
      return last << 24 | Model67Simh.TABLES + 64 * (1 + table);
    }

    /// An entry for a frame, counted from the first.
    private int page(int frame, int flags) {
      return ((Model67Simh.DATA >> 12) + frame << 4 & 0xfff0) | flags;
    }

    private void setPage(int table, int page, int entry) {
      put(Model67Simh.TABLES + 64 * (1 + table) + 2 * page, entry);
    }

    /// Where a virtual address lies; negative where nowhere.
    private int real(int address) {
      if (!translated) {
        return address;
      }
      int entry = word(Model67Simh.TABLES + 4 * (address >> 20 & 15));
      int at = (entry & 0xfffffe) + 2 * (address >> 12 & 31);
      int page = at < Model67Simh.DATA + core.length ? half(at) : -1;
      return (page & 15) != 0 ? -1 : (page >> 4) << 12 | address & 0xfff;
    }

    // ------------------------------------------------------------------------------- instructions

    @Override
    byte[] other(Kind k) {
      return switch (k.format()) {
        case "rs", "si" -> based(k, random.nextInt(256));
        default -> twice(k);
      };
    }

    @Override
    byte[] registers(Kind k) {
      byte[] instruction = super.registers(k);
      if (k.wish().equals("branch")) {
        rely(instruction[1] & 15);
      }
      if (k.opcode() == 0x0a && (instruction[1] & 0xff) == Model67Simh.FIELD) {
        instruction[1] &= (byte) 0xf0;
      }
      return instruction;
    }

    @Override
    int block() {
      int at = Model67Simh.DATA + random.nextInt(512) * 16 | (chance(5) ? 4 : 0);
      if (chance(5)) {
        at = 0x40000 | random.nextInt(1 << 20) << 4;
      }
      return at | random.nextInt(256) << 24;
    }

    @Override
    int executed() {
      return operand(8) & ~1 | (chance(3) ? 1 : 0);
    }

    @Override
    void put(int at, byte[] subject) {
      byte[] put = subject;
      if ((subject[0] & 0xff) >= 0xc0 && overwrites(at)) {
        put = bytes(0x18, random.nextInt(256)); // described byte by byte, it would change itself
      }
      for (int i = 0; i < put.length; i++) {
        int to = real(at + i);
        if (isData(to, 1)) {
          core[to - Model67Simh.DATA] = put[i];
        }
      }
    }

    @Override
    List<String> unaltered() {
      return List.of("balr", "l", "st", "svc", "mvc", "clc", "xc");
    }

    /// Whether the SS instruction drawn last may store into the bytes from there on.
    private boolean overwrites(int at) {
      return IntStream.range(0, 6)
          .map(i -> real(at + i))
          .anyMatch(byteAt -> IntStream.range(0, 64).anyMatch(d -> real(target + d) == byteAt));
    }

    private byte[] based(Kind k, int second) {
      int r1 = second >> 4;
      int r3 = second & 15;
      int at = operand(8);
      switch (k.wish()) {
        case "branch" -> at = target();
        case "shift" -> {
          at = shift();
          if (k.opcode() >= 0x8c && chance(90)) {
            r1 &= 14;
          }
        }
        case "io" -> at = 0x600 + random.nextInt(256) | random.nextInt(256) << 16;
        case "mode" -> {
          if (k.opcode() == 0xb8) {
            at &= ~3;
            r3 = chance(60) ? r1 : r1 + random.nextInt(4) & 15;
            controls(at, r1, r3);
          } else {
            at &= chance(95) ? ~7 : ~0;
            mask(k, at);
          }
        }
        case "control" -> {
          at &= chance(90) ? ~3 : ~0;
          r3 = chance(60) ? r1 : r1 + random.nextInt(8) & 15;
        }
        default -> {}
      }
      return based(k.opcode(), r1 << 4 | r3, at, r1);
    }

    /// What LMC loads: the register that says which PSW it is changes it in half of all cases.
    private void controls(int at, int r1, int r3) {
      for (int i = 0; i <= (r3 - r1 & 15); i++) {
        int value =
            switch (r1 + i & 15) {
              case 0 -> word() & (chance(95) ? ~63 : ~0);
              case 4 -> chance(90) ? 0 : word();
              case 6 -> (chance(50) ? 1 << 23 : 0) | random.nextInt(256) | random.nextInt(16) << 28;
              default -> word();
            };
        if ((r1 + i & 15) == 0 && translated) {
          value = Model67Simh.TABLES | octet() << 24;
        }
        if ((r1 + i & 15) == 6 && translated) {
          value |= 1 << 23;
        }
        int to = real(at + 4 * i);
        if (isData(to, 4)) {
          put(to, value >>> 16);
          put(to + 2, value);
        }
      }
    }

    /// The operand of LPSW and SET SYSTEM MASK.
    private void mask(Kind k, int at) {
      int to = real(at);
      if (!isData(to, 8)) {
        return;
      }
      int mask = extended ? random.nextInt(8) : random.nextInt(256);
      if (extended && chance(3)) {
        mask |= 1 << random.nextInt(8);
      }
      core[to - Model67Simh.DATA] = (byte) mask;
      if (k.opcode() == 0x82) {
        int flags = random.nextInt(16) << 4 | random.nextInt(4) << 2 | random.nextInt(2);
        core[to + 1 - Model67Simh.DATA] = (byte) flags;
        int codes = random.nextInt(64) | (chance(5) ? random.nextInt(4) << 6 : 0);
        int next = target();
        if (extended) {
          put(to + 2, codes << 8 | (chance(2) ? random.nextInt(256) : 0));
          put(to + 4, next >> 16);
        } else {
          put(to + 2, random.nextInt(65536));
          put(to + 4, (random.nextInt(4) << 6 | codes) << 8 | next >> 16);
        }
        put(to + 6, next);
      }
    }

    private byte[] twice(Kind k) {
      boolean two = k.opcode() >= 0xf0;
      int second = two ? random.nextInt(256) : random.nextInt(chance(80) ? 16 : 56);
      int first = operand(two ? 16 : 56);
      int other =
          chance(60)
              ? operand(two ? 16 : 56)
              : Math.max(first + random.nextInt(9) - 4, first & ~0xfff);
      if (k.opcode() == 0xdd) {
        for (int i = 0; i < 128; i++) {
          int to = real(other + i);
          if (chance(85) && isData(to, 1)) {
            core[to - Model67Simh.DATA] = 0;
          }
        }
      }
      if (k.opcode() == 0xd5 && chance(60)) {
        for (int i = 0; i < 20; i++) {
          copy(real(first + i), real(other + i));
        }
      }
      target = first;
      return twice(k.opcode(), second, first, other);
    }

    private void copy(int from, int to) {
      if (isData(from, 1) && isData(to, 1)) {
        core[to - Model67Simh.DATA] = core[from - Model67Simh.DATA];
      }
    }

    // ----------------------------------------------------------------------------------- operands

    /// At the beginning of either page, or towards the end of the first.
    @Override
    int operand(int length) {
      int to = random.nextInt(chance(50) ? 8 : Math.max(8, Model67Simh.END_BYTES / 2 - 8));
      int at =
          switch (random.nextInt(5)) {
            case 0 -> (data << 12) + 0x1000 - 1 - random.nextInt(length);
            case 1 -> (data << 12) + 0xf80 + to;
            case 2 -> (data << 12) + 0x1000 + to;
            default -> (data << 12) + to;
          };
      if (chance(4)) {
        at =
            translated
                ? at & 0xf0003f | random.nextInt(16) << 12
                : at | 0x40000 << random.nextInt(6);
      }
      at = chance(length == 8 ? 75 : 50) ? at & ~7 : at;
      boolean isAnywhere = kind.wish().equals("real") && chance(20);
      return isAnywhere ? at & 0xf00fff | random.nextInt(64) << 12 : at;
    }

    @Override
    int target() {
      return (code << 12) + 0x900 + 2 * random.nextInt(0x300);
    }

    @Override
    void decimal(int logical) {
      int at = real(logical);
      if (!isData(at, 8) || chance(5)) {
        return;
      }
      set(at, decimal());
    }

    /// Whether so many bytes from there on are all in the two frames of data.
    private static boolean isData(int at, int bytes) {
      return at >= Model67Simh.DATA && at + bytes <= Model67Simh.DATA + 0x2000;
    }

    private void set(int at, byte[] value) {
      System.arraycopy(value, 0, core, at - Model67Simh.DATA, value.length);
    }

    private void put(int at, int half) {
      core[at - Model67Simh.DATA] = (byte) (half >> 8);
      core[at + 1 - Model67Simh.DATA] = (byte) half;
    }

    private int half(int at) {
      return (core[at - Model67Simh.DATA] & 0xff) << 8 | core[at + 1 - Model67Simh.DATA] & 0xff;
    }

    private int word(int at) {
      return half(at) << 16 | half(at + 2);
    }
  }
}
