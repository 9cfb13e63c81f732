package trapline.peer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.isa.Instruction;
import trapline.isa.Machine;

/// Random situations of a RISC-V machine, one class for each row of the description.
///
/// An instruction at CODE works on registers and on one small piece of DATA, both reached directly
/// or through page tables at TABLES that are mostly in order. Every 25 numbers share the
/// environment (mode, control registers, tables).
final class RiscvTrials implements Comparison.Trials {
  static final long ORIGIN = 0x80000000L;
  private static final long CODE = 0x1000;
  private static final long DATA = 0x2000;
  private static final long TABLES = 0x3000;

  private static final int V = 1;
  private static final int R = 2;
  private static final int W = 4;
  private static final int X = 8;
  private static final int USER = 16;
  private static final int ACCESSED = 64;
  private static final int DIRTY = 128;

  private static final int TW = 21;

  /// Entries of protection that are locked would stay so in all later trials.
  private static final long UNLOCKED = 0x7f7f_7f7f_7f7f_7f7fL;

  /// Rows that cannot be compared: what counts by itself, and numbers that have another meaning or
  /// none on the peer.
  private static final Set<String> LEFT_OUT =
      Set.of(
          "cycle",
          "time",
          "instret",
          "cycleh",
          "timeh",
          "instreth",
          "mcycle",
          "minstret",
          "mcycleh",
          "minstreth",
          "mvendorid",
          "marchid",
          "mimpid",
          "misa",
          "mstatush",
          "medelegh",
          "menvcfgh",
          "else");

  private final int xlen;
  private final Codec codec;
  private final int instructionCount;
  private final Map<String, Instruction> instructions = new LinkedHashMap<>();
  private final Map<String, Instruction.Row> rows = new LinkedHashMap<>();

  RiscvTrials(Machine machine, int xlen) {
    this.xlen = xlen;
    codec = Codec.of(machine);
    instructionCount = machine.instructions().size();
    for (Instruction instruction : machine.instructions()) {
      for (Instruction.Row row : instruction.rows()) {
        String name = row.name().substring(row.name().indexOf(' ') + 1);
        if (!row.name().contains(" ") || !LEFT_OUT.contains(name)) {
          instructions.put(row.name(), instruction);
          rows.put(row.name(), row);
        }
      }
    }
  }

