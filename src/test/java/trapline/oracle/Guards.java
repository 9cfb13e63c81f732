package trapline.oracle;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;
import trapline.isa.Access;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.isa.TrapLine;

/// The storage that the machine itself reads, and whether users get at it.
///
/// Users can be kept away if there are M in user, R and storage with an address to store to, such
/// that for all registers, P, clocks and devices no address to store to leads to a cell that a trap
/// sequence reads or stores to, or that translation reads.
final class Guards {
  private final Layout layout;
  private final TreeWalk walk;
  private final int registers;
  private final int cells;
  private final int decisive;
  private final Map<Integer, String> led = new LinkedHashMap<>();

  Guards(Layout layout) {
    this.layout = layout;
    this.walk = new TreeWalk(layout);
    Machine machine = layout.machine;
    int storage = 0;
    for (Memory m : machine.memories()) {
      storage |= layout.bitsOf(m);
    }
    cells = storage;
    int free = layout.bitsOf(Role.P) | layout.bitsOf(Role.CLOCK);
    free |= layout.bitsOf(Role.E) & ~storage;
    for (var p : machine.ports()) {
      free |= p.isInput() ? layout.bitsOf(p) : 0;
    }
    registers = free;
    decisive = layout.bitsOf(Role.M) | layout.bitsOf(Role.P) | layout.bitsOf(Role.R);
  }

  boolean canKeepAway(IntPredicate isUser) {
    if (!readsStorage()) {
      return true;
    }
    int setting = 0;
    int settings = (1 << layout.bits()) - 1 & ~registers;
    do {
      if (isGood(setting, isUser)) {
        return true;
      }
      setting = setting - settings & settings;
    } while (setting != 0);
    return false;
  }

  /// Whether the machine reads, or stores to, any storage itself.
  private boolean readsStorage() {
    int reads = 0;
    for (Space space : layout.machine.spaces()) {
      reads |= Reads.of(layout, space.body());
    }
    boolean enters = false;
    for (TrapLine line : layout.machine.traps()) {
      reads |= Reads.of(layout, line.entry().body());
      enters |= !noted(n -> walk.enter(layout.unpack(0), line)).stored.isEmpty();
    }
    return enters || (reads & cells) != 0;
  }

  private boolean isGood(int setting, IntPredicate isUser) {
    boolean useful = false;
    int users = 0;
    do {
      int state = setting | users;
      if (isUser.test(state)) {
        Set<Integer> reached = new LinkedHashSet<>();
        Set<Integer> machines = new LinkedHashSet<>();
        Cells now = layout.unpack(state);
        for (Space space : layout.machine.spaces()) {
          for (long a = 0; a <= Layout.mask(space.address().width()); a++) {
            OptionalLong index = walk.translate(now, space, a, Access.STORE);
            if (index.isPresent()) {
              reached.add(layout.slot(space.memory(), (int) index.getAsLong()));
            }
            for (Access access : Access.values()) {
              long address = a;
              machines.addAll(noted(n -> walk.translate(now, space, address, access)).read);
            }
          }
        }
        for (TrapLine line : layout.machine.traps()) {
          TreeWalk.Notes notes = noted(n -> walk.enter(now, line));
          machines.addAll(notes.read);
          machines.addAll(notes.stored);
        }
        useful |= !reached.isEmpty();
        reached.retainAll(machines);
        if (!reached.isEmpty()) {
          return false;
        }
      }
      users = users - registers & registers;
    } while (users != 0);
    return useful;
  }

  private interface Step {
    void take(TreeWalk.Notes notes);
  }

  private TreeWalk.Notes noted(Step step) {
    TreeWalk.Notes notes = new TreeWalk.Notes();
    walk.noting(Optional.of(notes));
    step.take(notes);
    walk.noting(Optional.empty());
    return notes;
  }

  /// Whether what was stored makes the next trap load another M, P or R, or an address lead
  /// elsewhere.
  boolean misleads(int before, int after) {
    int unstored = after & ~cells | before & cells;
    return unstored != after && !led(after).equals(led(unstored));
  }

  /// What the next trap loads, and where addresses lead.
  private String led(int state) {
    return led.computeIfAbsent(state, this::lookedUp);
  }

  private String lookedUp(int state) {
    StringBuilder text = new StringBuilder();
    Cells now = layout.unpack(state);
    for (TrapLine line : layout.machine.traps()) {
      var entered = walk.enter(now, line);
      entered.ifPresent(c -> text.append(layout.pack(c) & decisive).append(c.halted));
      text.append(';');
    }
    for (Space space : layout.machine.spaces()) {
      for (Access access : List.of(Access.values())) {
        for (long a = 0; a <= Layout.mask(space.address().width()); a++) {
          text.append(walk.translate(now, space, a, access)).append(' ');
        }
      }
    }
    return text.toString();
  }
}
