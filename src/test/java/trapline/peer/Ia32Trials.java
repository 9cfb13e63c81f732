package trapline.peer;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import trapline.bits.Bits;
import trapline.codec.Codec;
import trapline.isa.Encoding;
import trapline.isa.Instruction;
import trapline.isa.Machine;

/// Random situations of an IA-32, one class for each row of the description.
///
///     user     ring 3, segments of all kinds in an LDT, no GDT and no paging that it could see
///     system   all rings, GDT, LDT, IDT and TSS in mixed order, I/O permissions, page tables
///
/// An instruction at CODE works on registers, on a small piece of DATA and on a small piece of
/// STACKS. Every [#SHARED] numbers share the environment: mode, tables, control registers,
/// segments.
final class Ia32Trials implements Comparison.Trials {
  static final int CODE = 0x11000;
  static final int GDT = 0x12000;
  static final int LDT = 0x12100;
  static final int TSS = 0x12200;
  static final int IDT = 0x13000;
  static final int DATA = 0x14000;
  static final int STACKS = 0x15000;
  static final int DIRECTORY = 0x16000;
  static final int TABLE = 0x17000;

  /// Where data are in storage, when pages are mapped.
  static final int FRAME = 0x18000;

  static final int HANDLERS = 0x11800;
  static final int SHARED = 25;
  static final int VECTORS = 48;

  static final int ES = 0;
  static final int CS = 1;
  static final int SS = 2;
  static final int DS = 3;
  static final int GS = 5;

  static final int EAX = 0;
  static final int ECX = 1;
  static final int EDX = 2;
  static final int EBX = 3;
  static final int ESP = 4;
  static final int EBP = 5;
  static final int ESI = 6;
  static final int EDI = 7;

  private static final int RING3 = 3;

  /// What is seen of an IA-32 besides storage.
  private static final Set<String> WATCHED =
      Set.of(
          "r",
          "eip",
          "eflags",
          "cpl",
          "sel",
          "seg",
          "att",
          "gdt_base",
          "gdt_limit",
          "idt_base",
          "idt_limit",
          "ldtr",
          "ldt_base",
          "ldt_limit",
          "ldt_usable",
          "tr",
          "tss_base",
          "tss_limit",
          "tss_usable",
          "cr0",
          "cr2",
          "cr3",
          "cr4",
          "dr");

  /// What another processor or system has more of, or what counts by itself; from PAUSE QEMU goes
  /// on.
  private static final Set<String> NOT_SYSTEM =
      Set.of("reserved", "rdtsc", "rdmsr", "wrmsr", "pause");

  /// The same, and what Linux does in the program's place, or would take for its own.
  private static final Set<String> NOT_USER =
      Set.of("reserved", "rdtsc", "int", "sgdt", "sidt", "sldt", "str", "smsw");

  /// What addresses the stack besides a memory operand, which may have moved ESP elsewhere.
  private static final Set<String> STACKED = Set.of("push_rm", "pop_rm", "call_rm", "call_far_m");

  /// Of system descriptors, those that are no gates to go through, no TSS, and nothing of 16 bits.
  private static final int[] OTHER_TYPES = {0, 2, 3, 8, 10, 11, 12, 13, 2};

  private static final Set<Integer> PREFIXES =
      Set.of(0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0xf2, 0xf3);

  private static final Set<String> DISORDERED = Set.of("int", "int3", "into", "ud2", "bound");

  /// Words of storage without a gap, by the first one's number.
  record Piece(long cell, int count) {
    LongStream cells() {
      return LongStream.range(cell, cell + count);
    }
  }

  /// The storage that is seen, in order.
  static final List<Piece> STORAGE =
      List.of(
          new Piece(CODE >> 2, 16),
          new Piece(GDT >> 2, 192),
          new Piece(IDT >> 2, 2 * VECTORS),
          new Piece(DATA >> 2, 32),
          new Piece(STACKS >> 2, 128),
          new Piece(DIRECTORY >> 2, 2),
          new Piece(TABLE + 0x40 >> 2, 16),
          new Piece(FRAME >> 2, 32));

  private static final SortedMap<Long, String> CELLS = new TreeMap<>();

  static {
    STORAGE.forEach(p -> p.cells().forEach(cell -> CELLS.put(cell, Cells.element("E", cell))));
  }

