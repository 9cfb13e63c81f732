package trapline.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The IBM 360 of R. Cornwell's simulators (github.com/rcornwell/sims) as a Model 67. Its loader
/// takes the situations as an object deck, and `examine` shows what became of them.
///
///     frame 10, 11   data: their first and last bytes are compared
///     frame 12, 13   code, elsewhere full of SUPERVISOR CALLs
///     frame 14       a segment table and three page tables
final class Model67Simh extends Mainframe implements AutoCloseable {
  static final int DATA = 0x10000;
  static final int CODE = 0x12800;

  /// The last halfword of a page: an instruction here goes on in the next.
  static final int EDGE = 0x12ffe;

  static final int TABLES = 0x14000;
  static final int TABLE_BYTES = 256;

  /// What is compared of data, at both ends of both frames.
  static final int END_BYTES = 128;

  static final List<Integer> ENDS = List.of(DATA, DATA + 0xf80, DATA + 0x1000, DATA + 0x1f80);
  static final List<Integer> BLOCKS =
      List.of(DATA, DATA + 0x800, DATA + 0x1000, DATA + 0x1800, TABLES);
  static final Layout LAYOUT =
      new Layout(
          END_BYTES,
          Stream.concat(ENDS.stream(), Stream.of(TABLES, TABLES + END_BYTES)).toList(),
          BLOCKS);

  /// The number of the calls in the field.
  static final int FIELD = 0xee;

  private static final int INSTRUCTION = BESIDES;
  private static final int AT_EDGE = BESIDES + 8;
  private static final int CONTROL = BESIDES + 16;
  private static final int CODES = BESIDES + 32;
  private static final int FIRST = 0x18000;
  private static final int SIZE = 0x40000;

  /// `address: contents`, what it is.
  private static final String PROGRAM =
      """
      050: 7fffffff          the interval timer, far from zero
      060: 0000000000000500  supervisor call new PSW
      068: 0000000000000540  program new PSW
      214: 00012800          the instruction
      220: 00012ffe          or here
      224: 00800000          control register 6: the extended PSW
      600: 58c00214          l     12,214
      604: d207c000d060      mvc   0(8,12),96(13)
      60a: 58c00220          l     12,220
      60e: d207c000d068      mvc   0(8,12),104(13)
      614: d20b000cd080      mvc   c(12),128(13)
      61a: b800d070          lmc   0,0,112(13)
      61e: b822d074          lmc   2,2,116(13)
      622: b844d078          lmc   4,4,120(13)
      626: b866d07c          lmc   6,6,124(13)
      62a: 07fe              br    14
      6c0: b000d070          stmc  0,0,112(13)
      6c4: b022d074          stmc  2,2,116(13)
      6c8: b044d078          stmc  4,4,120(13)
      6cc: b066d07c          stmc  6,6,124(13)
      6d0: b8660224          lmc   6,6,224
      6d4: d20bd080000c      mvc   128(12,13),c
      6da: 07fe              br    14
      """;

  private static final String DONE = "all is done";

  private final Path folder = Files.createTempDirectory("ibm360");
  private final Process process;
  private final BufferedReader answers;

  Model67Simh(Path command) throws IOException {
    super(LAYOUT, FIRST, SIZE, Integer.MAX_VALUE);
    process = new ProcessBuilder(command.toString()).redirectErrorStream(true).start();
    answers = process.inputReader(ISO_8859_1);
    for (String setting :
        List.of("256k", "ibm360", "dat", "fprot", "notimer", "nofloat", "nodecimal", "noidle")) {
      tell("set cpu " + setting);
    }
  }

  /// The description's names of what a situation consists of.
  static List<String> names() {
    List<String> names = LAYOUT.names();
    names.add("wide");
    for (int i = 0; i < 8; i += 2) {
      names.add("cr" + i);
    }
    for (int i : new int[] {3, 4, 5, 8, 9, 10, 11, 24, 25, 26, 27}) {
      names.add(cell(i));
    }
    for (int i = 0; i < 3; i++) {
      names.add(cell(CODE / 4 + i));
      names.add(cell(EDGE / 4 + i));
    }
    return names;
  }

  static boolean isExtended(long cr6) {
    return (cr6 >> 23 & 1) == 1;
  }

  @Override
  void furnish(ByteBuffer core) {
    load(PROGRAM, core);
    calls(FIELD, CODE & ~0xfff, TABLES, core);
  }

