package trapline.vmm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import trapline.machine.Simulator;
import trapline.machine.State;

/// The same program on virtual machines, side by side and on monitors under monitors, and for each on
/// a bare machine: run and compared.
///
///     Plan --of--> Made = Ready(Experiment) | Full(why)         --run--> an Outcome for each guest
public final class Experiment {
  /// What to set up. `guests` are the virtual machines that the program runs on, `hosts` the real
  /// machine and all virtual ones in between; `size` is the storage of each guest, if not as much
  /// as there is for each; `slice` is in steps of the real machine.
  public record Plan(
      Simulator hosts,
      Simulator guests,
      VirtualMachine.Kind kind,
      int count,
      int nest,
      OptionalLong size,
      long slice,
      ControlProgram.Maker maker) {

    public static Plan of(Simulator hosts, Simulator guests, VirtualMachine.Kind kind) {
      return new Plan(hosts, guests, kind, 1, 1, OptionalLong.empty(), 1000, ControlProgram.SOUND);
    }

    public Plan sideBySide(int guests) {
      return new Plan(hosts, this.guests, kind, guests, nest, size, slice, maker);
    }

    public Plan nested(int depth) {
      return new Plan(hosts, guests, kind, count, depth, size, slice, maker);
    }

    public Plan sized(long cells) {
      return new Plan(hosts, guests, kind, count, nest, OptionalLong.of(cells), slice, maker);
    }

    public Plan slicedBy(long steps) {
      return new Plan(hosts, guests, kind, count, nest, size, steps, maker);
    }

    public Plan madeBy(ControlProgram.Maker maker) {
      return new Plan(hosts, guests, kind, count, nest, size, slice, maker);
    }
  }

  /// One program, on the virtual machines `levels` (its own first, the one on the real machine
  /// last).
  public record Guest(Lockstep pair, List<VirtualMachine> levels, Optional<Meter> meter) {
    public VirtualMachine virtual() {
      return pair.virtual();
    }

    /// Instructions that monitors executed in its place, on all levels.
    public long executions() {
      return levels.stream().mapToLong(v -> v.tally().executions()).sum();
    }

    /// How often a state was put into a host, on all levels.
    public long switches() {
      return levels.stream().mapToLong(v -> v.tally().switches()).sum();
    }
  }

  /// How to compare.
  public enum Comparison {
    /// After every step.
    LOCKSTEP,
    /// After every stretch: [Lockstep#stretch].
    STRETCHES
  }

  public sealed interface Made {
    record Ready(Experiment experiment) implements Made {}

    /// There is no room for it.
    record Full(String why) implements Made {}
  }

  private final Plan plan;
  private final Bare real;
  private final MeteredComputer processor;
  private final ControlProgram monitor;
  private final Optional<LongSupplier> clock;
  private final List<Guest> guests = new ArrayList<>();
  private final Map<Guest, Lockstep.Outcome> outcomes = new LinkedHashMap<>();
  private Optional<Chronicle> chronicle = Optional.empty();

  private Experiment(Plan plan, Optional<LongSupplier> clock) {
    this.plan = plan;
    this.clock = clock;
    real = Bare.of(plan.hosts);
    processor = new MeteredComputer(real, new Meter(clock.orElse(() -> 0)));
    Computer host = clock.isPresent() ? processor : real;
    monitor = ControlProgram.on(host, new Journal(), plan.maker);
  }

  /// Sets everything up, with what `program` puts into each state.
  public static Made of(Plan plan, Consumer<State> program) {
    return of(plan, program, Optional.empty());
  }

  /// And measures the time of stretches by a clock that tells nanoseconds.
  public static Made of(Plan plan, Consumer<State> program, LongSupplier clock) {
    return of(plan, program, Optional.of(clock));
  }

  private static Made of(Plan plan, Consumer<State> program, Optional<LongSupplier> clock) {
    Experiment made = new Experiment(plan, clock);
    for (int i = 1; i <= plan.count; i++) {
      Optional<String> why = made.admit(i, program);
      if (why.isPresent()) {
        return new Made.Full(why.get());
      }
    }
    return new Made.Ready(made);
  }

