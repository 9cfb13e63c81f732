package trapline.report;

import java.util.List;
import java.util.Optional;
import trapline.vmm.Experiment;

/// A program that has been run under monitors: what [RunRecord] makes a record of.
///
/// `watched` is the run that was compared in the given way, with its chronicle; `measured` the same
/// once more in stretches, unwatched, for what it costs. `command` says how to do it again.
public record Trial(
    String program,
    List<String> command,
    Experiment watched,
    Experiment.Comparison comparison,
    Optional<Experiment> measured,
    Optional<Speeds> speeds) {

  /// Steps a second, comparison included: in lockstep if that was run, and in stretches.
  public record Speeds(Optional<Double> lockstep, double stretches) {}
}
