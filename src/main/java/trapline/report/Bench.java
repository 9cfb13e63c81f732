package trapline.report;

import trapline.codec.Codec;
import trapline.isa.Machine;
import trapline.machine.Simulator;

/// A machine and the tools that show it at work, made once.
public record Bench(Machine machine, Simulator simulator, Codec codec, Numerals numerals) {
  public static Bench of(Machine machine) {
    return new Bench(machine, Simulator.sparse(machine), Codec.of(machine), Numerals.of(machine));
  }
}
