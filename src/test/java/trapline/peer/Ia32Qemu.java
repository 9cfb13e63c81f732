package trapline.peer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// QEMU's IA-32, a Pentium II with UMIP; one that has shut down is reset, and has stopped. What its
/// stub does not write (GDTR, IDTR, LDTR, TR, the debug registers) is set by instructions, when it
/// differs; what it does not read, its console tells.
final class Ia32Qemu implements Stepper, AutoCloseable {
  private static final int CR0 = 19;
  private static final int PAGING = 1 << 31;
  private static final int RESUME = 1 << 16;

  /// Where instructions that prepare a situation lie, and their operands.
  private static final int PREPARING = 0x10000;

  private static final int[] SEGMENT_ORDER = {1, 2, 3, 0, 4, 5};
  private static final List<String> SEGMENTS = List.of("ES", "CS", "SS", "DS", "FS", "GS");
  private static final List<String> TABLES =
      List.of(
          "gdt_base",
          "gdt_limit",
          "idt_base",
          "idt_limit",
          "ldtr",
          "ldt_base",
          "ldt_limit",
          "tr",
          "tss_base",
          "tss_limit",
          "dr[0]",
          "dr[1]",
          "dr[2]",
          "dr[3]",
          "dr[6]",
          "dr[7]");

  /// `EAX=00000000`, `CS =0008 00000000 ffffffff 00cf9a00`
  private static final Pattern TOLD =
      Pattern.compile("(\\w++) *= *([0-9a-f]++(?: ++[0-9a-f]++)*+)");

  private static final List<String> GENERAL =
      List.of("EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI");

  private Gdb gdb;

  /// What the peer is known to hold of storage, of tables, and of the system's own segments.
  private final Map<String, Long> held = new HashMap<>();

  private Ia32Qemu(Gdb gdb) {
    this.gdb = gdb;
  }

  static Ia32Qemu start() throws IOException {
    return new Ia32Qemu(connect());
  }

  private static Gdb connect() throws IOException {
    Gdb gdb =
        Gdb.start(
            List.of(
                "qemu-system-i386",
                "-machine",
                "pc",
                "-cpu",
                "pentium2,+umip",
                "-nodefaults",
                "-m",
                "4M"));
    gdb.ask("Qqemu.sstep=7"); // no interrupts, no timers
    gdb.registers("target.xml"); // single registers are written only for who has asked
    return gdb;
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    List<Optional<Cells>> results = new ArrayList<>();
    for (Cells situation : situations) {
      results.add(stepOrEnd(situation));
    }
    return results;
  }

  /// QEMU itself may end by what it does for its guest; another takes its place.
  private Optional<Cells> stepOrEnd(Cells before) throws IOException {
    try {
      return step(before);
    } catch (EOFException _) {
      gdb.close();
      held.clear();
      gdb = connect();
      return Optional.empty();
    }
  }

  private Optional<Cells> step(Cells before) throws IOException {
    if (TABLES.stream().anyMatch(name -> differs(before, name))) {
      prepare(before);
    }
    control(0, before.at("cr0") & ~PAGING & 0xffffffffL);
    storage(before, 0);
    general(before, false);
    general(before, true);
    control(2, before.at("cr2"));
    control(3, before.at("cr3"));
    control(4, before.at("cr4"));
    control(0, before.at("cr0"));
    gdb.step();
    return read(before);
  }

  /// Through real mode, in which tables of any kind may be left behind.
  private void prepare(Cells s) throws IOException {
    control(0, 0x10);
    storage(s, 0x200);
    byte[] operands = new byte[16];
    put(operands, 0, s.at("gdt_limit"), 2);
    put(operands, 2, s.at("gdt_base"), 4);
    put(operands, 8, s.at("idt_limit"), 2);
    put(operands, 10, s.at("idt_base"), 4);
    write(PREPARING + 0x100, operands);
    registers(new long[10], PREPARING >> 4);
    registers(new long[10], 0);
    long[] values = new long[10];
    values[8] = PREPARING;
    values[9] = 2;
    registers(values, 0);
    run(PREPARING, "66670f011500010100"); // o32 a32 lgdt [0x10100]
    registers(values, 0);
    run(PREPARING, "66670f011d08010100"); // o32 a32 lidt [0x10108]
    control(0, 0x11);
    protect(s.at("ldtr"), s.at("tr"));
    run(PREPARING, "0f00d0"); // lldt ax
    run(PREPARING + 3, "0f00d9"); // ltr cx
    for (int n : new int[] {0, 1, 2, 3, 6, 7}) {
      if (differs(s, Cells.element("dr", n))) {
        protect(s.at("dr", n), 0);
        run(PREPARING, "0f23" + HexFormat.of().toHexDigits((byte) (0xc0 | n << 3))); // mov drN, eax
      }
    }
    TABLES.forEach(name -> held.put(name, s.at(name)));
  }

