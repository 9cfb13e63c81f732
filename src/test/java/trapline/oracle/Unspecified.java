package trapline.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import trapline.isa.Instruction;
import trapline.isa.Local;
import trapline.isa.UnspecifiedFunction;

/// All that a maker may have chosen: every table for every `unspecified fn` that satisfies its
/// `where`. A claim must hold for each; what exists for one exists.
final class Unspecified {
  private static final int MANY = 1 << 12;

  private Unspecified() {}

  static List<Map<UnspecifiedFunction, long[]>> choices(Layout layout) {
    List<Map<UnspecifiedFunction, long[]>> all = new ArrayList<>();
    all.add(Map.of());
    List<Instruction> instructions = new ArrayList<>(layout.machine.instructions());
    instructions.add(layout.machine.reserved());
    List<UnspecifiedFunction> functions =
        instructions.stream()
            .flatMap(i -> Reads.functions(layout, i.body()).stream())
            .distinct()
            .toList();
    for (UnspecifiedFunction function : functions) {
      List<long[]> tables = tables(layout, function);
      List<Map<UnspecifiedFunction, long[]>> more = new ArrayList<>();
      for (Map<UnspecifiedFunction, long[]> one : all) {
        for (long[] table : tables) {
          Map<UnspecifiedFunction, long[]> choice = new LinkedHashMap<>(one);
          choice.put(function, table);
          more.add(choice);
        }
      }
      all = more;
    }
    return all;
  }

  private static List<long[]> tables(Layout layout, UnspecifiedFunction function) {
    int bits = function.parameters().stream().mapToInt(Local::width).sum();
    List<long[]> all = new ArrayList<>();
    all.add(new long[1 << bits]);
    for (int arguments = 0; arguments < 1 << bits; arguments++) {
      List<long[]> more = new ArrayList<>();
      for (long value = 0; value <= Layout.mask(function.width()); value++) {
        if (allows(layout, function, arguments, value)) {
          for (long[] table : all) {
            long[] next = table.clone();
            next[arguments] = value;
            more.add(next);
          }
        }
      }
      all = more;
      if (all.size() > MANY) {
        throw new UnsupportedOperationException(all.size() + " functions " + function.name());
      }
    }
    return all;
  }

  private static boolean allows(
      Layout layout, UnspecifiedFunction function, int arguments, long value) {
    if (function.constraint().isEmpty()) {
      return true;
    }
    Map<Local, Long> values = new LinkedHashMap<>();
    int left = arguments;
    for (Local parameter : function.parameters().reversed()) {
      values.put(parameter, left & Layout.mask(parameter.width()));
      left >>>= parameter.width();
    }
    values.put(function.result(), value);
    return new TreeWalk(layout).evaluate(layout.unpack(0), function.constraint().get(), values)
        != 0;
  }
}
