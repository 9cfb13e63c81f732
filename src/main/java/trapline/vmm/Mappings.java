package trapline.vmm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.DeviceCell;
import trapline.isa.Function;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Space;
import trapline.isa.Statement;
import trapline.machine.Chosen;
import trapline.machine.Reference;
import trapline.machine.Selection;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.Translation;

/// What of one guest's translation is installed in its host: the *shadow*, by the `map` and `unmap`
/// of the `vmm` block.
///
///     entry = (reference, cell, walk)     the guest's own translation leads the reference to its cell;
///                                         the walk is the cells of its that translation reads, and what
///                                         they held
///
/// Invariant, whenever the guest runs directly: each entry is what the guest's translation says. So
/// entries are looked at again, and taken out if they are no more, once a register that translation
/// reads, or a cell of some walk, holds something else. Registers of role M and R change only by what
/// the monitor does; and no cell of a walk can be stored to directly: a store there is not installed,
/// hence traps and is executed by the monitor.
///
/// Popek and Goldberg's map of storage with entries made on demand: Goldberg 1973, section 3 (the
/// composed map f of phi); write-protected tables as in later monitors.
final class Mappings {
  /// Entries after which those that the host has dropped are forgotten.
  private static final int MANY = 64;

  /// As many as one `map` may reasonably leave open.
  private static final int ANYS = 16;

  private record Entry(Reference reference, long cell, Map<Long, Bits> walk) {}

  private final Simulator guest;
  private final Simulator hosts;
  private final Region region;
  private final Monitor.Mapping mapping;
  private final Function where;
  private final boolean inRegisters;
  private final Selection translation;
  private final State from;

  /// How many mappings have been installed: what `map` leaves open (`any`) is taken in turn, so
  /// that of a buffer the entry goes that came first, and what an instruction needs together stays.
  private long turn;

  private final List<Entry> entries = new ArrayList<>();
  private boolean isSet;

  private Mappings(
      Simulator guest, Simulator hosts, State host, Region region, Monitor.Mapping mapping) {
    this.guest = guest;
    this.hosts = hosts;
    this.region = region;
    this.mapping = mapping;
    where =
        Function.returning(
            "where", mapping.map().parameters(), mapping.where(), mapping.map().span());
    inRegisters = writesRegisters(mapping.map().body());
    Machine machine = guest.machine();
    List<Selection.Part> read = new ArrayList<>();
    var mentions = new Mentions(read);
    machine.spaces().forEach(s -> mentions.of(s.body()));
    translation = Selection.of(machine, read);
    from = guest.window(host, 0, 0);
  }

  /// Nothing where translation is composed.
  static Optional<Mappings> of(Simulator guest, Simulator hosts, State host, Region region) {
    return hosts
        .machine()
        .monitor()
        .flatMap(Monitor::mapping)
        .map(m -> new Mappings(guest, hosts, host, region, m));
  }

  private static boolean writesRegisters(Statement.Block block) {
    return block.statements().stream()
        .anyMatch(s ->
            s instanceof Statement.RegisterWrite
                || s.blocks().stream().anyMatch(Mappings::writesRegisters));
  }

  /// How many entries are thought to be installed.
  int size() {
    return entries.size();
  }

  /// Before the guest runs: nothing is installed that its translation no longer says.
  /// `undisturbed`: nobody else has run on the host since.
  void settle(State virtual, State host, boolean undisturbed) {
    if (!isSet || (inRegisters && !undisturbed)) {
      clear(host);
      translation.copy(virtual, from);
      isSet = true;
    } else if (!translation.agree(virtual, from)
        || !entries.stream().allMatch(e -> holds(e, virtual))) {
      reconsider(virtual, host);
      translation.copy(virtual, from);
    }
  }

  private boolean holds(Entry entry, State virtual) {
    for (Map.Entry<Long, Bits> cell : entry.walk.entrySet()) {
      if (!virtual
          .memory(entry.reference.space().memory(), cell.getKey())
          .equals(cell.getValue())) {
        return false;
      }
    }
    return true;
  }

  private void reconsider(State virtual, State host) {
    for (Entry entry : List.copyOf(entries)) {
      if (!entries.contains(entry)) {
        continue;
      }
      Reference r = entry.reference;
      boolean same =
          guest.translation(virtual, r.space(), r.address(), r.access())
                  instanceof Translation.Reached(long cell)
              && cell == entry.cell
              && walk(virtual, r).equals(entry.walk);
      if (!same) {
        remove(entry, host);
      }
    }
  }

