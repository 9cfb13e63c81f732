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

  /// Machine steps until `state.steps` has come to so many, or [#HALTED]. `state.status` is left
  /// alone by instructions that complete, and takes the status of the last step that did anything
  /// else.
  abstract int run(State state, long steps);

  static Fault trapIn(State state, String what) {
    var cause = state.layout.machine.traps().get(state.trap - 1).cause();
    return new Fault("trap `" + cause.name() + "` in " + what);
  }
}
