package trapline.classify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import trapline.bits.Bits;
import trapline.isa.Property;

/// One state, or two that look alike, in which an instruction shows a property; and what it does there.
///
/// Canonical: the least in a fixed order of the variables, so two runs of the tool give the same. Confirmed:
/// the concrete machine has executed `word` from every state of `before`, with `results`.
///
/// `refutes` says that it shows the property not to hold. `observed` names what gives the difference
/// away, or the state that changed. `executes` is the row that an executing instruction (PDP-10 XCT)
/// goes on with.
public record Witness(
    String machine,
    Map<String, String> setting,
    Property property,
    boolean refutes,
    String row,
    Bits word,
    List<StateImage> before,
    List<Result> results,
    List<String> observed,
    Optional<String> executes) {

  /// What became of one run. `cause` is the trap, if it trapped.
  public record Result(Optional<String> cause, StateImage after) {}
}