  private final Ia32Peer peer;
  private final boolean user;
  private final Codec codec;
  private final Map<String, Instruction> instructions = new LinkedHashMap<>();
  private final Map<String, Instruction.Row> rows = new LinkedHashMap<>();

  Ia32Trials(Machine machine, Ia32Peer peer) {
    this.peer = peer;
    user = peer.isProcessor();
    codec = Codec.of(machine);
    for (Instruction instruction : machine.instructions()) {
      for (Instruction.Row row : instruction.rows()) {
        if (!(user ? NOT_USER : NOT_SYSTEM).contains(instruction.name())) {
          instructions.put(row.name(), instruction);
          rows.put(row.name(), row);
        }
      }
    }
  }

  /// The words of storage that are seen, in order.
  static SortedMap<Long, String> cells() {
    return CELLS;
  }

  static boolean isWatched(String register) {
    return WATCHED.contains(register);
  }

  /// Without what cannot be seen: what is hidden in registers that hold no descriptor.
  static Cells visible(Cells seen) {
    Map<String, Long> hidden = new HashMap<>();
    for (int n = 0; n <= GS; n++) {
      if ((seen.at("att", n) & 0x80) == 0) {
        hidden.put(Cells.element("att", n), 0L);
        hidden.put(Cells.element("seg", n), 0L);
      }
    }
    for (String table : List.of("ldt", "tss")) {
      if (seen.at(table + "_usable") == 0) {
        hidden.put(table + "_base", 0L);
        hidden.put(table + "_limit", 0L);
      }
    }
    return seen.with(hidden);
  }

  /// What a segment register holds of a descriptor: base and limit,
  static long extent(long descriptor) {
    long base = descriptor >>> 16 & 0xffffff | descriptor >>> 56 << 24;
    long limit = descriptor & 0xffff | (descriptor >>> 48 & 15) << 16;
    return (base & ~3) << 32 | ((descriptor >>> 55 & 1) == 1 ? limit << 12 | 0xfff : limit);
  }

  /// and that it is usable, its level and type.
  static long attributes(long descriptor) {
    return 0x80 | (descriptor >>> 45 & 3) << 5 | descriptor >>> 40 & 15;
  }

  @Override
  public List<String> classes() {
    return List.copyOf(rows.keySet());
  }

  @Override
  public Cells situation(String kind, int number) {
    for (int draw = 0; ; draw++) {
      Random environment =
          Comparison.Trials.random(kind, user, draw, "environment", number / SHARED);
      Optional<Cells> drawn =
          new Drawing(kind, environment, Comparison.Trials.random(kind, user, draw, number))
              .situation();
      if (drawn.isPresent()) {
        return drawn.get();
      }
    }
  }

  @Override
  public Optional<String> known(String kind, Cells before) {
    return Ia32Difference.of(kind, before, peer).map(Enum::name);
  }

  /// The bytes of the instruction about to be executed, and more.
  static int[] code(Cells s) {
    long at = (s.at("seg", CS) >>> 34 << 2) + s.at("eip") & 0xffffffffL;
    int[] bytes = new int[16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (int) (s.at("E", at + i >> 2) >> 8 * (at + i & 3)) & 0xff;
    }
    return bytes;
  }

  /// How many prefixes come first.
  static int prefixes(int[] code) {
    int i = 0;
    while (PREFIXES.contains(code[i])) {
      i++;
    }
    return i;
  }

  /// Whether operands are of 16 bits.
  static boolean isHalf(int[] code) {
    return Arrays.stream(code, 0, prefixes(code)).anyMatch(b -> b == 0x66);
  }

  /// Where the ModR/M byte is, or -1.
  static int modrm(int[] code) {
    int i = prefixes(code);
    int op = code[i];
    if (op != 0x0f) {
      boolean has =
          op < 0x40
              ? (op & 7) < 4
              : op == 0x62
                  || op == 0x63
                  || op == 0x69
                  || op == 0x6b
                  || (op >= 0x80 && op < 0x90)
                  || op == 0xc0
                  || op == 0xc1
                  || (op >= 0xc4 && op <= 0xc7)
                  || (op >= 0xd0 && op <= 0xd3)
                  || op == 0xf6
                  || op == 0xf7
                  || op >= 0xfe;
      return has ? i + 1 : -1;
    }
    int second = code[i + 1];
    boolean has =
        second < 4
            || (second >= 0x40 && second < 0x50)
            || (second >= 0x90 && second < 0xa0)
            || (second >= 0xa3
                && second < 0xc8
                && second != 0xa8
                && second != 0xa9
                && second != 0xa6
                && second != 0xa7
                && second != 0xaa
                && second != 0xb9);
    return has ? i + 2 : -1;
  }