  /// The host has no way for that reference of its guest's: installs it, if the guest's own
  /// translation has one, to storage and no device. False if the instruction is to be executed on
  /// the virtual state instead.
  boolean fill(Reference missed, State virtual, State host) {
    Space space = counterpart(missed.space(), host.machine(), guest.machine());
    Reference own = new Reference(space, missed.address(), missed.access());
    if (!(guest.translation(virtual, space, own.address(), own.access())
            instanceof Translation.Reached(long cell))
        || Long.compareUnsigned(cell, region.size()) >= 0
        || guest.machine().isDevice(space.memory(), cell)) {
      return false;
    }
    List<Bits> arguments = arguments(missed, cell);
    if (!(hosts.call(host, where, arguments) instanceof Simulator.Result.Returned(var may))
        || may.filter(Bits::isTrue).isEmpty()) {
      return false;
    }
    Entry entry = new Entry(own, cell, walk(virtual, own));
    if (!install(entry, arguments, host)) {
      return false;
    }
    if (isStorable(host)) {
      clear(host);
      if (!install(entry, arguments, host)) {
        return false;
      }
      if (isStorable(host)) {
        remove(entry, host);
        return false;
      }
    }
    if (reachesDevice(entry, host)) {
      remove(entry, host);
      return false;
    }
    if (entries.size() > MANY) {
      forget(host);
    }
    return true;
  }

  private Map<Long, Bits> walk(State virtual, Reference r) {
    Map<Long, Bits> cells = new LinkedHashMap<>();
    for (long cell : guest.walk(virtual, r.space(), r.address(), r.access())) {
      cells.put(cell, virtual.memory(r.space().memory(), cell));
    }
    return cells;
  }

  private boolean install(Entry entry, List<Bits> arguments, State host) {
    host.choose(new Chosen(Collections.nCopies(ANYS, BigInteger.valueOf(turn++)), Map.of()));
    Simulator.Result result = hosts.call(host, mapping.map(), arguments);
    if (!(result instanceof Simulator.Result.Returned)) {
      return false;
    }
    entries.removeIf(e -> e.reference.equals(entry.reference));
    entries.add(entry);
    return true;
  }

  /// Whether some cell of a walk can be stored to directly. Within what one mapping covers, cells
  /// are as far apart as addresses, which is proven (classify, `Composed`).
  private boolean isStorable(State host) {
    Set<Long> watched = new LinkedHashSet<>();
    entries.forEach(e -> watched.addAll(e.walk.keySet()));
    for (Entry entry : watched.isEmpty() ? List.<Entry>of() : entries) {
      Reference r = entry.reference;
      Space space = counterpart(r.space(), guest.machine(), host.machine());
      for (long cell : watched) {
        Bits address = away(entry, cell);
        if (hosts.translation(host, space, address, Access.STORE)
                instanceof Translation.Reached(long real)
            && real == region.base() + cell) {
          return true;
        }
      }
    }
    return false;
  }

  /// Whether what was just installed leads to a cell of the guest's that is a device's register. As
  /// in [#isStorable], cells are as far apart as addresses.
  private boolean reachesDevice(Entry entry, State host) {
    Reference r = entry.reference;
    Space space = counterpart(r.space(), guest.machine(), host.machine());
    for (DeviceCell device : r.space().devices()) {
      long cell = device.index().toLong();
      Bits address = away(entry, cell);
      for (Access access : space.accesses()) {
        if (hosts.translation(host, space, address, access)
                instanceof Translation.Reached(long real)
            && real == region.base() + cell) {
          return true;
        }
      }
    }
    return false;
  }

  /// The space of one machine that is as that of the other, described alike.
  private static Space counterpart(Space space, Machine of, Machine in) {
    return in.spaces().get(of.spaces().indexOf(space));
  }

  /// The address as far from the entry's as the guest's `cell` is from the entry's.
  private Bits away(Entry entry, long cell) {
    Reference r = entry.reference;
    int width = r.address().width();
    Bits distance = Bits.of(Long.SIZE, (cell - entry.cell) * guest.machine().places(r.space()));
    return r.address()
        .add(width < Long.SIZE ? distance.extract(width - 1, 0) : distance.sext(width));
  }

  /// Forgets what the host no longer has.
  private void forget(State host) {
    entries.removeIf(e -> {
      Space space = counterpart(e.reference.space(), guest.machine(), host.machine());
      return !(hosts.translation(host, space, e.reference.address(), e.reference.access())
              instanceof Translation.Reached(long real)
          && real == region.base() + e.cell);
    });
  }

  private void remove(Entry entry, State host) {
    if (mapping.unmap().isEmpty()) {
      clear(host);
      return;
    }
    List<Bits> arguments = new ArrayList<>(List.of(entry.reference.address()));
    arguments.addAll(Placement.arguments(monitor(), region));
    hosts.call(host, mapping.unmap().get(), arguments);
    entries.removeIf(e -> e.reference.address().equals(entry.reference.address()));
  }

  private void clear(State host) {
    hosts.call(host, mapping.clear(), Placement.arguments(monitor(), region));
    entries.clear();
  }

  private List<Bits> arguments(Reference missed, long cell) {
    List<Bits> arguments = new ArrayList<>();
    arguments.add(missed.address());
    arguments.add(Bits.of(mapping.cell().width(), region.base() + cell));
    mapping
        .access()
        .ifPresent(how ->
            arguments.add(
                missed
                    .space()
                    .accessValues()
                    .getOrDefault(missed.access(), Bits.zero(how.width()))));
    arguments.addAll(Placement.arguments(monitor(), region));
    return List.copyOf(arguments);
  }

  private Monitor monitor() {
    return hosts.machine().monitor().orElseThrow();
  }
}
