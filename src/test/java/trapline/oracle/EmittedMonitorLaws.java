package trapline.oracle;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Assertions;
import trapline.Analyzer;
import trapline.Options;
import trapline.bits.Bits;
import trapline.emit.Emission;
import trapline.emit.EmittedMonitor;
import trapline.emit.Twins;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.smt.Solver;
import trapline.smt.SolverChoice;
import trapline.vmm.Region;
import trapline.vmm.Tally;
import trapline.vmm.VirtualMachine;

/// The emitted monitor and the built-in one do the same, step by step, on random machines with
/// random `vmm` blocks: right ones, and wrong ones.
final class EmittedMonitorLaws {
  private static final int STATES = 60;
  private static final int STEPS = 30;

  /// What the built-in monitor did, over all machines.
  private static final Map<String, Long> DONE = new LinkedHashMap<>();

  @AfterContainer
  static void muchHasBeenCompared() {
    System.out.println("emitted and built-in monitors agreed: " + DONE);
    DONE.forEach((what, steps) -> Assertions.assertTrue(steps > 100, what + ": " + steps));
  }

  @Provide
  Arbitrary<String> monitored() {
    return monitored(false);
  }

  @Provide
  Arbitrary<String> piecewise() {
    return monitored(true);
  }

  private static Arbitrary<String> monitored(boolean lengths) {
    return RandomMachine.texts(
            RandomMachine.STATE_BITS + 6, new RandomMachine.Reach(true, false, lengths, false))
        .filter(t -> t.contains("vmm {"));
  }

  @Property(tries = 40, seed = "19740701", shrinking = ShrinkingMode.OFF)
  void theEmittedMonitorDoesAsTheBuiltInOne(@ForAll("monitored") String text) {
    compare(text);
  }

  @Property(tries = 15, seed = "19740701", shrinking = ShrinkingMode.OFF)
  void soItDoesWhereInstructionsDifferInLength(@ForAll("piecewise") String text) {
    compare(text);
  }

  private static void compare(String text) {
    Optional<String> found = difference(text);
    if (found.isPresent()) {
      String least =
          Reducer.reduce(text, t -> Texts.tryLoad(t).isPresent() && difference(t).isPresent());
      Assertions.fail(difference(least).orElseThrow() + "\n" + least);
    }
  }

  private static Optional<String> difference(String text) {
    Machine machine = Texts.load(text);
    if (machine.monitor().isEmpty()) {
      return Optional.empty();
    }
    for (VirtualMachine.Kind kind : VirtualMachine.Kind.values()) {
      Optional<String> difference = difference(machine, kind);
      if (difference.isPresent()) {
        return difference.map(d -> kind + ": " + d);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(Machine machine, VirtualMachine.Kind kind) {
    Simulator simulator = Simulator.confined(machine);
    EmittedMonitor.Classes classes;
    try (Solver solver = SolverChoice.Z3.open(Duration.ofSeconds(20))) {
      Emission emission =
          Emission.of(Analyzer.unanswered(machine, Options.defaults()), kind, solver);
      classes = EmittedMonitor.Classes.of(emission);
    } catch (IllegalArgumentException e) {
      // No real state is in a mode that the block names: neither monitor can be made.
      return Optional.empty();
    }
    Random random = new Random(1);
    long all = Simulator.storage(simulator.blank());
    for (int i = 0; i < STATES; i++) {
      long base = random.nextLong(all);
      long size = random.nextLong(all - base + 1);
      Twins twins;
      try {
        twins = new Twins(simulator, classes, kind, new Region(base, size));
      } catch (IllegalArgumentException e) {
        continue;
      }
      scramble(twins.state(), machine, size, random);
      twins.give();
      Optional<String> difference = twins.run(STEPS);
      Tally tally = twins.tally();
      DONE.merge("direct", tally.direct(), Long::sum);
      DONE.merge("emulated", tally.emulated(), Long::sum);
      DONE.merge("interpreted", tally.interpreted(), Long::sum);
      DONE.merge("reflected", tally.reflected(), Long::sum);
      if (difference.isPresent()) {
        return difference.map(d -> "cells " + base + "+" + size + ", " + d);
      }
    }
    return Optional.empty();
  }

  private static void scramble(State state, Machine machine, long cells, Random random) {
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        state.register(register, i, any(register.width(), random));
      }
    }
    for (Memory memory : machine.memories()) {
      for (long i = 0; memory.has(i) && (!machine.isTranslated(memory) || i < cells); i++) {
        state.memory(memory, i, any(memory.width(), random));
      }
    }
    for (Port port : machine.ports()) {
      for (int i = random.nextInt(3); port.isInput() && i > 0; i--) {
        state.feed(port, any(port.width(), random));
      }
    }
  }

  private static Bits any(int width, Random random) {
    return Bits.of(width, random.nextLong() & -1L >>> 64 - width);
  }
}