  /// One situation in the making.
  private final class Drawing {
    private final String kind;
    private final String name;
    private final Random environment;
    private final Random random;
    private final Map<String, Long> values = new HashMap<>();
    private int cpl;
    private boolean paged;

    Drawing(String kind, Random environment, Random random) {
      this.kind = kind;
      name = rows.containsKey(kind) ? instructions.get(kind).name() : kind;
      this.environment = environment;
      this.random = random;
    }

    private void put(String name, long value) {
      values.put(name, value);
    }

    private void word(int at, long value) {
      values.put(Cells.element("E", at >> 2), value & 0xffffffffL);
    }

    private long word(int at) {
      return values.getOrDefault(Cells.element("E", at >> 2), 0L);
    }

    private void bytes(int at, long value, int count) {
      for (int i = 0; i < count; i++) {
        int shift = 8 * (at + i & 3);
        word(at + i, word(at + i) & ~(0xffL << shift) | (value >>> 8 * i & 0xff) << shift);
      }
    }

    private void register(int n, long value) {
      put(Cells.element("r", n), value & 0xffffffffL);
    }

    private long register(int n) {
      return values.getOrDefault(Cells.element("r", n), 0L);
    }

    private boolean chance(int percent) {
      return random.nextInt(100) < percent;
    }

    private boolean rarely(int percent) {
      return environment.nextInt(100) < percent;
    }

    private long value() {
      int full = random.nextInt();
      return (switch (random.nextInt(8)) {
            case 0 -> random.nextInt(4);
            case 1 -> -1 - random.nextInt(3);
            case 2 -> (1 << (chance(50) ? 31 : chance(50) ? 15 : 7)) + random.nextInt(3) - 1;
            case 3 -> 1 << random.nextInt(32);
            case 4 -> (short) full;
            case 5 -> full >>> random.nextInt(32);
            default -> full;
          })
          & 0xffffffffL;
    }

    /// Empty where the instruction drawn does not fit the registers.
    Optional<Cells> situation() {
      for (int i = 0; i < 8; i++) {
        register(i, value());
      }
      flags();
      put("cr0", 0x11);
      put("dr[6]", 0xffff0ff0L);
      put("dr[7]", 0x400L);
      for (int i = 0; i < 32; i++) {
        word(DATA + 4 * i, value());
        word(STACKS + 0x100 + 4 * i, value());
      }
      if (user) {
        program();
      } else {
        system();
      }
      register(ESP, stack());
      register(EBP, chance(80) ? stack() : register(EBP));
      int offset = random.nextInt(16);
      int at = CODE + offset;
      put("eip", at - base(CS) & 0xffffffffL);
      int[] code = instruction();
      if (!reach(code)) {
        return Optional.empty();
      }
      operands(code);
      long top = register(ESP) + base(SS) - STACKS & 0xffffffffL;
      if ((!user || STACKED.contains(name)) && (top < 0x128 || top > 0x160)) {
        return Optional.empty();
      }
      for (int i = 0; i < 16; i++) {
        bytes(at + i, i < code.length ? code[i] : 0xcc, 1);
      }
      if (paged) {
        for (int i = 0; i < 32; i++) {
          word(FRAME + 4 * i, word(DATA + 4 * i));
          word(DATA + 4 * i, ~word(DATA + 4 * i));
        }
      }
      return Optional.of(visible(new Cells(values)));
    }

    private void flags() {
      long flags = 2 | (random.nextInt() & 0x8d5);
      flags |= chance(20) ? 1 << 10 : 0;
      put("eflags", flags);
    }

    // -------------------------------------------------------------------------------- segments

    private int base(int n) {
      return (int) (values.getOrDefault(Cells.element("seg", n), 0L) >>> 34 << 2);
    }

