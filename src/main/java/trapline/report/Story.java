package trapline.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;
import trapline.bits.Bits;
import trapline.isa.Access;
import trapline.isa.Field;
import trapline.isa.Memory;
import trapline.isa.Mode;
import trapline.isa.Monitor;
import trapline.isa.Port;
import trapline.isa.Property;
import trapline.isa.Register;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.machine.Chosen;
import trapline.machine.Snapshot;
import trapline.machine.State;

/// A witness as a person reads it: one or two states side by side, what differs, what happens, and
/// why a monitor cannot live with it.
///
///     Story = (columns, before, after, reason)    before, after: lists of Line
///     Line  = (name, a value per column, remark)
///
/// One state has the columns *before* and *after*; two states have a column each. Storage is named
/// by the running program's own address where it has one in every column (`V[5]`), else by the
/// physical one (`E[21]`).
public record Story(
    Property property,
    List<Run> runs,
    List<String> columns,
    List<Line> before,
    List<Line> after,
    String reason) {

  record Line(String name, List<String> values, String remark) {}

  /// Storage cells shown before the rest is only counted.
  private static final int SHOWN_CELLS = 12;

  /// `trapsInUser`: the row traps in every user state.
  public static Story of(
      Bench bench,
      Property property,
      boolean refutes,
      boolean trapsInUser,
      Bits word,
      List<Run> runs) {
    Teller teller = new Teller(bench, property, refutes, trapsInUser, word, runs);
    return runs.size() == 1 ? teller.ofOne() : teller.ofTwo();
  }

  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.add("columns", strings(columns));
    json.add("before", lines(before));
    json.add("after", lines(after));
    json.addProperty("reason", reason);
    return json;
  }

  private static JsonArray strings(List<String> texts) {
    JsonArray json = new JsonArray();
    texts.forEach(json::add);
    return json;
  }

  private static JsonArray lines(List<Line> lines) {
    JsonArray json = new JsonArray();
    for (Line line : lines) {
      JsonObject entry = new JsonObject();
      entry.addProperty("name", line.name());
      entry.add("values", strings(line.values()));
      if (!line.remark().isEmpty()) {
        entry.addProperty("remark", line.remark());
      }
      json.add(entry);
    }
    return json;
  }

  /// A thing that has a value in every state, and what it plays in <E, M, P, R>.
  private record Item(String name, Optional<Role> role, List<String> values) {
    boolean differs() {
      return !values.getFirst().equals(values.getLast());
    }
  }

  private record Teller(
      Bench bench,
      Property property,
      boolean refutes,
      boolean trapsInUser,
      Bits word,
      List<Run> runs) {

    Story ofOne() {
      Run run = runs.getFirst();
      List<Snapshot> pair = List.of(run.before(), run.after());
      List<Line> lines = new ArrayList<>();
      List<String> changed = new ArrayList<>();
      for (Item item : items(pair, List.of())) {
        boolean control = item.role().isPresent() && isControl(item.role().get());
        if (item.differs()) {
          String remark =
              property == Property.PRECISE
                  ? "<- not undone"
                  : control ? "<- changes unseen" : "changes";
          lines.add(new Line(item.name(), item.values(), remark));
          if (control) {
            changed.add(item.name());
          }
        } else {
          lines.add(new Line(item.name(), item.values(), ""));
        }
      }
      lines.addAll(chosen(List.of(run.before().chosen(), Chosen.NOTHING)));
      if (run.before().halted() != run.after().halted()) {
        lines.add(new Line("processor", List.of("running", "halted"), "<- changes unseen"));
        changed.add("the halting of the processor");
      }
      for (State.Output output : run.outputs()) {
        lines.add(
            new Line(
                output.port().fullName(),
                List.of("", bench.numerals().show(output.value())),
                "<- device output"));
        changed.add("device output " + output.port().fullName());
      }
      return new Story(
          property,
          runs,
          List.of("before", "after"),
          lines,
          List.of(outcome()),
          refutes ? refutation() : reasonOfOne(changed));
    }

    Story ofTwo() {
      Run one = runs.get(0);
      Run two = runs.get(1);
      List<Snapshot> starts = List.of(one.before(), two.before());
      List<Snapshot> ends = List.of(one.after(), two.after());
      List<Item> before = items(starts, ends);
      long differing = before.stream().filter(Item::differs).count();
      List<Line> lines = new ArrayList<>();
      for (Item item : before) {
        String remark =
            !item.differs() ? "" : differing == 1 ? "<- the only difference" : "<- differs";
        lines.add(new Line(item.name(), item.values(), remark));
      }
      lines.addAll(chosen(starts.stream().map(Snapshot::chosen).toList()));
      List<Line> after = new ArrayList<>();
      List<String> results = new ArrayList<>();
      Map<String, Item> start = byName(before);
      for (Item item : items(ends, starts)) {
        Item was = start.get(item.name());
        boolean changed = was == null || !was.values().equals(item.values());
        if (changed) {
          boolean visible =
              item.differs() && item.role().filter(r -> r == Role.E || r == Role.P).isPresent();
          after.add(new Line(item.name(), item.values(), visible ? "<- differs" : ""));
          if (visible) {
            results.add(item.name() + " becomes " + String.join(" or ", item.values()));
          }
        }
      }
      after.add(outcome());
      return new Story(
          property,
          runs,
          columns(starts),
          lines,
          after,
          refutes ? refutation() : reasonOfTwo(before, results));
    }

    /// What is chosen in each column where the architecture leaves it open.
    private static List<Line> chosen(List<Chosen> columns) {
      List<Line> lines = new ArrayList<>();
      int anys = columns.stream().mapToInt(c -> c.any().size()).max().orElse(0);
      for (int i = 0; i < anys; i++) {
        int index = i;
        lines.add(
            new Line(
                "chosen (any)",
                columns.stream()
                    .map(c -> index < c.any().size() ? Numerals.plain(c.any().get(index)) : "")
                    .toList(),
                ""));
      }
      Set<Chosen.Call> calls = new LinkedHashSet<>();
      columns.forEach(c -> calls.addAll(c.unspecified().keySet()));
      for (Chosen.Call call : calls) {
        List<String> arguments = call.arguments().stream().map(Numerals::plain).toList();
        lines.add(
            new Line(
                call.function() + "(" + String.join(", ", arguments) + ")",
                columns.stream()
                    .map(c -> c.unspecified().get(call))
                    .map(v -> v == null ? "" : Numerals.plain(v))
                    .toList(),
                ""));
      }
      return lines;
    }

    private Line outcome() {
      List<String> phrases = new ArrayList<>(runs.stream().map(Run::phrase).toList());
      if (runs.size() == 1) {
        phrases.addFirst("");
      }
      return new Line("outcome", phrases, "");
    }

    private List<String> columns(List<Snapshot> starts) {
      List<String> modes = starts.stream().map(this::mode).toList();
      if (!modes.getFirst().equals(modes.getLast())) {
        return modes.stream().map(m -> "in mode " + m).toList();
      }
      return switch (property) {
        case LOCATION_SENSITIVE -> List.of("placed here", "placed there");
        case CLOCK_SENSITIVE -> List.of("at one time", "at another");
        default -> List.of("one state", "another");
      };
    }

    private String refutation() {
      String mode = mode(runs.getFirst().before());
      switch (property) {
        case PREDICTABLE -> {
          return "In mode "
              + mode
              + " the architecture makes no promise here, so a guest's program may do anything.";
        }
        case PRECISE -> {
          return "It traps, and what the program sees is not as it was.";
        }
        case RESTARTABLE -> {
          return "It traps halfway. Started again from there, once the cause is mended, it does something"
              + " else than where there was none.";
        }
        case GUARDED -> {
          return "In mode "
              + mode
              + " it changes what the next trap loads, or where addresses lead; no relocation keeps"
              + " users away.";
        }
        case CONFINED -> {
          return "In mode " + mode + " it reaches storage by physical address.";
        }
        case TRAPS_ALIKE -> {
          return "Whether it traps depends on where the program lies, which a guest can find out so.";
        }
        default -> {}
      }
      List<String> clauses =
          runs.stream().map(r -> "in mode " + mode(r.before()) + " it " + r.phrase()).toList();
      return "Not " + Words.of(property) + ": " + join(clauses) + ".";
    }

    private String reasonOfOne(List<String> changed) {
      Run run = runs.getFirst();
      String mode = mode(run.before());
      String what = changed.isEmpty() ? "control state" : join(changed);
      if (!run.completes()) {
        return "It " + run.phrase() + ".";
      }
      if (isUser(run.before())) {
        return "A guest's user program does this in real mode "
            + mode
            + " without a trap, and changes "
            + what
            + ", and no monitor is told.";
      }
      Optional<Run> deprivileged = deprivileged(run.before());
      String target = target(run.before());
      if (deprivileged.isPresent() && deprivileged.get().completes()) {
        return "A monitor runs the guest's kernel in real mode "
            + target
            + ", where this does not trap either: the guest means to change "
            + what
            + ", and no monitor is told.";
      }
      return "The guest's kernel means to change "
          + what
          + "; in real mode "
          + target
          + (trapsInUser
              ? " it always traps, so a monitor is told."
              : " it does not always trap, so a monitor cannot count on being told.");
    }

    private String reasonOfTwo(List<Item> before, List<String> results) {
      String result =
          results.isEmpty()
              ? "the results differ"
              : join(results.subList(0, Math.min(2, results.size())));
      List<String> causes = before.stream().filter(Item::differs).map(Item::name).toList();
      String cause =
          causes.isEmpty() ? "hidden state" : join(causes.subList(0, Math.min(3, causes.size())));
      List<String> modes = runs.stream().map(r -> mode(r.before())).toList();
      List<String> targets = runs.stream().map(r -> target(r.before())).toList();
      if (!targets.getFirst().equals(targets.getLast())) {
        return "A monitor runs a guest's "
            + modes.getFirst()
            + " in real "
            + targets.getFirst()
            + ", its "
            + modes.getLast()
            + " in real "
            + targets.getLast()
            + ": "
            + result
            + ".";
      }
      if (!modes.getFirst().equals(modes.getLast())) {
        return "A monitor runs both in real mode "
            + targets.getFirst()
            + ", so the guest's kernel gets what the bare machine gives only in mode "
            + modes.getLast()
            + ": "
            + result
            + ".";
      }
      boolean physical =
          !causes.isEmpty()
              && before.stream().filter(Item::differs).allMatch(i -> i.role().isEmpty());
      if (physical) {
        return "The result depends on storage that is not the guest's ("
            + cause
            + ", by physical address): "
            + result
            + ".";
      }
      return switch (property) {
        case CLOCK_SENSITIVE ->
            "The result depends on " + cause + ", which advances by itself: " + result + ".";
        case LOCATION_SENSITIVE ->
            "The result depends on where the monitor has put the guest ("
                + cause
                + "), which the guest must not notice: "
                + result
                + ".";
        case RESOURCE_SENSITIVE ->
            "The result depends on "
                + cause
                + ", which the monitor keeps at a value of its own while the guest runs: "
                + result
                + ".";
        default ->
            "The result depends on "
                + cause
                + ", which belongs to the monitor while the guest runs: "
                + result
                + ".";
      };
    }

    /// The same run as a monitor would let it happen: with the `run` values of the `vmm` block,
    /// where these lead to the real mode.
    private Optional<Run> deprivileged(Snapshot before) {
      return bench
          .machine()
          .monitor()
          .map(monitor -> {
            State state = before.toState(bench.simulator());
            for (Monitor.Assignment set : monitor.run()) {
              Bits value = bench.simulator().evaluate(set.value(), state);
              Bits old = state.register(set.register(), set.index());
              state.register(set.register(), set.index(), old.insert(set.high(), set.low(), value));
            }
            return Run.of(bench.simulator(), word, Snapshot.of(state));
          })
          .filter(run -> mode(run.before()).equals(target(before)));
    }

    /// The real mode in which a guest in this state runs.
    private String target(Snapshot snapshot) {
      List<Mode> user = bench.machine().userModes();
      String mode = mode(snapshot);
      return bench
          .machine()
          .monitor()
          .flatMap(m ->
              m.levels().stream()
                  .filter(l -> l.virtual().name().equals(mode))
                  .map(l -> l.real().name())
                  .findFirst())
          .orElseGet(() -> user.isEmpty() ? "user" : user.getFirst().name());
    }

    private boolean isUser(Snapshot snapshot) {
      State state = snapshot.toState(bench.simulator());
      return bench.machine().userModes().stream()
          .anyMatch(m -> bench.simulator().evaluate(m.holds(), state).isTrue());
    }

    private String mode(Snapshot snapshot) {
      State state = snapshot.toState(bench.simulator());
      return bench.machine().modes().stream()
          .filter(m -> bench.simulator().evaluate(m.holds(), state).isTrue())
          .map(Mode::name)
          .findFirst()
          .orElse("?");
    }

    /// Everything worth showing of `states`: mode and program counter always, else what is not zero
    /// in one of them or in one of `others`.
    private List<Item> items(List<Snapshot> states, List<Snapshot> others) {
      List<Item> items = new ArrayList<>();
      List<Snapshot> all = new ArrayList<>(states);
      all.addAll(others);
      for (Register register : bench.machine().registers()) {
        for (int index : elements(register, all)) {
          for (Field field : register.fields()) {
            if (field.fixed().isPresent()) {
              continue;
            }
            List<Bits> values = states.stream().map(s -> part(s, register, index, field)).toList();
            if (isAlwaysShown(field)
                || all.stream().anyMatch(s -> !part(s, register, index, field).isZero())) {
              items.add(
                  new Item(
                      name(register, index, field),
                      field.role(),
                      values.stream().map(v -> bench.numerals().show(field, v)).toList()));
            }
          }
        }
      }
      for (Memory memory : bench.machine().memories()) {
        items.addAll(cells(memory, states, all));
      }
      for (Port port : bench.machine().ports()) {
        if (port.isInput() && all.stream().anyMatch(s -> !waiting(s, port).isEmpty())) {
          items.add(
              new Item(
                  port.fullName(),
                  Optional.of(Role.R),
                  states.stream()
                      .map(s -> waiting(s, port))
                      .map(v -> v.isEmpty() ? "none" : bench.numerals().show(v.getFirst()))
                      .toList()));
        }
      }
      return items;
    }

    private static boolean isAlwaysShown(Field field) {
      return field.hasRole(Role.M) || field.hasRole(Role.P);
    }

    /// The elements of a register of which something may be shown.
    private static int[] elements(Register register, List<Snapshot> states) {
      return register.fields().stream().anyMatch(Teller::isAlwaysShown)
          ? IntStream.range(0, register.count()).toArray()
          : states.stream()
              .flatMap(s -> s.registers().keySet().stream())
              .filter(e -> e.register() == register)
              .mapToInt(Snapshot.Element::index)
              .sorted()
              .distinct()
              .toArray();
    }

    private static Bits part(Snapshot state, Register register, int index, Field field) {
      return state.register(register, index).extract(field.high(), field.low());
    }

    private static List<Bits> waiting(Snapshot state, Port port) {
      return state.inputs().getOrDefault(port, List.of());
    }

    private static String name(Register register, int index, Field field) {
      String element = register.elementName(index);
      boolean whole = register.fields().size() == 1 && field.width() == register.width();
      return whole ? element : element + "." + field.name();
    }

    private List<Item> cells(Memory memory, List<Snapshot> states, List<Snapshot> all) {
      Set<String> names = new LinkedHashSet<>();
      List<Item> items = new ArrayList<>();
      List<State> concrete = states.stream().map(s -> s.toState(bench.simulator())).toList();
      int left = 0;
      for (Snapshot holder : all) {
        State origin = holder.toState(bench.simulator());
        SortedMap<Long, Bits> cells =
            holder.memory().getOrDefault(memory, new java.util.TreeMap<>());
        for (long index : cells.keySet()) {
          Item item = cell(memory, index, states, concrete, origin);
          if (names.add(item.name())) {
            if (items.size() < SHOWN_CELLS) {
              items.add(item);
            } else {
              left++;
            }
          }
        }
      }
      if (left > 0) {
        items.add(
            new Item(
                "… " + left + " more cells",
                Optional.empty(),
                states.stream().map(s -> "").toList()));
      }
      return items;
    }

    /// The cell at `index`, by the program's own address if that leads to storage in every state.
    private Item cell(
        Memory memory, long index, List<Snapshot> states, List<State> concrete, State origin) {
      for (Space space : bench.machine().spaces()) {
        if (space.memory() != memory) {
          continue;
        }
        Optional<Bits> address = address(space, index, origin);
        if (address.isEmpty()) {
          continue;
        }
        List<Bits> values = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
          OptionalLong place =
              bench.simulator().translate(concrete.get(i), space, address.get(), Access.LOAD);
          if (place.isPresent()) {
            values.add(states.get(i).memory(memory, place.getAsLong()));
          }
        }
        if (values.size() == states.size()) {
          return new Item(
              space.name() + "[" + bench.numerals().show(address.get()) + "]",
              Optional.of(memory.role()),
              values.stream().map(v -> bench.numerals().show(v)).toList());
        }
      }
      return new Item(
          memory.name() + "[" + bench.numerals().index(index) + "]",
          Optional.empty(),
          states.stream().map(s -> bench.numerals().show(s.memory(memory, index))).toList());
    }

    /// An address that leads to `index`: tried at the index itself and at the index less each
    /// register field that is not zero, at every power of two (a relocation in blocks). Indices and
    /// addresses are unsigned here.
    private Optional<Bits> address(Space space, long index, State state) {
      int width = space.address().width();
      Set<Long> tries = new LinkedHashSet<>();
      tries.add(index);
      for (Register register : bench.machine().registers()) {
        if (register.isFile()) {
          continue;
        }
        for (Field field : register.fields()) {
          if (field.hasRole(Role.R) && field.width() <= Long.SIZE) {
            long value = state.register(register).extract(field.high(), field.low()).toLong();
            for (int shift = 0; value != 0 && shift < 16; shift++) {
              long start = value << shift;
              if (start != 0 && Long.compareUnsigned(start, index) <= 0) {
                tries.add(index - start);
              }
            }
          }
        }
      }
      for (long candidate : tries) {
        if (Long.SIZE - Long.numberOfLeadingZeros(candidate) <= width) {
          Bits address = unsigned(width, candidate);
          OptionalLong place = bench.simulator().translate(state, space, address, Access.LOAD);
          if (place.isPresent() && place.getAsLong() == index) {
            return Optional.of(address);
          }
        }
      }
      return Optional.empty();
    }

    private static Bits unsigned(int width, long value) {
      return width <= Long.SIZE ? Bits.of(width, value) : Bits.of(Long.SIZE, value).zext(width);
    }

    private static Map<String, Item> byName(List<Item> items) {
      Map<String, Item> map = new LinkedHashMap<>();
      items.forEach(i -> map.put(i.name(), i));
      return map;
    }

    private static boolean isControl(Role role) {
      return switch (role) {
        case M, R -> true;
        case E, P, CLOCK -> false;
      };
    }

    private static String join(List<String> names) {
      return names.size() == 1
          ? names.getFirst()
          : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
  }
}
