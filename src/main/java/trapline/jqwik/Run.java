package trapline.jqwik;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Memory;
import trapline.isa.Role;
import trapline.machine.State;
import trapline.machine.StatePrinter;
import trapline.machine.Visible;

/// What became of a program: the states before and after, how many instructions came to their end,
/// the first trap, and why the machine stopped, if it did.
///
/// It stops where the architecture makes no promise or the description is at fault; a halt is none.
public record Run(
    State before, State after, int completed, Optional<Cause> trap, Optional<String> stop) {

  /// Whether every instruction came to its end.
  public boolean completes() {
    return trap.isEmpty() && stop.isEmpty();
  }

  /// Whether it trapped, with a cause of this name.
  public boolean traps(String cause) {
    return trap.filter(c -> c.name().equals(cause)).isPresent();
  }

  /// Whether nothing of these roles has changed.
  public boolean leaves(Role... roles) {
    return changed(roles).isEmpty();
  }

  /// The places of these roles that have changed: fields of registers, cells of memories by their
  /// physical index, and with R what devices were sent, what was taken from them, and the halt.
  public List<String> changed(Role... roles) {
    List<Role> all = List.of(roles);
    List<String> places = new ArrayList<>();
    Visible.compareRegisters(before, after, all, places::add);
    for (Memory memory : before.machine().memories()) {
      if (all.contains(memory.role())) {
        var old = before.nonzero(memory);
        var now = after.nonzero(memory);
        var indices = new TreeSet<Long>(Long::compareUnsigned);
        indices.addAll(old.keySet());
        indices.addAll(now.keySet());
        Bits zero = Bits.zero(memory.width());
        indices.stream()
            .filter(i -> !old.getOrDefault(i, zero).equals(now.getOrDefault(i, zero)))
            .forEach(i -> places.add(new Slot.Cell(memory, i).place()));
      }
    }
    if (all.contains(Role.R)) {
      after.outputs().stream().skip(before.written()).forEach(o -> places.add(o.port().fullName()));
      if (before.halted() != after.halted()) {
        places.add("halted");
      }
    }
    return places;
  }

  /// What a place held before: `r1`, `r[1]`, `psw`, `psw.mode`, `E[16]`.
  ///
  /// @throws IllegalArgumentException if the machine has no such place
  public Bits before(String place) {
    return Places.read(before, place);
  }

  /// What a place holds after.
  ///
  /// @throws IllegalArgumentException if the machine has no such place
  public Bits after(String place) {
    return Places.read(after, place);
  }

  /// How it ended, in words, and what it has changed, a line each.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        stop.map(why -> "stops: " + why)
            .or(() -> trap.map(cause -> "traps: " + cause.name()))
            .orElse("completes"));
    lines.addAll(new StatePrinter(before.machine()).differences(before, after));
    return lines;
  }

  @Override
  public String toString() {
    return String.join("; ", lines());
  }
}
