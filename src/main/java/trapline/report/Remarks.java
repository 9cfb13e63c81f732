package trapline.report;

import java.util.ArrayList;
import java.util.List;
import trapline.classify.Classes;
import trapline.classify.Definitions;
import trapline.isa.Machine;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Property;
import trapline.theorem.Analysis;

/// What the verdicts rest on, in sentences.
final class Remarks {
  private Remarks() {}

  static List<String> of(Analysis analysis) {
    Machine machine = analysis.machine();
    List<String> remarks = new ArrayList<>();
    String user = names(machine.userModes());
    String supervisor = names(machine.supervisorModes());
    remarks.add(
        machine.monitor().isPresent()
            ? levels(machine.monitor().get())
            : "Without a vmm block, the most privileged mode ("
                + supervisor
                + ") is taken to be deprivileged to "
                + user
                + ".");
    if (analysis.definitions() == Definitions.LITERAL) {
      remarks.add(
          "Privileged is read literally: it traps in user mode and never in supervisor mode"
              + " (--definitions literal).");
    }
    List<String> beyond =
        analysis.rows().stream()
            .filter(Remarks::isByResourceOnly)
            .map(c -> c.row().name())
            .toList();
    if (!beyond.isEmpty()) {
      remarks.add(
          "Sensitive only by control state that is not in the paper's R [ext]: "
              + String.join(", ", beyond)
              + ".");
    }
    return remarks;
  }

  /// Which mode of a guest runs where.
  private static String levels(Monitor monitor) {
    if (monitor.real().size() == 1) {
      return "A guest's "
          + names(monitor.deprivileged())
          + " and user modes both run in real "
          + names(monitor.real())
          + " (vmm block).";
    }
    List<String> each = new ArrayList<>();
    for (Mode real : monitor.real()) {
      List<String> virtual =
          monitor.levels().stream()
              .filter(l -> l.real() == real)
              .map(l -> l.virtual().name())
              .toList();
      each.add(String.join(" and ", virtual) + " in real " + real.name());
    }
    return "A guest's modes run so (vmm block): " + String.join(", ", each) + ".";
  }

  private static boolean isByResourceOnly(Classes classes) {
    return classes.finding(Property.SENSITIVE).isHolds()
        && classes.finding(Property.CONTROL_SENSITIVE).isFails()
        && classes.finding(Property.LOCATION_SENSITIVE).isFails()
        && classes.finding(Property.MODE_SENSITIVE).isFails()
        && classes.finding(Property.RESOURCE_SENSITIVE).isHolds()
        && classes.finding(Property.PRIVILEGED).isFails();
  }

  private static String names(List<Mode> modes) {
    return String.join(", ", modes.stream().map(Mode::name).toList());
  }
}