  /// Ring 0 of the situation's GDT, where instructions that prepare begin.
  private void protect(long eax, long ecx) {
    long[] values = new long[10];
    values[0] = eax;
    values[1] = ecx;
    values[8] = PREPARING;
    values[9] = 2;
    segments(values, new long[] {0x28, 8, 0x28, 0x28, 0x28, 0x28});
  }

  /// An instruction, where EIP is.
  private void run(int at, String code) throws IOException {
    write(at, code);
    gdb.step();
  }

  private void write(int at, byte[] bytes) {
    write(at, HexFormat.of().formatHex(bytes));
  }

  private void write(int at, String digits) {
    gdb.tell(
        "M"
            + Integer.toHexString(at)
            + ","
            + Integer.toHexString(digits.length() / 2)
            + ":"
            + digits);
  }

  private static void put(byte[] out, int at, long value, int size) {
    for (int i = 0; i < size; i++) {
      out[at + i] = (byte) (value >>> 8 * i);
    }
  }

  private void control(int number, long value) {
    gdb.tell(
        "P"
            + Integer.toHexString(number == 0 ? CR0 : CR0 - 1 + number)
            + "="
            + Gdb.little(value, 4));
  }

  /// The general registers, EIP and EFLAGS, and one selector for all.
  private void registers(long[] values, long selector) {
    segments(values, new long[] {selector, selector, selector, selector, selector, selector});
  }

  private void segments(long[] values, long[] selectors) {
    StringBuilder text = new StringBuilder("G");
    for (long value : values) {
      text.append(Gdb.little(value, 4));
    }
    for (int n : SEGMENT_ORDER) {
      text.append(Gdb.little(selectors[n], 4));
    }
    gdb.tell(text.toString());
  }

  /// A selector that a register holds already would not be looked up again.
  private void general(Cells s, boolean real) {
    long[] values = new long[10];
    for (int i = 0; i < 8; i++) {
      values[i] = s.at("r", i);
    }
    values[8] = s.at("eip");
    values[9] = s.at("eflags");
    long[] selectors = new long[6];
    for (int n = 0; n < 6; n++) {
      boolean level = n == Ia32Trials.CS || n == Ia32Trials.SS;
      selectors[n] = real ? s.at("sel", n) | (level ? s.at("cpl") : 0) : 0;
    }
    segments(values, selectors);
  }

  /// Storage that differs from what the peer holds, in pieces without gaps; `available` is taken
  /// from the type of the TSS, so that it can be loaded.
  private void storage(Cells s, long available) {
    StringBuilder piece = new StringBuilder();
    long start = 0;
    long next = -1;
    int busy = (Ia32Trials.GDT + (int) s.at("tr") + 4) >> 2;
    for (var seen : Ia32Trials.cells().entrySet()) {
      long cell = seen.getKey();
      long value = s.at(seen.getValue()) & (cell == busy ? ~available : -1);
      Long known = held.put(seen.getValue(), value);
      if (known != null && known == value) {
        continue;
      }
      if (cell != next) {
        flush(start, piece);
        start = cell;
      }
      piece.append(Gdb.little(value, 4));
      next = cell + 1;
    }
    flush(start, piece);
  }

  private void flush(long start, StringBuilder piece) {
    if (!piece.isEmpty()) {
      write((int) (4 * start), piece.toString());
      piece.setLength(0);
    }
  }

  private boolean differs(Cells s, String name) {
    Long known = held.get(name);
    return known == null || known != s.at(name);
  }

