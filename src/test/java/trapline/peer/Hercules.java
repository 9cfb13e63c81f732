package trapline.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Hercules (Debian's `hercules`) in its System/370 mode.
final class Hercules extends Mainframe {
  static final int CODE = 0x11000;

  /// What there is of storage. Addresses from here on are none, to the description as well.
  static final int SIZE = 8 << 20;

  /// Bytes of a piece of storage.
  static final int PIECE = 256;

  /// Old and new PSWs of supervisor calls and program interruptions, and the words in which EC mode
  /// has their codes.
  private static final int[] PERMANENT = {
    8, 9, 10, 11, 24, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39
  };

  private static final Path COMMAND = Path.of("/usr/bin/hercules");
  private static final int FIRST = 0x20000;

  private static final int INSTRUCTION = BESIDES;
  private static final int COMPARATOR = BESIDES + 8;
  private static final int NEW = BESIDES + 16;
  private static final int CONTROL = BESIDES + 32;
  private static final int CODES = BESIDES + 96;

  /// So many in one run. Where there were more, now and then one of them was not refused a fetch
  /// that its keys forbid; why is not known.
  private static final int MOST = 1000;

  /// `address: contents`, what it is.
  private static final String PROGRAM =
      """
      214: 00011000          the instruction
      600: b20d0000          ptlb
      604: b70fd080          lctl  0,15,128(13)
      608: b206d068          sckc  104(13)
      60c: d20f0060d070      mvc   60(16),112(13)
      612: d21f0080d0c0      mvc   80(32),192(13)
      618: 58b00214          l     11,214
      61c: d205b000d060      mvc   0(6,11),96(13)
      622: 07fe              br    14
      6c0: b60fd080          stctl 0,15,128(13)
      6c4: b207d068          stckc 104(13)
      6c8: d21fd0c00080      mvc   192(32,13),80
      6ce: 07fe              br    14
      """;

  private Hercules(Layout layout) {
    super(layout, FIRST, SIZE, MOST);
  }

  static Optional<Hercules> installed(Layout layout) {
    return Files.isExecutable(COMMAND) ? Optional.of(new Hercules(layout)) : Optional.empty();
  }

  /// The description's names of what a situation consists of.
  static List<String> names(Layout layout) {
    List<String> names = layout.names();
    names.add("comparator");
    for (int r = 0; r < 16; r++) {
      names.add(control(r));
    }
    for (int i : PERMANENT) {
      names.add(cell(i));
    }
    names.add(cell(CODE / 4));
    names.add(cell(CODE / 4 + 1));
    return names;
  }

  static String control(int n) {
    return n < 2 ? "cr" + n : "crx[" + n + "]";
  }

  @Override
  void furnish(ByteBuffer core) {
    load(PROGRAM, core);
    calls(0x0a, CODE, FIRST, core);
  }

  @Override
  void write(ByteBuffer record, Cells s) {
    record.putInt(INSTRUCTION, (int) s.at("E", CODE / 4));
    record.putShort(INSTRUCTION + 4, (short) (s.at("E", CODE / 4 + 1) >> 16));
    record.putLong(COMPARATOR, s.at("comparator"));
    for (int i = 0; i < 4; i++) {
      record.putInt(NEW + 4 * i, (int) s.at("E", 24 + i));
    }
    for (int r = 0; r < 16; r++) {
      record.putInt(CONTROL + 4 * r, (int) s.at(control(r)));
    }
    for (int i = 0; i < 8; i++) {
      record.putInt(CODES + 4 * i, (int) s.at("E", 32 + i));
    }
  }

  @Override
  boolean isExtended(Cells s) {
    return (s.at("psw") >> 43 & 1) == 1;
  }

  private static boolean isExtended(long image) {
    return (image >> 51 & 1) == 1;
  }

  /// The description's PSW.
  private static long psw(long image, long length) {
    long low = image >> (isExtended(image) ? 40 : 24) & 0x3f;
    return image >>> 48 << 40 | low << 34 | length << 32 | image & 0xffffff;
  }

  @Override
  void read(ByteBuffer record, Cells before, boolean isRefused, long old, Map<String, Long> after) {
    for (int r = 0; r < 16; r++) {
      after.put(control(r), word(record, CONTROL + 4 * r));
    }
    after.put("comparator", record.getLong(COMPARATOR));
    int opcode = (int) (before.at("E", CODE / 4) >> 24);
    for (int i = 0; i < 8; i++) {
      if (i != 2 || (!isRefused && opcode == 0x0a)) {
        after.put(cell(32 + i), word(record, CODES + 4 * i));
      }
    }
    // references set bits in the other keys, and in BC mode ISK does not give them
    for (int frame : layout.frames()) {
      after.compute(
          key(frame), (name, key) -> MainframeStorage.isUntouched(frame) ? key : key & 0x7c);
    }
    long length = opcode < 0x40 ? 1 : opcode < 0xc0 ? 2 : 3;
    if (isRefused) {
      store(old, 10, after);
      long code = isExtended(old) ? after.get(cell(35)) & 0xffff : old >> 32 & 0xffff;
      after.put("psw", loaded(before, 26, hasCompleted(code, opcode) ? length : 0));
    } else if (opcode == 0x0a) {
      store(old, 8, after);
      after.put("psw", loaded(before, 24, 0));
    } else {
      after.put("psw", psw(old & ~0xffffffL | old - 2 & 0xffffff, length));
    }
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

  @Override
  ByteBuffer run(ByteBuffer core) throws IOException {
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
          if (isDone(core, after)) {
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
