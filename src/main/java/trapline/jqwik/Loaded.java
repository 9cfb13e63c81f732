package trapline.jqwik;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Fetch;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Statement;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.Translation;

/// A state with a program where the machine fetches it from, in `cells`; `address` is where the
/// assembler would put it.
///
/// Empty where that cannot be: P leads nowhere, the program lies over itself, or instructions are
/// not fetched in whole cells by loads that always run.
record Loaded(State state, List<Slot.Cell> cells, long address) {
  static Optional<Loaded> of(Workbench bench, State start, Program program) {
    Simulator simulator = bench.simulator();
    Fetch fetch = bench.machine().fetch();
    State state = start.copy();
    State ahead = start.copy();
    List<Slot.Cell> cells = new ArrayList<>();
    for (Bits word : program.words()) {
      Bits fetched = simulator.codec().lengths().fetched(word);
      int unit = fetch.unit().width();
      for (int high = fetched.width() - 1; high >= 0; high -= unit) {
        List<Slot.Cell> here = cells(simulator, ahead, fetch.read().statements());
        if (here.stream().mapToInt(Slot.Cell::width).sum() != unit) {
          return Optional.empty();
        }
        store(simulator, state, fetched.extract(high, high - unit + 1), here);
        cells.addAll(here);
        if (!(simulator.perform(ahead, fetch.advance()) instanceof Simulator.Result.Returned)) {
          return Optional.empty();
        }
      }
    }
    if (cells.stream().distinct().count() != cells.size() || !fetches(simulator, state, program)) {
      return Optional.empty();
    }
    Slot.Cell first = cells.getFirst();
    return Optional.of(new Loaded(state, cells, first.index() * lanes(simulator, first.memory())));
  }

  private static int lanes(Simulator simulator, Memory memory) {
    return Math.max(1, memory.width() / simulator.codec().units().width());
  }

  private static boolean fetches(Simulator simulator, State state, Program program) {
    State trial = state.copy();
    trial.halted(false);
    simulator.attempt(trial);
    return simulator.fetched(trial).equals(program.words().getFirst());
  }

  private static void store(Simulator simulator, State state, Bits unit, List<Slot.Cell> cells) {
    boolean highFirst = simulator.codec().units().highFirst();
    int left = unit.width();
    for (Slot.Cell cell : highFirst ? cells : cells.reversed()) {
      cell.write(state, unit.extract(left - 1, left - cell.width()));
      left -= cell.width();
    }
  }

  /// Where the next unit is fetched from.
  private static List<Slot.Cell> cells(Simulator simulator, State state, List<Statement> read) {
    List<Slot.Cell> cells = new ArrayList<>();
    Map<Local, Bits> locals = new LinkedHashMap<>();
    for (Statement statement : read) {
      if (statement instanceof Statement.Load(_, var space, var address, var access)) {
        var nothing = new Statement.Block(List.of(), space.span());
        if (!(simulator.perform(state, nothing, Optional.of(address), locals)
                instanceof Simulator.Result.Returned(var value)
            && value.isPresent()
            && simulator.translation(state, space, value.get(), access)
                instanceof Translation.Reached(long index))) {
          return List.of();
        }
        cells.add(new Slot.Cell(space.memory(), index));
      }
      var block = new Statement.Block(List.of(statement), simulator.machine().span());
      if (!(simulator.perform(state, block, Optional.empty(), locals)
          instanceof Simulator.Result.Returned)) {
        return List.of();
      }
    }
    return cells;
  }
}
