package trapline.smt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import trapline.diag.Contradiction;

/// Asks two solvers: they must not contradict each other.
///
/// Where one has no answer the other's stands, and is listed as unconfirmed. The model is the first
/// solver's, where it has one. A brief answer is the first's, and the second has all its time to
/// confirm it.
public final class CrossCheckingSolver implements Solver {
  private final Solver first;
  private final Solver second;
  private final List<String> unconfirmed = new ArrayList<>();

  public CrossCheckingSolver(Solver first, Solver second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public Answer check(List<Term> assertions, Effort effort) {
    Answer one = first.check(assertions, effort);
    if (one instanceof Answer.Unknown && effort == Effort.BRIEF) {
      return one;
    }
    Answer other = second.check(assertions);
    return switch (one) {
      case Answer.Unknown(String why) -> {
        if (!(other instanceof Answer.Unknown)) {
          unconfirmed.add(first.name() + ": " + why);
        }
        yield other;
      }
      case Answer.Sat _, Answer.Unsat _ -> {
        if (other instanceof Answer.Unknown(String why)) {
          unconfirmed.add(second.name() + ": " + why);
        } else if (!one.getClass().equals(other.getClass())) {
          throw new Contradiction(
              assertions.stream().map(Term::toString).collect(Collectors.joining(" and ")),
              first.name() + " says " + word(one),
              second.name() + " says " + word(other));
        }
        yield one;
      }
    };
  }

  private static String word(Answer answer) {
    return switch (answer) {
      case Answer.Sat _ -> "sat";
      case Answer.Unsat _ -> "unsat";
      case Answer.Unknown(String why) -> "unknown, " + why;
    };
  }

  /// Why one of the two had no answer where the other did, one entry for each such question.
  public List<String> unconfirmed() {
    return Collections.unmodifiableList(unconfirmed);
  }

  @Override
  public String name() {
    return first.name() + " and " + second.name();
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
