package trapline.jqwik;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import trapline.Analyzer;
import trapline.Options;
import trapline.Progress;
import trapline.bits.Bits;
import trapline.classify.Classes;
import trapline.codec.Decoded;
import trapline.codec.Evaluation;
import trapline.diag.Span;
import trapline.isa.Expr;
import trapline.isa.Fetch;
import trapline.isa.Field;
import trapline.isa.Function;
import trapline.isa.Instruction;
import trapline.isa.Machine;
import trapline.isa.Property;
import trapline.isa.Register;
import trapline.isa.Statement;
import trapline.machine.Simulator;
import trapline.machine.State;
import trapline.machine.Visible;
import trapline.report.Bench;

/// A machine under test, with what is found out about it once.
final class Workbench {
  private final Bench bench;
  private final List<Slot.Part> parts;
  private final Set<Bits> constants;
  private final Function reading;
  private @Nullable Simulator confined;
  private @Nullable List<Classes> classes;

  Workbench(Machine machine) {
    bench = Bench.of(machine);
    parts = parts(machine);
    constants = constants(machine);
    reading = reading(machine.fetch(), machine.span());
  }

  /// What the fetch reads, as a function of the state.
  private static Function reading(Fetch fetch, Span span) {
    List<Statement> statements = new ArrayList<>(fetch.read().statements());
    statements.add(new Statement.Return(Optional.of(fetch.unit())));
    return new Function(
        "fetch",
        List.of(),
        OptionalInt.of(fetch.unit().width()),
        new Statement.Block(statements, span),
        span);
  }

  /// The unit that is fetched next, if none of the references for it traps.
  Optional<Bits> read(State state) {
    return simulator().call(state, reading, List.of())
            instanceof Simulator.Result.Returned(var value)
        ? value
        : Optional.empty();
  }

  Bench bench() {
    return bench;
  }

  Machine machine() {
    return bench.machine();
  }

  Simulator simulator() {
    return bench.simulator();
  }

  /// One for monitors.
  synchronized Simulator confined() {
    Simulator known = confined;
    if (known == null) {
      known = Simulator.confined(machine());
      confined = known;
    }
    return known;
  }

  /// Every field of every register that may hold more than one value.
  List<Slot.Part> parts() {
    return parts;
  }

  /// The numbers that the description compares and computes with.
  Set<Bits> constants() {
    return constants;
  }

  Set<String> modes(State state) {
    Set<String> modes = new TreeSet<>();
    machine().modes().stream()
        .filter(m -> simulator().evaluate(m.holds(), state).isTrue())
        .forEach(m -> modes.add(m.name()));
    return modes;
  }

  Optional<Instruction.Row> row(Decoded decoded) {
    return decoded.instruction().rows().stream()
        .filter(row ->
            row.fixed().entrySet().stream()
                .allMatch(e -> e.getValue().equals(decoded.operands().get(e.getKey()))))
        .filter(row ->
            row.condition().map(c -> Evaluation.of(c, decoded.operands()).isTrue()).orElse(true))
        .findFirst();
  }

  /// The names of the rows that have all these classes.
  Set<String> rows(Set<String> words) {
    Set<String> names = new TreeSet<>();
    for (Classes row : classes()) {
      if (words.stream().allMatch(word -> has(row, word))) {
        names.add(row.row().name());
      }
    }
    return names;
  }

  private static boolean has(Classes row, String word) {
    boolean isDenied = word.startsWith("!");
    Property property =
        Property.of(isDenied ? word.substring(1) : word)
            .orElseThrow(() -> new IllegalArgumentException("no class '" + word + "'"));
    var finding = row.finding(property);
    return isDenied ? finding.isFails() : finding.isHolds();
  }

  private synchronized List<Classes> classes() {
    List<Classes> known = classes;
    if (known == null) {
      known = Analyzer.analyze(machine(), Options.defaults(), Progress.NONE).rows();
      classes = known;
    }
    return known;
  }

  /// To compare what programs see in these two states and those that follow: also at the addresses
  /// that registers hold.
  Visible visible(State one, State two) {
    List<Bits> far = new ArrayList<>();
    for (State state : List.of(one, two)) {
      parts.forEach(part -> {
        Bits value = part.read(state);
        if (!value.isZero()) {
          machine()
              .spaces()
              .forEach(space -> {
                int width = space.address().width();
                if (value.value().bitLength() <= width) {
                  Bits address = new Bits(width, value.value());
                  far.add(address);
                  far.add(address.add(Bits.of(width, 1)));
                }
              });
        }
      });
    }
    return new Visible(simulator(), far);
  }

  private static List<Slot.Part> parts(Machine machine) {
    List<Slot.Part> parts = new ArrayList<>();
    for (Register register : machine.registers()) {
      for (int i = 0; i < register.count(); i++) {
        for (Field field : register.fields()) {
          if (field.fixed().isEmpty()) {
            parts.add(new Slot.Part(register, i, field));
          }
        }
      }
    }
    return List.copyOf(parts);
  }

  private static Set<Bits> constants(Machine machine) {
    Set<Bits> found = new TreeSet<>();
    Map<Statement.Block, Boolean> seen = new IdentityHashMap<>();
    machine.instructions().forEach(i -> collect(i.body(), found, seen));
    machine.spaces().forEach(s -> collect(s.body(), found, seen));
    machine
        .memories()
        .forEach(m -> {
          int width = Math.max(1, m.indexWidth());
          found.add(Bits.wrap(width, m.count().subtract(java.math.BigInteger.ONE)));
          found.add(Bits.wrap(width + 1, m.count()));
        });
    return found;
  }

  private static void collect(
      Statement.Block block, Set<Bits> found, Map<Statement.Block, Boolean> seen) {
    if (seen.put(block, true) != null) {
      return;
    }
    for (Statement statement : block.statements()) {
      statement.expressions().forEach(e -> collect(e, found));
      statement.blocks().forEach(b -> collect(b, found, seen));
    }
  }

  private static void collect(Expr expr, Set<Bits> found) {
    if (expr instanceof Expr.Constant(var value) && value.width() > 1) {
      found.add(value);
    }
    expr.parts().forEach(part -> collect(part, found));
  }
}
