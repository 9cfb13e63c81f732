package trapline.jqwik;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Local;
import trapline.isa.Memory;
import trapline.isa.Statement;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.Translation;

/// A state with a program where the machine fetches it from. `address` is where the assembler would
/// put it.
///
/// Empty where that cannot be: P leads nowhere, or to no storage; the program lies over itself; or
/// what is read does not follow from the state before.
record Loaded(State state, long address) {
  /// Some bits of a cell, from `low` on.
  private record Lane(Slot.Cell cell, int low) {
    void write(State state, Bits value) {
      cell.write(state, cell.read(state).insert(low + value.width() - 1, low, value));
    }
  }

  static Optional<Loaded> of(Workbench bench, State start, Program program) {
    Simulator simulator = bench.simulator();
    Fetch fetch = bench.machine().fetch();
    State state = start.copy();
    State ahead = start.copy();
    List<Lane> lanes = new ArrayList<>();
    for (Bits word : program.words()) {
      Bits fetched = simulator.codec().lengths().fetched(word);
      int width = fetch.unit().width();
      for (int high = fetched.width() - 1; high >= 0; high -= width) {
        Bits unit = fetched.extract(high, high - width + 1);
        List<Lane> here = store(bench, state, ahead, unit);
        if (here.isEmpty()
            || !(simulator.perform(ahead, fetch.advance()) instanceof Simulator.Result.Returned)) {
          return Optional.empty();
        }
        lanes.addAll(here);
      }
    }
    Set<Lane> apart = new HashSet<>(lanes);
    return apart.size() < lanes.size() || !fetches(simulator, state, program)
        ? Optional.empty()
        : Optional.of(
            new Loaded(state, address(simulator, lanes.getFirst(), fetch.unit().width())));
  }

  private static long address(Simulator simulator, Lane first, int unit) {
    Fetch.Units units = simulator.codec().units();
    int width = first.cell.memory().width();
    int before = units.highFirst() ? Math.max(0, width - first.low - unit) : first.low;
    return first.cell.index() * Math.max(1, width / units.width()) + before / units.width();
  }

  private static boolean fetches(Simulator simulator, State state, Program program) {
    State trial = state.copy();
    trial.halted(false);
    simulator.attempt(trial);
    return simulator.fetched(trial).equals(program.words().getFirst());
  }

  /// Puts a unit where it will be read from when P is as in `ahead`; empty if that is nowhere.
  private static List<Lane> store(Workbench bench, State state, State ahead, Bits unit) {
    List<Slot.Cell> cells = new ArrayList<>();
    if (!follow(bench.simulator(), ahead, bench.machine().fetch().read(), cells)
        || cells.isEmpty()) {
      return List.of();
    }
    for (List<Lane> lanes : ways(bench, cells, unit.width())) {
      State trial = ahead.copy();
      write(lanes, unit, trial);
      if (bench.read(trial).filter(unit::equals).isPresent()) {
        write(lanes, unit, ahead);
        write(lanes, unit, state);
        return lanes;
      }
    }
    return List.of();
  }

  private static void write(List<Lane> lanes, Bits unit, State state) {
    int piece = unit.width() / lanes.size();
    for (int i = 0; i < lanes.size(); i++) {
      int high = unit.width() - i * piece - 1;
      lanes.get(i).write(state, unit.extract(high, high - piece + 1));
    }
  }

  /// How the unit, its high bits first, may lie in the cells that are read for it: in a part of
  /// one, or in several.
  private static List<List<Lane>> ways(Workbench bench, List<Slot.Cell> cells, int unit) {
    List<List<Lane>> ways = new ArrayList<>();
    if (cells.size() == 1) {
      for (int low = 0; low + unit <= cells.getFirst().width(); low += unit) {
        ways.add(List.of(new Lane(cells.getFirst(), low)));
      }
    } else if (cells.stream().mapToInt(Slot.Cell::width).sum() == unit) {
      List<Lane> whole = cells.stream().map(c -> new Lane(c, 0)).toList();
      ways.add(bench.simulator().codec().units().highFirst() ? whole : whole.reversed());
    }
    return ways;
  }

  /// Adds the cells that reading a unit reaches; false where only running it would tell.
  private static boolean follow(
      Simulator simulator, State state, Statement.Block block, List<Slot.Cell> cells) {
    for (Statement statement : block.statements()) {
      switch (statement) {
        case Statement.Load(_, var space, var address, var access) -> {
          if (mentionsLocal(address)
              || !(simulator.translation(state, space, simulator.evaluate(address, state), access)
                  instanceof Translation.Reached(long index))) {
            return false;
          }
          Memory memory = space.memory();
          cells.add(new Slot.Cell(memory, index));
        }
        case Statement.If(var condition, var then, var otherwise) -> {
          if (mentionsLocal(condition)
              || !follow(
                  simulator,
                  state,
                  simulator.evaluate(condition, state).isTrue() ? then : otherwise,
                  cells)) {
            return false;
          }
        }
        case Statement.Assign _ -> {}
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean mentionsLocal(Expr expr) {
    return expr instanceof Local || expr.parts().stream().anyMatch(Loaded::mentionsLocal);
  }
}
