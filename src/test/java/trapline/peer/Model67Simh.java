package trapline.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The IBM 360 of R. Cornwell's simulators (github.com/rcornwell/sims) as a Model 67. As with
/// [Hercules]: many situations in one run, laid out in storage, and a small program of the machine
/// itself takes one after the other. The loader takes them as an object deck, and `examine` shows
/// what became of them.
///
///     frame 10, 11   data: their first and last bytes are compared
///     frame 12, 13   code, elsewhere full of SUPERVISOR CALLs
///     frame 14       a segment table and three page tables
final class Model67Simh implements Stepper, AutoCloseable {
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
  static final int CALLED = 0x500;
  static final int REFUSED = 0x540;

  /// The number of the calls in the field.
  static final int FIELD = 0xee;

  private static final int PSW = 64;
  private static final int WHY = 72;
  private static final int INSTRUCTION = 80;
  private static final int AT_EDGE = 88;
  private static final int KEYS = 96;
  private static final int CONTROL = 104;
  private static final int CODES = 120;
  private static final int BYTES = 144;
  private static final int RECORD = BYTES + 4 * END_BYTES + TABLE_BYTES;
  private static final int FIRST = 0x18000;
  private static final int SIZE = 0x40000;
  private static final int MOST = (SIZE - FIRST) / RECORD;

  /// `address: contents`, what it is.
  private static final String PROGRAM =
      """
      050: 7fffffff  the interval timer, far from zero
      058: 0002000000000e58  external new PSW: stop
      060: 0000000000000500  supervisor call new PSW
      068: 0000000000000540  program new PSW
      070: 0002000000000e70  machine check new PSW: stop
      078: 0002000000000e78  input/output new PSW: stop
      208: 00018000          the situation at work
      210: 00000390          their size
      218: 00800000          control register 6: the extended PSW
      220: 00012800          the instruction
      224: 00012ffe          or here
      230: 0002000000000ddd  done
      280: 00010000          blocks of storage
      284: 00010800
      288: 00011000
      28c: 00011800
      290: 00014000
      400: 58d00208          l     13,208       the next situation
      404: 58c00280          l     12,280
      408: d27fc000d090      mvc   0(128,12),144(13)
      40e: d27fcf80d110      mvc   3968(128,12),272(13)
      414: 58c00288          l     12,288
      418: d27fc000d190      mvc   0(128,12),400(13)
      41e: d27fcf80d210      mvc   3968(128,12),528(13)
      424: 58c00290          l     12,290
      428: d2ffc000d290      mvc   0(256,12),656(13)
      42e: 58c00220          l     12,220
      432: d207c000d050      mvc   0(8,12),80(13)
      438: 58c00224          l     12,224
      43c: d207c000d058      mvc   0(8,12),88(13)
      442: 58c00280          l     12,280
      446: 43a0d060          ic    10,96(13)
      44a: 08ac              ssk   10,12
      44c: 58c00284          l     12,284
      450: 43a0d061          ic    10,97(13)
      454: 08ac              ssk   10,12
      456: 58c00288          l     12,288
      45a: 43a0d062          ic    10,98(13)
      45e: 08ac              ssk   10,12
      460: 58c0028c          l     12,28c
      464: 43a0d063          ic    10,99(13)
      468: 08ac              ssk   10,12
      46a: 58c00290          l     12,290
      46e: 43a0d064          ic    10,100(13)
      472: 08ac              ssk   10,12
      474: d20b000cd078      mvc   12(12),120(13)
      47a: d2070200d040      mvc   200(8),64(13)
      480: b800d068          lmc   0,0,104(13)
      484: b822d06c          lmc   2,2,108(13)
      488: b844d070          lmc   4,4,112(13)
      48c: b866d074          lmc   6,6,116(13)
      490: 980fd000          lm    0,15,0(13)
      494: 82000200          lpsw  200
      500: 900f0240          stm   0,15,240      a supervisor call
      504: 58d00208          l     13,208
      508: d207d0400020      mvc   64(8,13),20
      50e: 9201d048          mvi   72(13),1
      512: 47f00580          b     580
      540: 900f0240          stm   0,15,240      a program interruption
      544: 58d00208          l     13,208
      548: d207d0400028      mvc   64(8,13),28
      54e: 9202d048          mvi   72(13),2
      552: 47f00580          b     580
      580: b000d068          stmc  0,0,104(13)
      584: b022d06c          stmc  2,2,108(13)
      588: b044d070          stmc  4,4,112(13)
      58c: b066d074          stmc  6,6,116(13)
      590: b8660218          lmc   6,6,218
      594: 58c00280          l     12,280
      598: 09ac              isk   10,12
      59a: 42a0d060          stc   10,96(13)
      59e: 58c00284          l     12,284
      5a2: 09ac              isk   10,12
      5a4: 42a0d061          stc   10,97(13)
      5a8: 58c00288          l     12,288
      5ac: 09ac              isk   10,12
      5ae: 42a0d062          stc   10,98(13)
      5b2: 58c0028c          l     12,28c
      5b6: 09ac              isk   10,12
      5b8: 42a0d063          stc   10,99(13)
      5bc: 58c00290          l     12,290
      5c0: 09ac              isk   10,12
      5c2: 42a0d064          stc   10,100(13)
      5c6: d20bd078000c      mvc   120(12,13),12
      5cc: d23fd0000240      mvc   0(64,13),240
      5d2: 58c00280          l     12,280
      5d6: d27fd090c000      mvc   144(128,13),0(12)
      5dc: d27fd110cf80      mvc   272(128,13),3968(12)
      5e2: 58c00288          l     12,288
      5e6: d27fd190c000      mvc   400(128,13),0(12)
      5ec: d27fd210cf80      mvc   528(128,13),3968(12)
      5f2: 58c00290          l     12,290
      5f6: d2ffd290c000      mvc   656(256,13),0(12)
      5fc: 5ad00210          a     13,210
      600: 50d00208          st    13,208
      604: 59d0020c          c     13,20c
      608: 47400404          bl    404
      60c: 82000230          lpsw  230
      """;

