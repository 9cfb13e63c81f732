package trapline.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.classify.Replay;
import trapline.classify.Witness;
import trapline.isa.Field;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.Selection;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.vmm.Bare;
import trapline.vmm.ControlProgram;
import trapline.vmm.Journal;
import trapline.vmm.Lockstep;
import trapline.vmm.Region;
import trapline.vmm.VirtualMachine;

/// A gap witness run as a guest: one step on the bare machine from its virtual state, and one under
/// a monitor whose host is in its real state.
public sealed interface Exhibit {
  /// The guest can tell: in `places`, of which those in `unpredicted` are not in the witness. To
  /// reach for what is not its own is how it comes by a difference, and none by itself.
  record Shown(Lockstep.Difference difference, List<String> missing, List<String> unpredicted)
      implements Exhibit {
    public List<String> places() {
      return difference.places();
    }

    public List<String> report() {
      return difference.report();
    }

    /// Whether just what the witness says was seen.
    public boolean isAsPredicted() {
      return missing.isEmpty() && unpredicted.isEmpty();
    }
  }

  /// The step was the same, bare and virtual. `asFound`: from the witness's own states, and not
  /// only from some that are like them.
  record Unseen(boolean asFound) implements Exhibit {}

  /// It cannot be run as a guest, and why.
  record Unshowable(String why) implements Exhibit {}

  /// Runs `witness` of a gap. The simulator must be a confined one.
  static Exhibit of(Simulator simulator, Witness witness, VirtualMachine.Kind kind) {
    Optional<Replay.Region> given = witness.region();
    if (given.isEmpty() || witness.before().size() != 2) {
      return new Unshowable("it has no region");
    }
    State virtual = witness.before().getFirst().toState(simulator);
    State real = witness.before().getLast().toState(simulator);
    if (given.get().base().bitLength() >= Long.SIZE
        || given.get().size().bitLength() >= Long.SIZE) {
      return new Unshowable("its region is too large");
    }
    Region region = new Region(given.get().base().longValue(), given.get().size().longValue());
    if (simulator.due(virtual).isEmpty() && simulator.due(real).isEmpty()) {
      return of(simulator, witness, kind, region, virtual, real);
    }
    return quietly(simulator, witness, kind, region, virtual, real);
  }

  /// The definitions leave interrupts out, a run does not: where one would come before the
  /// instruction, a state is sought that differs from the witness's in one or two bits of its R, is
  /// as good a witness, and in which none is due.
  private static Exhibit quietly(
      Simulator simulator,
      Witness witness,
      VirtualMachine.Kind kind,
      Region region,
      State virtual,
      State real) {
    List<Selection.Part> bits = new ArrayList<>();
    for (Register register : simulator.machine().registers()) {
      for (Field field : register.fields()) {
        if (field.hasRole(Role.R) && field.width() == 1 && field.fixed().isEmpty()) {
          for (int i = 0; i < register.count(); i++) {
            bits.add(new Selection.Part(register, i, field.high(), field.low()));
          }
        }
      }
    }
    boolean unseen = false;
    for (int one = -1; one < bits.size(); one++) {
      for (int other = -1; other < bits.size(); other++) {
        State mine = virtual.copy();
        State its = real.copy();
        if (one >= 0) {
          flip(bits.get(one), mine);
        }
        if (other >= 0) {
          flip(bits.get(other), its);
        }
        if (simulator.due(mine).isEmpty() && simulator.due(its).isEmpty()) {
          Exhibit exhibit = of(simulator, witness, kind, region, mine, its);
          if (exhibit instanceof Shown shown && shown.missing.isEmpty()) {
            return exhibit;
          }
          unseen |= exhibit instanceof Unseen;
        }
      }
    }
    return unseen ? new Unseen(false) : new Unshowable("an interrupt comes first");
  }

  private static void flip(Selection.Part bit, State state) {
    Bits old = state.register(bit.register(), bit.index());
    Bits flipped = old.extract(bit.high(), bit.low()).not();
    state.register(bit.register(), bit.index(), old.insert(bit.high(), bit.low(), flipped));
  }

  private static Exhibit of(
      Simulator simulator,
      Witness witness,
      VirtualMachine.Kind kind,
      Region region,
      State virtual,
      State real) {
    var monitor = ControlProgram.on(Bare.of(simulator, real), new Journal());
    Optional<VirtualMachine> admitted = monitor.admit(witness.row(), kind, simulator, region);
    if (admitted.isEmpty()) {
      return new Unshowable("no room for " + region);
    }
    Lockstep pair = Lockstep.of(Bare.of(simulator, virtual), admitted.get());
    pair.give();
    return switch (pair.step()) {
      case Lockstep.Different(var difference) -> shown(witness, difference);
      case Lockstep.Limited(var reason) -> new Unshowable(reason);
      case Lockstep.Same _, Lockstep.Waits _, Lockstep.Ended _ -> new Unseen(true);
    };
  }

  private static Exhibit shown(Witness witness, Lockstep.Difference difference) {
    List<String> places = difference.places();
    List<String> missing =
        witness.observed().stream()
            .filter(wanted -> places.stream().noneMatch(seen -> isThat(wanted, seen)))
            .toList();
    boolean traps = witness.observed().stream().anyMatch(o -> o.startsWith("bare,"));
    List<String> unpredicted =
        places.stream()
            .filter(seen -> !traps && !seen.startsWith("reaches "))
            .filter(seen -> witness.observed().stream().noneMatch(w -> isThat(w, seen)))
            .toList();
    return new Shown(difference, missing, unpredicted);
  }

  /// Whether what a witness announces is what was seen.
  private static boolean isThat(String wanted, String seen) {
    if (wanted.startsWith("bare,")) {
      return seen.contains(" / ");
    }
    if (wanted.startsWith("the monitor's ")) {
      return seen.startsWith("reaches ");
    }
    if (wanted.startsWith("real ")) {
      return seen.startsWith("changes ");
    }
    return seen.equals(wanted.startsWith("virtual ") ? wanted.substring(8) : wanted);
  }
}
