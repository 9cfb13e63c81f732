package trapline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.classify.Witness;
import trapline.machine.Snapshot;

/// A witness as `test` blocks of the description language, one per state: the state is set up, and
/// what the instruction leaves is asserted. They go inside the machine's body.
public final class TestText {
  private TestText() {}

  public static String of(Bench bench, Witness witness) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < witness.before().size(); i++) {
      Run run = Run.of(witness.before().get(i), witness.results().get(i));
      text.append(i > 0 ? "\n" : "").append(block(bench, witness, run, i));
    }
    return text.toString();
  }

  private static String block(Bench bench, Witness witness, Run run, int number) {
    String way = witness.before().size() == 1 ? "" : number == 0 ? ", one state" : ", the other";
    String title =
        witness.row() + " is " + (witness.refutes() ? "not " : "") + witness.property().word();
    List<String> lines = new ArrayList<>();
    lines.add("// " + bench.codec().disassemble(witness.word(), 0) + ": " + run.phrase());
    lines.addAll(assignments(bench, run.before(), Snapshot.of(bench.simulator().reset())));
    lines.add("step 1;");
    if (run.completes()) {
      lines.addAll(assertions(bench, run.before(), run.after()));
    }
    return lines.stream()
        .map(l -> "    " + l + "\n")
        .collect(Collectors.joining("", "  test \"" + title + way + "\" {\n", "  }\n"));
  }

  private static List<String> assignments(Bench bench, Snapshot to, Snapshot from) {
    List<String> lines = new ArrayList<>();
    for (String place : places(to, from)) {
      String value = value(bench, to, place);
      if (!value.equals(value(bench, from, place))) {
        lines.add(place + " = " + value + ";");
      }
    }
    return lines;
  }

  private static List<String> assertions(Bench bench, Snapshot from, Snapshot to) {
    List<String> lines = new ArrayList<>();
    for (String place : places(to, from)) {
      String value = value(bench, to, place);
      if (!value.equals(value(bench, from, place))) {
        lines.add("assert " + place + " == " + value + ";");
      }
    }
    return lines;
  }

  private static List<String> places(Snapshot one, Snapshot two) {
    List<String> places = new ArrayList<>();
    for (Snapshot snapshot : List.of(one, two)) {
      snapshot.registers().keySet().forEach(e -> add(places, e.place()));
      snapshot
          .memory()
          .forEach(
              (m, cells) -> cells.keySet().forEach(i -> add(places, m.name() + "[" + i + "]")));
    }
    return places;
  }

  private static void add(List<String> places, String place) {
    if (!places.contains(place)) {
      places.add(place);
    }
  }

  private static String value(Bench bench, Snapshot snapshot, String place) {
    for (var entry : snapshot.registers().entrySet()) {
      if (entry.getKey().place().equals(place)) {
        return bench.numerals().show(entry.getValue());
      }
    }
    for (var memory : snapshot.memory().entrySet()) {
      for (var cell : memory.getValue().entrySet()) {
        if (place.equals(memory.getKey().name() + "[" + cell.getKey() + "]")) {
          return bench.numerals().show(cell.getValue());
        }
      }
    }
    return Bits.FALSE.value().toString();
  }
}
