package trapline.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import trapline.codec.Assembler;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.lang.LoaderFixture;

/// A small operating system on the third-generation machine.
final class ThirdGenerationGuestTest {
  private static final Path GUEST = Path.of("isa-specs/guests/third-generation/kernel.asm");

  @Test
  void twoProcessesShareTheMachine() throws IOException {
    Simulator simulator = Simulator.of(machine());
    State state = simulator.reset();
    var source = new SourceFile(GUEST.toString(), Files.readString(GUEST));
    var assembly = simulator.codec().assembler().assemble(source, 0);
    var image = assertInstanceOf(Assembler.Assembly.Assembled.class, assembly).image();
    assertEquals(Optional.empty(), simulator.load(state, image));
    var run = simulator.run(state, 100_000);
    assertInstanceOf(Simulator.Run.Halted.class, run.reason(), run::toString);
    assertEquals("AbAbAbAbAbbb!\n", printed(state));
  }

  private static String printed(State state) {
    return state.outputs().stream()
        .map(o -> Character.toString((char) o.value().toInt()))
        .collect(Collectors.joining());
  }

  private static Machine machine() {
    return LoaderFixture.shipped("third-generation.isa", "ThirdGen", Map.of("Q", "512"));
  }
}