  /// All that is compared.
  static List<String> watched(int xlen) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i < 32; i++) {
      names.add("x[" + i + "]");
    }
    names.addAll(List.of("pc", "priv"));
    names.addAll(CONTROL);
    names.add("mtimecmp");
    for (int i = 0; i < 16; i++) {
      names.add(cell(CODE + 4 * i));
      names.add(cell(DATA + 4 * i));
    }
    for (int level = 0; level < 3; level++) {
      for (int i = 0; i < 8; i++) {
        names.add(cell(TABLES + 0x1000 * level + 4 * i));
      }
    }
    return names;
  }

  static final List<String> CONTROL =
      List.of(
          "mstatus",
          "mie",
          "mideleg",
          "posted",
          "medeleg",
          "mtvec",
          "mscratch",
          "mepc",
          "mcause",
          "mtval",
          "stvec",
          "sscratch",
          "sepc",
          "scause",
          "stval",
          "satp",
          "mcounteren",
          "scounteren",
          "mcountinhibit",
          "menvcfg",
          "senvcfg",
          "pmpaddr[0]",
          "pmpaddr[1]",
          "pmpcfg[0]",
          "pmpcfg[1]");

  private static String cell(long offset) {
    return "E[" + (offset >> 2) + "]";
  }

  @Override
  public List<String> classes() {
    List<String> all = new ArrayList<>(rows.keySet());
    all.add("interrupt");
    all.add("reserved");
    return all;
  }

  @Override
  public Cells situation(String kind, int number) {
    Random environment = Comparison.Trials.random(kind, xlen, "environment", number / 25);
    return new Drawing(environment, Comparison.Trials.random(kind, xlen, number)).situation(kind);
  }

  @Override
  public Optional<String> known(String kind, Cells before) {
    return RiscvDifference.of(kind, before).map(Enum::name);
  }

  /// One situation in the making.
  private final class Drawing {
    private final Random environment;
    private final Random random;
    private final TreeMap<String, Long> values = new TreeMap<>();
    private boolean translated;
    private long codeAt;
    private long dataAt;

    Drawing(Random environment, Random random) {
      this.environment = environment;
      this.random = random;
    }

    private void put(String name, long value) {
      values.put(name, xlen == 32 ? value & 0xffffffffL : value);
    }

    Cells situation(String kind) {
      for (int i = 1; i < 32; i++) {
        put("x[" + i + "]", value());
      }
      control(kind.equals("interrupt"));
      tables();
      long offset = 4 * random.nextInt(14);
      put("pc", codeAt + offset);
      for (int i = 0; i < 16; i++) {
        values.put(cell(DATA + 4 * i), value() & 0xffffffffL);
      }
      int word =
          switch (kind) {
            case "interrupt" -> 0x13;
            case "reserved" -> reserved();
            default -> word(kind);
          };
      values.put(cell(CODE + offset), word & 0xffffffffL);
      if (kind.startsWith("sc_") && random.nextInt(4) != 0) {
        reserve(word, offset);
      }
      if (kind.equals("wfi") && values.get("priv") != 0) {
        values.put("priv", 1L);
        values.merge("mstatus", 1L << TW, (a, b) -> a | b);
      }
      return new Cells(values);
    }

    /// An LR before the SC, mostly of the same address.
    private void reserve(int sc, long offset) {
      int rs1 = sc >> 15 & 31;
      int other = random.nextInt(8) == 0 ? 1 + random.nextInt(31) : rs1;
      put("x[" + other + "]", other == rs1 ? values.get("x[" + rs1 + "]") : data(8));
      int lr = 0b00010 << 27 | other << 15 | (sc & 0x7000) | 0x2f;
      values.put(cell(CODE + offset), lr & 0xffffffffL);
      values.put(cell(CODE + offset + 4), sc & 0xffffffffL);
      values.put(OfDescription.STEPS, 2L);
    }

    private long value() {
      long full = random.nextLong();
      return switch (random.nextInt(8)) {
        case 0 -> random.nextInt(4);
        case 1 -> -1 - random.nextInt(3);
        case 2 -> (1L << (xlen - 1)) + random.nextInt(3) - 1;
        case 3 -> 1L << random.nextInt(64);
        case 4 -> (int) full;
        case 5 -> full >>> random.nextInt(64);
        default -> full;
      };
    }

    private void control(boolean interrupts) {
      Random r = environment;
      long priv = new long[] {0, 0, 1, 1, 1, 3, 3, 3}[r.nextInt(8)];
      values.put("priv", priv);
      long status = 0;
      for (int bit : new int[] {1, 3, 5, 7, 8, 18, 19, 20, 21, 22}) {
        status |= r.nextInt(3) == 0 ? 1L << bit : 0;
      }
      status |= new long[] {0, 1, 3}[r.nextInt(3)] << 11;
      status |= priv == 3 && r.nextInt(3) == 0 ? 1L << 17 : 0; // never set below M-mode
      values.put("mstatus", status);
      long all = 0xaaa;
      long mie = r.nextLong() & all;
      values.put("mie", mie);
      values.put("mideleg", r.nextLong() & 0x222);
      values.put("posted", r.nextLong() & 0x222 & (interrupts ? all : ~mie));
      values.put("mtimecmp", -1L);
      values.put("medeleg", r.nextLong() & 0xb3ff);
      for (String name : List.of("mtvec", "stvec")) {
        put(name, (r.nextLong() & ~3) | r.nextInt(2));
      }
      for (String name : List.of("mepc", "sepc")) {
        put(name, r.nextLong() & ~3);
      }
      for (String name : List.of("mscratch", "sscratch", "mtval", "stval")) {
        put(name, r.nextLong());
      }
      values.put("mcause", (long) r.nextInt(16));
      values.put("scause", (long) r.nextInt(16));
      values.put("mcounteren", r.nextLong() & 7);
      values.put("scounteren", r.nextLong() & 7);
      values.put("mcountinhibit", r.nextLong() & 5);
      values.put("menvcfg", (long) r.nextInt(2));
      values.put("senvcfg", (long) r.nextInt(2));
      protection(r);
      translated = r.nextInt(3) != 0;
    }

    /// Mostly all is permitted; else an entry over the data, and all of the rest in the other.
    private void protection(Random r) {
      long everything = xlen == 32 ? 0xffffffffL : (1L << 54) - 1;
      if (r.nextInt(3) != 0) {
        values.put("pmpcfg[0]", 0x1fL);
        values.put("pmpaddr[0]", everything);
        return;
      }
      long at = (ORIGIN + new long[] {CODE, DATA, DATA, TABLES}[r.nextInt(4)]) >> 2;
      int permission = new int[] {0, 1, 3, 4, 5, 7}[r.nextInt(6)];
      if (r.nextInt(2) == 0) {
        long size = 1L << r.nextInt(12);
        values.put("pmpaddr[0]", (at & -size) | (size - 1) & ~size);
        values.put("pmpcfg[0]", 0x18L | permission);
        values.put("pmpaddr[1]", everything);
        values.put("pmpcfg[1]", 0x1fL);
      } else {
        values.put("pmpaddr[0]", at + 2 * r.nextInt(8));
        values.put("pmpcfg[0]", 0x08L | (r.nextBoolean() ? 7 : permission));
        values.put("pmpaddr[1]", r.nextBoolean() ? everything : at + 2 * r.nextInt(16));
        values.put("pmpcfg[1]", 0x08L | permission);
      }
    }

    private void tables() {
      long priv = values.get("priv");
      long status = values.get("mstatus");
      long mode = translated ? (xlen == 32 ? 1L << 31 : 8L << 60) : 0;
      values.put("satp", mode | (ORIGIN + TABLES) >> 12);
      long dataMode = (status >> 17 & 1) == 1 ? status >> 11 & 3 : priv;
      codeAt = ORIGIN + CODE;
      dataAt = ORIGIN + DATA;
      boolean codeMapped = translated && priv != 3;
      boolean dataMapped = translated && dataMode != 3;
      int levels = xlen == 32 ? 2 : 3;
      int bits = xlen == 32 ? 10 : 9;
      int[] code = new int[3];
      int[] data = new int[3];
      for (int i = 0; i < 3; i++) {
        code[i] = environment.nextInt(4);
        data[i] = environment.nextInt(4);
      }
      int codeLast = environment.nextInt(8) == 0 ? 1 : 0;
      int dataLast = environment.nextInt(8) == 0 ? 1 : 0;
      if (data[0] == code[0]) {
        data[0] ^= 1;
      }
      if (codeLast + dataLast > 0 && data[1] == code[1]) {
        data[1] ^= 1;
      }
      if (codeMapped) {
        codeAt = map(code, codeLast, levels, bits, CODE, priv == 0);
      }
      if (dataMapped) {
        dataAt = map(data, dataLast, levels, bits, DATA, dataMode == 0);
      }
    }

    /// Maps the page at `offset` by an entry of level `last`; the address under which it is found.
    private long map(int[] index, int last, int levels, int bits, long offset, boolean isUser) {
      Random r = environment;
      long address = offset & 0xfff;
      for (int level = levels - 1; level >= last; level--) {
        address |= (long) index[level] << (12 + bits * level);
        long table = TABLES + 0x1000L * (levels - 1 - level);
        boolean isLeaf = level == last;
        long page = ORIGIN + (isLeaf ? (last == 0 ? offset : 0) : table + 0x1000);
        long flags = isLeaf ? V | R | W | X | ACCESSED | DIRTY | (isUser ? USER : 0) : V;
        if (isLeaf && r.nextInt(4) == 0) {
          flags ^= new int[] {V, R, W, X, X | W, W | R | X, USER, USER}[r.nextInt(8)];
        }
        if (isLeaf && r.nextInt(16) == 0) {
          flags &= ~(r.nextBoolean() ? ACCESSED : DIRTY);
        }
        if (!isLeaf && r.nextInt(24) == 0) {
          flags ^= new int[] {V, USER, ACCESSED, DIRTY, W}[r.nextInt(5)];
        }
        if (isLeaf && last == 1 && r.nextInt(4) == 0) {
          page += 0x1000;
        }
        flags |= (r.nextLong() & 0x320);
        if (xlen == 64 && r.nextInt(32) == 0) {
          flags |= 1L << (54 + r.nextInt(7));
        }
        entry(table, index[level], page >> 12 << 10 | flags);
      }
      if (last == 1) {
        address |= offset & ((1L << (12 + bits)) - 1);
      }
      if (xlen == 64 && r.nextInt(32) == 0) {
        address |= 1L << (39 + r.nextInt(24));
      }
      return address;
    }

    private void entry(long table, int index, long value) {
      if (xlen == 32) {
        values.put(cell(table + 4L * index), value & 0xffffffffL);
      } else {
        values.put(cell(table + 8L * index), value & 0xffffffffL);
        values.put(cell(table + 8L * index + 4), value >>> 32);
      }
    }

    /// An address of data for an access of so many bytes, mostly aligned.
    private long data(int size) {
      long offset = 8 + random.nextInt(40);
      return dataAt + (random.nextInt(8) == 0 ? offset : offset & -size);
    }

    /// A word that is no instruction, near those that are.
    private int reserved() {
      int[] near = {0x03, 0x0f, 0x13, 0x1b, 0x23, 0x2f, 0x33, 0x3b, 0x63, 0x67, 0x73};
      while (true) {
        int w = random.nextInt() & ~0x7f | near[random.nextInt(near.length)];
        if (codec.number(w & 0xffffffffL) == instructionCount) {
          return w;
        }
      }
    }

    private int word(String kind) {
      Instruction instruction = instructions.get(kind);
      while (true) {
        Bits word = Bits.of(32, random.nextInt() & 0xffffffffL);
        var encoding = instruction.encoding();
        word = word.and(encoding.mask().not()).or(encoding.match());
        for (var operand : encoding.operands()) {
          Bits fixed = rows.get(kind).fixed().get(operand.local());
          if (fixed != null) {
            word = operand.encode(word, fixed);
          }
        }
        int w = (int) word.toLong();
        int opcode = w & 0x7f;
        if (opcode == 0x2f && random.nextInt(4) != 0) {
          w &= ~(3 << 25); // rarely ordered
        }
        int rs1 = w >> 15 & 31;
        boolean reaches = opcode == 0x03 || opcode == 0x23 || opcode == 0x2f;
        boolean is = codec.decode(word).instruction() == instruction;
        if (!is || (reaches && rs1 == 0)) {
          continue;
        }
        if (kind.equals("csr pmpcfg0") && rs1 != 0) {
          put("x[" + rs1 + "]", value() & UNLOCKED);
        }
        long immediate = opcode == 0x23 ? (w >> 25 << 5) | (w >> 7 & 31) : w >> 20;
        if (reaches) {
          int size = 1 << (w >> 12 & 3);
          put("x[" + rs1 + "]", data(size) - (opcode == 0x2f ? 0 : immediate));
        }
        if (opcode == 0x67 && rs1 != 0 && random.nextInt(8) != 0) {
          put("x[" + rs1 + "]", (value() & ~3L) - immediate);
        }
        if ((opcode == 0x63 || opcode == 0x6f) && random.nextInt(8) != 0) {
          w &= opcode == 0x63 ? ~(1 << 8) : ~(1 << 21);
        }
        return w;
      }
    }
  }
}
