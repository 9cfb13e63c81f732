package trapline.smt;

import java.util.List;

/// Decides whether assertions can hold together.
///
/// The port is this narrow so that caching, counting and cross-checking are one short file each. A
/// back end keeps the assertions of the last question and reuses the longest common prefix, so a
/// sequence of questions that share a beginning is incremental: put what stays the same first. A
/// solver belongs to one thread; interrupting it makes the question [Answer.Unknown].
public interface Solver extends AutoCloseable {
  /// Can all of these truths (1-bit terms of one factory) hold together, as far as this effort
  /// tells?
  Answer check(List<Term> assertions, Effort effort);

  /// The same, with all the effort there is.
  default Answer check(List<Term> assertions) {
    return check(assertions, Effort.FULL);
  }

  /// The assertions, and what this solver takes to hold whenever they are asked.
  default List<Term> completed(List<Term> assertions) {
    return assertions;
  }

  String name();

  @Override
  void close();
}
