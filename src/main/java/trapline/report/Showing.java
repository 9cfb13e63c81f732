package trapline.report;

import com.google.gson.JsonObject;
import trapline.classify.Witness;
import trapline.isa.Machine;
import trapline.machine.Simulator;
import trapline.validate.Exhibit;
import trapline.vmm.VirtualMachine;

/// The witness of a gap, run for one step as a guest of the generated monitor.
///
///     {"outcome": "shown", "as_predicted", "difference"}    the guest can tell
///     {"outcome": "unseen", "as_found"}                     it cannot, from the very states or like ones
///     {"outcome": "unshowable", "why"}
final class Showing {
  private final Machine machine;

  /// Made when first needed, for most machines have no gap.
  private @org.jspecify.annotations.Nullable Simulator simulator;

  Showing(Machine machine) {
    this.machine = machine;
  }

  JsonObject of(Witness witness, VirtualMachine.Kind kind) {
    if (simulator == null) {
      simulator = Simulator.confined(machine);
    }
    JsonObject json = new JsonObject();
    switch (Exhibit.of(simulator, witness, kind)) {
      case Exhibit.Shown shown -> {
        json.addProperty("outcome", "shown");
        json.addProperty("as_predicted", shown.isAsPredicted());
        json.add("difference", RunRecord.difference(shown.difference()));
      }
      case Exhibit.Unseen(boolean asFound) -> {
        json.addProperty("outcome", "unseen");
        json.addProperty("as_found", asFound);
      }
      case Exhibit.Unshowable(var why) -> {
        json.addProperty("outcome", "unshowable");
        json.addProperty("why", why);
      }
    }
    return json;
  }
}
