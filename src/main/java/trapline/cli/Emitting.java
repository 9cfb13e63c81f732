package trapline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trapline.Analyzer;
import trapline.Options;
import trapline.emit.Emission;
import trapline.isa.Machine;
import trapline.smt.Solver;
import trapline.theorem.Analysis;
import trapline.vmm.VirtualMachine;

/// `vmm --emit`: analyses a machine, and puts its monitor's source into a folder: all of it or
/// nothing, and over nobody else's files.
///
/// A file that is there already is replaced if it begins with [Emission#MARK]. All files are
/// written beside their places first; only when that went well are they moved there.
final class Emitting {
  private Emitting() {}

  static Exit run(Terminal terminal, Engine engine, Machine machine, boolean hybrid, Path folder)
      throws IOException {
    if (machine.monitor().isEmpty()) {
      throw new Mistake(
          Exit.REJECTED,
          "machine " + machine.name() + " has no `vmm` block, so no monitor can be made for it");
    }
    Options options = engine.options(terminal, Set.of());
    Analysis analysis =
        Analyzer.analyze(machine, options, Engine.progress(terminal, machine.name()));
    terminal.clearProgress();
    var kind = hybrid ? VirtualMachine.Kind.HYBRID : VirtualMachine.Kind.TRAP_AND_EMULATE;
    Emission emission;
    try (Solver solver = options.solver().open(options.timeout())) {
      emission = Emission.of(analysis, kind, solver);
    } catch (Emission.Refused refused) {
      throw new Mistake(
          Exit.REJECTED, "no monitor can be written for " + machine.name() + ": " + refused.why());
    }
    write(folder, emission).forEach(file -> terminal.println("wrote " + file));
    emission.remarks().forEach(terminal::println);
    return switch (emission.verdict()) {
      case HOLDS -> Exit.OK;
      case FAILS -> Exit.REFUTED;
      case UNDECIDED -> Exit.UNDECIDED;
    };
  }

  /// The files that were written.
  private static List<Path> write(Path folder, Emission emission) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw Mistake.usage("--emit " + folder + " is no folder");
    }
    Path inner = folder.resolve(emission.packageName());
    List<String> foreign = new ArrayList<>();
    for (String name : emission.files().keySet()) {
      Path file = inner.resolve(name);
      if (Files.exists(file) && !isOurs(file)) {
        foreign.add(file.toString());
      }
    }
    if (!foreign.isEmpty()) {
      throw Mistake.usage(
          "nothing was written, since these are not of trapline's making: "
              + String.join(", ", foreign));
    }
    Files.createDirectories(inner);
    Map<Path, Path> made = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> file : emission.files().entrySet()) {
        Path beside = Files.createTempFile(inner, "." + file.getKey(), ".new");
        made.put(beside, inner.resolve(file.getKey()));
        Files.writeString(beside, file.getValue());
      }
      for (Map.Entry<Path, Path> move : made.entrySet()) {
        Files.move(move.getKey(), move.getValue(), StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      for (Path beside : made.keySet()) {
        Files.deleteIfExists(beside);
      }
    }
    return List.copyOf(made.values());
  }

  private static boolean isOurs(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    byte[] mark = Emission.MARK.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (var in = Files.newInputStream(file)) {
      return java.util.Arrays.equals(mark, in.readNBytes(mark.length));
    }
  }
}
