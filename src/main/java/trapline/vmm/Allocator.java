package trapline.vmm;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import trapline.isa.DeviceCell;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Monitor;
import trapline.machine.Simulator;
import trapline.machine.State;

/// Gives each guest a piece of the host's storage that no other has, and that is storage
/// throughout: cells that are registers of the host's devices are nobody's.
///
/// Pieces begin and end at multiples of a *granule*: the least power of two for which the `vmm`
/// block places a machine after reset where it should be. It is found by trying, since a block may
/// be able to speak of pages only.
final class Allocator {
  private final Computer host;
  private final List<Region> given = new ArrayList<>();

  /// One of each machine that is a guest: to make one takes time.
  private final Map<Simulator, State> states = new IdentityHashMap<>();

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

  /// The least size, from so many cells on, of which there is a free piece that `where` allows:
  /// just so many, or a power of two.
  OptionalLong least(Simulator guest, long cells) {
    long granule = granule(guest);
    long all = Simulator.storage(host.state());
    for (long size = cells; 0 < size && size <= all; size = 2 * Long.highestOneBit(size)) {
      long step = Math.max(granule, Long.lowestOneBit(size));
      for (long base = 0; base + size <= all; base += step) {
        Region region = new Region(base, size, tables() == 0 ? 0 : roundUp(size, granule));
        if (isFree(new Region(base, size)) && isAllowed(guest, region)) {
          return OptionalLong.of(size);
        }
      }
    }
    return OptionalLong.empty();
  }

  private Optional<Region> free(Simulator guest, long size, long from, long granule, long end) {
    if (!leavesOutDevices(guest, size)) {
      return Optional.empty();
    }
    for (long base = from; base + size <= end; base += granule) {
      Region region = new Region(base, size);
      if (isFree(region)) {
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
      return Optional.of(region).filter(r -> isAllowed(guest, r));
    }
    long all = Simulator.storage(host.state());
    for (long at = (all - cells) / cells * cells; at >= 0; at -= cells) {
      Region own = new Region(at, cells);
      Region whole = new Region(region.base(), region.size(), at);
      if (!own.overlaps(region) && isFree(own) && isAllowed(guest, whole)) {
        given.add(own);
        return Optional.of(whole);
      }
    }
    return Optional.empty();
  }

  /// Whether no guest has any of it, and it is all storage: no register of a device of the host's.
  private boolean isFree(Region region) {
    Machine machine = host.simulator().machine();
    return given.stream().noneMatch(region::overlaps)
        && machine.memories().stream()
            .filter(machine::isTranslated)
            .flatMap(m -> machine.devices(m).stream())
            .noneMatch(d -> region.overlaps(new Region(d.index().toLong(), 1)));
  }

  /// Whether a guest with so many cells is kept from all of them that are its devices'. That is
  /// proven of the `vmm` block for the host's own devices, and seen to where mappings are installed
  /// ([Mappings]). Devices of a guest that lie elsewhere, as it has less storage, must lie behind
  /// it.
  private boolean leavesOutDevices(Simulator guest, long size) {
    Machine mine = host.simulator().machine();
    if (mine.monitor().flatMap(Monitor::mapping).isPresent()) {
      return true;
    }
    List<Memory> memories = guest.machine().memories();
    for (int m = 0; m < memories.size(); m++) {
      for (DeviceCell device : guest.machine().devices(memories.get(m))) {
        long cell = device.index().toLong();
        if (Long.compareUnsigned(cell, size) < 0 && !mine.isDevice(mine.memories().get(m), cell)) {
          return false;
        }
      }
    }
    return true;
  }

  /// How many cells the monitor keeps for each guest.
  long tables() {
    return host.simulator().machine().monitor().map(Monitor::tables).orElse(0L);
  }

  /// Gives away `region`, if it is free.
  boolean take(Simulator guest, Region region) {
    Region tables = new Region(region.tables(), tables());
    long all = Simulator.storage(host.state());
    if (region.base() + region.size() > all
        || tables.base() + tables.size() > all
        || tables.overlaps(region)
        || !isFree(region)
        || !isFree(tables)
        || !leavesOutDevices(guest, region.size())) {
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

  private boolean isAllowed(Simulator guest, Region region) {
    State any = states.computeIfAbsent(guest, g -> g.window(g.blank(), 0, 0));
    return Placement.isAllowed(guest, any, region);
  }

  private boolean fits(Simulator guest, long granule) {
    Bare trial = Bare.of(host.simulator());
    long all = Simulator.storage(host.state());
    Region region = new Region(granule, granule, (all - 1) / granule * granule);
    if (!isAllowed(guest, region)) {
      return false;
    }
    State virtual = guest.window(trial.state(), region.base(), region.size());
    guest.reset(virtual);
    Mappings.of(guest, host.simulator(), trial.state(), region)
        .ifPresent(nothing -> nothing.settle(virtual, trial.state(), false));
    return new Placement(guest, trial.state(), region, Pace.of(guest.machine()))
        .strays(virtual, trial.state(), host.simulator())
        .isEmpty();
  }

  private static long roundUp(long value, long granule) {
    return (value + granule - 1) / granule * granule;
  }
}
