package trapline.oracle;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Space;
import trapline.machine.Outcome;
import trapline.machine.Simulator;
import trapline.machine.State;

/// The concrete machine does what the tree walk does, on random machines, states and words.
final class SimulatorLaws {
  private static final int RUNS = 60;

  /// What cannot be followed to its end is not compared.
  private static final String ENDLESS = "no end";

  @Provide
  Arbitrary<String> machines() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.ALL);
  }

  @Property(tries = 1000, seed = "19740701", shrinking = ShrinkingMode.OFF)
  void simulatorAndTreeWalkAgree(@ForAll("machines") String text) {
    if (difference(text).isPresent()) {
      String least =
          Reducer.reduce(text, t -> Texts.tryLoad(t).isPresent() && difference(t).isPresent());
      Assertions.fail(difference(least).orElseThrow() + "\n" + least);
    }
  }

  @Provide
  Arbitrary<String> machinesOfTwoLengths() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.LENGTHS);
  }

  @Property(tries = 300, seed = "19640407", shrinking = ShrinkingMode.OFF)
  void simulatorAndTreeWalkAgreeOnTwoLengths(@ForAll("machinesOfTwoLengths") String text) {
    if (difference(text).isPresent()) {
      String least =
          Reducer.reduce(text, t -> Texts.tryLoad(t).isPresent() && difference(t).isPresent());
      Assertions.fail(difference(least).orElseThrow() + "\n" + least);
    }
  }

  @Provide
  Arbitrary<String> machinesWithDevices() {
    return RandomMachine.texts(RandomMachine.STATE_BITS, RandomMachine.Reach.DEVICES);
  }

  @Property(tries = 300, seed = "19700105", shrinking = ShrinkingMode.OFF)
  void simulatorAndTreeWalkAgreeOnDevicesInStorage(@ForAll("machinesWithDevices") String text) {
    if (difference(text).isPresent()) {
      String least =
          Reducer.reduce(text, t -> Texts.tryLoad(t).isPresent() && difference(t).isPresent());
      Assertions.fail(difference(least).orElseThrow() + "\n" + least);
    }
  }

  @Test
  void theOnlyValueThatAMakerMayChooseIsFound() {
    String text = TinyMachines.LOOSE.replace("-> bits(1);", "-> bits(1) where result != x;");
    Assertions.assertEquals(Optional.empty(), difference(text));
  }

  private static Optional<String> difference(String text) {
    Machine machine = Texts.load(text);
    Layout layout = new Layout(machine);
    TreeWalk walk = new TreeWalk(layout);
    Simulator simulator = Simulator.of(machine);
    Random random = new Random(1);
    int width = machine.fetch().word().width();
    for (int run = 0; run < RUNS; run++) {
      int code = random.nextInt(1 << layout.bits());
      long word = random.nextInt(1 << width);
      State state = stateOf(simulator, layout, layout.unpack(code));
      Optional<String> found =
          translations(simulator, layout, walk, state, code)
              .or(() -> {
                Set<String> mine = allowed(layout, walk, code, word);
                String other = show(layout, simulator.execute(state, Bits.of(width, word)), state);
                return mine.contains(other) || mine.contains(ENDLESS)
                    ? Optional.empty()
                    : Optional.of("tree walk: " + mine + "\nsimulator: " + other);
              });
      if (found.isPresent()) {
        return found.map(f -> "word " + word + " on " + layout.show(code) + "\n" + f);
      }
    }
    return Optional.empty();
  }

  /// What the machine may do. Where the value of one `any` leaves none for the next, the simulator,
  /// which does not go back, stops.
  private static Set<String> allowed(Layout layout, TreeWalk walk, int code, long word) {
    Set<String> all = new LinkedHashSet<>();
    String instruction = walk.decode(word).name();
    for (var functions : Unspecified.choices(layout)) {
      walk.assume(functions);
      walk.outcomes(layout.unpack(code), word, true)
          .forEach(o -> all.add(show(layout, o, instruction)));
      if (walk.refused()) {
        all.add("stops");
      }
    }
    return all;
  }

  private static Optional<String> translations(
      Simulator simulator, Layout layout, TreeWalk walk, State state, int code) {
    for (Space space : layout.machine.spaces()) {
      for (Access access : Access.values()) {
        for (long a = 0; a <= Layout.mask(space.address().width()); a++) {
          var mine = walk.translate(layout.unpack(code), space, a, access);
          var other =
              simulator.translate(state, space, Bits.of(space.address().width(), a), access);
          if (!mine.equals(other)) {
            return Optional.of(
                space
                    + "["
                    + a
                    + "] for "
                    + access
                    + ": tree walk "
                    + mine
                    + ", simulator "
                    + other);
          }
        }
      }
    }
    return Optional.empty();
  }

  static State stateOf(Simulator simulator, Layout layout, Cells cells) {
    State state = simulator.blank();
    Machine machine = layout.machine;
    for (Register r : machine.registers()) {
      for (int i = 0; i < r.count(); i++) {
        state.register(r, i, Bits.of(r.width(), cells.values[layout.slot(r, i)]));
      }
    }
    for (Memory m : machine.memories()) {
      for (int i = 0; i < m.count().intValueExact(); i++) {
        state.memory(m, i, Bits.of(m.width(), cells.values[layout.slot(m, i)]));
      }
    }
    for (Port p : machine.ports()) {
      if (p.isInput()) {
        state.feed(p, Bits.of(p.width(), cells.values[layout.slot(p)]));
      }
    }
    return state;
  }

  private static String show(Layout layout, TreeWalk.Outcome outcome, String instruction) {
    return switch (outcome) {
      case TreeWalk.Outcome.Completes(var after) ->
          instruction + " completes: " + show(layout, after);
      case TreeWalk.Outcome.Traps(var cause, var arguments, var undone) ->
          "traps " + cause + arguments + ": " + show(layout, undone);
      case TreeWalk.Outcome.HandsOver() -> "hands over";
      case TreeWalk.Outcome.Stopped(var reason, var _) ->
          reason == TreeWalk.Reason.NO_END ? ENDLESS : "stops";
    };
  }

  private static String show(Layout layout, Outcome outcome, State state) {
    return switch (outcome) {
      case Outcome.Completed(var instruction) ->
          instruction.name() + " completes: " + show(layout, state);
      case Outcome.Trapped(var cause, var arguments) ->
          "traps "
              + cause
              + arguments.stream().map(Bits::toLong).toList()
              + ": "
              + show(layout, state);
      case Outcome.Stopped stopped -> "stops";
    };
  }

  private static String show(Layout layout, Cells cells) {
    List<String> outputs = new ArrayList<>();
    cells.outputs.forEach(o -> outputs.add(o.port() + "=" + o.value()));
    return layout.show(layout.pack(cells)) + " " + outputs + (cells.halted ? " halted" : "");
  }

  private static String show(Layout layout, State state) {
    Cells cells = new Cells(new long[layout.slots.size()]);
    Machine machine = layout.machine;
    for (Register r : machine.registers()) {
      for (int i = 0; i < r.count(); i++) {
        cells.values[layout.slot(r, i)] = state.register(r, i).toLong();
      }
    }
    for (Memory m : machine.memories()) {
      for (int i = 0; i < m.count().intValueExact(); i++) {
        cells.values[layout.slot(m, i)] = state.memory(m, i).toLong();
      }
    }
    for (Port p : machine.ports()) {
      if (p.isInput()) {
        List<Bits> waiting = state.waiting(p);
        cells.values[layout.slot(p)] = waiting.isEmpty() ? 0 : waiting.getFirst().toLong();
      }
    }
    state.outputs().forEach(o -> cells.output(o.port(), o.value().toLong()));
    cells.halted = state.halted();
    return show(layout, cells);
  }
}