    private void segment(int n, int selector, long descriptor) {
      put(Cells.element("sel", n), n == CS || n == SS ? selector & 0xfffc : selector);
      if ((selector & 0xfffc) == 0) {
        put(Cells.element("att", n), 0);
        put(Cells.element("seg", n), 0);
        return;
      }
      put(Cells.element("att", n), attributes(descriptor));
      put(Cells.element("seg", n), extent(descriptor));
    }

    /// A descriptor as Intel packs it, of `type` with S in bit 4, present.
    private static long descriptor(int base, long limit, int type, int dpl) {
      boolean pages = limit > 0xfffff;
      long units = pages ? limit >>> 12 : limit;
      return units & 0xffff
          | (units >>> 16 & 15) << 48
          | (base & 0xffffffL) << 16
          | (base >>> 24 & 0xffL) << 56
          | (long) type << 40
          | (long) dpl << 45
          | 1L << 47
          | 1L << 54
          | (pages ? 1L << 55 : 0);
    }

    private void entry(int table, int index, long descriptor) {
      word(table + 8 * index, descriptor);
      word(table + 8 * index + 4, descriptor >>> 32);
    }

    private long entry(int table, int index) {
      return word(table + 8 * index) | word(table + 8 * index + 4) << 32;
    }

    /// A segment that ends or begins among the data, or holds all.
    private long around(int start, int types) {
      int base = rarely(40) ? 0 : rarely(50) ? start : start - 0x1000 + 4 * environment.nextInt(64);
      int edge = start - base + 0x20 + environment.nextInt(0x60);
      boolean down = types == 1 ? rarely(30) : false;
      int type = 0x11 | (rarely(80) || types == 2 ? 2 : 0) | (down ? 4 : 0);
      if (types == 1 && rarely(15)) {
        type = 0x1b; // code, to be read
      }
      long limit = rarely(60) && !down ? 0xffffffffL : edge;
      return descriptor(base, limit, type, RING3);
    }

    private void program() {
      cpl = RING3;
      put("cpl", RING3);
      values.merge("eflags", 0x300L, (a, b) -> a | b); // an interrupt after each instruction
      put("ldtr", 0x28);
      put("ldt_base", LDT);
      put("ldt_limit", 63);
      put("ldt_usable", 1);
      put("idt_limit", 0);
      entry(LDT, 0, descriptor(rarely(50) ? 0 : CODE, 0xffffffffL, 0x1b, RING3));
      long stack = around(STACKS + 0x100, 2);
      entry(LDT, 1, stack);
      for (int i = 2; i < 6; i++) {
        entry(LDT, i, around(DATA, 1));
      }
      entry(LDT, 6, descriptor(0, 0xffffffffL, rarely(50) ? 0x1b : 0x19, RING3));
      long last = descriptor(0, environment.nextInt(1 << 20), 0x11 + 2 * environment.nextInt(8), 3);
      entry(LDT, 7, last & ~(rarely(60) || (last >>> 40 & 12) == 12 ? 1L << 47 : 0));
      segment(CS, 7, entry(LDT, 0));
      segment(SS, 15, entry(LDT, 1));
      for (int n : new int[] {0, 3, 4, 5}) {
        int index = 2 + environment.nextInt(4);
        segment(n, rarely(90) ? index << 3 | 7 : 0, entry(LDT, index));
      }
    }