  private static final String DONE = "all is done";

  private final Path folder = Files.createTempDirectory("ibm360");
  private final Process process;
  private final BufferedReader answers;

  Model67Simh(Path command) throws IOException {
    process = new ProcessBuilder(command.toString()).redirectErrorStream(true).start();
    answers = process.inputReader(ISO_8859_1);
    for (String setting :
        List.of("256k", "ibm360", "dat", "fprot", "notimer", "nofloat", "nodecimal", "noidle")) {
      tell("set cpu " + setting);
    }
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    List<Optional<Cells>> results = new ArrayList<>();
    for (int from = 0; from < situations.size(); from += MOST) {
      results.addAll(few(situations.subList(from, Math.min(from + MOST, situations.size()))));
    }
    return results;
  }

  private List<Optional<Cells>> few(List<Cells> situations) throws IOException {
    int end = FIRST + situations.size() * RECORD;
    ByteBuffer core = ByteBuffer.allocate(end);
    Hercules.load(PROGRAM, core);
    core.putInt(0x20c, end);
    for (int address = CODE & ~0xfff; address < TABLES; address += 2) {
      core.putShort(address, (short) (0x0a00 | FIELD));
    }
    for (int i = 0; i < situations.size(); i++) {
      write(core, FIRST + i * RECORD, situations.get(i));
    }
    run(core);
    List<Optional<Cells>> results = new ArrayList<>();
    for (int i = 0; i < situations.size(); i++) {
      results.add(Optional.of(read(core, FIRST + i * RECORD, situations.get(i))));
    }
    return results;
  }

  /// The cells of the record's bytes, by their place in it.
  static Map<Integer, Integer> cells() {
    Map<Integer, Integer> cells = new TreeMap<>();
    for (int part = 0; part < ENDS.size(); part++) {
      for (int i = 0; i < END_BYTES; i += 4) {
        cells.put(BYTES + part * END_BYTES + i, (ENDS.get(part) + i) / 4);
      }
    }
    for (int i = 0; i < TABLE_BYTES; i += 4) {
      cells.put(BYTES + 4 * END_BYTES + i, (TABLES + i) / 4);
    }
    for (int i = 0; i < 12; i += 4) {
      cells.put(CODES + i, (12 + i) / 4);
    }
    return cells;
  }

