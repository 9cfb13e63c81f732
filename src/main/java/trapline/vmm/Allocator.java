package trapline.vmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.isa.Machine;
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
      if (given.stream().noneMatch(region::overlaps) && Placement.isAllowed(guest, region)) {
        given.add(region);
        return Optional.of(region);
      }
    }
    return Optional.empty();
  }

  /// Gives away `region`, if it is free.
  boolean take(Region region) {
    if (region.base() + region.size() > Simulator.storage(host.state())
        || given.stream().anyMatch(region::overlaps)) {
      return false;
    }
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
    Region region = new Region(granule, granule);
    if (!Placement.isAllowed(guest, region)) {
      return false;
    }
    State virtual = guest.window(trial.state(), region.base(), region.size());
    guest.reset(virtual);
    return new Placement(guest, trial.state(), region)
        .strays(virtual, trial.state(), host.simulator())
        .isEmpty();
  }

  private static long roundUp(long value, long granule) {
    return (value + granule - 1) / granule * granule;
  }
}