    private void system() {
      Random r = environment;
      cpl = r.nextInt(4);
      if (name.equals("hlt") && cpl == 0) {
        cpl = RING3;
      }
      put("cpl", cpl);
      values.merge(
          "eflags",
          (long) r.nextInt(4) << 12 | (rarely(70) ? 1 << 9 : 0),
          (a, b) -> a | b | (chance(10) ? 1 << 21 : 0) | (chance(10) ? 1 << 14 : 0));
      if (name.equals("iret")) {
        values.merge("eflags", ~(1L << 14), (a, b) -> a & b);
      }
      put("gdt_base", GDT);
      put("gdt_limit", rarely(70) ? 0xff : 11 * 8 + 7 + r.nextInt(0xa0));
      put("idt_base", IDT);
      put(
          "idt_limit",
          rarely(80) || !DISORDERED.contains(name)
              ? 8 * VECTORS - 1
              : 15 * 8 + r.nextInt(8 * (VECTORS - 16)));
      put("ldtr", 0x50);
      put("ldt_base", LDT);
      put("ldt_limit", rarely(70) ? 63 : 16 + r.nextInt(48));
      put("ldt_usable", 1);
      put("tr", 0x48);
      put("tss_base", TSS);
      put("tss_limit", rarely(70) ? 0xff : 0x67 + r.nextInt(0x98));
      put("tss_usable", 1);
      for (int ring = 0; ring < 4; ring++) {
        entry(GDT, 1 + ring, descriptor(0, 0xffffffffL, 0x1b, ring));
        entry(GDT, 5 + ring, descriptor(0, 0xffffffffL, 0x13, ring));
      }
      entry(GDT, 9, descriptor(TSS, values.get("tss_limit"), 0x0b, 0) & ~(1L << 54));
      entry(GDT, 10, descriptor(LDT, values.get("ldt_limit"), 0x02, 0) & ~(1L << 54));
      entry(GDT, 11, descriptor(0, 0xffffffffL, 0x1f, 0));
      for (int i = 12; i < 32; i++) {
        entry(GDT, i, any());
      }
      for (int i = 0; i < 8; i++) {
        entry(LDT, i, any());
      }
      segment(CS, 8 * (1 + cpl) | cpl, entry(GDT, 1 + cpl));
      segment(SS, 8 * (5 + cpl) | cpl, entry(GDT, 5 + cpl));
      for (int n : new int[] {0, 3, 4, 5}) {
        int dpl = cpl + r.nextInt(4 - cpl);
        segment(n, 8 * (5 + dpl) | r.nextInt(dpl + 1), entry(GDT, 5 + dpl));
      }
      gates();
      tss();
      put("cr4", (rarely(50) ? 0x800 : 0) | (rarely(50) ? 4 : 0) | (rarely(30) ? 8 : 0));
      put("cr2", r.nextInt() & 0xffffffffL);
      paged = rarely(50);
      put("cr0", 0x11 | (rarely(50) ? 1 << 16 : 0) | (rarely(20) ? 8 : 0) | (paged ? 1L << 31 : 0));
      pages();
    }

    /// Some descriptor: of code, of data, or of the system.
    private long any() {
      Random r = environment;
      int dpl = rarely(40) ? cpl : r.nextInt(4);
      boolean far = name.startsWith("jmp_far") || name.startsWith("call_far");
      long d =
          switch (r.nextInt(10)) {
            case 0, 1, 2 -> descriptor(r.nextInt() & ~3, limit(), 0x19 + 2 * r.nextInt(4), dpl);
            case 3, 4, 5 -> descriptor(r.nextInt() & ~3, limit(), 0x11 + 2 * r.nextInt(4), dpl);
            case 6, 7 -> gate(8 * (1 + r.nextInt(4)) | r.nextInt(4), HANDLERS + 8, 12, dpl);
            case 8 -> descriptor(4 * r.nextInt(1 << 20), limit(), rarely(50) || far ? 2 : 9, dpl);
            default -> {
              int type = far ? OTHER_TYPES[r.nextInt(9)] : r.nextInt(16);
              yield descriptor(r.nextInt(), limit(), type == 12 ? 0 : type, dpl);
            }
          };
      return rarely(15) ? d & ~(1L << 47) : d;
    }

    private long limit() {
      boolean all = name.startsWith("call_far"); // else CALL pushes first, there
      return rarely(60) || all ? 0xffffffffL : environment.nextInt(1 << 20);
    }

    private static long gate(int selector, int offset, int type, int dpl) {
      return offset & 0xffff
          | (long) selector << 16
          | (long) type << 40
          | (long) dpl << 45
          | 1L << 47
          | (offset & 0xffff0000L) << 32;
    }

    /// Most are in order, for most instructions all; the double fault's always is, and needs no
    /// other stack.
    private void gates() {
      Random r = environment;
      for (int v = 0; v < VECTORS; v++) {
        boolean disordered = DISORDERED.contains(name);
        int ring = rarely(70) ? 0 : r.nextInt(disordered ? 4 : cpl + 1);
        int selector = rarely(85) || !disordered ? 8 * (1 + ring) | r.nextInt(4) : r.nextInt(0x120);
        int type = rarely(95) || !disordered ? 14 + r.nextInt(2) : OTHER_TYPES[r.nextInt(9)];
        long gate = gate(selector, HANDLERS + 8 * v, type, r.nextInt(4));
        if (rarely(5) && disordered) {
          gate &= ~(1L << 47);
        }
        entry(IDT, v, v == 8 ? gate(8 * 11, HANDLERS + 8 * v, 14, 0) : gate);
      }
    }

