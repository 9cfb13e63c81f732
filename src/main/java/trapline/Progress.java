package trapline;

/// Told of every row that has been classified. Called from several threads, one at a time.
public interface Progress {
  Progress NONE = step -> {};

  /// How far an analysis is: `done` of `total` rows, the last of them `row`. `asked` and `left` are
  /// the weights ([Weight]) of the rows answered in this run and of those not yet answered: what
  /// took time, and what will.
  record Step(int done, int total, String row, long asked, long left) {}

  void classified(Step step);
}
