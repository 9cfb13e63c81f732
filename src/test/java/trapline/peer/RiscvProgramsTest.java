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
/// where FOLDER holds a checkout of it with riscv-test-env as its folder `env`. Needs
/// `riscv64-unknown-elf-gcc` and its `objcopy` (Debian: gcc-riscv64-unknown-elf). A program says by
/// the cell `tohost` how it went: 1 for well, else twice the number of the failed test and one.
final class RiscvProgramsTest {
  private static final int TOHOST = 0x1000 / 4;
  private static final long STEPS = 2_000_000;

  /// The debug triggers that it tests are left out of the description.
  private static final String LEFT_OUT = "breakpoint";

  /// Demands what the specification leaves open; runs on the machines that have it.
  private static final String MISALIGNED = "ma_data";

  @ParameterizedTest
  @CsvSource({"32,ilp32", "64,lp64"})
  void theyPass(int xlen, String abi) throws IOException, InterruptedException {
    String folder = System.getProperty("riscv.tests", "");
    assumeTrue(!folder.isEmpty());
    Path checkout = Path.of(folder);
    Path images = Files.createDirectories(Path.of("target/riscv-tests"));
    Map<String, Long> failed = new TreeMap<>();
    Simulator described = Simulator.of(machine(xlen, false));
    Simulator lenient = Simulator.of(machine(xlen, true));
    int passed = 0;
    for (String group : List.of("ui", "um", "ua", "mi", "si")) {
      for (Path source : sources(checkout.resolve("isa/rv" + xlen + group))) {
        String name = source.getFileName().toString().replace(".S", "");
        if (!name.equals(LEFT_OUT)) {
          Path image = images.resolve("rv" + xlen + group + "-" + name);
          compile(checkout, xlen, abi, source, image);
          Simulator simulator = name.equals(MISALIGNED) ? lenient : described;
          long result = run(simulator, Files.readAllBytes(image));
          if (result == 1) {
            passed++;
          } else {
            failed.put(image.getFileName().toString(), result);
          }
        }
      }
    }
    assertEquals(Map.of(), failed);
    assertTrue(passed > 80, "passed: " + passed);
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

  private static void compile(Path checkout, int xlen, String abi, Path source, Path image)
      throws IOException, InterruptedException {
    Path linked = image.resolveSibling(image.getFileName() + ".elf");
    List<String> command =
        new ArrayList<>(
            List.of("riscv64-unknown-elf-gcc", "-march=rv" + xlen + "ima_zicsr_zifencei"));
    command.addAll(List.of("-mabi=" + abi, "-static", "-mcmodel=medany", "-nostdlib"));
    command.addAll(List.of("-nostartfiles", "-I" + checkout.resolve("env/p")));
    command.addAll(List.of("-I" + checkout.resolve("isa/macros/scalar")));
    command.addAll(List.of("-T" + checkout.resolve("env/p/link.ld"), source.toString()));
    command.addAll(List.of("-o", linked.toString()));
    call(command);
    call(
        List.of(
            "riscv64-unknown-elf-objcopy", "-O", "binary", linked.toString(), image.toString()));
  }

  private static void call(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertEquals(0, process.waitFor(), output);
  }

  /// What is in `tohost` in the end; zero if nothing ever was.
  private static long run(Simulator simulator, byte[] image) {
    State state = simulator.reset();
    Memory storage = simulator.machine().memories().getFirst();
    for (int i = 0; i < image.length; i++) {
      long word = state.memory(storage, i / 4).toLong() | (image[i] & 0xffL) << (8 * (i % 4));
      state.memory(storage, i / 4, Bits.of(32, word));
    }
    for (long steps = 0; steps < STEPS; steps += 500) {
      simulator.run(state, 500);
      long result = state.memory(storage, TOHOST).toLong();
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }
}
