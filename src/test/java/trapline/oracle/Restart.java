package trapline.oracle;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import trapline.isa.Port;
import trapline.isa.Role;

/// Whether an instruction that trapped, and is started again, does what it would have done.
///
///     i traps in S, leaving U:   every i(U with R') is some i(S with R'),  where there are such
///
/// for every R', the cause of the trap being mended in it; outcomes that complete are meant. Equal are
/// M, P, R, registers and storage, what was taken from and written to devices, and the halt.
final class Restart {
  private final Layout layout;
  private final TreeWalk walk;
  private final int resources;
  private final int compared;
  private final int all;
  private final Map<Port, Integer> inputs;

  /// `resources` are the bits of R, devices included.
  Restart(Layout layout, TreeWalk walk, int resources) {
    this.layout = layout;
    this.walk = walk;
    this.resources = resources;
    this.all = (1 << layout.bits()) - 1;
    this.inputs =
        layout.machine.ports().stream()
            .filter(Port::isInput)
            .collect(Collectors.toMap(p -> p, layout::bitsOf));
    this.compared =
        all & ~layout.bitsOf(Role.CLOCK) & ~inputs.values().stream().reduce(0, (a, b) -> a | b);
  }

  /// How a run ended, as far as it matters.
  private record Ending(
      int state, boolean halted, List<Cells.Output> outputs, Map<Port, Long> taken) {}

  /// Whether some trap of the word in this state leaves it so that another R shows a difference;
  /// `counts` are the states from which the word is fetched.
  boolean goesWrong(int state, long word, IntPredicate counts) {
    for (Cells undone : halfway(state, word)) {
      int left = layout.pack(undone);
      int again = 0;
      do {
        int whole = state & ~resources | again;
        if (counts.test(whole)) {
          Set<Ending> wanted = endings(layout.unpack(whole), word);
          if (!wanted.isEmpty()) {
            for (Cells start : starts(undone, left & ~resources | again)) {
              if (!wanted.containsAll(endings(start, word))) {
                return true;
              }
            }
          }
        }
        again = again - resources & resources;
      } while (again != 0);
    }
    return false;
  }

  /// What the traps of a state leave, where that is not the state.
  private List<Cells> halfway(int state, long word) {
    List<Cells> all = new ArrayList<>();
    for (TreeWalk.Outcome outcome : walk.outcomes(layout.unpack(state), word, false)) {
      if (outcome instanceof TreeWalk.Outcome.Traps(var _, var _, var undone)
          && (layout.pack(undone) != state
              || undone.halted
              || !undone.outputs.isEmpty()
              || !undone.consumed.isEmpty())) {
        all.add(undone);
      }
    }
    return all;
  }

  /// The states to start again from: what waits next at a port that has been read may be anything.
  private List<Cells> starts(Cells undone, int code) {
    int open = undone.consumed.stream().distinct().mapToInt(inputs::get).reduce(0, (a, b) -> a | b);
    List<Cells> starts = new ArrayList<>();
    int next = 0;
    do {
      Cells cells = layout.unpack(code & ~open | next);
      cells.halted = undone.halted;
      cells.outputs = undone.outputs;
      cells.consumed = undone.consumed;
      starts.add(cells);
      next = next - open & open;
    } while (next != 0);
    return starts;
  }

  private Set<Ending> endings(Cells start, long word) {
    Set<Ending> endings = new LinkedHashSet<>();
    for (TreeWalk.Outcome outcome : walk.outcomes(start, word, false)) {
      if (outcome instanceof TreeWalk.Outcome.Completes(var after)) {
        endings.add(
            new Ending(
                layout.pack(after) & compared,
                after.halted,
                after.outputs,
                after.consumed.stream()
                    .collect(Collectors.groupingBy(p -> p, Collectors.counting()))));
      }
    }
    return endings;
  }
}
