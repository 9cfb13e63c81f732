package trapline.jqwik;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import trapline.bits.Bits;
import trapline.classify.Replay;
import trapline.classify.Witness;
import trapline.isa.Access;
import trapline.isa.Cause;
import trapline.isa.Machine;
import trapline.isa.Memory;
import trapline.isa.Property;
import trapline.isa.Role;
import trapline.isa.Space;
import trapline.machine.Outcome;
import trapline.machine.Snapshot;
import trapline.machine.State;
import trapline.machine.Visible;
import trapline.report.Evidence;

/// Two situations with one program, which agree on all that it can see: registers of role E and P,
/// and what its own addresses lead to. They differ in mode, or in resources such as where the
/// program is placed ([Apart]).
///
/// Popek and Goldberg 1974, section 4, behavior sensitivity; definitions: `behavior_sensitive`.
public final class Twins {
  private final Workbench bench;
  private final Situation first;
  private final Situation second;
  private final boolean isByMode;

  private Twins(Workbench bench, Situation first, Situation second, boolean isByMode) {
    this.bench = bench;
    this.first = first;
    this.second = second;
    this.isByMode = isByMode;
  }

  /// The twin of `first` that holds `apart`, with storage moved so that the program finds it where
  /// it was; empty if there is none.
  static Optional<Twins> of(Workbench bench, Situation first, Map<Slot, Bits> apart) {
    State one = first.state();
    if (apart.isEmpty()
        || apart.entrySet().stream().anyMatch(e -> e.getKey().read(one).equals(e.getValue()))) {
      return Optional.empty();
    }
    State two = one.copy();
    apart.forEach((slot, value) -> slot.write(two, value));
    Visible visible = bench.visible(one, two);
    if (!agree(bench, visible, one, two)) {
      return Optional.empty();
    }
    Situation second = new Situation(bench, Snapshot.of(two), first.program());
    boolean isByMode = apart.keySet().stream().allMatch(slot -> slot.hasRole(Role.M));
    return Optional.of(new Twins(bench, first, second, isByMode));
  }

  /// Gives every address in `two` what it leads to in `one`. False if two of them want one cell to
  /// hold different values, or if moving storage has changed where addresses lead.
  private static boolean agree(Workbench bench, Visible visible, State one, State two) {
    boolean isMoved = false;
    for (Space space : bench.machine().spaces()) {
      Memory memory = space.memory();
      Map<Long, Bits> wanted = new TreeMap<>();
      for (Bits address : visible.addresses(space)) {
        for (Access access : space.accesses()) {
          OptionalLong old = bench.simulator().translate(one, space, address, access);
          OptionalLong now = bench.simulator().translate(two, space, address, access);
          if (old.isPresent() && now.isPresent()) {
            Bits value = one.memory(memory, old.getAsLong());
            Bits other = wanted.put(now.getAsLong(), value);
            if (other != null && !other.equals(value)) {
              return false;
            }
          }
        }
      }
      for (var cell : wanted.entrySet()) {
        if (!two.memory(memory, cell.getKey()).equals(cell.getValue())) {
          two.memory(memory, cell.getKey(), cell.getValue());
          isMoved = true;
        }
      }
    }
    return !isMoved || visible.differences(one, two).isEmpty();
  }

  public Situation first() {
    return first;
  }

  public Situation second() {
    return second;
  }

  /// Whether the program runs alike from both: see [#differences].
  public boolean areAlike() {
    return differences().isEmpty();
  }

  /// By what the program, or whoever looks at the window, can tell the two runs apart: places by
  /// the program's own names and addresses, or how an instruction ended. The instructions are
  /// executed one after the other, on both; memory traps end it without a difference, as the paper
  /// leaves them out, and so does what the architecture leaves unpredictable.
  public List<String> differences() {
    return meeting().places;
  }

  /// The states before the first instruction after which the two differ, its word, and the places.
  private record Meeting(State one, State two, Bits word, Visible visible, List<String> places) {}

