package trapline.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import trapline.isa.Expr;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;

/// The map f of a `vmm` block: the real states in which a monitor may run a virtual state.
///
///     M, and what is `virtual`   anything: the monitor's own, so that M is the real mode of the virtual
///     what `run`, `shadow` name  as they say, of the virtual state and the region
///     everything else            as in the virtual state
///     storage                    virtual cell i is real cell base + i, for i < size; all else is free;
///                                no cell of the region is a device's
///
/// The exact criterion (theory, section 4) asks of every real outcome that goes on: it keeps real M
/// and R, and some outcome of the virtual run completes too, keeps virtual M and R, and f maps what
/// is after the virtual run to what is after the real one. Where the architecture makes no promise
/// for the virtual state, none need be kept; where it makes none for the real state, whatever for
/// the virtual one, anything may happen to the monitor, and that is a gap. A state in which no `any`
/// has a value is asked nothing.
final class Monitored {
  /// A guest's piece of storage.
  private record Region(int base, int size) {}

  private final Layout layout;
  private final Monitor monitor;
  private final TreeWalk walk;
  private final List<Memory> placed;
  private final List<Level> levels = new ArrayList<>();
  private final List<Region> regions = new ArrayList<>();
  private final int storage;
  private final int free;
  private final int settings;

  /// Bits that f carries over and that a program may change.
  private final int carried;

  /// Bits that neither run may change.
  private final int kept;

  Monitored(Layout layout, Monitor monitor) {
    this.layout = layout;
    this.monitor = monitor;
    this.walk = new TreeWalk(layout);
    Machine machine = layout.machine;
    placed =
        machine.memories().stream()
            .filter(m -> machine.spaces().stream().anyMatch(s -> s.memory() == m))
            .toList();
    storage = placed.stream().mapToInt(layout::bitsOf).reduce(0, (a, b) -> a | b);
    int count = placed.stream().mapToInt(m -> m.count().intValueExact()).min().orElse(0);
    for (int base = 0; base <= count; base++) {
      for (int size = 0; base + size <= count; size++) {
        Region region = new Region(base, size);
        if (isStorage(region) && value(monitor.where(), layout.unpack(0), region) != 0) {
          regions.add(region);
        }
      }
    }
    for (Monitor.Level level : monitor.levels()) {
      levels.add(new Level(extent(level.virtual()), extent(level.real())));
    }
    int monitors = layout.bitsOf(Role.M);
    for (Monitor.Part part : monitor.virtual()) {
      monitors |=
          switch (part) {
            case Monitor.Part.Bits(var register, var high, var low) ->
                wholeFields(register, high, low);
            case Monitor.Part.Device(var name) -> device(name);
          };
    }
    int assigned = 0;
    int touched = 0;
    for (Monitor.Assignment a : assignments()) {
      int slot = layout.slot(a.register(), a.index());
      assigned |= layout.bitsOf(slot, Layout.mask(a.high() - a.low() + 1) << a.low());
      touched |= wholeFields(a.register(), a.high(), a.low());
    }
    int configured = 0;
    for (Monitor.Part part : monitor.configurable()) {
      if (part instanceof Monitor.Part.Bits(var register, var high, var low)) {
        configured |= wholeFields(register, high, low);
      }
    }
    settings = configured & ~assigned;
    free = (monitors | configured) & ~assigned;
    int control = layout.bitsOf(Role.M) | layout.bitsOf(Role.R);
    int all = (1 << layout.bits()) - 1;
    carried = all & ~storage & ~control & ~monitors & ~touched;
    kept = all & ~storage & ~carried;
  }

  /// Whether no cell of it is a device's.
  private boolean isStorage(Region region) {
    return layout.machine.spaces().stream()
        .flatMap(s -> s.devices().stream())
        .map(d -> d.index().toInt())
        .noneMatch(d -> region.base <= d && d < region.base + region.size);
  }

  private List<Monitor.Assignment> assignments() {
    List<Monitor.Assignment> all = new ArrayList<>(monitor.run());
    all.addAll(monitor.shadow());
    return all;
  }

  private int wholeFields(Register register, int high, int low) {
    int bits = 0;
    for (Field f : register.fields()) {
      if (low <= f.high() && f.low() <= high) {
        bits |= layout.bitsOf(register, Layout.mask(f.width()) << f.low());
      }
    }
    return bits;
  }

  private int device(String name) {
    int bits = 0;
    for (Port p : layout.machine.ports()) {
      if (p.isInput() && p.device().equals(name)) {
        bits |= layout.bitsOf(p);
      }
    }
    return bits;
  }

  /// The bits that hold what the monitor sets once and for all.
  int settings() {
    return settings;
  }

  /// A real state in which the virtual state's next instruction goes wrong, of those that count; -1
  /// if there is none.
  int gap(int virtual, Runs runs, IntPredicate counts) {
    return gap(virtual, runs, counts, _ -> true);
  }

