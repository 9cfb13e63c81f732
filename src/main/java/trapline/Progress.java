package trapline;

/// Told of how far an analysis is. Called from several threads, one at a time.
public interface Progress {
  Progress NONE = step -> {};

  /// One more row has been classified: `done` of `total`, the last of them `row`. `asked` and
  /// `left` are the weights ([Weight]) of the rows answered in this run and of those not yet
  /// answered: what took time, and what will.
  record Step(int done, int total, String row, long asked, long left) {}

  /// What all rows rest on ([trapline.classify.Premises]) is being asked.
  default void premises() {}

  /// Rows are being asked: those of the machine, and then again those that a hypothesis may change.
  default void rows() {}

  void classified(Step step);
}
