package trapline.smt;

import java.util.ArrayList;
import java.util.List;

/// What a solver has asserted, as levels, each pushed at once; keeps as much of it as the next
/// question shares.
///
///     levels = List<Term>*        the question is their concatenation
///
/// A level that is only partly shared is split where the questions part, so from the second question
/// on a shared beginning stays asserted.
abstract class AssertionStack {
  private final List<List<Term>> levels = new ArrayList<>();

  /// Asserts these on a new level.
  abstract void push(List<Term> assertions);

  abstract void pop(int count);

  final void become(List<Term> question) {
    int shared = 0;
    int kept = 0;
    int partly = 0;
    for (List<Term> level : levels) {
      int same = 0;
      while (same < level.size()
          && shared + same < question.size()
          && level.get(same) == question.get(shared + same)) {
        same++;
      }
      if (same < level.size()) {
        partly = same;
        break;
      }
      shared += same;
      kept++;
    }
    if (kept < levels.size()) {
      pop(levels.size() - kept);
      levels.subList(kept, levels.size()).clear();
    }
    pushLevel(question.subList(shared, shared + partly));
    pushLevel(question.subList(shared + partly, question.size()));
  }

  final void clear() {
    if (!levels.isEmpty()) {
      pop(levels.size());
      levels.clear();
    }
  }

  private void pushLevel(List<Term> assertions) {
    if (!assertions.isEmpty()) {
      List<Term> level = List.copyOf(assertions);
      levels.add(level);
      push(level);
    }
  }
}
