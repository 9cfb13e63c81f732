package trapline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import trapline.bits.Bits;
import trapline.classify.Witness;
import trapline.isa.Field;
import trapline.isa.Memory;
import trapline.isa.Register;
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

  /// Statements that make `to` of `from`, a place each.
  public static List<String> assignments(Bench bench, Snapshot to, Snapshot from) {
    return changed(bench, to, from).stream().map(c -> c.place + " = " + c.value + ";").toList();
  }

  private static List<String> assertions(Bench bench, Snapshot from, Snapshot to) {
    return changed(bench, to, from).stream()
        .map(c -> "assert " + c.place + " == " + c.value + ";")
        .toList();
  }

  /// A field of a register, or a cell, and what it holds, as a description has them.
  private record Place(String place, String value) {}

  private static List<Place> changed(Bench bench, Snapshot to, Snapshot from) {
    List<Place> changed = new ArrayList<>();
    for (Register register : bench.machine().registers()) {
      for (int i = 0; i < register.count(); i++) {
        String place = new Snapshot.Element(register, i).place();
        Bits now = to.register(register, i);
        Bits old = from.register(register, i);
        for (Field field : register.fields()) {
          Bits value = now.extract(field.high(), field.low());
          if (field.fixed().isEmpty() && !value.equals(old.extract(field.high(), field.low()))) {
            changed.add(
                new Place(
                    register.fields().size() == 1 ? place : place + "." + field.name(),
                    value(bench, field, value)));
          }
        }
      }
    }
    for (Memory memory : bench.machine().memories()) {
      SortedSet<Long> cells = new TreeSet<>(Long::compareUnsigned);
      cells.addAll(to.memory().getOrDefault(memory, new TreeMap<>()).keySet());
      cells.addAll(from.memory().getOrDefault(memory, new TreeMap<>()).keySet());
      for (long i : cells) {
        Bits now = to.memory(memory, i);
        if (!now.equals(from.memory(memory, i))) {
          changed.add(
              new Place(
                  memory.name() + "[" + Long.toUnsignedString(i) + "]",
                  bench.numerals().show(now)));
        }
      }
    }
    return changed;
  }

  private static String value(Bench bench, Field field, Bits value) {
    return field.isTruth() ? Boolean.toString(value.isTrue()) : bench.numerals().show(field, value);
  }
}