  /// Adds the settings under which the virtual state's next instruction goes wrong in some real
  /// state.
  void gaps(int virtual, Runs runs, IntPredicate counts, Set<Integer> known) {
    while (true) {
      int real = gap(virtual, runs, counts, r -> !known.contains(r & settings));
      if (real < 0) {
        return;
      }
      known.add(real & settings);
    }
  }

  private int gap(int virtual, Runs runs, IntPredicate counts, IntPredicate wanted) {
    int[] found = {-1};
    if (runs.stops(virtual) || runs.from(virtual) == runs.to(virtual)) {
      return -1;
    }
    Cells state = layout.unpack(virtual);
    for (Region region : regions) {
      Cells forced = layout.unpack(0);
      int named = 0;
      for (Monitor.Assignment a : assignments()) {
        long value = value(a.value(), state, region);
        int slot = layout.slot(a.register(), a.index());
        long mask = Layout.mask(a.high() - a.low() + 1) << a.low();
        forced.values[slot] = forced.values[slot] & ~mask | value << a.low() & mask;
        named |= layout.bitsOf(slot, mask);
      }
      int outside = storage & ~inRegion(region);
      int fixed =
          virtual & ~storage & ~free & ~named
              | layout.pack(forced) & named
              | placedStorage(state, region);
      subsets(
          free | outside,
          choice -> {
            int real = fixed | choice;
            if (found[0] < 0
                && wanted.test(real)
                && counts.test(real)
                && runsIn(virtual, real)
                && goesWrong(virtual, real, region, runs)) {
              found[0] = real;
            }
          });
      if (found[0] >= 0) {
        return found[0];
      }
    }
    return -1;
  }

  private static void subsets(int mask, IntConsumer each) {
    int subset = 0;
    do {
      each.accept(subset);
      subset = subset - mask & mask;
    } while (subset != 0);
  }

  private long value(Expr expr, Cells state, Region region) {
    return walk.evaluate(
        state,
        expr,
        Map.of(monitor.regionBase(), (long) region.base, monitor.regionSize(), (long) region.size));
  }

  /// Whether the real state is in the mode in which the virtual state's runs.
  private boolean runsIn(int virtual, int real) {
    for (Level level : levels) {
      if (level.virtual.has(virtual) && !level.real.has(real)) {
        return false;
      }
    }
    return true;
  }

  /// A mode of guests, and the one that it really runs in.
  private record Level(Extent virtual, Extent real) {}

  /// The states of a mode, by the bits that decide.
  private record Extent(int reads, boolean[] in) {
    boolean has(int state) {
      return in[Integer.compress(state, reads)];
    }
  }

  private Extent extent(Mode mode) {
    int reads = Reads.of(layout, mode.holds());
    boolean[] in = new boolean[1 << Integer.bitCount(reads)];
    for (int k = 0; k < in.length; k++) {
      in[k] = walk.evaluate(layout.unpack(Integer.expand(k, reads)), mode.holds()) != 0;
    }
    return new Extent(reads, in);
  }

  private int inRegion(Region region) {
    int bits = 0;
    for (Memory m : placed) {
      for (int i = region.base; i < region.base + region.size; i++) {
        bits |= layout.bitsOf(layout.slot(m, i), Layout.mask(m.width()));
      }
    }
    return bits;
  }

  /// The real storage inside the region that holds a state's virtual storage.
  private int placedStorage(Cells state, Region region) {
    int code = 0;
    for (Memory m : placed) {
      for (int i = 0; i < region.size; i++) {
        Layout.Slot slot = layout.slots.get(layout.slot(m, region.base + i));
        code |= (int) state.values[layout.slot(m, i)] << slot.at();
      }
    }
    return code;
  }

  private boolean goesWrong(int virtual, int real, Region region, Runs runs) {
    boolean promised = !runs.has(virtual, Runs.UNPREDICTABLE);
    for (int o = runs.from(real); o < runs.to(real); o++) {
      if (runs.kind(o) == Runs.UNPREDICTABLE
          || promised
              && runs.kind(o) == Runs.COMPLETES
              && !isMatched(virtual, real, o, region, runs)) {
        return true;
      }
    }
    return false;
  }

  private boolean isMatched(int virtual, int real, int realOutcome, Region region, Runs runs) {
    for (int o = runs.from(virtual); o < runs.to(virtual); o++) {
      if (runs.kind(o) == Runs.COMPLETES
          && !runs.uses(o)
          && !runs.uses(realOutcome)
          && corresponds(virtual, runs.after(o), real, runs.after(realOutcome), region)) {
        return true;
      }
    }
    return false;
  }

  private boolean corresponds(
      int virtual, int virtualAfter, int real, int realAfter, Region region) {
    int inside = inRegion(region);
    return ((virtualAfter ^ realAfter) & carried) == 0
        && ((virtual ^ virtualAfter) & kept) == 0
        && ((real ^ realAfter) & kept) == 0
        && ((real ^ realAfter) & storage & ~inside) == 0
        && (realAfter & inside) == placedStorage(layout.unpack(virtualAfter), region);
  }
}
