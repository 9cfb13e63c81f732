package trapline.vmm;

import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import trapline.isa.Cause;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.machine.Simulator;

/// The monitor of one host: owns its processor, storage and devices, and makes virtual machines out
/// of them. The host may be a virtual machine itself.
///
///     ControlProgram = Allocator + dispatcher and interpreter (VirtualMachine) per guest
///
/// Source: Popek and Goldberg 1974, p. 416 (the control program), Goldberg 1973 for nesting.
public final class ControlProgram {
  /// Makes a virtual machine; a test makes a faulty one.
  public interface Maker {
    VirtualMachine make(
        ControlProgram owner,
        String name,
        VirtualMachine.Kind kind,
        Simulator simulator,
        Region region);
  }

  public static final Maker SOUND = VirtualMachine::new;

  private final Computer host;
  private final Journal journal;
  private final Maker maker;
  private final Allocator allocator;
  private final List<VirtualMachine> guests = new ArrayList<>();
  private final Optional<Timer> timer;
  private Optional<VirtualMachine> occupant = Optional.empty();
  private boolean counts;
  private long left;
  private boolean over;

  private ControlProgram(Computer host, Journal journal, Maker maker) {
    this.host = host;
    this.journal = journal;
    this.maker = maker;
    allocator = new Allocator(host);
    timer = Timer.of(host.simulator());
  }

  /// A machine without a `vmm` block has no monitor.
  public static ControlProgram on(Computer host, Journal journal) {
    return on(host, journal, SOUND);
  }

  /// One whose virtual machines are made by `maker`.
  public static ControlProgram on(Computer host, Journal journal, Maker maker) {
    Machine machine = host.simulator().machine();
    if (machine.monitor().isEmpty()) {
      throw new IllegalArgumentException("machine " + machine.name() + " has no `vmm` block");
    }
    return new ControlProgram(host, journal, maker);
  }

  public Computer host() {
    return host;
  }

  public Journal journal() {
    return journal;
  }

  public List<VirtualMachine> guests() {
    return List.copyOf(guests);
  }

  /// Whether time slices are measured by a timer of the host.
  public boolean hasTimer() {
    return timer.isPresent();
  }

  /// A virtual machine with so many cells of storage, not below cell `from` of the host; empty if
  /// the host has no room for it.
  public Optional<VirtualMachine> admit(
      String name, VirtualMachine.Kind kind, Simulator guest, long size, long from) {
    return allocator
        .allocate(guest, size, from)
        .map(region -> admitted(maker.make(this, name, kind, guest, region)));
  }

  /// A virtual machine in just that piece of the host's storage; empty if it is taken.
  public Optional<VirtualMachine> admit(
      String name, VirtualMachine.Kind kind, Simulator guest, Region region) {
    if (!allocator.take(guest, region)) {
      return Optional.empty();
    }
    return Optional.of(admitted(maker.make(this, name, kind, guest, region)));
  }

  private VirtualMachine admitted(VirtualMachine machine) {
    guests.add(machine);
    return machine;
  }

  /// Storage is given in multiples of so many cells.
  public long granule(Simulator guest) {
    return allocator.granule(guest);
  }

  /// The sizes of virtual machines in each other, the outermost first: `guest` has at most `own`
  /// cells, and each other has `more` than the next. Where `where` allows no such sizes, powers of
  /// two are tried; empty if none of them does.
  public Optional<List<Long>> sizes(Simulator guest, long own, long more, int depth) {
    for (long innermost = own; innermost > 0; innermost = Long.highestOneBit(innermost - 1)) {
      LinkedList<Long> sizes = new LinkedList<>(List.of(innermost));
      OptionalLong size = allocator.least(guest, innermost);
      if (size.isPresent() && size.getAsLong() == innermost) {
        while (sizes.size() < depth && size.isPresent()) {
          size = allocator.least(host.simulator(), size.getAsLong() + more);
          size.ifPresent(sizes::addFirst);
        }
        if (sizes.size() == depth) {
          return Optional.of(List.copyOf(sizes));
        }
      }
    }
    return Optional.empty();
  }

  /// The multiple of `granule` that a guest with so many cells is given. The registers of devices
  /// that may make up the rest of its last piece are left out of what is mapped, if mappings are
  /// made one by one.
  long most(long cells, long granule) {
    boolean isMapped = host.simulator().machine().monitor().flatMap(Monitor::mapping).isPresent();
    return (isMapped ? cells + granule - 1 : cells) / granule * granule;
  }

  /// At most so many cells are taken for the monitor's own tables with each guest.
  public long tables() {
    return 2 * allocator.tables();
  }

  /// Whether that guest was the last to be run directly; it is now.
  boolean occupies(VirtualMachine guest) {
    boolean same = occupant.filter(g -> g == guest).isPresent();
    if (!same) {
      occupant = Optional.of(guest);
    }
    return same;
  }

  /// Begins a time slice: after so many steps of the host, its guests are preempted.
  public void slice(long steps) {
    over = false;
    if (timer.isPresent()) {
      timer.get().set(host.state(), Math.min(steps, timer.get().most()));
    } else {
      counts = true;
      left = steps;
    }
  }

  boolean isSliceOver() {
    return over || (counts && left <= 0);
  }

  /// Without a timer of the host, a step is taken off the time slice.
  void spend() {
    if (counts) {
      left--;
    }
  }

  /// The host has an interrupt for the monitor.
  Optional<String> interrupted(Cause cause) {
    Optional<String> fault = host.simulator().acknowledge(host.state(), cause);
    if (timer.isPresent() && timer.get().cause() == cause) {
      over = true;
    } else if (fault.isEmpty()
        && host.simulator().due(host.state()).filter(c -> c == cause).isPresent()) {
      return Optional.of("interrupt " + cause + " of the host, which no device program answers");
    }
    return fault;
  }

  /// Takes interrupts of the host while it interprets.
  void look() {
    if (timer.isPresent()) {
      host.simulator().due(host.state()).ifPresent(this::interrupted);
    }
  }
}