    private void tss() {
      Random r = environment;
      for (int ring = 0; ring < 3; ring++) {
        word(TSS + 4 + 8 * ring, STACKS + 0x60 + 0x40 * ring);
        int stack = 8 * (5 + ring) | ring;
        word(TSS + 8 + 8 * ring, rarely(92) ? stack : r.nextInt(0x120));
      }
      word(TSS + 0x64, rarely(90) ? 0x680000 : r.nextInt(0x100) << 16);
      for (int at = 0x68; at < 0x100; at += 4) {
        word(TSS + at, rarely(40) ? 0 : r.nextInt());
      }
    }

    /// Two levels, identical but for the data. What an entry into the double fault's handler needs
    /// is there for all.
    private void pages() {
      put("cr3", DIRECTORY);
      word(DIRECTORY, TABLE | 0x27 & ~(rarely(10) ? 2 : 0));
      for (int page = 0x10; page < 0x20; page++) {
        int flags = 0x67;
        int at = page << 12;
        if (page == GDT >> 12) {
          flags &= ~(rarely(50) ? 6 : 0);
        }
        if (page == DATA >> 12 && rarely(40)) {
          flags &= ~(new int[] {1, 2, 4, 6}[environment.nextInt(4)]);
        }
        word(TABLE + 4 * page, (page == DATA >> 12 ? FRAME : at) | flags);
      }
    }

    // ---------------------------------------------------------------------------- instructions

    private int[] instruction() {
      Instruction instruction = instructions.get(kind);
      List<Encoding> encodings = instruction.encodings();
      while (true) {
        int bound = chance(50) ? Math.min(4, encodings.size()) : encodings.size();
        Encoding encoding = encodings.get(random.nextInt(bound));
        int width = encoding.width();
        Bits drawn = Bits.wrap(width, new BigInteger(width, random));
        Bits kept =
            Bits.wrap(width, Bits.mask(encoding.length()).shiftLeft(width - encoding.length()));
        Bits word = drawn.and(kept).and(encoding.mask().not()).or(encoding.match());
        for (var operand : encoding.operands()) {
          Bits fixed = rows.get(kind).fixed().get(operand.local());
          if (fixed != null) {
            word = operand.encode(word, fixed);
          }
        }
        int number = codec.number(word);
        if (codec.instruction(number) == instruction && codec.encoding(number) == encoding) {
          int[] bytes = new int[encoding.length() / 8];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = word.extract(width - 1 - 8 * i, width - 8 - 8 * i).toInt();
          }
          if (user || !isWrittenThroughCode(bytes)) {
            return bytes;
          }
        }
      }
    }

    /// The peer of systems does not look at what a segment permits.
    private static boolean isWrittenThroughCode(int[] code) {
      for (int i = 0; i < prefixes(code); i++) {
        if (code[i] == 0x2e) {
          return true;
        }
      }
      return false;
    }

    private static boolean isHalf(int[] code) {
      for (int i = 0; i < prefixes(code); i++) {
        if (code[i] == 0x66) {
          return true;
        }
      }
      return false;
    }

    private static int named(int[] code, int otherwise) {
      for (int i = 0; i < prefixes(code); i++) {
        int n = List.of(0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65).indexOf(code[i]);
        if (n >= 0) {
          return n;
        }
      }
      return otherwise;
    }

    /// An offset in a segment at which there are data, or something of the stack.
    private long target(int n) {
      int at = (n == SS ? STACKS + 0x100 : DATA) + 0x28 + random.nextInt(0x30);
      return (chance(70) ? at & ~3 : at) - base(n) & 0xffffffffL;
    }

    private long stack() {
      int at = STACKS + 0x130 + random.nextInt(0x28);
      return (chance(80) ? at & ~3 : at) - base(SS) & 0xffffffffL;
    }

