package trapline.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Another simulator of the machine, driven by a script of its console: many situations, one step
/// each, in one process.
///
/// Both kinds speak simh's language. A KS10 (Debian's `pdp10`) keeps the left half of the PC word
/// in FLAGS; a KA10 (Open SIMH's `pdp10-ka`) keeps it without the five bits that are always zero,
/// and needs its protection register opened before a user can run.
record Peer(String command, boolean isKA10) {

  static Optional<Peer> simh() {
    return Files.isExecutable(Path.of("/usr/bin/pdp10"))
        ? Optional.of(new Peer("/usr/bin/pdp10", false))
        : Optional.empty();
  }

  /// What one step makes of each; empty where the simulator stopped instead.
  List<Optional<Situation>> step(List<Situation> situations) throws IOException {
    StringBuilder script = new StringBuilder();
    if (isKA10) {
      script.append("d pl 777777\n");
    }
    for (int i = 0; i < situations.size(); i++) {
      script.append("echo #").append(i).append('\n');
      write(script, situations.get(i));
      script.append("step\nex pc\nex flags\n");
      range(script, 0, 15);
      range(script, Trials.FIRST, Trials.LAST);
    }
    script.append("q\n");
    return read(situations, run(script.toString()));
  }

  /// The line with which the simulator announces itself.
  String version() throws IOException {
    return run("q\n").lines().filter(line -> !line.isBlank()).findFirst().orElse(command).trim();
  }

  private String run(String script) throws IOException {
    Path file = Files.createTempFile("peer", ".ini");
    try {
      Files.writeString(file, script);
      Process process =
          new ProcessBuilder(command, file.toString())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } finally {
      Files.delete(file);
    }
  }

  private void write(StringBuilder script, Situation s) {
    script.append("d 0-17 0\nd ");
    octal(script, Trials.FIRST).append('-');
    octal(script, Trials.LAST).append(" 0\n");
    s.storage()
        .forEach((address, word) -> {
          octal(script.append("d "), address);
          octal(script.append(' '), word).append('\n');
        });
    octal(script.append("d pc "), s.pc()).append('\n');
    octal(script.append("d flags "), isKA10 ? s.flags() >> 5 : s.flags()).append('\n');
  }

  private static void range(StringBuilder script, int from, int to) {
    for (int address = from; address <= to; address++) {
      octal(script.append("ex "), address).append('\n');
    }
  }

  private static StringBuilder octal(StringBuilder out, long value) {
    return out.append(Long.toOctalString(value));
  }

  private List<Optional<Situation>> read(List<Situation> situations, String output) {
    List<Optional<Situation>> results = new ArrayList<>();
    String[] parts = output.split("(?m)^#\\d+\\s*$");
    for (int i = 0; i < situations.size(); i++) {
      results.add(read(situations.get(i), parts[i + 1]));
    }
    return results;
  }

  private Optional<Situation> read(Situation before, String text) {
    TreeMap<Integer, Long> storage = new TreeMap<>(before.storage());
    int pc = -1;
    int flags = -1;
    boolean stepped = false;
    for (String line : text.lines().toList()) {
      stepped |= line.startsWith("Step expired");
      int colon = line.indexOf(":\t");
      if (colon < 0) {
        continue;
      }
      String name = line.substring(0, colon);
      long value = Long.parseLong(line.substring(colon + 2).trim(), 8);
      if (name.equals("PC")) {
        pc = (int) value;
      } else if (name.equals("FLAGS")) {
        flags = (int) (isKA10 ? value << 5 : value);
      } else {
        storage.put(Integer.parseInt(name, 8), value);
      }
    }
    return stepped ? Optional.of(new Situation(pc, flags, storage)) : Optional.empty();
  }
}
