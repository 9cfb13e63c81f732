package trapline.theorem;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import trapline.classify.Classes;
import trapline.classify.Finding;
import trapline.classify.Witness;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.isa.Role;
import trapline.isa.TrapLine;
import trapline.smt.Term;
import trapline.smt.Terms;
import trapline.symbolic.Dimension;
import trapline.symbolic.Executor;
import trapline.symbolic.Layout;
import trapline.symbolic.Slot;
import trapline.symbolic.Start;
import trapline.symbolic.SymbolicState;

/// What makes a machine a conventional third-generation one, which the theorems assume.
///
/// Source: Popek and Goldberg 1974, p. 413 f.; the wording of each is ours (the manual,
/// `definitions`). `because` are the rows that break it or leave it open; for the way back, those
/// that are one; `witness` shows the first that breaks it.
public record Precondition(
    Kind kind,
    Verdict verdict,
    List<String> because,
    Optional<String> note,
    Optional<Witness> witness) {

  private Precondition(Kind kind, Verdict verdict, List<String> because, Optional<String> note) {
    this(kind, verdict, because, note, Optional.empty());
  }

  public enum Kind {
    /// At least two modes; what completes in user mode also completes in supervisor mode.
    MODES,
    /// R decides where a program's storage lies.
    RELOCATION,
    /// User mode reaches storage through translation only, and changes neither mode nor resources,
    /// nor what the machine itself reads: trap vectors and translation tables.
    CONFINEMENT,
    /// A trap leaves what the program sees as it was, or at least so that it can go on.
    PRECISE_TRAPS,
    /// Whether a program traps, other than by memory, does not depend on where it lies.
    TRAP_CONDITIONS,
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
        relocation(machine),
        all(
            Kind.CONFINEMENT,
            rows,
            c ->
                c.finding(Property.CONFINED)
                    .and(() -> leavesControl(c))
                    .and(() -> c.finding(Property.GUARDED))),
        preciseTraps(machine, rows),
        all(Kind.TRAP_CONDITIONS, rows, c -> c.finding(Property.TRAPS_ALIKE)),
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

  /// Every memory that programs have is reached through a space, and what such a space returns
  /// depends on R.
  private static Precondition relocation(Machine machine) {
    Layout layout = Layout.of(machine);
    boolean placed =
        layout.slots().stream().anyMatch(s -> layout.isOf(s, Set.of(Dimension.RELOCATION)));
    boolean translated =
        machine.memories().stream().filter(m -> m.role() == Role.E).allMatch(machine::isTranslated);
    return new Precondition(
        Kind.RELOCATION,
        placed && translated ? Verdict.HOLDS : Verdict.FAILS,
        List.of(),
        placed && translated
            ? Optional.empty()
            : Optional.of(
                translated
                    ? "nothing in R decides where a program's storage lies"
                    : "programs reach storage without translation"));
  }

  /// What changes something on its way to a trap, and can be started again, is only told; so is
  /// control state that programs change and a trap loses. P, M and registers must be found again.
  private static Precondition preciseTraps(Machine machine, List<Classes> rows) {
    Precondition found = all(Kind.PRECISE_TRAPS, rows, Precondition::canGoOn);
    List<String> notes = new ArrayList<>();
    List<String> halfway =
        names(
            rows,
            c ->
                c.finding(Property.PRECISE).isFails() && c.finding(Property.RESTARTABLE).isHolds());
    if (!halfway.isEmpty()) {
      notes.add(
          "on a trap "
              + String.join(", ", halfway)
              + (halfway.size() == 1 ? " leaves" : " leave")
              + " something changed and can be started again");
    }
    Set<String> lost = new LinkedHashSet<>();
    Set<String> disturbed = new LinkedHashSet<>();
    lose(machine, lost, disturbed);
    disturbed.retainAll(changedByUsers(rows));
    if (!lost.isEmpty()) {
      notes.add(
          "a trap overwrites "
              + String.join(", ", lost)
              + (lost.size() == 1 ? " and saves it nowhere" : " and saves them nowhere"));
    }
    if (!disturbed.isEmpty()) {
      notes.add(
          "programs change "
              + String.join(", ", disturbed)
              + ", which a trap overwrites: not decided is a sequence with an emulated instruction"
              + " inside");
    }
    return new Precondition(
        found.kind,
        lost.isEmpty() ? found.verdict : Verdict.FAILS,
        found.because,
        notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes)),
        found.witness);
  }

  /// What cannot be told from any state after some trap: what a program has, and control state.
  private static void lose(Machine machine, Set<String> lost, Set<String> control) {
    Terms terms = new Terms();
    Layout layout = Layout.of(machine);
    SymbolicState before = Start.only(layout, terms).state();
    for (TrapLine line : machine.traps()) {
      SymbolicState after = Executor.enter(terms, line, before);
      Set<Term> kept = new LinkedHashSet<>();
      after.values().forEach(v -> kept.addAll(terms.variables(v)));
      for (int i = 0; i < layout.slots().size(); i++) {
        if (layout.slots().get(i) instanceof Slot.OfField(var register, var field)
            && before.get(i).isVariable()
            && !kept.contains(before.get(i))) {
          if (field.hasRole(Role.R)) {
            control.add(layout.slots().get(i).name());
          } else if (!field.hasRole(Role.CLOCK)) {
            lost.add(layout.slots().get(i).name());
          }
        }
      }
    }
  }

  private static Set<String> changedByUsers(List<Classes> rows) {
    Set<String> changed = new LinkedHashSet<>();
    for (Classes row : rows) {
      row.userWays(Property.USER_SENSITIVE, Property.CONTROL_SENSITIVE)
          .evidence()
          .ifPresent(w -> changed.addAll(w.observed()));
    }
    return changed;
  }

  private static Finding canGoOn(Classes classes) {
    return classes.finding(Property.PRECISE).or(() -> classes.finding(Property.RESTARTABLE));
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
    List<String> loose = names(rows, c -> c.finding(Property.PREDICTABLE).isFails());
    Optional<String> note =
        loose.isEmpty()
            ? Optional.empty()
            : Optional.of("the architecture makes no promise for some states of these");
    Optional<Classes> reserved =
        rows.stream().filter(c -> c.instruction() == machine.reserved()).findFirst();
    boolean reservedLoose = reserved.filter(c -> loose.contains(c.row().name())).isPresent();
    boolean reservedTraps =
        reserved.filter(c -> !c.finding(Property.TRAPS_ALWAYS).isFails()).isPresent();
    if (note.isEmpty() && !reservedTraps) {
      note = Optional.of("encodings that are no instruction do not always trap");
    }
    boolean open = reserved.filter(c -> c.finding(Property.PREDICTABLE).isUndecided()).isPresent();
    return new Precondition(
        Kind.TOTAL_DECODE,
        reservedLoose ? Verdict.FAILS : open ? Verdict.UNDECIDED : Verdict.HOLDS,
        loose,
        note,
        reserved
            .filter(c -> reservedLoose)
            .flatMap(c -> c.finding(Property.PREDICTABLE).evidence()));
  }

  private static Precondition all(
      Kind kind, List<Classes> rows, java.util.function.Function<Classes, Finding> property) {
    List<String> fail = names(rows, c -> property.apply(c).isFails());
    List<String> open = names(rows, c -> property.apply(c).isUndecided());
    return !fail.isEmpty()
        ? new Precondition(kind, Verdict.FAILS, fail, Optional.empty(), witness(rows, property))
        : open.isEmpty()
            ? new Precondition(kind, Verdict.HOLDS, List.of(), Optional.empty())
            : new Precondition(kind, Verdict.UNDECIDED, open, Optional.empty());
  }

  private static Optional<Witness> witness(
      List<Classes> rows, java.util.function.Function<Classes, Finding> property) {
    return rows.stream()
        .map(property)
        .filter(Finding::isFails)
        .flatMap(f -> f.evidence().stream())
        .findFirst();
  }

  private static List<String> names(List<Classes> rows, Predicate<Classes> wanted) {
    return rows.stream().filter(wanted).map(c -> c.row().name()).toList();
  }
}
