package trapline.vmm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import trapline.bits.Bits;

/// A run as it looked over time: in which steps of its guests each virtual machine ran directly, and in
/// which a monitor worked for it, and at what.
///
///     time   = steps of all guests together, from 0
///     lane   = one virtual machine, whether it runs a guest or the next monitor
///     View   = for each lane and each bucket of `width` steps, the steps of each Kind
///
/// Kept whole in at most [#BUCKETS] buckets, which grow by doubling: exact as long as there are no
/// more steps than that. The first and the last [#EXACT] steps are kept one by one besides. A lane
/// can have no step of any kind where another's guest ran; one below another may have several acts in
/// one step, of which the exact views keep the last.
public final class Chronicle {
  public enum Kind {
    /// On the processor, by itself.
    DIRECT,
    /// Trapped, and executed on the virtual state.
    EMULATED,
    /// Executed on the virtual state without having been tried.
    INTERPRETED,
    /// Trapped, and the trap given to the virtual machine.
    REFLECTED,
    /// The virtual machine's own interrupt was entered.
    INTERRUPTED
  }

  /// What was done how often: `what` is an instruction or a cause, `why` the cause of the trap.
  public record Event(String lane, Kind kind, String what, String why) {}

  /// `counts.get(lane)[bucket][kind]`
  public record View(long from, long to, long width, Map<String, long[][]> counts) {}

  static final int BUCKETS = 512;
  static final int EXACT = 256;

  private static final int KINDS = Kind.values().length;

  private static final class Lane {
    private final long[][] whole = new long[BUCKETS][KINDS];
    private final byte[] first = new byte[EXACT];
    private final byte[] last = new byte[EXACT];
    private final long[] at = new long[EXACT];

    void fold() {
      for (int i = 0; i < BUCKETS; i++) {
        for (int k = 0; k < KINDS; k++) {
          whole[i][k] = 2 * i + 1 < BUCKETS ? whole[2 * i][k] + whole[2 * i + 1][k] : 0;
        }
      }
    }

    void exactly(Kind kind, long from, long count) {
      byte mark = (byte) (kind.ordinal() + 1);
      for (long t = from; t < Math.min(EXACT, from + count); t++) {
        first[(int) t] = mark;
      }
      for (long t = Math.max(from, from + count - EXACT); t < from + count; t++) {
        last[(int) (t % EXACT)] = mark;
        at[(int) (t % EXACT)] = t;
      }
    }
  }

  private final Function<Bits, String> instructions;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Map<Event, Long> events = new LinkedHashMap<>();
  private long width = 1;

  /// For virtual machines of these names; `instructions` says what a word encodes.
  public Chronicle(List<String> names, Function<Bits, String> instructions) {
    this.instructions = instructions;
    names.forEach(name -> lanes.put(name, new Lane()));
  }

  void note(String name, Kind kind, long from, long count) {
    Lane lane = lanes.computeIfAbsent(name, n -> new Lane());
    lane.exactly(kind, from, count);
    long end = from + count;
    while (end > BUCKETS * width) {
      lanes.values().forEach(Lane::fold);
      width *= 2;
    }
    for (long t = from; t < end; ) {
      long next = Math.min(end, (t / width + 1) * width);
      lane.whole[(int) (t / width)][kind.ordinal()] += next - t;
      t = next;
    }
  }

  void note(String name, Act act, long time) {
    switch (act) {
      case Act.Emulated(var word, var cause, var devices) -> {
        note(name, Kind.EMULATED, time, 1);
        count(new Event(name, Kind.EMULATED, instructions.apply(word), cause.name()));
      }
      case Act.Reflected(var cause, _) -> {
        note(name, Kind.REFLECTED, time, 1);
        count(new Event(name, Kind.REFLECTED, cause.name(), ""));
      }
      case Act.Interrupted(var cause) -> {
        note(name, Kind.INTERRUPTED, time, 1);
        count(new Event(name, Kind.INTERRUPTED, cause.name(), ""));
      }
      case Act.Direct _, Act.Mapped _, Act.Interpreted _, Act.Sliced _, Act.Breached _ -> {}
    }
  }

  private void count(Event event) {
    events.merge(event, 1L, Long::sum);
  }

  public List<String> lanes() {
    return List.copyOf(lanes.keySet());
  }

  /// How often each thing was done, in the order in which they were first done.
  public Map<Event, Long> events() {
    return java.util.Collections.unmodifiableMap(events);
  }

  /// All of a run of so many steps; and where that is not exact, its beginning and its end step by
  /// step.
  public List<View> views(long steps) {
    List<View> views = new ArrayList<>();
    int buckets = (int) Math.min(BUCKETS, (steps + width - 1) / width);
    Map<String, long[][]> whole = new LinkedHashMap<>();
    lanes.forEach((name, lane) -> {
      long[][] counts = new long[buckets][];
      for (int i = 0; i < buckets; i++) {
        counts[i] = lane.whole[i].clone();
      }
      whole.put(name, counts);
    });
    views.add(new View(0, steps, width, whole));
    if (width > 1) {
      views.add(exact(0, EXACT));
      views.add(exact(steps - EXACT, steps));
    }
    return views;
  }

  private View exact(long from, long to) {
    Map<String, long[][]> counts = new LinkedHashMap<>();
    lanes.forEach((name, lane) -> {
      long[][] steps = new long[(int) (to - from)][KINDS];
      for (long t = from; t < to; t++) {
        byte mark = 0;
        if (from == 0) {
          mark = lane.first[(int) t];
        } else if (lane.at[(int) (t % EXACT)] == t) {
          mark = lane.last[(int) (t % EXACT)];
        }
        if (mark > 0) {
          steps[(int) (t - from)][mark - 1] = 1;
        }
      }
      counts.put(name, steps);
    });
    return new View(from, to, 1, counts);
  }
}