  static boolean isExtended(long cr6) {
    return (cr6 >> 23 & 1) == 1;
  }

  private static void write(ByteBuffer core, int at, Cells s) {
    for (int r = 0; r < 16; r++) {
      core.putInt(at + 4 * r, (int) s.at("gr", r));
    }
    core.putLong(at + PSW, image(s.at("psw"), isExtended(s.at("cr6"))));
    core.putInt(at + INSTRUCTION, (int) s.at("E", CODE / 4));
    core.putInt(at + INSTRUCTION + 4, (int) s.at("E", CODE / 4 + 1));
    core.putShort(at + AT_EDGE, (short) s.at("E", EDGE / 4));
    core.putInt(at + AT_EDGE + 2, (int) s.at("E", EDGE / 4 + 1));
    core.putShort(at + AT_EDGE + 6, (short) (s.at("E", EDGE / 4 + 2) >> 16));
    for (int i = 0; i < BLOCKS.size(); i++) {
      core.put(at + KEYS + i, (byte) (s.at("skey", BLOCKS.get(i) / 2048) << 1));
    }
    for (int i = 0; i < 4; i++) {
      core.putInt(at + CONTROL + 4 * i, (int) s.at("cr" + 2 * i));
    }
    cells().forEach((place, cell) -> core.putInt(at + place, (int) s.at("E", cell)));
  }

  /// The description's PSW as it is loaded.
  private static long image(long psw, boolean extended) {
    long high = psw >> 40 & 0xffff;
    long codes = psw >> 34 & 0x3f;
    return extended
        ? high << 48 | codes << 40 | psw & 0xffffffffL
        : high << 48 | codes << 24 | psw & 0xffffff;
  }

  private static Cells read(ByteBuffer core, int at, Cells before) {
    TreeMap<String, Long> after = new TreeMap<>(before.values());
    for (int r = 0; r < 16; r++) {
      after.put("gr[" + r + "]", core.getInt(at + 4 * r) & 0xffffffffL);
    }
    cells()
        .forEach(
            (place, cell) -> after.put("E[" + cell + "]", core.getInt(at + place) & 0xffffffffL));
    for (int i = 0; i < 4; i++) {
      after.put("cr" + 2 * i, core.getInt(at + CONTROL + 4 * i) & 0xffffffffL);
    }
    int opcode = opcode(before);
    for (int i = 0; i < BLOCKS.size(); i++) {
      String name = "skey[" + BLOCKS.get(i) / 2048 + "]";
      long key = core.get(at + KEYS + i) >> 1 & 0x7f;
      // a reference sets bits on the machine; SSK and ISK refer to no data
      boolean isQuiet = (opcode == 8 || opcode == 9) && BLOCKS.get(i) != TABLES;
      after.put(name, isQuiet ? key : key & 0x7c | before.at(name) & 3);
    }
    long old = core.getLong(at + PSW);
    boolean extended = isExtended(after.get("cr6"));
    long codes = after.get("E[4]");
    if (core.get(at + WHY) == 2) {
      after.put("E[10]", old >>> 32);
      after.put("E[11]", old & 0xffffffffL);
      after.put("psw", (long) REFUSED);
    } else if ((extended ? codes >> 16 : old >> 32 & 0xffff) != FIELD) {
      after.put("E[8]", old >>> 32);
      after.put("E[9]", old & 0xffffffffL);
      after.put("psw", (long) CALLED);
    } else {
      after.put("E[4]", codes & 0xffff);
      long flags = old >>> (extended ? 40 : 24) & 0x3f;
      long ia = (old & 0xffffffffL) - 2 & 0xffffff;
      after.put("psw", old >>> 48 << 40 | flags << 34 | ia);
    }
    return new Cells(after);
  }

  /// Without the length of the last instruction in the PSW, which nothing but an interruption or
  /// BAL ever shows, and these show their own.
  static Cells visible(Cells s) {
    return s.with(Map.of("psw", s.at("psw") & ~(3L << 32)));
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
  private void run(ByteBuffer core) throws IOException {
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
    if (after.getInt(0x208) != core.getInt(0x20c)) {
      throw new IOException("stopped early: " + said);
    }
    core.put(FIRST, after, FIRST, core.capacity() - FIRST);
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
