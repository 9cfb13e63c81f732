package trapline.vmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Cause;
import trapline.isa.Field;
import trapline.isa.Machine;
import trapline.isa.Monitor;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.machine.Simulator;
import trapline.machine.State;

/// The interval timer of a machine: set to n while a guest runs, it interrupts after n steps.
///
/// A description does not say which register that is, so it is found by experiment: of those that
/// `after` may change and that a guest never gets, the first that behaves so for several n.
public record Timer(Register register, int index, Field field, Cause cause) {
  private static final List<Integer> TRIALS = List.of(1, 2, 5, 50);

  /// A file of more registers holds data: a disk's, say.
  private static final int MOST = 64;

  public static Optional<Timer> of(Simulator simulator) {
    Machine machine = simulator.machine();
    if (machine.monitor().isEmpty()) {
      return Optional.empty();
    }
    State host = simulator.blank();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count() && register.count() <= MOST; i++) {
        for (Field field : register.fields()) {
          if ((field.hasRole(Role.R) || field.hasRole(Role.CLOCK)) && field.width() >= 6) {
            Optional<Cause> cause = cause(simulator, host, register, i, field);
            if (cause.isPresent()) {
              return Optional.of(new Timer(register, i, field, cause.get()));
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /// The longest interval.
  public long most() {
    return field.width() > 30 ? 1L << 30 : (1L << field.width()) - 1;
  }

  void set(State state, long steps) {
    set(state, register, index, field, steps);
  }

  private static void set(State state, Register register, int index, Field field, long value) {
    Bits old = state.register(register, index);
    Bits bits = Bits.of(field.width(), value);
    state.register(register, index, old.insert(field.high(), field.low(), bits));
  }

  private static Optional<Cause> cause(
      Simulator simulator, State host, Register register, int index, Field field) {
    List<Cause> causes = new ArrayList<>();
    for (int trial : TRIALS) {
      State state = simulator.window(host, 0, 0);
      simulator.reset(state);
      for (Monitor.Assignment a : simulator.machine().monitor().orElseThrow().run()) {
        Bits old = state.register(a.register(), a.index());
        Bits value = simulator.evaluate(a.value(), state);
        state.register(a.register(), a.index(), old.insert(a.high(), a.low(), value));
      }
      set(state, register, index, field, trial);
      for (int i = 0; i < trial; i++) {
        if (simulator.due(state).isPresent()) {
          return Optional.empty();
        }
        simulator.pass(state);
      }
      Optional<Cause> due = simulator.due(state);
      if (due.isEmpty()) {
        return Optional.empty();
      }
      causes.add(due.get());
    }
    return causes.stream().distinct().count() == 1
        ? Optional.of(causes.getFirst())
        : Optional.empty();
  }
}
