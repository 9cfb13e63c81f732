package trapline.theorem;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.isa.Machine;
import trapline.isa.Property;

/// What makes a machine a conventional third-generation one, which the theorems assume.
///
/// Source: Popek and Goldberg 1974, p. 413 f.; the wording of each is ours (the manual,
/// `definitions`). `because` are the rows that break it or leave it open; for the way back, those
/// that are one.
public record Precondition(
    Kind kind, Verdict verdict, List<String> because, Optional<String> note) {

  public enum Kind {
    /// At least two modes; what completes in user mode also completes in supervisor mode.
    MODES,
    /// User mode reaches storage through translation only, and changes neither mode nor resources.
    CONFINEMENT,
    /// A trap leaves what the program sees as it was.
    PRECISE_TRAPS,
    /// Some instruction enters user mode at a chosen place.
    WAY_BACK,
    /// Every encoding has a meaning, if only to trap.
    TOTAL_DECODE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static List<Precondition> of(Machine machine, List<Classes> rows) {
    return List.of(
        modes(machine, rows),
        all(Kind.CONFINEMENT, rows, c -> c.finding(Property.CONFINED).and(() -> leavesControl(c))),
        all(Kind.PRECISE_TRAPS, rows, c -> c.finding(Property.PRECISE)),
        wayBack(rows),
        totalDecode(machine, rows));
  }

  private static Precondition modes(Machine machine, List<Classes> rows) {
    Precondition subsumed = all(Kind.MODES, rows, c -> c.finding(Property.SUBSUMED));
    return machine.userModes().isEmpty()
        ? new Precondition(
            Kind.MODES, Verdict.FAILS, List.of(), Optional.of("there is only one mode"))
        : subsumed;
  }

  private static Finding leavesControl(Classes classes) {
    return classes.userWays(Property.USER_SENSITIVE, Property.CONTROL_SENSITIVE).negate();
  }

  private static Precondition wayBack(List<Classes> rows) {
    List<String> ways = names(rows, c -> c.finding(Property.ENTERS_USER).isHolds());
    List<String> open = names(rows, c -> c.finding(Property.ENTERS_USER).isUndecided());
    return !ways.isEmpty()
        ? new Precondition(Kind.WAY_BACK, Verdict.HOLDS, ways, Optional.empty())
        : new Precondition(
            Kind.WAY_BACK,
            open.isEmpty() ? Verdict.FAILS : Verdict.UNDECIDED,
            open,
            Optional.of("no instruction enters user mode at a chosen address"));
  }

  /// Unpredictable instructions are reported; only reserved encodings without a meaning are none.
  private static Precondition totalDecode(Machine machine, List<Classes> rows) {
    List<String> loose = names(rows, c -> !c.finding(Property.PREDICTABLE).isHolds());
    Optional<String> note =
        loose.isEmpty()
            ? Optional.empty()
            : Optional.of("the architecture makes no promise for some states of these");
    boolean reservedLoose = loose.contains(machine.reserved().rows().getFirst().name());
    return new Precondition(
        Kind.TOTAL_DECODE, reservedLoose ? Verdict.FAILS : Verdict.HOLDS, loose, note);
  }

  private static Precondition all(
      Kind kind, List<Classes> rows, java.util.function.Function<Classes, Finding> property) {
    List<String> fail = names(rows, c -> property.apply(c).isFails());
    List<String> open = names(rows, c -> property.apply(c).isUndecided());
    return !fail.isEmpty()
        ? new Precondition(kind, Verdict.FAILS, fail, Optional.empty())
        : open.isEmpty()
            ? new Precondition(kind, Verdict.HOLDS, List.of(), Optional.empty())
            : new Precondition(kind, Verdict.UNDECIDED, open, Optional.empty());
  }

  private static List<String> names(List<Classes> rows, Predicate<Classes> wanted) {
    return rows.stream().filter(wanted).map(c -> c.row().name()).toList();
  }
}
