package trapline.machine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;

/// What the running program can see of a state, to compare two by.
///
///     registers of role E and P, memories of role E that no space translates to,
///     and by each space what every address leads to
///
/// Through spaces only addresses are looked at that lead somewhere in both states: those from zero on
/// that are small, and those given.
public final class Visible {
  private static final int SMALL = 2048;

  private final Simulator simulator;
  private final List<Bits> far;
  private final Map<Space, List<Bits>> addresses = new HashMap<>();

  public Visible(Simulator simulator, Collection<Bits> far) {
    this.simulator = simulator;
    this.far = List.copyOf(far);
  }

  /// Where the program would see the two differ: registers, memories, and cells by its own
  /// addresses.
  public List<String> differences(State one, State two) {
    List<String> places = new ArrayList<>();
    compareRegisters(one, two, List.of(Role.E, Role.P), places::add);
    Machine machine = simulator.machine();
    for (Memory memory : machine.memories()) {
      if (memory.role() == Role.E
          && !machine.isTranslated(memory)
          && !one.nonzero(memory).equals(two.nonzero(memory))) {
        places.add(memory.name());
      }
    }
    for (Space space : machine.spaces()) {
      for (Bits address : addresses(space)) {
        if (space.accesses().stream().anyMatch(a -> contentsDiffer(one, two, space, address, a))) {
          places.add(space.name() + "[" + address.value() + "]");
        }
      }
    }
    return places;
  }

  /// The addresses at which the space is looked at.
  public List<Bits> addresses(Space space) {
    return addresses.computeIfAbsent(space, this::worthwhile);
  }

  private List<Bits> worthwhile(Space space) {
    int width = space.address().width();
    List<Bits> all = new ArrayList<>();
    long small = width > 20 ? SMALL : Math.min(SMALL, 1L << width);
    for (long a = 0; a < small; a++) {
      all.add(Bits.of(width, a));
    }
    far.stream()
        .filter(a -> a.width() == width && a.value().bitLength() > 11)
        .distinct()
        .forEach(all::add);
    return List.copyOf(all);
  }

  private boolean contentsDiffer(State one, State two, Space space, Bits address, Access access) {
    var first = simulator.translate(one, space, address, access);
    if (first.isEmpty()) {
      return false;
    }
    var second = simulator.translate(two, space, address, access);
    return second.isPresent()
        && !one.memory(space.memory(), first.getAsLong())
            .equals(two.memory(space.memory(), second.getAsLong()));
  }

  /// Tells of each field with one of these roles that holds not the same in both.
  public static void compareRegisters(
      State one, State two, List<Role> roles, Consumer<String> differs) {
    for (Register register : one.machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        Bits a = one.register(register, i);
        Bits b = two.register(register, i);
        if (a.equals(b)) {
          continue;
        }
        for (Field field : register.fields()) {
          if (field.role().filter(roles::contains).isPresent()
              && !a.extract(field.high(), field.low())
                  .equals(b.extract(field.high(), field.low()))) {
            differs.accept(
                register.elementName(i)
                    + (register.fields().size() == 1 ? "" : "." + field.name()));
          }
        }
      }
    }
  }
}
