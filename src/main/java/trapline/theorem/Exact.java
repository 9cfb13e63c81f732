package trapline.theorem;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trapline.classify.Classes;
import trapline.isa.Machine;
import trapline.isa.Property;

/// The exact criterion: whether running guests directly is sound under the machine's `vmm` block.
///
///     no instruction has a gap, and the block composes translations rightly
///
/// Theorem 1 is sufficient only. `gap` are the rows that break this, or leave it open; `despite` those
/// that are sensitive and unprivileged and yet have no gap, which is why it may hold where the theorem
/// fails. Where the block lets the monitor `configure`, it is sound if it is so under some
/// setting: `configuration`. `note` says what is wrong with the block; then no row is asked.
public record Exact(
    Verdict verdict,
    List<String> gap,
    List<String> despite,
    Optional<Configuration> configuration,
    Optional<String> note) {

  /// `property` is [Property#GAP] or, for the hybrid monitor, [Property#HYBRID_GAP].
  static Exact of(
      Machine machine, List<Classes> rows, Property property, Optional<String> miscomposed) {
    List<String> gap = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<String> despite = new ArrayList<>();
    var configuration = Configuration.of(machine, rows, property);
    boolean saved = configuration.filter(c -> c.verdict() == Verdict.HOLDS).isPresent();
    Property sensitive = property == Property.GAP ? Property.SENSITIVE : Property.USER_SENSITIVE;
    for (Classes row : rows) {
      var finding = row.finding(property);
      if (finding.isHolds() && !saved) {
        gap.add(row.row().name());
      } else if (finding.isUndecided()) {
        open.add(row.row().name());
      } else if (row.finding(sensitive).isHolds()
          && row.finding(Property.PRIVILEGED).isFails()
          && row.finding(Property.TRAPS_IN_USER).isFails()) {
        despite.add(row.row().name());
      }
    }
    if (miscomposed.isPresent()) {
      return new Exact(Verdict.UNDECIDED, List.of(), List.of(), Optional.empty(), miscomposed);
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
      return new Exact(found.verdict(), rest, despite, configuration, Optional.empty());
    }
    if (!gap.isEmpty()) {
      return new Exact(Verdict.FAILS, gap, despite, configuration, Optional.empty());
    }
    Verdict verdict = open.isEmpty() ? Verdict.HOLDS : Verdict.UNDECIDED;
    return new Exact(verdict, open, despite, configuration, Optional.empty());
  }
}
