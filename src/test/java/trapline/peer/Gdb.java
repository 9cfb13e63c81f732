package trapline.peer;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A QEMU that is stepped through its gdb stub, by the remote serial protocol: one processor,
/// storage by physical address, interrupts not held back by stepping.
///
/// Commands may be sent ahead ([#send], [#receive]), as each answer waits for its question only.
final class Gdb implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();

  private final Process process;
  private final Path socket;
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] input = new byte[1 << 16];
  private int at;
  private int end;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  /// How many answers are to be dropped.
  private int told;

  private Gdb(Process process, Path socket, SocketChannel channel) {
    this.process = process;
    this.socket = socket;
    this.channel = channel;
    in = Channels.newInputStream(channel);
    out = Channels.newOutputStream(channel);
  }

  /// Starts `command`, a QEMU with its machine, halted.
  static Gdb start(List<String> command) throws IOException {
    Path folder = Files.createTempDirectory("peer");
    Path socket = folder.resolve("gdb");
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("-S", "-singlestep", "-nographic", "-monitor", "none", "-serial", "none"));
    all.addAll(List.of("-gdb", "unix:" + socket + ",server=on,wait=off"));
    Process process =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    for (int tries = 0; ; tries++) {
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        break;
      } catch (IOException e) {
        channel.close();
        if (tries == 200 || !process.isAlive()) {
          throw new IOException(Files.readString(folder.resolve("log")), e);
        }
        try {
          Thread.sleep(50);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException(interrupted);
        }
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      }
    }
    Gdb gdb = new Gdb(process, socket, channel);
    gdb.ask("QStartNoAckMode");
    gdb.out.write('+');
    gdb.ask("qSupported:xmlRegisters=all");
    gdb.ask("Qqemu.sstep=1");
    gdb.ask("Qqemu.PhyMemMode:1");
    return gdb;
  }

  String ask(String command) throws IOException {
    send(command);
    for (; told > 0; told--) {
      receive();
    }
    return receive();
  }

  /// Sent ahead, of which no answer is needed: the next [#ask] drops it.
  void tell(String command) {
    send(command);
    told++;
  }

  /// One instruction, or one entry of a trap. Nothing may be sent ahead: it would stop the machine.
  void step() throws IOException {
    ask("vCont;s:p1.1");
  }

  void send(String command) {
    byte[] bytes = command.getBytes(StandardCharsets.ISO_8859_1);
    int sum = 0;
    for (byte b : bytes) {
      sum += b;
    }
    pending.write('$');
    pending.writeBytes(bytes);
    pending.write('#');
    pending.writeBytes(HEX.toHexDigits((byte) sum).getBytes(StandardCharsets.ISO_8859_1));
  }

  String receive() throws IOException {
    out.write(pending.toByteArray());
    pending.reset();
    while (next() != '$') {}
    StringBuilder text = new StringBuilder();
    for (char c = next(); c != '#'; c = next()) {
      text.append(c);
    }
    next();
    next();
    return text.toString();
  }

  private char next() throws IOException {
    if (at == end) {
      at = 0;
      end = in.read(input);
      if (end < 0) {
        throw new EOFException("the peer has ended");
      }
    }
    return (char) (input[at++] & 0xff);
  }

  /// The numbers of the registers that a feature file describes, by name.
  Map<String, Integer> registers(String feature) throws IOException {
    StringBuilder xml = new StringBuilder();
    String part;
    do {
      part =
          ask("qXfer:features:read:" + feature + ":" + Integer.toHexString(xml.length()) + ",f00");
      xml.append(part, 1, part.length());
    } while (part.startsWith("m"));
    Map<String, Integer> numbers = new TreeMap<>();
    var matcher = Pattern.compile("name=\"(\\w+)\"[^/>]*regnum=\"(\\d+)\"").matcher(xml);
    while (matcher.find()) {
      numbers.put(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
    return numbers;
  }

  /// The `bytes` bytes of a value, the first one first, as digits.
  static String little(long value, int bytes) {
    return HEX.toHexDigits(Long.reverseBytes(value)).substring(0, 2 * bytes);
  }

  /// Of the first eight bytes, if there are more.
  static long little(String digits) {
    String low = digits.substring(0, Math.min(digits.length(), 16));
    return Long.reverseBytes(HexFormat.fromHexDigitsToLong(low) << 64 - 4 * low.length());
  }

  @Override
  public void close() throws IOException {
    channel.close();
    process.destroyForcibly();
    Files.deleteIfExists(socket);
    Files.deleteIfExists(socket.resolveSibling("log"));
    Files.deleteIfExists(socket.getParent());
  }
}
