package trapline.lang;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import trapline.diag.SourceFile;
import trapline.isa.Instruction;
import trapline.isa.Machine;

/// Machines out of what a loader gives, for tests.
public final class LoaderFixture {
  private LoaderFixture() {}

  /// The machine of that name in a file of `isa-specs`, with these params and choices.
  public static Machine shipped(String file, String name, Map<String, String> setting) {
    return machine(Loader.load(List.of(Path.of("isa-specs", file)), List.of()), name, setting);
  }

  /// The machine of that file, which imports none, with its text changed.
  public static Machine machine(
      Path file, UnaryOperator<String> change, String name, Map<String, String> setting) {
    try {
      String text = change.apply(Files.readString(file));
      return machine(Loader.loadText(new SourceFile(file.toString(), text)), name, setting);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The first instance of the machine of that name, with these params and choices.
  public static Machine machine(Loader.Loaded loaded, String name, Map<String, String> setting) {
    var machines = assertInstanceOf(Loader.Loaded.Machines.class, loaded, loaded::toString);
    return machines.machines().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow()
        .instances(setting)
        .machines()
        .getFirst();
  }

  /// The instruction of that name.
  public static Instruction instruction(Machine machine, String name) {
    return machine.instructions().stream()
        .filter(i -> i.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
