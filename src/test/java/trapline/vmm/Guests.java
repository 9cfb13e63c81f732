package trapline.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import trapline.codec.Assembler;
import trapline.codec.Image;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.Loader;
import trapline.lang.LoaderFixture;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Machines and programs to put on them.
final class Guests {
  static final Path FOLDER = Path.of("isa-specs/guests");
  private static final Path MACHINES = Path.of("src/test/resources/machines");
  static final Path AFTERMATH = MACHINES.resolve("aftermath.asm");
  static final Path KERNEL = FOLDER.resolve("third-generation/kernel.asm");

  private Guests() {}

  static Machine thirdGeneration(int storage) {
    return machine(
        "isa-specs/third-generation.isa", "ThirdGen", Map.of("Q", Integer.toString(storage)));
  }

  static Machine leaky(String name) {
    return machine("isa-specs/third-generation-leaky.isa", name, Map.of("Q", "512"));
  }

  /// The machine of aftermath.isa that does something else after each step.
  static Machine aftermath(String after) {
    return LoaderFixture.machine(
        MACHINES.resolve("aftermath.isa"),
        text -> text.replace("after { tod = tod + 1; }", "after { " + after + " }"),
        "Aftermath",
        Map.of());
  }

  static Machine machine(String file, String name, Map<String, String> setting) {
    return LoaderFixture.machine(Loader.load(List.of(Path.of(file)), List.of()), name, setting);
  }

  static Image assemble(Simulator simulator, Path program) {
    return assemble(simulator, program.toString(), read(program));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Image assemble(Simulator simulator, String name, String text) {
    var assembly = simulator.codec().assembler().assemble(new SourceFile(name, text), 0);
    return assertInstanceOf(Assembler.Assembly.Assembled.class, assembly, assembly::toString)
        .image();
  }

  static Bare bare(Simulator simulator, Image image) {
    Bare bare = Bare.of(simulator);
    assertEquals(Optional.empty(), simulator.load(bare.state(), image));
    return bare;
  }

  static VirtualMachine load(VirtualMachine machine, Image image) {
    assertEquals(Optional.empty(), machine.simulator().load(machine.state(), image));
    return machine;
  }

  static String printed(State state) {
    return state.outputs().stream()
        .map(o -> Character.toString((char) o.value().toInt()))
        .collect(Collectors.joining());
  }
}
