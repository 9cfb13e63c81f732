package trapline;

/// Told of every row that has been classified. Called from several threads, one at a time.
public interface Progress {
  Progress NONE = (done, total, row) -> {};

  void classified(int done, int total, String row);
}
