package trapline.peer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import trapline.codec.Assembler.Assembly;
import trapline.codec.Codec;
import trapline.diag.SourceFile;
import trapline.isa.Machine;

/// GXemul's R3000 (Debian's `gxemul`), from a situation to its handler.
///
/// All situations go in as one image of storage, with a program that loads each, jumps to it with
/// RFE, and when its handler is reached prints what has changed. So a run is one process.
final class Gxemul implements Stepper {
  private static final String COMMAND = "/usr/bin/gxemul";

  /// Words of a situation in the image: as [#NAMES], then what can only be read.
  private static final int WORDS = 78;

  private static final int RECORDS = 0x100000;
  private static final int PROGRAM = 0x1000;
  private static final int OUT = 0x8000;

  private static final int HI = 32;
  private static final int STATUS = 34;
  private static final int TLB = 40;
  private static final int STORAGE = 56;
  private static final int EPC = 76;
  private static final int BADVADDR = 77;

  /// Registers of CP0, as they lie behind HI and LO.
  private static final String[] NAMES = {
    "status", "cause", "context", "entryhi", "entrylo", "index"
  };

  private final byte[] program;

  Gxemul(Machine machine) {
    program = assembled(machine);
  }

  static boolean isInstalled() {
    return Files.isExecutable(Path.of(COMMAND));
  }

  static String version() throws IOException {
    Process process = new ProcessBuilder(COMMAND, "-h").redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text.lines().findFirst().orElse(COMMAND).replaceAll("  +.*", "");
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    Path file = Files.createTempFile("r3000", ".bin");
    try {
      Files.write(file, image(situations));
      int size = 8 + (RECORDS + situations.size() * WORDS * 4 >> 20);
      Process process =
          new ProcessBuilder(
                  "timeout",
                  "600",
                  COMMAND,
                  "-A",
                  "-q",
                  "-E",
                  "testmips",
                  "-C",
                  "R3000",
                  "-M",
                  Integer.toString(size),
                  "0x80000000:0:0x80001000:" + file)
              .redirectErrorStream(true)
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return read(situations, output);
    } finally {
      if (!Boolean.getBoolean("keep")) Files.delete(file);
      else System.out.println(file);
    }
  }

