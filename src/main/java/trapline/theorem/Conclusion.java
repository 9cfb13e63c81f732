package trapline.theorem;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

  /// `because` are the rows that make it fail, or that leave it undecided; `loosely` those of them
  /// that do so only where the architecture makes no promise (`unpredictable`).
  public record Reading(Verdict verdict, List<String> because, List<String> loosely) {
    /// Whether it holds but for what the architecture leaves unpredictable.
    public boolean isOnlyLoosely() {
      return verdict == Verdict.FAILS && loosely.containsAll(because);
    }
  }

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
    List<String> loose = new ArrayList<>();
    for (Classes row : rows) {
      Finding trapped = row.finding(Property.PRIVILEGED);
      if (!strict) {
        trapped = trapped.or(() -> row.finding(Property.TRAPS_IN_USER));
      }
      Finding privileged = trapped;
      Finding fine = row.finding(sensitive).negate().or(() -> privileged);
      if (fine.isFails()) {
        fail.add(row.row().name());
        if (row.isOnlyLoosely(sensitive)) {
          loose.add(row.row().name());
        }
      } else if (fine.isUndecided()) {
        open.add(row.row().name());
      }
    }
    return !fail.isEmpty()
        ? new Reading(Verdict.FAILS, fail, loose)
        : open.isEmpty()
            ? new Reading(Verdict.HOLDS, List.of(), List.of())
            : new Reading(Verdict.UNDECIDED, open, List.of());
  }

  /// The worse of two readings, with all that makes it so.
  private static Reading both(Reading one, Reading two) {
    Verdict worst =
        List.of(Verdict.FAILS, Verdict.UNDECIDED, Verdict.HOLDS).stream()
            .filter(v -> one.verdict == v || two.verdict == v)
            .findFirst()
            .orElseThrow();
    Set<String> because = new LinkedHashSet<>();
    Set<String> loosely = new LinkedHashSet<>();
    for (Reading reading : List.of(one, two)) {
      if (reading.verdict == worst) {
        because.addAll(reading.because);
        loosely.addAll(reading.loosely);
      }
    }
    for (Reading reading : List.of(one, two)) {
      reading.because.stream()
          .filter(row -> !reading.loosely.contains(row))
          .forEach(loosely::remove);
    }
    return new Reading(worst, List.copyOf(because), List.copyOf(loosely));
  }

  static Conclusion of(Map<Theorem, Conclusion> conclusions, Theorem theorem) {
    return Objects.requireNonNull(conclusions.get(theorem));
  }
}