    /// Lets a memory operand lead to data; whether it could.
    private boolean reach(int[] code) {
      int i = modrm(code);
      if (i < 0) {
        if (code[prefixes(code)] >= 0xa0 && code[prefixes(code)] <= 0xa3) {
          displace(code, prefixes(code) + 1, 4, target(named(code, DS)));
        }
        return true;
      }
      int mod = code[i] >> 6;
      int rm = code[i] & 7;
      if (mod == 3) {
        return true;
      }
      int base = rm;
      int index = -1;
      int scale = 0;
      int at = i + 1;
      if (rm == 4) {
        base = code[at] & 7;
        index = (code[at] >> 3 & 7) == 4 ? -1 : code[at] >> 3 & 7;
        scale = code[at] >> 6;
        at++;
      }
      if (mod == 0 && base == 5) {
        base = -1;
      }
      int segment = named(code, base == ESP || base == EBP ? SS : DS);
      long target = target(segment);
      long offset = index < 0 ? 0 : register(index) << scale;
      int size = mod == 1 ? 1 : mod == 2 || base < 0 ? 4 : 0;
      if (name.equals("bt_r")) {
        int x = code[i] >> 3 & 7;
        if (x == base || x == index) {
          return false;
        }
        register(x, random.nextInt(256) - 128);
      }
      if (base < 0) {
        displace(code, at, 4, target - offset);
      } else if (base == index) {
        return false;
      } else {
        long displacement = size == 0 ? 0 : size == 1 ? (byte) code[at] : read(code, at);
        register(base, target - offset - displacement);
      }
      return true;
    }

    private static void displace(int[] code, int at, int size, long value) {
      for (int k = 0; k < size; k++) {
        code[at + k] = (int) (value >>> 8 * k) & 0xff;
      }
    }

    private static long read(int[] code, int at) {
      return code[at] | code[at + 1] << 8 | code[at + 2] << 16 | (long) code[at + 3] << 24;
    }

    /// What may be loaded into a control register without leaving what is described.
    private long control(int n) {
      return switch (n) {
        case 0 -> 1 | random.nextInt() & 0x6005002e | (chance(50) ? 1L << 31 : 0);
        case 3 -> DIRECTORY | random.nextInt(4) << 3;
        case 4 -> chance(80) ? random.nextInt() & 0x80c : random.nextInt() & 0x80c | 1 << 25;
        default -> value();
      };
    }

    /// A selector of something, more or less in order.
    private int selector() {
      int rpl = chance(60) ? cpl : random.nextInt(4);
      if (chance(5)) {
        return user ? 0 : random.nextInt(4); // an entry of the system makes all that are null zero
      }
      if (user) {
        return random.nextInt(chance(90) ? 8 : 20) << 3 | 4 | (chance(80) ? RING3 : rpl);
      }
      if (chance(30)) {
        return random.nextInt(chance(90) ? 8 : 20) << 3 | 4 | rpl;
      }
      return 1 + random.nextInt(chance(95) ? 31 : 100) << 3 | rpl;
    }

    /// One that code may be at, mostly.
    private int codeSelector() {
      if (chance(50)) {
        return selector();
      }
      int ring = chance(60) ? cpl : random.nextInt(4);
      return user ? chance(50) ? 7 : 6 << 3 | 7 : 8 * (1 + ring) | ring;
    }

    private int stackSelector(int code) {
      int ring = code & 3;
      return chance(70) && !user ? 8 * (5 + ring) | ring : chance(60) && user ? 15 : selector();
    }

