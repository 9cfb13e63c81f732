// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

import static thirdgen.Registers.Mode_U;
import static thirdgen.Words.low;

import java.util.ArrayList;
import java.util.List;

/// A trap-and-emulate monitor of ThirdGen (Q=512), as its description's `vmm` block says.
///
/// - Sound: no instruction does anything directly that it would not do on the bare machine (the
///   exact criterion; trapline check).
/// - 5 instructions never trap by themselves and run directly: add, ldi, bz, jal, jr.
/// - 11 instructions may trap and have a routine: ld, st, svc, lpsw, setr, getr, stm, rtm, out,
///   inp, hlt, as have encodings that are no instruction.
///
/// Popek and Goldberg, CACM 17(7), 1974, p. 416: a dispatcher, an allocator, and an interpreter
/// routine for each instruction that traps, which are in [Routines].
public final class Monitor {
  /// What a step of a virtual machine came to.
  public enum Kind {
    /// The processor did it by itself.
    DIRECT,
    /// It trapped, and was done by the monitor.
    EMULATED,
    /// The monitor did it without having tried.
    INTERPRETED,
    /// The guest's own trap.
    REFLECTED,
    /// The guest's own interrupt.
    INTERRUPTED,
    /// Nothing happened: the time slice is over.
    PREEMPTED,
    HALTED,
    /// There is no telling what the guest should do next.
    STOPPED
  }

  /// A step, with the cause of its trap or interrupt, or why it stopped.
  public record Step(Kind kind, Cause cause, long[] arguments, String reason) {}

  /// How many cells of storage there are to divide, and in multiples of how many.
  private static final long STORAGE = 512L;

  private static final long GRANULE = 1;

  private final Host host;
  private final Registers real = new Registers();
  private final List<VirtualState> guests = new ArrayList<>();
  private boolean isOver;

  public Monitor(Host host) {
    this.host = host;
  }

  /// The allocator: a virtual machine with so many cells of storage that no other has; null if
  /// there is no room.
  public VirtualState admit(long size) {
    for (long base = 0; base + size <= STORAGE; base += GRANULE) {
      if (isFree(base, size) && isAllowed(base, size)) {
        return admit(base, size);
      }
    }
    return null;
  }

  /// A virtual machine in just that piece of storage.
  public VirtualState admit(long base, long size) {
    if (!isFree(base, size) || !isAllowed(base, size)) {
      throw new IllegalArgumentException("no room at " + base);
    }
    VirtualState guest = new VirtualState(host, base, size);
    guests.add(guest);
    return guest;
  }

  private boolean isFree(long base, long size) {
    for (VirtualState guest : guests) {
      if (base < guest.regionBase + guest.regionSize && guest.regionBase < base + size) {
        return false;
      }
    }
    return base >= 0 && size >= 0 && base + size <= STORAGE;
  }

  /// What the block says of where guests may be.
  private static boolean isAllowed(long base, long size) {
    return base >>> 10 == 0 && size >>> 10 == 0;
  }

  /// The dispatcher: one step of a virtual machine, an instruction or an interrupt, with the
  /// guest's own trap delivered.
  public Step step(VirtualState virtual) {
    Routines routines = new Routines(virtual);
    try {
      while (true) {
        if (virtual.isHalted) {
          return step(Kind.HALTED);
        }
        if (isSliceOver()) {
          return step(Kind.PREEMPTED);
        }
        Cause due = routines.due();
        if (due != null) {
          virtual.begin();
          routines.acknowledge(due);
          enter(routines, due);
          return new Step(Kind.INTERRUPTED, due, new long[0], "");
        }
        virtual.begin();
        Step step = direct(virtual, routines);
        if (step != null) {
          return step;
        }
      }
    } catch (Machine.Stopped stopped) {
      return stopped(stopped.getMessage());
    }
  }

  /// Up to so many steps; the last of them.
  public Step run(VirtualState virtual, long steps) {
    Step step = step(virtual);
    for (long i = 1; i < steps && step.kind().compareTo(Kind.PREEMPTED) < 0; i++) {
      step = step(virtual);
    }
    return step;
  }

  /// Lets the processor take one step of the program. A trap brings the monitor in: the instruction
  /// is executed again, on the virtual state. If it completes there, it was the monitor's to do; if
  /// it traps there, the bare machine would have trapped as well, and the trap is the guest's. Null
  /// if a real interrupt came in first.
  private Step direct(VirtualState virtual, Routines routines) {
    host.save(real);
    load(virtual, routines);
    host.load(real);
    Host.Stop stop = host.run(1);
    host.save(real);
    save(virtual);
    switch (stop.kind()) {
      case RAN -> {
        routines.after();
        return step(Kind.DIRECT);
      }
      case TRAPPED -> {
        host.tick();
        return settle(routines, routines.attempt(), Kind.EMULATED);
      }
      case INTERRUPTED -> {
        interrupted(stop.cause());
        return null;
      }
      case HALTED -> {
        return stopped("the processor has been halted under the monitor");
      }
      case STOPPED -> {}
    }
    return stopped("the processor cannot go on");
  }

  private Step settle(Routines routines, Machine.Trap trap, Kind kind) {
    if (trap == null) {
      routines.after();
      return step(kind);
    }
    enter(routines, trap.cause, trap.arguments);
    return new Step(Kind.REFLECTED, trap.cause, trap.arguments, "");
  }

  /// Reflection: the machine's own trap sequence, on the virtual state.
  private void enter(Routines routines, Cause cause, long... arguments) {
    routines.s.begin();
    try {
      routines.enter(cause, arguments);
      routines.after();
    } catch (Machine.Trap trap) {
      throw new Machine.Stopped("a trap in the trap sequence");
    }
    host.tick();
  }

  private static Step step(Kind kind) {
    return new Step(kind, null, new long[0], "");
  }

  private static Step stopped(String reason) {
    return new Step(Kind.STOPPED, null, new long[0], reason);
  }

  /// The map f: puts the virtual state into the registers of the real machine.
  ///
  ///     vmm {                                            // what a generated monitor needs to know
  ///       deprivilege S to U;                            // virtual S and virtual U both run in real U
  ///       run    psw.mode = U, psw.ie = true;
  ///       shadow psw.base  = virt.psw.base + region.base;
  ///       shadow psw.bound = min(virt.psw.bound, sat_sub(region.size, zext(virt.psw.base)));
  ///       virtual psw.mode, psw.ie, timer, due, console; // kept per guest, never loaded
  ///     }
  private void load(VirtualState virtual, Routines routines) {
    real.psw_pc(virtual.psw_pc());
    System.arraycopy(virtual.r, 0, real.r, 0, 8);
    real.psw_mode(Mode_U);
    real.psw_ie(1);
    real.psw_base(low(9, virtual.psw_base() + low(9, virtual.regionBase)));
    real.psw_bound(
        Math.min(virtual.psw_bound(), Math.max(0, virtual.regionSize - virtual.psw_base())));
  }

  /// Takes back what is the program's own: what is E or P, and not virtual.
  private void save(VirtualState virtual) {
    virtual.psw_pc(real.psw_pc());
    System.arraycopy(real.r, 0, virtual.r, 0, 8);
  }

  /// Begins a time slice: the real timer interrupts after so many steps, at most 65535.
  public void slice(long steps) {
    isOver = false;
    host.save(real);
    real.timer = Math.min(steps, 65535);
    host.load(real);
  }

  private boolean isSliceOver() {
    return isOver;
  }

  private void interrupted(Cause cause) {
    if (cause == Cause.clock) {
      isOver = true;
    }
    // Any other is for no guest: answer the real devices here.
  }
}
