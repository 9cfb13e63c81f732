package trapline.peer;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import trapline.codec.Assembler.Assembly;
import trapline.codec.Codec;
import trapline.codec.Image;
import trapline.diag.SourceFile;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.machine.Simulator;
import trapline.machine.State;

/// A program for the PDP-10, from isa-specs/guests/pdp-10, on the described machine.
final class Guest {
  final Image image;
  final Simulator simulator;
  final State state;
  private final Register accumulators;
  private final Memory core;

  private Guest(Machine machine, Image image) {
    this.image = image;
    simulator = Simulator.of(machine);
    state = simulator.reset();
    accumulators =
        machine.registers().stream().filter(r -> r.name().equals("ac")).findFirst().orElseThrow();
    core = machine.memories().getFirst();
    image.cells().forEach(cell -> state.memory(core, cell.address(), cell.value()));
  }

  static Guest load(String name) throws IOException {
    Machine machine = Pdp10.machine();
    Path file = Path.of("isa-specs/guests/pdp-10", name + ".asm");
    SourceFile source = new SourceFile(file.toString(), Files.readString(file));
    return switch (Codec.of(machine).assembler().assemble(source, 0)) {
      case Assembly.Assembled(var image) -> new Guest(machine, image);
      case Assembly.Rejected(var diagnostics) -> throw new AssertionError(diagnostics.toString());
    };
  }

  long accumulator(int number) {
    return state.register(accumulators, number).toLong();
  }

  Register accumulators() {
    return accumulators;
  }

  Memory core() {
    return core;
  }

  Map<String, BigInteger> symbols() {
    return image.symbols();
  }

  /// What the console has printed.
  String printed() {
    StringBuilder text = new StringBuilder();
    for (State.Output output : state.outputs()) {
      if (output.port().fullName().equals("tty.printer")) {
        text.append((char) output.value().toInt());
      }
    }
    return text.toString();
  }
}
