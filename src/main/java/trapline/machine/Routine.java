package trapline.machine;

/// A compiled piece of a description outside the machine's own cycle: takes its inputs from the
/// state's argument arrays and leaves its results there.
abstract class Routine {
  /// A status as of [Engine].
  abstract int run(State state);
}
