package trapline.machine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Expr;
import trapline.isa.Function;
import trapline.isa.Machine;
import trapline.isa.Space;
import trapline.isa.Statement;

/// A machine that runs: its instructions, functions, spaces and trap entries compiled once.
///
/// May be shared between threads; each [State] belongs to one.
public final class Simulator {
  private final Layout layout;

  private Simulator(Layout layout) {
    this.layout = layout;
  }

  public static Simulator of(Machine machine) {
    return new Simulator(new Layout(machine));
  }

  public Machine machine() {
    return layout.machine;
  }

  /// Everything zero, fixed fields excepted.
  public State blank() {
    return new State(layout);
  }

  /// The state after reset.
  public State reset() {
    State state = blank();
    for (var register : machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        state.register(register, i, register.reset());
      }
    }
    return state;
  }

  /// The instruction encoded by `word` as a function i(S): the fetch's `then` part, then decode,
  /// guards and body. No fetch, no interrupt, no trap entry, no `after`.
  public Outcome execute(State state, Bits word) {
    throw new UnsupportedOperationException();
  }

  /// One machine step: the first interrupt that is due, else fetch and execute; a trap is undone and
  /// entered; then `after`. Nothing happens to a machine that has halted.
  public Event step(State state) {
    throw new UnsupportedOperationException();
  }

  /// Why [#run] came back, and after how many steps.
  public record Run(long steps, Reason reason) {
    public sealed interface Reason {}

    /// All the steps asked for were taken.
    public record Done() implements Reason {}

    public record Halted() implements Reason {}

    public record Stopped(String reason) implements Reason {}
  }

  /// Up to `steps` machine steps, at full speed.
  public Run run(State state, long steps) {
    throw new UnsupportedOperationException();
  }

  /// Runs the trap sequence for `cause`. Completed-or-stopped: the reason when it stopped.
  public Optional<String> enter(State state, Cause cause, List<Bits> arguments) {
    throw new UnsupportedOperationException();
  }

  /// Where `address` leads. The state does not change.
  public Translation translation(State state, Space space, Bits address, Access access) {
    throw new UnsupportedOperationException();
  }

  /// The physical index that `address` leads to; empty if it leads nowhere.
  public OptionalLong translate(State state, Space space, Bits address, Access access) {
    return translation(state, space, address, access) instanceof Translation.Reached(var index)
        ? OptionalLong.of(index)
        : OptionalLong.empty();
  }

  /// The value of a pure expression without locals: a mode's predicate, an assumption.
  public Bits evaluate(Expr expr, State state) {
    throw new UnsupportedOperationException();
  }

  /// What came of a [#call] or [#perform]: a trap is undone, its entry has not run.
  public sealed interface Result {
    /// `value` is absent for a function without a result.
    record Returned(Optional<Bits> value) implements Result {}

    record Trapped(Cause cause, List<Bits> arguments) implements Result {}

    record Stopped(String reason) implements Result {}
  }

  /// Calls a function of the description: a monitor's `map`, a helper under test.
  public Result call(State state, Function function, List<Bits> arguments) {
    throw new UnsupportedOperationException();
  }

  /// Runs statements of the description outside any instruction: the `test` blocks' own.
  public Result perform(State state, Statement.Block block) {
    throw new UnsupportedOperationException();
  }
}
