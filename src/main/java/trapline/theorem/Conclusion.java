package trapline.theorem;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.isa.Property;
import trapline.isa.Theorem;

/// What a theorem says of a machine, from the classes of its instructions.
///
///     1. VMM:        sensitive ⊆ privileged
///     2. recursive:  1, and no instruction that reads a clock goes untrapped
///     3. hybrid VMM: user-sensitive ⊆ privileged
///
/// `reading` takes *privileged, or traps in every user state*, which is what the construction needs: in
/// both cases the monitor gets control. `strict` takes *privileged* alone, as the paper words it;
/// the two part where an instruction may also trap in supervisor mode. Both are always given.
/// Theorems 1 and 3 are sufficient conditions: `fails` says that the hypothesis does.
public record Conclusion(Theorem theorem, Reading reading, Reading strict) {

  /// `because` are the rows that make it fail, or that leave it undecided.
  public record Reading(Verdict verdict, List<String> because) {}

  public static Map<Theorem, Conclusion> of(List<Classes> rows) {
    Map<Theorem, Conclusion> all = new EnumMap<>(Theorem.class);
    for (Theorem theorem : Theorem.values()) {
      all.put(
          theorem,
          new Conclusion(theorem, reading(theorem, rows, false), reading(theorem, rows, true)));
    }
    return all;
  }

  private static Reading reading(Theorem theorem, List<Classes> rows, boolean strict) {
    return switch (theorem) {
      case VMM -> inclusion(rows, Property.SENSITIVE, strict);
      case HVMM -> inclusion(rows, Property.USER_SENSITIVE, strict);
      case RECURSIVE ->
          both(
              inclusion(rows, Property.SENSITIVE, strict),
              inclusion(rows, Property.CLOCK_SENSITIVE, strict));
    };
  }

  private static Reading inclusion(List<Classes> rows, Property sensitive, boolean strict) {
    List<String> fail = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (Classes row : rows) {
      Finding trapped = row.finding(Property.PRIVILEGED);
      if (!strict) {
        trapped = trapped.or(() -> row.finding(Property.TRAPS_IN_USER));
      }
      Finding privileged = trapped;
      Finding fine = row.finding(sensitive).negate().or(() -> privileged);
      if (fine.isFails()) {
        fail.add(row.row().name());
      } else if (fine.isUndecided()) {
        open.add(row.row().name());
      }
    }
    return !fail.isEmpty()
        ? new Reading(Verdict.FAILS, fail)
        : open.isEmpty()
            ? new Reading(Verdict.HOLDS, List.of())
            : new Reading(Verdict.UNDECIDED, open);
  }

  private static Reading both(Reading one, Reading two) {
    List<String> because = new ArrayList<>(one.verdict == two.verdict ? one.because : List.of());
    Verdict worst =
        one.verdict == Verdict.FAILS || two.verdict == Verdict.FAILS
            ? Verdict.FAILS
            : one.verdict == Verdict.UNDECIDED || two.verdict == Verdict.UNDECIDED
                ? Verdict.UNDECIDED
                : Verdict.HOLDS;
    if (one.verdict != two.verdict) {
      because.addAll(one.verdict == worst ? one.because : two.because);
    } else {
      two.because.stream().filter(b -> !because.contains(b)).forEach(because::add);
    }
    return new Reading(worst, List.copyOf(because));
  }

  static Conclusion of(Map<Theorem, Conclusion> conclusions, Theorem theorem) {
    return Objects.requireNonNull(conclusions.get(theorem));
  }
}