    private void operands(int[] code) {
      boolean half = isHalf(code);
      int i = modrm(code);
      boolean direct = i >= 0 && code[i] >> 6 == 3;
      long stack = register(ESP) + base(SS) & 0xffffffffL;
      switch (name) {
        case "movs",
            "movsb",
            "cmps",
            "cmpsb",
            "stos",
            "stosb",
            "lods",
            "lodsb",
            "scas",
            "scasb",
            "ins",
            "insb",
            "outs",
            "outsb" -> {
          register(ESI, target(named(code, DS)));
          register(EDI, target(ES));
          if (chance(60)) {
            register(ECX, random.nextInt(4));
          }
        }
        case "xlat" -> register(EBX, target(named(code, DS)) - (register(0) & 0xff));
        case "leave" -> register(EBP, stack());
        case "lar", "lsl", "verr", "verw", "lldt", "ltr", "mov_to_sreg" ->
            operand(code, i, direct, selector(), 2);
        case "arpl" -> operand(code, i, direct, selector(), 2);
        case "jmp_far_m", "call_far_m" -> {
          operand(code, i, false, HANDLERS, 4);
          bytes((int) place(code, i) + 4, codeSelector(), 2);
        }
        case "les", "lds", "lss", "lfs", "lgs" -> {
          int size = half ? 2 : 4;
          bytes((int) place(code, i) + size, selector(), 2);
        }
        case "jmp_far", "call_far" -> displace(code, 5, 2, codeSelector());
        case "pop_es", "pop_ss", "pop_ds", "pop_fs", "pop_gs" ->
            bytes((int) stack, selector() | random.nextInt() << 16, 4);
        case "retf", "retf_n", "iret" -> {
          int target = codeSelector();
          boolean flags = name.equals("iret");
          int release = name.equals("retf_n") ? code[1] = random.nextInt(3) * 4 : 0;
          if (name.equals("retf_n")) {
            code[2] = 0;
          }
          bytes((int) stack, HANDLERS, 4);
          bytes((int) stack + 4, target | random.nextInt() << 16, 4);
          if (flags) {
            bytes((int) stack + 8, random.nextInt() & 0x3c7fd7 & ~(1 << 17), 4);
          }
          int more = (int) stack + 8 + (flags ? 4 : release);
          bytes(more, STACKS + 0x140, 4);
          bytes(more + 4, stackSelector(target), 4);
        }
        case "popf" -> bytes((int) stack, random.nextInt() & ~(1 << 8), 4);
        case "enter" -> {
          displace(code, 1, 2, random.nextInt(0x120));
          if (peer == Ia32Peer.INTEL) { // Recorded when levels beyond 1 were not described.
            code[3] = random.nextInt(2);
          } else {
            code[3] = random.nextInt(64);
            register(EBP, stack());
          }
        }
        case "lgdt", "lidt" -> {
          int at = (int) place(code, i);
          bytes(at, random.nextInt(), 2);
        }
        case "in_dx", "inb_dx", "out_dx", "outb_dx" -> {}
        case "in_imm", "inb_imm", "out_imm", "outb_imm" ->
            code[code.length - 1] = 0xe0 + random.nextInt(12);
        case "cmpxchg" -> {
          if (chance(50) && direct) {
            register(0, register(code[i] & 7));
          }
        }
        case "mov_to_cr" -> register(code[2] & 7, control(code[2] >> 3 & 7));
        case "mov_to_dr" -> register(code[2] & 7, random.nextInt() & ~0x23ff & 0xffffffffL);
        case "bound" -> {
          if (chance(50)) {
            bytes((int) place(code, i), random.nextInt() >> 1 | 1 << 31, 4);
          }
        }
        case "div", "idiv", "divb", "idivb" -> {
          if (direct && chance(50)) {
            register(EDX, random.nextInt(3) - 1);
          }
        }
        default -> {}
      }
      if (Set.of("in_dx", "inb_dx", "out_dx", "outb_dx", "ins", "insb", "outs", "outsb")
          .contains(name)) {
        register(EDX, 0xe0 + random.nextInt(12));
      }
    }

    /// Where a memory operand is, linear.
    private long place(int[] code, int i) {
      int mod = code[i] >> 6;
      int base = code[i] & 7;
      long offset = 0;
      int at = i + 1;
      if (base == 4) {
        base = code[at] & 7;
        int index = code[at] >> 3 & 7;
        offset = index == 4 ? 0 : register(index) << (code[at] >> 6);
        at++;
      }
      int segment = named(code, mod == 0 && base == 5 || base != ESP && base != EBP ? DS : SS);
      if (mod == 0 && base == 5) {
        offset += read(code, at);
      } else {
        offset += register(base) + (mod == 1 ? (byte) code[at] : mod == 2 ? read(code, at) : 0);
      }
      return offset + base(segment) & 0xffffffffL;
    }

    private void operand(int[] code, int i, boolean direct, long value, int size) {
      if (direct) {
        register(code[i] & 7, value | (long) random.nextInt() << 16);
      } else {
        bytes((int) place(code, i), value, size);
      }
    }
  }
}