  private Optional<String> admit(int number, Consumer<State> program) {
    int nest = plan.nest;
    Simulator theirs = plan.guests;
    long granule = monitor.granule(theirs);
    long storage = Simulator.storage(theirs.blank());
    long own = size() < storage ? size() : monitor.most(storage, granule);
    long pad = nest == 1 && plan.count == 1 ? granule : 0;
    long tables = monitor.tables();
    if (nest > 1 && (own + nest * (granule + tables)) * plan.count <= storage(monitor)) {
      pad = granule;
    }
    Optional<List<Long>> sizes = monitor.sizes(theirs, own, pad + tables, nest);
    if (sizes.isEmpty() || (plan.size.isPresent() && sizes.get().getLast() != own)) {
      return Optional.of(full(monitor, "guest " + number, own, theirs));
    }
    ControlProgram on = monitor;
    String name = "guest " + number;
    List<VirtualMachine> levels = new ArrayList<>();
    for (int depth = 1; depth < nest; depth++) {
      long with = sizes.get().get(depth - 1);
      String below = name + "." + depth;
      var between = on.admit(below, plan.kind, plan.hosts, with, pad);
      if (between.isEmpty()) {
        return Optional.of(full(on, below, with, plan.hosts));
      }
      levels.addFirst(between.get());
      on = ControlProgram.on(between.get(), monitor.journal(), plan.maker);
    }
    long cells = sizes.get().getLast();
    var virtual = on.admit(name, plan.kind, theirs, cells, pad);
    if (virtual.isEmpty()) {
      return Optional.of(full(on, name, cells, theirs));
    }
    levels.addFirst(virtual.get());
    Bare bare = Bare.of(theirs);
    for (Computer computer : List.of(bare, virtual.get())) {
      program.accept(computer.state());
    }
    Lockstep pair = Lockstep.of(bare, virtual.get());
    Optional<Meter> meter = clock.map(Meter::new);
    meter.ifPresent(m -> pair.measure(m, processor));
    guests.add(new Guest(pair, List.copyOf(levels), meter));
    return Optional.empty();
  }

  private static String full(ControlProgram on, String name, long cells, Simulator simulator) {
    return "no room for "
        + name
        + ": "
        + cells
        + " cells of "
        + storage(on)
        + ", in multiples of "
        + on.granule(simulator);
  }

  private long size() {
    if (plan.size.isPresent()) {
      return plan.size.getAsLong();
    }
    if (plan.hosts != plan.guests) {
      return Simulator.storage(plan.guests.blank());
    }
    long granule = monitor.granule(plan.guests);
    long each = storage(monitor) / plan.count - plan.nest * (granule + monitor.tables());
    return each / granule * granule;
  }

  private static long storage(ControlProgram monitor) {
    return Simulator.storage(monitor.host().state());
  }

  public Plan plan() {
    return plan;
  }

  /// The real machine.
  public Bare real() {
    return real;
  }

  public Journal journal() {
    return monitor.journal();
  }

  /// Whether time slices are measured by a timer of the real machine.
  public boolean hasTimer() {
    return monitor.hasTimer();
  }

  public List<Guest> guests() {
    return List.copyOf(guests);
  }

  /// Keeps a [Chronicle] from here on. Costs time.
  public Chronicle chronicle() {
    if (chronicle.isEmpty()) {
      List<String> names = new ArrayList<>();
      guests.forEach(g -> g.levels.forEach(v -> names.add(v.name())));
      var codec = plan.hosts.codec();
      chronicle =
          Optional.of(new Chronicle(names, word -> codec.decode(word).instruction().name()));
      journal().chronicle(chronicle.get());
    }
    return chronicle.get();
  }

  /// Runs each guest for at most so many steps in all, in turn. `progress` is told how many steps
  /// have been compared.
  public void run(long limit, Comparison comparison, LongConsumer progress) {
    List<RoundRobin.Job> jobs = new ArrayList<>();
    for (Guest guest : guests) {
      jobs.add(() -> {
        Lockstep pair = guest.pair;
        long most = limit - pair.steps();
        Lockstep.Outcome outcome =
            switch (comparison) {
              case LOCKSTEP -> pair.run(most);
              case STRETCHES -> pair.runInStretches(most);
            };
        outcomes.put(guest, outcome);
        progress.accept(steps());
        return Lockstep.goesOn(outcome) && pair.steps() < limit;
      });
    }
    RoundRobin.run(monitor, plan.slice, jobs);
    journal().flush();
  }

  /// What became of the guest, once it has run.
  public Lockstep.Outcome outcome(Guest guest) {
    return java.util.Objects.requireNonNull(outcomes.get(guest), "it has not run");
  }

  /// Steps compared, of all guests.
  public long steps() {
    return guests.stream().mapToLong(g -> g.pair.steps()).sum();
  }
}
