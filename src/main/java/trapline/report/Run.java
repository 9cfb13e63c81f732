package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import trapline.bits.Bits;
import trapline.classify.Witness;
import trapline.machine.Outcome;
import trapline.machine.Simulator;
import trapline.machine.Snapshot;
import trapline.machine.State;

/// One instruction executed from one state on the concrete machine.
public record Run(Snapshot before, Outcome outcome, Snapshot after, List<State.Output> outputs) {

  public static Run of(Simulator simulator, Bits word, Snapshot before) {
    State state = before.toState(simulator);
    Outcome outcome = simulator.execute(state, word);
    return new Run(before, outcome, Snapshot.of(state), List.copyOf(state.outputs()));
  }

  /// As found; not executed again.
  static Run of(Snapshot before, Witness.Result result) {
    return new Run(before, result.outcome(), result.after(), result.outputs());
  }

  public boolean completes() {
    return outcome instanceof Outcome.Completed;
  }

  /// In a few words: `completes`, `traps: privop`, `stops: …`.
  public String phrase() {
    return switch (outcome) {
      case Outcome.Completed completed -> "completes";
      case Outcome.Trapped(var cause, var arguments) -> "traps: " + cause.name();
      case Outcome.Stopped(var reason, var _) -> "stops: " + reason;
    };
  }

  JsonObject toJson(Numerals numerals) {
    JsonObject json = new JsonObject();
    json.add("before", Evidence.state(numerals, before));
    json.addProperty("outcome", phrase());
    json.add("after", Evidence.state(numerals, after));
    if (!outputs.isEmpty()) {
      JsonArray events = new JsonArray();
      for (State.Output output : outputs) {
        JsonObject event = new JsonObject();
        event.addProperty("port", output.port().fullName());
        event.addProperty("value", numerals.full(output.value()));
        events.add(event);
      }
      json.add("outputs", events);
    }
    return json;
  }
}
