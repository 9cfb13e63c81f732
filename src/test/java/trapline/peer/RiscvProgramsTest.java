package trapline.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trapline.bits.Bits;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.machine.Simulator;
import trapline.machine.State;

/// The programs of riscv-software-src/riscv-tests on the described machines.
///
///     mvn -Priscv-tests test -Driscv.tests=FOLDER
///
/// where FOLDER is a checkout of it with riscv-test-env as its folder `env`, and with the compiler
/// that `.ci/peers` installs. A program says by the cell `tohost` how it went: 1 for well, else
/// twice the number of the failed test and one.
final class RiscvProgramsTest {
  private static final long ORIGIN = 0x80000000L;
  private static final long STEPS = 20_000_000;

  /// Of the kernel of environment `v`: 15 pages of user storage, so that it fits into the
  /// machine's, and the one with which it begins, for which any number will do.
  private static final List<String> PAGES = List.of("-DLFSR_BITS=4", "-DENTROPY=0x1234567");

  /// The debug triggers that it tests are left out of the description.
  private static final String LEFT_OUT = "breakpoint";

  /// Demands what the specification leaves open; runs on the machines that have it.
  private static final String MISALIGNED = "ma_data";

  /// What a program runs in, and the groups that are written for it: `p` physical addresses; `v`
  /// user mode under a kernel that translates, with pages on demand.
  private enum Environment {
    P("ima", List.of("ui", "um", "ua", "mi", "si")),
    V("imaf", List.of("ui", "um", "ua"));

    /// With F where the kernel names one of its instructions, over which it jumps.
    private final String extensions;

    private final List<String> groups;

    Environment(String extensions, List<String> groups) {
      this.extensions = extensions;
      this.groups = groups;
    }

    Path in(Path checkout) {
      return checkout.resolve("env").resolve(name().toLowerCase(Locale.ROOT));
    }
  }

  @ParameterizedTest
  @CsvSource({"32,ilp32,P,81", "64,lp64,P,109", "32,ilp32,V,60", "64,lp64,V,86"})
  void theyPass(int xlen, String abi, Environment environment, int least)
      throws IOException, InterruptedException {
    String folder = System.getProperty("riscv.tests", "");
    assumeTrue(!folder.isEmpty(), "-Driscv.tests names no checkout of riscv-tests");
    Path checkout = Path.of(folder);
    Path images = Files.createDirectories(Path.of("target/riscv-tests"));
    Map<String, Long> failed = new TreeMap<>();
    Simulator described = Simulator.of(machine(xlen, false));
    Simulator lenient = Simulator.of(machine(xlen, true));
    int passed = 0;
    for (String group : environment.groups) {
      for (Path source : sources(checkout.resolve("isa/rv" + xlen + group))) {
        String name = source.getFileName().toString().replace(".S", "");
        if (!name.equals(LEFT_OUT)) {
          Path image = images.resolve("rv" + xlen + group + "-" + environment + "-" + name);
          compile(checkout, xlen, abi, environment, source, image);
          Simulator simulator = name.equals(MISALIGNED) ? lenient : described;
          long result = run(simulator, Files.readAllBytes(image), toHost(image));
          if (result == 1) {
            passed++;
          } else {
            failed.put(image.getFileName().toString(), result);
          }
        }
      }
    }
    assertEquals(Map.of(), failed);
    assertTrue(passed >= least, "passed: " + passed);
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".S")).sorted().toList();
    }
  }

  private static Machine machine(int xlen, boolean misaligned) {
    return misaligned
        ? OfDescription.machine(
            Path.of("isa-specs/riscv/variants.isa"), "RV" + xlen + "Misaligned", Map.of())
        : OfDescription.machine(Path.of("isa-specs/riscv/riscv.isa"), "RV" + xlen, Map.of());
  }

  private static void compile(
      Path checkout, int xlen, String abi, Environment environment, Path source, Path image)
      throws IOException, InterruptedException {
    Path linked = linked(image);
    Path kernel = environment.in(checkout);
    List<String> command =
        new ArrayList<>(List.of("riscv64-unknown-elf-gcc", "--specs=picolibc.specs", "-O2"));
    command.add("-march=rv" + xlen + environment.extensions + "_zicsr_zifencei");
    command.addAll(List.of("-mabi=" + abi, "-static", "-mcmodel=medany", "-nostdlib"));
    command.addAll(List.of("-nostartfiles", "-std=gnu99"));
    command.addAll(PAGES);
    command.addAll(List.of("-I" + kernel, "-I" + checkout.resolve("isa/macros/scalar")));
    command.addAll(List.of("-T" + kernel.resolve("link.ld"), source.toString()));
    for (String part : List.of("entry.S", "vm.c", "string.c")) {
      if (Files.exists(kernel.resolve(part))) {
        command.add(kernel.resolve(part).toString());
      }
    }
    command.addAll(List.of("-o", linked.toString()));
    call(command);
    call(
        List.of(
            "riscv64-unknown-elf-objcopy", "-O", "binary", linked.toString(), image.toString()));
  }

  private static Path linked(Path image) {
    return image.resolveSibling(image.getFileName() + ".elf");
  }

  /// The cell of storage that is `tohost`.
  private static int toHost(Path image) throws IOException, InterruptedException {
    String symbols = call(List.of("riscv64-unknown-elf-nm", linked(image).toString()));
    String line = symbols.lines().filter(l -> l.endsWith(" tohost")).findFirst().orElseThrow();
    return (int) (Long.parseLong(line.substring(0, line.indexOf(' ')), 16) - ORIGIN) / 4;
  }

  private static String call(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  /// What is in `tohost` in the end; zero if nothing ever was.
  private static long run(Simulator simulator, byte[] image, int toHost) {
    State state = simulator.reset();
    Memory storage = simulator.machine().memories().getFirst();
    for (int i = 0; i < image.length; i++) {
      long word = state.memory(storage, i / 4).toLong() | (image[i] & 0xffL) << (8 * (i % 4));
      state.memory(storage, i / 4, Bits.of(32, word));
    }
    for (long steps = 0; steps < STEPS; steps += 500) {
      simulator.run(state, 500);
      long result = state.memory(storage, toHost).toLong();
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }
}
