package trapline.classify;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import trapline.isa.Assumption;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.machine.Simulator;
import trapline.smt.Solver;
import trapline.symbolic.Layout;

/// What all questions about one machine share. `assumptions` restrict the states considered. Of
/// what the classes do not take, only what is `wanted` is decided.
public record Context(
    Machine machine,
    Layout layout,
    Simulator simulator,
    Premises premises,
    Definitions definitions,
    List<Assumption> assumptions,
    Set<Property> wanted) {

  public static Context of(Machine machine, Definitions definitions, Solver solver) {
    return of(machine, definitions, Premises.of(machine, solver));
  }

  /// With premises that are known of the machine.
  public static Context of(Machine machine, Definitions definitions, Premises premises) {
    return new Context(
        machine,
        Layout.of(machine),
        Simulator.sparse(machine),
        premises,
        definitions,
        List.of(),
        EnumSet.allOf(Property.class));
  }

  /// Under hypotheses, of which something is claimed about these properties.
  public Context under(List<Assumption> hypotheses, Set<Property> claimed) {
    return new Context(
        machine,
        layout,
        simulator,
        premises,
        definitions,
        List.copyOf(hypotheses),
        Set.copyOf(claimed));
  }
}
