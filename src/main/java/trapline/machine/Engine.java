package trapline.machine;

/// A compiled machine. What is generated extends this; see [Compiler].
///
///     status = COMPLETED | EXECUTE | FIRST_CAUSE + number of a cause
///
/// A status that says a trap leaves `state.trap` set and the log as it is: undoing is the caller's.
abstract class Engine {
  static final int COMPLETED = 0;
  static final int EXECUTE = 1;
  static final int FIRST_CAUSE = 2;

  /// Added to a step's status when the fetch itself trapped.
  static final int IN_FETCH = 1 << 24;

  static final int HALTED = -1;

  /// A step that took the interrupt of cause k has the status `FIRST_INTERRUPT - k`.
  static final int FIRST_INTERRUPT = -2;

  /// Advance, decode, guards and body, for the word in `state.narrowArguments[0]` or wide.
  abstract int execute(State state);

  /// The trap sequence of a cause, its arguments in the state.
  abstract void enter(State state, int cause);

  /// Fetch, advance, decode, guards and body; a trap in the fetch has [#IN_FETCH] added. No
  /// interrupt, no trap entry, no `after`.
  abstract int attempt(State state);

  /// The number of the first interrupt that is due, or -1.
  abstract int due(State state);

  /// What taking the interrupt of a cause does before its trap sequence.
  abstract void take(State state, int cause);

  /// What the machine does after each step.
  abstract void pass(State state);

  /// Machine steps until `state.steps` has come to so many, or [#HALTED]. `state.status` is left
  /// alone by instructions that complete, and takes the status of the last step that did anything
  /// else.
  abstract int run(State state, long steps);

  static Fault trapIn(State state, String what) {
    var cause = state.layout.machine.traps().get(state.trap - 1).cause();
    return new Fault("trap `" + cause.name() + "` in " + what);
  }
}