  /// What the console tells of registers: the numbers of each.
  private Map<String, long[]> told() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String part = gdb.receive(); !part.equals("OK"); part = gdb.receive()) {
      text.append(
          new String(HexFormat.of().parseHex(part.substring(1)), StandardCharsets.US_ASCII));
    }
    Map<String, long[]> told = new HashMap<>();
    var lines = TOLD.matcher(text).region(0, text.indexOf("EFER")); // what follows is the FPU's
    while (lines.find()) {
      String[] numbers = lines.group(2).split(" +");
      told.put(
          lines.group(1),
          Arrays.stream(numbers).mapToLong(n -> Long.parseUnsignedLong(n, 16)).toArray());
    }
    return told;
  }

  private Optional<Cells> read(Cells before) throws IOException {
    gdb.send(
        "qRcmd," + HexFormat.of().formatHex("info registers".getBytes(StandardCharsets.US_ASCII)));
    for (var piece : Ia32Trials.STORAGE) {
      gdb.send(
          "m" + Long.toHexString(4 * piece.cell()) + "," + Integer.toHexString(4 * piece.count()));
    }
    Map<String, long[]> told = told();
    Map<String, Long> after = new HashMap<>();
    for (int i = 0; i < 8; i++) {
      after.put(Cells.element("r", i), told.get(GENERAL.get(i))[0]);
    }
    after.put("eip", told.get("EIP")[0]);
    after.put("eflags", told.get("EFL")[0] & ~RESUME);
    after.put("cpl", told.get("CPL")[0]);
    for (int n : new int[] {0, 2, 3, 4}) {
      after.put("cr" + n, told.get("CR" + n)[0]);
    }
    for (int n : new int[] {0, 1, 2, 3, 6, 7}) {
      after.put(Cells.element("dr", n), told.get("DR" + n)[0]);
    }
    for (int n = 0; n < 6; n++) {
      segment(after, told.get(SEGMENTS.get(n)), n);
    }
    for (String table : List.of("gdt", "idt")) {
      long[] numbers = told.get(table.toUpperCase(Locale.ROOT));
      after.put(table + "_base", numbers[0]);
      after.put(table + "_limit", numbers[1]);
    }
    table(after, told.get("LDT"), "ldtr", "ldt");
    table(after, told.get("TR"), "tr", "tss");
    TABLES.forEach(name -> held.put(name, after.getOrDefault(name, 0L)));
    StringBuilder storage = new StringBuilder();
    for (var _ : Ia32Trials.STORAGE) {
      storage.append(gdb.receive());
    }
    int at = 0;
    for (String name : Ia32Trials.cells().values()) {
      long value = Gdb.little(storage.substring(at, at + 8));
      if (value != before.at(name)) {
        held.put(name, value);
        after.put(name, value);
      }
      at += 8;
    }
    boolean isReset = (after.get("cr0") & 1) == 0;
    return isReset
        ? Optional.empty()
        : Optional.of(Ia32Trials.visible(unresumed(before, before.with(after))));
  }

  /// RF, which is not described, of the flags that an exception has pushed.
  private static Cells unresumed(Cells before, Cells after) {
    Map<String, Long> flags = new HashMap<>();
    long handler = after.at("eip") - Ia32Trials.HANDLERS;
    if (handler >= 0 && handler < 8L * Ia32Trials.VECTORS && handler % 8 == 0) {
      long at = after.at("r", Ia32Trials.ESP) + 8;
      for (long word = at; word <= at + 4; word += 4) {
        long pushed = after.at("E", word >> 2) & ~RESUME;
        if (pushed == before.at("eflags")) {
          flags.put(Cells.element("E", word >> 2), pushed);
        }
      }
    }
    return after.with(flags);
  }

  private static void segment(Map<String, Long> after, long[] told, int n) {
    boolean level = n == Ia32Trials.CS || n == Ia32Trials.SS;
    long flags = told[3];
    after.put(Cells.element("sel", n), told[0] & (level ? 0xfffc : 0xffff));
    after.put(
        Cells.element("att", n), (flags >> 15 & 1) << 7 | (flags >> 13 & 3) << 5 | flags >> 8 & 15);
    after.put(Cells.element("seg", n), (told[1] & ~3) << 32 | told[2]);
  }

  private static void table(Map<String, Long> after, long[] told, String selector, String name) {
    after.put(selector, told[0]);
    after.put(name + "_base", told[1]);
    after.put(name + "_limit", told[2]);
    after.put(name + "_usable", (told[0] & 0xfffc) == 0 ? 0L : 1L);
  }

  @Override
  public void close() throws IOException {
    gdb.close();
  }
}
