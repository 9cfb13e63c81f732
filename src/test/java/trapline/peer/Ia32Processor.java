package trapline.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The processor at hand, in ring 3 of Linux: a small program enters each situation and tells by
/// which exception the step ended, if not by the one that follows every step.
final class Ia32Processor implements Stepper, AutoCloseable {
  private static final int DEBUG = 1;
  private static final int BREAKPOINT = 3;
  private static final int SIZE = 4 * (18 + 16 + 16 + 32 + 128);

  private final Path folder;
  private final Path program;

  private Ia32Processor(Path folder, Path program) {
    this.folder = folder;
    this.program = program;
  }

  static Ia32Processor build() throws IOException {
    Path folder = Files.createTempDirectory("peer");
    Path program = folder.resolve("step");
    run(
        new ProcessBuilder(
            "gcc",
            "-O1",
            "-fno-stack-protector",
            "-fcf-protection=none",
            "-o",
            program.toString(),
            "src/test/resources/peer/ia-32.c"));
    return new Ia32Processor(folder, program);
  }

  private static void run(ProcessBuilder builder) throws IOException {
    try {
      int code = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
      if (code != 0) {
        throw new IOException(builder.command() + " ended with " + code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public List<Optional<Cells>> step(List<Cells> situations) throws IOException {
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    ByteBuffer questions =
        ByteBuffer.allocate(SIZE * situations.size()).order(ByteOrder.LITTLE_ENDIAN);
    situations.forEach(s -> write(questions, s));
    Files.write(in, questions.array());
    run(
        new ProcessBuilder(program.toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile()));
    ByteBuffer answers = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    List<Optional<Cells>> results = new ArrayList<>();
    for (Cells before : situations) {
      results.add(Optional.of(read(answers, before)));
    }
    return results;
  }

  private static void write(ByteBuffer out, Cells s) {
    for (int i = 0; i < 8; i++) {
      out.putInt((int) s.at("r", i));
    }
    out.putInt((int) s.at("eip")).putInt((int) s.at("eflags"));
    for (int n = 0; n <= Ia32Trials.GS; n++) {
      out.putInt((int) s.at("sel", n) | (n == Ia32Trials.CS || n == Ia32Trials.SS ? 3 : 0));
    }
    out.putInt(0).putInt(0);
    words(out, s, Ia32Trials.LDT, 16);
    words(out, s, Ia32Trials.CODE, 16);
    words(out, s, Ia32Trials.DATA, 32);
    words(out, s, Ia32Trials.STACKS, 128);
  }

  private static void words(ByteBuffer out, Cells s, int at, int count) {
    for (int i = 0; i < count; i++) {
      out.putInt((int) s.at("E", (at >> 2) + i));
    }
  }

  private static Cells read(ByteBuffer in, Cells before) {
    Map<String, Long> after = new HashMap<>();
    for (int i = 0; i < 8; i++) {
      after.put(Cells.element("r", i), next(in));
    }
    long eip = next(in);
    after.put("eflags", next(in) & ~(1L << 16));
    for (int n = 0; n <= Ia32Trials.GS; n++) {
      boolean level = n == Ia32Trials.CS || n == Ia32Trials.SS;
      load(after, before, n, next(in) & (level ? 0xfffcL : 0xffffL));
    }
    long vector = next(in);
    long error = next(in);
    boolean held = vector == BREAKPOINT && isHeld(before);
    after.put("eip", held ? eip - 1 : eip);
    if (vector != DEBUG && !held) {
      after.put(Ia32Described.VECTOR, Ia32Described.RAISED | vector);
      after.put(Ia32Described.ERROR, error);
    }
    in.position(in.position() + 4 * 16);
    words(in, after, Ia32Trials.CODE, 16);
    words(in, after, Ia32Trials.DATA, 32);
    words(in, after, Ia32Trials.STACKS, 128);
    return Ia32Trials.visible(before.with(after));
  }

  /// After a load of SS the trap comes one instruction later, and that is a breakpoint.
  private static boolean isHeld(Cells before) {
    int[] code = Ia32Trials.code(before);
    int i = Ia32Trials.prefixes(code);
    return code[i] == 0x8e || code[i] == 0x17;
  }

  /// What is hidden cannot be seen; it is what the table says of the selector that can.
  private static void load(Map<String, Long> after, Cells before, int n, long selector) {
    String seg = Cells.element("seg", n);
    String att = Cells.element("att", n);
    if (selector == before.at("sel", n)) {
      return;
    }
    after.put(Cells.element("sel", n), selector);
    if ((selector & 0xfffc) == 0) {
      after.put(seg, 0L);
      after.put(att, 0L);
      return;
    }
    int entry = Ia32Trials.LDT + (int) (selector & 0xfff8);
    long d = before.at("E", entry >> 2) | before.at("E", (entry >> 2) + 1) << 32;
    after.put(seg, Ia32Trials.extent(d));
    after.put(att, Ia32Trials.attributes(d));
  }

  private static long next(ByteBuffer in) {
    return Integer.toUnsignedLong(in.getInt());
  }

  private static void words(ByteBuffer in, Map<String, Long> after, int at, int count) {
    for (int i = 0; i < count; i++) {
      after.put(Cells.element("E", (at >> 2) + i), next(in));
    }
  }

  @Override
  public void close() throws IOException {
    for (String name : List.of("in", "out", "step")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
  }
}
