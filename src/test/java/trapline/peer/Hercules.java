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
  static final int ZONE = 0x10000;
  static final int ZONE_BYTES = 768;
  static final int CALLED = 0x500;
  static final int REFUSED = 0x540;

  private static final Path COMMAND = Path.of("/usr/bin/hercules");
  private static final int FIRST = 0x20000;
  private static final int RECORD = 128 + ZONE_BYTES;
  private static final int SIZE = 16 << 20;
  static final int MOST = (SIZE - FIRST) / RECORD;

  /// `address: contents`, what it is.
  private static final String PROGRAM =
      """
      000: 0000000000000400  restart new PSW
      058: 0002000000000e58  external new PSW: stop
      060: 0000000000000500  supervisor call new PSW
      068: 0000000000000540  program new PSW
      070: 0002000000000e70  machine check new PSW: stop
      078: 0002000000000e78  input/output new PSW: stop
      208: 00020000          the situation at work
      210: 00000380          their size
      214: 00010000          the zone
      220: 00011000          the instruction
      230: 0002000000000ddd  done
      400: 58d00208          l     13,208       the next situation
      404: 58c00214          l     12,214
      408: d2ffc000d080      mvc   0(256,12),128(13)
      40e: d2ffc100d180      mvc   256(256,12),384(13)
      414: d2ffc200d280      mvc   512(256,12),640(13)
      41a: 58b00220          l     11,220
      41e: d205b000d048      mvc   0(6,11),72(13)
      424: 43a0d050          ic    10,80(13)
      428: 08ac              ssk   10,12
      42a: d2070200d040      mvc   200(8),64(13)
      430: 980fd000          lm    0,15,0(13)
      434: 82000200          lpsw  200
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
      586: 58c00214          l     12,214
      58a: 1baa              sr    10,10
      58c: 09ac              isk   10,12
      58e: 42a0d050          stc   10,80(13)
      592: d2ffd080c000      mvc   128(256,13),0(12)
      598: d2ffd180c100      mvc   384(256,13),256(12)
      59e: d2ffd280c200      mvc   640(256,13),512(12)
      5a4: 5ad00210          a     13,210
      5a8: 50d00208          st    13,208
      5ac: 59d0020c          c     13,20c
      5b0: 47400404          bl    404
      5b4: 82000230          lpsw  230
      """;

  static Optional<Hercules> installed() {
    return Files.isExecutable(COMMAND) ? Optional.of(new Hercules()) : Optional.empty();
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    List<Optional<Cells>> results = new ArrayList<>();
    for (int from = 0; from < situations.size(); from += MOST) {
      results.addAll(few(situations.subList(from, Math.min(from + MOST, situations.size()))));
    }
    return results;
  }

  private static List<Optional<Cells>> few(List<Cells> situations) throws IOException {
    int end = FIRST + situations.size() * RECORD;
    ByteBuffer core = ByteBuffer.allocate(end);
    PROGRAM
        .lines()
        .forEach(line -> {
          String[] words = line.split("\\s+");
          core.put(
              Integer.parseInt(words[0].replace(":", ""), 16), HexFormat.of().parseHex(words[1]));
        });
    core.putInt(0x20c, end);
    for (int address = CODE; address < FIRST; address += 2) {
      core.putShort(address, (short) 0x0a0a);
    }
    for (int i = 0; i < situations.size(); i++) {
      write(core, FIRST + i * RECORD, situations.get(i));
    }
    ByteBuffer after = run(core);
    List<Optional<Cells>> results = new ArrayList<>();
    for (int i = 0; i < situations.size(); i++) {
      results.add(Optional.of(read(after, FIRST + i * RECORD, situations.get(i))));
    }
    return results;
  }

  private static void write(ByteBuffer core, int at, Cells s) {
    for (int r = 0; r < 16; r++) {
      core.putInt(at + 4 * r, (int) s.at("gr", r));
    }
    core.putLong(at + 64, image(s.at("psw"), 0));
    core.putInt(at + 72, (int) s.at("E", CODE / 4));
    core.putShort(at + 76, (short) (s.at("E", CODE / 4 + 1) >> 16));
    core.put(at + 80, (byte) (s.at("skey", ZONE / 2048) << 1));
    for (int i = 0; i < ZONE_BYTES / 4; i++) {
      core.putInt(at + 128 + 4 * i, (int) s.at("E", ZONE / 4 + i));
    }
  }

  /// The description's PSW as it is stored.
  private static long image(long psw, int code) {
    long high = psw >> 40 & 0xffff;
    return high << 48
        | (long) code << 32
        | (psw >> 32 & 3) << 30
        | (psw >> 34 & 0x3f) << 24
        | psw & 0xffffff;
  }

  private static Cells read(ByteBuffer core, int at, Cells before) {
    TreeMap<String, Long> after = new TreeMap<>(before.values());
    for (int r = 0; r < 16; r++) {
      after.put("gr[" + r + "]", core.getInt(at + 4 * r) & 0xffffffffL);
    }
    for (int i = 0; i < ZONE_BYTES / 4; i++) {
      after.put("E[" + (ZONE / 4 + i) + "]", core.getInt(at + 128 + 4 * i) & 0xffffffffL);
    }
    long old = core.getLong(at + 64);
    int opcode = (int) (before.at("E", CODE / 4) >> 24);
    long length = opcode < 0x40 ? 1 : opcode < 0xc0 ? 2 : 3;
    // in BC mode ISK does not give reference and change bits
    after.put("skey[" + ZONE / 2048 + "]", core.get(at + 80) >> 1 & 0x7cL);
    if (core.get(at + 72) == 2) {
      after.put("E[10]", old >>> 32);
      after.put("E[11]", old & 0xffffffffL);
      // only an instruction that completed leaves its length in the current PSW
      int code = (int) (old >> 32) & 0xffff;
      boolean completed = code == 8 || code == 9 && opcode == 0x4f;
      after.put("psw", completed ? length << 32 | REFUSED : (long) REFUSED);
    } else if (opcode == 0x0a) {
      after.put("E[8]", old >>> 32);
      after.put("E[9]", old & 0xffffffffL);
      after.put("psw", (long) CALLED);
    } else {
      long ia = old - 2 & 0xffffff;
      after.put("psw", old >>> 48 << 40 | (old >> 24 & 0x3f) << 34 | length << 32 | ia);
    }
    return new Cells(after);
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
          MAINSIZE 16
          NUMCPU 1
          ARCHMODE S/370
          CNSLPORT 0
          000C 3505 %s eof ascii
          """
              .formatted(configuration));
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
        if (!Files.exists(folder.resolve("after"))) {
          throw new IOException(log);
        }
        ByteBuffer after = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("after")));
        if (after.getInt(0x208) == core.getInt(0x20c)) {
          return after;
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
