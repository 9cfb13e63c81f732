package trapline.vmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Where the time of one guest goes, by a clock that its maker reads: on the processor, which runs its
/// instructions, or in monitors.
///
///     direct step      time of the bare machine / its steps, in the same program
///     cost of a trap   time in monitors / times that they were entered, in direct steps
///
/// A monitor is entered by a trap, and by an interrupt that is due for its guest. Its time is all that
/// passes between giving up the processor and the guest's next stretch on it: monitors of monitors,
/// the trap sequence on the virtual state, and looking at the clock. What a hybrid monitor interprets is
/// counted apart. The cost is taken for parts of the run with as many entries each, those of its second
/// half, when the program that measures is warm; so it comes with its spread: half of the parts lie
/// between the quartiles.
public final class Meter {
  /// Of several values: the one in the middle, and those in the middle of each half.
  public record Spread(double median, double low, double high, int parts) {}

  /// One stretch: the guest's time in all, of that on the processor; how often a monitor was
  /// entered; how many instructions were direct and how many interpreted; and the bare machine's
  /// time and steps for the same.
  record Stretch(
      long virtual,
      long processor,
      long entries,
      long direct,
      long interpreted,
      long bare,
      long steps) {}

  private static final int PARTS = 1024;
  private static final int FEWEST = 8;

  private static final class Part {
    private long monitor;
    private long entries;
    private long bare;
    private long steps;

    void add(Part that) {
      monitor += that.monitor;
      entries += that.entries;
      bare += that.bare;
      steps += that.steps;
    }

    double cost() {
      return (double) monitor / entries / ((double) bare / steps);
    }
  }

  private final LongSupplier clock;
  private final List<Part> parts = new ArrayList<>();
  private Part part = new Part();
  private long size = 16;
  private long virtual;
  private long processor;
  private long direct;
  private long interpreting;
  private long interpreted;
  private long bare;
  private long steps;

  /// `clock` tells nanoseconds.
  public Meter(LongSupplier clock) {
    this.clock = clock;
  }

  /// What several have measured together.
  public static Meter sum(List<Meter> meters) {
    Meter sum = new Meter(() -> 0);
    for (Meter meter : meters) {
      sum.parts.addAll(meter.warm());
      sum.parts.addAll(0, meter.parts.subList(0, meter.parts.size() - meter.warm().size()));
      sum.virtual += meter.virtual;
      sum.processor += meter.processor;
      sum.direct += meter.direct;
      sum.interpreting += meter.interpreting;
      sum.interpreted += meter.interpreted;
      sum.bare += meter.bare;
      sum.steps += meter.steps;
    }
    return sum;
  }

  long now() {
    return clock.getAsLong();
  }

  void add(Stretch stretch) {
    virtual += stretch.virtual;
    bare += stretch.bare;
    steps += stretch.steps;
    part.bare += stretch.bare;
    part.steps += stretch.steps;
    if (stretch.interpreted > 0) {
      interpreting += stretch.virtual - stretch.processor;
      interpreted += stretch.interpreted;
      return;
    }
    processor += stretch.processor;
    direct += stretch.direct;
    part.monitor += stretch.virtual - stretch.processor;
    part.entries += stretch.entries;
    if (part.entries >= size && part.steps > 0 && part.bare > 0) {
      parts.add(part);
      part = new Part();
      if (parts.size() == PARTS) {
        for (int i = 0; i < PARTS / 2; i++) {
          parts.get(i).add(parts.remove(i + 1));
        }
        size *= 2;
      }
    }
  }

  /// What a trap costs, in direct steps; nothing if there were too few to say.
  public Optional<Spread> cost() {
    List<Double> costs = warm().stream().map(Part::cost).sorted().toList();
    if (costs.size() < FEWEST) {
      return Optional.empty();
    }
    int n = costs.size();
    return Optional.of(new Spread(costs.get(n / 2), costs.get(n / 4), costs.get(n - 1 - n / 4), n));
  }

  private List<Part> warm() {
    return parts.subList(parts.size() / 2, parts.size());
  }

  /// What an interpreted instruction costs, in direct steps; 0 if there was none.
  public double costOfInterpreting() {
    return interpreted == 0 ? 0 : inSteps((double) interpreting / interpreted);
  }

  /// What a guest's step on the processor takes, in direct steps: more than 1, as time has to pass
  /// on the virtual machine too.
  public double costOfRunning() {
    return direct == 0 ? 0 : inSteps((double) processor / direct);
  }

  /// How much longer the guest took than the bare machine, a factor.
  public double slowdown() {
    return bare == 0 ? 0 : (double) virtual / bare;
  }

  private double inSteps(double time) {
    return bare == 0 ? 0 : time / ((double) bare / steps);
  }

  /// Nanoseconds under the monitor, in all.
  public long virtualTime() {
    return virtual;
  }

  /// Nanoseconds on the bare machine, in all.
  public long bareTime() {
    return bare;
  }
}