  private byte[] image(List<Cells> situations) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(program);
    out.write(new byte[RECORDS - program.length]);
    for (Cells s : situations) {
      for (int word : words(s)) {
        out.writeInt(word);
      }
    }
    return bytes.toByteArray();
  }

  private static int[] words(Cells s) {
    int[] words = new int[WORDS];
    for (int i = 1; i < 32; i++) {
      words[i] = (int) s.at("r", i);
    }
    words[HI] = (int) s.at("hi");
    words[HI + 1] = (int) s.at("lo");
    for (int i = 0; i < NAMES.length; i++) {
      words[STATUS + i] = (int) s.at(NAMES[i]);
    }
    for (int i = 0; i < MipsTrials.ENTRIES; i++) {
      words[TLB + 2 * i] = (int) (s.at("tlb", i) >>> 32);
      words[TLB + 2 * i + 1] = (int) s.at("tlb", i);
    }
    List<Integer> cells = MipsDescribed.cells();
    for (int i = 0; i < cells.size(); i++) {
      words[STORAGE + i] = (int) s.at("M", cells.get(i));
    }
    return words;
  }

  /// Each line `#` and pairs of an index, two digits, and a value, eight.
  private static List<Optional<Cells>> read(List<Cells> situations, String output) {
    List<Optional<Cells>> results = new ArrayList<>();
    List<String> lines = output.lines().filter(line -> line.startsWith("#")).toList();
    if (lines.size() != situations.size()) {
      throw new AssertionError(
          lines.size()
              + " of "
              + situations.size()
              + " came back: "
              + output.lines().filter(l -> !l.startsWith("#")).limit(20).toList());
    }
    for (int i = 0; i < lines.size(); i++) {
      int[] words = words(situations.get(i));
      String line = lines.get(i).trim();
      for (int at = 1; at + 10 <= line.length(); at += 10) {
        int index = Integer.parseInt(line.substring(at, at + 2), 16);
        words[index] = Integer.parseUnsignedInt(line.substring(at + 2, at + 10), 16);
      }
      results.add(Optional.of(cells(words)));
    }
    return results;
  }

  private static Cells cells(int[] words) {
    TreeMap<String, Long> values = new TreeMap<>();
    for (int i = 1; i < 32; i++) {
      values.put("r[" + i + "]", Integer.toUnsignedLong(words[i]));
    }
    values.put("hi", Integer.toUnsignedLong(words[HI]));
    values.put("lo", Integer.toUnsignedLong(words[HI + 1]));
    for (int i = 0; i < NAMES.length; i++) {
      values.put(NAMES[i], Integer.toUnsignedLong(words[STATUS + i]));
    }
    for (int i = 0; i < MipsTrials.ENTRIES; i++) {
      long high = Integer.toUnsignedLong(words[TLB + 2 * i]);
      values.put("tlb[" + i + "]", high << 32 | Integer.toUnsignedLong(words[TLB + 2 * i + 1]));
    }
    List<Integer> cells = MipsDescribed.cells();
    for (int i = 0; i < cells.size(); i++) {
      values.put("M[" + cells.get(i) + "]", Integer.toUnsignedLong(words[STORAGE + i]));
    }
    values.put("epc", Integer.toUnsignedLong(words[EPC]));
    values.put("badvaddr", Integer.toUnsignedLong(words[BADVADDR]));
    return MipsDescribed.comparable(values);
  }

  private static byte[] assembled(Machine machine) {
    SourceFile source = new SourceFile("r3000.asm", source());
    return switch (Codec.of(machine).assembler().assemble(source, 0)) {
      case Assembly.Assembled(var image) -> {
        byte[] bytes = new byte[0xa000];
        image.cells().forEach(c -> bytes[(int) c.address()] = (byte) c.value().toInt());
        yield bytes;
      }
      case Assembly.Rejected(var diagnostics) -> throw new AssertionError(diagnostics.toString());
    };
  }

  /// The program: `k1` is the only register that a handler may use; what it must know between two
  /// situations is in storage.
  private static String source() {
    Text t = new Text();
    t.line(".org 0").line("j save").nop();
    t.line(".org 0x80").line("j save").nop();
    t.line(".org " + PROGRAM);
    t.line("mtc0 zero, status").nop();
    // Entries that match nothing, and a page of BREAKs.
    t.line("lui t0, 0x8000").line("addiu t1, zero, 0");
    t.line("all: mtc0 t0, entryhi").line("mtc0 zero, entrylo").line("mtc0 t1, index").nop();
    t.line("tlbwi").nop().line("addiu t1, t1, 256").line("lui t2, 1").line("srl t2, t2, 2");
    t.line("bne t1, t2, all").line("addiu t0, t0, 0x1000");
    t.line("lui t0, 0x8001")
        .line("addiu t1, t0, 0x1000")
        .line("addiu t2, zero, " + MipsTrials.BREAK);
    t.line("fill: sw t2, 0(t0)").line("addiu t0, t0, 4").line("bne t0, t1, fill").nop();
    // The first situation, and how many there are.
    t.line("lui t0, 0x8010").line("lui t1, 0x8000").line("ori t1, t1, " + OUT);
    t.line("sw t0, -4(t1)");
    t.line("next: lui k1, 0x8000").line("ori k1, k1, " + OUT).line("lw k1, -4(k1)").nop();
    for (int i = 0; i < NAMES.length; i++) {
      if (i != 0 && i != 3 && i != 4 && i != 5) {
        t.line("lw t0, " + 4 * (STATUS + i) + "(k1)").nop().line("mtc0 t0, " + NAMES[i]);
      }
    }
    for (int i = 0; i < MipsTrials.ENTRIES; i++) {
      t.line("lw t0, " + 4 * (TLB + 2 * i) + "(k1)")
          .line("lw t1, " + 4 * (TLB + 2 * i + 1) + "(k1)");
      t.line("addiu t2, zero, " + (i << 8)).line("mtc0 t0, entryhi").line("mtc0 t1, entrylo");
      t.line("mtc0 t2, index").nop().line("tlbwi").nop();
    }
    for (int i = 3; i < NAMES.length; i++) {
      t.line("lw t0, " + 4 * (STATUS + i) + "(k1)").nop().line("mtc0 t0, " + NAMES[i]);
    }
    List<Integer> cells = MipsDescribed.cells();
    t.line("lui t1, 0x8001");
    for (int i = 0; i < cells.size(); i++) {
      t.line("lw t0, " + 4 * (STORAGE + i) + "(k1)").nop();
      t.line("sw t0, " + (4 * cells.get(i) - MipsTrials.CODE) + "(t1)");
    }
    t.line("lw t0, " + 4 * HI + "(k1)").line("lw t1, " + 4 * (HI + 1) + "(k1)").nop();
    t.line("mthi t0").line("mtlo t1");
    // Another process for a moment: GXemul then forgets the translations that it has at hand.
    t.line("lw t0, " + 4 * (STATUS + 3) + "(k1)").nop().line("xori t1, t0, 0x40");
    t.line("mtc0 t1, entryhi").nop().line("mtc0 t0, entryhi");
    // Current becomes previous, so that RFE makes it current.
    t.line("lw t0, " + 4 * STATUS + "(k1)").nop();
    t.line("andi t1, t0, 0x0f").line("sll t1, t1, 2").line("srl t0, t0, 6").line("sll t0, t0, 6");
    t.line("or t0, t0, t1").line("mtc0 t0, status").nop();
    for (int i = 1; i < 32; i++) {
      if (i != MipsTrials.HANDLERS) {
        t.line("lw " + i + ", " + 4 * i + "(k1)");
      }
    }
    t.line("addiu k1, zero, 0").line("jr k0").line("rfe");

    t.line("save: lui k1, 0x8000").line("ori k1, k1, " + OUT);
    for (int i = 1; i < 32; i++) {
      t.line("sw " + i + ", " + 4 * i + "(k1)");
    }
    t.line("mfhi t0")
        .line("sw t0, " + 4 * HI + "(k1)")
        .line("mflo t0")
        .line("sw t0, " + 4 * (HI + 1) + "(k1)");
    for (int i = 0; i < NAMES.length; i++) {
      t.line("mfc0 t0, " + NAMES[i]).nop().line("sw t0, " + 4 * (STATUS + i) + "(k1)");
    }
    t.line("mfc0 t0, epc").nop().line("sw t0, " + 4 * EPC + "(k1)");
    t.line("mfc0 t0, badvaddr").nop().line("sw t0, " + 4 * BADVADDR + "(k1)");
    for (int i = 0; i < MipsTrials.ENTRIES; i++) {
      t.line("addiu t0, zero, " + (i << 8)).line("mtc0 t0, index").nop().line("tlbr").nop();
      t.line("mfc0 t0, entryhi").line("mfc0 t1, entrylo").nop();
      t.line("sw t0, " + 4 * (TLB + 2 * i) + "(k1)")
          .line("sw t1, " + 4 * (TLB + 2 * i + 1) + "(k1)");
    }
    t.line("lui t1, 0x8001");
    for (int i = 0; i < cells.size(); i++) {
      t.line("lw t0, " + (4 * cells.get(i) - MipsTrials.CODE) + "(t1)").nop();
      t.line("sw t0, " + 4 * (STORAGE + i) + "(k1)");
    }
    // Print what differs from the situation: s0 counts, s1 is the situation, s2 what came of it.
    t.line("lw s1, -4(k1)")
        .line("addu s2, k1, zero")
        .line("addiu s0, zero, 0")
        .line("lui s7, 0xb000");
    t.line("addiu t0, zero, 35").line("sb t0, 0(s7)");
    t.line("compare: lw t0, 0(s1)").line("lw t1, 0(s2)").nop().line("beq t0, t1, same").nop();
    t.line("sll s3, s0, 24").line("addiu s4, zero, 2").line("jal digits").nop();
    t.line("lw s3, 0(s2)").line("addiu s4, zero, 8").line("jal digits").nop();
    t.line("same: addiu s0, s0, 1").line("addiu s1, s1, 4").line("addiu t0, zero, " + WORDS);
    t.line("bne s0, t0, compare").line("addiu s2, s2, 4");
    t.line("addiu t0, zero, 10").line("sb t0, 0(s7)");
    t.line("lui k1, 0x8000").line("ori k1, k1, " + OUT).line("sw s1, -4(k1)");
    // Past the last situation, status is zero: none has that.
    t.line("lw t0, " + 4 * MipsTrials.START + "(s1)").nop().line("bne t0, zero, next").nop();
    t.line("sb t0, 16(s7)").line("stop: beq zero, zero, stop").nop();
    t.line("digits: srl t0, s3, 28")
        .line("sltiu t1, t0, 10")
        .line("bne t1, zero, digit")
        .line("addiu t0, t0, 48");
    t.line("addiu t0, t0, 39");
    t.line("digit: sb t0, 0(s7)")
        .line("addiu s4, s4, -1")
        .line("bne s4, zero, digits")
        .line("sll s3, s3, 4");
    t.line("jr ra").nop();
    return t.toString();
  }

  private static final class Text {
    private final StringBuilder out = new StringBuilder();

    Text line(String text) {
      out.append(text).append('\n');
      return this;
    }

    Text nop() {
      return line("sll zero, zero, 0");
    }

    @Override
    public String toString() {
      return out.toString();
    }
  }
}
