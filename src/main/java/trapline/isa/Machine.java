package trapline.isa;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.diag.Span;

/// A described machine with every `param` and `choice` fixed: the subject of every question.
///
/// `setting` names the fixed parameters and choices in the order of declaration, values as printed.
/// `modes` run from the most privileged to the least. `traps` are in the order of priority.
/// `reserved` stands for every word that no instruction encodes: one operand, the whole word.
public record Machine(
    String name,
    Map<String, String> setting,
    List<Register> registers,
    List<Memory> memories,
    List<Port> ports,
    List<Mode> modes,
    List<Space> spaces,
    List<Bank> banks,
    List<UnspecifiedFunction> unspecified,
    List<TrapLine> traps,
    Fetch fetch,
    Statement.Block after,
    List<Instruction> instructions,
    Instruction reserved,
    Optional<Monitor> monitor,
    List<Assumption> assumptions,
    List<Expectation> expectations,
    List<TestCase> tests,
    String doc,
    Span span) {

  /// The modes that are virtualised, running elsewhere: those of the `vmm` block, else the most
  /// privileged one.
  public List<Mode> supervisorModes() {
    return monitor.map(Monitor::deprivileged).orElseGet(() -> modes.subList(0, 1));
  }

  /// The modes in which a guest really runs: the `vmm` block's, else all but the most privileged.
  public List<Mode> userModes() {
    return monitor.map(Monitor::real).orElseGet(() -> modes.subList(1, modes.size()));
  }

  /// Whether programs reach the memory through a space, so that it is divided among guests.
  public boolean isTranslated(Memory memory) {
    return spaces.stream().anyMatch(s -> s.memory() == memory);
  }

  /// The same machine with other instructions.
  public Machine withInstructions(List<Instruction> others) {
    return with(others, monitor);
  }

  /// The same machine under another monitor.
  public Machine withMonitor(Monitor other) {
    return with(instructions, Optional.of(other));
  }

  private Machine with(List<Instruction> instructions, Optional<Monitor> monitor) {
    return new Machine(
        name,
        setting,
        registers,
        memories,
        ports,
        modes,
        spaces,
        banks,
        unspecified,
        traps,
        fetch,
        after,
        instructions,
        reserved,
        monitor,
        assumptions,
        expectations,
        tests,
        doc,
        span);
  }

  /// The cells of the memory that are no storage, as programs reach them through spaces.
  public List<DeviceCell> devices(Memory memory) {
    return spaces.stream()
        .filter(s -> s.memory() == memory)
        .findFirst()
        .map(Space::devices)
        .orElse(List.of());
  }

  /// Whether the cell is a register of a device.
  public boolean isDevice(Memory memory, long index) {
    return devices(memory).stream().anyMatch(d -> d.index().toLong() == index);
  }

  /// How many addresses of the space begin in one cell of its memory: they count what the addresses
  /// of programs count.
  public int places(Space space) {
    return fetch.units().map(u -> Math.max(1, space.memory().width() / u.width())).orElse(1);
  }

  public TrapLine trap(Cause cause) {
    return traps.stream().filter(t -> t.cause() == cause).findFirst().orElseThrow();
  }
}
