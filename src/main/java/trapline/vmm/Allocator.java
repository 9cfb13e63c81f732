package trapline.vmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Gives each guest a piece of the host's storage that no other has.
///
/// Pieces begin and end at multiples of a *granule*: the least power of two for which the `vmm`
/// block places a machine after reset where it should be. It is found by trying, since a block may
/// be able to speak of pages only.
final class Allocator {
  private final Computer host;
  private final List<Region> given = new ArrayList<>();

  Allocator(Computer host) {
    this.host = host;
  }

  /// The first free piece of that size that `where` allows, from cell `from` on if there is one.
  Optional<Region> allocate(Simulator guest, long size, long from) {
    long granule = granule(guest);
    long all = Simulator.storage(host.state());
    return free(guest, size, roundUp(from, granule), granule, all)
        .or(() -> free(guest, size, 0, granule, Math.min(all, from + size)));
  }

  private Optional<Region> free(Simulator guest, long size, long from, long granule, long end) {
    for (long base = from; base + size <= end; base += granule) {
      Region region = new Region(base, size);
      if (given.stream().noneMatch(region::overlaps)) {
        Optional<Region> whole = withTables(guest, region);
        if (whole.isPresent()) {
          given.add(region);
          return whole;
        }
      }
    }
    return Optional.empty();
  }

  /// The region with cells for the monitor's tables, the last that are free, if it keeps any.
  private Optional<Region> withTables(Simulator guest, Region region) {
    long cells = tables();
    if (cells == 0) {
      return Optional.of(region).filter(r -> Placement.isAllowed(guest, r));
    }
    long all = Simulator.storage(host.state());
    for (long at = (all - cells) / cells * cells; at >= 0; at -= cells) {
      Region own = new Region(at, cells);
      Region whole = new Region(region.base(), region.size(), at);
      if (!own.overlaps(region)
          && given.stream().noneMatch(own::overlaps)
          && Placement.isAllowed(guest, whole)) {
        given.add(own);
        return Optional.of(whole);
      }
    }
    return Optional.empty();
  }

  /// How many cells the monitor keeps for each guest.
  long tables() {
    return host.simulator().machine().monitor().map(Monitor::tables).orElse(0L);
  }

  /// Gives away `region`, if it is free.
  boolean take(Region region) {
    Region tables = new Region(region.tables(), tables());
    long all = Simulator.storage(host.state());
    if (region.base() + region.size() > all
        || tables.base() + tables.size() > all
        || tables.overlaps(region)
        || given.stream().anyMatch(g -> g.overlaps(region) || g.overlaps(tables))) {
      return false;
    }
    given.add(tables);
    return given.add(region);
  }

  long granule(Simulator guest) {
    long all = Simulator.storage(host.state());
    Machine machine = guest.machine();
    for (long granule = 1; 2 * granule <= all; granule *= 2) {
      if (granule >= 4 && machine.monitor().isPresent() && fits(guest, granule)) {
        return granule == 4 ? 1 : granule;
      }
    }
    return 1;
  }

  private boolean fits(Simulator guest, long granule) {
    Bare trial = Bare.of(host.simulator());
    long all = Simulator.storage(host.state());
    Region region = new Region(granule, granule, (all - 1) / granule * granule);
    if (!Placement.isAllowed(guest, region)) {
      return false;
    }
    State virtual = guest.window(trial.state(), region.base(), region.size());
    guest.reset(virtual);
    return new Placement(guest, trial.state(), region, Pace.of(guest.machine()))
        .strays(virtual, trial.state(), host.simulator())
        .isEmpty();
  }

  private static long roundUp(long value, long granule) {
    return (value + granule - 1) / granule * granule;
  }
}
