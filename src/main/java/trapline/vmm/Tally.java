package trapline.vmm;

/// What a virtual machine's steps were spent on. Mutable.
///
///     steps  = direct + emulated + interpreted + reflected + interrupts
///     traps  = emulated + reflected + filled     of the host, into the monitor
///     executions                             instructions executed on the virtual state
///     switches                               times that the guest's state was put into the host
public final class Tally {
  long direct;
  long emulated;
  long filled;
  long interpreted;
  long reflected;
  long interrupts;
  long slices;
  long breaches;
  long executions;
  long switches;

  /// What several have done together.
  public static Tally sum(java.util.List<Tally> tallies) {
    Tally sum = new Tally();
    for (Tally tally : tallies) {
      sum.direct += tally.direct;
      sum.emulated += tally.emulated;
      sum.interpreted += tally.interpreted;
      sum.reflected += tally.reflected;
      sum.interrupts += tally.interrupts;
      sum.slices += tally.slices;
      sum.breaches += tally.breaches;
      sum.executions += tally.executions;
      sum.switches += tally.switches;
    }
    return sum;
  }

  public long direct() {
    return direct;
  }

  public long emulated() {
    return emulated;
  }

  /// Traps for want of a mapping only, after which the instruction was tried again.
  public long filled() {
    return filled;
  }

  public long interpreted() {
    return interpreted;
  }

  public long reflected() {
    return reflected;
  }

  public long interrupts() {
    return interrupts;
  }

  public long slices() {
    return slices;
  }

  public long breaches() {
    return breaches;
  }

  public long executions() {
    return executions;
  }

  public long switches() {
    return switches;
  }

  public long instructions() {
    return direct + emulated + interpreted;
  }

  public long traps() {
    return emulated + reflected + filled;
  }

  /// Steps that a monitor took in the guest's place.
  public long monitored() {
    return emulated + interpreted + reflected + interrupts;
  }

  /// The share of instructions that ran on the processor itself, of 1.
  public double share() {
    return instructions() == 0 ? 0 : (double) direct / instructions();
  }

  public double trapsPerThousand() {
    long steps = instructions() + reflected + interrupts;
    return steps == 0 ? 0 : 1000.0 * traps() / steps;
  }
}