  @Override
  void write(ByteBuffer record, Cells s) {
    record.putInt(INSTRUCTION, (int) s.at("E", CODE / 4));
    record.putInt(INSTRUCTION + 4, (int) s.at("E", CODE / 4 + 1));
    record.putShort(AT_EDGE, (short) s.at("E", EDGE / 4));
    record.putInt(AT_EDGE + 2, (int) s.at("E", EDGE / 4 + 1));
    record.putShort(AT_EDGE + 6, (short) (s.at("E", EDGE / 4 + 2) >> 16));
    for (int i = 0; i < 4; i++) {
      record.putInt(CONTROL + 4 * i, (int) s.at("cr" + 2 * i));
    }
    for (int i = 0; i < 3; i++) {
      record.putInt(CODES + 4 * i, (int) s.at("E", 3 + i));
    }
  }

  @Override
  boolean isExtended(Cells s) {
    return isExtended(s.at("cr6"));
  }

  @Override
  void read(ByteBuffer record, Cells before, boolean isRefused, long old, Map<String, Long> after) {
    for (int i = 0; i < 4; i++) {
      after.put("cr" + 2 * i, word(record, CONTROL + 4 * i));
    }
    for (int i = 0; i < 3; i++) {
      after.put(cell(3 + i), word(record, CODES + 4 * i));
    }
    int opcode = opcode(before);
    for (int block : BLOCKS) {
      // a reference sets bits on the machine; SSK and ISK refer to no data
      boolean isQuiet = (opcode == 8 || opcode == 9) && block != TABLES;
      after.compute(key(block), (name, key) -> isQuiet ? key : key & 0x7c | before.at(name) & 3);
    }
    boolean extended = isExtended(after.get("cr6"));
    long codes = after.get(cell(4));
    if (isRefused) {
      store(old, 10, after);
      after.put("psw", (long) REFUSED);
    } else if ((extended ? codes >> 16 : old >> 32 & 0xffff) != FIELD) {
      store(old, 8, after);
      after.put("psw", (long) CALLED);
    } else {
      after.put(cell(4), codes & 0xffff);
      long flags = old >>> (extended ? 40 : 24) & 0x3f;
      long ia = (old & 0xffffffffL) - 2 & 0xffffff;
      after.put("psw", old >>> 48 << 40 | flags << 34 | ia);
    }
  }

  /// Of the instruction, wherever it is.
  static int opcode(Cells s) {
    return (int)
        ((s.at("psw") & 0xfff) == (EDGE & 0xfff)
            ? s.at("E", EDGE / 4) >> 8 & 0xff
            : s.at("E", CODE / 4) >> 24);
  }

  /// From storage before to storage after. Starting the simulator takes half a second, so one
  /// serves all runs.
  @Override
  ByteBuffer run(ByteBuffer core) throws IOException {
    Path deck = folder.resolve("deck");
    Path commands = folder.resolve("commands");
    Files.write(deck, deck(core));
    Files.writeString(
        commands,
        """
        reset cpu
        load %s
        deposit pc 400
        step 100000
        examine -f 208-20b
        examine -f %x-%x
        echo %s
        """
            .formatted(deck, FIRST, core.capacity() - 1, DONE));
    tell("do " + commands);
    ByteBuffer after = ByteBuffer.allocate(SIZE);
    StringBuilder said = new StringBuilder();
    for (String line = answers.readLine(); !DONE.equals(line); line = answers.readLine()) {
      if (line == null) {
        throw new IOException("ended: " + said);
      }
      if (line.matches("[0-9A-F]+:\\t[0-9A-F]{8}")) {
        String[] words = line.split(":\\t", -1);
        after.putInt(Integer.parseInt(words[0], 16), Integer.parseUnsignedInt(words[1], 16));
      } else {
        said.append(line).append('\n');
      }
    }
    if (!isDone(core, after)) {
      throw new IOException("stopped early: " + said);
    }
    return after;
  }

  private void tell(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(ISO_8859_1));
    process.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    for (String name : List.of("deck", "commands")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
  }

  /// As TXT cards of 56 bytes.
  private static byte[] deck(ByteBuffer core) {
    int cards = (core.capacity() + 55) / 56;
    ByteBuffer deck = ByteBuffer.allocate(80 * cards);
    for (int i = 0; i < cards; i++) {
      int at = 56 * i;
      int length = Math.min(56, core.capacity() - at);
      deck.putInt(80 * i, 0x02e3e7e3);
      deck.putInt(80 * i + 4, at);
      deck.putShort(80 * i + 10, (short) length);
      deck.put(80 * i + 16, core, at, length);
    }
    return deck.array();
  }
}
