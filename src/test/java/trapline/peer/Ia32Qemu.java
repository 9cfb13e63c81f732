package trapline.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  private static final Pattern VALUE = Pattern.compile("(\\w+) ?= *([0-9a-f]+)");

  private final Gdb gdb;

  /// What the peer is known to hold of storage, of tables, and of the system's own segments.
  private final Map<String, Long> held = new HashMap<>();

  private Ia32Qemu(Gdb gdb) {
    this.gdb = gdb;
  }

  static Ia32Qemu start() throws IOException {
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
    return new Ia32Qemu(gdb);
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    List<Optional<Cells>> results = new ArrayList<>();
    for (Cells situation : situations) {
      results.add(step(situation));
    }
    return results;
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
    run("66670f011500010100"); // o32 a32 lgdt [0x10100]
    run("66670f011d08010100"); // o32 a32 lidt [0x10108]
    control(0, 0x11);
    long[] flat = new long[10];
    flat[9] = 2;
    flat[0] = s.at("ldtr");
    flat[1] = s.at("tr");
    flat[8] = PREPARING;
    segments(flat, new long[] {0x28, 8, 0x28, 0x28, 0x28, 0x28});
    run("0f00d0"); // lldt ax
    run("0f00d9"); // ltr cx
    for (int n : new int[] {0, 1, 2, 3, 6, 7}) {
      flat[0] = s.at("dr", n);
      flat[8] = PREPARING;
      segments(flat, new long[] {0x28, 8, 0x28, 0x28, 0x28, 0x28});
      run("0f23" + HexFormat.of().toHexDigits((byte) (0xc0 | n << 3))); // mov drN, eax
    }
    TABLES.forEach(name -> held.put(name, s.at(name)));
  }

  /// An instruction where EIP is.
  private void run(String code) throws IOException {
    long at = Gdb.little(gdb.ask("p8"));
    write((int) at, HexFormat.of().parseHex(code));
    gdb.step();
  }

  private void write(int at, byte[] bytes) throws IOException {
    gdb.ask(
        "M"
            + Integer.toHexString(at)
            + ","
            + Integer.toHexString(bytes.length)
            + ":"
            + HexFormat.of().formatHex(bytes));
  }

  private static void put(byte[] out, int at, long value, int size) {
    for (int i = 0; i < size; i++) {
      out[at + i] = (byte) (value >>> 8 * i);
    }
  }

  private void control(int number, long value) throws IOException {
    gdb.ask(
        "P"
            + Integer.toHexString(number == 0 ? CR0 : CR0 - 1 + number)
            + "="
            + Gdb.little(value, 4));
  }

  /// The general registers, EIP and EFLAGS, and one selector for all.
  private void registers(long[] values, long selector) throws IOException {
    segments(values, new long[] {selector, selector, selector, selector, selector, selector});
  }

  private void segments(long[] values, long[] selectors) throws IOException {
    StringBuilder text = new StringBuilder("G");
    for (long value : values) {
      text.append(Gdb.little(value, 4));
    }
    for (int n : SEGMENT_ORDER) {
      text.append(Gdb.little(selectors[n], 4));
    }
    gdb.ask(text.toString());
  }

  /// A selector that a register holds already would not be looked up again.
  private void general(Cells s, boolean real) throws IOException {
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
  private void storage(Cells s, long available) throws IOException {
    StringBuilder piece = new StringBuilder();
    int start = 0;
    int next = -1;
    int busy = (Ia32Trials.GDT + (int) s.at("tr") + 4) >> 2;
    for (int cell : Ia32Trials.cells()) {
      String name = "E[" + cell + "]";
      long value = s.at(name) & (cell == busy ? ~available : -1);
      Long known = held.get(name);
      if (known != null && known == value) {
        continue;
      }
      held.put(name, value);
      if (cell != next) {
        flush(start, piece);
        start = cell;
      }
      piece.append(Gdb.little(value, 4));
      next = cell + 1;
    }
    flush(start, piece);
  }

  private void flush(int start, StringBuilder piece) throws IOException {
    if (!piece.isEmpty()) {
      gdb.ask(
          "M"
              + Integer.toHexString(4 * start)
              + ","
              + Integer.toHexString(piece.length() / 2)
              + ":"
              + piece);
      piece.setLength(0);
    }
  }

  private boolean differs(Cells s, String name) {
    Long known = held.get(name);
    return known == null || known != s.at(name);
  }

  private String told() throws IOException {
    gdb.send(
        "qRcmd," + HexFormat.of().formatHex("info registers".getBytes(StandardCharsets.US_ASCII)));
    StringBuilder text = new StringBuilder();
    for (String part = gdb.receive(); !part.equals("OK"); part = gdb.receive()) {
      text.append(
          new String(HexFormat.of().parseHex(part.substring(1)), StandardCharsets.US_ASCII));
    }
    return text.toString();
  }

  private Optional<Cells> read(Cells before) throws IOException {
    TreeMap<String, Long> after = new TreeMap<>(before.values());
    String text = told();
    Map<String, Long> named = new HashMap<>();
    var values = VALUE.matcher(text);
    while (values.find()) {
      named.put(values.group(1), Long.parseUnsignedLong(values.group(2), 16));
    }
    List<String> general = List.of("EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI");
    for (int i = 0; i < 8; i++) {
      after.put("r[" + i + "]", named.get(general.get(i)));
    }
    after.put("eip", named.get("EIP"));
    after.put("eflags", named.get("EFL") & ~RESUME);
    after.put("cpl", named.get("CPL"));
    for (int n : new int[] {0, 2, 3, 4}) {
      after.put("cr" + n, named.get("CR" + n));
    }
    for (int n : new int[] {0, 1, 2, 3, 6, 7}) {
      after.put("dr[" + n + "]", named.get("DR" + n));
    }
    for (int n = 0; n < 6; n++) {
      segment(after, text, SEGMENTS.get(n), n);
    }
    long[] gdt = line(text, "GDT");
    after.put("gdt_base", gdt[0]);
    after.put("gdt_limit", gdt[1]);
    long[] idt = line(text, "IDT");
    after.put("idt_base", idt[0]);
    after.put("idt_limit", idt[1]);
    table(after, text, "LDT", "ldtr", "ldt");
    table(after, text, "TR ", "tr", "tss");
    TABLES.forEach(name -> held.put(name, after.getOrDefault(name, 0L)));
    int at = 0;
    List<Integer> cells = Ia32Trials.cells();
    while (at < cells.size()) {
      int end = at + 1;
      while (end < cells.size() && cells.get(end) == cells.get(end - 1) + 1) {
        end++;
      }
      String bytes =
          gdb.ask(
              "m"
                  + Integer.toHexString(4 * cells.get(at))
                  + ","
                  + Integer.toHexString(4 * (end - at)));
      for (int i = at; i < end; i++) {
        String name = "E[" + cells.get(i) + "]";
        long value = Gdb.little(bytes.substring(8 * (i - at), 8 * (i - at) + 8));
        held.put(name, value);
        after.put(name, value);
      }
      at = end;
    }
    unresumed(before, after);
    boolean isReset = (after.get("cr0") & 1) == 0;
    return isReset ? Optional.empty() : Optional.of(Ia32Trials.visible(after));
  }

  /// RF, which is not described, of the flags that an exception has pushed.
  private static void unresumed(Cells before, TreeMap<String, Long> after) {
    long handler = after.getOrDefault("eip", 0L) - Ia32Trials.HANDLERS;
    if (handler >= 0 && handler < 8L * Ia32Trials.VECTORS && handler % 8 == 0) {
      long at = after.get("r[4]") + 8;
      for (long word = at; word <= at + 4; word += 4) {
        String name = "E[" + (word >> 2) + "]";
        long pushed = after.getOrDefault(name, 0L);
        if ((pushed & ~RESUME) == before.at("eflags")) {
          after.put(name, pushed & ~RESUME);
        }
      }
    }
  }

  private static long[] line(String text, String name) {
    var found = Pattern.compile("(?m)^" + name + " *=([0-9a-f ]+)").matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("the peer tells nothing of " + name);
    }
    String[] parts = found.group(1).trim().split(" +");
    long[] numbers = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = Long.parseLong(parts[i], 16);
    }
    return numbers;
  }

  private static void segment(TreeMap<String, Long> after, String text, String name, int n) {
    long[] told = line(text, name);
    boolean level = n == Ia32Trials.CS || n == Ia32Trials.SS;
    after.put("sel[" + n + "]", told[0] & (level ? 0xfffc : 0xffff));
    long flags = told[3];
    after.put("att[" + n + "]", (flags >> 15 & 1) << 7 | (flags >> 13 & 3) << 5 | flags >> 8 & 15);
    after.put("seg[" + n + "]", (told[1] & ~3) << 32 | told[2]);
  }

  private static void table(
      TreeMap<String, Long> after, String text, String line, String selector, String name) {
    long[] told = line(text, line);
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
