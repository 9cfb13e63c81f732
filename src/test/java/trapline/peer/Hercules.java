package trapline.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Hercules (Debian's `hercules`) in its System/370 mode. Many situations in one run: they are laid
/// out in storage, and a small program of the machine itself takes one after the other, sets
/// everything up, loads the PSW, and puts down what it finds at the next interruption. Around the
/// instruction storage is full of SUPERVISOR CALLs, so that there is an interruption wherever it
/// goes on.
final class Hercules implements Stepper {
  static final int CODE = 0x11000;
  static final int CALLED = 0x500;
  static final int REFUSED = 0x540;

  /// What there is of storage. Addresses from here on are none, to the description as well.
  static final int SIZE = 8 << 20;

  /// A situation's storage: pieces of [#PIECE] bytes, and frames that have a key of their own.
  record Layout(List<Integer> pieces, List<Integer> frames) {
    /// The description's names of what a situation consists of.
    List<String> names() {
      List<String> names = new ArrayList<>(List.of("psw", "ended", "part", "comparator"));
      for (int r = 0; r < 16; r++) {
        names.add("gr[" + r + "]");
        names.add(control(r));
      }
      frames.forEach(frame -> names.add(key(frame)));
      for (int i : PERMANENT) {
        names.add("E[" + i + "]");
      }
      names.add("E[" + CODE / 4 + "]");
      names.add("E[" + (CODE / 4 + 1) + "]");
      for (int piece : pieces) {
        for (int i = 0; i < PIECE; i += 4) {
          names.add("E[" + (piece + i) / 4 + "]");
        }
      }
      return names;
    }
  }

  static final int PIECE = 256;

  /// Old and new PSWs of supervisor calls and program interruptions, and the words in which EC mode
  /// has their codes.
  private static final int[] PERMANENT = {
    8, 9, 10, 11, 24, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39
  };

  private static final Path COMMAND = Path.of("/usr/bin/hercules");
  private static final int FIRST = 0x20000;
  private static final int HEAD = 256;

  /// So many in one run. Where there were more, now and then one of them was not refused a fetch
  /// that its keys forbid; why is not known.
  private static final int MOST = 1000;

  /// `address: contents`, what it is.
  private static final String PROGRAM =
      """
      000: 0000000000000400  restart new PSW
      058: 0002000000000e58  external new PSW: stop
      070: 0002000000000e70  machine check new PSW: stop
      078: 0002000000000e78  input/output new PSW: stop
      208: 00020000          the situation at work; 20c: the last one's end, 210: their size
      214: 00011000          the instruction; 218: how many pieces, 21c: how many frames
      230: 0002000000000ddd  done; from 280 on the pieces, from 2a0 on the frames
      400: 58d00208          l     13,208       the next situation
      404: b20d0000          ptlb
      408: b70fd080          lctl  0,15,128(13)
      40c: b206d060          sckc  96(13)
      410: d20f0060d068      mvc   60(16),104(13)
      416: d21f0080d0c0      mvc   80(32),192(13)
      41c: 58e00218          l     14,218
      420: 41c0d100          la    12,256(13)
      424: 1baa              sr    10,10
      426: 58ba0280          l     11,280(10)
      42a: d2ffb000c000      mvc   0(256,11),0(12)
      430: 41c0c100          la    12,256(12)
      434: 41a0a004          la    10,4(10)
      438: 46e00426          bct   14,426
      43c: 58e0021c          l     14,21c
      440: 41c0d050          la    12,80(13)
      444: 1baa              sr    10,10
      446: 58ba02a0          l     11,2a0(10)
      44a: 4390c000          ic    9,0(12)
      44e: 089b              ssk   9,11
      450: 41c0c001          la    12,1(12)
      454: 41a0a004          la    10,4(10)
      458: 46e00446          bct   14,446
      45c: 58b00214          l     11,214
      460: d205b000d048      mvc   0(6,11),72(13)
      466: d2070200d040      mvc   200(8),64(13)
      46c: 980fd000          lm    0,15,0(13)
      470: 82000200          lpsw  200
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
      580: d23fd0000240      mvc   0(64,13),240
      586: b60fd080          stctl 0,15,128(13)
      58a: b207d060          stckc 96(13)
      58e: d21fd0c00080      mvc   192(32,13),80
      594: 58e00218          l     14,218
      598: 41c0d100          la    12,256(13)
      59c: 1baa              sr    10,10
      59e: 58ba0280          l     11,280(10)
      5a2: d2ffc000b000      mvc   0(256,12),0(11)
      5a8: 41c0c100          la    12,256(12)
      5ac: 41a0a004          la    10,4(10)
      5b0: 46e0059e          bct   14,59e
      5b4: 58e0021c          l     14,21c
      5b8: 41c0d050          la    12,80(13)
      5bc: 1baa              sr    10,10
      5be: 58ba02a0          l     11,2a0(10)
      5c2: 1b99              sr    9,9
      5c4: 099b              isk   9,11
      5c6: 4290c000          stc   9,0(12)
      5ca: 41c0c001          la    12,1(12)
      5ce: 41a0a004          la    10,4(10)
      5d2: 46e005be          bct   14,5be
      5d6: 5ad00210          a     13,210
      5da: 50d00208          st    13,208
      5de: 59d0020c          c     13,20c
      5e2: 47400404          bl    404
      5e6: 82000230          lpsw  230
      """;

  private final Layout layout;
  private final int record;

  private Hercules(Layout layout) {
    this.layout = layout;
    record = HEAD + layout.pieces.size() * PIECE;
  }

  static Optional<Hercules> installed(Layout layout) {
    return Files.isExecutable(COMMAND) ? Optional.of(new Hercules(layout)) : Optional.empty();
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    List<Optional<Cells>> results = new ArrayList<>();
    int most = Math.min(MOST, (SIZE - FIRST) / record);
    for (int from = 0; from < situations.size(); from += most) {
      results.addAll(few(situations.subList(from, Math.min(from + most, situations.size()))));
    }
    return results;
  }

  private List<Optional<Cells>> few(List<Cells> situations) throws IOException {
    int end = FIRST + situations.size() * record;
    ByteBuffer core = ByteBuffer.allocate(end);
    load(PROGRAM, core);
    core.putInt(0x20c, end);
    core.putInt(0x210, record);
    words(core, 0x218, 0x280, layout.pieces);
    words(core, 0x21c, 0x2a0, layout.frames);
    for (int address = CODE; address < FIRST; address += 2) {
      core.putShort(address, (short) 0x0a0a);
    }
    for (int i = 0; i < situations.size(); i++) {
      write(core, FIRST + i * record, situations.get(i));
    }
    ByteBuffer after = run(core);
    List<Optional<Cells>> results = new ArrayList<>();
    for (int i = 0; i < situations.size(); i++) {
      results.add(Optional.of(read(after, FIRST + i * record, situations.get(i))));
    }
    return results;
  }

  /// Lines of `address: contents`, what it is.
  static void load(String program, ByteBuffer core) {
    program
        .lines()
        .forEach(line -> {
          String[] words = line.split("\\s+");
          core.put(
              Integer.parseInt(words[0].replace(":", ""), 16), HexFormat.of().parseHex(words[1]));
        });
  }

  private static void words(ByteBuffer core, int count, int at, List<Integer> words) {
    core.putInt(count, words.size());
    for (int i = 0; i < words.size(); i++) {
      core.putInt(at + 4 * i, words.get(i));
    }
  }

  static String control(int n) {
    return n < 2 ? "cr" + n : "crx[" + n + "]";
  }

  static String key(int frame) {
    return "skey[" + frame / 2048 + "]";
  }

  private void write(ByteBuffer core, int at, Cells s) {
    for (int r = 0; r < 16; r++) {
      core.putInt(at + 4 * r, (int) s.at("gr", r));
      core.putInt(at + 128 + 4 * r, (int) s.at(control(r)));
    }
    core.putLong(at + 64, image(s.at("psw")));
    core.putInt(at + 72, (int) s.at("E", CODE / 4));
    core.putShort(at + 76, (short) (s.at("E", CODE / 4 + 1) >> 16));
    for (int i = 0; i < layout.frames.size(); i++) {
      core.put(at + 80 + i, (byte) (s.at(key(layout.frames.get(i))) << 1));
    }
    core.putLong(at + 96, s.at("comparator"));
    for (int i = 0; i < 4; i++) {
      core.putInt(at + 104 + 4 * i, (int) s.at("E", 24 + i));
    }
    for (int i = 0; i < 8; i++) {
      core.putInt(at + 192 + 4 * i, (int) s.at("E", 32 + i));
    }
    for (int p = 0; p < layout.pieces.size(); p++) {
      for (int i = 0; i < PIECE; i += 4) {
        core.putInt(at + HEAD + p * PIECE + i, (int) s.at("E", (layout.pieces.get(p) + i) / 4));
      }
    }
  }

  /// The description's PSW as it is stored, and back.
  private static long image(long psw) {
    boolean extended = (psw >> 43 & 1) == 1;
    long high = psw >> 40 & 0xffff;
    return high << 48 | (psw >> 34 & 0x3f) << (extended ? 40 : 24) | psw & 0xffffff;
  }

  private static boolean isExtended(long image) {
    return (image >> 51 & 1) == 1;
  }

  private static long psw(long image, long length) {
    long low = image >> (isExtended(image) ? 40 : 24) & 0x3f;
    return image >>> 48 << 40 | low << 34 | length << 32 | image & 0xffffff;
  }

  private Cells read(ByteBuffer core, int at, Cells before) {
    TreeMap<String, Long> after = new TreeMap<>(before.values());
    for (int r = 0; r < 16; r++) {
      after.put("gr[" + r + "]", word(core, at + 4 * r));
      after.put(control(r), word(core, at + 128 + 4 * r));
    }
    after.put("comparator", core.getLong(at + 96));
    for (int p = 0; p < layout.pieces.size(); p++) {
      for (int i = 0; i < PIECE; i += 4) {
        after.put(
            "E[" + (layout.pieces.get(p) + i) / 4 + "]", word(core, at + HEAD + p * PIECE + i));
      }
    }
    boolean refused = core.get(at + 72) == 2;
    int opcode = (int) (before.at("E", CODE / 4) >> 24);
    for (int i = 32; i < 40; i++) {
      if (i != 34 || (!refused && opcode == 0x0a)) {
        after.put("E[" + i + "]", word(core, at + 192 + 4 * (i - 32)));
      }
    }
    for (int i = 0; i < layout.frames.size(); i++) {
      // references set bits in the other keys, and in BC mode ISK does not give them
      int told = MainframeStorage.isUntouched(layout.frames.get(i)) ? 0x7f : 0x7c;
      after.put(key(layout.frames.get(i)), (long) core.get(at + 80 + i) >> 1 & told);
    }
    long old = core.getLong(at + 64);
    long length = opcode < 0x40 ? 1 : opcode < 0xc0 ? 2 : 3;
    if (refused) {
      after.put("E[10]", old >>> 32);
      after.put("E[11]", old & 0xffffffffL);
      long code = isExtended(old) ? word(core, at + 192 + 12) & 0xffff : old >> 32 & 0xffff;
      after.put("psw", loaded(before, 26, hasCompleted(code, opcode) ? length : 0));
    } else if (opcode == 0x0a) {
      after.put("E[8]", old >>> 32);
      after.put("E[9]", old & 0xffffffffL);
      after.put("psw", loaded(before, 24, 0));
    } else {
      after.put("psw", psw(old & ~0xffffffL | old - 2 & 0xffffff, length));
    }
    return new Cells(after);
  }

  private static long word(ByteBuffer core, int at) {
    return core.getInt(at) & 0xffffffffL;
  }

  /// A new PSW.
  private static long loaded(Cells before, int at, long length) {
    return psw(before.at("E", at) << 32 | before.at("E", at + 1), length);
  }

  /// Only an instruction that completed leaves its length in the current PSW: overflow, CVB's
  /// divide exception, a system mask that EC mode does not have.
  private static boolean hasCompleted(long code, int opcode) {
    boolean mask = opcode == 0x80 || opcode == 0xac || opcode == 0xad;
    return code == 8 || code == 9 && opcode == 0x4f || code == 6 && mask;
  }

  private static ByteBuffer run(ByteBuffer core) throws IOException {
    Path folder = Files.createTempDirectory("hercules");
    try {
      Path configuration = folder.resolve("cnf");
      Path commands = folder.resolve("rc");
      Files.writeString(
          configuration,
          """
          CPUSERIAL 000001
          CPUMODEL 0148
          MAINSIZE %d
          NUMCPU 1
          ARCHMODE S/370
          CNSLPORT 0
          OSTAILOR QUIET
          000C 3505 %s eof ascii
          """
              .formatted(SIZE >> 20, configuration));
      Files.write(folder.resolve("before"), core.array());
      for (int seconds = 1; seconds <= 64; seconds *= 2) {
        Files.writeString(
            commands,
            "loadcore "
                + folder.resolve("before")
                + "\nrestart\npause "
                + seconds
                + "\nsavecore "
                + folder.resolve("after")
                + " 0 %x\nquit\n".formatted(core.capacity() - 1));
        var builder =
            new ProcessBuilder(COMMAND.toString(), "-d", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("HERCULES_RC", commands.toString());
        Process process = builder.start();
        String log =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        // nothing is saved of a processor that still runs
        if (Files.exists(folder.resolve("after"))) {
          ByteBuffer after = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("after")));
          if (after.getInt(0x208) == core.getInt(0x20c)) {
            return after;
          }
        }
        System.err.println(log);
      }
      throw new IOException("not done in time");
    } finally {
      for (String name : List.of("cnf", "rc", "before", "after")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }
}