  private Meeting meeting() {
    State one = first.state();
    State two = second.state();
    Visible visible = bench.visible(one, two);
    Bits last = first.program().words().getFirst();
    for (Bits word : first.program().words()) {
      State before = one.copy();
      State otherwise = two.copy();
      Outcome mine = bench.simulator().execute(one, word);
      Outcome its = bench.simulator().execute(two, word);
      if (isLeftOut(mine) || isLeftOut(its)) {
        return new Meeting(before, otherwise, word, visible, List.of());
      }
      List<String> places =
          mine.equals(its)
              ? visible.differences(one, two)
              : List.of(describe(mine) + " / " + describe(its));
      if (!places.isEmpty() || !(mine instanceof Outcome.Completed)) {
        return new Meeting(before, otherwise, word, visible, places);
      }
      last = word;
    }
    return new Meeting(one, two, last, visible, List.of());
  }

  private static boolean isLeftOut(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> false;
      case Outcome.Trapped(var cause, var _) -> cause.kind() == Cause.Kind.MEMORY;
      case Outcome.Stopped(var _, boolean unpredictable) -> unpredictable;
    };
  }

  private static String describe(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> "completes";
      case Outcome.Trapped(var cause, var arguments) ->
          "traps: " + cause.name() + (arguments.isEmpty() ? "" : arguments);
      case Outcome.Stopped(var why, var _) -> "stops: " + why;
    };
  }

  /// What `trapline replay` takes: a witness, in one line of JSON, of the instruction that tells
  /// the two apart; empty if none does, or if that shows none of the paper's classes.
  public Optional<String> witness() {
    Meeting meeting = meeting();
    if (meeting.places.isEmpty()) {
      return Optional.empty();
    }
    var decoded = bench.bench().codec().decode(meeting.word);
    String row = bench.row(decoded).map(r -> r.name()).orElse(decoded.instruction().name());
    Snapshot one = Snapshot.of(meeting.one);
    Snapshot two = Snapshot.of(meeting.two);
    List<Bits> addresses = new ArrayList<>();
    bench.machine().spaces().forEach(s -> addresses.addAll(meeting.visible.addresses(s)));
    Property behavior = isByMode ? Property.MODE_SENSITIVE : Property.BEHAVIOR_SENSITIVE;
    List<Replay.Claim> claims =
        List.of(
            claim(behavior, false, row, meeting.word, List.of(one, two), addresses),
            claim(Property.TRAPS_ALIKE, true, row, meeting.word, List.of(one, two), addresses),
            claim(Property.TRAPS_ALIKE, true, row, meeting.word, List.of(two, one), addresses),
            claim(Property.CONTROL_SENSITIVE, false, row, meeting.word, List.of(one), addresses),
            claim(Property.CONTROL_SENSITIVE, false, row, meeting.word, List.of(two), addresses));
    for (Replay.Claim claim : claims) {
      Optional<Witness> witness = Replay.attempt(bench.simulator(), claim);
      if (witness.isPresent()) {
        var json = Evidence.of(bench.bench(), decoded.instruction(), false, witness.get());
        json.remove("story");
        return Optional.of(json.toString());
      }
    }
    return Optional.empty();
  }

  private static Replay.Claim claim(
      Property property,
      boolean refutes,
      String row,
      Bits word,
      List<Snapshot> before,
      List<Bits> addresses) {
    return new Replay.Claim(
        property, refutes, row, word, before, addresses, Optional.empty(), Optional.empty());
  }

  public Machine machine() {
    return bench.machine();
  }

  /// Both situations in a line.
  @Override
  public String toString() {
    return first + " / " + second;
  }

  /// Both situations, by what they come apart, and what repeats it: `file` describes the machine.
  String report(String file) {
    return first.program().listing()
        + first.account("one, ")
        + second.account("the other, ")
        + "the program can tell them apart: "
        + (areAlike() ? "no" : String.join(", ", differences()))
        + witness()
            .map(json ->
                "\nto see it, save the next line as witness.json; then\n"
                    + "trapline replay witness.json "
                    + file
                    + "\n"
                    + json)
            .orElse("")
        + "\n";
  }
}
