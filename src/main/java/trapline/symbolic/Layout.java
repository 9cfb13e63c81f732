package trapline.symbolic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import trapline.isa.Access;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Port;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.smt.Sort;
import trapline.smt.Terms;

/// The slots of a machine's state, and the dimension of each.
///
/// What part of R is relocation is derived, not declared: the slots on which the index that some
/// space returns depends. A bound that only decides whether to trap is control.
public final class Layout {
  private final Machine machine;
  private final List<Slot> slots = new ArrayList<>();
  private final Map<Register, Integer> registers = new LinkedHashMap<>();
  private final Map<Memory, Integer> memories = new LinkedHashMap<>();
  private final Map<Space, Integer> windows = new LinkedHashMap<>();
  private final Map<Port, Integer> ports = new LinkedHashMap<>();
  private final int halted;
  private final Map<Slot, Dimension> dimensions = new LinkedHashMap<>();
  private final Map<String, Dimension> named = new LinkedHashMap<>();
  private final Set<String> translating = new LinkedHashSet<>();

  private Layout(Machine machine) {
    this.machine = machine;
    for (Register register : machine.registers()) {
      registers.put(register, slots.size());
      register.fields().forEach(field -> slots.add(new Slot.OfField(register, field)));
    }
    for (Memory memory : machine.memories()) {
      memories.put(memory, slots.size());
      slots.add(new Slot.OfMemory(memory));
    }
    for (Space space : machine.spaces()) {
      windows.put(space, slots.size());
      slots.add(new Slot.OfWindow(space));
    }
    for (Port port : machine.ports()) {
      ports.put(port, slots.size());
      slots.add(new Slot.OfPosition(port));
      slots.add(new Slot.OfStream(port));
    }
    halted = slots.size();
    slots.add(new Slot.OfHalt());
  }

  public static Layout of(Machine machine) {
    Layout layout = new Layout(machine);
    layout.slots.forEach(s -> layout.declared(s).ifPresent(d -> layout.dimensions.put(s, d)));
    Set<String> placing = layout.placing();
    for (Slot slot : layout.slots) {
      if (layout.dimensions.get(slot) == Dimension.CONTROL && placing.contains(slot.name())) {
        layout.dimensions.put(slot, Dimension.RELOCATION);
      }
    }
    layout.dimensions.forEach((slot, dimension) -> layout.named.put(slot.name(), dimension));
    return layout;
  }

  public Machine machine() {
    return machine;
  }

  public List<Slot> slots() {
    return slots;
  }

  /// The dimension in which the slot may differ between two states; empty when it is shared.
  public Optional<Dimension> dimension(Slot slot) {
    return Optional.ofNullable(dimensions.get(slot));
  }

  /// Whether the slot is of one of these dimensions.
  public boolean isOf(Slot slot, Set<Dimension> any) {
    return dimension(slot).filter(any::contains).isPresent();
  }

  /// The dimension of the initial variable of that name.
  public Optional<Dimension> dimension(String variable) {
    return Optional.ofNullable(named.get(variable));
  }

  /// Whether some space's translation depends on this slot, to place or to trap.
  public boolean isTranslating(Slot slot) {
    return translating.contains(slot.name());
  }

  /// Whether some space's translation reads storage.
  public boolean isTranslatedByStorage() {
    return slots.stream().anyMatch(s -> s.isStorage() && isTranslating(s));
  }

  /// Whether a change of this slot is a change of M or R.
  public boolean isControl(Slot slot) {
    return switch (slot) {
      case Slot.OfField(var register, var field) -> field.hasRole(Role.M) || field.hasRole(Role.R);
      case Slot.OfMemory(var memory) -> memory.role() == Role.M || memory.role() == Role.R;
      case Slot.OfPosition position -> true;
      case Slot.OfHalt halt -> true;
      case Slot.OfWindow window -> false;
      case Slot.OfStream stream -> false;
    };
  }

  /// Whether the running program sees this slot itself: role E registers and P, and memory that no
  /// space translates.
  public boolean isVisible(Slot slot) {
    return switch (slot) {
      case Slot.OfField(var register, var field) -> field.hasRole(Role.E) || field.hasRole(Role.P);
      case Slot.OfMemory(var memory) -> memory.role() == Role.E && !machine.isTranslated(memory);
      case Slot.OfWindow window -> false;
      case Slot.OfPosition position -> false;
      case Slot.OfStream stream -> false;
      case Slot.OfHalt halt -> false;
    };
  }

  int indexOf(Register register) {
    return Objects.requireNonNull(registers.get(register));
  }

  int indexOf(Memory memory) {
    return Objects.requireNonNull(memories.get(memory));
  }

  int indexOf(Space space) {
    return Objects.requireNonNull(windows.get(space));
  }

  int positionOf(Port port) {
    return Objects.requireNonNull(ports.get(port));
  }

  int streamOf(Port port) {
    return positionOf(port) + 1;
  }

  int halted() {
    return halted;
  }

  private Optional<Dimension> declared(Slot slot) {
    return switch (slot) {
      case Slot.OfField(var register, Field field) -> field.role().flatMap(Layout::ofRole);
      case Slot.OfMemory(var memory) ->
          memory.role() == Role.E && machine.isTranslated(memory)
              ? Optional.of(Dimension.STORAGE)
              : ofRole(memory.role());
      case Slot.OfStream(var port) -> Optional.of(Dimension.CONTROL);
      case Slot.OfWindow window -> Optional.empty();
      case Slot.OfPosition position -> Optional.empty();
      case Slot.OfHalt halt -> Optional.empty();
    };
  }

  private static Optional<Dimension> ofRole(Role role) {
    return switch (role) {
      case E, P -> Optional.empty();
      case M -> Optional.of(Dimension.MODE);
      case R -> Optional.of(Dimension.CONTROL);
      case CLOCK -> Optional.of(Dimension.CLOCK);
    };
  }

  private Set<String> placing() {
    Terms terms = new Terms();
    SymbolicState state = Start.only(this, terms).state();
    Set<String> names = new LinkedHashSet<>();
    for (Space space : machine.spaces()) {
      for (Access access : Access.values()) {
        var address = terms.variable("address", new Sort.BitVector(space.address().width()));
        Translation translation = Translation.of(state, terms, space, address, access);
        terms.variables(translation.index()).forEach(v -> names.add(v.name()));
        terms.variables(translation.translates()).forEach(v -> translating.add(v.name()));
      }
    }
    translating.addAll(names);
    return names;
  }
}
