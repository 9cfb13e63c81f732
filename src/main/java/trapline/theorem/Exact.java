package trapline.theorem;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.classify.Classes;
import trapline.classify.Composed;
import trapline.isa.Machine;
import trapline.isa.Property;

/// The exact criterion: whether running guests directly is sound under the machine's `vmm` block.
///
///     no instruction has a gap, and the block composes translations rightly
///
/// Theorem 1 is sufficient only. `gap` are the rows that break this, or leave it open; `loosely` those of them
/// that do so only where the architecture makes no promise; `despite` those
/// that are sensitive and unprivileged and yet have no gap, which is why it may hold where the theorem
/// fails. Where the block lets the monitor `configure`, it is sound if it is so under some
/// setting: `configuration`. `note` says what is wrong with the block; then no row is asked.
public record Exact(
    Verdict verdict,
    List<String> gap,
    List<String> loosely,
    List<Despite> despite,
    Optional<Configuration> configuration,
    Optional<String> note) {

  /// A row that is sensitive and does not always trap, and why running it directly does no harm.
  public record Despite(String row, String why) {}

  private static String reason(Classes row, Property gap, boolean configured) {
    return row.finding(gap).isHolds() && configured
        ? "configured so, it traps where it would do some"
        : row.userWays(gap, Property.TRAPS_IN_USER).isHolds()
            ? "it traps in all states that guests are run in"
            : "where it does not trap, it does as on the bare machine";
  }

  /// `property` is [Property#GAP] or, for the hybrid monitor, [Property#HYBRID_GAP].
  static Exact of(Machine machine, List<Classes> rows, Property property, Composed composed) {
    List<String> gap = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<Despite> despite = new ArrayList<>();
    List<String> loosely = new ArrayList<>();
    var configuration = Configuration.of(machine, rows, property);
    boolean saved = configuration.filter(c -> c.verdict() == Verdict.HOLDS).isPresent();
    Property sensitive = property == Property.GAP ? Property.SENSITIVE : Property.USER_SENSITIVE;
    for (Classes row : rows) {
      var finding = row.finding(property);
      if (finding.isHolds() && !saved) {
        gap.add(row.row().name());
        if (row.isOnlyLoosely(property)) {
          loosely.add(row.row().name());
        }
      } else if (finding.isUndecided()) {
        open.add(row.row().name());
      } else if (row.finding(sensitive).isHolds()
          && row.finding(Property.PRIVILEGED).isFails()
          && row.finding(Property.TRAPS_IN_USER).isFails()) {
        despite.add(new Despite(row.row().name(), reason(row, property, saved)));
      }
    }
    if (composed.fault(property).isPresent()) {
      Composed.Fault fault = composed.fault(property).get();
      return new Exact(
          fault.refuted() ? Verdict.FAILS : Verdict.UNDECIDED,
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.of(fault.why()));
    }
    if (configuration.isPresent()) {
      Configuration found = configuration.get();
      List<String> left = new ArrayList<>(found.unsaved());
      left.addAll(found.conflict());
      List<String> rest =
          switch (found.verdict()) {
            case HOLDS -> List.of();
            case FAILS -> left;
            case UNDECIDED -> open.isEmpty() ? gap : open;
          };
      return new Exact(found.verdict(), rest, loosely, despite, configuration, Optional.empty());
    }
    if (!gap.isEmpty()) {
      return new Exact(Verdict.FAILS, gap, loosely, despite, configuration, Optional.empty());
    }
    Verdict verdict = open.isEmpty() ? Verdict.HOLDS : Verdict.UNDECIDED;
    return new Exact(verdict, open, List.of(), despite, configuration, Optional.empty());
  }
}
