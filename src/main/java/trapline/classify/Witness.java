package trapline.classify;

import java.util.List;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Property;
import trapline.machine.Outcome;
import trapline.machine.Snapshot;
import trapline.machine.State;

/// One state, or two that look alike, in which an instruction shows a property; and what it does
/// there.
///
/// Canonical: the least in a fixed order of the variables, so two runs of the tool give the same.
/// Confirmed: the concrete machine has executed `word` from every state of `before`, with
/// `results`.
///
/// `refutes` says that it shows the property not to hold. `observed` names what gives it away: the
/// places that differ between the two results, or that changed. `executes` is the row that an
/// executing instruction (PDP-10 XCT) goes on with. `addresses` and `region` are where windows and
/// storage were compared: with them it can be confirmed again.
public record Witness(
    Property property,
    boolean refutes,
    String row,
    Bits word,
    List<Snapshot> before,
    List<Result> results,
    List<String> observed,
    Optional<String> executes,
    List<Bits> addresses,
    Optional<Replay.Region> region) {

  /// What became of one run.
  public record Result(Outcome outcome, Snapshot after, List<State.Output> outputs) {}
}
